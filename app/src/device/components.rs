//! The theme switch.

use maud::{Markup, html};

use super::{Device, Theme};
use crate::paths;

/// The buttons at the bottom of every page. `next` is the page to return to.
pub fn theme_switch(device: &Device, next: &str) -> Markup {
    html! {
        form.theme method="post" action=(paths::SettingsTheme) data-theme-switch {
            input type="hidden" name="next" value=(next);
            fieldset {
                legend.hidden { "Colours" }
                @for theme in Theme::ALL {
                    button name="theme" value=(theme.name()) aria-pressed=(theme == device.theme) { (theme.label()) }
                }
            }
        }
    }
}
