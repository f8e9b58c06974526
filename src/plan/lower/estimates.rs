//! Estimates of tasks, also of those that state none: a share of their phase's effort or duration, or the
//! default.

use super::network::Wiring;
use super::scope::Scope;
use crate::diagnostic::Code;
use crate::model::{Distribution, EstimateSource, LinkKind, Network, PhaseId, Work};
use crate::plan::estimate::scaled;
use crate::plan::format::field::{Context, shortened};
use crate::plan::format::list::Name;
use crate::plan::format::work::{Phase, Status, Task};

/// What a task takes, and where that comes from.
#[derive(Clone, Debug)]
pub(super) struct Estimated {
    pub(super) work: Work,
    pub(super) distribution: Distribution,
    pub(super) source: EstimateSource,
}

/// Estimates of all tasks. Chains are not known without a network; then the plan is refused anyway.
pub(super) fn estimates(
    scope: &Scope<'_>,
    wiring: &Wiring,
    network: Option<&Network>,
    context: &mut Context<'_>,
) -> Vec<Estimated> {
    let shares: Vec<Option<Distribution>> =
        (0..scope.phases.len()).map(|i| share_of_effort(i, scope, context)).collect();
    let chains = network.filter(|_| scope.phases.iter().any(|(_, phase)| phase.duration.is_some()));
    let chains = chains.map(|network| chain_lengths(scope, wiring, network));
    let default = scope.document.defaults.as_ref().and_then(|defaults| defaults.effort.as_ref());
    let mut estimates = Vec::with_capacity(scope.tasks.len());
    for (i, entry) in scope.tasks.iter().enumerate() {
        if let (Some(_), Some(elapsed)) = (&entry.task.effort, &entry.task.elapsed) {
            let message = format!("task `{}` has both `effort` and `elapsed`", shortened(&entry.name.value));
            let help = "keep `effort` for work of an agent, `elapsed` for a wait".to_owned();
            context.report(Code::E109, elapsed.span, message, help);
        }
        let phase = entry.phase.map(|phase| (phase, scope.phases[phase.index()].1));
        let estimated = own(entry.task).or_else(|| {
            let (id, phase) = phase?;
            let by_effort = shares[id.index()].clone().map(|share| (share, EstimateSource::PhaseEffort));
            let by_duration = || {
                let length = chains.as_ref().map_or(1, |chains| chains[i]);
                let duration = phase.effort.is_none().then_some(phase.duration.as_ref()).flatten()?;
                Some((scaled(&duration.distribution, 1.0 / length as f64), EstimateSource::PhaseDuration))
            };
            let (distribution, source) = by_effort.or_else(by_duration)?;
            Some(Estimated { work: Work::Effort, distribution, source })
        });
        let by_default = || default.map(|e| (e.distribution.clone(), EstimateSource::Default));
        let estimated = estimated.or_else(|| {
            let (distribution, source) = by_default()?;
            Some(Estimated { work: Work::Effort, distribution, source })
        });
        if estimated.is_none() && is_missing(entry.task, phase.map(|(_, phase)| phase), scope) {
            let message = format!("task `{}` has no estimate", shortened(&entry.name.value));
            let help =
                "add `effort` or `elapsed`, an `effort` or `duration` of its phase, or `defaults: { effort: .. }`";
            context.report(Code::E124, entry.name.span, message, help.to_owned());
        }
        let nothing = Estimated {
            work: Work::Effort,
            distribution: Distribution::Fixed(0.0),
            source: EstimateSource::Default,
        };
        estimates.push(estimated.unwrap_or(nothing));
    }
    estimates
}

fn own(task: &Task) -> Option<Estimated> {
    let (work, distribution) = match (&task.effort, &task.elapsed) {
        (Some(effort), _) => (Work::Effort, effort.distribution.clone()),
        (None, Some(elapsed)) => (Work::Elapsed, elapsed.distribution.clone()),
        (None, None) => return None,
    };
    Some(Estimated { work, distribution, source: EstimateSource::Own })
}

/// False if there is an estimate that was reported as wrong, or the task is done and needs none.
fn is_missing(task: &Task, phase: Option<&Phase>, scope: &Scope<'_>) -> bool {
    let flawed = |keys: &[&str]| keys.iter().any(|key| matches!(*key, "effort" | "elapsed" | "duration"));
    let defaults = scope.document.defaults.as_ref();
    let used_up = phase.is_some_and(|phase| phase.effort.is_some());
    task.status != Some(Status::Done)
        && !used_up
        && !flawed(&task.flawed)
        && !phase.is_some_and(|phase| flawed(&phase.flawed))
        && !defaults.is_some_and(|defaults| flawed(&defaults.flawed))
        && !scope.document.flawed.contains(&"defaults")
}

/// What each task of the phase without an estimate gets of the phase's effort: what the others leave, compared
/// by means, in equal parts.
fn share_of_effort(phase: usize, scope: &Scope<'_>, context: &mut Context<'_>) -> Option<Distribution> {
    let (name, phase) = scope.phases[phase];
    let effort = phase.effort.as_ref()?;
    let tasks = || phase.tasks.iter().flat_map(|m| &m.entries).map(|(_, task)| task);
    let without = tasks().filter(|task| task.effort.is_none() && task.elapsed.is_none()).count();
    if without == 0 {
        return None;
    }
    let stated: f64 = tasks().filter_map(|task| task.effort.as_ref()).map(|e| e.distribution.mean()).sum();
    let whole = effort.distribution.mean();
    // Sums of halves and thirds may leave a crumb.
    if whole - stated <= whole * 1e-9 {
        let lacks = |(_, task): &&(Name, Task)| task.effort.is_none() && task.elapsed.is_none();
        let (first, _) = phase.tasks.iter().flat_map(|m| &m.entries).find(lacks)?;
        let (name, first) = (shortened(&name.value), shortened(&first.value));
        let message =
            format!("nothing of the effort of phase `{name}` is left for `{first}`, which has no estimate");
        let help = "raise the phase's `effort`, or estimate all of its tasks".to_owned();
        context.report(Code::E125, effort.span, message, help);
        return None;
    }
    Some(scaled(&effort.distribution, (whole - stated) / (whole * without as f64)))
}

/// For each task, the number of tasks on the longest chain of finish-start dependencies inside its phase that
/// it is part of, itself included.
fn chain_lengths(scope: &Scope<'_>, wiring: &Wiring, network: &Network) -> Vec<usize> {
    let tasks = scope.tasks.len();
    let phase_of = |node: usize| -> Option<PhaseId> { scope.tasks.get(node).and_then(|entry| entry.phase) };
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); tasks];
    for (link, _) in &wiring.links {
        let (from, to) = (link.from.index(), link.to.index());
        let inside = phase_of(from).is_some() && phase_of(from) == phase_of(to);
        if inside && link.kind == LinkKind::FinishStart {
            after[from].push(to);
        }
    }
    let order: Vec<usize> = network.order().iter().map(|node| node.index()).filter(|&node| node < tasks).collect();
    let mut before = vec![0; tasks];
    for &task in &order {
        for &next in &after[task] {
            before[next] = before[next].max(before[task] + 1);
        }
    }
    let mut behind = vec![0; tasks];
    for &task in order.iter().rev() {
        behind[task] = after[task].iter().map(|&next| behind[next] + 1).max().unwrap_or(0);
    }
    (0..tasks).map(|task| before[task] + 1 + behind[task]).collect()
}
