//! `plancast simulate`.

use super::arguments::Simulate;
use super::failure::Failure;
use super::folder::{self, Product};
use super::{open, run, screen, talk};
use crate::analyse::{self, Forecast};
use crate::model::Instance;
use crate::report::{self, About};
use crate::schedule;
use crate::simulate::Outcomes;

/// A file of an earlier run that would not fit this one.
const ON_REQUEST: &str = "iterations.csv";

/// Forecasts a plan: files first, then the summary.
///
/// # Errors
/// [`Failure`] when the plan has errors, or something cannot be written.
pub(super) fn simulate(arguments: &Simulate) -> Result<(), Failure> {
    let mut plan = open::open(&arguments.plan)?;
    if let Some(spread) = arguments.durations {
        spread.apply(&mut plan.instance);
    }
    let about = open::about(&arguments.plan, &plan);
    let folder = folder::chosen(arguments.output.out.as_deref(), &arguments.plan.path)?;
    let (outcomes, forecast) = run::with_threads(&arguments.run, || forecast(&plan.instance, arguments))?;
    let summary = report::summary_json(&forecast, &about);
    let mut products = products(&forecast, summary.clone());
    let mut outdated = Vec::new();
    if arguments.csv_iterations {
        products.push(Product::text(ON_REQUEST, report::iterations_csv(&plan.instance, &outcomes)));
    } else {
        outdated.push(ON_REQUEST);
    }
    folder::write(&folder, &products, &outdated)?;
    talk::print(&if arguments.output.json { summary } else { text(&outcomes, &forecast, &about) })?;
    if let Some(share) = arguments.until {
        talk::say(&known(&outcomes, share));
    }
    talk::say(&folder::written(&folder, &products));
    Ok(())
}

fn forecast(instance: &Instance, arguments: &Simulate) -> (Outcomes, Forecast) {
    let settings = run::forecast_settings(arguments);
    let outcomes = match arguments.until {
        Some(share) => run::outcomes_until(instance, &settings, share),
        None => run::outcomes(instance, &settings),
    };
    let path = schedule::critical_path(instance);
    let schedule = schedule::list_schedule(instance);
    let spent = analyse::time_spent(instance, &settings, &outcomes);
    let forecast = analyse::forecast(instance, &outcomes, &path, &schedule, &spent);
    (outcomes, forecast)
}

/// How well a run that was to stop knows its P80.
fn known(outcomes: &Outcomes, share: f64) -> String {
    let (iterations, wanted) = (outcomes.iterations, share * 100.0);
    match analyse::precision(&outcomes.makespan) {
        Some(found) if found < share => {
            format!("the P80 is known to {:.2} % of itself after {iterations} iterations\n", found * 100.0)
        }
        Some(found) => format!(
            "the P80 is known to {:.2} % of itself only after all {iterations} iterations, not to {wanted} %: raise \
             --iterations or --until\n",
            found * 100.0
        ),
        None if outcomes.makespan.iter().filter(|finish| finish.is_never()).count() * 5 < iterations as usize => {
            format!("{iterations} iterations are too few to know the P80: raise --iterations\n")
        }
        None => format!(
            "a fifth of the {iterations} iterations or more never finish: no number of them fixes the P80\n"
        ),
    }
}

fn products(forecast: &Forecast, summary: String) -> Vec<Product> {
    vec![
        Product::text("summary.json", summary),
        Product::text("tasks.csv", report::tasks_csv(forecast)),
        Product::text("agents.csv", report::agents_csv(forecast)),
        Product::text("milestones.csv", report::milestones_csv(forecast)),
        Product::text("percentiles.csv", report::percentiles_csv(forecast)),
    ]
}

fn text(outcomes: &Outcomes, forecast: &Forecast, about: &About) -> String {
    let finishes: Vec<f64> = outcomes.makespan.iter().map(|finish| finish.hours_or_infinite()).collect();
    report::summary_text(forecast, &finishes, about, screen::screen())
}
