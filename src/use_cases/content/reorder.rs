//! Moving sections, items and entries up and down.

use domain::audit::Action;
use domain::ids::{ItemId, SectionId};
use store::Tx;
use tracing::instrument;

use crate::use_cases::StaffAction;
use crate::use_cases::content::{ContentError, Result};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    Up,
    Down,
}

impl Direction {
    /// What the audit log says.
    const fn of_section(self) -> Action {
        match self {
            Self::Up => Action::MovedSectionUp,
            Self::Down => Action::MovedSectionDown,
        }
    }

    const fn of_item(self) -> Action {
        match self {
            Self::Up => Action::MovedItemUp,
            Self::Down => Action::MovedItemDown,
        }
    }
}

/// Swaps the section with its neighbour; at the end of the list nothing happens.
///
/// # Errors
/// It is gone.
#[instrument(
    name = "content.reorder.move_section",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, section = %id)
)]
pub async fn move_section(
    tx: &mut Tx,
    act: StaffAction<'_>,
    id: SectionId,
    direction: Direction,
) -> Result<()> {
    let sections = store::content::sections::list(tx, act.org.id).await?;
    let mut order: Vec<_> = sections.iter().map(|section| section.id).collect();
    shift(&mut order, &id, direction)?;
    for (section, position) in order.into_iter().zip(0..) {
        store::content::sections::set_position(tx, act.org.id, section, position).await?;
    }
    let moved = sections.iter().find(|section| section.id == id);
    let title = moved.map_or("", |section| &section.title);
    act.audit(tx, direction.of_section(), title).await?;
    Ok(())
}

/// The same within an item's section.
///
/// # Errors
/// It is gone.
#[instrument(
    name = "content.reorder.move_item",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, item = %id)
)]
pub async fn move_item(
    tx: &mut Tx,
    act: StaffAction<'_>,
    id: ItemId,
    direction: Direction,
) -> Result<()> {
    let found = store::content::items::by_id(tx, act.org.id, id).await?;
    let item = found.ok_or(ContentError::NotFound)?;
    let items = store::content::items::in_section(tx, act.org.id, item.section).await?;
    let mut order: Vec<_> = items.iter().map(|item| item.id).collect();
    shift(&mut order, &id, direction)?;
    for (moved, position) in order.into_iter().zip(0..) {
        store::content::items::set_position(tx, act.org.id, moved, position).await?;
    }
    act.audit(tx, direction.of_item(), &item.title).await?;
    Ok(())
}

pub(in crate::use_cases) fn shift<T: PartialEq>(
    order: &mut [T],
    which: &T,
    direction: Direction,
) -> Result<()> {
    let at = order.iter().position(|id| id == which);
    let at = at.ok_or(ContentError::NotFound)?;
    let to = match direction {
        Direction::Up => at.checked_sub(1),
        Direction::Down => (at + 1 < order.len()).then_some(at + 1),
    };
    if let Some(to) = to {
        order.swap(at, to);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_moved_swaps_places_with_its_neighbour() {
        let mut order = [1, 2, 3];
        shift(&mut order, &3, Direction::Up).unwrap();
        assert_eq!(order, [1, 3, 2]);
        shift(&mut order, &1, Direction::Up).unwrap();
        assert_eq!(order, [1, 3, 2]);
        shift(&mut order, &2, Direction::Down).unwrap();
        assert_eq!(order, [1, 3, 2]);
        assert!(shift(&mut order, &9, Direction::Up).is_err());
    }
}
