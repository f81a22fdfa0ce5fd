//! chromedriver, started for one test and stopped with it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How many ports chromedriver may draw.
const TRIES: u32 = 20;

/// The running driver. Dropping it ends the browser first, then the driver.
pub struct Driver {
    child: Child,
    port: u16,
    session: Option<String>,
}

impl Driver {
    /// On a free port that it chooses. It takes one that is free on `::1` and
    /// then wants the same on 127.0.0.1; when a neighbour has that, it ends, and
    /// the next one draws another port.
    pub fn start() -> Self {
        (0..TRIES)
            .find_map(|_| Self::try_start())
            .expect("chromedriver says on which port it listens")
    }

    fn try_start() -> Option<Self> {
        let mut child = Command::new("chromedriver")
            .args(["--port=0", "--log-level=SEVERE"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts; `make test` installs it");
        let output = child.stdout.take().expect("its output");
        let port = BufReader::new(output)
            .lines()
            .map_while(Result::ok)
            .find_map(|line| port_in(&line));
        if let Some(port) = port {
            return Some(Self {
                child,
                port,
                session: None,
            });
        }
        child.wait().expect("chromedriver's end");
        None
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The session to end when this is dropped, also when the test fails.
    pub fn ends(&mut self, session: Option<String>) {
        self.session = session;
    }

    fn end_session(&self, session: &str) -> std::io::Result<()> {
        let mut line = TcpStream::connect(("127.0.0.1", self.port))?;
        line.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(
            line,
            "DELETE /session/{session} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        )?;
        // The first byte of the answer comes when the browser is gone.
        line.read_exact(&mut [0])
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if let Some(session) = &self.session {
            drop(self.end_session(session));
        }
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// `… was started successfully on port 37043.`
fn port_in(line: &str) -> Option<u16> {
    let (_, after) = line.split_once("started successfully on port ")?;
    after.trim_end_matches('.').parse().ok()
}
