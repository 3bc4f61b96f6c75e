//! What TMDB, OMDb and Wikidata answer, in the shapes that they document.

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

/// An object of which single fields are changed.
#[derive(Clone)]
pub struct Object(Value);

impl Object {
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

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        object.0
    }
}

/// TMDB's answers.
pub mod tmdb {
    use super::*;

    /// One result of a search.
    pub fn result(id: i64, title: &str, released: &str) -> Object {
        Object(json!({
            "adult": false, "backdrop_path": null, "genre_ids": [28, 878], "id": id,
            "original_language": "en", "original_title": title, "overview": "",
            "popularity": 1.5, "poster_path": null, "release_date": released,
            "title": title, "video": false, "vote_average": 8.2, "vote_count": 3,
        }))
    }

    /// A page of results.
    pub fn results(results: impl IntoIterator<Item = Object>) -> Value {
        let results: Vec<Value> = results.into_iter().map(Value::from).collect();
        let total = results.len();
        json!({ "page": 1, "results": results, "total_pages": 1, "total_results": total })
    }

    /// What is found for an id of somebody else's.
    pub fn found(results: impl IntoIterator<Item = Object>) -> Value {
        let results: Vec<Value> = results.into_iter().map(Value::from).collect();
        json!({ "movie_results": results, "person_results": [], "tv_results": [] })
    }

    /// The details of The Matrix, with its credits.
    pub fn the_matrix() -> Object {
        Object(json!({
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

    /// The details of another film.
    pub fn details(id: i64, title: &str, released: &str) -> Object {
        the_matrix()
            .with("id", id)
            .with("imdb_id", format!("tt{:07}", 1_000_000 + id))
            .with("title", title)
            .with("original_title", title)
            .with("release_date", released)
    }

    /// A key that it does not take.
    pub fn wrong_key() -> ResponseTemplate {
        let body = json!({
            "status_code": 7, "success": false,
            "status_message": "Invalid API key: You must be granted a valid key.",
        });
        ResponseTemplate::new(401).set_body_json(body)
    }
}

/// OMDb's answers.
pub mod omdb {
    use super::*;

    /// One result of a search.
    pub fn result(imdb_id: &str, title: &str, year: &str) -> Object {
        Object(json!({
            "Title": title, "Year": year, "imdbID": imdb_id, "Type": "movie", "Poster": "N/A",
        }))
    }

    /// A page of results.
    pub fn results(results: impl IntoIterator<Item = Object>) -> Value {
        let results: Vec<Value> = results.into_iter().map(Value::from).collect();
        let total = results.len().to_string();
        json!({ "Search": results, "totalResults": total, "Response": "True" })
    }

    /// The details of The Matrix.
    pub fn the_matrix() -> Object {
        Object(json!({
            "Title": "The Matrix", "Year": "1999", "Rated": "R", "Released": "31 Mar 1999",
            "Runtime": "136 min", "Genre": "Action, Sci-Fi",
            "Director": "Lana Wachowski, Lilly Wachowski", "Language": "English",
            "Plot": "A hacker learns what is real.", "Metascore": "73",
            "Poster": "https://m.media-amazon.com/images/M/abc._V1_SX300.jpg",
            "imdbID": "tt0133093", "Type": "movie", "DVD": "N/A", "Response": "True",
        }))
    }

    /// What it says instead of an answer.
    pub fn error(error: &str) -> Value {
        json!({ "Response": "False", "Error": error })
    }
}

/// Wikidata's answers.
pub mod wikidata {
    use super::*;

    /// What a search finds: ids, and nothing else that matters.
    pub fn results(ids: &[&str]) -> Value {
        let results: Vec<_> = ids
            .iter()
            .map(|id| json!({ "ns": 0, "title": id, "pageid": 1, "snippet": "" }))
            .collect();
        let info = json!({ "totalhits": ids.len() });
        json!({ "batchcomplete": "", "query": { "searchinfo": info, "search": results } })
    }

    /// An item called that in English.
    pub fn item(id: &str, label: &str) -> Item {
        let labels = json!({ "en": { "language": "en", "value": label } });
        Item(json!({ "type": "item", "id": id, "labels": labels, "claims": {} }))
    }

    /// Items as they are answered.
    pub fn items(items: impl IntoIterator<Item = Item>) -> Value {
        let items = items.into_iter().map(|Item(item)| {
            let id = item["id"].as_str().expect("an id").to_owned();
            (id, item)
        });
        json!({ "entities": items.collect::<serde_json::Map<_, _>>(), "success": 1 })
    }

    /// A date as it is stated, to the day.
    pub fn date(day: &str) -> Value {
        json!({
            "time": format!("+{day}T00:00:00Z"), "timezone": 0, "before": 0, "after": 0,
            "precision": 11, "calendarmodel": "http://www.wikidata.org/entity/Q1985727",
        })
    }

    /// Another item, as it is stated.
    pub fn other(id: &str) -> Value {
        json!({ "entity-type": "item", "id": id })
    }

    /// The Matrix, with the ids of its directors and genres.
    pub fn the_matrix() -> Item {
        item("Q83495", "The Matrix")
            .states("P1476", json!({ "text": "The Matrix", "language": "en" }))
            .states("P577", date("1999-06-17"))
            .states("P577", date("1999-03-31"))
            .states("P57", other("Q9544977"))
            .states("P57", other("Q9545711"))
            .states("P136", other("Q471839"))
            .states("P136", other("Q188473"))
            .states("P345", "tt0133093")
            .states("P4947", "603")
            .states(
                "P2047",
                json!({ "amount": "+136", "unit": "http://www.wikidata.org/entity/Q7727" }),
            )
            .states("P18", "The Matrix set (1998).jpg")
    }

    /// Those that The Matrix leads to.
    pub fn its_people_and_genres() -> Value {
        items([
            item("Q9544977", "Lana Wachowski"),
            item("Q9545711", "Lilly Wachowski"),
            item("Q471839", "science fiction film"),
            item("Q188473", "action film"),
        ])
    }

    /// An item, as statements are added to it.
    #[derive(Clone)]
    pub struct Item(Value);

    impl Item {
        pub fn states(self, property: &str, value: impl Into<Value>) -> Self {
            let snak = json!({ "snaktype": "value", "datavalue": { "value": value.into() } });
            self.states_oddly(property, json!({ "rank": "normal", "mainsnak": snak }))
        }

        /// A whole statement, whatever it is.
        pub fn states_oddly(mut self, property: &str, statement: Value) -> Self {
            let statements = &mut self.0["claims"][property];
            match statements.as_array_mut() {
                Some(statements) => statements.push(statement),
                None => *statements = json!([statement]),
            }
            self
        }
    }
}
