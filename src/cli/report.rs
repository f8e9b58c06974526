//! `plancast report`.

use super::arguments::Report;
use super::evidence::{Evidence, gather};
use super::failure::Failure;
use super::folder::{self, Product};
use super::{run, talk};
use crate::analyse;
use crate::model::Instance;
use crate::report::{self, Lever, Look, Material, Theme};

/// Charts that not every plan has: those of an earlier run must not stay beside the page.
const ON_OCCASION: [&str; 5] = ["tornado.svg", "milestones.svg", "agents.svg", "load.svg", "trace.svg"];

/// Writes the page, the charts and the Markdown of a plan.
///
/// # Errors
/// [`Failure`] when the plan has errors, or something cannot be written.
pub(super) fn report(arguments: &Report) -> Result<(), Failure> {
    let evidence = gather(&arguments.plan, &arguments.run)?;
    let Evidence { plan, about, outcomes, schedule, forecast, timeline, loads } = &evidence;
    let finishes: Vec<f64> = outcomes.makespan.iter().filter_map(|at| at.finite_hours()).collect();
    let levers = if arguments.explain { explained(arguments, &plan.instance)? } else { Vec::new() };
    let material = Material {
        instance: &plan.instance,
        forecast,
        schedule,
        finishes: &finishes,
        timeline: timeline.as_ref(),
        loads: loads.as_ref(),
        levers: &levers,
    };
    let width = f64::from(arguments.width);
    // The page turns light charts dark by itself.
    let light = report::charts(&material, Look { theme: Theme::Light, width: Look::default().width });
    let charts = report::charts(&material, Look { theme: arguments.theme.theme(), width });
    let mut products = vec![
        Product { name: "report.html", text: report::report_html(&material, &light, about) },
        Product { name: "report.md", text: report::report_markdown(&material, &charts, about) },
    ];
    let outdated: Vec<&str> =
        ON_OCCASION.into_iter().filter(|name| charts.iter().all(|chart| chart.file != *name)).collect();
    products.extend(charts.into_iter().map(|chart| Product { name: chart.file, text: chart.svg }));
    let folder = arguments.out.clone().unwrap_or_else(|| folder::default_folder(&arguments.plan.path));
    folder::write(&folder, &products, &outdated)?;
    talk::say(&folder::written(&folder, &products));
    Ok(())
}

/// What moves the P80.
fn explained(arguments: &Report, instance: &Instance) -> Result<Vec<Lever>, Failure> {
    let settings = run::settings(&arguments.run);
    let iterations = settings.iterations.saturating_mul(analyse::explain_runs(instance));
    let explanation = run::with_threads(&arguments.run, || {
        run::with_progress(iterations, |progress| analyse::explain(instance, &settings, progress))
    })?;
    Ok(report::levers(&explanation))
}
