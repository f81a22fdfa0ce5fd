use testkit::pdf::Block::{self, Bullet, Heading, Row, Text};

pub(super) const BLOCKS: &[Block<'static>] = &[
    Text(
        "This paper is for the people who have to decide whether their company’s data may live with us. It says what we do, who does it and how you can check it. This is a document of a fictional company, made for a demonstration.",
    ),
    Heading("Your data"),
    Text(
        "Your content belongs to you and is used for one purpose: to give you the service. It is stored in the region you choose and does not leave it. You can export all of it at any time, as files that other programs read. When you leave, it is deleted from the live systems within 30 days and from backups within 60.",
    ),
    Row(
        "In transit",
        "TLS 1.3, or 1.2 with forward secrecy. Plain HTTP is redirected, and browsers are told not to try it again.",
    ),
    Row(
        "At rest",
        "AES-256 on every disk and in every backup. Secrets such as integration tokens are encrypted a second time in the database, under keys in a hardware security module.",
    ),
    Row(
        "Separation",
        "Every row of every table names the organization it belongs to, and the database itself refuses a query without one.",
    ),
    Heading("Access by our people"),
    Text(
        "Nobody at Northbeam has standing access to your content. An engineer who needs it to solve your problem asks for it, a second one grants it for at most four hours, and both appear in a log that you can read in your own settings.",
    ),
    Bullet("Hardware security keys for every employee, without exception."),
    Bullet("Managed devices only: encrypted disks, automatic updates, a screen lock."),
    Bullet("Access is reviewed each quarter by the owner of each system."),
    Heading("How we build"),
    Bullet("Two people for every change: the one who writes it and one who reviews it."),
    Bullet("Dependencies are pinned, watched for advisories and updated each week."),
    Bullet("Builds are reproducible and signed; only signed builds can be deployed."),
    Bullet("A threat model is written before any feature that touches sign-in, sharing or files."),
    Heading("How we run it"),
    Row(
        "Availability",
        "99.95 % in the last twelve months. Three availability zones; the loss of one is not noticed by users, and is rehearsed twice a year.",
    ),
    Row(
        "Backups",
        "Continuous, with a copy in another data centre of the same region. Restoring is rehearsed each quarter. Recovery point: 5 minutes. Recovery time: 4 hours.",
    ),
    Row(
        "Monitoring",
        "Two engineers on call, day and night. Alerts on symptoms that users would notice, and on patterns of misuse.",
    ),
    Row("Logs", "Kept for 400 days where nobody can change them."),
    Heading("When something goes wrong"),
    Text(
        "We tell affected customers within 48 hours of confirming an incident, with what is known and what is not, and again when it is over, with the cause. The last such message was sent in March 2025; it is still on our trust center.",
    ),
    Heading("How you can check"),
    Bullet(
        "The SOC 2 Type II report and the summary of the penetration test are in this trust center, for customers and for those who are considering it.",
    ),
    Bullet("Our vulnerability disclosure policy promises an answer within one working day."),
    Bullet("Ask us: security@northbeam.example is read by the people who wrote this."),
];
