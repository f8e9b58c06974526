//! A plan against its baseline: what became worse by more than a threshold, beyond noise, and because of which
//! tasks.
//!
//! The baseline is another version of the plan, simulated with the same luck, or the numbers that an earlier
//! run left behind. Of those only intervals are known, which are put together as if the luck were not shared:
//! that is careful, since shared luck only makes the noise smaller.

use std::collections::{BTreeMap, BTreeSet};

use super::changes::{Entity, PlanChange, changes};
use super::check::{Status, decided_by};
use super::compare::{Kind, Rule, Variant, quantities};
use super::objective::Objective;
use super::reasons::{LEAST_HOURS, TaskMove, every_task, facts, task_moves};
use crate::model::{Instance, Node, NodeId, Origin};
use crate::stats::{self, Estimate};

/// Standard errors of a difference below which it is taken for noise.
const NOISE: f64 = 4.0;

/// Numbers that an earlier run left behind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stored {
    /// Number of iterations.
    pub iterations: u32,
    /// Seed of all draws.
    pub seed: u64,
    /// The moment of hour 0; absent if the plan had no start.
    pub start: Option<Origin>,
    /// What finish, cost and milestones were.
    pub readings: Vec<Reading>,
    /// Tasks.
    pub tasks: Vec<StoredTask>,
}

/// The number that decides of one quantity, with its interval.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// What it is.
    pub kind: Kind,
    /// Id in the plan file; `finish` and `cost` for those.
    pub id: String,
    /// The number that decides; absent for what is infinite.
    pub value: Option<f64>,
    /// Lower end of its interval; absent if it is not known.
    pub low: Option<f64>,
    /// Upper end of its interval; absent if it is not known.
    pub high: Option<f64>,
}

impl Stored {
    /// Hours that the plan started after this one; 0 where one of them has no start.
    fn starts_after(&self, plan: &Instance) -> f64 {
        Origin::between(plan.origin.as_ref(), self.start.as_ref()).hours()
    }
}

impl Reading {
    /// The same counted from a moment so many hours earlier, if it is a time.
    fn later(&self, by: f64) -> Self {
        let add = |hours: Option<f64>| if self.kind == Kind::Cost { hours } else { hours.map(|hours| hours + by) };
        Self { value: add(self.value), low: add(self.low), high: add(self.high), ..self.clone() }
    }
}

/// A task of an earlier run.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredTask {
    /// Id in the plan file.
    pub id: String,
    /// Criticality index.
    pub criticality: f64,
    /// Mean hours from start to finish.
    pub hours: Option<f64>,
}

/// What a plan is compared with.
#[derive(Clone, Copy, Debug)]
pub enum Baseline<'a> {
    /// Another version of the plan, simulated with the same seed and number of iterations.
    Plan(Variant<'a>),
    /// Numbers of an earlier run.
    Stored(&'a Stored),
}

/// A quantity that must not become worse.
#[derive(Clone, Debug, PartialEq)]
pub struct Regression {
    /// What it is.
    pub kind: Kind,
    /// Id in the plan file; `finish` and `cost` for those.
    pub id: String,
    /// Before; absent for what is infinite.
    pub before: Option<f64>,
    /// Now; absent for what is infinite.
    pub after: Option<f64>,
    /// The difference, as far as it is known.
    pub difference: Option<Estimate>,
    /// Greatest difference allowed.
    pub margin: f64,
    /// What it comes to.
    pub status: Status,
    /// Iterations that would decide, if these do not; absent if no number would.
    pub decided_by: Option<u64>,
    /// True if the noise of the baseline alone hides it: more iterations of the plan would tell no more.
    pub is_hidden: bool,
    /// Tasks that take longer and may have made it worse: for the finish those on the critical path, for a milestone
    /// those that it waits for. If the plan says of some that they changed, only these. None for the cost, nor for
    /// what stays within its margin.
    pub culprits: Vec<TaskMove>,
}

/// What became of a plan since its baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct Regressions {
    /// Finish, cost and milestones.
    pub all: Vec<Regression>,
    /// Tasks that take longer on the critical path, the most first.
    pub blame: Vec<TaskMove>,
    /// What differs between the plans, where the baseline is one.
    pub changes: Vec<PlanChange>,
}

/// Tasks that take longer, as far as that is known beyond noise.
struct Longer {
    /// On the critical path, the most first.
    critical: Vec<TaskMove>,
    /// Anywhere, the most first.
    anywhere: Vec<TaskMove>,
    /// Ids of tasks of which the plan says that they changed.
    changed: BTreeSet<String>,
}

impl Longer {
    fn new(moves: &[TaskMove], critical: Vec<TaskMove>, changes: &[PlanChange]) -> Self {
        let by = |mut moves: Vec<TaskMove>, amount: fn(&TaskMove) -> f64| {
            moves.sort_by(|a, b| amount(b).total_cmp(&amount(a)));
            moves
        };
        let tasks = changes.iter().filter(|change| change.entity == Entity::Task);
        let anywhere = moves.iter().filter(|moved| moved.longer() >= LEAST_HOURS).cloned().collect();
        Self {
            critical: by(critical, TaskMove::weight),
            anywhere: by(anywhere, TaskMove::longer),
            changed: tasks.map(|change| change.id.clone()).collect(),
        }
    }

    /// See [`Regression::culprits`].
    fn culprits(&self, instance: &Instance, kind: Kind, id: &str) -> Vec<TaskMove> {
        let all: Vec<&TaskMove> = match kind {
            Kind::Finish => self.critical.iter().collect(),
            Kind::Milestone => {
                let before = waited_for(instance, id);
                self.anywhere.iter().filter(|moved| before.contains(moved.id.as_str())).collect()
            }
            Kind::Cost | Kind::Phase => Vec::new(),
        };
        let (direct, others): (Vec<&TaskMove>, _) =
            all.into_iter().partition(|moved| self.changed.contains(&moved.id));
        if direct.is_empty() { others } else { direct }.into_iter().cloned().collect()
    }
}

/// Ids of the tasks that a milestone waits for.
fn waited_for<'a>(instance: &'a Instance, milestone: &str) -> BTreeSet<&'a str> {
    let network = &instance.network;
    let is_it =
        |node: &Node| matches!(node, Node::Milestone(id) if instance.milestones[id.index()].id == milestone);
    let mut stack: Vec<NodeId> = network.nodes().filter(|(_, node)| is_it(node)).map(|(id, _)| id).collect();
    let (mut seen, mut tasks) = (BTreeSet::new(), BTreeSet::new());
    while let Some(node) = stack.pop() {
        if let Node::Task(task) = network.node(node) {
            tasks.insert(instance.tasks[task.index()].id.as_str());
        }
        let before = network.incoming(node).into_iter().map(|link| link.from);
        stack.extend(before.filter(|from| seen.insert(*from)));
    }
    tasks
}

/// What a run says of finish, cost and milestones.
#[must_use]
pub fn readings(plan: &Variant, objective: Objective) -> Vec<Reading> {
    let quantities = quantities(plan, plan.instance);
    let kept = quantities.into_iter().filter(|quantity| quantity.kind != Kind::Phase);
    kept.filter(|quantity| !is_free(quantity.kind, objective.of(&quantity.values)))
        .map(|quantity| {
            let interval = objective.interval(&quantity.values);
            Reading {
                kind: quantity.kind,
                value: objective.of(&quantity.values),
                low: interval.map(|(low, _)| low),
                high: interval.map(|(_, high)| high),
                id: quantity.id,
            }
        })
        .collect()
}

/// True for the cost of a plan that names none: there is nothing to watch.
fn is_free(kind: Kind, value: Option<f64>) -> bool {
    kind == Kind::Cost && value == Some(0.0)
}

/// Compares a plan with its baseline.
#[must_use]
pub fn regressions(plan: &Variant, baseline: &Baseline, rule: Rule) -> Regressions {
    let now = quantities(plan, plan.instance);
    // Both are counted from the start of the plan as it is now.
    let since_start = match baseline {
        Baseline::Plan(before) => before.instance.starts_after(plan.instance).hours(),
        Baseline::Stored(stored) => stored.starts_after(plan.instance),
    };
    let before = match baseline {
        Baseline::Plan(before) => quantities(before, plan.instance),
        Baseline::Stored(_) => Vec::new(),
    };
    let (moves, critical, changes) = match baseline {
        Baseline::Plan(before) => {
            (every_task(before, plan), task_moves(before, plan), changes(before.instance, plan.instance))
        }
        Baseline::Stored(stored) => {
            let moves = moves_since(stored, plan);
            let critical = moves.iter().filter(|moved| moved.weight() >= LEAST_HOURS).cloned().collect();
            (moves, critical, Vec::new())
        }
    };
    let critical = critical.into_iter().filter(|moved| moved.weight() > 0.0).collect();
    let longer = Longer::new(&moves, critical, &changes);
    let mut all = Vec::new();
    for quantity in now.iter().filter(|quantity| quantity.kind != Kind::Phase) {
        let value = rule.objective.of(&quantity.values);
        let (was, difference, fixed) = match baseline {
            Baseline::Plan(_) => {
                let old = before.iter().find(|old| old.kind == quantity.kind && old.id == quantity.id);
                let Some(old) = old else { continue };
                (rule.objective.of(&old.values), rule.objective.difference(&old.values, &quantity.values), 0.0)
            }
            Baseline::Stored(stored) => {
                let old = stored.readings.iter().find(|old| old.kind == quantity.kind && old.id == quantity.id);
                let Some(old) = old else { continue };
                let old = &old.later(since_start);
                let fixed = old.high.zip(old.low).map_or(0.0, |(high, low)| high - low);
                (old.value, since(old, value, rule.objective.interval(&quantity.values)), fixed)
            }
        };
        if quantity.is_over(0.0, was) || (is_free(quantity.kind, was) && is_free(quantity.kind, value)) {
            continue;
        }
        // A share is one of what the baseline took from its own start.
        let is_time = quantity.kind != Kind::Cost;
        let own = was.map(|was| if is_time { was - since_start } else { was });
        let margin = rule.threshold.margin(own, is_time);
        let status = judge(was, value, difference, margin);
        let count = quantity.values.len();
        let needed = |d: Estimate, fixed| decided_by(status, count, (d.high - d.low, fixed), d.value - margin);
        // Without an interval, as many iterations are too few for one.
        let least = rule.objective.least_iterations();
        let is_short = difference.is_none() && was.is_some() && value.is_some() && count < least as usize;
        let decided_by = difference.and_then(|d| needed(d, fixed)).or(is_short.then_some(u64::from(least)));
        // Without the baseline's noise some number would do.
        let is_stored = matches!(baseline, Baseline::Stored(_));
        let would_do = difference.map_or(is_stored, |d| needed(d, 0.0).is_some());
        let is_hidden = status == Status::Unclear && decided_by.is_none() && would_do;
        let (kind, id) = (quantity.kind, quantity.id.clone());
        let culprits = if status == Status::Held { Vec::new() } else { longer.culprits(plan.instance, kind, &id) };
        all.push(Regression {
            kind,
            id,
            culprits,
            before: was,
            after: value,
            difference,
            margin,
            status,
            decided_by,
            is_hidden,
        });
    }
    Regressions { all, blame: longer.critical, changes }
}

/// Broken above the margin and beyond noise; unclear above it within noise.
fn judge(before: Option<f64>, after: Option<f64>, difference: Option<Estimate>, margin: f64) -> Status {
    match (before, after, difference) {
        (Some(_), None, _) => Status::Broken,
        (None, _, _) => Status::Held,
        (_, _, Some(d)) if d.low > margin => Status::Broken,
        (_, _, Some(d)) if d.value <= margin => Status::Held,
        _ => Status::Unclear,
    }
}

/// The difference to a stored number; the two intervals are put together as for independent runs.
fn since(old: &Reading, now: Option<f64>, interval: Option<(f64, f64)>) -> Option<Estimate> {
    let (before, now) = (old.value?, now?);
    let value = now - before;
    // Files hold millionths.
    if value.abs() < 1e-6 {
        return Some(Estimate { value: 0.0, low: 0.0, high: 0.0 });
    }
    let (low, high) = interval?;
    let below = libm::hypot(now - low, old.high? - before);
    let above = libm::hypot(high - now, before - old.low?);
    let known = below.is_finite() && above.is_finite();
    known.then_some(Estimate { value, low: value - below, high: value + above })
}

/// Standard deviation of a task's hours from start to finish.
fn deviation(plan: &Variant, task: usize) -> f64 {
    let times = &plan.outcomes.times;
    let lengths = times.start(task).into_iter().zip(times.finish(task)).map(|(start, finish)| finish - start);
    let known: Vec<f64> = lengths.filter(|hours| hours.is_finite()).map(f64::from).collect();
    stats::standard_deviation(&known)
}

/// Tasks that moved since an earlier run, by more than the noise of the two.
fn moves_since(stored: &Stored, plan: &Variant) -> Vec<TaskMove> {
    let now = facts(plan);
    let before: BTreeMap<&str, &StoredTask> = stored.tasks.iter().map(|task| (task.id.as_str(), task)).collect();
    let runs = 1.0 / f64::from(stored.iterations.max(1)) + 1.0 / f64::from(plan.outcomes.iterations.max(1));
    let moved = plan.instance.tasks.iter().enumerate().filter_map(|(place, task)| {
        let (criticality, hours) = now.get(task.id.as_str())?;
        let old = before.get(task.id.as_str());
        let moved = TaskMove {
            id: task.id.clone(),
            name: task.name.clone(),
            criticality_before: old.map(|old| old.criticality),
            criticality_after: Some(*criticality),
            hours_before: old.and_then(|old| old.hours),
            hours_after: *hours,
        };
        // How much it varies is not known of the earlier run; it is as good as the same.
        let longer = moved.hours_before.zip(*hours).map(|(before, now)| (now - before).abs());
        let is_noise = || longer.is_some_and(|longer| longer < NOISE * deviation(plan, place) * runs.sqrt());
        (moved.longer().abs() >= LEAST_HOURS && !is_noise()).then_some(moved)
    });
    moved.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(before: Option<f64>, after: Option<f64>, half: f64, expected: Status) {
        let difference =
            before.zip(after).map(|(b, a)| Estimate { value: a - b, low: a - b - half, high: a - b + half });
        assert_eq!(judge(before, after, difference, 1.0), expected, "{before:?} {after:?}");
    }

    #[test]
    fn a_regression_is_above_the_threshold_and_beyond_noise() {
        case(Some(10.0), Some(13.0), 1.0, Status::Broken);
        case(Some(10.0), Some(13.0), 5.0, Status::Unclear);
        case(Some(10.0), Some(10.9), 5.0, Status::Held);
        case(Some(10.0), Some(8.0), 0.1, Status::Held);
        case(Some(10.0), None, 0.0, Status::Broken);
        case(None, Some(10.0), 0.0, Status::Held);
        let few = judge(Some(10.0), Some(10.0), None, 1.0);
        assert_eq!(few, Status::Unclear, "of so few iterations the same percentile says nothing");
    }

    #[test]
    fn intervals_of_two_runs_add_up_in_squares() {
        let old = Reading {
            kind: Kind::Finish,
            id: "finish".to_owned(),
            value: Some(10.0),
            low: Some(7.0),
            high: Some(13.0),
        };
        let d = since(&old, Some(20.0), Some((16.0, 24.0))).expect("all is known");
        assert_eq!((d.value, d.low, d.high), (10.0, 5.0, 15.0));
        let same = since(&old, Some(10.0), None).expect("equal numbers need no interval");
        assert_eq!((same.low, same.high), (0.0, 0.0));
    }
}
