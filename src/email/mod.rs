//! Sending the email that waits in the outbox. It is queued in the transaction of the act
//! that sends it, by `store::email`, and handed over to the mail server by [`worker`].

mod limits;
mod smtp;
pub mod worker;
