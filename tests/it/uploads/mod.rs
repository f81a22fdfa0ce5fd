//! Uploads that want more than they may have.

mod bombs;
mod forms;
mod quota;

/// The most memory that this process has had, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.expect("a peak").parse().expect("a number")
}

/// How much more memory one upload may take, in KiB.
const ROOM: u64 = 64 * 1024;
