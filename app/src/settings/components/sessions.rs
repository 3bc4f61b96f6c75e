//! The section that lists the member's sessions.

use maud::{Markup, html};

use super::{SettingsView, saved_note};
use crate::paths;
use crate::web::ui::{button, button_for, relative_time};

pub(super) fn sessions_section(view: &SettingsView<'_>) -> Markup {
    html! {
        section.card #sessions {
            h2 { "Where you’re signed in" }
            (saved_note(view.saved == "sessions"))
            ul.sessions {
                @for session in view.sessions {
                    @let is_current = view.current_session == Some(session.secret_hash.as_str());
                    li {
                        div {
                            strong { (browser_name(&session.user_agent)) }
                            @if is_current { " " span.badge { "this browser" } }
                            p.hint { "Signed in " (relative_time(session.created_at, view.now, view.viewer.zone))
                                ", last used " (relative_time(session.seen_at, view.now, view.viewer.zone)) }
                        }
                        @if !is_current {
                            (button_for(paths::SettingsSessionEnding { id: session.id }, "quiet", "Sign out there", &browser_name(&session.user_agent)))
                        }
                    }
                }
            }
            p { a href=(paths::SettingsTokens) { "API tokens" } }
            (button(paths::SettingsOtherSessionsEnding, "", "Sign out everywhere else"))
            p.hint { "This also revokes your API tokens." }
        }
    }
}

/// A short label such as `Firefox on Linux`.
fn browser_name(user_agent: &str) -> String {
    let first_match = |patterns: &[(&'static str, &'static str)]| {
        patterns
            .iter()
            .find(|(mark, _)| user_agent.contains(mark))
            .map(|(_, name)| *name)
    };
    let program = first_match(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = first_match(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ]);
    match (program, system) {
        (Some(program), Some(system)) => format!("{program} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "Unknown browser".to_owned(),
    }
}
