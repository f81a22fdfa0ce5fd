//! Looking up the TXT records of a name.

use std::net::SocketAddr;

use anyhow::Context as _;
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError as Refusal, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::RData;

/// Why nothing is known of a name now.
#[derive(Debug, thiserror::Error)]
#[error("the name servers don't answer: {0}")]
pub struct DnsError(String);

/// Asks the machine's name servers, or a certain one. Nothing is kept: who has just set a
/// record wants it to be seen.
#[derive(Clone)]
pub struct Dns(TokioResolver);

impl Dns {
    /// # Errors
    /// The machine's settings can't be read.
    pub fn new(server: Option<SocketAddr>) -> anyhow::Result<Self> {
        let mut builder = match server {
            None => TokioResolver::builder_tokio(),
            Some(address) => Ok(TokioResolver::builder_with_config(
                only(address),
                TokioRuntimeProvider::default(),
            )),
        }
        .context("the machine's name servers can't be read")?;
        builder.options_mut().cache_size = 0;
        let resolver = builder.build().context("no name server can be asked")?;
        Ok(Self(resolver))
    }

    /// The texts of the name, none where it doesn't exist. `name` without a final dot.
    ///
    /// # Errors
    /// No answer, or one that says nothing about the name.
    pub async fn texts(&self, name: &str) -> Result<Vec<String>, DnsError> {
        // With the dot it is never looked up below the machine's own domain.
        let answer = match self.0.txt_lookup(format!("{name}.")).await {
            Ok(answer) => answer,
            Err(error) if is_missing(&error) => return Ok(Vec::new()),
            Err(error) => return Err(DnsError(error.to_string())),
        };
        let texts = answer
            .answers()
            .iter()
            .filter_map(|record| match &record.data {
                RData::TXT(text) => {
                    Some(String::from_utf8_lossy(&text.txt_data.concat()).into_owned())
                }
                _ => None,
            });
        Ok(texts.collect())
    }
}

fn only(address: SocketAddr) -> ResolverConfig {
    let (mut udp, mut tcp) = (ConnectionConfig::udp(), ConnectionConfig::tcp());
    udp.port = address.port();
    tcp.port = address.port();
    let server = NameServerConfig::new(address.ip(), true, vec![udp, tcp]);
    ResolverConfig::from_parts(None, Vec::new(), vec![server])
}

fn is_missing(error: &NetError) -> bool {
    let NetError::Dns(Refusal::NoRecordsFound(none)) = error else {
        return false;
    };
    matches!(
        none.response_code,
        ResponseCode::NXDomain | ResponseCode::NoError
    )
}
