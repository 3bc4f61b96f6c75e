//! Reads the rows of an answer, one at a time:
//! <https://www.w3.org/TR/sparql11-results-json/>.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::QueryServiceError;

/// Calls `take_row` for each row. After an error, rows may be missing.
pub(super) fn read_rows(
    body: &[u8],
    mut take_row: impl FnMut(&Value),
) -> Result<(), QueryServiceError> {
    let mut rows = 0_usize;
    let mut count_and_take = |row: &Value| {
        rows += 1;
        take_row(row);
    };
    let mut json = serde_json::Deserializer::from_slice(body);
    let path = &["results", "bindings"];
    let read = RowsAt {
        path,
        take_row: &mut count_and_take,
    }
    .deserialize(&mut json);
    match read.and_then(|()| json.end()) {
        Ok(()) => Ok(()),
        // A query that takes longer than allowed is cut off while its rows are being sent.
        Err(error) if rows > 0 || error.is_eof() && !body.is_empty() => Err(
            QueryServiceError::TooMuch("its answer broke off in the middle".to_owned()),
        ),
        Err(_) => Err(QueryServiceError::Unavailable(
            "its answer is not what it should be".to_owned(),
        )),
    }
}

/// The rows below these names.
struct RowsAt<'a> {
    path: &'a [&'a str],
    take_row: &'a mut dyn FnMut(&Value),
}

impl<'de> DeserializeSeed<'de> for RowsAt<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        match self.path {
            [] => json.deserialize_seq(self),
            _ => json.deserialize_map(self),
        }
    }
}

impl<'de> Visitor<'de> for RowsAt<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the results of a query")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let Some((name, path)) = self.path.split_first() else {
            return Err(A::Error::custom("an object instead of rows"));
        };
        let mut is_there = false;
        while let Some(field) = fields.next_key::<String>()? {
            if field == *name {
                is_there = true;
                let take_row = &mut *self.take_row;
                fields.next_value_seed(RowsAt { path, take_row })?;
            } else {
                fields.next_value::<IgnoredAny>()?;
            }
        }
        is_there
            .then_some(())
            .ok_or_else(|| A::Error::custom("no rows"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        if !self.path.is_empty() {
            return Err(A::Error::custom("rows at the wrong place"));
        }
        while let Some(row) = rows.next_element::<Value>()? {
            (self.take_row)(&row);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::QueryServiceError;
    use super::read_rows;

    fn read(body: &str) -> Result<usize, QueryServiceError> {
        let mut rows = 0;
        read_rows(body.as_bytes(), |_| rows += 1).map(|()| rows)
    }

    #[test]
    fn rows_are_read_whatever_is_around_them() {
        for (body, rows) in [
            (r#"{"head":{"vars":["film"]},"results":{"bindings":[]}}"#, 0),
            (r#"{"results":{"bindings":[{},{"a":1}],"x":[1]},"y":{}}"#, 2),
            (r#" {"results":{"ordered":true,"bindings":[null,"x"]}} "#, 2),
        ] {
            assert_eq!(read(body), Ok(rows), "{body}");
        }
    }

    #[test]
    fn what_broke_off_is_told_from_what_is_something_else() {
        let half = r#"{"head":{},"results":{"bindings":[{"film":{"value":"x"}},{"fil"#;
        for broken_off in [
            half.to_owned(),
            format!("{half}\njava.util.concurrent.TimeoutException\n\tat java.base"),
            r#"{"head":{"vars":["film"#.to_owned(),
            r#"{"results":{"bindings":[{}]}} and more"#.to_owned(),
        ] {
            let error = read(&broken_off).expect_err(&broken_off);
            assert!(
                matches!(error, QueryServiceError::TooMuch(_)),
                "{broken_off}"
            );
        }
        for garbage in [
            "",
            "<html>Wikimedia Error</html>",
            "null",
            "[]",
            "{}",
            r#"{"results":{}}"#,
            r#"{"results":{"bindings":{}}}"#,
            r#"{"results":{"bindings":7}}"#,
            r#"{"results":[{}]}"#,
        ] {
            let error = read(garbage).expect_err(garbage);
            let is_unavailable = matches!(error, QueryServiceError::Unavailable(_));
            assert!(is_unavailable, "{garbage}: {error}");
        }
    }
}
