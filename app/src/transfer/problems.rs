//! What an import left out, as a CSV file: to look through in a spreadsheet, or to mend the rows.

use bytes::Bytes;
use csv::{QuoteStyle, Terminator, WriterBuilder};
use entity::import_outcome::RowState;
use futures_util::stream::{self, Stream};
use sea_orm::DbErr;

use super::formula::to_cell;
use super::queries::{ImportRowView, ROWS_PER_PAGE, RowFilter, import_rows};
use crate::db::Db;

/// Rows in these states are in the file.
const PROBLEM_STATES: [RowState; 3] = [RowState::Skipped, RowState::Undecided, RowState::Failed];

const HEADER: &[u8] = b"file,line,reason,title,raw\r\n";

/// Which part of the file comes next.
#[derive(Clone, Copy, Debug)]
enum NextPart {
    Header,
    /// Rows after this one.
    Rows(i64),
    End,
}

/// The file in parts, each with a page of rows: an import may have left out very many.
pub fn problems_csv(db: Db, import: i64) -> impl Stream<Item = Result<Bytes, DbErr>> + Send {
    stream::try_unfold(NextPart::Header, move |part| {
        let db = db.clone();
        async move {
            match part {
                NextPart::Header => Ok(Some((Bytes::from_static(HEADER), NextPart::Rows(0)))),
                NextPart::Rows(after) => rows_after(&db, import, after).await.map(Some),
                NextPart::End => Ok(None),
            }
        }
    })
}

async fn rows_after(db: &Db, import: i64, after: i64) -> Result<(Bytes, NextPart), DbErr> {
    let filter = RowFilter {
        states: PROBLEM_STATES.to_vec(),
        after,
    };
    let page = import_rows(db, import, filter, ROWS_PER_PAGE).await?;
    let last = page.rows.last().filter(|_| page.has_more);
    let next = last.map_or(NextPart::End, |row| NextPart::Rows(row.row));
    let part = write_rows(&page.rows).map_err(|error| DbErr::Custom(error.to_string()))?;
    Ok((part, next))
}

/// All cells are quoted: `raw` often has separators and line breaks.
fn write_rows(rows: &[ImportRowView]) -> Result<Bytes, csv::Error> {
    let mut part = Vec::new();
    let mut writer = WriterBuilder::new()
        .quote_style(QuoteStyle::Always)
        .terminator(Terminator::CRLF)
        .from_writer(&mut part);
    for row in rows {
        let line = row.line.to_string();
        let reason = row.reason.as_deref().unwrap_or_default();
        let title = to_cell(&row.title);
        let place = match &row.array {
            Some(array) => format!("{}: {array}", row.file),
            None => row.file.clone(),
        };
        writer.write_record([&*to_cell(&place), &line, reason, &title, &row.raw])?;
    }
    writer.flush()?;
    drop(writer);
    Ok(part.into())
}
