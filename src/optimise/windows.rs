//! A makespan that no schedule beats where agents keep to calendars: destructive bounds (Klein & Scholl 1999).
//! A deadline is refuted if some task cannot lie between its earliest start and its latest finish, or if agents
//! or a resource lack the open hours for all that must be done between two moments (Baptiste, Le Pape & Nuijten
//! 1999). What schedules on mean durations hold that is left out here (`until`, a crew's members being there
//! together) makes them longer, never shorter.

use std::collections::{BTreeMap, BTreeSet};

use super::bounds::groups;
use super::prices::prices;
use crate::model::{AgentId, Instance, LinkKind, Node, NodeId, Status, Task, TaskId, Work};
use crate::units::Ticks;

/// How close the bound is to the last deadline that was refuted: a second.
const PRECISION: i64 = 1_000_000;
/// Beyond so many tasks only some moments are looked at.
const MANY: usize = 300;
/// How many moments then.
const FEW: usize = 16;
/// Instructions for which groups of agents may keep the look at one deadline busy; the cheapest go first.
const MOST_WORK: usize = 100_000_000;
/// Those for the hours of one agent up to one moment.
const HOURS_WORK: usize = 100;
/// Deadlines are beyond what any plan takes.
const FAR: Ticks = Ticks(Ticks::NEVER.0 / 4);

/// No schedule on mean durations is shorter than this; `found` is one's makespan, up to which it looks.
pub(super) fn window_bound(instance: &Instance, found: Ticks) -> Ticks {
    let windows = Windows::new(instance);
    let mut refuted = windows.earliest_end();
    if found.is_never() || refuted >= found {
        return refuted.min(found);
    }
    if windows.is_refuted(Ticks(found.0 - 1)) {
        return found;
    }
    let mut open = found;
    while open.0 - refuted.0 > PRECISION {
        let deadline = Ticks(i64::midpoint(refuted.0, open.0));
        if windows.is_refuted(deadline) { refuted = deadline } else { open = deadline }
    }
    refuted
}

/// An agent who may fill a slot, and the agent time it takes.
#[derive(Clone, Copy)]
struct Way {
    agent: AgentId,
    work: Ticks,
}

#[derive(Clone, Copy)]
struct Link {
    to: usize,
    kind: LinkKind,
    lag: Ticks,
}

/// Something that takes part of a capacity, between two moments of its task.
struct Part {
    task: TaskId,
    work: i128,
}

/// Work that shares a capacity.
struct Load {
    parts: Vec<Part>,
    /// The agents, with what an hour of each counts for; none for a resource.
    agents: Vec<(AgentId, i128)>,
    /// Units of the resource.
    units: u32,
}

impl Load {
    /// Instructions to look at it, roughly.
    fn work(&self) -> usize {
        let parts = self.parts.len();
        parts * (self.agents.len() * HOURS_WORK + parts.min(MANY))
    }
}

struct Windows<'a> {
    instance: &'a Instance,
    links: Vec<Vec<Link>>,
    /// Who may fill each slot, by task; no slot for elapsed and done tasks.
    ways: Vec<Vec<Vec<Way>>>,
    /// Earliest start and finish, by node.
    earliest: Vec<(Ticks, Ticks)>,
    loads: Vec<Load>,
}

impl<'a> Windows<'a> {
    fn new(instance: &'a Instance) -> Self {
        let network = &instance.network;
        let links = (0..network.len()).map(|node| {
            let outgoing = network.outgoing(NodeId::from(node));
            let link = |link: &&crate::model::Link| Link {
                to: link.to.index(),
                kind: link.kind,
                lag: Ticks::from_hours(link.lag.mean()),
            };
            outgoing.iter().map(link).collect()
        });
        let authors = authors(instance);
        let ways = (0..instance.tasks.len()).map(|task| ways(instance, task, &authors)).collect();
        let mut windows = Self { instance, links: links.collect(), ways, earliest: Vec::new(), loads: Vec::new() };
        windows.earliest = windows.earliest();
        windows.loads = windows.loads();
        windows
    }

    /// The moment at which an agent who takes up a job at `at` or later is done.
    fn end(&self, way: &Way, at: Ticks, work: Ticks) -> Ticks {
        let agent = &self.instance.agents[way.agent.index()];
        let calendar = self.instance.calendar(agent.calendar);
        calendar.advance(calendar.next_open(at.max(agent.from)), work)
    }

    /// The latest moment from which so much work is done by `finish`; negative if none is.
    fn latest_start(&self, way: &Way, finish: Ticks) -> Ticks {
        let agent = &self.instance.agents[way.agent.index()];
        let calendar = self.instance.calendar(agent.calendar);
        if agent.calendar.is_none() || finish.is_never() {
            return Ticks(finish.0 - way.work.0);
        }
        if calendar.worked(Ticks::ZERO, finish) < way.work {
            return Ticks(-1);
        }
        let (mut low, mut high) = (0, finish.0);
        while high > low {
            let middle = low + (high - low + 1) / 2;
            let is_enough = calendar.worked(Ticks(middle), finish) >= way.work;
            if is_enough { low = middle } else { high = middle - 1 }
        }
        Ticks(low)
    }

    /// Earliest starts and finishes with as many agents and resources as one likes, in their calendars.
    fn earliest(&self) -> Vec<(Ticks, Ticks)> {
        let count = self.instance.network.len();
        let (mut starts, mut finishes) = (vec![Ticks::ZERO; count], vec![Ticks::ZERO; count]);
        for &id in self.instance.network.order() {
            let node = id.index();
            let mut task = None;
            let (start, finish) = match self.instance.network.node(id) {
                Node::Task(of) => {
                    task = Some(of);
                    self.earliest_of(of, starts[node])
                }
                _ => (starts[node], starts[node]),
            };
            let is_done = task.is_some_and(|task| self.instance.tasks[task.index()].status == Status::Done);
            let finish = if is_done { finish } else { finish.max(finishes[node]) };
            (starts[node], finishes[node]) = (start, finish);
            for link in &self.links[node] {
                let from = match link.kind {
                    LinkKind::FinishStart | LinkKind::FinishFinish => finishes[node],
                    LinkKind::StartStart | LinkKind::StartFinish => start,
                    LinkKind::Progress(share) => task.map_or(start, |task| self.progress(task, start, share)),
                };
                let bounds = if link.kind.bounds_finish() { &mut finishes } else { &mut starts };
                bounds[link.to] = bounds[link.to].max(from.plus(link.lag));
            }
        }
        starts.into_iter().zip(finishes).collect()
    }

    /// Earliest start, and end of the work, of a task that is ready at `ready`.
    fn earliest_of(&self, id: TaskId, ready: Ticks) -> (Ticks, Ticks) {
        let task = &self.instance.tasks[id.index()];
        match (task.status, task.work) {
            (Status::Done, _) => (Ticks::ZERO, Ticks::ZERO),
            (status, work) => {
                let ready = if status == Status::Active { Ticks::ZERO } else { ready };
                if work == Work::Elapsed {
                    return (ready, ready.plus(Ticks::from_hours(task.mean_hours())));
                }
                let first = |end: &dyn Fn(&Way) -> Ticks| {
                    let slots = self.ways[id.index()].iter();
                    slots.map(|ways| ways.iter().map(end).min().unwrap_or(ready)).max().unwrap_or(ready)
                };
                (first(&|way| self.end(way, ready, Ticks::ZERO)), first(&|way| self.end(way, ready, way.work)))
            }
        }
    }

    /// When so much of a task that starts at `start` is done, at the earliest.
    fn progress(&self, id: TaskId, start: Ticks, share: f64) -> Ticks {
        let task = &self.instance.tasks[id.index()];
        let left = if task.status == Status::Done { 0.0 } else { task.share_left(share) };
        if left == 0.0 {
            return start;
        }
        if task.work == Work::Elapsed {
            return start.plus(Ticks::from_hours(task.mean_hours()).part(left));
        }
        let ways = self.ways[id.index()].iter().flatten();
        ways.map(|way| self.end(way, start, way.work.part(left))).min().unwrap_or(start)
    }

    /// The last of all tasks' earliest finishes.
    fn earliest_end(&self) -> Ticks {
        let nodes = self.instance.network.nodes();
        let tasks = nodes.filter(|(_, node)| matches!(node, Node::Task(_)));
        tasks.map(|(id, _)| self.earliest[id.index()].1).max().unwrap_or(Ticks::ZERO)
    }

    /// Work by who alone can do it, and by resource.
    fn loads(&self) -> Vec<Load> {
        let tasks = || self.instance.tasks.iter().enumerate();
        let mut by_agents: BTreeMap<Vec<u32>, u64> = BTreeMap::new();
        let mut slots = Vec::new();
        for (task, slot) in self.ways.iter().enumerate().flat_map(|(task, s)| s.iter().map(move |s| (task, s))) {
            let mut agents: Vec<u32> = slot.iter().map(|way| way.agent.0).collect();
            agents.sort_unstable();
            // OK because work is never negative.
            let least = slot.iter().map(|way| way.work.0).min().unwrap_or(0).unsigned_abs();
            *by_agents.entry(agents.clone()).or_default() += least;
            slots.push((TaskId::from(task), agents, i128::from(least)));
        }
        let mut loads = Vec::new();
        for group in groups(&by_agents) {
            let only_they = |agents: &Vec<u32>| agents.iter().all(|agent| group.binary_search(agent).is_ok());
            let parts = slots.iter().filter(|(_, agents, _)| only_they(agents));
            let parts = parts.map(|&(task, _, work)| Part { task, work }).collect();
            loads.push(Load { parts, agents: group.iter().map(|&agent| (AgentId(agent), 1)).collect(), units: 0 });
        }
        loads.sort_by_key(Load::work);
        let mut work = 0;
        loads.retain(|load| {
            work += load.work();
            work <= MOST_WORK
        });
        loads.push(self.priced());
        for (resource, of) in self.instance.resources.iter().enumerate() {
            let uses =
                |task: &Task| task.uses.iter().find(|(id, _)| id.index() == resource).map(|(_, units)| *units);
            let parts = tasks().filter(|(_, task)| task.status != Status::Done).filter_map(|(index, task)| {
                let units = uses(task)?;
                let slots = self.ways[index].iter();
                let least = slots.filter_map(|ways| ways.iter().map(|way| way.work).min()).max();
                let held = least.unwrap_or(Ticks::from_hours(task.mean_hours()));
                Some(Part { task: TaskId::from(index), work: i128::from(held.0) * i128::from(units) })
            });
            let parts = parts.collect();
            loads.push(Load { parts, agents: Vec::new(), units: of.capacity });
        }
        loads
    }

    /// The work of all agents at the best prices.
    fn priced(&self) -> Load {
        let slots = self.ways.iter().enumerate().flat_map(|(task, slots)| slots.iter().map(move |s| (task, s)));
        let ways = slots
            .clone()
            .map(|(_, slot)| slot.iter().map(|way| (way.agent.index(), way.work.hours())).collect::<Vec<_>>());
        let weekly = |agent: &crate::model::Agent| {
            self.instance.calendar(agent.calendar).weekly_work().hours() * f64::from(agent.capacity)
        };
        let capacity: Vec<f64> = self.instance.agents.iter().map(weekly).collect();
        let prices = prices(&ways.collect::<Vec<_>>(), &capacity);
        let price = |agent: AgentId| i128::from(prices[agent.index()]);
        let part = |(task, slot): (usize, &Vec<Way>)| {
            let work = slot.iter().map(|way| i128::from(way.work.0) * price(way.agent)).min();
            Part { task: TaskId::from(task), work: work.unwrap_or(0) }
        };
        let agents =
            (0..self.instance.agents.len()).map(|agent| (AgentId::from(agent), price(AgentId::from(agent))));
        Load { parts: slots.map(part).collect(), agents: agents.collect(), units: 0 }
    }

    /// True if no schedule ends by the deadline.
    fn is_refuted(&self, deadline: Ticks) -> bool {
        let Some(latest) = self.latest(deadline) else { return true };
        let mut windows = vec![(Ticks::ZERO, Ticks::ZERO); self.instance.tasks.len()];
        for (id, node) in self.instance.network.nodes() {
            if let Node::Task(task) = node {
                windows[task.index()] = (self.earliest[id.index()].0, latest[id.index()].1);
            }
        }
        self.loads.iter().any(|load| self.is_overloaded(load, &windows))
    }

    /// Latest starts and finishes by node; absent if one is before the earliest.
    fn latest(&self, deadline: Ticks) -> Option<Vec<(Ticks, Ticks)>> {
        let network = &self.instance.network;
        let mut latest = vec![(FAR, FAR); network.len()];
        for &id in network.order().iter().rev() {
            let node = id.index();
            let task = match network.node(id) {
                Node::Task(task) => Some(task),
                _ => None,
            };
            let (mut start, mut finish) = (FAR, if task.is_some() { deadline } else { FAR });
            for link in &self.links[node] {
                let (to, lag) = (latest[link.to], link.lag);
                let bounds = link.kind.bounds_finish();
                let is_over = |status| if bounds { status == Status::Done } else { status != Status::Todo };
                if matches!(network.node(NodeId::from(link.to)), Node::Task(to) if is_over(self.instance.tasks[to.index()].status))
                {
                    continue;
                }
                match link.kind {
                    LinkKind::FinishStart => finish = finish.min(to.0 - lag),
                    LinkKind::FinishFinish => finish = finish.min(to.1 - lag),
                    LinkKind::StartStart | LinkKind::Progress(_) => start = start.min(to.0 - lag),
                    LinkKind::StartFinish => start = start.min(to.1 - lag),
                }
            }
            start = start.min(task.map_or(finish, |task| self.latest_of(task, finish)));
            let (earliest_start, earliest_finish) = self.earliest[node];
            if start < earliest_start || finish < earliest_finish {
                return None;
            }
            latest[node] = (start, finish);
        }
        Some(latest)
    }

    /// Latest start of a task that finishes by `finish`.
    fn latest_of(&self, id: TaskId, finish: Ticks) -> Ticks {
        let task = &self.instance.tasks[id.index()];
        match (task.status, task.work) {
            (Status::Done, _) => finish,
            (_, Work::Elapsed) => finish - Ticks::from_hours(task.mean_hours()),
            _ => {
                let slots = self.ways[id.index()].iter();
                let latest = slots
                    .map(|ways| ways.iter().map(|way| self.latest_start(way, finish)).max().unwrap_or(finish));
                latest.min().unwrap_or(finish)
            }
        }
    }

    /// True if between some two moments there is more to do than can be done.
    fn is_overloaded(&self, load: &Load, windows: &[(Ticks, Ticks)]) -> bool {
        let mut parts: Vec<(Ticks, Ticks, i128)> = load
            .parts
            .iter()
            .map(|part| {
                let (start, finish) = windows[part.task.index()];
                (start, finish, part.work)
            })
            .collect();
        parts.sort_unstable_by_key(|part| part.1);
        let until: Vec<i128> = parts.iter().map(|part| self.capacity(load, part.1)).collect();
        let mut starts: Vec<Ticks> = parts.iter().map(|part| part.0).collect();
        starts.sort_unstable();
        starts.dedup();
        let apart = if starts.len() > MANY { starts.len() / FEW } else { 1 };
        starts.into_iter().step_by(apart).any(|from| {
            let (before, mut work) = (self.capacity(load, from), 0);
            parts.iter().zip(&until).filter(|(part, _)| part.0 >= from).any(|(part, until)| {
                work += part.2;
                work > until - before
            })
        })
    }

    /// What can be done from the start of the plan to a moment.
    fn capacity(&self, load: &Load, at: Ticks) -> i128 {
        let of_agent = |(id, price): &(AgentId, i128)| {
            let agent = &self.instance.agents[id.index()];
            let open = self.instance.calendar(agent.calendar).worked(agent.from, at);
            i128::from(open.0) * i128::from(agent.capacity) * price
        };
        i128::from(load.units) * i128::from(at.0) + load.agents.iter().map(of_agent).sum::<i128>()
    }
}

/// Those who may have worked on each task's direct predecessors, one set for each predecessor that takes agents:
/// whoever is in none of a set takes over.
fn authors(instance: &Instance) -> Vec<Vec<BTreeSet<AgentId>>> {
    let mut authors = vec![Vec::new(); instance.tasks.len()];
    for link in instance.network.links().filter(|link| link.kind == LinkKind::FinishStart) {
        if let (Node::Task(from), Node::Task(to)) =
            (instance.network.node(link.from), instance.network.node(link.to))
        {
            let task = &instance.tasks[from.index()];
            let may: BTreeSet<AgentId> =
                task.slots.iter().flat_map(|slot| &slot.candidates).map(|candidate| candidate.agent).collect();
            if task.status != Status::Done && !may.is_empty() {
                authors[to.index()].push(may);
            }
        }
    }
    authors
}

/// Who may fill each slot of a task, with the least agent time that takes.
fn ways(instance: &Instance, index: usize, authors: &[Vec<BTreeSet<AgentId>>]) -> Vec<Vec<Way>> {
    let task = &instance.tasks[index];
    if task.status == Status::Done || task.work == Work::Elapsed {
        return Vec::new();
    }
    let best = |slot: &crate::model::Slot| slot.candidates.iter().map(|c| c.pace).fold(0.0, f64::max);
    let crew_pace = task.slots.iter().map(best).fold(f64::INFINITY, f64::min);
    let hours = task.mean_hours();
    let taken_over = |agent: AgentId| {
        // Of a crew, somebody else may have worked on the predecessor.
        task.slots.len() == 1
            && task.status == Status::Todo
            && authors[index].iter().any(|may| !may.contains(&agent))
    };
    let way = |candidate: &crate::model::Candidate| {
        let pace = if task.slots.len() > 1 { crew_pace } else { candidate.pace };
        let own = if hours == 0.0 { Ticks::ZERO } else { Ticks::from_hours(hours / pace) };
        let handoff = if taken_over(candidate.agent) { instance.handoff.mean() } else { 0.0 };
        Way { agent: candidate.agent, work: own.plus(Ticks::from_hours(handoff)) }
    };
    task.slots.iter().map(|slot| slot.candidates.iter().map(way).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Builder, Calendar, Span};

    /// Every day from nine to five; the plan starts at midnight.
    fn office() -> Calendar {
        let day = |d: i32| {
            let at = |hour: i32| Ticks::from_hours(f64::from(d * 24 + hour));
            Span { start: at(9), finish: at(17) }
        };
        Calendar::weekly((0..7).map(day).collect(), Ticks::ZERO)
    }

    /// The bound of a plan, looked for up to far beyond it [hours].
    fn bound(plan: Builder) -> f64 {
        let hours = window_bound(&plan.build(), Ticks::from_hours(1000.0)).hours();
        (hours * 1000.0).round() / 1000.0
    }

    #[test]
    fn work_passes_in_open_hours_only() {
        let mut plan = Builder::new();
        let office = plan.calendar("office", office());
        plan.agent("a", &[("x", 1.0)]).calendar = Some(office);
        plan.task("one", 6.0, "x");
        plan.task("two", 6.0, "x");
        // Eight hours on the first day, four on the second.
        assert_eq!(bound(plan), 24.0 + 13.0);
    }

    #[test]
    fn what_must_come_after_work_counts_in_its_own_time() {
        let mut plan = Builder::new();
        let office = plan.calendar("office", office());
        plan.agent("a", &[("x", 1.0)]).calendar = Some(office);
        plan.agent("b", &[("y", 1.0)]).calendar = Some(office);
        plan.task("one", 6.0, "x");
        plan.task("two", 6.0, "x");
        plan.task("last", 5.0, "y").after("one").after("two");
        // The work of `a` ends on the second day at one, and `last` goes on into the third.
        assert_eq!(bound(plan), 48.0 + 10.0);
    }

    #[test]
    fn handing_over_and_slow_agents_are_counted_where_nobody_can_avoid_them() {
        let mut plan = Builder::new();
        plan.instance.handoff = 1.0.into();
        plan.agent("fast", &[("x", 2.0)]);
        plan.agent("slow", &[("x", 1.0), ("y", 0.5)]);
        plan.task("one", 4.0, "x").by(&["fast"]);
        plan.task("two", 2.0, "y").after("one");
        assert_eq!(bound(plan), 2.0 + 1.0 + 4.0);
    }

    #[test]
    fn resources_are_held_while_work_lasts() {
        let mut plan = Builder::new();
        plan.resource("r", 2);
        for id in ["a", "b", "c"] {
            plan.elapsed(id, 2.0).uses("r", 2);
        }
        assert_eq!(bound(plan), 6.0);
    }
}
