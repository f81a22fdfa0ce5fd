//! The delivery engine: from activities to Tasks, each exactly once.
//!
//! `engine` keeps workers busy with turns. A `turn` works some lanes of a connection
//! once, through stages that are types, so that none can be left out: what is due is
//! matched (`candidates`, `linked_accounts`, `task_rules`), **journalled** as about to be
//! sent (`journal`, which hands out the `permit` to send), written (`people`,
//! `people_with_tasks`, `write_tasks`), and settled row by row (`outcome`, `settle`). `reconcile` asks the org
//! about writes whose outcome nobody knows. `org_check` looks whether the org is as it was, and
//! `task_audit` whether it has what was delivered. `past` says what past activity would become, with the
//! same rules, and puts it into the queue.

mod batch_size;
mod candidates;
mod changes;
pub mod engine;
mod final_matches;
mod journal;
mod late_links;
mod limits;
mod linked_accounts;
mod new_people;
mod night;
pub mod org_check;
mod org_session;
mod outcome;
pub mod past;
mod people;
mod people_with_tasks;
mod permit;
mod quiet_period;
mod quota;
mod reconcile;
mod settle;
mod stop;
pub mod task_audit;
mod task_groups;
mod task_rules;
pub mod test_tasks;
mod turn;
mod wanted_people;
mod write_tasks;
mod written_tasks;
