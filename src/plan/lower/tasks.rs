//! Tasks, phases and milestones.

use std::collections::{BTreeMap, BTreeSet};

use super::estimates::Estimated;
use super::review::{attempts, review};
use super::scope::{Scope, Subject, TaskEntry, find};
use super::staffing::Staffing;
use crate::diagnostic::Code;
use crate::model::{self, Distribution, Resource, ResourceId, TaskId, Work};
use crate::plan::format::field::Context;
use crate::plan::format::work::{Priority, Status, Task};
use crate::rng::entity_key;

/// All tasks; areas are added to `resources`.
pub(super) fn tasks(
    estimates: Vec<Estimated>,
    staffing: &mut Staffing<'_>,
    resources: &mut Vec<Resource>,
    scope: &mut Scope<'_>,
    context: &mut Context<'_>,
) -> Vec<model::Task> {
    let mut areas = BTreeMap::new();
    let costs = costs(scope);
    let mut tasks = Vec::with_capacity(estimates.len());
    for (i, estimated) in estimates.into_iter().enumerate() {
        let entry = scope.tasks[i];
        let task = entry.task;
        let subject = Subject { kind: "task", id: &entry.name.value };
        let (status, progress) = progress(task, subject, context);
        let slots = match estimated.work {
            Work::Effort => staffing.slots(entry, scope, context),
            Work::Elapsed => {
                refuse_agents(task, subject, context);
                Vec::new()
            }
        };
        let done = status == model::Status::Done;
        let review = review(entry, &slots, staffing, scope, context).filter(|_| !done);
        let attempts = attempts(entry, estimated.work, scope, context).filter(|_| !done);
        tasks.push(model::Task {
            id: entry.name.value.clone(),
            name: task.name.clone().unwrap_or_else(|| entry.name.value.clone()),
            key: entity_key("task", &entry.name.value),
            phase: entry.phase,
            work: estimated.work,
            estimate: estimated.distribution,
            source: estimated.source,
            status,
            progress,
            spent: task.spent.map_or(0.0, |spent| spent.0),
            spent_rate: spent_rate(task, &costs),
            priority: priority(task.priority),
            slots,
            uses: uses(entry, resources, &mut areas, scope, context),
            review,
            attempts,
            due: task.due.as_ref().map(|due| due.value.0),
            tags: task.tags.iter().flat_map(|tags| &tags.items).map(|tag| tag.value.clone()).collect(),
        });
    }
    tasks
}

/// Cost of an hour of each agent.
fn costs<'d>(scope: &Scope<'d>) -> BTreeMap<&'d str, f64> {
    let agents = scope.document.agents.iter().flat_map(|m| &m.entries);
    agents.map(|(name, agent)| (name.value.as_str(), agent.cost.map_or(0.0, |cost| cost.0))).collect()
}

/// Cost of an hour that was spent on the task: that of the one agent it names, whatever its `count`.
fn spent_rate(task: &Task, costs: &BTreeMap<&str, f64>) -> f64 {
    single_agent(task).and_then(|name| costs.get(name)).copied().unwrap_or(0.0)
}

/// The one agent whom a task names, if it names just one.
pub(super) fn single_agent(task: &Task) -> Option<&str> {
    let named = task.agents.iter().flat_map(|list| &list.items).chain(&task.agent);
    let named: BTreeSet<&str> = named.map(|name| name.value.as_str()).collect();
    named.first().copied().filter(|_| named.len() == 1)
}

fn priority(priority: Option<Priority>) -> model::Priority {
    match priority.unwrap_or(Priority::Medium) {
        Priority::Critical => model::Priority::Critical,
        Priority::High => model::Priority::High,
        Priority::Medium => model::Priority::Medium,
        Priority::Low => model::Priority::Low,
    }
}

/// Status and share of the work that is done; all of it means the task is done.
fn progress(task: &Task, subject: Subject<'_>, context: &mut Context<'_>) -> (model::Status, f64) {
    let share = task.progress.as_ref().map_or(0.0, |progress| progress.value.0);
    let whole = share >= 1.0;
    match (task.status, &task.progress) {
        (Some(Status::Done), _) => (model::Status::Done, 0.0),
        (None, _) if whole => (model::Status::Done, 0.0),
        (Some(status), Some(progress)) if whole => {
            let message = format!("{subject} is `{}` but all of it is done", status.word());
            context.report(
                Code::E109,
                progress.span,
                message,
                "write `status: done`, or less progress".to_owned(),
            );
            (model::Status::Done, 0.0)
        }
        (Some(Status::Active), _) => (model::Status::Active, share),
        (Some(Status::Todo) | None, _) => (model::Status::Todo, share),
    }
}

/// True for a task of which nothing is left.
pub(super) fn is_done(task: &Task) -> bool {
    task.status == Some(Status::Done) || task.progress.as_ref().is_some_and(|progress| progress.value.0 >= 1.0)
}

/// A wait needs nobody, so that naming somebody is a misunderstanding.
fn refuse_agents(task: &Task, subject: Subject<'_>, context: &mut Context<'_>) {
    let named = [
        task.skill.as_ref().map(|s| s.span),
        task.agent.as_ref().map(|a| a.span),
        task.skills.as_ref().map(|s| s.span),
        task.crew.as_ref().map(|s| s.span),
        task.agents.as_ref().map(|a| a.span),
    ];
    if let Some(span) = named.into_iter().flatten().next() {
        let message = format!("{subject} is a wait (`elapsed`), which needs no agent and no skill");
        let help = "write `effort` for work of an agent, or remove the agent and the skill".to_owned();
        context.report(Code::E109, span, message, help);
    }
}

/// What the task holds, by resource; areas are made at their first use.
fn uses<'d>(
    entry: TaskEntry<'d>,
    resources: &mut Vec<Resource>,
    areas: &mut BTreeMap<&'d str, ResourceId>,
    scope: &Scope<'d>,
    context: &mut Context<'_>,
) -> Vec<(ResourceId, u32)> {
    let subject = Subject { kind: "task", id: &entry.name.value };
    let mut held: BTreeMap<ResourceId, u32> = BTreeMap::new();
    for (name, units) in entry.task.uses.iter().flat_map(|uses| &uses.0) {
        let Some(id) = find(&scope.resources, name, "resource", subject, context) else { continue };
        let sum = held.entry(id).or_insert(0);
        *sum = sum.saturating_add(*units);
        let capacity = resources[id.index()].capacity;
        if *sum > capacity {
            let message = format!("{subject} uses {sum} of `{}`, but there are only {capacity}", name.value);
            context.report(Code::E128, name.span, message, "use fewer, or raise the resource's number".to_owned());
        }
    }
    for name in entry.task.touches.iter().flat_map(|areas| &areas.items) {
        let id = *areas.entry(&name.value).or_insert_with(|| {
            resources.push(Resource { id: name.value.clone(), capacity: 1, area: true });
            ResourceId::from(resources.len() - 1)
        });
        held.insert(id, 1);
    }
    held.into_iter().collect()
}

/// All phases.
pub(super) fn phases(scope: &Scope<'_>) -> Vec<model::Phase> {
    let mut phases: Vec<model::Phase> = scope
        .phases
        .iter()
        .map(|(name, phase)| model::Phase {
            id: name.value.clone(),
            name: phase.name.clone().unwrap_or_else(|| name.value.clone()),
            key: entity_key("phase", &name.value),
            tasks: Vec::new(),
            gate: phase.gate.as_ref().map_or(Distribution::Fixed(0.0), |gate| gate.distribution.clone()),
            due: phase.due.as_ref().map(|due| due.value.0),
        })
        .collect();
    for (i, entry) in scope.tasks.iter().enumerate() {
        if let Some(phase) = entry.phase {
            phases[phase.index()].tasks.push(TaskId::from(i));
        }
    }
    phases
}

/// All milestones.
pub(super) fn milestones(scope: &Scope<'_>) -> Vec<model::Milestone> {
    let milestones = scope.milestones.iter();
    milestones
        .map(|(name, milestone)| model::Milestone {
            id: name.value.clone(),
            name: milestone.name.clone().unwrap_or_else(|| name.value.clone()),
            due: milestone.due.as_ref().map(|due| due.value.0),
        })
        .collect()
}
