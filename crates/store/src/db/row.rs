//! One set of cell types for both databases: 64-bit integers, text and bytes.

use jiff::Timestamp;
use rusqlite::types::Value as Cell;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::{Postgres, Row as _};

use crate::db::error::{Result, StoreError};
use crate::db::sqlite::SqliteRow;

/// A parameter of a statement.
#[derive(Clone, Debug)]
pub enum Value {
    /// A number, a truth value (0 or 1) or a time (microseconds since 1970); `None` is
    /// NULL.
    Int(Option<i64>),
    /// A text, an id, or a key of an enum; `None` is NULL.
    Text(Option<String>),
    /// Bytes, such as a sealed value; `None` is NULL.
    Bytes(Option<Vec<u8>>),
}

impl Value {
    pub(crate) fn bind_postgres(
        self,
        query: Query<'_, Postgres, PgArguments>,
    ) -> Query<'_, Postgres, PgArguments> {
        match self {
            Self::Int(value) => query.bind(value),
            // PostgreSQL's text can't hold NUL; nobody means one.
            Self::Text(value) => query.bind(value.map(|text| text.replace('\0', ""))),
            Self::Bytes(value) => query.bind(value),
        }
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Int(Some(i64::from(value)))
    }
}

impl From<Timestamp> for Value {
    fn from(value: Timestamp) -> Self {
        Self::Int(Some(value.as_microsecond()))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(Some(value))
    }
}

impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Self::Text(Some(value.clone()))
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(Some(value))
    }
}

impl From<Option<i64>> for Value {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}

impl From<Option<Timestamp>> for Value {
    fn from(value: Option<Timestamp>) -> Self {
        Self::Int(value.map(Timestamp::as_microsecond))
    }
}

impl From<Option<String>> for Value {
    fn from(value: Option<String>) -> Self {
        Self::Text(value)
    }
}

impl From<Option<&str>> for Value {
    fn from(value: Option<&str>) -> Self {
        Self::Text(value.map(str::to_owned))
    }
}

impl From<Option<Vec<u8>>> for Value {
    fn from(value: Option<Vec<u8>>) -> Self {
        Self::Bytes(value)
    }
}

/// A row of an answer.
pub enum Row {
    /// A row of the embedded database.
    Sqlite(SqliteRow),
    /// A row of PostgreSQL.
    Postgres(PgRow),
}

impl Row {
    /// The cell of that name, as the type that is asked for. NULL is an error
    /// unless an `Option` is asked for.
    pub fn get<T: FromCell>(&self, column: &str) -> Result<T> {
        T::from_cell(self, column)
    }

    fn int(&self, column: &str) -> Result<Option<i64>> {
        Ok(match self {
            Self::Sqlite(row) => match sqlite_cell(row, column)? {
                Cell::Integer(value) => Some(*value),
                Cell::Null => None,
                other => return Err(corrupt(column, other.data_type())),
            },
            Self::Postgres(row) => row.try_get(column)?,
        })
    }

    fn text(&self, column: &str) -> Result<Option<String>> {
        Ok(match self {
            Self::Sqlite(row) => match sqlite_cell(row, column)? {
                Cell::Text(value) => Some(value.clone()),
                Cell::Null => None,
                other => return Err(corrupt(column, other.data_type())),
            },
            Self::Postgres(row) => row.try_get(column)?,
        })
    }

    fn bytes(&self, column: &str) -> Result<Option<Vec<u8>>> {
        Ok(match self {
            Self::Sqlite(row) => match sqlite_cell(row, column)? {
                Cell::Blob(value) => Some(value.clone()),
                Cell::Null => None,
                other => return Err(corrupt(column, other.data_type())),
            },
            Self::Postgres(row) => row.try_get(column)?,
        })
    }
}

fn sqlite_cell<'a>(row: &'a SqliteRow, column: &str) -> Result<&'a Cell> {
    let missing = || StoreError::from(sqlx::Error::ColumnNotFound(column.to_owned()));
    row.cell(column).ok_or_else(missing)
}

/// A type that a cell can be read as.
pub trait FromCell: Sized {
    /// `None` for NULL.
    fn from_nullable(row: &Row, column: &str) -> Result<Option<Self>>;

    /// Reads the cell.
    ///
    /// # Errors
    ///
    /// It is NULL, or holds what this type can't be.
    fn from_cell(row: &Row, column: &str) -> Result<Self> {
        Self::from_nullable(row, column)?.ok_or_else(|| corrupt(column, "NULL"))
    }
}

impl<T: FromCell> FromCell for Option<T> {
    fn from_nullable(row: &Row, column: &str) -> Result<Option<Self>> {
        T::from_nullable(row, column).map(Some)
    }
}

impl FromCell for i64 {
    fn from_nullable(row: &Row, column: &str) -> Result<Option<Self>> {
        row.int(column)
    }
}

impl FromCell for bool {
    fn from_nullable(row: &Row, column: &str) -> Result<Option<Self>> {
        Ok(row.int(column)?.map(|value| value != 0))
    }
}

impl FromCell for Timestamp {
    fn from_nullable(row: &Row, column: &str) -> Result<Option<Self>> {
        row.int(column)?
            .map(|micros| Timestamp::from_microsecond(micros).map_err(|e| corrupt(column, e)))
            .transpose()
    }
}

impl FromCell for String {
    fn from_nullable(row: &Row, column: &str) -> Result<Option<Self>> {
        row.text(column)
    }
}

impl FromCell for Vec<u8> {
    fn from_nullable(row: &Row, column: &str) -> Result<Option<Self>> {
        row.bytes(column)
    }
}

fn corrupt(column: &str, problem: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt {
        column: column.to_owned(),
        problem: problem.to_string(),
    }
}

/// Lets a type that is written as text be a parameter.
macro_rules! text_parameter {
    ($($type:ty),+ $(,)?) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Self::Text(Some(value.to_string()))
            }
        }

        impl From<&$type> for Value {
            fn from(value: &$type) -> Self {
                Self::Text(Some(value.to_string()))
            }
        }

        impl From<Option<$type>> for Value {
            fn from(value: Option<$type>) -> Self {
                Self::Text(value.map(|value| value.to_string()))
            }
        }
    )+};
}

/// The same, and be read from a cell.
macro_rules! text_cell {
    ($($type:ty),+ $(,)?) => {$(
        text_parameter!($type);

        impl FromCell for $type {
            fn from_nullable(row: &Row, column: &str) -> Result<Option<Self>> {
                row.text(column)?
                    .map(|text| text.parse().map_err(|e| corrupt(column, e)))
                    .transpose()
            }
        }
    )+};
}

use domain::access_requests::policy::AutomaticApproval;
use domain::access_requests::{HeldBack, RequestState};
use domain::accounts::ReviewStatus;
use domain::activities::ActivityKind;
use domain::analytics::usage::{Audience, UsageKind};
use domain::content::Visibility;
use domain::content::entry::SectionKind;
use domain::content::update::{UnwantedTopics, UpdateTopic};
use domain::deliveries::DeliveryState;
use domain::deliveries::past::{DryRunOutcome, JobState};
use domain::deliveries::task_audit::TaskFinding;
use domain::email::EmailAddress;
use domain::email::message::EmailState;
use domain::email::notification::{Choice, NotificationKind};
use domain::email::visitor_preference::VisitorEmail;
use domain::ids;
use domain::matching::candidates::RecordId;
use domain::nda::docusign::{DocusignEnvironment, EnvelopeStatus};
use domain::nda::{FullName, NdaKind};
use domain::organizations::hostname::Hostname;
use domain::organizations::{Plan, Role, Slug};
use domain::questionnaires::QuestionnaireState;
use domain::request_id::RequestId;
use domain::salesforce::test_task::TestTaskState;
use domain::salesforce::{ConnectionState, Environment, HoldKind};
use domain::staff::SessionStage;
use domain::staff::saved_view::SavedList;

text_cell!(
    AutomaticApproval,
    HeldBack,
    ids::OrganizationId,
    ids::StaffUserId,
    ids::VisitorId,
    ids::SectionId,
    ids::ItemId,
    ids::EntryId,
    ids::UpdateId,
    ids::UpdateMailingId,
    ids::SubscriberId,
    ids::DocumentId,
    ids::DryRunId,
    ids::BackfillId,
    DryRunOutcome,
    JobState,
    ids::AccessRequestId,
    ids::AccountId,
    ids::MemberId,
    ids::ActivityId,
    ids::ConnectionId,
    ids::DeliveryId,
    ids::LaneId,
    ids::EmailId,
    ids::AuditId,
    ids::ThreadId,
    ids::CommentId,
    ids::NdaSignatureId,
    ids::NdaTextId,
    ids::QuestionnaireId,
    ids::UsageId,
    ids::NotificationId,
    ids::DocumentGroupId,
    ids::ProfileId,
    ids::EnvelopeId,
    ids::WebhookKeyId,
    ids::TaskAuditId,
    ids::InvitationId,
    ids::SavedViewId,
    ids::SavedReplyId,
    ids::OrgChangeId,
    ids::TestTaskId,
    ActivityKind,
    Audience,
    Choice,
    ConnectionState,
    DeliveryState,
    DocusignEnvironment,
    EnvelopeStatus,
    Environment,
    FullName,
    HoldKind,
    Hostname,
    EmailState,
    NdaKind,
    NotificationKind,
    Plan,
    QuestionnaireState,
    RecordId,
    RequestId,
    RequestState,
    ReviewStatus,
    Role,
    SavedList,
    SectionKind,
    SessionStage,
    TestTaskState,
    Slug,
    TaskFinding,
    UnwantedTopics,
    UpdateTopic,
    UsageKind,
    Visibility,
    VisitorEmail,
    jiff::civil::Date,
);

text_parameter!(EmailAddress);

impl FromCell for EmailAddress {
    /// What is an address was decided when it was written, maybe by an earlier version.
    fn from_nullable(row: &Row, column: &str) -> Result<Option<Self>> {
        Ok(row.text(column)?.map(Self::from_stored))
    }
}
