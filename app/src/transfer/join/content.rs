//! What a joined review says, out of all of its rows.

use chrono::NaiveDate;

use super::joined::JoinedReview;
use crate::transfer::files::row::{ImportRow, RowFact};

/// Words and marks of a review. The day, the rating and the rewatch are in [`JoinedReview`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReviewContent {
    pub comment: String,
    pub tags: Vec<String>,
    pub spoiler: bool,
    pub liked: bool,
    /// When it was entered at the service.
    pub logged_on: Option<NaiveDate>,
}

/// Puts together the row of a review and those with further words. `rows` are those that were
/// joined.
pub fn content_of(review: &JoinedReview, rows: &[ImportRow]) -> ReviewContent {
    let mut content = ReviewContent {
        liked: review.is_liked,
        ..ReviewContent::default()
    };
    let mut comments = Vec::new();
    for row in [&review.row].into_iter().chain(&review.words_from) {
        match &rows[*row].fact {
            RowFact::Viewing(seen) => {
                comments.push(seen.comment.as_str());
                content.spoiler |= seen.spoiler;
                content.liked |= seen.liked;
                content.logged_on = content.logged_on.or(seen.logged_on);
                // Both files of an export have all tags.
                if content.tags.is_empty() {
                    content.tags.clone_from(&seen.tags);
                }
            }
            RowFact::Comment {
                comment, spoiler, ..
            } => {
                comments.push(comment);
                content.spoiler |= spoiler;
            }
            _ => {}
        }
    }
    comments.retain(|comment| !comment.is_empty());
    content.comment = comments.join("\n\n");
    content
}
