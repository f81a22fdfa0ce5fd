use testkit::pdf::Block::{self, Bullet, Heading, Row, Text};

pub(super) const BLOCKS: &[Block<'static>] = &[
    Text(
        "Between the customer, who decides why and how personal data is processed (the controller), and Northbeam Software, who processes it on the customer’s behalf (the processor). This is a document of a fictional company, made for a demonstration.",
    ),
    Heading("1. Subject, duration and purpose"),
    Text(
        "Northbeam processes personal data to provide the planning platform that the subscription agreement describes, for as long as that agreement lasts and for no other purpose.",
    ),
    Row(
        "People concerned",
        "The customer’s employees and contractors; the customer’s own clients and their contacts",
    ),
    Row(
        "Kinds of data",
        "Names, business contact details, working times, places of work, photographs attached to jobs, and what users write in free text",
    ),
    Row(
        "Special categories",
        "None are intended. The customer undertakes not to enter any.",
    ),
    Heading("2. Instructions"),
    Text(
        "Northbeam acts on documented instructions only. Using the platform’s functions is an instruction. If an instruction seems unlawful to Northbeam, it says so before acting.",
    ),
    Heading("3. Confidentiality and security"),
    Bullet("Everyone with access is bound to confidentiality in writing, also after leaving."),
    Bullet("The measures in Annex B are kept at least at their present level."),
    Bullet("A yearly audit by an independent auditor is shared with the customer on request."),
    Heading("4. Subprocessors"),
    Text(
        "The customer agrees to the subprocessors in Annex A. A new one is announced at least 30 days before; the customer may object on reasonable grounds, and may terminate if no solution is found.",
    ),
    Heading("5. Rights of the people concerned"),
    Text(
        "The platform lets the customer’s administrators look up, correct, export and delete the data of one person. Requests that reach Northbeam directly are forwarded within two working days.",
    ),
    Heading("6. Breaches"),
    Text(
        "Northbeam tells the customer of a breach of personal data without undue delay and within 48 hours of confirming it, with what the customer needs for a notice of its own.",
    ),
    Heading("7. Return and deletion"),
    Text(
        "At the end the customer may export all data for 30 days. After that it is deleted, from backups within a further 30 days, and the deletion is confirmed in writing on request.",
    ),
    Heading("8. Audits"),
    Text(
        "Once a year, with 30 days’ notice and during working hours, the customer or an auditor bound to confidentiality may inspect what is needed to verify this agreement. Reports that answer the question are accepted in place of an inspection.",
    ),
    Heading("Annex A. Subprocessors"),
    Row(
        "Hosting, European Union",
        "Data centres in Frankfurt and Dublin",
    ),
    Row(
        "Hosting, United States",
        "Data centres in Ohio and Oregon, for customers who chose that region",
    ),
    Row(
        "Electronic mail",
        "Delivery of notifications; addresses and message texts, kept for 7 days",
    ),
    Row(
        "Support desk",
        "Requests for help and what is attached to them",
    ),
    Heading("Annex B. Technical and organizational measures"),
    Row(
        "Encryption",
        "TLS 1.2 or later in transit, AES-256 at rest, keys in a hardware security module",
    ),
    Row(
        "Access",
        "Single sign-on with hardware keys; least privilege; quarterly reviews",
    ),
    Row(
        "Availability",
        "Three availability zones, rehearsed restores, an on-call rota",
    ),
    Row(
        "Separation",
        "Logical separation of customers, enforced by the database",
    ),
    Row(
        "Testing",
        "Yearly penetration test, weekly scans, reviews of every change",
    ),
];
