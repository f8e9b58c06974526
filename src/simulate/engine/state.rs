//! What one iteration has come to. Everything is by index in flat columns that are kept between iterations.

use std::collections::{BTreeMap, VecDeque};

use super::life::{NEW_TASK, TaskState};
use crate::model::{Calendar, Node, Span, Status};
use crate::simulate::Activity;
use crate::simulate::program::Program;
use crate::simulate::queue::EventQueue;
use crate::simulate::ready::ReadyQueue;
use crate::units::Ticks;

/// No agent.
pub(crate) const NO_AGENT: u32 = u32::MAX;
/// No stretch.
pub(crate) const NO_STRETCH: u32 = u32::MAX;
/// In place of the number of start conditions: a task that is done or active waits for none.
pub(crate) const ALREADY_BEGUN: u32 = u32::MAX;
/// No link.
pub(crate) const NO_LINK: u32 = u32::MAX;

/// A node of the network.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NodeState {
    /// Earliest start that the links seen so far allow; once all have been seen, when it was released.
    pub(crate) release: Ticks,
    /// Earliest finish that the links seen so far allow.
    pub(crate) bound: Ticks,
    pub(crate) start: Ticks,
    pub(crate) finish: Ticks,
    /// Links on the start that do not hold yet.
    pub(crate) waits: u32,
    /// Links on the finish that do not hold yet.
    pub(crate) bounds: u32,
    /// The link that set `release`.
    pub(crate) driver: u32,
    /// The link that set `bound`.
    pub(crate) bound_driver: u32,
    /// The work of the task is done and approved.
    pub(crate) complete: bool,
}

/// What a stretch waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WaitKind {
    Nothing,
    /// Agent, by index.
    Agent(u32),
    /// Resource, by index.
    Resource(u32),
    OffHours,
}

/// A stretch of a task's life: the entry of the log.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stretch {
    pub(crate) task: u32,
    pub(crate) activity: Activity,
    /// Who works or is held, or [`NO_AGENT`]; of a crew the first, with a companion for each of the others.
    pub(crate) agent: u32,
    /// Level, for response, queue and handling.
    pub(crate) level: u32,
    pub(crate) ready: Ticks,
    pub(crate) start: Ticks,
    pub(crate) finish: Ticks,
    /// Agent time within it; all of it for what is not agent time.
    pub(crate) worked: Ticks,
    pub(crate) wait: WaitKind,
    /// The stretch that ended the wait by letting go of the agent or resource, or [`NO_STRETCH`].
    pub(crate) holder: u32,
    /// Where in [`State::ties`] the others lie that ended it at the same instant.
    pub(crate) ties: (u32, u32),
    /// Until when it was held by others; from then to `start` calendars were closed.
    pub(crate) held_until: Ticks,
    /// The task's stretch before this one, or [`NO_STRETCH`].
    pub(crate) before: u32,
    /// Another member of the crew of the stretch above it in the log.
    pub(crate) companion: bool,
}

/// A level.
#[derive(Clone, Debug)]
pub(crate) struct LevelState {
    pub(crate) free: u32,
    pub(crate) queue: VecDeque<u32>,
    pub(crate) opens_at: Ticks,
}

/// Ticket figures of one iteration, for each level.
#[derive(Clone, Debug, Default)]
pub(crate) struct LevelTally {
    pub(crate) tickets: u64,
    pub(crate) timed_out: u64,
    pub(crate) waited: Ticks,
    pub(crate) handling: Ticks,
    pub(crate) held: Ticks,
    pub(crate) waits: Vec<Ticks>,
}

/// Time of one agent in one iteration.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AgentTally {
    pub(crate) busy: Ticks,
    pub(crate) reviewing: Ticks,
    pub(crate) blocked: Ticks,
    /// Reviews begun, and the time that they had waited.
    pub(crate) reviews: u64,
    pub(crate) review_waited: Ticks,
}

/// State of an iteration.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) now: Ticks,
    pub(crate) makespan: Ticks,
    pub(crate) must_dispatch: bool,
    /// Tasks that are not finished.
    pub(crate) unfinished: u32,
    pub(crate) queue: EventQueue,
    pub(crate) ready: ReadyQueue,
    pub(crate) nodes: Vec<NodeState>,
    first_nodes: Vec<NodeState>,
    /// Nodes of tasks that are done or active when the plan starts, and nodes that wait for nothing from then on.
    pub(crate) begun: Vec<u32>,
    pub(crate) first_released: Vec<u32>,
    /// Number of tasks that are not done when the plan starts.
    first_unfinished: u32,
    /// Drawn lag of each link.
    pub(crate) lags: Vec<Ticks>,
    /// When each link was set off, before its lag.
    pub(crate) link_moments: Vec<Ticks>,
    pub(crate) tasks: Vec<TaskState>,
    /// Last entry of each task in the log.
    pub(crate) last: Vec<u32>,
    /// First entry of each task that has a last one.
    pub(crate) first: Vec<u32>,
    pub(crate) log: Vec<Stretch>,
    /// Agents of each task's last work, and its last reviewer.
    pub(crate) crews: Vec<u32>,
    /// Busy time until each of them fails next in the job that it has.
    pub(crate) failure_clocks: Vec<Ticks>,
    /// For each blocker of each task: work until it strikes (rate), or where in the first attempt it
    /// strikes (probability).
    pub(crate) strikes: Vec<Ticks>,
    /// How often each blocker has struck each task.
    pub(crate) struck: Vec<u32>,
    pub(crate) free: Vec<u32>,
    /// When each agent last had room for a job again, and the log entry that ended then.
    pub(crate) let_go: Vec<(Ticks, u32)>,
    /// For each set of candidates one bit for each, of whom is idle, in the column of all sets.
    pub(crate) idle: Vec<u64>,
    /// By presence: when its agents are woken.
    pub(crate) opens_at: Vec<Ticks>,
    /// By calendar: the open span that was last looked up. Later ones matter only once it is over.
    pub(crate) windows: Vec<Span>,
    pub(crate) resources: Vec<u32>,
    /// By need of each resource: when so many units were last free again, and the log entry that ended then.
    pub(crate) resource_let_go: Vec<(Ticks, u32)>,
    /// Log entries that ended waits at the instants at which others did.
    pub(crate) ties: Vec<u32>,
    pub(crate) risk_happens: Vec<bool>,
    pub(crate) risk_factor: Vec<f64>,
    pub(crate) delay_used: Vec<bool>,
    pub(crate) levels: Vec<LevelState>,
    pub(crate) agent_tally: Vec<AgentTally>,
    pub(crate) level_tally: Vec<LevelTally>,
    /// Common working time of sets of calendars that crews have needed.
    pub(crate) crew_calendars: BTreeMap<Vec<u32>, Calendar>,
    /// Agents at hand while one is chosen, kept to save allocation.
    pub(crate) at_hand: Vec<u32>,
    /// Calendars of the crew at hand, kept to save allocation.
    pub(crate) crew_key: Vec<u32>,
    /// Work for the walks back, kept to save allocation.
    pub(crate) walk: super::walk::WalkState,
    /// Nodes that were released and have not been dealt with.
    pub(crate) released: Vec<u32>,
}

/// Nothing is known of a calendar.
const NO_WINDOW: Span = Span { start: Ticks::NEVER, finish: Ticks::ZERO };

impl State {
    pub(crate) fn new(program: &Program) -> Self {
        let instance = program.instance;
        let (tasks, agents) = (instance.tasks.len(), instance.agents.len());
        let mut first_nodes = vec![
            NodeState {
                release: Ticks::ZERO,
                bound: Ticks::ZERO,
                start: Ticks::NEVER,
                finish: Ticks::NEVER,
                waits: 0,
                bounds: 0,
                driver: NO_LINK,
                bound_driver: NO_LINK,
                complete: false,
            };
            program.nodes.len()
        ];
        for link in instance.network.links() {
            let node = &mut first_nodes[link.to.index()];
            if link.kind.bounds_finish() {
                node.bounds += 1;
            } else {
                node.waits += 1;
            }
        }
        for (task, &node) in program.task_nodes.iter().enumerate() {
            if instance.tasks[task].status != Status::Todo {
                // No link makes a task ready that is done or active already.
                first_nodes[node as usize].waits = ALREADY_BEGUN;
            }
        }
        let status = |node: u32| match program.nodes[node as usize] {
            Node::Task(task) => instance.tasks[task.index()].status,
            _ => Status::Todo,
        };
        let task_nodes = || program.task_nodes.iter().copied();
        let begun = task_nodes().filter(|&node| status(node) != Status::Todo).collect();
        let nodes = 0..program.nodes.len() as u32;
        let first_released = nodes.filter(|&node| first_nodes[node as usize].waits == 0).collect();
        let first_unfinished = task_nodes().filter(|&node| status(node) != Status::Done).count() as u32;
        Self {
            now: Ticks::ZERO,
            makespan: Ticks::NEVER,
            must_dispatch: false,
            unfinished: 0,
            queue: EventQueue::default(),
            ready: ReadyQueue::new(&program.ranks),
            nodes: first_nodes.clone(),
            first_nodes,
            begun,
            first_released,
            first_unfinished,
            lags: vec![Ticks::ZERO; program.lags.len()],
            link_moments: vec![Ticks::NEVER; program.lags.len()],
            tasks: vec![NEW_TASK; tasks],
            last: vec![NO_STRETCH; tasks],
            first: vec![NO_STRETCH; tasks],
            log: Vec::with_capacity(tasks * 2),
            crews: vec![NO_AGENT; program.crew_places()],
            failure_clocks: vec![Ticks::NEVER; program.crew_places()],
            strikes: vec![Ticks::NEVER; program.strikes.items().len()],
            struck: vec![0; program.strikes.items().len()],
            free: vec![0; agents],
            let_go: vec![(Ticks::ZERO, NO_STRETCH); agents],
            idle: Vec::new(),
            opens_at: vec![Ticks::ZERO; program.presences.len()],
            windows: vec![NO_WINDOW; instance.calendars.len()],
            resources: vec![0; instance.resources.len()],
            resource_let_go: vec![(Ticks::ZERO, NO_STRETCH); program.resource_needs.items().len()],
            ties: Vec::new(),
            risk_happens: vec![false; program.risks.len()],
            risk_factor: vec![1.0; program.risks.len()],
            delay_used: vec![false; program.risks.len()],
            levels: vec![
                LevelState { free: 0, queue: VecDeque::new(), opens_at: Ticks::ZERO };
                instance.levels.len()
            ],
            agent_tally: vec![AgentTally::default(); agents],
            level_tally: vec![LevelTally::default(); instance.levels.len()],
            crew_calendars: BTreeMap::new(),
            at_hand: Vec::new(),
            crew_key: Vec::new(),
            walk: super::walk::WalkState::new(tasks),
            released: Vec::new(),
        }
    }

    /// Makes the state that of the plan's start.
    pub(crate) fn reset(&mut self, program: &Program) {
        let instance = program.instance;
        self.now = Ticks::ZERO;
        self.must_dispatch = false;
        self.unfinished = self.first_unfinished;
        self.queue.clear();
        self.ready.clear();
        self.ready.set_staffed(&program.staffed);
        self.nodes.copy_from_slice(&self.first_nodes);
        self.last.fill(NO_STRETCH);
        self.log.clear();
        self.crews.fill(NO_AGENT);
        for (id, agent) in instance.agents.iter().enumerate() {
            self.free[id] = agent.capacity;
        }
        self.let_go.fill((Ticks::ZERO, NO_STRETCH));
        self.idle.clone_from(&program.all_idle);
        self.opens_at.fill(Ticks::ZERO);
        self.windows.fill(NO_WINDOW);
        for (free, resource) in self.resources.iter_mut().zip(&instance.resources) {
            *free = resource.capacity;
        }
        self.resource_let_go.fill((Ticks::ZERO, NO_STRETCH));
        self.ties.clear();
        self.delay_used.fill(false);
        for (state, level) in self.levels.iter_mut().zip(&instance.levels) {
            state.free = level.capacity;
            state.queue.clear();
            state.opens_at = Ticks::ZERO;
        }
        self.agent_tally.fill(AgentTally::default());
        for tally in &mut self.level_tally {
            let mut waits = std::mem::take(&mut tally.waits);
            waits.clear();
            *tally = LevelTally { waits, ..LevelTally::default() };
        }
    }
}
