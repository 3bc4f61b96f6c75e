//! Making a list, and changing its title, description and visibility.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::accounts::{Member, ReturnedForm, Viewer};
use crate::clock::Clock;
use crate::db::Db;
use crate::lists::commands::{self, ListError};
use crate::lists::components::form::{self, ListFormView};
use crate::lists::form::{ListFields, RawList};
use crate::lists::queries::find_own_list;
use crate::paths;
use crate::web::form::OUTDATED_FORM;
use crate::web::{Done, Error, FieldErrors, Form, Page};

/// `GET /lists/new`: the form of a new list.
pub async fn new_form(
    _: paths::NewList,
    member: Member,
    ReturnedForm(typed): ReturnedForm<RawList>,
) -> Page {
    let raw = typed.unwrap_or_else(RawList::empty);
    form_page(&member, None, &raw, &FieldErrors::default())
}

/// `POST /lists`: makes a list.
pub async fn create(
    _: paths::Lists,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
    Form(raw): Form<RawList>,
) -> Result<Response, Error> {
    let fields = match check(&member, &raw)? {
        Ok(fields) => fields,
        Err(errors) => return Ok(refused(&member, None, &raw, &errors)),
    };
    let key = raw.form_key();
    let key = key.ok_or_else(|| Error::BadRequest(OUTDATED_FORM.to_owned()))?;
    let (id, _) = commands::create_list(&db, &clock, member.id, fields, key).await?;
    Ok(Done::redirect_to(paths::List { id }).into_response())
}

/// `GET /lists/{id}/edit`: the form that changes the member's own list.
pub async fn edit_form(
    paths::EditList { id }: paths::EditList,
    viewer: Viewer,
    member: Member,
    State(db): State<Db>,
    ReturnedForm(typed): ReturnedForm<RawList>,
) -> Result<Page, Error> {
    let list = find_own_list(&db, &viewer, id).await?;
    let list = list.ok_or(Error::NotFound)?;
    let raw = typed.unwrap_or_else(|| RawList::of(&list));
    Ok(form_page(&member, Some(id), &raw, &FieldErrors::default()))
}

/// `POST /lists/{id}`: changes the member's own list.
pub async fn update(
    paths::List { id }: paths::List,
    viewer: Viewer,
    member: Member,
    State(db): State<Db>,
    State(clock): State<Clock>,
    Form(raw): Form<RawList>,
) -> Result<Response, Error> {
    let list = find_own_list(&db, &viewer, id).await?;
    let list = list.ok_or(Error::NotFound)?;
    let fields = match check(&member, &raw)? {
        Ok(fields) => fields,
        Err(errors) => return Ok(refused(&member, Some(id), &raw, &errors)),
    };
    let version = raw.version.parse();
    let version = version.map_err(|_| Error::BadRequest(OUTDATED_FORM.to_owned()))?;
    match commands::update_list(&db, &clock, member.id, id, fields, version).await {
        Ok(()) => Ok(Done::redirect_to(paths::List { id }).into_response()),
        Err(ListError::Stale) => {
            let version = list.version.to_string();
            Ok(changed_meanwhile(&member, id, RawList { version, ..raw }))
        }
        Err(error) => Err(error.into()),
    }
}

/// Fails if somebody else opened the form.
fn check(member: &Member, raw: &RawList) -> Result<Result<ListFields, FieldErrors>, Error> {
    if !raw.by.is_empty() && raw.by != member.account_mark() {
        return Err(Error::OtherMember);
    }
    Ok(raw.check())
}

fn form_page(member: &Member, list: Option<i64>, raw: &RawList, errors: &FieldErrors) -> Page {
    let mark = member.account_mark();
    let view = ListFormView {
        member_mark: &mark,
        raw,
        errors,
        list,
    };
    Page::new(form::title(&view), form::list_form(&view))
}

fn refused(member: &Member, list: Option<i64>, raw: &RawList, errors: &FieldErrors) -> Response {
    form_page(member, list, raw, errors)
        .status(StatusCode::UNPROCESSABLE_ENTITY)
        .into_response()
}

const CHANGED_MEANWHILE: &str = "This list has changed in the meantime. What you typed is still here. Save again to replace it.";

fn changed_meanwhile(member: &Member, id: i64, raw: RawList) -> Response {
    let errors = FieldErrors::single("", CHANGED_MEANWHILE);
    form_page(member, Some(id), &raw, &errors)
        .status(StatusCode::CONFLICT)
        .into_response()
}
