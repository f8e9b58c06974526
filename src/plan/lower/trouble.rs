//! Risks, blockers, and what they affect.

use std::collections::BTreeSet;

use super::scope::{Named, Scope, Subject, find, unknown};
use crate::diagnostic::Code;
use crate::model::{self, Distribution, Target, TaskId};
use crate::plan::estimate::{Factor, Labour};
use crate::plan::format::coordination::{Blocker, Hold, Mitigation, Risk, Selector};
use crate::plan::format::field::Context;
use crate::plan::format::list::{List, Name};
use crate::rng::entity_key;
use crate::units::Probability;

/// Hours after which a blocker that nobody can resolve alone would be resolved: never.
const NEVER_HOURS: f64 = 1e6;

/// All risks.
pub(super) fn risks(tasks: &[model::Task], scope: &Scope<'_>, context: &mut Context<'_>) -> Vec<model::Risk> {
    let entries = scope.document.risks.iter().flat_map(|m| &m.entries);
    entries.map(|(name, risk)| lower_risk(name, risk, tasks, scope, context)).collect()
}

fn lower_risk(
    name: &Name,
    risk: &Risk,
    tasks: &[model::Task],
    scope: &Scope<'_>,
    context: &mut Context<'_>,
) -> model::Risk {
    let subject = Subject { kind: "risk", id: &name.value };
    if risk.factor.is_none() && risk.delay.is_none() && risk.flawed.is_empty() {
        let message = format!("{subject} changes nothing");
        context.report(Code::E108, name.span, message, "add a `factor` or a `delay`".to_owned());
    }
    model::Risk {
        id: name.value.clone(),
        name: risk.name.clone().unwrap_or_else(|| name.value.clone()),
        key: entity_key("risk", &name.value),
        probability: risk.probability.map_or(Probability::ALWAYS, |chance| chance.0),
        target: target(risk.affects.as_ref(), tasks, subject, scope, context),
        factor: factor(risk.factor.as_ref()),
        delay: delay(risk.delay.as_ref()),
        mitigation: risk.mitigation.as_ref().map(lower_mitigation),
    }
}

fn factor(factor: Option<&Factor>) -> Option<Distribution> {
    factor.map(|factor| factor.distribution.clone())
}

fn delay(delay: Option<&Labour>) -> Option<Distribution> {
    delay.map(|delay| delay.distribution.clone())
}

fn lower_mitigation(mitigation: &Mitigation) -> model::Mitigation {
    model::Mitigation {
        probability: mitigation.probability.map(|chance| chance.0),
        factor: factor(mitigation.factor.as_ref()),
        delay: delay(mitigation.delay.as_ref()),
        cost: mitigation.cost.map_or(0.0, |cost| cost.0),
    }
}

/// All blockers.
pub(super) fn blockers(
    tasks: &[model::Task],
    scope: &Scope<'_>,
    context: &mut Context<'_>,
) -> Vec<model::Blocker> {
    let entries = scope.document.blockers.iter().flat_map(|m| &m.entries);
    entries.map(|(name, blocker)| lower_blocker(name, blocker, tasks, scope, context)).collect()
}

fn lower_blocker(
    name: &Name,
    blocker: &Blocker,
    tasks: &[model::Task],
    scope: &Scope<'_>,
    context: &mut Context<'_>,
) -> model::Blocker {
    let subject = Subject { kind: "blocker", id: &name.value };
    let rate = rate(name, blocker, subject, context).unwrap_or(model::Rate::PerTask(Probability::NEVER));
    let escalate = blocker.escalate.as_ref().and_then(|escalate| {
        if escalate.to.is_none() && !escalate.flawed.contains(&"to") {
            let message = format!("the escalation of {subject} has no `to`");
            context.report(Code::E108, escalate.span, message, "name an entry of `escalation`".to_owned());
        }
        let to = find(&scope.levels, escalate.to.as_ref()?, "escalation level", subject, context)?;
        Some(model::Escalate { after_hours: escalate.after.map_or(0.0, |after| after.0), to })
    });
    if blocker.resolve.is_none() && blocker.escalate.is_none() && blocker.flawed.is_empty() {
        let message = format!("{subject} is never resolved");
        context.report(Code::E108, name.span, message, "add `resolve`, or `escalate: { to: level }`".to_owned());
    }
    model::Blocker {
        id: name.value.clone(),
        name: blocker.name.clone().unwrap_or_else(|| name.value.clone()),
        key: entity_key("blocker", &name.value),
        rate,
        target: target(blocker.affects.as_ref(), tasks, subject, scope, context),
        resolve: delay(blocker.resolve.as_ref()).unwrap_or(Distribution::Fixed(NEVER_HOURS)),
        escalate,
        hold: match blocker.agent.unwrap_or(Hold::Waits) {
            Hold::Waits => model::Hold::Waits,
            Hold::Switches => model::Hold::Switches,
        },
    }
}

fn rate(name: &Name, blocker: &Blocker, subject: Subject<'_>, context: &mut Context<'_>) -> Option<model::Rate> {
    match (blocker.probability, &blocker.every) {
        (Some(chance), None) => Some(model::Rate::PerTask(chance.0)),
        (None, Some(every)) if every.value.0 > 0.0 => Some(model::Rate::EveryHours(every.value.0)),
        (None, Some(every)) => {
            let message = format!("{subject} comes every 0 h: `every` must be above 0");
            let help =
                "write the hours of work between two of them, such as `every: 40h`, or remove it".to_owned();
            context.report(Code::E111, every.span, message, help);
            None
        }
        (Some(_), Some(every)) => {
            let message = format!("{subject} has both `probability` and `every`");
            context.report(Code::E109, every.span, message, "keep one of them".to_owned());
            None
        }
        (None, None) => {
            if blocker.flawed.is_empty() {
                let message = format!("{subject} does not say how often it strikes");
                context.report(
                    Code::E108,
                    name.span,
                    message,
                    "add `probability` (per task) or `every` (hours of work)".to_owned(),
                );
            }
            None
        }
    }
}

/// What a selector picks; reported if that is nothing.
fn target(
    selector: Option<&Selector>,
    tasks: &[model::Task],
    subject: Subject<'_>,
    scope: &Scope<'_>,
    context: &mut Context<'_>,
) -> Target {
    let everything = || (0..tasks.len()).map(TaskId::from);
    let Some(selector) = selector else { return Target { tasks: everything().collect(), agents: None } };
    let before = context.problems.len();
    let sets = [
        selector.tasks.as_ref().map(|list| by_task(list, subject, scope, context)),
        selector.phases.as_ref().map(|list| by_phase(list, tasks, subject, scope, context)),
        selector.skills.as_ref().map(|list| by_skill(list, tasks, subject, scope, context)),
        selector.tags.as_ref().map(|list| by_tag(list, subject, scope, context)),
    ];
    let picked = everything().filter(|task| sets.iter().flatten().all(|set| set.contains(task)));
    let picked: Vec<TaskId> = picked.collect();
    let agents = selector.agents.as_ref().map(|list| scope.agents(&list.items, subject, context));
    // That nobody named does any of them is no mistake: who does what may change.
    if context.problems.len() == before && selector.flawed.is_empty() && picked.is_empty() {
        let message = format!("what {subject} affects matches nothing");
        let help = "between keys all must match, within a key any".to_owned();
        context.report(Code::E126, selector.span, message, help);
    }
    Target { tasks: picked, agents }
}

type Picked = BTreeSet<TaskId>;

fn by_task(list: &List<Name>, subject: Subject<'_>, scope: &Scope<'_>, context: &mut Context<'_>) -> Picked {
    let mut picked = Picked::new();
    for name in &list.items {
        if let Some(Named::Task(task)) = scope.names.get(&*name.value) {
            picked.insert(*task);
        } else {
            let tasks = scope.tasks.iter().map(|entry| entry.name.value.as_str());
            unknown(name, "task", tasks, subject, context);
        }
    }
    picked
}

fn by_phase(
    list: &List<Name>,
    tasks: &[model::Task],
    subject: Subject<'_>,
    scope: &Scope<'_>,
    context: &mut Context<'_>,
) -> Picked {
    let mut picked = Picked::new();
    for name in &list.items {
        if let Some(Named::Phase(phase)) = scope.names.get(&*name.value) {
            let of_phase = tasks.iter().enumerate().filter(|(_, task)| task.phase == Some(*phase));
            picked.extend(of_phase.map(|(i, _)| TaskId::from(i)));
        } else {
            unknown(name, "phase", scope.phases.iter().map(|(name, _)| name.value.as_str()), subject, context);
        }
    }
    picked
}

fn by_skill(
    list: &List<Name>,
    tasks: &[model::Task],
    subject: Subject<'_>,
    scope: &Scope<'_>,
    context: &mut Context<'_>,
) -> Picked {
    let mut picked = Picked::new();
    for name in &list.items {
        let Some(skill) = scope.known_skill(&name.value) else {
            unknown(name, "skill", scope.skills.iter().copied(), subject, context);
            continue;
        };
        let needs = |task: &model::Task| task.slots.iter().any(|slot| slot.skills.contains(&skill));
        picked.extend(tasks.iter().enumerate().filter(|(_, task)| needs(task)).map(|(i, _)| TaskId::from(i)));
    }
    picked
}

fn by_tag(list: &List<Name>, subject: Subject<'_>, scope: &Scope<'_>, context: &mut Context<'_>) -> Picked {
    let mut picked = Picked::new();
    for name in &list.items {
        match scope.tags.get(&*name.value) {
            Some(tagged) => picked.extend(tagged),
            None => unknown(name, "tag", scope.tags.keys().copied(), subject, context),
        }
    }
    picked
}
