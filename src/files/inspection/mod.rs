//! Files that people upload are opened in a child process, which limits itself: what
//! a file makes its parser do ends there, and never in the server.
//!
//! The child is this program with the argument `inspect`. It reads the file from
//! standard input and writes what it made of it to standard output. It ends with 0;
//! or with [`REFUSED`], the reason on standard error; or some other way, and then the
//! file can't be checked.

mod child;
mod confine;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;
use tracing::instrument;

use super::FilesError;
use super::content_type::Accept;
use crate::files::limits::{INSPECTION_ANSWER, INSPECTION_TIME, INSPECTIONS};

pub use child::run_if_asked;

/// The argument that makes this program the child.
const COMMAND: &str = "inspect";
/// Where the child finds its task: other users of the machine can't read it there.
const TASK: &str = "GATEHOUSE_INSPECT";
/// The child's exit code for a file that it could check, and refuses.
const REFUSED: u8 = 3;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Task {
    /// Tell the content type.
    Type { accept: Accept, extension: String },
    /// Write a copy that bears the stamp on every page: the first so many bytes of the
    /// input are the stamp's PDF, the rest is the PDF to be marked.
    Mark { stamp: usize },
}

/// Starts the children. Clones share the bound on their number.
#[derive(Clone, Debug)]
pub(super) struct Inspector {
    program: PathBuf,
    turns: Arc<Semaphore>,
}

impl Inspector {
    pub(super) fn new(program: PathBuf) -> Self {
        Self {
            program,
            turns: Arc::new(Semaphore::new(INSPECTIONS)),
        }
    }

    /// The content type of the file at `path`.
    ///
    /// # Errors
    /// Why the file can't be taken.
    #[instrument(name = "files.inspection.content_type", skip_all)]
    pub(super) async fn content_type(
        &self,
        path: &Path,
        accept: Accept,
        extension: String,
    ) -> Result<String, FilesError> {
        let task = Task::Type { accept, extension };
        let said = self.run(&task, path, Stdio::piped()).await?;
        said.ok_or_else(|| {
            FilesError::NotAllowed(
                "This file can’t be checked: it seems damaged, or takes too much memory or time \
                 to open. Save it again from the program that made it"
                    .to_owned(),
            )
        })
    }

    /// Writes a marked copy to `to`. The file at `path` is the stamp, of so many bytes,
    /// and after it the PDF to be marked.
    ///
    /// # Errors
    /// Why it can't be marked.
    #[instrument(name = "files.inspection.mark", skip_all)]
    pub(super) async fn mark(
        &self,
        path: &Path,
        stamp: usize,
        to: &Path,
    ) -> Result<(), FilesError> {
        let file = File::create(to).map_err(|e| FilesError::at(to, &e))?;
        let said = self.run(&Task::Mark { stamp }, path, file.into()).await?;
        said.map(drop).ok_or_else(|| {
            FilesError::NotAllowed(
                "This PDF can’t be marked with its reader’s address: it takes too much memory or \
                 time. Export it again, or turn the watermark off for it"
                    .to_owned(),
            )
        })
    }

    /// What the child wrote to its pipe; nothing where the file was too much for it.
    #[instrument(name = "files.inspection.run", skip_all)]
    async fn run(
        &self,
        task: &Task,
        path: &Path,
        output: Stdio,
    ) -> Result<Option<String>, FilesError> {
        let unavailable =
            |error: String| FilesError::Unavailable(format!("files can't be checked: {error}"));
        let turn = self.turns.acquire().await;
        let _turn = turn.map_err(|error| unavailable(error.to_string()))?;
        let file = File::open(path).map_err(|e| FilesError::at(path, &e))?;
        let task = serde_json::to_string(task).map_err(|error| unavailable(error.to_string()))?;
        let mut child = Command::new(&self.program)
            .arg(COMMAND)
            .env_clear()
            .env(TASK, task)
            .stdin(file)
            .stdout(output)
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| unavailable(format!("{}: {error}", self.program.display())))?;
        let Ok(ended) = tokio::time::timeout(INSPECTION_TIME, end(&mut child)).await else {
            tracing::warn!("checking an uploaded file took too long");
            return Ok(None);
        };
        let (status, output, reason) = ended.map_err(|error| unavailable(error.to_string()))?;
        match status.code() {
            Some(0) => Ok(Some(output)),
            Some(code) if code == i32::from(REFUSED) => Err(FilesError::NotAllowed(reason)),
            Some(code) if code == i32::from(confine::FAILED) => Err(unavailable(reason)),
            _ => {
                tracing::warn!(%status, reason, "an uploaded file was too much for its check");
                Ok(None)
            }
        }
    }
}

async fn end(child: &mut Child) -> std::io::Result<(ExitStatus, String, String)> {
    let (output, reason) = (child.stdout.take(), child.stderr.take());
    let (output, reason) = tokio::try_join!(words(output), words(reason))?;
    Ok((child.wait().await?, output, reason))
}

async fn words(pipe: Option<impl AsyncRead + Unpin>) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        pipe.take(INSPECTION_ANSWER).read_to_end(&mut bytes).await?;
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
