//! What the analytics sum up.

pub mod anonymous_views;
pub mod reading;
pub mod usage;

use crate::activities::ActivityKind;

/// One thing that is summed up.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Metric {
    /// Visits of members.
    MemberVisits,
    /// Of anonymous visitors, and of those without access.
    OtherVisits,
    /// Pages that were opened, by anyone.
    Pages,
    /// Documents that were shown inside a page, to anyone.
    Previews,
    /// Files that were downloaded, by anyone.
    Downloads,
    /// Requests for access.
    Requests,
    /// NDAs that were completed.
    Signatures,
    /// Comments of members on items.
    Comments,
    /// Questionnaires that members uploaded.
    Questionnaires,
}

impl Metric {
    /// As tables list them.
    pub const ALL: [Self; 9] = [
        Self::MemberVisits,
        Self::OtherVisits,
        Self::Pages,
        Self::Previews,
        Self::Downloads,
        Self::Requests,
        Self::Signatures,
        Self::Comments,
        Self::Questionnaires,
    ];

    /// The stable name in addresses and in exported tables.
    pub const fn key(self) -> &'static str {
        match self {
            Self::MemberVisits => "member_visits",
            Self::OtherVisits => "other_visits",
            Self::Pages => "pages",
            Self::Previews => "previews",
            Self::Downloads => "downloads",
            Self::Requests => "requests",
            Self::Signatures => "signatures",
            Self::Comments => "comments",
            Self::Questionnaires => "questionnaires",
        }
    }

    /// The heading of its column.
    pub const fn title(self) -> &'static str {
        match self {
            Self::MemberVisits => "Visits of members",
            Self::OtherVisits => "Other visits",
            Self::Pages => "Pages",
            Self::Previews => "Previews",
            Self::Downloads => "Downloads",
            Self::Requests => "Requests",
            Self::Signatures => "Signatures",
            Self::Comments => "Comments",
            Self::Questionnaires => "Questionnaires",
        }
    }

    /// Of activities that usage doesn't count already.
    pub const fn of_activity(kind: ActivityKind) -> Option<Self> {
        match kind {
            ActivityKind::RequestedAccess => Some(Self::Requests),
            ActivityKind::NdaSigned => Some(Self::Signatures),
            ActivityKind::CommentOnStatusPage => Some(Self::Comments),
            ActivityKind::QuestionnaireUploaded => Some(Self::Questionnaires),
            ActivityKind::AccountCreated
            | ActivityKind::AccountMemberAdded
            | ActivityKind::FileDownloaded
            | ActivityKind::StatusPageView => None,
        }
    }
}

/// A sum of each.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sums([i64; 9]);

impl Sums {
    /// Adds `n` to one of the sums.
    pub fn add(&mut self, metric: Metric, n: i64) {
        self.0[metric as usize] += n;
    }

    /// One of the sums.
    pub const fn of(&self, metric: Metric) -> i64 {
        self.0[metric as usize]
    }

    /// Adds each of the other's sums to the one here.
    pub fn merge(&mut self, other: &Self) {
        for metric in Metric::ALL {
            self.add(metric, other.of(metric));
        }
    }

    /// Whether nothing happened at all.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|n| *n == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_metric_has_a_sum_of_its_own() {
        let mut sums = Sums::default();
        for (metric, n) in Metric::ALL.into_iter().zip(1..) {
            sums.add(metric, n);
        }
        let mut twice = sums;
        twice.merge(&sums);
        let all: Vec<_> = Metric::ALL.into_iter().map(|one| twice.of(one)).collect();
        assert_eq!(all, [2, 4, 6, 8, 10, 12, 14, 16, 18]);
    }
}
