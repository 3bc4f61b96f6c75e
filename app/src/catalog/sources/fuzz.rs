//! Random API responses for property tests, and assertions about what is parsed from them.

use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use reqwest::StatusCode;
use serde_json::Value;

use super::json_api::Reply;
use super::sanitize;
use crate::catalog::facts::{ExternalIds, Hit, SourceFacts};
use crate::text;

/// A response with status 200.
pub fn ok_reply(value: Value) -> Reply {
    Reply {
        status: StatusCode::OK,
        value,
        retry_after: Duration::from_secs(60),
    }
}

/// Mostly `sample` with a few of its values replaced, sometimes arbitrary JSON.
pub fn mutated_json(sample: Value) -> impl Strategy<Value = Value> {
    let places = prop::collection::vec((any::<prop::sample::Index>(), any_json()), 0..5);
    let changed = places.prop_map(move |places| {
        let mut answer = sample.clone();
        for (place, value) in places {
            let mut left = place.index(count_values(&answer));
            replace_nth(&mut answer, &mut left, &value);
        }
        answer
    });
    prop_oneof![9 => changed, 1 => any_json()]
}

/// Asserts that the hit is safe to store and has an id to look it up by.
pub fn assert_hit(hit: &Hit) -> TestCaseResult {
    assert_title(&hit.title)?;
    hit.original_title.as_deref().map_or(Ok(()), assert_title)?;
    prop_assert!(hit.original_title.as_deref() != Some(&hit.title));
    assert_year(hit.year)?;
    prop_assert_ne!(&hit.ids, &ExternalIds::default());
    assert_ids(&hit.ids)
}

/// Asserts that the facts are safe to store.
pub fn assert_facts(facts: &SourceFacts) -> TestCaseResult {
    assert_title(&facts.title)?;
    facts
        .original_title
        .as_deref()
        .map_or(Ok(()), assert_title)?;
    prop_assert!(facts.original_title.as_deref() != Some(&facts.title));
    assert_year(facts.year)?;
    prop_assert_ne!(&facts.ids, &ExternalIds::default());
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
    let overview = text::clean_lines(&facts.overview, 4_000);
    prop_assert_eq!(overview, Ok(facts.overview.clone()));
    Ok(())
}

fn assert_title(title: &str) -> TestCaseResult {
    assert_line(title, 255)
}

fn assert_line(line: &str, most: usize) -> TestCaseResult {
    prop_assert!(!line.is_empty());
    prop_assert_eq!(text::clean_line(line, most), Ok(line.to_owned()));
    Ok(())
}

fn assert_year(year: Option<i16>) -> TestCaseResult {
    prop_assert!(
        year.is_none_or(|year| (1888..=2200).contains(&year)),
        "{year:?}"
    );
    Ok(())
}

fn assert_ids(ids: &ExternalIds) -> TestCaseResult {
    prop_assert_eq!(
        ids.imdb_id.as_deref().and_then(sanitize::imdb_id),
        ids.imdb_id.clone()
    );
    prop_assert_eq!(ids.tmdb_id.and_then(sanitize::tmdb_id), ids.tmdb_id);
    let wikidata_id = ids.wikidata_id.as_deref().and_then(sanitize::wikidata_id);
    prop_assert_eq!(wikidata_id, ids.wikidata_id.clone());
    Ok(())
}

/// Arbitrary JSON, biased towards values that are almost valid.
fn any_json() -> impl Strategy<Value = Value> {
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

fn count_values(value: &Value) -> usize {
    let inner: usize = match value {
        Value::Array(values) => values.iter().map(count_values).sum(),
        Value::Object(values) => values.values().map(count_values).sum(),
        _ => 0,
    };
    inner + 1
}

fn replace_nth(value: &mut Value, left: &mut usize, with: &Value) -> bool {
    if *left == 0 {
        *value = with.clone();
        return true;
    }
    *left -= 1;
    match value {
        Value::Array(values) => values
            .iter_mut()
            .any(|value| replace_nth(value, left, with)),
        Value::Object(values) => values
            .values_mut()
            .any(|value| replace_nth(value, left, with)),
        _ => false,
    }
}
