//! The section for the settings of this device.

use maud::{Markup, html};

use super::{SettingsView, saved_note};
use crate::device::{Device, Theme};
use crate::paths;

pub(super) fn device_section(view: &SettingsView<'_>) -> Markup {
    html! {
        section.card #device {
            h2 { "This device" }
            (saved_note(view.saved == "device"))
            (device_form(view.device, &view.member.account_mark()))
        }
    }
}

fn device_form(device: &Device, account_mark: &str) -> Markup {
    html! {
        form method="post" action=(paths::SettingsDevice) {
            fieldset.choice {
                legend { "Colours" }
                @for theme in Theme::ALL {
                    label.tick {
                        input type="radio" name="theme" value=(theme.name()) checked[theme == device.theme];
                        " " (theme.label())
                    }
                }
            }
            label.tick {
                input type="checkbox" name="shortcuts" value="on" checked[device.has_shortcuts] aria-describedby="shortcuts-hint";
                " Keyboard shortcuts"
            }
            p.hint #shortcuts-hint { "Press " kbd { "?" } " on any page to see them." }
            label.tick {
                input type="checkbox" name="keep" value=(account_mark) checked[device.saves_pages_for.as_deref() == Some(account_mark)] aria-describedby="keep-hint";
                " Save pages on this device, so you can read and log films offline"
            }
            p.hint #keep-hint { "Only for a device that nobody else uses. Signing out removes the saved pages." }
            button.primary { "Save" }
        }
    }
}
