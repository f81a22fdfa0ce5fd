//! What is compared the next time: what was read now, and of what wasn't answered now, what was
//! known before.

use salesforce::preflight::{Check, Status};

use super::OrgReading;

/// Without it, a permission that one night gave no answer would be lost without a word.
pub(super) fn merged(before: Option<OrgReading>, mut now: OrgReading) -> OrgReading {
    let Some(before) = before else {
        return now;
    };
    for check in &mut now.preflight.checks {
        if check.status == Status::Unknown
            && let Some(known) = before.preflight.checks.iter().find(|one| same(one, check))
        {
            check.status = known.status;
        }
    }
    for object in before.preflight.objects {
        let mut described = now.preflight.objects.iter();
        if !described.any(|one| one.object == object.object) {
            now.preflight.objects.push(object);
        }
    }
    now
}

pub(super) fn same(one: &Check, other: &Check) -> bool {
    one.object == other.object && one.field == other.field && one.need == other.need
}
