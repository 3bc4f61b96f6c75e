//! What a member typed into a form before their session ended. The sign-in form carries it along,
//! and the session that starts then keeps it until the page of that form is opened.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use maud::{Markup, html};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use super::Member;
use super::sessions::session_error;
use crate::device::parse_account_mark;
use crate::paths;
use crate::web::Error;
use crate::web::form::from_fields;
use crate::web::url_checks::local_path;

/// Tells the carried fields from those of the sign-in form itself.
const PREFIX: &str = "typed.";

const SESSION_KEY: &str = "typed_form";

/// The fields of a form that names its member (`by`) and its page (`page`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedForm(Vec<(String, String)>);

impl TypedForm {
    /// `None` if the form does not say whose it is, or on which page it is. Passwords are left out.
    pub fn from_body(body: &[u8]) -> Option<Self> {
        let fields = url::form_urlencoded::parse(body).into_owned();
        let is_secret = |name: &str| name.contains("password");
        let typed = Self(fields.filter(|(name, _)| !is_secret(name)).collect());
        (typed.page().is_some() && typed.account_mark().is_some()).then_some(typed)
    }

    /// Splits the fields of a sign-in form into those that it carries along and its own.
    pub fn split(fields: Vec<(String, String)>) -> (Self, Vec<(String, String)>) {
        let (carried, own): (Vec<_>, Vec<_>) = fields
            .into_iter()
            .partition(|(name, _)| name.starts_with(PREFIX));
        let carried = carried
            .into_iter()
            .map(|(name, value)| (name[PREFIX.len()..].to_owned(), value));
        (Self(carried.collect()), own)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn value(&self, name: &str) -> Option<&str> {
        let mut fields = self.0.iter();
        let found = fields.find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    fn page(&self) -> Option<String> {
        local_path(self.value("page")?)
    }

    fn account_mark(&self) -> Option<String> {
        parse_account_mark(self.value("by")?)
    }

    /// Fields for a sign-in form.
    pub fn hidden_inputs(&self) -> Markup {
        html! {
            @for (name, value) in &self.0 { input type="hidden" name={ (PREFIX) (name) } value=(value); }
        }
    }

    /// Keeps the form in the new session of its member, and returns where to go. Another member
    /// gets nothing of it.
    pub async fn keep_for(self, member: &Member, session: &Session) -> Result<String, Error> {
        match self.page() {
            Some(page) if self.account_mark() == Some(member.account_mark()) => {
                let kept = session.insert(SESSION_KEY, self).await;
                kept.map_err(session_error)?;
                Ok(page)
            }
            _ => Ok(paths::Feed.to_string()),
        }
    }
}

/// What was typed into the form of the requested page before the member had to sign in again. The
/// session gives it back once.
#[derive(Debug)]
pub struct ReturnedForm<T>(pub Option<T>);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for ReturnedForm<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let Some(session) = parts.extensions.get::<Session>().cloned() else {
            return Ok(Self(None));
        };
        let kept: Option<TypedForm> = session.get(SESSION_KEY).await.map_err(session_error)?;
        let requested = parts.uri.path_and_query().map(|page| page.as_str());
        let Some(kept) = kept.filter(|kept| kept.page().as_deref() == requested) else {
            return Ok(Self(None));
        };
        let removed = session.remove::<TypedForm>(SESSION_KEY).await;
        removed.map_err(session_error)?;
        Ok(Self(from_fields(kept.0).ok()))
    }
}

#[cfg(test)]
mod tests {
    use super::TypedForm;

    const MARK: &str = "00112233aabbccdd";

    #[test]
    fn only_forms_that_can_be_given_back_are_carried() {
        for body in [
            String::new(),
            "comment=x".to_owned(),
            format!("by={MARK}&comment=x"),
            format!("by={MARK}&page=https://evil.example/"),
            "by=me&page=/reviews/7/edit".to_owned(),
        ] {
            assert_eq!(TypedForm::from_body(body.as_bytes()), None, "{body}");
        }
    }

    #[test]
    fn fields_come_through_the_sign_in_form_without_passwords() {
        let body = format!(
            "by={MARK}&page=/reviews/7/edit&tags=a%2C+b&password=p&new_password=q&username=ada"
        );
        let typed = TypedForm::from_body(body.as_bytes()).expect("it can be given back");
        assert_eq!(typed.value("tags"), Some("a, b"));
        assert_eq!(typed.value("password"), None);
        assert_eq!(typed.value("new_password"), None);
        let sent = [("typed.tags", "a, b"), ("username", "eve")];
        let sent = sent.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let (carried, own) = TypedForm::split(Vec::from(sent));
        assert_eq!(carried.value("tags"), Some("a, b"));
        assert_eq!(own, [("username".to_owned(), "eve".to_owned())]);
    }
}
