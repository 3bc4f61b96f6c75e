//! Reads the JSON of a Wikidata item: <https://www.mediawiki.org/wiki/Wikibase/DataModel/JSON>.

use chrono::NaiveDate;
use serde_json::Value;

use crate::catalog::sources::sanitize;

/// The most values read of one property. Some movies have a hundred release dates.
const MAX_VALUES: usize = 200;

/// In Wikidata, dates with a precision of 9 or more have at least a year.
const YEAR_PRECISION: i64 = 9;

/// With a precision of 11 or more, they are whole dates.
const DAY_PRECISION: i64 = 11;

/// The item ids of units of time, with their length in minutes.
const MINUTES_PER_UNIT: [(&str, f64); 3] =
    [("Q7727", 1.0), ("Q25235", 60.0), ("Q11574", 1.0 / 60.0)];

/// The languages of labels, in order of preference.
#[derive(Clone, Debug)]
pub struct LabelLanguages([String; 3]);

impl LabelLanguages {
    /// `first`, then English, then `mul`, the label for all languages.
    pub fn new(first: &str) -> Self {
        Self([first, "en", "mul"].map(str::to_owned))
    }

    /// The codes in order of preference, each once.
    pub fn codes(&self) -> impl Iterator<Item = &str> + Clone {
        let [first, english, most] = &self.0;
        let first = (first != english).then_some(first);
        first.into_iter().chain([english, most]).map(String::as_str)
    }

    /// The value of the API's `languages` parameter.
    pub fn query_value(&self) -> String {
        self.codes().collect::<Vec<_>>().join("|")
    }

    /// For genres, which we store in English whatever the settings say.
    pub fn english_first(&self) -> Self {
        let [first, english, most] = self.0.clone();
        Self([english, most, first])
    }
}

/// One item of a response.
#[derive(Clone, Copy, Debug)]
pub struct WikidataItem<'a>(&'a Value);

impl<'a> WikidataItem<'a> {
    /// The item with this id, or the one it was merged into.
    pub fn find(answer: &'a Value, id: &str) -> Option<Self> {
        let items = answer["entities"].as_object()?;
        let merged = || items.values().find(|item| item["redirects"]["from"] == id);
        items.get(id).or_else(merged).map(Self)
    }

    pub fn id(self) -> Option<String> {
        self.0["id"].as_str().and_then(sanitize::wikidata_id)
    }

    /// The label in the first language that has one.
    pub fn label(self, languages: &LabelLanguages) -> Option<&'a str> {
        let labels = &self.0["labels"];
        languages
            .0
            .iter()
            .find_map(|language| labels[language.as_str()]["value"].as_str())
    }

    /// The string values of a property, in any language.
    pub fn strings(self, property: &str) -> impl Iterator<Item = &'a str> {
        let values = self.best_values(property).into_iter();
        values.filter_map(|value| value.as_str().or_else(|| value["text"].as_str()))
    }

    /// The ids of the items that a property refers to.
    pub fn item_ids(self, property: &str) -> impl Iterator<Item = String> {
        let values = self.best_values(property).into_iter();
        values.filter_map(|value| value["id"].as_str().and_then(sanitize::wikidata_id))
    }

    /// The earliest year among the values of a property.
    pub fn earliest_year(self, property: &str) -> Option<i16> {
        self.best_values(property)
            .into_iter()
            .filter_map(year_of_date)
            .min()
    }

    /// The earliest whole date among the values of a property.
    pub fn earliest_date(self, property: &str) -> Option<NaiveDate> {
        self.best_values(property)
            .into_iter()
            .filter_map(whole_date)
            .min()
    }

    /// The first valid duration among the values of a property, in minutes.
    pub fn minutes(self, property: &str) -> Option<i16> {
        self.best_values(property)
            .into_iter()
            .find_map(duration_minutes)
    }

    /// The values of a property with preferred rank, or else those with normal rank.
    fn best_values(self, property: &str) -> Vec<&'a Value> {
        let of_rank = |rank: &str| -> Vec<&'a Value> {
            let statements = self.0["claims"][property].as_array().into_iter().flatten();
            statements
                .filter(|statement| statement["rank"] == rank)
                .filter(|statement| statement["mainsnak"]["snaktype"] == "value")
                .map(|statement| &statement["mainsnak"]["datavalue"]["value"])
                .take(MAX_VALUES)
                .collect()
        };
        let preferred = of_rank("preferred");
        if preferred.is_empty() {
            of_rank("normal")
        } else {
            preferred
        }
    }
}

fn year_of_date(value: &Value) -> Option<i16> {
    sanitize::year(time_of(value, YEAR_PRECISION)?)
}

fn whole_date(value: &Value) -> Option<NaiveDate> {
    let (date, _) = time_of(value, DAY_PRECISION)?.split_once('T')?;
    sanitize::date(date)
}

/// `1999-03-24T00:00:00Z` of `+1999-03-24T00:00:00Z`. Years BC start with a minus and are rejected.
fn time_of(value: &Value, min_precision: i64) -> Option<&str> {
    let precision = value["precision"].as_i64()?;
    let time = value["time"].as_str()?;
    time.strip_prefix('+')
        .filter(|_| precision >= min_precision)
}

fn duration_minutes(value: &Value) -> Option<i16> {
    minutes_of(value["amount"].as_str()?, value["unit"].as_str()?)
}

/// `unit` is the address of an item, of which the last part counts.
pub fn minutes_of(amount: &str, unit: &str) -> Option<i16> {
    let amount: f64 = amount.parse().ok()?;
    let unit = unit.rsplit('/').next();
    let (_, minutes) = MINUTES_PER_UNIT.iter().find(|(id, _)| Some(*id) == unit)?;
    // The cast saturates: NaN becomes 0 and large values stay too large, so both are rejected.
    sanitize::runtime((amount * minutes).round() as i64)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{LabelLanguages, WikidataItem};

    fn statement(rank: &str, value: Value) -> Value {
        let snak = json!({ "snaktype": "value", "datavalue": { "value": value } });
        json!({ "rank": rank, "mainsnak": snak })
    }

    fn time(time: &str, precision: i64) -> Value {
        json!({ "time": time, "precision": precision })
    }

    fn earliest_year_of(statements: Vec<Value>) -> Option<i16> {
        WikidataItem(&json!({ "claims": { "P577": statements } })).earliest_year("P577")
    }

    #[test]
    fn the_best_rank_counts_and_of_it_the_earliest_year() {
        let normal = |year| statement("normal", time(year, 11));
        let both = vec![
            normal("+2000-01-01T00:00:00Z"),
            normal("+1999-03-24T00:00:00Z"),
        ];
        assert_eq!(earliest_year_of(both.clone()), Some(1999));
        let preferred = statement("preferred", time("+2001-00-00T00:00:00Z", 9));
        assert_eq!(
            earliest_year_of([both.clone(), vec![preferred]].concat()),
            Some(2001)
        );
        let deprecated = statement("deprecated", time("+1990-00-00T00:00:00Z", 9));
        assert_eq!(
            earliest_year_of([both, vec![deprecated.clone()]].concat()),
            Some(1999)
        );
        assert_eq!(earliest_year_of(vec![deprecated]), None);
    }

    #[test]
    fn a_date_without_a_year_is_none() {
        for odd in [
            time("+1990-00-00T00:00:00Z", 8),
            time("-1999-00-00T00:00:00Z", 9),
            time("1999", 9),
            json!(null),
        ] {
            assert_eq!(earliest_year_of(vec![statement("normal", odd)]), None);
        }
        let unknown = json!({ "rank": "normal", "mainsnak": { "snaktype": "somevalue" } });
        assert_eq!(earliest_year_of(vec![unknown]), None);
    }

    #[test]
    fn durations_come_in_units() {
        let minutes = |amount: &str, unit: &str| {
            let unit = format!("http://www.wikidata.org/entity/{unit}");
            let value = json!({ "amount": amount, "unit": unit });
            let claims = json!({ "claims": { "P2047": [statement("normal", value)] } });
            WikidataItem(&claims).minutes("P2047")
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
        let label = |language| WikidataItem(&item).label(&LabelLanguages::new(language));
        assert_eq!(label("de"), Some("Spirited Away"));
        assert_eq!(label("en"), Some("Spirited Away"));
        let only = json!({ "labels": { "mul": { "value": "千と千尋" } } });
        assert_eq!(
            WikidataItem(&only).label(&LabelLanguages::new("de")),
            Some("千と千尋")
        );
        assert_eq!(LabelLanguages::new("en").query_value(), "en|mul");
        assert_eq!(LabelLanguages::new("de").query_value(), "de|en|mul");
    }

    #[test]
    fn a_merged_item_is_the_one_it_was_merged_into() {
        let answer = json!({ "entities": {
            "Q2": { "id": "Q2", "redirects": { "from": "Q1", "to": "Q2" } },
        }});
        let item = WikidataItem::find(&answer, "Q1");
        assert_eq!(item.and_then(WikidataItem::id).as_deref(), Some("Q2"));
        assert!(WikidataItem::find(&answer, "Q3").is_none());
    }
}
