//! Where a request comes from, for rate limits and nothing else.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

/// The visitor's address as text; "unknown" where the server doesn't tell.
///
/// A peer on this machine or on a private network is taken for the operator's
/// reverse proxy, whose last `X-Forwarded-For` entry then counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClientIp(pub String);

impl<S: Send + Sync> FromRequestParts<S> for ClientIp {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let Some(peer) = peer.map(|ConnectInfo(address)| address.ip().to_canonical()) else {
            return Ok(Self("unknown".to_owned()));
        };
        let told = is_near(peer).then(|| forwarded(&parts.headers)).flatten();
        Ok(Self(told.unwrap_or(peer).to_string()))
    }
}

fn is_near(peer: IpAddr) -> bool {
    match peer {
        IpAddr::V4(peer) => peer.is_loopback() || peer.is_private() || peer.is_link_local(),
        IpAddr::V6(peer) => peer.is_loopback() || peer.is_unique_local(),
    }
}

/// Only the last entry is the proxy's own; the visitor may have sent the others.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let line = headers.get_all("x-forwarded-for").into_iter().next_back()?;
    let last = line.to_str().ok()?.rsplit(',').next()?;
    last.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    async fn seen(peer: &str, forwarded: Option<&str>) -> String {
        let mut request = Request::builder();
        if let Some(line) = forwarded {
            request = request.header("x-forwarded-for", line);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        let peer: SocketAddr = peer.parse().unwrap();
        parts.extensions.insert(ConnectInfo(peer));
        let Ok(ClientIp(ip)) = ClientIp::from_request_parts(&mut parts, &()).await;
        ip
    }

    #[tokio::test]
    async fn a_proxy_nearby_is_believed_about_its_own_entry_only() {
        let line = Some("1.1.1.1, 203.0.113.9");
        assert_eq!(seen("127.0.0.1:1", line).await, "203.0.113.9");
        assert_eq!(seen("10.0.0.2:1", line).await, "203.0.113.9");
        assert_eq!(seen("198.51.100.7:1", line).await, "198.51.100.7");
        assert_eq!(seen("127.0.0.1:1", None).await, "127.0.0.1");
    }
}
