//! What reports and exports are made from: a run of the plan, with everything that was learnt from it.

use super::arguments::{PlanArguments, RunArguments};
use super::failure::Failure;
use super::{open, run};
use crate::analyse::{self, Forecast, Loads, Paths};
use crate::plan::Plan;
use crate::report::About;
use crate::schedule::{self, Schedule};
use crate::simulate::{self, Outcomes, Timeline};

/// A run and its results.
pub(super) struct Evidence {
    pub(super) plan: Plan,
    pub(super) about: About,
    pub(super) outcomes: Outcomes,
    pub(super) schedule: Schedule,
    pub(super) forecast: Forecast,
    /// The iteration nearest to the P80; absent if that falls among unfinished ones.
    pub(super) timeline: Option<Timeline>,
    pub(super) loads: Option<Loads>,
    pub(super) paths: Paths,
}

/// Opens the plan and simulates it.
///
/// # Errors
/// [`Failure`] when the plan has errors, or the system does not give so many threads.
pub(super) fn gather(plan: &PlanArguments, arguments: &RunArguments) -> Result<Evidence, Failure> {
    let opened = open::open(plan)?;
    let about = open::about(plan, &opened);
    gather_from(opened, about, arguments)
}

/// Simulates a plan that is open.
///
/// # Errors
/// [`Failure`] when the system does not give so many threads.
pub(super) fn gather_from(opened: Plan, about: About, arguments: &RunArguments) -> Result<Evidence, Failure> {
    let settings = run::settings(arguments);
    let instance = &opened.instance;
    let schedule = schedule::list_schedule(instance);
    let (outcomes, forecast, timeline, loads, paths) = run::with_threads(arguments, || {
        let outcomes = run::outcomes(instance, &settings);
        let path = schedule::critical_path(instance);
        let spent = analyse::time_spent(instance, &settings, &outcomes);
        let forecast = analyse::forecast(instance, &outcomes, &path, &schedule, &spent);
        let nearest = analyse::nearest(&outcomes, 0.8, 1).first().copied();
        let timeline = nearest.map(|iteration| simulate::trace(instance, &settings, iteration));
        let loads = analyse::loads(instance, &settings, &outcomes);
        let paths = analyse::paths(instance, &settings, &outcomes);
        (outcomes, forecast, timeline, loads, paths)
    })?;
    Ok(Evidence { about, outcomes, schedule, forecast, timeline, loads, paths, plan: opened })
}
