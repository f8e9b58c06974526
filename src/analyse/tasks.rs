//! Statistics of tasks: when, how often critical, how much their duration moves the finish.
//!
//! Criticality counts every iteration. Cruciality and SSI need pairs of duration and makespan, and use the
//! kept samples. Source: Vanhoucke 2010, "Measuring Time", chapter 4; Spearman's correlation as the
//! cruciality of Cho & Yum 1997, with average ranks for ties.

use rayon::prelude::*;

use super::forecast::{StartSetBy, TaskForecast};
use super::spread::{mean_hours, moment, share};
use super::team::finished;
use crate::model::{Instance, Node, Task};
use crate::schedule::{CriticalPath, Schedule};
use crate::simulate::{Outcomes, TaskOutcome};
use crate::stats;

/// Statistics of every task, in order of the instance.
pub(super) fn tasks(
    instance: &Instance,
    outcomes: &Outcomes,
    critical_path: &CriticalPath,
    schedule: &Schedule,
) -> Vec<TaskForecast> {
    let makespans = Makespans::new(outcomes);
    let drivers = drivers(instance, outcomes);
    let iterations = u64::from(outcomes.iterations);
    let finished = finished(outcomes);
    let rows = instance.tasks.par_iter().zip(&outcomes.tasks).zip(drivers).enumerate();
    rows.map(|(index, ((task, outcome), drivers))| {
        let criticality = share(outcome.critical, iterations);
        let (start, finish) = (outcomes.times.start(index), outcomes.times.finish(index));
        let (cruciality, ratio) = makespans.against(&start, &finish);
        let mean = |total| (outcome.finished == iterations).then(|| mean_hours(total, iterations));
        TaskForecast {
            id: task.id.clone(),
            name: task.name.clone(),
            phase: phase_id(instance, task),
            start: moment(mean(outcome.start_total), &start),
            finish: moment(mean(outcome.finish_total), &finish),
            due: task.due.map(crate::units::Ticks::hours),
            probability: task.due.map(|_| share(outcome.due_met, iterations)),
            total_float: critical_path.tasks[index].total_float.hours(),
            free_float: critical_path.tasks[index].free_float.hours(),
            planned_start: schedule.tasks[index].start.finite_hours(),
            planned_finish: schedule.tasks[index].finish.finite_hours(),
            criticality,
            cruciality,
            ssi: ratio.map(|ratio| ratio * criticality),
            reviews: share(outcome.reviews, finished),
            review_wait: (outcome.reviews > 0).then(|| mean_hours(outcome.review_waited, outcome.reviews)),
            start_set_by: start_set_by(outcome),
            drivers,
            estimate: task.source,
        }
    })
    .collect()
}

fn phase_id(instance: &Instance, task: &Task) -> Option<String> {
    task.phase.map(|phase| instance.phases[phase.index()].id.clone())
}

fn start_set_by(outcome: &TaskOutcome) -> StartSetBy {
    let whole = outcome.start_set_by.iter().sum();
    let [dependency, agent, resource, calendar, plan_start] = outcome.start_set_by.map(|part| share(part, whole));
    StartSetBy { dependency, agent, resource, calendar, plan_start }
}

/// For each task, the predecessors that came last and how often, the most frequent first.
///
/// The start of a phase has no name of its own: it counts as what the phase comes after, or as the phase
/// itself where it comes after several.
fn drivers(instance: &Instance, outcomes: &Outcomes) -> Vec<Vec<(String, f64)>> {
    let network = &instance.network;
    let name = |node: Node| match node {
        Node::Task(task) => &instance.tasks[task.index()].id,
        Node::PhaseStart(phase) | Node::PhaseFinish(phase) => &instance.phases[phase.index()].id,
        Node::Milestone(milestone) => &instance.milestones[milestone.index()].id,
    };
    let mut by_task: Vec<Vec<(String, f64)>> = vec![Vec::new(); instance.tasks.len()];
    for (link, &count) in network.links().zip(&outcomes.link_drives) {
        let Node::Task(task) = network.node(link.to) else { continue };
        if count == 0 {
            continue;
        }
        let from = match (network.node(link.from), network.incoming(link.from).as_slice()) {
            (Node::PhaseStart(_), [only]) => name(network.node(only.from)),
            (node, _) => name(node),
        };
        by_task[task.index()].push((from.clone(), share(count, u64::from(outcomes.iterations))));
    }
    for list in &mut by_task {
        // Stable, so that ties stay in file order.
        list.sort_by(|a, b| b.1.total_cmp(&a.1));
    }
    by_task
}

/// The makespans of the kept samples, ranked once for all tasks.
struct Makespans {
    hours: Vec<f64>,
    ranks: stats::Ranks,
    deviation: f64,
    all_finite: bool,
}

impl Makespans {
    fn new(outcomes: &Outcomes) -> Self {
        let kept = &outcomes.makespan[..(outcomes.samples as usize).min(outcomes.makespan.len())];
        let hours = super::spread::hours(kept);
        let all_finite = hours.iter().all(|h| h.is_finite());
        Self { ranks: stats::Ranks::new(&hours), deviation: stats::standard_deviation(&hours), hours, all_finite }
    }

    /// Spearman's correlation of a task's duration with the makespan, and the ratio of their standard
    /// deviations; absent where nothing varies.
    fn against(&self, start: &[f32], finish: &[f32]) -> (Option<f64>, Option<f64>) {
        let durations: Vec<f64> = start.iter().zip(finish).map(|(s, f)| f64::from(*f) - f64::from(*s)).collect();
        if durations.len() != self.hours.len() {
            return (None, None);
        }
        if self.all_finite {
            return pair(&durations, &self.ranks, self.deviation);
        }
        let finite = |i: &usize| durations[*i].is_finite() && self.hours[*i].is_finite();
        let kept: Vec<usize> = (0..durations.len()).filter(finite).collect();
        let durations: Vec<f64> = kept.iter().map(|&i| durations[i]).collect();
        let makespans: Vec<f64> = kept.iter().map(|&i| self.hours[i]).collect();
        pair(&durations, &stats::Ranks::new(&makespans), stats::standard_deviation(&makespans))
    }
}

fn pair(durations: &[f64], ranks: &stats::Ranks, deviation: f64) -> (Option<f64>, Option<f64>) {
    if durations.windows(2).all(|w| w[0] == w[1]) {
        return (None, (deviation > 0.0).then_some(0.0));
    }
    let cruciality = ranks.spearman(durations);
    let ratio = (deviation > 0.0).then(|| stats::standard_deviation(durations) / deviation);
    (cruciality, ratio)
}
