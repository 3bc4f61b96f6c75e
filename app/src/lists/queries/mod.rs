//! Reads lists, in the shape that is shown.

mod address;
mod content;
mod entries;
mod list;
mod matching;
mod of_member;
mod of_movie;
mod people;
mod totals;

pub use address::{address_created_at, films_at_address};
pub use content::{ListContent, load_content};
pub use entries::{
    Adder, ENTRIES_PER_PAGE, ListEntry, ListEntryPage, find_entry, latest_entries, list_entries,
    place_of,
};
pub use list::{ListDetails, find_list, find_own_list};
pub use matching::{LineMatch, match_line};
pub use of_member::{
    DeletedList, LISTS_PER_PAGE, ListOwner, ListPage, ListSummary, deleted_lists, find_list_owner,
    joined_lists, lists_of,
};
pub use of_movie::{MovieLists, lists_of_movie};
pub use people::{Invitation, ListPerson, invitations_of, people_of};
pub use totals::{ListTotals, count_films, film_counts};
