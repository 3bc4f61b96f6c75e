//! Calendars (RFC 5545) of the days on which films were seen and come out.

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use icalendar::{Calendar, Component, Event, EventLike, Property};

use super::queries::DatedViewing;
use crate::accounts::Site;
use crate::paths;
use crate::watchlist::queries::Release;
use crate::web::Origin;
use crate::web::ui::title_with_year;

/// How often programs should look for changes.
const REFRESH_INTERVAL: TimeDelta = TimeDelta::hours(6);

#[derive(Debug)]
pub struct CalendarDocument {
    pub site: Site,
    pub origin: Origin,
    pub name: String,
    pub viewings: Vec<DatedViewing>,
    pub releases: Vec<Release>,
}

impl CalendarDocument {
    pub fn render(&self) -> String {
        let mut calendar = Calendar::empty();
        calendar
            .append_property(Property::new("VERSION", "2.0"))
            .append_property(Property::new("PRODID", "-//Movies Diary//EN"))
            .append_property(Property::new("CALSCALE", "GREGORIAN"))
            .name(&self.name)
            .ttl(&REFRESH_INTERVAL);
        calendar.extend(self.releases.iter().map(|film| self.release_event(film)));
        calendar.extend(self.viewings.iter().map(|seen| self.viewing_event(seen)));
        calendar.to_string()
    }

    fn viewing_event(&self, seen: &DatedViewing) -> Event {
        let name = title_with_year(&seen.title, seen.year);
        let path = paths::Review { id: seen.id };
        let mut event = all_day_event(seen.watched_on);
        event
            .uid(&self.site.tag_uri(format_args!("review:{}", seen.id)))
            .timestamp(seen.updated_at)
            .summary(&name)
            .url(&self.origin.url_of(path));
        let rating = seen.rating.map(|rating| format!("{rating} of 5 stars"));
        let rewatch = seen.rewatch.then(|| "seen again".to_owned());
        let facts: Vec<_> = rating.into_iter().chain(rewatch).collect();
        if !facts.is_empty() {
            event.description(&facts.join(", "));
        }
        event.done()
    }

    fn release_event(&self, film: &Release) -> Event {
        let name = title_with_year(&film.title, film.year);
        let path = paths::Movie { id: film.movie_id };
        all_day_event(film.released_on)
            .uid(&self.site.tag_uri(format_args!("release:{}", film.movie_id)))
            .timestamp(film.released_on.and_time(NaiveTime::MIN).and_utc())
            .summary(&format!("Comes out: {name}"))
            .description("On your watchlist")
            .url(&self.origin.url_of(path))
            .done()
    }
}

/// It ends on the next day, because the end is not part of an event.
fn all_day_event(day: NaiveDate) -> Event {
    let next = day.succ_opt().unwrap_or(day);
    let mut event = Event::new();
    event
        .starts(day)
        .ends(next)
        .add_property("TRANSP", "TRANSPARENT");
    event
}
