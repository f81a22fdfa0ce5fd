//! The child process: one task, then it ends.

use std::fs::File;
use std::io::{BufWriter, Read as _, Write as _};
use std::os::fd::AsFd as _;
use std::process::ExitCode;

use super::confine::{self, confine};
use super::{COMMAND, REFUSED, TASK, Task};
use crate::files::{FilesError, content_type, watermark};

/// What to end with, if this process was started to check a file. To be asked before
/// anything else: the child needs no settings and no threads.
pub fn run_if_asked() -> Option<ExitCode> {
    if std::env::args_os().nth(1)? != COMMAND {
        return None;
    }
    let task = std::env::var(TASK).ok();
    let task = task.and_then(|task| serde_json::from_str(&task).ok());
    let Some(task) = task else {
        eprintln!("`gatehouse {COMMAND}` is for the server's own use");
        return Some(ExitCode::from(confine::FAILED));
    };
    if let Err(error) = confine() {
        eprint!("{error:#}");
        return Some(ExitCode::from(confine::FAILED));
    }
    Some(match perform(task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprint!("{error}");
            ExitCode::from(REFUSED)
        }
    })
}

fn perform(task: Task) -> Result<(), FilesError> {
    let broken = |error: std::io::Error| FilesError::Unavailable(error.to_string());
    let input = std::io::stdin().as_fd().try_clone_to_owned();
    let mut input = File::from(input.map_err(broken)?);
    let mut output = BufWriter::new(std::io::stdout());
    match task {
        Task::Type { accept, extension } => {
            let found = content_type::decide(accept, &extension, input)?;
            output.write_all(found.as_bytes()).map_err(broken)?;
        }
        Task::Mark { stamp } => {
            let mut both = Vec::new();
            input.read_to_end(&mut both).map_err(broken)?;
            let parts = both.split_at_checked(stamp);
            let (stamp, pdf) = parts.ok_or(FilesError::Missing)?;
            watermark::mark(pdf, stamp, &mut output)?;
        }
    }
    output.flush().map_err(broken)
}
