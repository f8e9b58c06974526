//! What runs but looks wrong, as far as the plan's text tells; what only a schedule tells is in `advice`.

use std::collections::BTreeSet;

use super::network::Wiring;
use super::scope::Scope;
use super::tasks::single_agent;
use crate::diagnostic::Code;
use crate::model::{AgentId, EstimateSource, Instance, Node, PhaseId, Status, Target, Task, TaskId, Work};
use crate::plan::format::field::{Context, some_listed};
use crate::plan::source::Span;

/// Adds all warnings.
pub(super) fn warn(instance: &Instance, scope: &Scope<'_>, wiring: &Wiring, context: &mut Context<'_>) {
    warn_of_missing_estimates(instance, scope, context);
    warn_of_narrow_ranges(context);
    warn_of_idle_agents(instance, scope, context);
    warn_of_loose_ends(instance, scope, context);
    warn_of_mutual_waits(instance, scope, wiring, context);
    warn_of_idle_fields(scope, context);
    warn_of_free_hours(instance, scope, context);
    warn_of_idle_trouble(instance, scope, context);
}

/// One warning for the whole plan: plans without any estimates are usual, and their authors know it.
fn warn_of_missing_estimates(instance: &Instance, scope: &Scope<'_>, context: &mut Context<'_>) {
    let lacks = |task: &Task| task.source != EstimateSource::Own && task.status != Status::Done;
    let places: Vec<usize> = (0..instance.tasks.len()).filter(|&i| lacks(&instance.tasks[i])).collect();
    let Some(&first) = places.first() else { return };
    let ids: Vec<&str> = places.iter().map(|&i| instance.tasks[i].id.as_str()).collect();
    let by_default = places.iter().filter(|&&i| instance.tasks[i].source == EstimateSource::Default).count();
    let from = match by_default {
        0 => "their phase",
        some if some == places.len() => "`defaults.effort`",
        _ => "their phase or `defaults.effort`",
    };
    let (count, all) = (places.len(), instance.tasks.len());
    let message = format!(
        "{count} of {all} tasks have no estimate of their own and take it from {from}: {}",
        some_listed(&ids)
    );
    let help = "give each an `effort` for a forecast that tells them apart".to_owned();
    context.report(Code::W201, scope.tasks[first].name.span, message, help);
}

fn warn_of_narrow_ranges(context: &mut Context<'_>) {
    for (span, path) in std::mem::take(&mut context.usage.narrow) {
        let message = format!("the range of `{path}` is narrower than 5 %");
        context.report(
            Code::W205,
            span,
            message,
            "widen it, or write one number: few estimates are that sure".to_owned(),
        );
    }
}

fn warn_of_idle_agents(instance: &Instance, scope: &Scope<'_>, context: &mut Context<'_>) {
    let mut busy = BTreeSet::new();
    for task in instance.tasks.iter().filter(|task| task.status != Status::Done) {
        busy.extend(task.slots.iter().flat_map(|slot| &slot.candidates).map(|c| c.agent));
        busy.extend(task.review.iter().flat_map(|review| &review.reviewers).map(|c| c.agent));
    }
    for (name, _) in scope.document.agents.iter().flat_map(|m| &m.entries) {
        let copies = scope.agents[name.value.as_str()].clone();
        if !copies.is_empty() && !copies.clone().any(|copy| busy.contains(&AgentId::from(copy))) {
            let message = format!("agent `{}` has nothing to do: no task and no review can go to it", name.value);
            context.report(
                Code::W207,
                name.span,
                message,
                "check its `skills`, and the spelling of its id in patches".to_owned(),
            );
        }
    }
}

/// Tasks that lead to no date, in a plan that has dates.
fn warn_of_loose_ends(instance: &Instance, scope: &Scope<'_>, context: &mut Context<'_>) {
    if instance.last_due().is_none() && instance.milestones.is_empty() {
        return;
    }
    let nodes: Vec<Node> = instance.network.nodes().map(|(_, node)| node).collect();
    let mut leads: Vec<bool> = nodes
        .iter()
        .map(|node| match node {
            Node::Task(task) => instance.tasks[task.index()].due.is_some(),
            Node::PhaseStart(_) => false,
            Node::PhaseFinish(phase) => instance.phases[phase.index()].due.is_some(),
            Node::Milestone(_) => true,
        })
        .collect();
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for link in instance.network.links() {
        before[link.to.index()].push(link.from.index());
    }
    for node in instance.network.order().iter().rev() {
        if leads[node.index()] {
            for &from in &before[node.index()] {
                leads[from] = true;
            }
        }
    }
    let mut loose: Vec<TaskId> = Vec::new();
    let tasks = instance.tasks.len();
    let mut needed = vec![false; tasks];
    for (to, from) in before.iter().enumerate() {
        // The finish of a phase needs all of its tasks, whether or not anything needs the phase.
        let counts = !matches!(nodes[to], Node::PhaseFinish(_)) || leads[to];
        for &from in from.iter().filter(|&&from| counts && from < tasks) {
            needed[from] = true;
        }
    }
    for (i, task) in instance.tasks.iter().enumerate() {
        if !leads[i] && !needed[i] && task.status != Status::Done {
            loose.push(TaskId::from(i));
        }
    }
    if let Some(first) = loose.first() {
        let ids: Vec<&str> = loose.iter().map(|task| instance.tasks[task.index()].id.as_str()).collect();
        let message =
            format!("nothing needs these tasks, and they lead to no due date or milestone: {}", some_listed(&ids));
        let help = "add them to the `after` of a milestone, or give them a `due` date".to_owned();
        context.report(Code::W203, scope.tasks[first.index()].name.span, message, help);
    }
}

/// The only agent who can do a task, as the place of its first copy.
fn sole_agent(instance: &Instance, task: usize) -> Option<AgentId> {
    let mut candidates = instance.tasks[task].slots.iter().flat_map(|slot| &slot.candidates).map(|c| c.agent);
    let first = candidates.next()?;
    candidates.all(|agent| agent == first).then_some(first)
}

/// Two agents in two phases, each of whose tasks waits for one of the other's.
fn warn_of_mutual_waits(instance: &Instance, scope: &Scope<'_>, wiring: &Wiring, context: &mut Context<'_>) {
    type Place = (AgentId, PhaseId);
    let mut waits: BTreeSet<(Place, Place)> = BTreeSet::new();
    let mut told: BTreeSet<(Place, Place)> = BTreeSet::new();
    let mut found: Vec<(Place, Place, Span)> = Vec::new();
    let place = |node: usize| -> Option<Place> {
        let phase = scope.tasks.get(node)?.phase?;
        Some((sole_agent(instance, node)?, phase))
    };
    for (link, span) in &wiring.links {
        let Some(span) = span else { continue };
        let (Some(before), Some(after)) = (place(link.from.index()), place(link.to.index())) else { continue };
        if before.0 == after.0 || before.1 == after.1 {
            continue;
        }
        waits.insert((after, before));
        if waits.contains(&(before, after)) && told.insert((after.min(before), after.max(before))) {
            found.push((after, before, *span));
        }
    }
    for (after, before, span) in found {
        let name = |place: Place| (&instance.agents[place.0.index()].id, &instance.phases[place.1.index()].id);
        let ((a, p), (b, q)) = (name(after), name(before));
        let message = format!("`{a}` in phase `{p}` and `{b}` in phase `{q}` wait for each other's tasks");
        context.report(
            Code::W206,
            span,
            message,
            "let one of the two finish its part first, or split the phases".to_owned(),
        );
    }
}

/// Fields that need another one to do anything.
fn warn_of_idle_fields(scope: &Scope<'_>, context: &mut Context<'_>) {
    for (name, level) in scope.document.escalation.iter().flat_map(|m| &m.entries) {
        if let (Some(next), None) = (&level.next, &level.timeout) {
            let message = format!("level `{}` has a `next` but no `timeout`: no ticket moves on", name.value);
            context.report(Code::W210, next.span, message, "add `timeout: 8h`, or remove `next`".to_owned());
        }
    }
    for (name, agent) in scope.document.agents.iter().flat_map(|m| &m.entries) {
        let Some(failures) = &agent.failures else { continue };
        if let (Some(restarts), None) = (&failures.restarts, &failures.then) {
            let message = format!(
                "agent `{}` has a number of `restarts` but no `then`: nothing happens when they are used up",
                name.value
            );
            let help = "add `then` with a level of `escalation`, or remove `restarts`".to_owned();
            context.report(Code::W210, restarts.span, message, help);
        }
    }
}

/// Hours that were spent by nobody in particular, where others cost something.
fn warn_of_free_hours(instance: &Instance, scope: &Scope<'_>, context: &mut Context<'_>) {
    if instance.agents.iter().all(|agent| agent.cost == 0.0) {
        return;
    }
    for (task, entry) in instance.tasks.iter().zip(&scope.tasks) {
        if task.spent > 0.0 && single_agent(entry.task).is_none() && !task.slots.is_empty() {
            let message = format!("the hours spent on `{}` cost nothing: it names no single agent", task.id);
            let help = match entry.task.crew {
                Some(_) => "count what a crew has cost apart, and take it off the `budget`",
                None => "name who spent them with `agent`",
            };
            context.report(Code::W210, entry.name.span, message, help.to_owned());
        }
    }
}

/// Risks and blockers that never act: all that they affect is done, for others than the agents they name or, for blockers,
/// a wait.
fn warn_of_idle_trouble(instance: &Instance, scope: &Scope<'_>, context: &mut Context<'_>) {
    let is_left = |task: &TaskId, target: &Target| {
        let task = &instance.tasks[task.index()];
        let candidates = || task.slots.iter().flat_map(|slot| &slot.candidates);
        let named = |agents: &Vec<AgentId>| candidates().any(|c| agents.binary_search(&c.agent).is_ok());
        task.status != Status::Done && target.agents.as_ref().is_none_or(named)
    };
    let is_work = |task: &TaskId| instance.tasks[task.index()].work == Work::Effort;
    let risks = scope.document.risks.iter().flat_map(|m| &m.entries).zip(&instance.risks);
    for ((name, _), risk) in risks {
        if !risk.target.tasks.iter().any(|task| is_left(task, &risk.target)) {
            let message = format!(
                "risk `{}` changes nothing: all it affects is done, or not for the agents it names",
                name.value
            );
            context.report(Code::W210, name.span, message, "remove it, or let it affect what is left".to_owned());
        }
    }
    let blockers = scope.document.blockers.iter().flat_map(|m| &m.entries).zip(&instance.blockers);
    for ((name, _), blocker) in blockers {
        if !blocker.target.tasks.iter().any(|task| is_work(task) && is_left(task, &blocker.target)) {
            let message = format!(
                "blocker `{}` never strikes: all it affects is done, a wait (`elapsed`), or not for the agents it names",
                name.value
            );
            let help = "remove it, or let it affect work that is left".to_owned();
            context.report(Code::W210, name.span, message, help);
        }
    }
}
