//! Users and records to be.

use serde::Deserialize;
use serde_json::{Map, Value as Input};

use crate::Id;

/// A user to be.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub struct UserSeed {
    /// The login; also the email address.
    pub username: String,
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// The password.
    pub password: String,
    /// The name of the profile.
    pub profile: String,
    /// Whether the user may log in and own records.
    pub active: bool,
}

impl Default for UserSeed {
    fn default() -> Self {
        Self {
            username: String::new(),
            first_name: String::new(),
            last_name: String::new(),
            password: "sim-demo".to_owned(),
            profile: "System Administrator".to_owned(),
            active: true,
        }
    }
}

impl UserSeed {
    /// An active administrator with the password `sim-demo`.
    pub fn new(username: &str, first_name: &str, last_name: &str) -> Self {
        Self {
            username: username.to_owned(),
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
            ..Self::default()
        }
    }

    /// The same user, deactivated.
    pub fn inactive(mut self) -> Self {
        self.active = false;
        self
    }
}

macro_rules! record_seed {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident => $api:literal),* $(,)? } ids { $($(#[$id_doc:meta])* $id:ident => $id_api:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: String,)*
            $($(#[$id_doc])* pub $id: Option<Id>,)*
        }

        impl $name {
            pub(super) fn into_members(self) -> Map<String, Input> {
                let mut members = Map::new();
                $(if !self.$field.is_empty() { members.insert($api.to_owned(), self.$field.into()); })*
                $(if let Some(id) = self.$id { members.insert($id_api.to_owned(), id.to_string().into()); })*
                members
            }
        }
    };
}

record_seed! {
    /// An account to be.
    AccountSeed {
        /// Its name.
        name => "Name",
        /// Its industry.
        industry => "Industry",
        /// Its website.
        website => "Website",
        /// Its telephone number.
        phone => "Phone",
        /// Its city.
        city => "BillingCity",
    } ids {
        /// Its owner; the first user where none is given.
        owner => "OwnerId",
    }
}

record_seed! {
    /// A contact to be.
    ContactSeed {
        /// The first name.
        first_name => "FirstName",
        /// The last name.
        last_name => "LastName",
        /// The email address.
        email => "Email",
        /// The job title.
        title => "Title",
        /// The telephone number.
        phone => "Phone",
    } ids {
        /// The account, if there is one.
        account => "AccountId",
        /// The owner; the first user where none is given.
        owner => "OwnerId",
    }
}

record_seed! {
    /// A lead to be.
    LeadSeed {
        /// The first name.
        first_name => "FirstName",
        /// The last name.
        last_name => "LastName",
        /// The email address.
        email => "Email",
        /// The company.
        company => "Company",
        /// The job title.
        title => "Title",
    } ids {
        /// The owner, a user or a queue; the first user where none is given.
        owner => "OwnerId",
    }
}

impl AccountSeed {
    /// An account of that name.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// The same, owned by `owner`.
    pub fn owned_by(mut self, owner: Id) -> Self {
        self.owner = Some(owner);
        self
    }
}

impl ContactSeed {
    /// A contact with a name and an email address.
    pub fn new(first_name: &str, last_name: &str, email: &str) -> Self {
        Self {
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
            email: email.to_owned(),
            ..Self::default()
        }
    }

    /// The same, of an account.
    pub fn of(mut self, account: Id) -> Self {
        self.account = Some(account);
        self
    }

    /// The same, owned by `owner`.
    pub fn owned_by(mut self, owner: Id) -> Self {
        self.owner = Some(owner);
        self
    }
}

impl LeadSeed {
    /// A lead with a name, an email address and a company.
    pub fn new(first_name: &str, last_name: &str, email: &str, company: &str) -> Self {
        Self {
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
            email: email.to_owned(),
            company: company.to_owned(),
            ..Self::default()
        }
    }

    /// The same, owned by a user or a queue.
    pub fn owned_by(mut self, owner: Id) -> Self {
        self.owner = Some(owner);
        self
    }
}
