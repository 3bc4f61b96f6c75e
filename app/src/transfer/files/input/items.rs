//! Items of a JSON array, one at a time.

use std::cell::RefCell;
use std::fmt;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

use serde::de::{DeserializeSeed, Deserializer as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::decoder::DecodedText;
use super::limited::{Limited, MAX_ITEM_BYTES};
use crate::transfer::files::reasons::{RefusalReason, StreamFault, UploadError};

/// Calls `each` with every item of the array, until it returns `false`. Fails where the file is no
/// array of JSON.
pub fn for_each_item(
    input: impl Read,
    each: &mut dyn FnMut(Value) -> bool,
) -> Result<(), UploadError> {
    let text = DecodedText::open(input, None)?;
    let limited = Rc::new(RefCell::new(Limited::new(text, MAX_ITEM_BYTES)));
    let shared = SharedText(Rc::clone(&limited));
    let mut json = serde_json::Deserializer::from_reader(BufReader::new(shared));
    let mut is_stopped = false;
    let seed = Items {
        each,
        is_stopped: &mut is_stopped,
        start_item: &|| limited.borrow_mut().start_row(),
    };
    let result = json.deserialize_any(seed);
    let result = result.and_then(|()| json.end());
    match result {
        _ if is_stopped => Ok(()),
        Ok(()) => Ok(()),
        Err(error) if error.is_io() => {
            let error = io::Error::from(error);
            match StreamFault::of(&error) {
                Some(StreamFault::RowTooLong) => Err(RefusalReason::UnknownFormat.into()),
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

struct Items<'a> {
    each: &'a mut dyn FnMut(Value) -> bool,
    is_stopped: &'a mut bool,
    start_item: &'a dyn Fn(),
}

impl<'de> Visitor<'de> for Items<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element_seed(WholeItem)? {
            (self.start_item)();
            if !(self.each)(item) {
                *self.is_stopped = true;
                return Err(serde::de::Error::custom("stopped"));
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Err(serde::de::Error::custom("an object"))
    }
}

struct WholeItem;

impl<'de> DeserializeSeed<'de> for WholeItem {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        serde::Deserialize::deserialize(from)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::for_each_item;

    fn items(text: &str) -> Option<Vec<Value>> {
        let mut items = Vec::new();
        let mut keep = |item| {
            items.push(item);
            true
        };
        for_each_item(text.as_bytes(), &mut keep).ok()?;
        Some(items)
    }

    #[test]
    fn only_whole_arrays_have_items() {
        assert_eq!(
            items("\u{feff} [1, {\"a\": []}]\n"),
            Some(vec![json!(1), json!({"a": []})])
        );
        assert_eq!(items("[]"), Some(vec![]));
        for bad in [
            "",
            "{\"a\": [1]}",
            "[1, 2",
            "[1] x",
            "\"a\"",
            &"[".repeat(20_000),
        ] {
            assert_eq!(items(bad), None, "{bad:.20}");
        }
    }

    #[test]
    fn many_items_fit_but_none_without_end() {
        let many = format!("[{}1]", "\"0123456789\",".repeat(100_000));
        assert_eq!(items(&many).map(|items| items.len()), Some(100_001));
        assert_eq!(items(&format!("[[{}1]]", "1,".repeat(1 << 20))), None);
    }

    #[test]
    fn reading_stops_when_it_is_told_to() {
        let mut count = 0;
        let mut first = |_| {
            count += 1;
            false
        };
        assert!(for_each_item(&b"[1, 2, broken"[..], &mut first).is_ok());
        assert_eq!(count, 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn any_text_is_read_or_refused(text in "[\\[\\]{}\":,1a ]{0,60}") {
            items(&text);
        }
    }
}
