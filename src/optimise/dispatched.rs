//! Schedules of plans that hold more than a project does, such as calendars, crews or handoffs: policies raced on mean
//! durations, each judged by what dispatch makes of it.

use super::deterministic::{Effort, Observer};
use super::policy::choices;
use super::race::{Arena, Race};
use super::starts::as_ruled;
use crate::model::{Instance, Policy, TaskId};
use crate::units::Ticks;

/// The best policy found from these, of which the first is the plan as written, and how many schedules that took.
pub(super) fn search_dispatched(
    open: &Instance,
    first: Vec<Policy>,
    effort: Effort,
    observe: Observer,
) -> (Policy, u64) {
    let certain = open.on_means();
    let choices = (0..open.tasks.len()).map(|task| choices(open, TaskId::from(task))).collect();
    let dispatched = as_ruled(&first[0].apply(&certain));
    let mut watch = |_: f64, best: f64, spent: u64| observe(Ticks::from_hours(best), spent);
    let mut race = Race::new(Arena::certain(&certain), effort.seed, choices, dispatched, first, &mut watch);
    race.run(effort.schedules, &mut watch);
    (race.leaders(1).remove(0), race.spent)
}
