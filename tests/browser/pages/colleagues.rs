//! Colleagues who sign in, are invited, or have left.

use domain::organizations::Role;
use domain::staff::StaffUser;

use super::world::send;
use crate::support::{Browser, PASSWORD, TestApp, World};

/// Who was invited to the dashboard.
pub const INVITED: &str = "vera@northgate.example";

/// Browsers of colleagues at each step of a second factor.
pub struct Colleagues {
    pub secured: Browser,
    pub before_code: Browser,
    pub scanning: Browser,
    pub setting_up: Browser,
}

impl Colleagues {
    /// Also one who left and one who was invited.
    pub async fn new(app: &TestApp, world: &World) -> Self {
        let new = async |name: &str, role| {
            let email = format!("{name}@northgate.example");
            app.staff_with(&world.org, &email, role).await
        };
        let people = "/dashboard/settings/people";
        let left = new("left", Role::Editor).await;
        let page = format!("{people}/{}", left.id);
        send(&world.admin, &page, "/deactivate", &[]).await;
        let fields = [("name", "Vera Lind"), ("email", INVITED)];
        send(&world.admin, people, "/invite", &fields).await;
        let user = new("secured", Role::Editor).await;
        let (_, secured) = app.with_second_factor(&user).await;
        let before_code = half_way(app, &user).await;
        require_second_factor(app, world, true).await;
        let scanning = half_way(app, &new("scanning", Role::Viewer).await).await;
        send(&scanning, "/login/second-factor", "/begin", &[]).await;
        let setting_up = half_way(app, &new("setting-up", Role::Viewer).await).await;
        require_second_factor(app, world, false).await;
        Self {
            secured,
            before_code,
            scanning,
            setting_up,
        }
    }
}

async fn require_second_factor(app: &TestApp, world: &World, required: bool) {
    let mut tx = app.db.begin().await.expect("a transaction");
    store::staff::second_factors::set_required(&mut tx, world.org.id, required)
        .await
        .expect("a setting");
    tx.commit().await.expect("commit");
}

/// A browser in which the password was right, and is not enough.
async fn half_way(app: &TestApp, user: &StaffUser) -> Browser {
    let browser = app.browser();
    let fields = [("email", user.email.as_str()), ("password", PASSWORD)];
    browser.post("/login", &fields).await;
    browser
}
