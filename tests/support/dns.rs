//! A name server of the test's own, which knows the TXT records that the test sets.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use hickory_resolver::proto::op::{Message, MessageType, ResponseCode};
use hickory_resolver::proto::rr::rdata::TXT;
use hickory_resolver::proto::rr::{RData, Record};
use tokio::net::UdpSocket;

#[derive(Default)]
struct Zone {
    texts: HashMap<String, String>,
    is_broken: bool,
}

/// Answers until the test ends.
pub struct LocalDns {
    pub address: SocketAddr,
    zone: Arc<Mutex<Zone>>,
}

impl LocalDns {
    pub async fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
        let address = socket.local_addr().expect("an address");
        let zone = Arc::new(Mutex::new(Zone::default()));
        tokio::spawn(answer(socket, zone.clone()));
        Self { address, zone }
    }

    pub fn set_text(&self, name: &str, text: &str) {
        let mut zone = self.zone.lock().expect("the zone");
        zone.texts.insert(name.to_owned(), text.to_owned());
    }

    pub fn remove_text(&self, name: &str) {
        self.zone.lock().expect("the zone").texts.remove(name);
    }

    /// From now on it answers that it can't say.
    pub fn break_down(&self) {
        self.zone.lock().expect("the zone").is_broken = true;
    }
}

async fn answer(socket: UdpSocket, zone: Arc<Mutex<Zone>>) {
    let mut buffer = [0; 4096];
    while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
        let Ok(question) = Message::from_vec(&buffer[..length]) else {
            continue;
        };
        let reply = reply(&question, &zone.lock().expect("the zone"));
        let bytes = reply.to_vec().expect("a message");
        let _ = socket.send_to(&bytes, from).await;
    }
}

fn reply(question: &Message, zone: &Zone) -> Message {
    let mut reply = Message::response(question.metadata.id, question.metadata.op_code);
    reply.metadata.message_type = MessageType::Response;
    reply.metadata.recursion_available = true;
    for query in &question.queries {
        reply.add_query(query.clone());
        let name = query.name().to_utf8();
        match zone.texts.get(name.trim_end_matches('.')) {
            _ if zone.is_broken => reply.metadata.response_code = ResponseCode::ServFail,
            Some(text) => {
                let text = RData::TXT(TXT::new(vec![text.clone()]));
                reply.add_answer(Record::from_rdata(query.name().clone(), 300, text));
            }
            None => reply.metadata.response_code = ResponseCode::NXDomain,
        }
    }
    reply
}
