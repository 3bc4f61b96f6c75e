//! What the random steps made comes back from archives, here and on the other database.

use chrono::TimeDelta;

use crate::exports::formats::check_viewings;
use crate::exports::reading::{export, said_in_archive};
use crate::support::databases::TestDatabase;
use crate::support::{App, Importer};

use super::VisibilityModel;

/// Exports each diary, and imports it into empty accounts on this server and on another.
pub(super) async fn check_archives(model: &VisibilityModel) {
    let other = App::start_on(TestDatabase::empty_on_sqlite(), &[]).await;
    let ahead = model.app.state.clock.now() - other.state.clock.now();
    other.state.clock.advance(ahead + TimeDelta::seconds(1));
    for owner in &model.members {
        if owner.disabled || owner.deleted {
            continue;
        }
        let owner = Importer::known(&model.app, &owner.name, &owner.client, &owner.program);
        let zip = export(&owner, "archive").await;
        for (place, app) in [("this server", &model.app), ("another", &other)] {
            let mut was = said_in_archive(&zip);
            let name = format!("copy-of-{}", owner.username);
            let copy = Importer::new(app, &name).await;
            let import = copy.import_file("archive.zip", &zip).await;
            assert_eq!(import["counts"]["undecided"], 0, "{import}");
            let is = said_in_archive(&export(&copy, "archive").await);
            if place == "this server" {
                // The name of the owner is taken.
                let name = copy.username.to_uppercase();
                was.get_mut("settings.json").expect("settings")[0]["display_name"] = name.into();
            }
            assert_eq!(was, is, "{} on {place}", owner.username);
        }
        for format in ["csv", "json", "letterboxd"] {
            let copy = Importer::new(&other, &format!("{format}-of-{}", owner.username)).await;
            check_viewings(&owner, &copy, format).await;
        }
    }
}
