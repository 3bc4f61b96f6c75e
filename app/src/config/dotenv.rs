//! Reads the file `.env` in the working directory. No message contains a value: it may be secret.

use std::collections::BTreeMap;
use std::io::ErrorKind;

use super::SETTING_NAMES;

const FILE: &str = ".env";

/// The settings in the file, if there is one. Adds what is wrong with it to `problems`.
pub(super) fn read_dotenv(problems: &mut Vec<String>) -> BTreeMap<String, String> {
    let text = match std::fs::read_to_string(FILE) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return BTreeMap::new(),
        Err(error) => {
            problems.push(match error.kind() {
                ErrorKind::IsADirectory => ".env is a folder: it must be a file".to_owned(),
                ErrorKind::InvalidData => ".env is not a text file in UTF-8".to_owned(),
                _ => format!(".env cannot be read: {error}"),
            });
            return BTreeMap::new();
        }
    };
    let mut values = BTreeMap::new();
    for entry in dotenvy::from_read_iter(text.as_bytes()) {
        match entry {
            Ok((name, value)) if SETTING_NAMES.contains(&name.as_str()) => {
                values.insert(name, value);
            }
            Ok((name, _)) => problems.push(format!(
                ".env sets {name}, which is not a setting. The settings are {}",
                SETTING_NAMES.join(", ")
            )),
            Err(dotenvy::Error::LineParse(line, _)) => {
                problems.push(describe_broken_line(&text, &line));
            }
            Err(error) => {
                problems.push(format!(".env cannot be read: {error}"));
                break;
            }
        }
    }
    values
}

/// `broken` is what the parser could not read: a line, or the value in it.
fn describe_broken_line(text: &str, broken: &str) -> String {
    let broken = broken.lines().next().unwrap_or_default().trim();
    let number = text
        .lines()
        .position(|line| line.trim().ends_with(broken) && !line.trim().starts_with('#'));
    let place = number.map_or_else(
        || ".env has a line that".to_owned(),
        |number| format!("line {} of .env", number + 1),
    );
    format!(
        "{place} is not NAME=value. A value with spaces, quotes or # needs quotation marks around it"
    )
}
