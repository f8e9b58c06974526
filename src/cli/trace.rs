//! `plancast trace`.

use super::arguments::Trace;
use super::failure::Failure;
use super::{open, run, talk};
use crate::analyse;
use crate::model::Instance;
use crate::report;
use crate::simulate::{self, Settings};

/// Prints one iteration.
///
/// # Errors
/// [`Failure`] when the plan has errors, or there is no such iteration.
pub(super) fn trace(arguments: &Trace) -> Result<(), Failure> {
    let settings = run::settings(&arguments.run);
    if let Some(iteration) = arguments.which.iteration.filter(|iteration| *iteration >= settings.iterations) {
        let last = settings.iterations - 1;
        return Err(Failure::Usage {
            message: format!("iteration {iteration} is not one of the {} from 0 to {last}", settings.iterations),
            help: "name one of these, or ask for more with --iterations".to_owned(),
        });
    }
    arguments.chart.check_place()?;
    let plan = open::open(&arguments.plan)?;
    let iteration = if let Some(iteration) = arguments.which.iteration {
        iteration
    } else {
        let quantile = arguments.which.quantile.unwrap_or(0.5);
        let nearest = run::with_threads(&arguments.run, || nearest(&plan.instance, &settings, quantile))?;
        nearest.ok_or_else(|| {
            Failure::lacking(
                format!("no iteration is at quantile {quantile}: it falls among those that never finish"),
                "ask for a lower one, or for an iteration by its number",
            )
        })?
    };
    let timeline = simulate::trace(&plan.instance, &settings, iteration);
    arguments.chart.write(|look| report::trace_chart(&plan.instance, &timeline, settings.seed, look))?;
    talk::print(&if arguments.json {
        report::trace_json(&plan.instance, &timeline, &settings, &open::about(&arguments.plan, &plan))
    } else {
        report::trace_text(&plan.instance, &timeline)
    })
}

/// The iteration nearest to a quantile of the finish; absent if that falls among unfinished ones.
fn nearest(instance: &Instance, settings: &Settings, quantile: f64) -> Option<u32> {
    let outcomes = run::outcomes(instance, settings);
    analyse::nearest(&outcomes, quantile, 1).first().copied()
}
