//! Hidden fields of a form that can be brought back: whose it is, and where.

use maud::{Markup, html};

/// `member_mark` is the account mark of the member who fills the form in, `page` the address of
/// its page. If the session ends before the form is sent, signing in brings it back.
pub fn carried_fields(member_mark: &str, page: impl ToString) -> Markup {
    html! {
        input type="hidden" name="by" value=(member_mark);
        input type="hidden" name="page" value=(page.to_string());
    }
}
