//! A year of an organization's activity, written into its database at once.

use std::path::Path;

use anyhow::Result;
use rusqlite::{Connection, Transaction, params};
use uuid::Uuid;

const YEAR_MICROS: i64 = 365 * 24 * 60 * 60 * 1_000_000;
const DAY_MICROS: i64 = 24 * 60 * 60 * 1_000_000;
/// Activities for one account.
const PER_ACCOUNT: i64 = 100;
const WAITING_REQUESTS: i64 = 40;
const AUDIT_ENTRIES: i64 = 20_000;

/// Whether the program has summed up all days of the organization but the last two.
pub fn is_summed_up(database: &Path, now: i64) -> Result<bool> {
    let conn = Connection::open(database)?;
    let sql = "SELECT COALESCE(MIN(day), 0) >= ?1 FROM day_totals_until";
    let day = now.div_euclid(DAY_MICROS) - 2;
    Ok(conn.query_row(sql, [day], |row| row.get(0))?)
}

/// Who does something: two people of each account.
struct Person {
    account: String,
    visitor: String,
    email: String,
    company: String,
}

/// Rows of one organization, in the order of their time.
struct Rows<'a> {
    tx: Transaction<'a>,
    org: String,
    /// Numbers that look random and are the same in each run.
    state: u64,
}

impl Rows<'_> {
    /// The next number of a linear congruential generator (Knuth's MMIX).
    fn next(&mut self) -> u64 {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.state >> 33
    }

    /// An id of version 7, as the program makes them.
    fn id(&mut self, at: i64) -> String {
        let millis = u64::try_from(at / 1_000).unwrap_or_default();
        let low = (u128::from(self.next()) << 31) | u128::from(self.next());
        let id = (u128::from(millis) << 80) | (7 << 76) | (2 << 62) | low;
        Uuid::from_u128(id).to_string()
    }

    fn person(&mut self, number: i64, at: i64, account: &str) -> Result<Person> {
        let company = format!("Company {}", number / 2);
        let domain = format!("company-{}.example", number / 2);
        let email = format!("person-{number}@{domain}");
        let visitor = self.id(at);
        self.tx.execute(
            "INSERT INTO visitor (id, org_id, email, first_name, last_name, company, created_at,
                 domain, mailbox, confirmed_at)
             VALUES (?, ?, ?, 'Pat', ?, ?, ?, ?, ?, ?)",
            params![
                visitor,
                self.org,
                email,
                format!("Number {number}"),
                company,
                at,
                domain,
                email,
                at
            ],
        )?;
        let member = self.id(at);
        self.tx.execute(
            "INSERT INTO member (id, org_id, account_id, visitor_id, created_at)
             VALUES (?, ?, ?, ?, ?)",
            params![member, self.org, account, visitor, at],
        )?;
        Ok(Person {
            account: account.to_owned(),
            visitor,
            email,
            company,
        })
    }

    fn people(&mut self, accounts: i64, begins: i64) -> Result<Vec<Person>> {
        let mut people = Vec::new();
        for number in 0..accounts {
            let at = begins + number;
            let account = self.id(at);
            self.tx.execute(
                "INSERT INTO account (id, org_id, name, name_key, created_at)
                 VALUES (?, ?, ?, ?, ?)",
                params![
                    account,
                    self.org,
                    format!("Company {number}"),
                    format!("company {number}"),
                    at
                ],
            )?;
            self.tx.execute(
                "INSERT INTO account_domain (org_id, domain, account_id, position)
                 VALUES (?, ?, ?, 0)",
                params![self.org, format!("company-{number}.example"), account],
            )?;
            for person in [number * 2, number * 2 + 1] {
                people.push(self.person(person, at, &account)?);
            }
        }
        Ok(people)
    }

    fn activity(&mut self, at: i64, person: &Person) -> Result<()> {
        let (kind, usage) = match self.next() % 10 {
            0..=5 => ("status_page_view", "visit"),
            6..=8 => ("file_downloaded", "download"),
            _ => ("comment_on_status_page", "page"),
        };
        let id = self.id(at);
        self.tx
            .prepare_cached(
                "INSERT INTO activity (id, org_id, kind, occurred_at, email, first_name, last_name,
                 company, account_id, item)
             VALUES (?, ?, ?, ?, ?, 'Pat', 'Number', ?, ?, 'SOC 2 report')",
            )?
            .execute(params![
                id,
                self.org,
                kind,
                at,
                person.email,
                person.company,
                person.account
            ])?;
        self.tx.prepare_cached(
            "INSERT INTO usage_day (org_id, day, kind, audience, account_id, item_id, item_title,
                 n, last_at)
             VALUES (?, ?, ?, 'member', ?, '', '', 1, ?)
             ON CONFLICT DO UPDATE SET n = n + 1, last_at = excluded.last_at",
        )?
        .execute(params![self.org, at / DAY_MICROS, usage, person.account, at])?;
        let id = self.id(at);
        self.tx.prepare_cached(
            "INSERT INTO usage (id, org_id, kind, audience, at, account_id, visitor_id, item_title,
                 file_name)
             VALUES (?, ?, ?, 'member', ?, ?, ?, '', '')",
        )?
        .execute(params![id, self.org, usage, at, person.account, person.visitor])?;
        Ok(())
    }

    fn requests_and_audit(&mut self, people: &[Person], now: i64) -> Result<()> {
        for (number, person) in (0..WAITING_REQUESTS).zip(people) {
            let at = now - number * 1_000_000;
            let id = self.id(at);
            self.tx.execute(
                "INSERT INTO access_request (id, org_id, visitor_id, email, first_name, last_name,
                     company, reason, state, created_at)
                 VALUES (?, ?, ?, ?, 'Pat', 'Number', ?, 'Vendor review', 'pending', ?)",
                params![
                    id,
                    self.org,
                    person.visitor,
                    person.email,
                    person.company,
                    at
                ],
            )?;
        }
        for number in 0..AUDIT_ENTRIES {
            let at = now - number * 60_000_000;
            let id = self.id(at);
            self.tx.execute(
                "INSERT INTO audit (id, org_id, at, actor, action, detail, network, session)
                 VALUES (?, ?, ?, 'Ada <ada@benchmark.example>', 'Approved a request', 'Pat', '', '')",
                params![id, self.org, at],
            )?;
        }
        Ok(())
    }
}

/// Writes so many activities of a hundredth as many accounts, over the year before `now`.
pub fn fill(database: &Path, activities: i64, now: i64) -> Result<()> {
    let mut conn = Connection::open(database)?;
    conn.execute_batch("PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;")?;
    let org = conn.query_row("SELECT id FROM organization", [], |row| row.get(0))?;
    let mut rows = Rows {
        tx: conn.transaction()?,
        org,
        state: 1,
    };
    let begins = now - YEAR_MICROS;
    let people = rows.people((activities / PER_ACCOUNT).max(10), begins)?;
    for number in 0..activities {
        let at = begins + number * (YEAR_MICROS / activities);
        let person = usize::try_from(rows.next())? % people.len();
        rows.activity(at, &people[person])?;
    }
    rows.requests_and_audit(&people, now)?;
    rows.tx.commit()?;
    Ok(())
}
