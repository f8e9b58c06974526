//! Schedules of plans that hold more than a project does, such as calendars, crews or handoffs: policies raced on mean
//! durations, each judged by what dispatch makes of it.

use super::deterministic::{Effort, Observer};
use super::policy::choices;
use super::race::{Arena, Race};
use super::starts::as_ruled;
use crate::model::{Distribution, Instance, Policy, TaskId};
use crate::units::Ticks;

/// The best policy found from these, of which the first is the plan as written, and how many schedules that took.
pub(super) fn search_dispatched(
    open: &Instance,
    first: Vec<Policy>,
    effort: Effort,
    observe: Observer,
) -> (Policy, u64) {
    let certain = without_luck(open);
    let choices = (0..open.tasks.len()).map(|task| choices(open, TaskId::from(task))).collect();
    let dispatched = as_ruled(&first[0].apply(&certain));
    let mut race = Race::new(Arena::certain(&certain), effort.seed, choices, dispatched, first);
    while race.spent + race.next_costs() <= effort.schedules && !race.is_exhausted() {
        if observe(Ticks::from_hours(race.scores().1), race.spent) {
            break;
        }
        race.generation();
    }
    (race.leaders(1).remove(0), race.spent)
}

/// The plan with every quantity at its mean, in which nothing goes wrong: simulated, it is its own list schedule.
fn without_luck(open: &Instance) -> Instance {
    let mut certain = open.clone();
    let settle = |quantity: &mut Distribution| *quantity = Distribution::Fixed(quantity.mean());
    certain.risks.clear();
    certain.blockers.clear();
    settle(&mut certain.handoff);
    for agent in &mut certain.agents {
        agent.failures = None;
    }
    for task in &mut certain.tasks {
        settle(&mut task.estimate);
        (task.attempts, task.review) = (None, None);
    }
    certain.network.change_lags(|link| Distribution::Fixed(link.lag.mean()));
    certain
}
