//! Adding the films of typed lines to a list.

use super::{AddError, ListError, NewListEntry, add_movie};
use crate::accounts::MemberId;
use crate::catalog::{FoundFilm, KnownMovie, OnlineCatalog};
use crate::diary::DiaryWriter;
use crate::events::EventSender;
use crate::lists::lines::MatchedLine;
use crate::lists::queries::LineMatch;

/// How many films were added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Added {
    pub new: u64,
    /// Those that were on the list already.
    pub known: u64,
}

/// Adds the films of decided lines, in their order. What remains in `lines` is undecided.
pub async fn add_lines(
    writer: &DiaryWriter,
    events: &EventSender,
    online: &OnlineCatalog,
    member: MemberId,
    list: i64,
    lines: &mut Vec<MatchedLine>,
) -> Result<Added, ListError> {
    let mut added = Added::default();
    for line in std::mem::take(lines) {
        let LineMatch::Decided(movie_ref) = line.matched else {
            lines.push(line);
            continue;
        };
        let new = NewListEntry {
            movie_ref,
            note: None,
            target: None,
        };
        let matched = match add_movie(writer, events, online, member, list, new).await {
            Ok((_, is_new)) => {
                added.new += u64::from(is_new);
                added.known += u64::from(!is_new);
                continue;
            }
            Err(AddError::Ambiguous(candidates)) => undecided(candidates, None),
            Err(AddError::MovieGone) => undecided(Vec::new(), Some(FILM_GONE)),
            Err(AddError::List(error)) => return Err(error),
        };
        lines.push(MatchedLine {
            text: line.text,
            matched,
        });
    }
    Ok(added)
}

const FILM_GONE: &str = "This film is no longer here. Type its title and year.";

fn undecided(candidates: Vec<KnownMovie>, fault: Option<&str>) -> LineMatch {
    LineMatch::Undecided {
        candidates: candidates.into_iter().map(FoundFilm::Known).collect(),
        fault: fault.map(str::to_owned),
    }
}
