//! Requests over connections that stay open, as a proxy sends them.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use url::Url;

/// How long each request took.
pub struct Measured {
    times: Vec<Duration>,
    during: Duration,
}

impl Measured {
    pub fn per_second(&self) -> f64 {
        self.times.len() as f64 / self.during.as_secs_f64()
    }

    pub fn percentile(&self, percent: usize) -> Duration {
        let at = (self.times.len() * percent / 100).min(self.times.len().saturating_sub(1));
        self.times.get(at).copied().unwrap_or_default()
    }
}

/// Asks for a path over so many connections, each one request after the other.
pub async fn measure(
    url: &Url,
    path: &str,
    cookie: &str,
    connections: usize,
    during: Duration,
) -> Result<Measured> {
    let address = url.socket_addrs(|| None)?[0];
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nUser-Agent: Mozilla/5.0 Firefox/140.0\r\n\
         Accept-Encoding: gzip\r\n{cookie}\r\n"
    );
    let until = Instant::now() + during;
    let one = || {
        let request = request.clone();
        tokio::spawn(async move { one_connection(address, &request, until).await })
    };
    let tasks: Vec<_> = (0..connections).map(|_| one()).collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await??);
    }
    times.sort();
    Ok(Measured { times, during })
}

async fn one_connection(
    address: std::net::SocketAddr,
    request: &str,
    until: Instant,
) -> Result<Vec<Duration>> {
    let socket = TcpStream::connect(address).await?;
    socket.set_nodelay(true)?;
    let mut socket = BufReader::with_capacity(64 * 1024, socket);
    let mut times = Vec::new();
    while Instant::now() < until {
        let began = Instant::now();
        socket.get_mut().write_all(request.as_bytes()).await?;
        answer(&mut socket).await?;
        times.push(began.elapsed());
    }
    Ok(times)
}

async fn answer(socket: &mut BufReader<TcpStream>) -> Result<()> {
    let mut line = String::new();
    socket.read_line(&mut line).await?;
    ensure!(line.starts_with("HTTP/1.1 200"), "refused: {line}");
    let mut length = None;
    let mut chunked = false;
    loop {
        line.clear();
        ensure!(
            socket.read_line(&mut line).await? > 0,
            "the answer broke off"
        );
        let header = line.trim_end().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length: ") {
            length = Some(value.parse::<usize>()?);
        }
        chunked |= header == "transfer-encoding: chunked";
    }
    if chunked {
        return chunks(socket).await;
    }
    skip(socket, length.context("neither length nor chunks")?).await
}

async fn chunks(socket: &mut BufReader<TcpStream>) -> Result<()> {
    loop {
        let mut line = String::new();
        socket.read_line(&mut line).await?;
        let size = usize::from_str_radix(line.trim_end(), 16)?;
        // With the end of its line.
        skip(socket, size + 2).await?;
        if size == 0 {
            return Ok(());
        }
    }
}

async fn skip(socket: &mut BufReader<TcpStream>, bytes: usize) -> Result<()> {
    let mut body = vec![0; bytes];
    socket.read_exact(&mut body).await?;
    Ok(())
}
