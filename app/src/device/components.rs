//! What is chosen with.

use maud::{Markup, html};

use super::{Device, Theme};
use crate::paths;

/// The switch between light and dark that stands under every page. `next` is the page.
pub fn switch(device: &Device, next: &str) -> Markup {
    html! {
        form.theme method="post" action=(paths::SettingsTheme) data-theme-switch {
            input type="hidden" name="next" value=(next);
            fieldset {
                legend.hidden { "Colours" }
                @for theme in Theme::ALL {
                    button name="theme" value=(theme.name()) aria-pressed=(theme == device.theme) { (theme.title()) }
                }
            }
        }
    }
}

/// The part of the settings that is about this device, for the member of `mark`.
pub fn settings(device: &Device, mark: &str) -> Markup {
    html! {
        form method="post" action=(paths::SettingsDevice) {
            fieldset.choice {
                legend { "Colours" }
                @for theme in Theme::ALL {
                    label.tick {
                        input type="radio" name="theme" value=(theme.name()) checked[theme == device.theme];
                        " " (theme.title())
                    }
                }
            }
            label.tick {
                input type="checkbox" name="shortcuts" value="on" checked[device.has_shortcuts] aria-describedby="shortcuts-hint";
                " Keyboard shortcuts"
            }
            p.hint #shortcuts-hint { "Press " kbd { "?" } " on any page to see them." }
            label.tick {
                input type="checkbox" name="keep" value=(mark) checked[device.keeps_for.as_deref() == Some(mark)] aria-describedby="keep-hint";
                " Keep pages on this device, to read and log without the network"
            }
            p.hint #keep-hint { "Only where nobody else uses it. Signing out removes them." }
            button.primary { "Save" }
        }
    }
}
