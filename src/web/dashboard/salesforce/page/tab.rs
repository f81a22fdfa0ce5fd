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
    Past,
}

impl Tab {
    pub const ALL: [Self; 7] = [
        Self::Overview,
        Self::Activities,
        Self::Matching,
        Self::Permissions,
        Self::Deliveries,
        Self::Unmatched,
        Self::Past,
    ];

    pub const fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Activities => "Activities",
            Self::Matching => "Matching",
            Self::Permissions => "Permissions",
            Self::Deliveries => "Deliveries",
            Self::Unmatched => "No match",
            Self::Past => "Past activity",
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
            Self::Past => "/dashboard/salesforce/past",
        }
    }

    /// The tab with that part of the modal.
    pub const fn with_part(part: &str) -> Self {
        match part.as_bytes() {
            b"activities" => Self::Activities,
            b"tasks" | b"fields" => Self::Matching,
            b"permissions" | b"test-task" => Self::Permissions,
            _ => Self::Overview,
        }
    }
}
