//! Responses of TMDB, OMDb and Wikidata, in their documented formats.

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

/// A JSON object whose fields a test can change.
#[derive(Clone)]
pub struct Payload(Value);

impl Payload {
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0[name] = value.into();
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        let fields = self.0.as_object_mut().expect("an object");
        fields.remove(name).expect("it was there");
        self
    }
}

impl From<Payload> for Value {
    fn from(object: Payload) -> Self {
        object.0
    }
}

pub mod tmdb {
    use super::*;

    pub fn result(id: i64, title: &str, released: &str) -> Payload {
        Payload(json!({
            "adult": false, "backdrop_path": null, "genre_ids": [28, 878], "id": id,
            "original_language": "en", "original_title": title, "overview": "",
            "popularity": 1.5, "poster_path": null, "release_date": released,
            "title": title, "video": false, "vote_average": 8.2, "vote_count": 3,
        }))
    }

    /// A page of search results.
    pub fn results(results: impl IntoIterator<Item = Payload>) -> Value {
        let results: Vec<Value> = results.into_iter().map(Value::from).collect();
        let total = results.len();
        json!({ "page": 1, "results": results, "total_pages": 1, "total_results": total })
    }

    /// The response to a lookup by another site's id.
    pub fn find_results(results: impl IntoIterator<Item = Payload>) -> Value {
        let results: Vec<Value> = results.into_iter().map(Value::from).collect();
        json!({ "movie_results": results, "person_results": [], "tv_results": [] })
    }

    /// The details of The Matrix, with its credits.
    pub fn the_matrix() -> Payload {
        Payload(json!({
            "id": 603, "imdb_id": "tt0133093", "title": "Matrix",
            "original_title": "The Matrix", "release_date": "1999-03-31", "runtime": 136,
            "overview": "A hacker learns what is real.", "poster_path": "/aBc-1_2.jpg",
            "genres": [{ "id": 28, "name": "Action" }, { "id": 878, "name": "Sciencefiction" }],
            "credits": { "cast": [], "crew": [
                { "job": "Director", "name": "Lilly Wachowski" },
                { "job": "Director", "name": "Lana Wachowski" },
                { "job": "Producer", "name": "Joel Silver" },
            ]},
        }))
    }

    /// The details of another movie.
    pub fn details(id: i64, title: &str, released: &str) -> Payload {
        the_matrix()
            .with("id", id)
            .with("imdb_id", format!("tt{:07}", 1_000_000 + id))
            .with("title", title)
            .with("original_title", title)
            .with("release_date", released)
    }

    /// The response to an invalid key.
    pub fn invalid_key() -> ResponseTemplate {
        let body = json!({
            "status_code": 7, "success": false,
            "status_message": "Invalid API key: You must be granted a valid key.",
        });
        ResponseTemplate::new(401).set_body_json(body)
    }
}

pub mod omdb {
    use super::*;

    pub fn result(imdb_id: &str, title: &str, year: &str) -> Payload {
        Payload(json!({
            "Title": title, "Year": year, "imdbID": imdb_id, "Type": "movie", "Poster": "N/A",
        }))
    }

    /// A page of search results.
    pub fn results(results: impl IntoIterator<Item = Payload>) -> Value {
        let results: Vec<Value> = results.into_iter().map(Value::from).collect();
        let total = results.len().to_string();
        json!({ "Search": results, "totalResults": total, "Response": "True" })
    }

    /// The details of The Matrix.
    pub fn the_matrix() -> Payload {
        Payload(json!({
            "Title": "The Matrix", "Year": "1999", "Rated": "R", "Released": "31 Mar 1999",
            "Runtime": "136 min", "Genre": "Action, Sci-Fi",
            "Director": "Lana Wachowski, Lilly Wachowski", "Language": "English",
            "Plot": "A hacker learns what is real.", "Metascore": "73",
            "Poster": "https://m.media-amazon.com/images/M/abc._V1_SX300.jpg",
            "imdbID": "tt0133093", "Type": "movie", "DVD": "N/A", "Response": "True",
        }))
    }

    /// OMDb's body for an error, whatever the status.
    pub fn error(error: &str) -> Value {
        json!({ "Response": "False", "Error": error })
    }
}

pub mod wikidata {
    use super::*;

    /// The ids of a search's hits, and nothing else that matters.
    pub fn results(ids: &[&str]) -> Value {
        let results: Vec<_> = ids
            .iter()
            .map(|id| json!({ "ns": 0, "title": id, "pageid": 1, "snippet": "" }))
            .collect();
        let info = json!({ "totalhits": ids.len() });
        json!({ "batchcomplete": "", "query": { "searchinfo": info, "search": results } })
    }

    /// An item with this English label.
    pub fn item(id: &str, label: &str) -> WikidataPayload {
        let labels = json!({ "en": { "language": "en", "value": label } });
        WikidataPayload(json!({ "type": "item", "id": id, "labels": labels, "claims": {} }))
    }

    /// The response with these items, by id.
    pub fn items(items: impl IntoIterator<Item = WikidataPayload>) -> Value {
        let items = items.into_iter().map(|WikidataPayload(item)| {
            let id = item["id"].as_str().expect("an id").to_owned();
            (id, item)
        });
        json!({ "entities": items.collect::<serde_json::Map<_, _>>(), "success": 1 })
    }

    /// A date as claims state it, to the day.
    pub fn time_value(day: &str) -> Value {
        json!({
            "time": format!("+{day}T00:00:00Z"), "timezone": 0, "before": 0, "after": 0,
            "precision": 11, "calendarmodel": "http://www.wikidata.org/entity/Q1985727",
        })
    }

    /// Another item as claims refer to it.
    pub fn other(id: &str) -> Value {
        json!({ "entity-type": "item", "id": id })
    }

    /// The Matrix, with the ids of its directors and genres.
    pub fn the_matrix() -> WikidataPayload {
        item("Q83495", "The Matrix")
            .with_claim("P1476", json!({ "text": "The Matrix", "language": "en" }))
            .with_claim("P577", time_value("1999-06-17"))
            .with_claim("P577", time_value("1999-03-31"))
            .with_claim("P57", other("Q9544977"))
            .with_claim("P57", other("Q9545711"))
            .with_claim("P136", other("Q471839"))
            .with_claim("P136", other("Q188473"))
            .with_claim("P345", "tt0133093")
            .with_claim("P4947", "603")
            .with_claim(
                "P2047",
                json!({ "amount": "+136", "unit": "http://www.wikidata.org/entity/Q7727" }),
            )
            .with_claim("P18", "The Matrix set (1998).jpg")
    }

    /// The items that The Matrix refers to.
    pub fn matrix_people_and_genres() -> Value {
        items([
            item("Q9544977", "Lana Wachowski"),
            item("Q9545711", "Lilly Wachowski"),
            item("Q471839", "science fiction film"),
            item("Q188473", "action film"),
        ])
    }

    /// An item to which claims can be added.
    #[derive(Clone)]
    pub struct WikidataPayload(Value);

    impl WikidataPayload {
        pub fn with_claim(self, property: &str, value: impl Into<Value>) -> Self {
            let snak = json!({ "snaktype": "value", "datavalue": { "value": value.into() } });
            self.with_statement(property, json!({ "rank": "normal", "mainsnak": snak }))
        }

        /// Adds a whole statement, whether valid or not.
        pub fn with_statement(mut self, property: &str, statement: Value) -> Self {
            let statements = &mut self.0["claims"][property];
            match statements.as_array_mut() {
                Some(statements) => statements.push(statement),
                None => *statements = json!([statement]),
            }
            self
        }
    }
}
