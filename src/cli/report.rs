//! `plancast report`.

use std::collections::BTreeMap;

use super::arguments::{PlanArguments, Report};
use super::evidence::{Evidence, gather_from};
use super::failure::Failure;
use super::folder::{self, Product};
use super::picture::ChartFormat;
use super::{open, run, source, talk};
use crate::analyse::{self, Alternative, Objective, Rule, Threshold, Variant};
use crate::model::Instance;
use crate::plan::Overrides;
use crate::report::{self, CHART_NAMES, Chart, Lever, Look, Material, OptionFinish, View};

/// An option of the plan with all that is shown of it.
struct Shown {
    name: String,
    evidence: Evidence,
    /// Finishes of the iterations that do [hours].
    finishes: Vec<f64>,
    levers: Vec<Lever>,
    /// When each option finishes; with the first only, beside which the others stand.
    options: Vec<OptionFinish>,
    task_finishes: Vec<Vec<Option<f64>>>,
}

impl Shown {
    /// When it finishes, and what it changes if it is not the first.
    fn finish(&self, change: Option<&Alternative>) -> OptionFinish {
        let forecast = &self.evidence.forecast;
        OptionFinish::new(&self.name, forecast.finish.clone(), forecast.deterministic.schedule, change)
    }

    fn material(&self) -> Material<'_> {
        let evidence = &self.evidence;
        Material {
            instance: &evidence.plan.instance,
            forecast: &evidence.forecast,
            schedule: &evidence.schedule,
            finishes: &self.finishes,
            timeline: evidence.timeline.as_ref(),
            paths: &evidence.paths,
            loads: evidence.loads.as_ref(),
            options: &self.options,
            levers: &self.levers,
        }
    }
}

/// Writes the page, the charts and the Markdown of a plan.
///
/// # Errors
/// [`Failure`] when the plan has errors, or something cannot be written.
pub(super) fn report(arguments: &Report) -> Result<(), Failure> {
    let folder = folder::chosen(arguments.out.as_deref(), &arguments.path)?;
    let mut shown = shown(arguments)?;
    let changes = changes(&shown);
    let finish = |(place, shown): (usize, &Shown)| shown.finish(changes.get(&place));
    shown[0].options = shown.iter().enumerate().map(finish).collect();
    // The page turns light charts dark by itself.
    let light: Vec<Vec<Chart>> =
        shown.iter().map(|shown| report::charts(&shown.material(), Look::default())).collect();
    let views: Vec<View> = shown
        .iter()
        .zip(&light)
        .enumerate()
        .map(|(place, (shown, charts))| View {
            name: &shown.name,
            material: shown.material(),
            charts,
            task_finishes: &shown.task_finishes,
            about: &shown.evidence.about,
            change: changes.get(&place),
        })
        .collect();
    let charts = report::charts(&views[0].material, arguments.look.look());
    let formats: Vec<ChartFormat> =
        ChartFormat::ALL.into_iter().filter(|format| arguments.format.contains(format)).collect();
    let mut products = vec![
        Product::text("report.html", report::report_html(&views)),
        Product::text("report.md", report::report_markdown(&views, &charts, formats[0].ending())),
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
    folder::write(&folder, &products, &outdated)?;
    talk::say(&folder::written(&folder, &products));
    Ok(())
}

/// The plan, then each of the options, all simulated.
fn shown(arguments: &Report) -> Result<Vec<Shown>, Failure> {
    let text = source::read(&arguments.path)?;
    let patches = open::patches(&arguments.patch)?;
    let mut chosen = vec![arguments.base.clone()];
    for option in &arguments.option {
        if !chosen.contains(&Some(option.clone())) {
            chosen.push(Some(option.clone()));
        }
    }
    let mut all = Vec::new();
    for option in chosen {
        let plan = PlanArguments {
            path: arguments.path.clone(),
            option,
            set: arguments.set.clone(),
            patch: arguments.patch.clone(),
        };
        let overrides =
            Overrides { option: plan.option.clone(), patches: patches.clone(), sets: plan.set.clone() };
        let (opened, warnings) = open::read_text(text.clone(), &overrides)?;
        if all.is_empty() {
            talk::say(&open::brief(&warnings, &arguments.path));
        }
        let named = opened.options.iter().find(|option| Some(&option.id) == plan.option.as_ref());
        let name = named.map_or_else(|| report::PLAN_AS_IT_IS.to_owned(), |option| option.name.clone());
        let about = open::about(&plan, &opened);
        let evidence = gather_from(opened, about, &arguments.run)?;
        all.push(Shown {
            name,
            finishes: evidence.outcomes.makespan.iter().filter_map(|at| at.finite_hours()).collect(),
            levers: if arguments.explain { explained(arguments, &evidence.plan.instance)? } else { Vec::new() },
            options: Vec::new(),
            task_finishes: analyse::task_finishes(&evidence.outcomes),
            evidence,
        });
    }
    Ok(all)
}

/// What each option after the first changes, by its place.
fn changes(shown: &[Shown]) -> BTreeMap<usize, Alternative> {
    // The place tells options of the same name apart.
    let places: Vec<String> = (0..shown.len()).map(|place| place.to_string()).collect();
    let variants: Vec<Variant> = shown
        .iter()
        .zip(&places)
        .map(|(shown, name)| Variant {
            name,
            instance: &shown.evidence.plan.instance,
            outcomes: &shown.evidence.outcomes,
        })
        .collect();
    let rule = Rule { objective: Objective::Percentile(80), threshold: Threshold::Hours(0.0) };
    let options = analyse::compare(&variants[0], &variants[1..], rule).options;
    options.into_iter().filter_map(|option| Some((option.name.parse().ok()?, option))).collect()
}

/// What moves the P80.
fn explained(arguments: &Report, instance: &Instance) -> Result<Vec<Lever>, Failure> {
    Ok(report::levers(&run::explanation(&arguments.run, instance)?))
}
