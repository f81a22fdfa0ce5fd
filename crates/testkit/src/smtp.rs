//! As much of SMTP (RFC 5321) as a sender needs.

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;

/// The longest message taken; `SIZE` announces it.
const LIMIT: usize = 8 << 20;

#[derive(Debug, Default)]
pub(crate) struct Envelope {
    pub from: String,
    pub to: Vec<String>,
    pub data: Vec<u8>,
}

/// Takes messages until the listener fails.
pub(crate) async fn serve(listener: TcpListener, keep: impl Fn(Envelope) + Clone + Send + 'static) {
    while let Ok((socket, _)) = listener.accept().await {
        let keep = keep.clone();
        tokio::spawn(async move {
            // A sender that hangs up mid-sentence has sent nothing.
            drop(talk(socket, keep).await);
        });
    }
}

async fn talk(
    socket: impl AsyncRead + AsyncWrite + Unpin,
    keep: impl Fn(Envelope),
) -> std::io::Result<()> {
    let mut socket = BufReader::new(socket);
    let mut envelope = Envelope::default();
    socket.write_all(b"220 localhost ESMTP\r\n").await?;
    let mut line = String::new();
    loop {
        line.clear();
        if socket.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let command = line.trim_end();
        let (verb, rest) = command.split_once([' ', ':']).unwrap_or((command, ""));
        let answer = match verb.to_ascii_uppercase().as_str() {
            "EHLO" => "250-localhost\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 8388608",
            "HELO" | "NOOP" => "250 OK",
            "MAIL" => {
                envelope = Envelope {
                    from: address(rest),
                    ..Envelope::default()
                };
                "250 OK"
            }
            "RCPT" if envelope.to.len() == 100 => "452 Too many recipients",
            "RCPT" => {
                envelope.to.push(address(rest));
                "250 OK"
            }
            "RSET" => {
                envelope = Envelope::default();
                "250 OK"
            }
            "DATA" if envelope.to.is_empty() => "503 No recipients",
            "DATA" => {
                socket.write_all(b"354 End with a dot\r\n").await?;
                match read_data(&mut socket).await? {
                    Some(data) => {
                        envelope.data = data;
                        keep(std::mem::take(&mut envelope));
                        "250 Kept"
                    }
                    None => "552 Too large",
                }
            }
            "QUIT" => {
                socket.write_all(b"221 Bye\r\n").await?;
                return socket.shutdown().await;
            }
            _ => "502 Not implemented",
        };
        socket.write_all(answer.as_bytes()).await?;
        socket.write_all(b"\r\n").await?;
    }
}

/// Reads up to the line with a single dot; `None` for more than the limit.
async fn read_data(
    socket: &mut BufReader<impl AsyncRead + Unpin>,
) -> std::io::Result<Option<Vec<u8>>> {
    let mut data = Vec::new();
    let mut line = Vec::new();
    let mut too_large = false;
    loop {
        line.clear();
        if socket.read_until(b'\n', &mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok((!too_large).then_some(data));
        }
        too_large |= data.len() + line.len() > LIMIT;
        if !too_large {
            data.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
    }
}

/// What stands between `<` and `>`.
fn address(text: &str) -> String {
    let inside = text.split_once('<').and_then(|(_, a)| a.split_once('>'));
    inside
        .map_or(text, |(address, _)| address)
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::io::AsyncReadExt as _;

    use super::*;

    #[tokio::test]
    async fn a_message_is_kept_as_it_was_sent() {
        let (mut sender, server) = tokio::io::duplex(4096);
        let kept = Mutex::new(Vec::new());
        let says = "EHLO here\r\nDATA\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@y.example>\r\n\
            RCPT TO:<c@y.example>\r\nDATA\r\nSubject: Hi\r\n\r\n..one dot\r\n.\r\nQUIT\r\n";
        sender.write_all(says.as_bytes()).await.unwrap();
        talk(server, |envelope| kept.lock().unwrap().push(envelope))
            .await
            .unwrap();
        let mut answers = String::new();
        sender.read_to_string(&mut answers).await.unwrap();
        assert!(answers.contains("503 No recipients"), "{answers}");
        assert!(answers.ends_with("221 Bye\r\n"), "{answers}");
        let kept = kept.into_inner().unwrap();
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].from, "a@x.example");
        assert_eq!(kept[0].to, ["b@y.example", "c@y.example"]);
        assert_eq!(kept[0].data, b"Subject: Hi\r\n\r\n.one dot\r\n");
    }
}
