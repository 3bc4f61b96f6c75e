//! Items of JSON, one at a time: those of an array, or of the arrays in an object.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

use serde::de::{
    DeserializeSeed, Deserializer as _, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::Value;

use super::decoder::DecodedText;
use super::limited::{Limited, MAX_IGNORED_BYTES, MAX_ITEM_BYTES};
use crate::transfer::files::reasons::{RefusalReason, StreamFault, UploadError};

/// An item and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct JsonItem {
    /// The name of its array, if the file is an object of arrays.
    pub array: Option<String>,
    /// Counts from 1 in its array.
    pub number: u64,
    pub value: Value,
}

/// What is read after an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextItem {
    Next,
    /// The first item of the next array.
    NextArray,
    Stop,
}

/// Calls `each` with the items of an array, or of those arrays of an object that `is_read` names.
/// Fails where the file is neither.
pub fn for_each_item(
    input: impl Read,
    is_read: &dyn Fn(&str) -> bool,
    each: &mut dyn FnMut(JsonItem) -> NextItem,
) -> Result<(), UploadError> {
    let text = DecodedText::open(input, None)?;
    let limited = Rc::new(RefCell::new(Limited::new(text, MAX_ITEM_BYTES)));
    let shared = SharedText(Rc::clone(&limited));
    let mut json = serde_json::Deserializer::from_reader(BufReader::new(shared));
    let mut reading = ItemReading {
        is_read,
        each,
        is_stopped: false,
        counts: HashMap::new(),
        allow: &|bytes| limited.borrow_mut().allow(bytes),
    };
    let result = json.deserialize_any(WholeFile(&mut reading));
    let is_stopped = reading.is_stopped;
    let result = result.and_then(|()| json.end());
    match result {
        _ if is_stopped => Ok(()),
        Ok(()) => Ok(()),
        Err(error) if error.is_io() => {
            let error = io::Error::from(error);
            match StreamFault::of(&error) {
                Some(StreamFault::RowTooLong | StreamFault::NotUtf8) => {
                    Err(RefusalReason::UnknownFormat.into())
                }
                _ => Err(error.into()),
            }
        }
        Err(_) => Err(RefusalReason::UnknownFormat.into()),
    }
}

/// The budget of an item is renewed while the parser reads, so both share the stream.
struct SharedText<R>(Rc<RefCell<Limited<R>>>);

impl<R: Read> Read for SharedText<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.borrow_mut().read(buffer)
    }
}

struct ItemReading<'a> {
    is_read: &'a dyn Fn(&str) -> bool,
    each: &'a mut dyn FnMut(JsonItem) -> NextItem,
    is_stopped: bool,
    /// How many items came of each array: an object may have an array twice.
    counts: HashMap<Option<String>, u64>,
    /// Allows so many bytes for what comes next.
    allow: &'a dyn Fn(u64),
}

impl ItemReading<'_> {
    fn read_array<'de, A: SeqAccess<'de>>(
        &mut self,
        array: Option<String>,
        mut items: A,
    ) -> Result<(), A::Error> {
        while let Some(value) = items.next_element()? {
            (self.allow)(MAX_ITEM_BYTES);
            let count = self.counts.entry(array.clone()).or_default();
            *count += 1;
            let item = JsonItem {
                array: array.clone(),
                number: *count,
                value,
            };
            match (self.each)(item) {
                NextItem::Next => {}
                NextItem::NextArray => return self.pass_over(items),
                NextItem::Stop => {
                    self.is_stopped = true;
                    return Err(Error::custom("stopped"));
                }
            }
        }
        Ok(())
    }

    fn pass_over<'de, A: SeqAccess<'de>>(&self, mut items: A) -> Result<(), A::Error> {
        (self.allow)(MAX_IGNORED_BYTES);
        while items.next_element::<IgnoredAny>()?.is_some() {
            (self.allow)(MAX_IGNORED_BYTES);
        }
        Ok(())
    }
}

struct WholeFile<'r, 'a>(&'r mut ItemReading<'a>);

impl<'de> Visitor<'de> for WholeFile<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array, or an object of arrays")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<(), A::Error> {
        self.0.read_array(None, items)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        (self.0.allow)(MAX_IGNORED_BYTES);
        while let Some(name) = fields.next_key::<String>()? {
            fields.next_value_seed(FieldOfFile(self.0, name))?;
            (self.0.allow)(MAX_IGNORED_BYTES);
        }
        Ok(())
    }
}

/// A field of the object: an array, or something without items.
struct FieldOfFile<'r, 'a>(&'r mut ItemReading<'a>, String);

impl<'de> DeserializeSeed<'de> for FieldOfFile<'_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for FieldOfFile<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<(), A::Error> {
        if !(self.0.is_read)(&self.1) {
            return self.0.pass_over(items);
        }
        (self.0.allow)(MAX_ITEM_BYTES);
        self.0.read_array(Some(self.1), items)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::{NextItem, for_each_item};
    use crate::transfer::files::input::limited::MAX_ITEM_BYTES;

    /// Each item with its place, such as `movies 1`; in a single array, ` 1`.
    fn places(text: &str, is_read: &dyn Fn(&str) -> bool) -> Option<Vec<(String, Value)>> {
        let mut items = Vec::new();
        let mut keep = |item: super::JsonItem| {
            let array = item.array.unwrap_or_default();
            items.push((format!("{array} {}", item.number), item.value));
            NextItem::Next
        };
        for_each_item(text.as_bytes(), is_read, &mut keep).ok()?;
        Some(items)
    }

    fn items(text: &str) -> Option<Vec<Value>> {
        let items = places(text, &|_| true)?;
        Some(items.into_iter().map(|(_, item)| item).collect())
    }

    #[test]
    fn only_whole_arrays_and_objects_have_items() {
        assert_eq!(
            items("\u{feff} [1, {\"a\": []}]\n"),
            Some(vec![json!(1), json!({"a": []})])
        );
        assert_eq!(items("[]"), Some(vec![]));
        assert_eq!(items("{\"a\": null, \"b\": {\"c\": [1]}}"), Some(vec![]));
        for bad in [
            "",
            "{\"a\": [1]",
            "{\"a\": [1]} x",
            "[1, 2",
            "[1] x",
            "\"a\"",
            &"[".repeat(20_000),
        ] {
            assert_eq!(items(bad), None, "{bad:.20}");
        }
    }

    #[test]
    fn items_are_counted_in_each_array_of_an_object() {
        let text = r#"{"version": 2, "a": [1, 2], "b": [3], "c": "x", "a": [4]}"#;
        let counted = places(text, &|name| name == "a").expect("items");
        let expected = [("a 1", 1), ("a 2", 2), ("a 3", 4)];
        let expected = expected.map(|(place, item)| (place.to_owned(), json!(item)));
        assert_eq!(counted, expected);
    }

    #[test]
    fn many_items_fit_but_none_without_end() {
        let many = format!("[{}1]", "\"0123456789\",".repeat(100_000));
        assert_eq!(items(&many).map(|items| items.len()), Some(100_001));
        let endless = format!("[{}1]", "1,".repeat(1 << 20));
        assert_eq!(items(&format!("[{endless}]")), None);
        assert_eq!(items(&format!("{{\"a\": [{endless}]}}")), None);
    }

    #[test]
    fn what_is_not_read_may_be_longer_than_an_item() {
        let long = "x".repeat(usize::try_from(MAX_ITEM_BYTES).expect("small") * 2);
        let text = format!(r#"{{"photos": ["{long}", "{long}"], "note": "{long}", "a": [1]}}"#);
        let read = places(&text, &|name| name == "a");
        assert_eq!(read, Some(vec![("a 1".to_owned(), json!(1))]));
    }

    #[test]
    fn reading_stops_when_it_is_told_to() {
        let mut count = 0;
        let mut first = |_| {
            count += 1;
            NextItem::Stop
        };
        assert!(for_each_item(&b"[1, 2, broken"[..], &|_| true, &mut first).is_ok());
        assert_eq!(count, 1);
    }

    #[test]
    fn the_rest_of_an_array_can_be_passed_over() {
        let mut read = Vec::new();
        let mut first_of_each = |item: super::JsonItem| {
            read.push(item.value);
            NextItem::NextArray
        };
        let text = &br#"{"a": [1, 2, 3], "b": [], "c": [4, 5]}"#[..];
        for_each_item(text, &|_| true, &mut first_of_each).expect("read");
        assert_eq!(read, [json!(1), json!(4)]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn any_text_is_read_or_refused(text in "[\\[\\]{}\":,1a ]{0,60}") {
            items(&text);
        }
    }
}
