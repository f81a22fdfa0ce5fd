//! Forms that come back, because what was sent could not be saved.

use axum::http::StatusCode;

use crate::use_cases::accounts::AccountError;
use crate::use_cases::accounts::profiles::ProfileError;
use crate::use_cases::content::ContentError;
use crate::use_cases::organizations::settings::SettingsError;
use crate::use_cases::problems::Problems;
use crate::web::http::error::WebError;

/// Why a form is shown again, with what was typed.
pub(super) struct Refused {
    pub status: StatusCode,
    /// What is wrong, field by field.
    pub problems: Problems,
    /// What is saved is no longer what the form was made from.
    pub is_stale: bool,
}

impl Refused {
    const fn invalid(problems: Problems) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            problems,
            is_stale: false,
        }
    }

    fn stale() -> Self {
        Self {
            status: StatusCode::CONFLICT,
            problems: Problems::default(),
            is_stale: true,
        }
    }
}

/// Other errors are no reason to show a form again.
macro_rules! refused_by {
    ($($error:ident),+) => {$(
        impl TryFrom<$error> for Refused {
            type Error = WebError;

            fn try_from(error: $error) -> Result<Self, WebError> {
                match error {
                    $error::Invalid(problems) => Ok(Self::invalid(problems)),
                    $error::Stale => Ok(Self::stale()),
                    other => Err(other.into()),
                }
            }
        }
    )+};
}

refused_by!(AccountError, ContentError, ProfileError, SettingsError);
