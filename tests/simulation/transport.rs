//! Calls to the org in the same process: when each is carried out, when its answer
//! comes, and whether it comes at all.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::{HeaderMap, HeaderValue};
use salesforce::{Broken, OutgoingRequest, Reply, Transport};

use super::org::{Org, Slot};
use super::schedule::{CallTrouble, CrashAt, Outage};
use super::scheduler::Scheduler;

/// What one replica sends its calls by.
pub struct InProcess {
    pub scheduler: Scheduler,
    pub org: Org,
    pub replica: usize,
}

/// What becomes of one call, counted from when it is sent.
struct Course {
    /// When the org carries it out, if it does.
    done: Option<Duration>,
    /// When the caller hears of it.
    heard: Duration,
    end: End,
}

enum End {
    Answer,
    NotSent,
    Lost,
    /// Something other than the org answers.
    Instead(u16, &'static str, String),
}

#[async_trait]
impl Transport for InProcess {
    async fn send(&self, request: OutgoingRequest) -> Result<Reply, Broken> {
        let number = self.org.begin_call(request.guard.is_some());
        let trouble = self.org.trouble(&number);
        let replica = self.replica;
        let what = format!("call {} {}", number.of_all, self.org.describe(&request));
        self.scheduler
            .note(|| format!("replica {replica}: {what}{}", said(trouble)));
        self.crash(trouble, CrashAt::BeforeSending).await;
        self.turn(self.millis(1, 50)).await;
        if !request.may_be_sent() {
            return Err(Broken::Withheld);
        }
        self.org.note_sent(&request);
        let _under_way = UnderWay::begin(&self.org);
        let course = self.course(&request, trouble);
        let refused = match trouble {
            Some(CallTrouble::RowRefused { row, code }) => Some((row, code)),
            _ => None,
        };
        let slot = Slot::default();
        if let Some(done) = course.done {
            let at = self.scheduler.now() + done;
            self.org
                .carry_out_at(at, number.of_all, request, refused, slot.clone());
        }
        self.crash(trouble, CrashAt::Waiting).await;
        self.turn(course.heard).await;
        self.crash(trouble, CrashAt::Answered).await;
        let result = answer(course.end, &slot);
        self.scheduler.note(|| {
            let end = match &result {
                Ok(reply) => format!("HTTP {}", reply.status),
                Err(broken) => format!("{broken:?}"),
            };
            format!("replica {replica}: call {} → {end}", number.of_all)
        });
        result
    }
}

/// Lasts as long as someone waits for the answer.
struct UnderWay(Org);

impl UnderWay {
    fn begin(org: &Org) -> Self {
        org.under_way(1);
        Self(org.clone())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way(-1);
    }
}

impl InProcess {
    async fn turn(&self, after: Duration) {
        self.scheduler.turn(self.replica, after).await;
    }

    async fn crash(&self, trouble: Option<CallTrouble>, here: CrashAt) {
        if matches!(trouble, Some(CallTrouble::Crash { when, .. }) if when == here) {
            self.scheduler.end_process(self.replica).await;
        }
    }

    fn millis(&self, least: u64, most: u64) -> Duration {
        Duration::from_millis(least + self.scheduler.below(most - least))
    }

    fn course(&self, request: &OutgoingRequest, trouble: Option<CallTrouble>) -> Course {
        let quick = self.millis(20, 300);
        let usual = Course {
            done: Some(quick / 2),
            heard: quick,
            end: End::Answer,
        };
        let course = match trouble {
            None | Some(CallTrouble::RowRefused { .. }) => self.under(request, usual),
            Some(CallTrouble::SessionExpired) => {
                self.org.sim().expire_access_tokens();
                usual
            }
            Some(CallTrouble::NotSent) => Course {
                done: None,
                end: End::NotSent,
                ..usual
            },
            Some(CallTrouble::DroppedBefore) => Course {
                done: None,
                end: End::Lost,
                ..usual
            },
            Some(CallTrouble::DroppedAfter) => Course {
                end: End::Lost,
                ..usual
            },
            Some(CallTrouble::Late(done)) => Course {
                done: Some(done),
                heard: done + quick,
                end: End::Answer,
            },
            Some(CallTrouble::Html { status, done }) => Course {
                done: done.map(|done| done + quick / 2),
                end: html(status),
                ..usual
            },
            Some(CallTrouble::Crash { done, .. }) => Course {
                done: done.then_some(quick / 2),
                ..usual
            },
        };
        within(course, request.timeout)
    }

    /// What an outage makes of a call.
    fn under(&self, request: &OutgoingRequest, usual: Course) -> Course {
        let writes = request.guard.is_some();
        let instead = |end| Course {
            done: None,
            heard: usual.heard,
            end,
        };
        match self.org.outage() {
            Outage::Unreachable => instead(End::NotSent),
            Outage::Html => instead(html(503)),
            Outage::ReadOnly if writes => instead(refused(
                400,
                "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE",
                "read-only mode",
            )),
            Outage::Over | Outage::ReadOnly => usual,
            Outage::TooManyCalls => instead(refused(
                403,
                "REQUEST_LIMIT_EXCEEDED",
                "ConcurrentRequests (Concurrent API Requests) Limit exceeded.",
            )),
            Outage::Slow(time) => Course {
                done: Some(time.mul_f32(0.9)),
                heard: time,
                end: End::Answer,
            },
        }
    }
}

/// A caller gives up at its time limit; the org goes on all the same.
fn within(course: Course, limit: Duration) -> Course {
    if course.heard <= limit {
        return course;
    }
    Course {
        heard: limit,
        end: End::Lost,
        ..course
    }
}

fn answer(end: End, slot: &Slot) -> Result<Reply, Broken> {
    match end {
        End::Answer => Ok(slot.take().expect("the org carried it out")),
        End::NotSent => Err(Broken::NotSent("no route to the org".to_owned())),
        End::Lost => Err(Broken::Lost {
            message: "the connection broke".to_owned(),
            status: None,
        }),
        End::Instead(status, kind, body) => {
            let mut headers = HeaderMap::new();
            headers.insert("Content-Type", HeaderValue::from_static(kind));
            Ok(Reply {
                status,
                headers,
                body: body.into_bytes(),
            })
        }
    }
}

fn html(status: u16) -> End {
    let page = "<!DOCTYPE html><html><body><h1>We are down for maintenance.</h1></body></html>";
    End::Instead(status, "text/html; charset=utf-8", page.to_owned())
}

fn refused(status: u16, code: &str, message: &str) -> End {
    let body = serde_json::json!([{"errorCode": code, "message": message}]);
    End::Instead(status, "application/json", body.to_string())
}

fn said(trouble: Option<CallTrouble>) -> String {
    trouble
        .map(|what| format!(" ({what:?})"))
        .unwrap_or_default()
}
