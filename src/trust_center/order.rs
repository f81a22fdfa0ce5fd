//! Moving sections and items up and down.

use super::content::{ContentError, Result};
use crate::domain::ids::{ItemId, OrganizationId, SectionId};
use crate::store::{self, Tx};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    Up,
    Down,
}

/// Swaps the section with its neighbour; at the end of the list nothing happens.
///
/// # Errors
/// It is gone.
pub async fn move_section(
    tx: &mut Tx,
    org: OrganizationId,
    id: SectionId,
    direction: Direction,
) -> Result<()> {
    let sections = store::section::list(tx, org).await?;
    let mut order: Vec<_> = sections.iter().map(|section| section.id).collect();
    shift(&mut order, id, direction)?;
    for (section, position) in order.into_iter().zip(0..) {
        store::section::set_position(tx, org, section, position).await?;
    }
    Ok(())
}

/// The same within an item's section.
///
/// # Errors
/// It is gone.
pub async fn move_item(
    tx: &mut Tx,
    org: OrganizationId,
    id: ItemId,
    direction: Direction,
) -> Result<()> {
    let found = store::item::by_id(tx, org, id).await?;
    let item = found.ok_or(ContentError::NotFound)?;
    let items = store::item::in_section(tx, org, item.section).await?;
    let mut order: Vec<_> = items.iter().map(|item| item.id).collect();
    shift(&mut order, id, direction)?;
    for (item, position) in order.into_iter().zip(0..) {
        store::item::set_position(tx, org, item, position).await?;
    }
    Ok(())
}

fn shift<T: PartialEq>(order: &mut [T], which: T, direction: Direction) -> Result<()> {
    let at = order.iter().position(|id| *id == which);
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
        shift(&mut order, 3, Direction::Up).unwrap();
        assert_eq!(order, [1, 3, 2]);
        shift(&mut order, 1, Direction::Up).unwrap();
        assert_eq!(order, [1, 3, 2]);
        shift(&mut order, 2, Direction::Down).unwrap();
        assert_eq!(order, [1, 3, 2]);
        assert!(shift(&mut order, 9, Direction::Up).is_err());
    }
}
