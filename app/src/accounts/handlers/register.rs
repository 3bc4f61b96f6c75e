//! New accounts: the first one, invited ones, and anybody's where registration is
//! open. And new passwords, by a one-time link.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use entity::member::Role;
use entity::one_time_link::Purpose;

use super::again_later;
use super::sign_in::begin;
use crate::accounts::commands::{Entry, NotMade};
use crate::accounts::components::entrance;
use crate::accounts::form::{RawAccount, RawReset};
use crate::accounts::{Accounts, Auth, Member, Password, commands, links, queries};
use crate::paths;
use crate::web::{ClientAddress, Done, Error, Fields, Form, Page};

const DEAD_SETUP: &str = "While nobody is admin here, each start of the server prints a fresh one: \
     start it again and follow the link that it prints.";
const DEAD_INVITE: &str = "It was used, taken back, or is older than 7 days. Ask for a new one.";
const DEAD_RESET: &str =
    "It was used, replaced by a newer one, or is older than 7 days. Ask for a new one.";

/// `GET /setup`
pub async fn setup(
    _: paths::Setup,
    State(accounts): State<Accounts>,
    Query(paths::Code { code }): Query<paths::Code>,
) -> Result<Page, Error> {
    match accounts.works(Purpose::Setup, &code).await? {
        true if !queries::has_admin(&accounts.db).await? => {
            let raw = RawAccount {
                code,
                ..RawAccount::default()
            };
            Ok(setup_page(&raw, &Fields::default()))
        }
        _ => Ok(dead_link(DEAD_SETUP)),
    }
}

/// `POST /setup`
pub async fn set_up(
    _: paths::Setup,
    auth: Auth,
    State(accounts): State<Accounts>,
    address: ClientAddress,
    headers: HeaderMap,
    Form(raw): Form<RawAccount>,
) -> Result<Response, Error> {
    if let Err(error) = accounts.limits.count_address(address) {
        return again_later(error, |errors| setup_page(&raw, errors));
    }
    if !accounts.works(Purpose::Setup, &raw.code).await? {
        return Ok(dead_link(DEAD_SETUP).into_response());
    }
    let entry = Entry::Setup(raw.code.clone());
    let made = match accounts.make(&raw, entry).await? {
        Ok(member) => member,
        Err(Refused::Link) => return Ok(dead_link(DEAD_SETUP).into_response()),
        Err(Refused::Fields(errors)) => return Ok(again(setup_page(&raw, &errors))),
    };
    // Whoever sets a site up lives where its readers do, until they say otherwise.
    if let Some(zone) = made.zone {
        accounts.site.set_zone(&accounts.db, zone).await?;
    }
    enter(auth, &made, &headers).await
}

/// `GET /register`
pub async fn show(
    _: paths::Register,
    State(accounts): State<Accounts>,
    Query(paths::Code { code }): Query<paths::Code>,
) -> Result<Page, Error> {
    if code.is_empty() && !accounts.config.allow_registration {
        return Err(Error::NotFound);
    }
    if !code.is_empty() && !accounts.works(Purpose::Invite, &code).await? {
        return Ok(dead_link(DEAD_INVITE));
    }
    let raw = RawAccount {
        code,
        ..RawAccount::default()
    };
    Ok(register_page(&raw, &Fields::default()))
}

/// `POST /register`
pub async fn create(
    _: paths::Register,
    auth: Auth,
    State(accounts): State<Accounts>,
    address: ClientAddress,
    headers: HeaderMap,
    Form(raw): Form<RawAccount>,
) -> Result<Response, Error> {
    let entry = match raw.code.as_str() {
        "" if accounts.config.allow_registration => Entry::Open(Role::Member),
        "" => return Err(Error::NotFound),
        code => Entry::Invite(code.to_owned()),
    };
    if let Err(error) = accounts.limits.count_address(address) {
        return again_later(error, |errors| register_page(&raw, errors));
    }
    if matches!(entry, Entry::Invite(_)) && !accounts.works(Purpose::Invite, &raw.code).await? {
        return Ok(dead_link(DEAD_INVITE).into_response());
    }
    match accounts.make(&raw, entry).await? {
        Ok(member) => enter(auth, &member, &headers).await,
        Err(Refused::Link) => Ok(dead_link(DEAD_INVITE).into_response()),
        Err(Refused::Fields(errors)) => Ok(again(register_page(&raw, &errors))),
    }
}

/// `GET /reset`
pub async fn reset(
    _: paths::Reset,
    State(accounts): State<Accounts>,
    Query(paths::Code { code }): Query<paths::Code>,
) -> Result<Page, Error> {
    match accounts.works(Purpose::Reset, &code).await? {
        true => {
            let raw = RawReset {
                code,
                ..RawReset::default()
            };
            Ok(reset_page(&raw, &Fields::default()))
        }
        false => Ok(dead_link(DEAD_RESET)),
    }
}

/// `POST /reset`
pub async fn set_password(
    _: paths::Reset,
    auth: Auth,
    State(accounts): State<Accounts>,
    address: ClientAddress,
    headers: HeaderMap,
    Form(raw): Form<RawReset>,
) -> Result<Response, Error> {
    if let Err(error) = accounts.limits.count_address(address) {
        return again_later(error, |errors| reset_page(&raw, errors));
    }
    if !accounts.works(Purpose::Reset, &raw.code).await? {
        return Ok(dead_link(DEAD_RESET).into_response());
    }
    let password = match Password::check(&raw.password, "") {
        Ok(password) => password,
        Err(told) => return Ok(again(reset_page(&raw, &Fields::one("password", told)))),
    };
    match commands::reset_password(&accounts, raw.code, password).await? {
        Some(member) => enter(auth, &member, &headers).await,
        None => Ok(dead_link(DEAD_RESET).into_response()),
    }
}

/// Why an account was not made.
enum Refused {
    Link,
    Fields(Fields),
}

impl Accounts {
    async fn works(&self, purpose: Purpose, code: &str) -> Result<bool, Error> {
        let found = links::find(&self.db, &self.clock, purpose, code).await?;
        Ok(found.is_some())
    }

    async fn make(&self, raw: &RawAccount, entry: Entry) -> Result<Result<Member, Refused>, Error> {
        let account = match raw.check() {
            Ok(account) => account,
            Err(errors) => return Ok(Err(Refused::Fields(errors))),
        };
        match commands::create(self, account, entry).await {
            Ok(member) => Ok(Ok(member)),
            Err(NotMade::Taken) => Ok(Err(Refused::Fields(Fields::one(
                "username",
                "This name is taken. Choose another.",
            )))),
            Err(NotMade::LinkGone) => Ok(Err(Refused::Link)),
            Err(NotMade::Busy) => Err(Error::Busy),
            Err(NotMade::Database(error)) => Err(error.into()),
        }
    }
}

async fn enter(mut auth: Auth, member: &Member, headers: &HeaderMap) -> Result<Response, Error> {
    begin(&mut auth, member, headers).await?;
    Ok(match member.zone {
        Some(_) => Done::at(paths::Feed),
        None => Done::at(paths::Settings),
    }
    .into_response())
}

fn setup_page(raw: &RawAccount, errors: &Fields) -> Page {
    let lead = "This is the first account of your diary. It is an admin's: it can invite others.";
    let title = "Set up your diary";
    Page::new(
        title,
        entrance::new_account(title, lead, &paths::Setup, raw, errors),
    )
}

fn register_page(raw: &RawAccount, errors: &Fields) -> Page {
    let lead = "Keep a diary of the films you watch. No e-mail address needed.";
    let title = "Create an account";
    Page::new(
        title,
        entrance::new_account(title, lead, &paths::Register, raw, errors),
    )
}

fn reset_page(raw: &RawReset, errors: &Fields) -> Page {
    Page::new("Choose a new password", entrance::reset(raw, errors))
}

fn dead_link(advice: &str) -> Page {
    Page::new(
        "This link does not work any more",
        entrance::dead_link(advice),
    )
    .status(StatusCode::NOT_FOUND)
}

fn again(page: Page) -> Response {
    page.status(StatusCode::UNPROCESSABLE_ENTITY)
        .into_response()
}
