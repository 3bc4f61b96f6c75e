//! What narrows down a diary.

use super::diary_url;
use crate::members::diary_view::{CALENDAR, DiaryTab, DiaryView};
use crate::members::queries::DiaryOwner;
use crate::paths;
use crate::stats::{FilterChoices, Overview};

#[derive(Clone, Copy, Debug)]
pub struct FilterView<'a> {
    pub owner: &'a DiaryOwner,
    pub params: &'a paths::DiaryParams,
    pub view: &'a DiaryView,
    pub overview: &'a Overview,
    pub choices: &'a FilterChoices,
}

pub fn calendar_url(owner: &DiaryOwner) -> String {
    let params = paths::DiaryParams {
        layout: CALENDAR.to_owned(),
        ..DiaryTab::History.params()
    };
    diary_url(owner, params)
}
