//! From the document to the instance: names become indices, fields that are not given get their defaults,
//! and what the plan's layout says (the order of phases, shares of estimates) is spelt out.

mod crew;
mod dues;
mod estimates;
mod limits;
mod network;
mod order;
mod places;
mod review;
mod scope;
mod staffing;
mod tasks;
mod team;
mod trouble;
mod warnings;

pub use places::Entity;
pub(crate) use places::Places;

use crate::diagnostic::{Code, Severity};
use crate::model::{Distribution, Instance, Network, Origin};
use crate::plan::format::document::Document;
use crate::plan::format::field::Context;
use crate::plan::format::list::Map;
use crate::plan::format::work::Task;
use dues::Over;
use network::Wiring;
use scope::Scope;
use staffing::Staffing;

/// The instance and the places of its entities. Problems, warnings among them, are added to `context`; the
/// instance is only of use if none of them is an error.
pub(crate) fn lower<'d>(document: &'d Document, name: &str, context: &mut Context<'d>) -> (Instance, Places) {
    let mut scope = Scope::new(document, context);
    let has_errors = |context: &Context<'_>| context.problems.iter().any(|p| p.code.severity() == Severity::Error);
    // Those that were refused are missing here.
    let holes = |tasks: Option<&Map<Task>>| tasks.is_some_and(|tasks| tasks.holes);
    let is_refused = holes(document.tasks.as_ref())
        || document.phases.as_ref().is_some_and(|phases| phases.holes)
        || !document.flawed.is_empty()
        || scope.phases.iter().any(|(_, phase)| !phase.flawed.is_empty() || holes(phase.tasks.as_ref()));
    if scope.tasks.is_empty() && !is_refused {
        let help = "add tasks under `tasks`, or under `phases`".to_owned();
        context.report(Code::E134, document.span, "the plan has no tasks".to_owned(), help);
    }
    let calendars = team::calendars(&scope, context);
    let agents = team::agents(&mut scope, context);
    let levels = team::levels(&scope, context);
    let mut resources = team::resources(&scope);
    let wiring = Wiring::new(&scope, context);
    let network = wiring.network(&scope, context);
    let estimates = estimates::estimates(&scope, &wiring, network.as_ref(), context);
    let mut staffing = Staffing::new(&agents, &calendars);
    let tasks = tasks::tasks(estimates, &mut staffing, &mut resources, &mut scope, context);
    let risks = trouble::risks(&tasks, &scope, context);
    let blockers = trouble::blockers(&tasks, &scope, context);
    let defaults = document.defaults.as_ref();
    let handoff = defaults.and_then(|defaults| defaults.handoff.as_ref());
    let mut instance = Instance {
        name: name.to_owned(),
        origin: origin(document, context),
        calendars,
        skills: scope.skills.iter().map(|&skill| skill.to_owned()).collect(),
        phases: tasks::phases(&scope),
        milestones: tasks::milestones(&scope),
        agents,
        resources,
        tasks,
        network: network.unwrap_or_else(no_network),
        risks,
        blockers,
        levels,
        handoff: handoff.map_or(Distribution::Fixed(0.0), |handoff| handoff.distribution.clone()),
        budget: document.budget.map(|budget| budget.0),
        limits: Vec::new(),
        order: order::order(&scope, context),
        hours_per_day: context.reading.hours_per_day,
    };
    let over = Over::new(&instance);
    instance.limits = limits::limits(&instance, &over, &scope, context);
    // After the limits: one on what is over asks for a date and holds.
    dues::settle(&mut instance, &over, &scope, context);
    // What looks wrong in a plan with errors is mostly their echo.
    if !has_errors(context) {
        warnings::warn(&instance, &scope, &wiring, context);
    }
    let places = Places::new(&scope, &instance);
    (instance, places)
}

/// Stands in where there is a cycle, which was reported.
fn no_network() -> Network {
    Network::new(Vec::new(), Vec::new()).expect("no links form no cycle")
}

fn origin(document: &Document, context: &Context<'_>) -> Option<Origin> {
    document.start.as_ref()?;
    let zone = context.reading.zone.name().to_owned();
    context.reading.start.map(|unix_micros| Origin { unix_micros, zone })
}
