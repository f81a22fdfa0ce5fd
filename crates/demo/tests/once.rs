//! `make demo ARGS=--once` ends well.

use std::process::Command;

#[test]
fn the_scripted_visitors_tasks_are_the_expected_ones() {
    let played = Command::new(env!("CARGO_BIN_EXE_demo"))
        .arg("--once")
        .output()
        .expect("the demo runs");
    let words = String::from_utf8_lossy(&played.stdout);
    let complaints = String::from_utf8_lossy(&played.stderr);
    assert!(played.status.success(), "{words}\n{complaints}");
    assert!(words.contains("SafeBase: NDA Signed"), "{words}");
    assert!(words.contains("24 Tasks, all as expected."), "{words}");
}
