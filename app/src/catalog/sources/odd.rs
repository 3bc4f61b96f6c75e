//! Answers as no API documents them, and what must be true of whatever is made of them.

use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use reqwest::StatusCode;
use serde_json::Value;

use super::api::Reply;
use super::clean;
use crate::catalog::facts::{Facts, Hit, Ids};
use crate::text;

/// An answer with status 200.
pub fn reply(value: Value) -> Reply {
    Reply {
        status: StatusCode::OK,
        value,
        retry_after: Duration::from_secs(60),
    }
}

/// `sample` with a few of its values replaced by others, or something else altogether.
pub fn answers(sample: Value) -> impl Strategy<Value = Value> {
    let places = prop::collection::vec((any::<prop::sample::Index>(), json()), 0..5);
    let changed = places.prop_map(move |places| {
        let mut answer = sample.clone();
        for (place, value) in places {
            let mut left = place.index(count(&answer));
            replace(&mut answer, &mut left, &value);
        }
        answer
    });
    prop_oneof![9 => changed, 1 => json()]
}

/// Any hit can be kept, and be looked up.
pub fn assert_hit(hit: &Hit) -> TestCaseResult {
    assert_title(&hit.title)?;
    hit.original_title.as_deref().map_or(Ok(()), assert_title)?;
    prop_assert!(hit.original_title.as_deref() != Some(&hit.title));
    assert_year(hit.year)?;
    prop_assert_ne!(&hit.ids, &Ids::default());
    assert_ids(&hit.ids)
}

/// Any facts can be kept.
pub fn assert_facts(facts: &Facts) -> TestCaseResult {
    assert_title(&facts.title)?;
    facts
        .original_title
        .as_deref()
        .map_or(Ok(()), assert_title)?;
    prop_assert!(facts.original_title.as_deref() != Some(&facts.title));
    assert_year(facts.year)?;
    prop_assert_ne!(&facts.ids, &Ids::default());
    assert_ids(&facts.ids)?;
    prop_assert!(facts.directors.len() <= 10 && facts.genres.len() <= 8);
    facts
        .directors
        .iter()
        .try_for_each(|name| assert_title(name))?;
    facts
        .genres
        .iter()
        .try_for_each(|name| assert_line(name, 64))?;
    prop_assert!(
        facts
            .runtime
            .is_none_or(|minutes| (1..=2_000).contains(&minutes))
    );
    let overview = text::lines(&facts.overview, 4_000);
    prop_assert_eq!(overview, Ok(facts.overview.clone()));
    Ok(())
}

fn assert_title(title: &str) -> TestCaseResult {
    assert_line(title, 255)
}

fn assert_line(line: &str, most: usize) -> TestCaseResult {
    prop_assert!(!line.is_empty());
    prop_assert_eq!(text::line(line, most), Ok(line.to_owned()));
    Ok(())
}

fn assert_year(year: Option<i16>) -> TestCaseResult {
    prop_assert!(
        year.is_none_or(|year| (1888..=2200).contains(&year)),
        "{year:?}"
    );
    Ok(())
}

fn assert_ids(ids: &Ids) -> TestCaseResult {
    prop_assert_eq!(
        ids.imdb_id.as_deref().and_then(clean::imdb_id),
        ids.imdb_id.clone()
    );
    prop_assert_eq!(ids.tmdb_id.and_then(clean::tmdb_id), ids.tmdb_id);
    let wikidata_id = ids.wikidata_id.as_deref().and_then(clean::wikidata_id);
    prop_assert_eq!(wikidata_id, ids.wikidata_id.clone());
    Ok(())
}

/// Any JSON, and more often what is nearly right.
fn json() -> impl Strategy<Value = Value> {
    let nearly = prop::sample::select(vec![
        "",
        "N/A",
        " ",
        "\u{0}",
        "\u{200b}",
        "True",
        "False",
        "603",
        "0",
        "tt0133093",
        "Q83495",
        "Q1|Q2",
        "+99999999999-13-99T00:00:00Z",
        "-0044-03-15T00:00:00Z",
        "+1e309",
        "nan",
        "(((",
        "é-é",
        "9999",
        "preferred",
        "value",
        "../../x.jpg",
        "https://",
        "no-such-entity",
    ]);
    let text = prop_oneof![
        nearly.prop_map(str::to_owned),
        any::<String>(),
        ("\\PC", 200..9_000_usize).prop_map(|(text, many)| text.repeat(many)),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, move |inner| {
        let names = prop_oneof![
            Just("id".to_owned()),
            Just("value".to_owned()),
            any::<String>()
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map(names, inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn count(value: &Value) -> usize {
    let inner: usize = match value {
        Value::Array(values) => values.iter().map(count).sum(),
        Value::Object(values) => values.values().map(count).sum(),
        _ => 0,
    };
    inner + 1
}

fn replace(value: &mut Value, left: &mut usize, with: &Value) -> bool {
    if *left == 0 {
        *value = with.clone();
        return true;
    }
    *left -= 1;
    match value {
        Value::Array(values) => values.iter_mut().any(|value| replace(value, left, with)),
        Value::Object(values) => values.values_mut().any(|value| replace(value, left, with)),
        _ => false,
    }
}
