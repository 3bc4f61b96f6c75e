//! Handlers for signing in and out.

use axum::extract::{Query, State};
use axum::http::header::USER_AGENT;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::retry_later_page;
use crate::accounts::components::auth_pages;
use crate::accounts::form::{RawSignIn, parse_time_zone};
use crate::accounts::{Accounts, Auth, Member, TypedForm, commands, sessions};
use crate::config::Config;
use crate::db::Db;
use crate::paths;
use crate::web::form::{EmptyForm, from_fields};
use crate::web::url_checks::local_path;
use crate::web::{ClientAddress, Done, Error, FieldErrors, Form, Page};

/// `GET /login`: the sign-in form, or a redirect when already signed in.
pub async fn show(
    _: paths::Login,
    auth: Auth,
    State(accounts): State<Accounts>,
    Query(query): Query<paths::NextParams>,
) -> Response {
    if auth.user.is_some() {
        return Done::redirect_to(next_path(&query.next)).into_response();
    }
    let raw = RawSignIn {
        next: query.next,
        ..RawSignIn::default()
    };
    let form = SignInForm {
        raw,
        ..SignInForm::default()
    };
    let page = SignInPage::new(&form, &accounts.config);
    page.render(&FieldErrors::default()).into_response()
}

/// `POST /login`: checks the password and starts a session. What was typed into another form
/// before is given back on its page.
pub async fn create(
    _: paths::Login,
    mut auth: Auth,
    State(accounts): State<Accounts>,
    address: ClientAddress,
    headers: HeaderMap,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let form = SignInForm::parse(fields)?;
    let page = SignInPage::new(&form, &accounts.config);
    if form.is_only_carried() {
        return Ok(page.render(&FieldErrors::default()).into_response());
    }
    let (username, password) = (&form.raw.username, form.raw.password.clone());
    match commands::authenticate(&accounts, address, username, password).await {
        Ok(Some(member)) => {
            start_session(&mut auth, &member, &headers).await?;
            let done = redirect_after_sign_in(&accounts.db, &auth, &member, form).await?;
            Ok(done.into_response())
        }
        Ok(None) => {
            let errors = FieldErrors::single("", "The username or the password is wrong.");
            let page = page.render(&errors);
            Ok(page
                .status(StatusCode::UNPROCESSABLE_ENTITY)
                .into_response())
        }
        Err(error) => retry_later_page(error, |errors| page.render(errors)),
    }
}

/// `POST /logout`: ends the session.
pub async fn destroy(_: paths::Logout, auth: Auth, _: Form<EmptyForm>) -> Result<Response, Error> {
    end_session(auth).await
}

/// Signs out, and has the browser clear its cache, with pages for the back button. Never its
/// storage: reviews that wait to be sent are there.
pub async fn end_session(mut auth: Auth) -> Result<Response, Error> {
    auth.logout().await?;
    let clear = [("clear-site-data", r#""cache""#)];
    Ok((clear, Done::redirect_to(paths::Feed)).into_response())
}

/// Starts a session under a new id, which prevents session fixation.
pub async fn start_session(
    auth: &mut Auth,
    member: &Member,
    headers: &HeaderMap,
) -> Result<(), Error> {
    auth.session.cycle_id().await?;
    let user_agent = sessions::user_agent_of(headers.get(USER_AGENT));
    auth.session
        .insert(sessions::USER_AGENT_KEY, user_agent)
        .await?;
    auth.login(member).await?;
    Ok(())
}

/// Redirects to where the member was going, or to the settings when their time zone is unknown.
async fn redirect_after_sign_in(
    db: &Db,
    auth: &Auth,
    member: &Member,
    form: SignInForm,
) -> Result<Done, Error> {
    let SignInForm { raw, typed } = form;
    let next = match typed.is_empty() {
        true => next_path(&raw.next),
        false => typed.keep_for(member, &auth.session).await?,
    };
    if member.zone.is_none() {
        match parse_time_zone(&raw.time_zone) {
            Ok(Some(zone)) => commands::set_time_zone(db, member.id, zone).await?,
            _ => return Ok(Done::redirect_to(paths::Settings)),
        }
    }
    Ok(Done::redirect_to(next))
}

fn next_path(next: &str) -> String {
    local_path(next).unwrap_or_else(|| paths::Feed.to_string())
}

/// The sign-in form, and another form that it carries along.
#[derive(Default)]
struct SignInForm {
    raw: RawSignIn,
    typed: TypedForm,
}

impl SignInForm {
    fn parse(fields: Vec<(String, String)>) -> Result<Self, Error> {
        let (typed, own_fields) = TypedForm::split(fields);
        let raw = from_fields(own_fields)?;
        Ok(Self { raw, typed })
    }

    /// Whether it comes from a page that carries another form, but has no fields to sign in.
    fn is_only_carried(&self) -> bool {
        let RawSignIn {
            username, password, ..
        } = &self.raw;
        username.is_empty() && password.is_empty() && !self.typed.is_empty()
    }
}

struct SignInPage<'a> {
    form: &'a SignInForm,
    config: &'a Config,
}

impl<'a> SignInPage<'a> {
    fn new(form: &'a SignInForm, config: &'a Config) -> Self {
        Self { form, config }
    }

    fn render(&self, errors: &FieldErrors) -> Page {
        let SignInForm { raw, typed } = self.form;
        let can_register = self.config.allow_registration;
        let main = auth_pages::sign_in(raw, typed, errors, can_register);
        Page::new("Sign in", main).signs_in()
    }
}
