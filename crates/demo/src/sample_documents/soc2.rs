use testkit::pdf::Block::{self, Bullet, Heading, Row, Text};

pub(super) const BLOCKS: &[Block<'static>] = &[
    Heading("Section I. Report of the independent service auditor"),
    Text(
        "To the management of Northbeam Software: we have examined the description of the Northbeam platform throughout the period from 1 July 2025 to 30 June 2026, and the suitability of the design and the operating effectiveness of the controls stated in it, against the trust services criteria for security, availability and confidentiality.",
    ),
    Text(
        "In our opinion, in all material respects, the description presents the platform as it was designed and implemented throughout the period; the controls were suitably designed to give reasonable assurance that the service commitments would be met; and the controls operated effectively throughout the period.",
    ),
    Text(
        "Hallam & Voigt Assurance LLP, Boston, 21 August 2026. This is a document of a fictional company, made for a demonstration.",
    ),
    Heading("Section II. Management’s assertion"),
    Text(
        "We have prepared the description of the platform and are responsible for its completeness and accuracy. We assert that the controls stated in it were in place and operated effectively throughout the period, and that the one exception found is described in Section IV with what was done about it.",
    ),
    Heading("Section III. Description of the system"),
    Text(
        "Northbeam is a planning platform for field service companies. Customers reach it by web browser, by mobile application and by API. About 1,900 organizations use it, in two regions that share no data: the European Union and the United States.",
    ),
    Row(
        "Infrastructure",
        "Three availability zones in each region; virtual networks without direct administrative access from the internet; databases replicated synchronously within a region.",
    ),
    Row(
        "Software",
        "A service written in Rust and TypeScript, deployed from signed build artefacts several times a day; every change is reviewed by a second engineer and passes the automated tests.",
    ),
    Row(
        "People",
        "162 employees; background checks before the first day; security training on joining and each year after.",
    ),
    Row(
        "Data",
        "Customer content, account data and logs. Content is classified as confidential and encrypted in transit and at rest.",
    ),
    Row(
        "Subservice organizations",
        "Hosting, electronic mail delivery and payment processing, each monitored by a yearly review of their own reports. The carve-out method is used.",
    ),
    Heading("Section IV. Tests of controls and results"),
    Row(
        "CC6.1 Access is limited",
        "Inspected the access policy and a sample of 40 accounts: each was approved by the owner of the system. No exceptions noted.",
    ),
    Row(
        "CC6.2 Joiners and leavers",
        "For a sample of 25 leavers, access was removed within one working day for 24. One laptop account was removed on the third day; management has since joined the two systems. Exception noted and remediated.",
    ),
    Row(
        "CC6.6 Boundaries",
        "Observed that administration needs a hardware key and a managed device. No exceptions noted.",
    ),
    Row(
        "CC7.1 Vulnerabilities",
        "Inspected weekly scans and a sample of 30 findings: all high findings were closed within 14 days. No exceptions noted.",
    ),
    Row(
        "CC7.3 Incidents",
        "Inspected the incident log and the records of two exercises. No exceptions noted.",
    ),
    Row(
        "CC8.1 Changes",
        "For a sample of 60 changes, a review and a passed test run preceded the deployment. No exceptions noted.",
    ),
    Row(
        "A1.2 Backups",
        "Inspected the results of four restore exercises; the longest took 2 hours and 12 minutes, against a target of 4 hours. No exceptions noted.",
    ),
    Row(
        "C1.1 Confidential data",
        "Inspected that content of customers who left was deleted within 60 days for a sample of 15. No exceptions noted.",
    ),
    Heading("Section V. Complementary user entity controls"),
    Text("The criteria can be met only together with controls that are the customer’s own:"),
    Bullet("Users’ access is granted, reviewed and removed by the customer’s administrators."),
    Bullet("Single sign-on or a second factor is enforced for all users."),
    Bullet("API keys are kept secret, and replaced when someone who knew one leaves."),
    Bullet("Suspected incidents are reported to security@northbeam.example without delay."),
];
