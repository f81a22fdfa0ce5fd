//! Northbeam's logo, on light and on dark pages. The pictures are made from the
//! drawings beside them, at four times the height that pages show.

use anyhow::Result;
use domain::content::logo::{Logo, Variant};
use gatehouse::app::App;
use gatehouse::use_cases::StaffAction;
use gatehouse::use_cases::content::appearance;

use crate::calendar::minutes;

const LIGHT: &[u8] = include_bytes!("../assets/northbeam-light.png");
const DARK: &[u8] = include_bytes!("../assets/northbeam-dark.png");

pub(crate) async fn plant(app: &App, act: StaffAction<'_>) -> Result<()> {
    let mut tx = app.db.begin().await?;
    for (variant, picture) in [(Variant::Light, LIGHT), (Variant::Dark, DARK)] {
        act.ambient.clock.advance(minutes(&app.ambient, 20));
        let logo = Logo::from_picture(picture.to_vec()).map_err(anyhow::Error::msg)?;
        appearance::set_logo(&mut tx, act, variant, Some(&logo)).await?;
    }
    tx.commit().await?;
    Ok(())
}
