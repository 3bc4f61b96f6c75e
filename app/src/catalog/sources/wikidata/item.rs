//! An item of Wikidata and what it states:
//! <https://www.mediawiki.org/wiki/Wikibase/DataModel/JSON>.

use serde_json::Value;

use crate::catalog::sources::clean;

/// The most values of one property: some films came out in a hundred countries.
const MOST: usize = 200;

/// The precision of a date that tells its year.
const YEAR: i64 = 9;

/// Units of time, and how many minutes they have.
const UNITS: [(&str, f64); 3] = [("Q7727", 1.0), ("Q25235", 60.0), ("Q11574", 1.0 / 60.0)];

/// The languages in which things are called, the preferred one first.
#[derive(Clone, Debug)]
pub struct Languages([String; 3]);

impl Languages {
    /// `first`, else English, else what is the same in most of them.
    pub fn new(first: &str) -> Self {
        Self([first, "en", "mul"].map(str::to_owned))
    }

    /// As the API takes them.
    pub fn asked(&self) -> String {
        let [first, english, most] = &self.0;
        match first == english {
            true => format!("{english}|{most}"),
            false => format!("{first}|{english}|{most}"),
        }
    }

    /// English first: for what has one English name here, whatever the settings say.
    pub fn english_first(&self) -> Self {
        let [first, english, most] = self.0.clone();
        Self([english, most, first])
    }
}

/// One item out of an answer.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a>(&'a Value);

impl<'a> Item<'a> {
    /// The item that was asked for as `id`, also when it was merged into another.
    pub fn of(answer: &'a Value, id: &str) -> Option<Self> {
        let items = answer["entities"].as_object()?;
        let merged = || items.values().find(|item| item["redirects"]["from"] == id);
        items.get(id).or_else(merged).map(Self)
    }

    /// Its own id.
    pub fn id(self) -> Option<String> {
        self.0["id"].as_str().and_then(clean::wikidata_id)
    }

    /// What it is called.
    pub fn label(self, languages: &Languages) -> Option<&'a str> {
        let labels = &self.0["labels"];
        languages
            .0
            .iter()
            .find_map(|language| labels[language.as_str()]["value"].as_str())
    }

    /// The texts of a property, in whatever language.
    pub fn texts(self, property: &str) -> impl Iterator<Item = &'a str> {
        let values = self.best(property).into_iter();
        values.filter_map(|value| value.as_str().or_else(|| value["text"].as_str()))
    }

    /// The ids of the items that a property leads to.
    pub fn items(self, property: &str) -> impl Iterator<Item = String> {
        let values = self.best(property).into_iter();
        values.filter_map(|value| value["id"].as_str().and_then(clean::wikidata_id))
    }

    /// The earliest year of a property.
    pub fn year(self, property: &str) -> Option<i16> {
        self.best(property).into_iter().filter_map(year).min()
    }

    /// The first duration of a property, in minutes.
    pub fn minutes(self, property: &str) -> Option<i16> {
        self.best(property).into_iter().find_map(minutes)
    }

    /// The values of a property that are preferred, else those that are not deprecated.
    fn best(self, property: &str) -> Vec<&'a Value> {
        let of_rank = |rank: &str| -> Vec<&'a Value> {
            let statements = self.0["claims"][property].as_array().into_iter().flatten();
            statements
                .filter(|statement| statement["rank"] == rank)
                .filter(|statement| statement["mainsnak"]["snaktype"] == "value")
                .map(|statement| &statement["mainsnak"]["datavalue"]["value"])
                .take(MOST)
                .collect()
        };
        let preferred = of_rank("preferred");
        match preferred.is_empty() {
            true => of_rank("normal"),
            false => preferred,
        }
    }
}

/// `+1999-03-24T00:00:00Z`; years before Christ have a minus.
fn year(value: &Value) -> Option<i16> {
    let is_precise = value["precision"].as_i64().is_some_and(|it| it >= YEAR);
    let time = value["time"].as_str().filter(|_| is_precise)?;
    clean::year(time.strip_prefix('+')?)
}

fn minutes(value: &Value) -> Option<i16> {
    let amount: f64 = value["amount"].as_str()?.parse().ok()?;
    let unit = value["unit"].as_str()?.rsplit('/').next();
    let (_, minutes) = UNITS.iter().find(|(id, _)| Some(*id) == unit)?;
    // What is no number becomes 0 here, and what is too large stays too large.
    clean::runtime((amount * minutes).round() as i64)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Item, Languages};

    fn statement(rank: &str, value: Value) -> Value {
        let snak = json!({ "snaktype": "value", "datavalue": { "value": value } });
        json!({ "rank": rank, "mainsnak": snak })
    }

    fn time(time: &str, precision: i64) -> Value {
        json!({ "time": time, "precision": precision })
    }

    fn years(statements: Vec<Value>) -> Option<i16> {
        Item(&json!({ "claims": { "P577": statements } })).year("P577")
    }

    #[test]
    fn the_best_rank_counts_and_of_it_the_earliest_year() {
        let normal = |year| statement("normal", time(year, 11));
        let both = vec![
            normal("+2000-01-01T00:00:00Z"),
            normal("+1999-03-24T00:00:00Z"),
        ];
        assert_eq!(years(both.clone()), Some(1999));
        let preferred = statement("preferred", time("+2001-00-00T00:00:00Z", 9));
        assert_eq!(years([both.clone(), vec![preferred]].concat()), Some(2001));
        let deprecated = statement("deprecated", time("+1990-00-00T00:00:00Z", 9));
        assert_eq!(years([both, vec![deprecated.clone()]].concat()), Some(1999));
        assert_eq!(years(vec![deprecated]), None);
    }

    #[test]
    fn a_date_without_a_year_is_none() {
        for odd in [
            time("+1990-00-00T00:00:00Z", 8),
            time("-1999-00-00T00:00:00Z", 9),
            time("1999", 9),
            json!(null),
        ] {
            assert_eq!(years(vec![statement("normal", odd)]), None);
        }
        let unknown = json!({ "rank": "normal", "mainsnak": { "snaktype": "somevalue" } });
        assert_eq!(years(vec![unknown]), None);
    }

    #[test]
    fn durations_come_in_units() {
        let minutes = |amount: &str, unit: &str| {
            let unit = format!("http://www.wikidata.org/entity/{unit}");
            let value = json!({ "amount": amount, "unit": unit });
            let claims = json!({ "claims": { "P2047": [statement("normal", value)] } });
            Item(&claims).minutes("P2047")
        };
        assert_eq!(minutes("+136", "Q7727"), Some(136));
        assert_eq!(minutes("+2.25", "Q25235"), Some(135));
        assert_eq!(minutes("+8160", "Q11574"), Some(136));
        for (amount, unit) in [
            ("+136", "Q1"),
            ("-136", "Q7727"),
            ("+0", "Q7727"),
            ("+1e300", "Q7727"),
            ("nan", "Q7727"),
            ("inf", "Q7727"),
            ("many", "Q7727"),
        ] {
            assert_eq!(minutes(amount, unit), None, "{amount} {unit}");
        }
    }

    #[test]
    fn labels_come_in_the_language_of_the_settings_else_in_english() {
        let item = json!({ "labels": {
            "en": { "value": "Spirited Away" }, "mul": { "value": "千と千尋" },
        }});
        let label = |language| Item(&item).label(&Languages::new(language));
        assert_eq!(label("de"), Some("Spirited Away"));
        assert_eq!(label("en"), Some("Spirited Away"));
        let only = json!({ "labels": { "mul": { "value": "千と千尋" } } });
        assert_eq!(Item(&only).label(&Languages::new("de")), Some("千と千尋"));
        assert_eq!(Languages::new("en").asked(), "en|mul");
        assert_eq!(Languages::new("de").asked(), "de|en|mul");
    }

    #[test]
    fn a_merged_item_is_the_one_it_was_merged_into() {
        let answer = json!({ "entities": {
            "Q2": { "id": "Q2", "redirects": { "from": "Q1", "to": "Q2" } },
        }});
        let item = Item::of(&answer, "Q1");
        assert_eq!(item.and_then(Item::id).as_deref(), Some("Q2"));
        assert!(Item::of(&answer, "Q3").is_none());
    }
}
