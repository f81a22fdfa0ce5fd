//! Who owns the Tasks of one kind of activity, by what an Admin typed.

use salesforce::users::UserRow;
use tracing::instrument;

use super::TaskOwner;
use crate::app::App;
use crate::salesforce_connection::limits::USERS_FOUND;
use crate::salesforce_connection::{InstallError, search_users};
use crate::use_cases::StaffAction;

/// The active user whose username or name was typed; `None` for nothing. Salesforce isn't
/// asked where it is still the one who was chosen before.
///
/// # Errors
/// No active user has it, or several have.
#[instrument(name = "salesforce.mapping.owner", skip_all, fields(org = %act.org.id))]
pub(super) async fn owner(
    app: &App,
    act: StaffAction<'_>,
    before: Option<TaskOwner>,
    typed: &str,
) -> Result<Option<TaskOwner>, InstallError> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    if let Some(before) = before.filter(|before| before.username == typed) {
        return Ok(Some(before));
    }
    let mut found = search_users(app, act, typed).await?;
    found.retain(UserRow::may_own);
    let user = the_user(found, typed).map_err(InstallError::Invalid)?;
    Ok(Some(TaskOwner {
        id: user.id,
        name: user.name,
        username: user.username,
    }))
}

/// Whose username it is, else whose full name, if that is one user alone.
fn the_user(mut found: Vec<UserRow>, typed: &str) -> Result<UserRow, String> {
    let is = |text: &str| text.to_lowercase() == typed.to_lowercase();
    if let Some(at) = found.iter().position(|user| is(&user.username)) {
        return Ok(found.swap_remove(at));
    }
    let has_name = |user: &&UserRow| is(&user.name);
    let is_all = found.len() < USERS_FOUND;
    if is_all && found.iter().filter(has_name).count() == 1 {
        found.retain(|user| is(&user.name));
        return Ok(found.swap_remove(0));
    }
    let namesakes: Vec<&UserRow> = found.iter().filter(has_name).collect();
    let near = if namesakes.is_empty() {
        found.iter().collect()
    } else {
        namesakes
    };
    if near.is_empty() {
        return Err(format!(
            "No active user of your org has the name or username “{typed}”."
        ));
    }
    let named = |user: &&UserRow| format!("{} ({})", user.name, user.username);
    let near: Vec<String> = near.iter().take(NAMED).map(named).collect();
    Err(format!(
        "“{typed}” isn’t the username or the full name of exactly one active user. Type the \
         username of the one you mean, such as {}.",
        near.join(", ")
    ))
}

/// How many users are named who may be meant.
const NAMED: usize = 3;

#[cfg(test)]
mod tests {
    use domain::matching::candidates::RecordId;

    use super::*;

    fn user(name: &str, username: &str) -> UserRow {
        UserRow {
            id: RecordId::new(username),
            name: name.to_owned(),
            username: username.to_owned(),
            is_active: Some(true),
        }
    }

    #[test]
    fn one_user_is_meant_or_nobody() {
        let all = || {
            vec![
                user("Ada Berg", "ada@acme.example"),
                user("Ada Berg", "ada.berg@acme.example"),
                user("Ada Bergmann", "bergmann@acme.example"),
                user("Noa Lind", "noa@acme.example"),
            ]
        };
        let chosen = |typed: &str| the_user(all(), typed).map(|user| user.username);
        assert_eq!(chosen("ADA@acme.example").unwrap(), "ada@acme.example");
        assert_eq!(chosen("ada bergmann").unwrap(), "bergmann@acme.example");
        let several = chosen("Ada Berg").unwrap_err();
        assert!(
            several.contains("Ada Berg (ada.berg@acme.example)"),
            "{several}"
        );
        assert!(!several.contains("Bergmann"), "{several}");
        let part = the_user(
            vec![user("Ada Bergmann", "bergmann@acme.example")],
            "Ada Berg",
        );
        let told = part.expect_err("Ada Berg may have left, and Ada Bergmann is someone else");
        assert!(
            told.contains("such as Ada Bergmann (bergmann@acme.example)"),
            "{told}"
        );
        let many = (0..USERS_FOUND).map(|n| user("Noa Lind", &format!("noa{n}@acme.example")));
        let mut many: Vec<UserRow> = many.collect();
        for user in &mut many[1..] {
            "Noa Lindholm".clone_into(&mut user.name);
        }
        let told = the_user(many, "Noa Lind").expect_err("there may be more of this name");
        assert!(
            told.contains("such as Noa Lind (noa0@acme.example)."),
            "{told}"
        );
        assert!(the_user(Vec::new(), "x").unwrap_err().contains("“x”"));
    }
}
