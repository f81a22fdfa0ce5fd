//! What a search of the dashboard finds.

use domain::content::Item;
use domain::organizations::Role;
use store::Tx;
use store::accounts::list::Filter;
use store::accounts::order::Order;
use store::accounts::people_search::{self, FoundPerson};

use super::places;
use crate::web::http::error::WebResult;
use crate::web::http::staff_session::Staff;
use crate::web::limits::SEARCH_HITS;

/// Results of one kind.
pub(super) struct Group {
    pub title: &'static str,
    pub icon: &'static str,
    pub hits: Vec<Hit>,
}

/// One result.
pub(super) struct Hit {
    pub title: String,
    /// What it is told from others by; may be empty.
    pub detail: String,
    pub href: String,
}

/// What this person may open of what these words name; all pages where there are none.
pub(super) async fn find(tx: &mut Tx, staff: &Staff, words: &str) -> WebResult<Vec<Group>> {
    let mut groups = vec![pages(staff, words)];
    if !words.is_empty() {
        groups.push(accounts(tx, staff, words).await?);
        groups.push(people(tx, staff, words).await?);
        groups.push(items(tx, staff, words).await?);
    }
    groups.retain(|group| !group.hits.is_empty());
    Ok(groups)
}

fn has_salesforce(staff: &Staff) -> bool {
    staff.org.plan.includes_salesforce()
}

fn pages(staff: &Staff, words: &str) -> Group {
    let found = places::find(words, staff.user.role, has_salesforce(staff));
    let hits = found.into_iter().map(|place| Hit {
        title: place.title.to_owned(),
        detail: String::new(),
        href: place.href.to_owned(),
    });
    let limit = if words.is_empty() {
        usize::MAX
    } else {
        SEARCH_HITS
    };
    Group {
        title: "Pages",
        icon: "arrow-right",
        hits: hits.take(limit).collect(),
    }
}

async fn accounts(tx: &mut Tx, staff: &Staff, words: &str) -> WebResult<Group> {
    let filter = Filter {
        search: words.to_owned(),
        ..Filter::default()
    };
    let limit = i64::try_from(SEARCH_HITS).unwrap_or(i64::MAX);
    let today = staff.now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let found = store::accounts::list::page(
        tx,
        staff.org.id,
        &filter,
        today,
        Order::default(),
        None,
        limit,
    )
    .await?;
    let hits = found.into_iter().map(|row| Hit {
        href: format!("/dashboard/accounts/{}", row.account.id),
        title: row.account.name,
        detail: row.owner,
    });
    Ok(Group {
        title: "Accounts",
        icon: "building",
        hits: hits.collect(),
    })
}

async fn people(tx: &mut Tx, staff: &Staff, words: &str) -> WebResult<Group> {
    let found = people_search::search(tx, staff.org.id, words, SEARCH_HITS).await?;
    Ok(Group {
        title: "People",
        icon: "people",
        hits: found.into_iter().map(person).collect(),
    })
}

fn person(found: FoundPerson) -> Hit {
    let name = format!("{} {}", found.first_name, found.last_name);
    let (title, detail) = match name.trim() {
        "" => (found.email, found.account_name),
        name => (
            name.to_owned(),
            format!("{} · {}", found.email, found.account_name),
        ),
    };
    Hit {
        title,
        detail,
        href: format!("/dashboard/accounts/{}", found.account),
    }
}

async fn items(tx: &mut Tx, staff: &Staff, words: &str) -> WebResult<Group> {
    let mut hits = Vec::new();
    if staff.user.role >= Role::Editor {
        let wanted = words.to_lowercase();
        let fits = |item: &Item| item.title.to_lowercase().contains(&wanted);
        let all = store::content::items::list(tx, staff.org.id).await?;
        hits.extend(
            all.into_iter()
                .filter(fits)
                .take(SEARCH_HITS)
                .map(|item| Hit {
                    href: format!("/dashboard/content/items/{}", item.id),
                    title: item.title,
                    detail: item.summary,
                }),
        );
    }
    Ok(Group {
        title: "Items",
        icon: "document",
        hits,
    })
}

/// The lists that can be searched for the same words; none where there are no words.
pub(super) fn lists(staff: &Staff, words: &str) -> Group {
    let mut group = Group {
        title: "Search in",
        icon: "search",
        hits: Vec::new(),
    };
    if words.is_empty() {
        return group;
    }
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("q", words)
        .finish();
    group.hits.push(Hit {
        title: format!("Activity: “{words}”"),
        detail: String::new(),
        href: format!("/dashboard?{query}"),
    });
    if staff.is_admin() && has_salesforce(staff) {
        group.hits.push(Hit {
            title: format!("Deliveries to Salesforce: “{words}”"),
            detail: String::new(),
            href: format!("/dashboard/salesforce/deliveries?{query}"),
        });
    }
    if staff.is_admin() {
        group.hits.push(Hit {
            title: format!("Audit log: “{words}”"),
            detail: String::new(),
            href: format!("/dashboard/settings/audit?{query}"),
        });
    }
    group
}
