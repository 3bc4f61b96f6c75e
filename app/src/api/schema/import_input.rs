//! Imports in requests: the form with the files, options, and which film a row means.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::VisibilityField;
use crate::api::fields::non_null;
use crate::catalog::ExternalIds;
use crate::catalog::facts::{parse_imdb_id, parse_tmdb_id};
use crate::transfer::commands::FilmChoice;
use crate::transfer::{Answers, ImportOptions};
use crate::web::FieldErrors;

/// The form with which an import begins.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form, which is read part by part")]
pub struct ImportForm {
    /// The files of one export: a zip, or the files in it. At most 20, and 64 MB together.
    #[schema(value_type = Vec<String>, format = Binary)]
    file: Vec<u8>,
    /// JSON. What is left out is as in the default: everything, visible as your diary is.
    #[schema(nullable = false)]
    options: Option<ImportOptionsChange>,
    /// JSON, if you know what would be asked.
    #[schema(nullable = false)]
    answers: Option<Answers>,
}

/// What to import, and how. Fields that are left out stay as they are.
#[derive(Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "visibility": "private", "lists": false }))]
pub struct ImportOptionsChange {
    /// Who may see the reviews and lists that the import makes.
    #[serde(deserialize_with = "non_null")]
    #[schema(nullable = false)]
    visibility: Option<VisibilityField>,
    /// Whether the day on which a film was rated counts as the day on which it was seen.
    #[serde(deserialize_with = "non_null")]
    #[schema(nullable = false)]
    rated_on_is_watched_on: Option<bool>,
    /// Whether likes are imported.
    #[serde(deserialize_with = "non_null")]
    #[schema(nullable = false)]
    likes: Option<bool>,
    /// Whether lists are imported.
    #[serde(deserialize_with = "non_null")]
    #[schema(nullable = false)]
    lists: Option<bool>,
    /// Whether the watchlist is imported.
    #[serde(deserialize_with = "non_null")]
    #[schema(nullable = false)]
    watchlist: Option<bool>,
    /// Whether to leave out what is in the diary already.
    #[serde(deserialize_with = "non_null")]
    #[schema(nullable = false)]
    skip_existing: Option<bool>,
    /// Whether to take over the settings of an archive: names, time zone, and who may see the diary.
    /// Unless it is said, they are taken over into an empty diary.
    #[serde(deserialize_with = "non_null")]
    #[schema(nullable = false)]
    settings: Option<bool>,
}

impl ImportOptionsChange {
    pub fn apply_to(self, options: ImportOptions) -> ImportOptions {
        ImportOptions {
            visibility: self.visibility.map_or(options.visibility, Into::into),
            rated_on_is_watched_on: self
                .rated_on_is_watched_on
                .unwrap_or(options.rated_on_is_watched_on),
            likes: self.likes.unwrap_or(options.likes),
            lists: self.lists.unwrap_or(options.lists),
            watchlist: self.watchlist.unwrap_or(options.watchlist),
            skip_existing: self.skip_existing.unwrap_or(options.skip_existing),
            settings: self.settings.or(options.settings),
        }
    }
}

/// A merge patch (RFC 7396) of an import: what is left out stays as it is.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "options": { "likes": false } }))]
pub struct ImportChange {
    /// What to import, and how.
    #[serde(deserialize_with = "non_null")]
    #[schema(nullable = false)]
    pub options: Option<ImportOptionsChange>,
}

/// Which film a row means: exactly one of the fields.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "imdb_id": "tt0133093" }))]
pub struct RowDecision {
    /// The id of a movie on this site.
    movie_id: Option<i64>,
    /// The IMDb id of the film.
    #[schema(example = "tt0133093")]
    imdb_id: Option<String>,
    /// The TMDB id of the film.
    #[schema(example = 603, minimum = 1)]
    tmdb_id: Option<i64>,
    /// `true`: it becomes a movie as the row names it.
    as_typed: Option<bool>,
    /// `true`: it is not imported.
    skip: Option<bool>,
}

impl RowDecision {
    pub fn check(self) -> Result<FilmChoice, FieldErrors> {
        let sent = [
            ("movie_id", self.movie_id.is_some()),
            ("imdb_id", self.imdb_id.is_some()),
            ("tmdb_id", self.tmdb_id.is_some()),
            ("as_typed", self.as_typed.is_some()),
            ("skip", self.skip.is_some()),
        ];
        let sent: Vec<_> = sent.iter().filter(|(_, is_sent)| *is_sent).collect();
        let [(field, _)] = sent[..] else {
            let mut errors = FieldErrors::default();
            match sent.is_empty() {
                true => errors.add("movie_id", ONE_FIELD),
                false => sent
                    .iter()
                    .for_each(|(field, _)| errors.add(field, ONE_FIELD)),
            }
            return Err(errors);
        };
        let choice = match *field {
            "movie_id" => self.movie_id.map(FilmChoice::Movie),
            "as_typed" => self
                .as_typed
                .filter(|yes| *yes)
                .map(|_| FilmChoice::AsTyped),
            "skip" => self.skip.filter(|yes| *yes).map(|_| FilmChoice::LeaveOut),
            _ => self.ids().map(FilmChoice::Ids),
        };
        choice.ok_or_else(|| FieldErrors::single(field, advice(field)))
    }

    fn ids(&self) -> Option<ExternalIds> {
        let imdb_id = self.imdb_id.as_deref();
        let imdb_id = imdb_id.and_then(|id| parse_imdb_id(id.trim()));
        let tmdb_id = self.tmdb_id.map(|id| id.to_string());
        let tmdb_id = tmdb_id.and_then(|id| parse_tmdb_id(&id));
        let is_id = imdb_id.is_some() || tmdb_id.is_some();
        is_id.then(|| ExternalIds {
            imdb_id,
            tmdb_id,
            ..ExternalIds::default()
        })
    }
}

const ONE_FIELD: &str = "Send exactly one of movie_id, imdb_id, tmdb_id, as_typed and skip.";

fn advice(field: &str) -> &'static str {
    match field {
        "imdb_id" => "An IMDb id looks like tt0133093.",
        "tmdb_id" => "A TMDB id is a positive number of up to ten digits.",
        _ => "This can only be true. Leave it out otherwise.",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{FilmChoice, RowDecision};
    use crate::catalog::ExternalIds;

    fn check(body: Value) -> Result<FilmChoice, Vec<String>> {
        let decision: RowDecision = serde_json::from_value(body).expect("a decision");
        decision.check().map_err(|errors| {
            let fields = errors.iter().map(|(field, _)| field.to_owned());
            fields.collect()
        })
    }

    #[test]
    fn one_field_decides() {
        let imdb = ExternalIds {
            imdb_id: Some("tt0133093".to_owned()),
            ..ExternalIds::default()
        };
        let tmdb = ExternalIds {
            tmdb_id: Some(603),
            ..ExternalIds::default()
        };
        for (body, choice) in [
            (json!({ "movie_id": 7 }), FilmChoice::Movie(7)),
            (json!({ "imdb_id": "tt0133093" }), FilmChoice::Ids(imdb)),
            (json!({ "tmdb_id": 603 }), FilmChoice::Ids(tmdb)),
            (json!({ "as_typed": true }), FilmChoice::AsTyped),
            (
                json!({ "skip": true, "movie_id": null }),
                FilmChoice::LeaveOut,
            ),
        ] {
            assert_eq!(check(body.clone()), Ok(choice), "{body}");
        }
    }

    #[test]
    fn what_is_unusable_is_named() {
        for (body, fields) in [
            (json!({}), vec!["movie_id"]),
            (json!({ "movie_id": null }), vec!["movie_id"]),
            (
                json!({ "movie_id": 7, "skip": true }),
                vec!["movie_id", "skip"],
            ),
            (json!({ "imdb_id": "tt1", }), vec!["imdb_id"]),
            (json!({ "imdb_id": "nm0000206", }), vec!["imdb_id"]),
            (json!({ "tmdb_id": 0 }), vec!["tmdb_id"]),
            (json!({ "tmdb_id": -603 }), vec!["tmdb_id"]),
            (json!({ "as_typed": false }), vec!["as_typed"]),
            (json!({ "skip": false }), vec!["skip"]),
        ] {
            let fields: Vec<String> = fields.into_iter().map(str::to_owned).collect();
            assert_eq!(check(body.clone()), Err(fields), "{body}");
        }
    }
}
