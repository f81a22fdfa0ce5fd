//! Who owns the Tasks of one kind of activity, by what an Admin typed.

use salesforce::users::UserRow;
use tracing::instrument;

use super::TaskOwner;
use crate::app::App;
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
    if let Some(before) = before.filter(|before| before.name == typed) {
        return Ok(Some(before));
    }
    let mut found = search_users(app, act, typed).await?;
    found.retain(UserRow::may_own);
    let user = the_one(found, typed).map_err(InstallError::Invalid)?;
    Ok(Some(TaskOwner {
        id: user.id,
        name: user.name,
    }))
}

/// Whose username it is, else whose name, else whose name or username has it inside, if that
/// is one user alone.
fn the_one(mut found: Vec<UserRow>, typed: &str) -> Result<UserRow, String> {
    let is = |text: &str| text.to_lowercase() == typed.to_lowercase();
    let username = found.iter().position(|user| is(&user.username));
    if let Some(at) = username {
        return Ok(found.swap_remove(at));
    }
    if found.iter().any(|user| is(&user.name)) {
        found.retain(|user| is(&user.name));
    }
    match found.len() {
        0 => Err(format!(
            "No active user of your org has the name or username “{typed}”."
        )),
        1 => Ok(found.swap_remove(0)),
        _ => {
            let named = |user: &UserRow| format!("{} ({})", user.name, user.username);
            let all: Vec<String> = found.iter().take(NAMED).map(named).collect();
            let all = all.join(", ");
            Err(format!(
                "Several active users of your org fit “{typed}”, such as {all}. Type the username \
                 of the one whom you mean."
            ))
        }
    }
}

/// How many of several users are named.
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
        let chosen = |typed: &str| the_one(all(), typed).map(|user| user.username);
        assert_eq!(chosen("ADA@acme.example").unwrap(), "ada@acme.example");
        assert_eq!(chosen("ada bergmann").unwrap(), "bergmann@acme.example");
        let several = chosen("Ada Berg").unwrap_err();
        assert!(
            several.contains("Ada Berg (ada.berg@acme.example)"),
            "{several}"
        );
        assert!(!several.contains("Bergmann"), "{several}");
        let alone = the_one(vec![user("Noa Lind", "noa@acme.example")], "noa").unwrap();
        assert_eq!(alone.name, "Noa Lind");
        assert!(the_one(Vec::new(), "x").unwrap_err().contains("“x”"));
    }
}
