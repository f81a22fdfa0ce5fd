//! Sending what is in the outbox. Mail is queued in the transaction of the act
//! that sends it, and handed over to the mail server by [`worker`].

pub mod outbox;
mod smtp;
pub mod worker;
