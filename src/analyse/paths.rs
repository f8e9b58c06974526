//! Critical paths of single iterations: the most frequent one, what set the start of each task how often, and
//! the hours of each phase by cause.
//!
//! A run keeps totals of these over all iterations, but not which tasks were critical together, nor who held an
//! agent that others waited for; so the leading iterations are run again and asked.

use std::collections::BTreeMap;

use super::near;
use super::spread::{mean_hours, share};
use crate::model::{AgentId, Instance, Node, NodeId, PhaseId, ResourceId, TaskId};
use crate::simulate::{self, ByCause, Outcomes, Settings, StartDriver, Walk};

/// Iterations asked of a small plan: shares are then known to 2 or 3 percent.
const MOST: u64 = 500;
/// Fewest, however large the plan is.
const FEWEST: u64 = 50;
/// Tasks simulated again in all, which bounds the time it takes.
const TASKS_IN_ALL: u64 = 100_000;

/// What the critical paths of single iterations have in common.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Paths {
    /// How many finished iterations were asked.
    pub iterations: u32,
    /// The chain of tasks that sets the finish most often, in order of time; the first to occur of several.
    pub chain: Vec<TaskId>,
    /// Share of the iterations in which that very chain set the finish.
    pub share: f64,
    /// How many different chains set the finish of some iteration.
    pub chains: u32,
    /// Tasks and phases on which others depend, and how often that set a start, in order of the two.
    pub leads: Vec<Lead>,
    /// Tasks that started when another let go of an agent or a resource, in order of the two tasks.
    pub holds: Vec<Hold>,
    /// Hours by cause of each phase, in file order; then of what lies outside all phases.
    pub phases: Vec<PhaseHours>,
    /// How many iterations [`PhaseHours::near_p80`] is the mean of.
    pub near: u32,
}

impl Paths {
    /// True if the most frequent chain set the finish more than once, or always.
    #[must_use]
    pub fn has_typical_chain(&self) -> bool {
        self.chains == 1 || self.share * f64::from(self.iterations) > 1.5
    }

    /// True if the task of index `to` ever started when that of index `from` let go of something.
    #[must_use]
    pub fn waits(&self, from: usize, to: usize) -> bool {
        self.holds.iter().any(|hold| (hold.from.index(), hold.to.index()) == (from, to))
    }
}

/// A task or a phase that sets the start of a task that depends on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lead {
    /// Its node; only milestones and starts of phases lie between.
    pub from: NodeId,
    /// The task.
    pub to: TaskId,
    /// The phase of the task, if the task itself waited for the start of it.
    pub phase: Option<PhaseId>,
    /// Share of the iterations in which this set the start.
    pub share: f64,
}

/// One task waits for another to let go of what both need.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hold {
    /// The task that holds it.
    pub from: TaskId,
    /// The task that starts when it is free.
    pub to: TaskId,
    /// What both need.
    pub what: Held,
    /// Share of the iterations in which this set the start.
    pub share: f64,
}

/// What a task holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Held {
    /// An agent.
    Agent(AgentId),
    /// A resource or an area.
    Resource(ResourceId),
}

/// Hours of the makespan that belong to a phase, in the order of [`crate::simulate::Cause::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PhaseHours {
    /// Mean over the iterations that were asked.
    pub mean: ByCause<f64>,
    /// Mean over the iterations nearest to the P80.
    pub near_p80: ByCause<f64>,
}

/// Asks the leading iterations, and those nearest to the P80.
#[must_use]
pub fn paths(instance: &Instance, settings: &Settings, outcomes: &Outcomes) -> Paths {
    let affordable = (TASKS_IN_ALL / (instance.tasks.len() as u64).max(1)).clamp(FEWEST, MOST);
    let leading: Vec<u32> = (0..outcomes.iterations.min(affordable as u32)).collect();
    let walks = simulate::walks(instance, settings, &leading);
    let near = simulate::walks(instance, settings, &near::near_p80_iterations(instance, outcomes));
    let (chain, count, chains) = most_frequent(&walks);
    let all = walks.len() as u64;
    let (leads, holds) = starts(&walks);
    let (mean, near_p80) = (phases(instance, &walks), phases(instance, &near));
    Paths {
        iterations: walks.len() as u32,
        chain,
        share: share(count, all),
        chains,
        leads,
        holds,
        phases: mean.into_iter().zip(near_p80).map(|(mean, near_p80)| PhaseHours { mean, near_p80 }).collect(),
        near: near.len() as u32,
    }
}

/// The most frequent chain, how often it occurs, and how many different ones there are.
fn most_frequent(walks: &[Walk]) -> (Vec<TaskId>, u64, u32) {
    // By chain: how often, and where first.
    let mut counts: BTreeMap<&[TaskId], (u64, usize)> = BTreeMap::new();
    for (place, walk) in walks.iter().enumerate() {
        counts.entry(&walk.chain).or_insert((0, place)).0 += 1;
    }
    let chains = counts.len() as u32;
    let most = counts.into_iter().max_by_key(|(_, (count, first))| (*count, std::cmp::Reverse(*first)));
    most.map_or((Vec::new(), 0, 0), |(chain, (count, _))| (chain.to_vec(), count, chains))
}

/// How often each dependency, and each wait for another task, set a start.
fn starts(walks: &[Walk]) -> (Vec<Lead>, Vec<Hold>) {
    let mut leads: BTreeMap<(NodeId, TaskId, Option<PhaseId>), u64> = BTreeMap::new();
    let mut holds: BTreeMap<(TaskId, TaskId, Held), u64> = BTreeMap::new();
    for (task, set_by) in walks.iter().flat_map(|walk| &walk.starts) {
        let (from, what) = match *set_by {
            StartDriver::Dependency(from, phase) => {
                *leads.entry((from, *task, phase)).or_default() += 1;
                continue;
            }
            StartDriver::Agent(agent, from) => (from, Held::Agent(agent)),
            StartDriver::Resource(resource, from) => (from, Held::Resource(resource)),
        };
        if from != *task {
            *holds.entry((from, *task, what)).or_default() += 1;
        }
    }
    let all = walks.len() as u64;
    let hold = |((from, to, what), count)| Hold { from, to, what, share: share(count, all) };
    let lead = |((from, to, phase), count)| Lead { from, to, phase, share: share(count, all) };
    (leads.into_iter().map(lead).collect(), holds.into_iter().map(hold).collect())
}

/// Mean hours by cause of each phase, then of what lies outside.
fn phases(instance: &Instance, walks: &[Walk]) -> Vec<ByCause<f64>> {
    let outside = instance.phases.len();
    let row = |node: NodeId| match instance.network.node(node) {
        Node::Task(task) => instance.tasks[task.index()].phase.map_or(outside, crate::model::PhaseId::index),
        Node::PhaseStart(phase) | Node::PhaseFinish(phase) => phase.index(),
        Node::Milestone(_) => outside,
    };
    let mut totals = vec![ByCause::<i128>::default(); outside + 1];
    for &(node, cause, hours) in walks.iter().flat_map(|walk| &walk.parts) {
        totals[row(node)][cause as usize] += i128::from(hours.0);
    }
    let all = walks.len() as u64;
    totals.into_iter().map(|row| row.map(|total| mean_hours(total, all))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Builder;
    use crate::simulate::Cause;

    fn asked(plan: &Instance) -> Paths {
        let settings = Settings::new(20, 1);
        paths(plan, &settings, &simulate::run(plan, &settings, &|_| ()))
    }

    #[test]
    fn the_chain_leads_through_who_holds_the_agent() {
        let mut plan = Builder::new();
        plan.agent("a", &[("core", 1.0)]);
        plan.task("first", 2.0, "core");
        plan.task("second", 3.0, "core");
        plan.elapsed("short", 1.0).after("first");
        let found = asked(&plan.build());
        assert_eq!(found.chain, [0, 1].map(TaskId));
        assert_eq!((found.share, found.chains, found.iterations), (1.0, 1, 20));
        let hold = Hold { from: TaskId(0), to: TaskId(1), what: Held::Agent(AgentId(0)), share: 1.0 };
        assert_eq!(found.holds, [hold]);
        assert!(found.waits(0, 1) && !found.waits(1, 0));
        let lead = Lead { from: NodeId(0), to: TaskId(2), phase: None, share: 1.0 };
        assert_eq!(found.leads, [lead], "`short` starts when `first` is done");
    }

    #[test]
    fn hours_of_phases_add_up_to_the_makespan() {
        let mut plan = Builder::new();
        plan.phase("p", 0.5, &[]);
        plan.phase("q", 0.0, &["p"]);
        plan.elapsed("one", 2.0).in_phase("p");
        plan.elapsed("two", 4.0).in_phase("q");
        plan.elapsed("free", 1.0);
        let found = asked(&plan.build());
        let sums: Vec<f64> = found.phases.iter().map(|phase| phase.mean.iter().sum()).collect();
        assert_eq!(sums, [2.5, 4.0, 0.0]);
        assert_eq!(found.phases[0].near_p80[Cause::Gate as usize], 0.5);
    }
}
