//! Answers what a file does not tell of itself.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::own_import;
use super::show::import_page;
use crate::accounts::{Member, Viewer};
use crate::clock::Clock;
use crate::db::Db;
use crate::events::EventSender;
use crate::paths;
use crate::settings::components::imports::view::AnswersView;
use crate::settings::import_answers::RawAnswers;
use crate::transfer::commands::answer_questions;
use crate::web::{Done, Error, Form};

/// `POST /settings/import/{id}/answers`: answers the open questions about the files.
pub async fn answer(
    paths::ImportAnswers { id }: paths::ImportAnswers,
    viewer: Viewer,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
    State(events): State<EventSender>,
    Form(raw): Form<RawAnswers>,
) -> Result<Response, Error> {
    let import = own_import(&db, &member, id).await?;
    match raw.check(&import.questions) {
        Ok(answers) => {
            // An answer may raise another question, which the page then asks.
            answer_questions(&db, &events, member.id, id, answers).await?;
            Ok(Done::redirect_to(paths::Import { id }).into_response())
        }
        Err(errors) => {
            let answers = AnswersView {
                typed: Some(&raw),
                errors,
            };
            let page = import_page(&db, &clock, &viewer, &member, &import, &answers).await?;
            Ok(page
                .status(StatusCode::UNPROCESSABLE_ENTITY)
                .into_response())
        }
    }
}
