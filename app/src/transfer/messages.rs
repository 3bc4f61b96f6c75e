//! What the codes of an import mean, in sentences for its member.

use serde_json::Value;

use super::files::readers::reader_name;
use super::files::reasons::{RefusalReason, SkipReason, WarningCode};
use super::matching::{NO_FILM, NO_YEAR, SEVERAL_FILMS};
use super::plan::{ALREADY_THERE, DELETED_HERE, LEFT_OUT, LIKED_NOT_WATCHED, NOT_WANTED};
use super::receive::RefusedFile;
use super::work::{
    EDITED_HERE, MOVIE_GONE, NO_PICTURE, NOT_LOGGED, OTHER_FILM, STAYS, TOO_MANY_OF_ONE_FILM,
    UNREADABLE,
};
use crate::catalog::film_match::Rung;
use crate::web::ui::time::format_date;

/// Why a row is not in the diary, or why something stays there. `detail` has the numbers or the
/// day that belong to the reason.
pub fn reason_message(code: &str, detail: Option<&Value>) -> String {
    if let Ok(reason) = serde_json::from_value::<SkipReason>(code.into()) {
        return skip_message(reason, detail);
    }
    if code == DELETED_HERE
        && let Some(day) = detail.and_then(|detail| detail["deleted_on"].as_str()?.parse().ok())
    {
        return format!("You deleted this viewing here on {}.", format_date(day));
    }
    let message = match code {
        ALREADY_THERE => "Already in your diary or on your list.",
        DELETED_HERE => "You deleted this viewing here.",
        LEFT_OUT => "You left this film out.",
        LIKED_NOT_WATCHED => "You liked this film, but no viewing says that you saw it.",
        NOT_WANTED => "You chose not to import this kind of entry.",
        SEVERAL_FILMS => "Several films fit. Choose the right one.",
        NO_FILM => "No film with this name is known here. It may be a series.",
        NO_YEAR => "The file doesn’t say enough to know which film it is.",
        EDITED_HERE => "You edited it after the import, so it stays.",
        MOVIE_GONE => "The film that was chosen is no longer here.",
        STAYS => "Settings, corrections and posters stay as they are.",
        NOT_LOGGED => "You haven’t logged this film, so it stays as others see it.",
        OTHER_FILM => "With this correction, it would be another film that is already here.",
        NO_PICTURE => "The picture is damaged or no longer here. Import the archive again.",
        UNREADABLE => "Another version of this program stored the row. Import the file again.",
        TOO_MANY_OF_ONE_FILM => "There are too many entries for this one film.",
        _ => UNKNOWN_REASON,
    };
    message.to_owned()
}

const UNKNOWN_REASON: &str = "It could not be imported.";

fn skip_message(reason: SkipReason, detail: Option<&Value>) -> String {
    let message = match reason {
        SkipReason::TvSeries => "A series, not a film.",
        SkipReason::TvSeason => "A season of a series, not a film.",
        SkipReason::TvEpisode => "An episode of a series, not a film.",
        SkipReason::Game => "A video game, not a film.",
        SkipReason::Podcast => "A podcast, not a film.",
        SkipReason::MusicVideo => "A music video, not a film.",
        SkipReason::Trailer => "A trailer, not a film.",
        SkipReason::NotFinished => "It wasn’t watched to the end.",
        SkipReason::NotAViewing => "This row doesn’t say that you saw, rated or saved the film.",
        SkipReason::OtherProfile => "It belongs to another profile.",
        SkipReason::Duplicate => "The file has the same entry twice.",
        SkipReason::EmptyRow => "The row is empty.",
        SkipReason::FieldCount => "The row has too many or too few cells. Check commas and quotes.",
        SkipReason::NoTitle => "The row names no film.",
        SkipReason::TitleTooLong => return too_long("title", detail),
        SkipReason::BadYear => "The year isn’t a year in which a film can have come out.",
        SkipReason::BadDate => "The date can’t be read.",
        SkipReason::FutureDate => "The date is in the future.",
        SkipReason::DateTooEarly => "The date is before there were films.",
        SkipReason::BadRating => "The rating doesn’t fit the scale of the file.",
        SkipReason::BadId => "The IMDb or TMDB id isn’t one.",
        SkipReason::CommentTooLong => return too_long("comment", detail),
        SkipReason::ControlCharacters => "The text has characters that can’t be shown.",
    };
    message.to_owned()
}

/// `detail` has how many characters there are, and how many fit.
fn too_long(what: &str, detail: Option<&Value>) -> String {
    let number = |name: &str| detail.and_then(|detail| detail[name].as_i64());
    match (number("characters"), number("most")) {
        (Some(characters), Some(most)) => {
            format!("The {what} has {characters} characters; at most {most} fit.")
        }
        _ => format!("The {what} is too long."),
    }
}

/// Why nothing was made of a file, and what to do.
pub fn refusal_message(refused: &RefusedFile) -> String {
    let refusal = &refused.refusal;
    let upload = match refused.upload.as_str() {
        "" => "The file".to_owned(),
        name => format!("“{name}”"),
    };
    let file = match &refusal.file {
        Some(inner) => format!("“{inner}” in {upload}"),
        None => upload,
    };
    let column = refusal.column.as_deref().unwrap_or_default();
    let line = refusal.line.map(|line| format!(" on line {line}"));
    let line = line.unwrap_or_default();
    match refusal.reason {
        RefusalReason::EmptyFile => {
            format!("{file} is empty. Export your data again and choose the new file.")
        }
        RefusalReason::MissingColumn => format!(
            "{file} has no column “{column}”, which tells the films apart. Choose the file as the service wrote it."
        ),
        RefusalReason::UnclosedQuote => format!(
            "In {file}, a quotation mark opens{line} and never closes. Mend that line, or export the file again."
        ),
        RefusalReason::UnknownFormat => format!(
            "{file} isn’t a file that can be read here. Choose the file as another service exported it, such as a zip from Letterboxd, or any CSV with a list of films."
        ),
        RefusalReason::NewerVersion => format!(
            "{file} was exported by a newer version of Movies Diary. Update this server, then import it again."
        ),
        RefusalReason::NotAZip => format!(
            "{file} is damaged, or isn’t a zip at all. Download it again, and wait until the download is complete."
        ),
        RefusalReason::ZipTooLarge => format!(
            "{file} unpacks to more than can be imported at once. Choose the files inside it instead."
        ),
        RefusalReason::ZipEncrypted => {
            format!("{file} is locked with a password. Unpack it, and choose the files inside it.")
        }
        RefusalReason::ZipNested => {
            format!("{file} has only another zip inside. Unpack it, and choose the inner zip.")
        }
        RefusalReason::ZipNameTwice => format!(
            "{file} is in the zip twice, and nobody can say which one counts. Choose the right file on its own."
        ),
        RefusalReason::TooManyRows => format!(
            "{file} has more than 500,000 rows. Split it into several files, and import one after the other."
        ),
    }
}

/// What is to be known about files or rows that are imported.
pub fn warning_message(code: WarningCode) -> &'static str {
    match code {
        WarningCode::FileIgnored => "Files without anything to import",
        WarningCode::OddPath => "Files with an unusual path, which were not opened",
        WarningCode::UnknownColumn => "Columns that are not known here, and were not read",
        WarningCode::ColumnIgnored => "Columns that were not read",
        WarningCode::MissingColumn => "Columns that are missing, so less is known",
        WarningCode::NoRows => "Files without any rows",
        WarningCode::EncodingGuessed => {
            "Files in an old character set, which was guessed. Check names with accents"
        }
        WarningCode::RatingRounded => "Ratings that were rounded to the nearest half star",
        WarningCode::RatingDiffers => "Ratings that differ from the rating of the viewing",
        WarningCode::RatingWithoutViewing => {
            "Ratings of films that were not seen yet, which were not taken over"
        }
        WarningCode::RatingInWatchlist => {
            "Ratings of films on the watchlist, which were not taken over"
        }
        WarningCode::LikedNotWatched => "Likes of films without a viewing, which are left out",
        WarningCode::PlaysCloseTogether => {
            "Viewings of the same film within minutes. You may want to delete one"
        }
        WarningCode::TooManyTags => "Reviews with more than ten tags. Only the first ten are kept",
        WarningCode::TagTooLong => "Tags longer than 32 characters, which are left out",
    }
}

/// The name of a service, by the word of the API.
pub fn source_name(source: &str) -> &str {
    match source {
        "several" => "Several services",
        "" => "Files",
        other => reader_name(other).unwrap_or(other),
    }
}

/// How a film was matched.
pub fn rung_message(rung: &str) -> &'static str {
    match Rung::parse(rung) {
        Some(Rung::Id) => "by its id",
        Some(Rung::NameAndYear) => "same title and year",
        Some(Rung::SimilarNameAndYear) => "nearly the same title, same year",
        Some(Rung::NameAndNearYear) => "same title, a year apart",
        Some(Rung::SimilarNameAndNearYear) => "nearly the same title, a year apart",
        Some(Rung::OnlyOneOfThatName) => "the only film with this title",
        None => "as chosen",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::transfer::Refusal;

    const REASONS: [SkipReason; 23] = [
        SkipReason::TvSeries,
        SkipReason::TvSeason,
        SkipReason::TvEpisode,
        SkipReason::Game,
        SkipReason::Podcast,
        SkipReason::MusicVideo,
        SkipReason::Trailer,
        SkipReason::NotFinished,
        SkipReason::NotAViewing,
        SkipReason::OtherProfile,
        SkipReason::Duplicate,
        SkipReason::EmptyRow,
        SkipReason::FieldCount,
        SkipReason::NoTitle,
        SkipReason::TitleTooLong,
        SkipReason::BadYear,
        SkipReason::BadDate,
        SkipReason::FutureDate,
        SkipReason::DateTooEarly,
        SkipReason::BadRating,
        SkipReason::BadId,
        SkipReason::CommentTooLong,
        SkipReason::ControlCharacters,
    ];

    #[test]
    fn every_code_has_a_sentence_of_its_own() {
        let skipped = REASONS.map(|reason| serde_json::to_value(reason).expect("a word"));
        let skipped = skipped.iter().map(|code| code.as_str().expect("a text"));
        let others = [
            ALREADY_THERE,
            DELETED_HERE,
            LEFT_OUT,
            LIKED_NOT_WATCHED,
            NOT_WANTED,
            SEVERAL_FILMS,
            NO_YEAR,
            NO_FILM,
            EDITED_HERE,
            MOVIE_GONE,
            NOT_LOGGED,
            NO_PICTURE,
            OTHER_FILM,
            STAYS,
            TOO_MANY_OF_ONE_FILM,
            UNREADABLE,
        ];
        let mut seen = std::collections::HashSet::new();
        for code in skipped.chain(others) {
            let message = reason_message(code, None);
            assert_ne!(message, UNKNOWN_REASON, "{code}");
            assert!(message.ends_with('.'), "{message}");
            assert!(seen.insert(message.clone()), "twice: {message}");
        }
        assert_eq!(reason_message("new_code", None), UNKNOWN_REASON);
    }

    #[test]
    fn sentences_tell_numbers_and_days() {
        let detail = json!({ "characters": 10_050, "most": 10_000 });
        assert_eq!(
            reason_message("comment_too_long", Some(&detail)),
            "The comment has 10050 characters; at most 10000 fit."
        );
        let detail = json!({ "deleted_on": "2024-03-07" });
        assert_eq!(
            reason_message(DELETED_HERE, Some(&detail)),
            "You deleted this viewing here on 7 Mar 2024."
        );
    }

    #[test]
    fn refusals_name_file_column_and_line() {
        let refused = RefusedFile {
            upload: "export.zip".to_owned(),
            refusal: Refusal {
                file: Some("diary.csv".to_owned()),
                column: Some("Name".to_owned()),
                ..RefusalReason::MissingColumn.into()
            },
        };
        let message = refusal_message(&refused);
        assert!(message.starts_with("“diary.csv” in “export.zip” has no column “Name”"));
        let refused = RefusedFile {
            upload: "films.csv".to_owned(),
            refusal: Refusal {
                line: Some(17),
                ..RefusalReason::UnclosedQuote.into()
            },
        };
        assert!(
            refusal_message(&refused).contains("“films.csv”, a quotation mark opens on line 17")
        );
    }
}
