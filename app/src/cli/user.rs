//! `movies-diary user`: adds members and sets passwords.

use std::io::{self, BufRead, IsTerminal};

use axum::extract::FromRef;
use entity::member::Role;
use movies_diary::AppState;
use movies_diary::accounts::commands::{CreateAccountError, Registration};
use movies_diary::accounts::{self, Accounts, RawAccount};

use super::{CommandResult, UserCommand};

pub(crate) async fn run_user(state: &AppState, command: UserCommand) -> CommandResult {
    match command {
        UserCommand::Add { name, admin } => add_user(state, &name, admin).await,
        UserCommand::SetPassword { name } => set_user_password(state, &name).await,
    }
}

async fn add_user(state: &AppState, name: &str, admin: bool) -> CommandResult {
    let raw = RawAccount {
        username: name.to_owned(),
        password: read_password()?,
        ..RawAccount::default()
    };
    let accounts = Accounts::from_ref(state);
    let account = raw.check(&accounts).await?.map_err(|errors| {
        let messages = [errors.get("username"), errors.get("password")];
        messages.into_iter().flatten().collect::<Vec<_>>().join(" ")
    })?;
    let role = if admin { Role::Admin } else { Role::Member };
    match accounts::commands::create_account(&accounts, None, account, Registration::Open(role))
        .await
    {
        Ok(member) => Ok(format!("Created an account for {}.", member.username)),
        Err(CreateAccountError::UsernameTaken) => {
            Err("this username is taken, or was used before: choose another".into())
        }
        Err(error) => Err(error.into()),
    }
}

async fn set_user_password(state: &AppState, name: &str) -> CommandResult {
    let accounts = Accounts::from_ref(state);
    let member = accounts::queries::find_by_username(&accounts.db, &name.trim().to_lowercase())
        .await?
        .ok_or("there is no member with that username")?;
    let password = accounts
        .check_password(&read_password()?, &member.username, &member.display_name)
        .await??;
    let member =
        accounts::commands::change_password(&accounts, None, member.id, password, None).await?;
    Ok(format!(
        "{} has a new password and is signed out everywhere.",
        member.username
    ))
}

/// Prompts without echo on a terminal; otherwise reads one line from standard input.
fn read_password() -> io::Result<String> {
    if io::stdin().is_terminal() {
        let password = rpassword::prompt_password("Password: ")?;
        let again = rpassword::prompt_password("Repeat the password: ")?;
        return if password == again {
            Ok(password)
        } else {
            Err(io::Error::other("the passwords do not match"))
        };
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
