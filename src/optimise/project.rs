//! A plan on mean durations as a multi-skill, resource-constrained project on a grid of whole steps: what the
//! fast schedule generation works on.
//!
//! Nodes are the plan's tasks, phases and milestones, and one for each lag; a node comes before its successors.
//! What a project leaves out (calendars, handoffs, reviews, links other than FS, all of a crew but its first
//! slot) makes it shorter, never longer, so that its lower bounds hold for the plan.

use crate::model::{Agent, AgentId, Instance, LinkKind, Node, NodeId, Status, Task, TaskId, Work};
use crate::simulate::Rows;
use crate::units::Ticks;

/// A way to do a task: by whom, and how long that takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Way {
    /// Place in the list of places, [`NOBODY`] if the task needs no agent.
    pub(crate) place: u32,
    /// Steps of the grid.
    pub(crate) duration: u32,
}

/// The place of a task that needs no agent.
pub(crate) const NOBODY: u32 = u32::MAX;

/// A project on a grid.
#[derive(Clone, Debug)]
pub(crate) struct Project {
    /// Length of a step.
    pub(crate) step: Ticks,
    /// The task of each node; absent for other nodes.
    pub(crate) tasks: Vec<Option<TaskId>>,
    /// By node, never empty.
    pub(crate) ways: Rows<Way>,
    /// How long each way takes, not rounded to the grid.
    pub(crate) lengths: Rows<Ticks>,
    pub(crate) before: Rows<u32>,
    pub(crate) after: Rows<u32>,
    /// Units of each resource, by node.
    pub(crate) needs: Vec<Vec<u32>>,
    pub(crate) capacities: Vec<u32>,
    /// The agent of each place: as many places as the agent's capacity.
    pub(crate) places: Vec<AgentId>,
    /// True if the plan holds nothing that the project leaves out: its schedules are the plan's, but for what
    /// the grid rounds down.
    pub(crate) is_exact: bool,
    /// True if the grid rounds nothing.
    pub(crate) is_on_grid: bool,
}

/// Most steps that all durations together may have where resources are booked step by step.
const MOST_STEPS: i64 = 20_000;
/// The same where there are no resources.
const MOST_MOMENTS: i64 = 1 << 24;

/// Most ways to do a task: their numbers, and one for no way in particular, fit into 16 bits.
const MOST_WAYS: usize = u16::MAX as usize - 1;
/// Most ways of all tasks together.
const MOST_IN_ALL: usize = 10_000_000;

impl Project {
    /// The project of a plan; absent if somebody is missing for a task, tasks have too many places to choose from, or
    /// durations are too uneven for a grid.
    pub(crate) fn new(instance: &Instance) -> Option<Self> {
        let mut draft = Draft::default();
        let mut is_exact = instance.handoff.mean() == 0.0;
        let (mut first_place, mut in_all) = (Vec::new(), 0);
        for (id, agent) in instance.agents.iter().enumerate() {
            first_place.push(draft.places.len() as u32);
            draft.places.extend(std::iter::repeat_n(AgentId::from(id), room(agent, instance) as usize));
            let always = agent.calendar.is_none() && agent.from == Ticks::ZERO && agent.until.is_never();
            is_exact &= always;
        }
        let mut node_of = vec![0; instance.network.len()];
        // Lags come right before the node that they delay, so that predecessors keep the lower numbers.
        let leads_to_task = leads_to_task(instance);
        for &id in instance.network.order() {
            if !leads_to_task[id.index()] {
                continue;
            }
            let mut before = Vec::new();
            let node = instance.network.node(id);
            let is_over = matches!(node, Node::Task(task) if instance.tasks[task.index()].status != Status::Todo);
            for link in instance.network.incoming(id) {
                if link.kind != LinkKind::FinishStart {
                    is_exact = false;
                } else if !is_over {
                    let lag = Ticks::from_hours(link.lag.mean());
                    let from = node_of[link.from.index()];
                    before.push(if lag > Ticks::ZERO { draft.wait(from, lag, instance) } else { from });
                }
            }
            node_of[id.index()] = draft.tasks.len() as u32;
            let Node::Task(task) = node else {
                draft.push(None, vec![(NOBODY, Ticks::ZERO)], before, vec![0; instance.resources.len()]);
                continue;
            };
            let plan_task = &instance.tasks[task.index()];
            is_exact &= plan_task.status == Status::Todo && plan_task.slots.len() <= 1;
            let mut needs = vec![0; instance.resources.len()];
            let mut ways = vec![(NOBODY, Ticks::ZERO)];
            if plan_task.status != Status::Done {
                for &(resource, units) in &plan_task.uses {
                    needs[resource.index()] = units;
                }
                ways = ways_of(plan_task, &first_place, instance);
            }
            in_all += ways.len();
            let is_too_much = ways.len() > MOST_WAYS || in_all > MOST_IN_ALL;
            if ways.is_empty() || is_too_much || ways.iter().any(|(_, length)| length.is_never()) {
                return None;
            }
            draft.push(Some(task), ways, before, needs);
        }
        draft.finish(instance, is_exact)
    }

    /// Number of nodes.
    pub(crate) fn len(&self) -> usize {
        self.tasks.len()
    }

    /// The least steps a node takes.
    pub(crate) fn shortest(&self, node: usize) -> u32 {
        self.ways.of(node).iter().map(|way| way.duration).min().unwrap_or(0)
    }

    /// So many steps as time.
    pub(crate) fn time(&self, steps: u32) -> Ticks {
        Ticks(i64::from(steps) * self.step.0)
    }
}

/// True for nodes that are tasks or that some task waits for: others cannot make the plan longer.
fn leads_to_task(instance: &Instance) -> Vec<bool> {
    let network = &instance.network;
    let mut leads = vec![false; network.len()];
    for &id in network.order().iter().rev() {
        let is_task = matches!(network.node(id), Node::Task(_));
        // What has begun waits for nothing.
        let waits = |node: NodeId| match network.node(node) {
            Node::Task(task) => instance.tasks[task.index()].status == Status::Todo,
            _ => true,
        };
        let leads_on = || network.outgoing(id).iter().any(|link| leads[link.to.index()] && waits(link.to));
        leads[id.index()] = is_task || leads_on();
    }
    leads
}

/// All places that can do a task, with its mean length there. Copies of an agent's place count as one choice
/// each: a schedule decides between them.
fn ways_of(task: &Task, first_place: &[u32], instance: &Instance) -> Vec<(u32, Ticks)> {
    if task.work == Work::Elapsed {
        return vec![(NOBODY, Ticks::from_hours(task.mean_hours()))];
    }
    let slowest_best = task.slots.iter().map(|slot| slot.candidates.iter().map(|c| c.pace).fold(0.0, f64::max));
    let crew_pace = slowest_best.fold(f64::INFINITY, f64::min);
    let mut ways = Vec::new();
    for candidate in task.slots.first().iter().flat_map(|slot| &slot.candidates) {
        let pace = if task.slots.len() > 1 { crew_pace } else { candidate.pace };
        let length = Ticks::from_hours(task.mean_hours() / pace);
        let first = first_place[candidate.agent.index()];
        let room = room(&instance.agents[candidate.agent.index()], instance);
        ways.extend((0..room).map(|copy| (first + copy, length)));
    }
    ways
}

/// Jobs that an agent can ever have at once.
fn room(agent: &Agent, instance: &Instance) -> u32 {
    // OK because a plan has fewer than 2^32 tasks.
    agent.capacity.min(instance.tasks.len() as u32)
}

/// A project before its grid is known.
#[derive(Default)]
struct Draft {
    tasks: Vec<Option<TaskId>>,
    ways: Vec<Vec<(u32, Ticks)>>,
    before: Vec<Vec<u32>>,
    needs: Vec<Vec<u32>>,
    places: Vec<AgentId>,
}

impl Draft {
    fn push(&mut self, task: Option<TaskId>, ways: Vec<(u32, Ticks)>, before: Vec<u32>, needs: Vec<u32>) {
        self.tasks.push(task);
        self.ways.push(ways);
        self.before.push(before);
        self.needs.push(needs);
    }

    /// A node for a lag.
    fn wait(&mut self, from: u32, lag: Ticks, instance: &Instance) -> u32 {
        self.push(None, vec![(NOBODY, lag)], vec![from], vec![0; instance.resources.len()]);
        self.tasks.len() as u32 - 1
    }

    fn finish(self, instance: &Instance, is_exact: bool) -> Option<Project> {
        let lengths = self.ways.iter().flatten().map(|(_, length)| length.0);
        let longest = |ways: &Vec<(u32, Ticks)>| ways.iter().map(|(_, length)| length.0).max().unwrap_or(0);
        let total: i64 = self.ways.iter().map(longest).sum();
        let common = lengths.fold(0, greatest_common_divisor).max(1);
        let most = if self.needs.iter().flatten().any(|&units| units > 0) { MOST_STEPS } else { MOST_MOMENTS };
        // Where durations share no grid worth the name, they are rounded down to one: bounds stay bounds.
        let is_on_grid = total / common <= most;
        let step = if is_on_grid { common } else { (total / most).max(1) };
        let after = {
            let mut after = vec![Vec::new(); self.tasks.len()];
            for (node, before) in self.before.iter().enumerate() {
                for &from in before {
                    after[from as usize].push(node as u32);
                }
            }
            after
        };
        let lengths = self.ways.iter().map(|ways| ways.iter().map(|&(_, length)| length).collect());
        let lengths = Rows::new(lengths);
        let steps =
            |(place, length): (u32, Ticks)| Some(Way { place, duration: u32::try_from(length.0 / step).ok()? });
        let ways: Option<Vec<Vec<Way>>> =
            self.ways.into_iter().map(|ways| ways.into_iter().map(steps).collect()).collect();
        Some(Project {
            step: Ticks(step),
            tasks: self.tasks,
            ways: Rows::new(ways?),
            lengths,
            before: Rows::new(self.before),
            after: Rows::new(after),
            needs: self.needs,
            capacities: instance.resources.iter().map(|resource| resource.capacity).collect(),
            places: self.places,
            is_exact,
            is_on_grid,
        })
    }
}

fn greatest_common_divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}
