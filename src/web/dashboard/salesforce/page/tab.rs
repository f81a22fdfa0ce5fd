//! The tabs of Salesforce's pages.

/// A page about Salesforce.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tab {
    Overview,
    Activities,
    Matching,
    Permissions,
    Deliveries,
    Unmatched,
}

impl Tab {
    pub const ALL: [Self; 6] = [
        Self::Overview,
        Self::Activities,
        Self::Matching,
        Self::Permissions,
        Self::Deliveries,
        Self::Unmatched,
    ];

    pub const fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Activities => "Activities",
            Self::Matching => "Matching",
            Self::Permissions => "Permissions",
            Self::Deliveries => "Deliveries",
            Self::Unmatched => "No match",
        }
    }

    pub const fn href(self) -> &'static str {
        match self {
            Self::Overview => "/dashboard/salesforce",
            Self::Activities => "/dashboard/salesforce/activities",
            Self::Matching => "/dashboard/salesforce/matching",
            Self::Permissions => "/dashboard/salesforce/permissions",
            Self::Deliveries => "/dashboard/salesforce/deliveries",
            Self::Unmatched => "/dashboard/salesforce/unmatched",
        }
    }

    /// The tab with that part of the modal.
    pub const fn with_part(part: &str) -> Self {
        match part.as_bytes() {
            b"activities" => Self::Activities,
            b"tasks" => Self::Matching,
            b"permissions" => Self::Permissions,
            _ => Self::Overview,
        }
    }
}
