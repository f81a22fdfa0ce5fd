//! Where a request comes from: for limits on how often, and for the record of who
//! signed.
//!
//! The peer of the connection counts. Where it is a proxy that the operator trusts
//! (`GATEHOUSE_TRUSTED_PROXIES`), the last hop that none of these proxies is counts
//! instead: whatever stands before it may be made up.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use ipnet::IpNet;

use crate::app::App;

/// The network that a request comes from, to count by: an address of IPv4, or the 64
/// bits of IPv6 that one home or host has to itself. "unknown" without a connection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClientIp(pub String);

/// The address itself, and who says so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClientAddress {
    ip: Option<IpAddr>,
    told_by: Option<IpAddr>,
}

impl FromRequestParts<App> for ClientIp {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let address = ClientAddress::from_parts(parts, &app.config.trusted_proxies);
        Ok(Self(address.network()))
    }
}

impl FromRequestParts<App> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self::from_parts(parts, &app.config.trusted_proxies))
    }
}

impl ClientAddress {
    pub fn from_parts(parts: &Parts, trusted: &[IpNet]) -> Self {
        let peer = peer(parts);
        let told = is_from_proxy(parts, trusted).then(|| reported(&parts.headers, trusted));
        let told = told.flatten();
        Self {
            ip: told.or(peer),
            told_by: told.and(peer),
        }
    }

    /// The network, to count by.
    pub fn network(&self) -> String {
        match self.ip {
            Some(IpAddr::V6(ip)) => {
                let [a, b, c, d, ..] = ip.segments();
                format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
            Some(ip) => ip.to_string(),
            None => "unknown".to_owned(),
        }
    }

    /// For the record: the address, and whether it is the connection's own.
    pub fn evidence(&self) -> String {
        match (self.ip, self.told_by) {
            (Some(ip), Some(proxy)) => format!("{ip} (reported by the proxy {proxy})"),
            (Some(ip), None) => format!("{ip} (direct connection)"),
            (None, _) => "unknown".to_owned(),
        }
    }
}

/// Whether one of the proxies that are trusted sends this.
pub fn is_from_proxy(parts: &Parts, trusted: &[IpNet]) -> bool {
    peer(parts).is_some_and(|peer| is_one_of(trusted, peer))
}

fn peer(parts: &Parts) -> Option<IpAddr> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    peer.map(|ConnectInfo(address)| address.ip().to_canonical())
}

fn is_one_of(networks: &[IpNet], ip: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(&ip))
}

/// What the proxy reports. One that writes one of the two headers may pass on the
/// other as a visitor made it up: where they differ, neither is believed.
fn reported(headers: &HeaderMap, trusted: &[IpNet]) -> Option<IpAddr> {
    let plain = last_untrusted(entries(headers, "x-forwarded-for"), trusted);
    let named = entries(headers, "forwarded");
    let named = last_untrusted(named.into_iter().filter_map(for_of).collect(), trusted);
    match (plain, named) {
        (Some(plain), Some(named)) => (plain == named).then_some(plain),
        (plain, named) => plain.or(named),
    }
}

/// The parts of a list, over all lines of the header.
fn entries<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a str> {
    let lines = headers.get_all(name).into_iter();
    let lines = lines.map(|line| line.to_str().unwrap_or_default());
    lines
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .collect()
}

/// The `for` of an entry such as `for="[2001:db8::1]:4711";proto=https` (RFC 7239).
fn for_of(entry: &str) -> Option<&str> {
    entry.split(';').find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        let value = value.trim().trim_matches('"');
        name.trim().eq_ignore_ascii_case("for").then_some(value)
    })
}

/// From the end: each proxy adds whom it got the request from.
fn last_untrusted(hops: Vec<&str>, trusted: &[IpNet]) -> Option<IpAddr> {
    let mut last = None;
    for hop in hops.into_iter().rev() {
        // What a proxy didn't tell, whoever stands before it can't tell either.
        let Some(ip) = address(hop) else {
            return last;
        };
        last = Some(ip);
        if !is_one_of(trusted, ip) {
            return last;
        }
    }
    last
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]` or with a port.
fn address(hop: &str) -> Option<IpAddr> {
    let bare = hop.trim_start_matches('[').trim_end_matches(']');
    let ip = bare.parse::<IpAddr>().ok();
    let ip = ip.or_else(|| hop.parse::<SocketAddr>().ok().map(|address| address.ip()));
    ip.map(|ip| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    const PROXIES: [&str; 2] = ["10.0.0.0/8", "2001:db8:1::/48"];

    fn seen(peer: &str, headers: &[(&str, &str)]) -> ClientAddress {
        let mut request = Request::builder();
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        let peer: SocketAddr = peer.parse().unwrap();
        parts.extensions.insert(ConnectInfo(peer));
        let trusted = PROXIES.map(|network| network.parse().unwrap());
        ClientAddress::from_parts(&parts, &trusted)
    }

    fn ip(peer: &str, header: &str, value: &str) -> String {
        seen(peer, &[(header, value)]).ip.unwrap().to_string()
    }

    #[test]
    fn only_proxies_that_are_trusted_are_believed() {
        let told = "203.0.113.9";
        for peer in [
            "127.0.0.1:1",
            "192.168.1.1:1",
            "198.51.100.7:1",
            "[2001:db8:2::1]:1",
        ] {
            let own = peer.parse::<SocketAddr>().unwrap().ip().to_string();
            assert_eq!(ip(peer, "x-forwarded-for", told), own);
            assert_eq!(ip(peer, "forwarded", &format!("for={told}")), own);
        }
        assert_eq!(ip("10.0.0.2:1", "x-forwarded-for", told), told);
        assert_eq!(ip("[::ffff:10.0.0.2]:1", "x-forwarded-for", told), told);
        assert_eq!(
            seen("10.0.0.2:1", &[]).evidence(),
            "10.0.0.2 (direct connection)"
        );
    }

    #[test]
    fn the_last_hop_that_is_no_proxy_counts_in_either_header() {
        for (value, client) in [
            ("1.1.1.1, 203.0.113.9", "203.0.113.9"),
            ("1.1.1.1, 203.0.113.9, 10.1.1.1", "203.0.113.9"),
            ("203.0.113.9:4711", "203.0.113.9"),
            ("[2001:db8:2::9]:4711, 10.1.1.1:80", "2001:db8:2::9"),
            ("2001:db8:2::9, 2001:db8:1::1", "2001:db8:2::9"),
            ("10.9.9.9, 10.1.1.1", "10.9.9.9"),
            ("203.0.113.9, unknown, 10.1.1.1", "10.1.1.1"),
            ("nonsense", "10.0.0.2"),
        ] {
            assert_eq!(
                ip("10.0.0.2:1", "x-forwarded-for", value),
                client,
                "{value}"
            );
        }
        for (value, client) in [
            (
                "for=1.1.1.1, FOR=\"203.0.113.9:4711\";proto=https",
                "203.0.113.9",
            ),
            ("by=10.0.0.3; for=\"[2001:db8:2::9]\"", "2001:db8:2::9"),
            ("for=203.0.113.9, for=_hidden", "10.0.0.2"),
        ] {
            assert_eq!(ip("10.0.0.2:1", "forwarded", value), client, "{value}");
        }
    }

    #[test]
    fn headers_that_contradict_each_other_are_not_believed() {
        let both = |named| {
            let headers = [("x-forwarded-for", "203.0.113.9"), ("forwarded", named)];
            seen("10.0.0.2:1", &headers).evidence()
        };
        assert_eq!(
            both("for=203.0.113.9"),
            "203.0.113.9 (reported by the proxy 10.0.0.2)"
        );
        assert_eq!(both("for=198.51.100.1"), "10.0.0.2 (direct connection)");
    }

    #[test]
    fn a_network_of_ipv6_is_counted_as_one() {
        let one = seen("[2001:db8:2:3:4:5:6:7]:1", &[]).network();
        assert_eq!(one, seen("[2001:db8:2:3::9]:1", &[]).network());
        assert_ne!(one, seen("[2001:db8:2:4::9]:1", &[]).network());
        assert_eq!(seen("198.51.100.7:1", &[]).network(), "198.51.100.7");
    }
}
