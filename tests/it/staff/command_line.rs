//! The operator manages people by `gatehouse user`.

use std::process::Stdio;
use std::time::Duration;

use clock::Ambient;
use domain::organizations::Role;
use store::Work;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::{audit_log, colleague, linked, saved, sign_in, works};
use crate::on_both_databases;
use crate::support::{PASSWORD, TestApp};

const NEW: &str = "four random words here";
const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// Runs `gatehouse user` on the app's database: whether it worked, and what it said.
async fn user(app: &TestApp, arguments: &[&str], input: &str) -> (bool, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_gatehouse"))
        .arg("user")
        .args(arguments)
        .env("GATEHOUSE_PUBLIC_URL", app.url.as_str())
        .env("GATEHOUSE_DATA_DIR", app.data_dir())
        .env("GATEHOUSE_DATABASE_URL", app.database_url())
        .env("GATEHOUSE_SECRET_KEY", KEY)
        .env("GATEHOUSE_SMTP_URL", app.mail.url())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).await.unwrap();
    drop(stdin);
    let done = child.wait_with_output().await.unwrap();
    let said = [done.stdout, done.stderr].concat();
    (done.status.success(), String::from_utf8(said).unwrap())
}

/// The command line has a clock of its own: the server's goes on to it, and sends what is
/// due then.
fn catch_up(app: &TestApp) {
    let ahead = Ambient::system().now().duration_since(app.ambient.now());
    app.advance(ahead.unsigned_abs() + Duration::from_secs(1));
    app.db.work_signal().notify(Work::Mail);
}

on_both_databases! {
    async fn the_operator_creates_lists_and_demotes_people(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.staff(&org, Role::Admin).await;
        let create = ["create", "--org", "northgate", "--email", "vera@northgate.example",
            "--name", "Vera Lind", "--role", "editor"];
        let (worked, said) = user(&app, &create, NEW).await;
        assert!(worked, "{said}");
        let (_, said) = user(&app, &["list", "--org", "northgate"], "").await;
        let line = "northgate\tvera@northgate.example\teditor\tactive\tVera Lind";
        assert!(said.contains(line), "{said}");
        let (worked, said) = user(&app, &["set-role", "vera@northgate.example", "admin"], "").await;
        assert!(worked, "{said}");
        let (worked, _) = user(&app, &["set-role", admin.email.as_str(), "viewer"], "").await;
        assert!(worked);
        let (worked, said) = user(&app, &["set-role", "vera@northgate.example", "viewer"], "").await;
        assert!(!worked && said.contains("Vera Lind is the only Admin"), "{said}");
        let (worked, said) = user(&app, &["set-role", "nobody@northgate.example", "viewer"], "").await;
        assert!(!worked && said.contains("gatehouse user list"), "{said}");
    }

    async fn the_operator_invites_by_email(app: TestApp) {
        let org = app.enterprise().await;
        let invite = ["invite", "--org", "northgate", "--email", "vera@northgate.example",
            "--name", "Vera Lind", "--role", "admin"];
        let (worked, said) = user(&app, &invite, "").await;
        assert!(worked, "{said}");
        // The server that runs sends it.
        catch_up(&app);
        let link = linked(&app, "vera@northgate.example", "/login/invitation").await;
        let page = app.browser().open(&link).await;
        assert!(page.text().contains(&org.name), "{}", page.text());
        let (worked, said) = user(&app, &invite, "").await;
        assert!(!worked && said.contains("already invited"), "{said}");
    }

    async fn the_operator_locks_out_and_lets_in_again(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.staff(&org, Role::Admin).await;
        let ben = colleague(&app, &org, "ben@northgate.example", Role::Editor).await;
        let theirs = app.browser_of(&ben).await;
        let (worked, said) = user(&app, &["deactivate", ben.email.as_str()], "").await;
        assert!(worked, "{said}");
        assert_eq!(theirs.get("/dashboard").await.status, 303);
        assert!(!works(&app, &ben).await);
        let (_, said) = user(&app, &["list"], "").await;
        assert!(said.contains("ben@northgate.example\teditor\tdeactivated"), "{said}");
        let (worked, said) = user(&app, &["activate", ben.email.as_str()], "").await;
        assert!(worked, "{said}");
        assert!(works(&app, &ben).await);
        let (worked, said) = user(&app, &["deactivate", admin.email.as_str()], "").await;
        assert!(!worked && said.contains("is the only Admin"), "{said}");
        assert!(saved(&app, &org, &admin).await.is_active);
        let log = audit_log(&app.browser_of(&admin).await).await;
        assert!(log.contains("The operator, on the command line"), "{log}");
    }

    async fn the_operator_resets_a_lost_password(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.staff(&org, Role::Admin).await;
        let theirs = app.browser_of(&admin).await;
        let email = admin.email.as_str();
        let (worked, said) = user(&app, &["reset-password", email], "").await;
        assert!(worked, "{said}");
        catch_up(&app);
        linked(&app, email, "/login/reset").await;
        assert!(works(&app, &admin).await);
        let (worked, said) = user(&app, &["reset-password", email, "--password-stdin"], NEW).await;
        assert!(worked && !said.contains(NEW), "{said}");
        assert_eq!(theirs.get("/dashboard").await.status, 303);
        assert_eq!(sign_in(&app.browser(), &admin, PASSWORD).await.status, 401);
        assert_eq!(sign_in(&app.browser(), &admin, NEW).await.status, 303);
    }

    async fn the_operator_resets_a_lost_second_factor(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.staff(&org, Role::Admin).await;
        app.with_second_factor(&admin).await;
        let page = sign_in(&app.browser(), &admin, PASSWORD).await;
        assert!(page.header("location").unwrap().starts_with("/login/code"));
        let (worked, said) = user(&app, &["reset-second-factor", admin.email.as_str()], "").await;
        assert!(worked, "{said}");
        let page = sign_in(&app.browser(), &admin, PASSWORD).await;
        assert_eq!(page.header("location"), Some("/dashboard"));
    }
}
