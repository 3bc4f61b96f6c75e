//! Line icons that stand beside a label.

use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub enum Icon {
    Feed,
    Log,
    Diary,
    Profile,
}

impl Icon {
    /// SVG path data in a view box of 24 by 24.
    fn path_data(self) -> &'static str {
        match self {
            Self::Feed => "M4 6h3v4H4zM11 6h9M11 10h6M4 14h3v4H4zM11 14h9M11 18h6",
            Self::Log => {
                "M4 7a3 3 0 0 1 3-3h10a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3H7a3 3 0 0 1-3-3zM12 8v8M8 12h8"
            }
            Self::Diary => "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4M8 14h2M14 14h2",
            Self::Profile => "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4.5 20a7.5 7.5 0 0 1 15 0",
        }
    }
}

/// Hidden from screen readers: the label beside it carries the meaning.
pub fn icon(icon: Icon) -> Markup {
    html! {
        svg.icon viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" stroke-width="1.75"
            stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" { path d=(icon.path_data()) {} }
    }
}
