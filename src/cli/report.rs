//! `plancast report`.

use super::arguments::Report;
use super::evidence::{Evidence, gather};
use super::failure::Failure;
use super::folder::{self, Product};
use super::picture::ChartFormat;
use super::{run, talk};
use crate::analyse;
use crate::model::Instance;
use crate::report::{self, CHART_NAMES, Lever, Look, Material};

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
    // The page turns light charts dark by itself.
    let light = report::charts(&material, Look::default());
    let charts = report::charts(&material, arguments.look.look());
    let formats: Vec<ChartFormat> =
        ChartFormat::ALL.into_iter().filter(|format| arguments.format.contains(format)).collect();
    let mut products = vec![
        Product::text("report.html", report::report_html(&material, &light, about)),
        Product::text("report.md", report::report_markdown(&material, &charts, formats[0].ending(), about)),
    ];
    products.extend(arguments.look.files(&charts, &formats)?);
    // Charts that not every plan has, or of another format: those of an earlier run must not stay beside the page.
    let all = ChartFormat::ALL.map(|format| CHART_NAMES.map(|name| format!("{name}.{}", format.ending())));
    let outdated: Vec<&str> = all
        .iter()
        .flatten()
        .map(String::as_str)
        .filter(|name| products.iter().all(|product| product.name != *name))
        .collect();
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
