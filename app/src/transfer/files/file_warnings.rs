//! What is told about whole files: left alone, written oddly, with columns too many or too few.

use super::input::upload::ImportUpload;
use super::part::Part;
use super::question::TableColumn;
use super::readers::{GENERIC, reader_of};
use super::reasons::WarningCode;
use super::row::ImportWarning;

pub fn warnings_of_left_alone(upload: &ImportUpload, ignored: &[String]) -> Vec<ImportWarning> {
    let odd = upload.left_alone().iter().map(|(code, name)| (*code, name));
    let ignored = ignored.iter().map(|name| (WarningCode::FileIgnored, name));
    odd.chain(ignored)
        .map(|(code, name)| ImportWarning::of_file(code, name))
        .collect()
}

pub fn warnings_of_tables(parts: &[Part]) -> Vec<ImportWarning> {
    let mut warnings = Vec::new();
    for part in parts {
        let Some(table) = part.table() else {
            continue;
        };
        let reader = reader_of(&part.source);
        let of_column = |code, column: &str| ImportWarning {
            column: Some(column.to_owned()),
            ..ImportWarning::of_file(code, &part.file)
        };
        if table.is_encoding_guessed {
            warnings.push(ImportWarning {
                read_as: Some(table.encoding.name().to_owned()),
                ..ImportWarning::of_file(WarningCode::EncodingGuessed, &part.file)
            });
        }
        let is_assigned = part.source == GENERIC.source();
        let columns = table.header.iter().zip(&table.columns).zip(&table.facts);
        for ((name, column), facts) in columns.filter(|_| !is_assigned) {
            let code = match column {
                None => WarningCode::UnknownColumn,
                Some(TableColumn::Ignored) if facts.filled > 0 => WarningCode::ColumnIgnored,
                Some(_) => continue,
            };
            warnings.push(of_column(code, name));
        }
        if let Some(column) = reader.missing_column(&part.kind, table) {
            warnings.push(of_column(WarningCode::MissingColumn, column));
        }
    }
    warnings
}
