//! Which plans the open path takes, and their program.

use super::super::columns::Rows;
use super::super::program::{JobKind, Program, TaskProgram};
use super::super::ready::Seat;
use super::super::team::Team;
use super::NOTHING;
use super::small::SmallProgram;
use super::state::{NEW_TASK, NodeState, TaskState, first_nodes, first_waits};
use crate::model::{LinkKind, Node, Status};
use crate::units::Ticks;

/// Risks that a word of bits can hold.
const MOST_RISKS: usize = 64;

/// What nearly every iteration asks of a task, in one line or two of the cache.
#[derive(Debug)]
pub(super) struct OpenTask {
    pub(super) node: u32,
    /// Seats of its review and of its attempts; elapsed tasks have none.
    pub(super) review: Option<Seat>,
    pub(super) attempt: Option<Seat>,
    /// Ranks of work that goes on, and of rework: both wait for the agent who had it before.
    pub(super) resumed_rank: u32,
    pub(super) rework_rank: u32,
    /// Risks whose delay may apply, one bit each.
    pub(super) delays: u64,
    /// Risks that may apply with a factor do so for some agents only.
    pub(super) is_particular: bool,
    /// Who works on it may fail, and who reviews it.
    pub(super) can_fail: bool,
    pub(super) can_reviewer_fail: bool,
    /// Blockers may strike it at any time.
    pub(super) has_timed_blockers: bool,
    /// Who takes it up may have to take it over, and somebody else might not.
    pub(super) asks_familiar: bool,
    /// Nothing can go wrong with it.
    pub(super) plain: bool,
    /// Attempts may fail.
    pub(super) tries: bool,
    pub(super) is_reviewed: bool,
    /// Times that a review may send the work back, and the share of it that is done again.
    pub(super) rounds: u32,
    pub(super) rework_share: f64,
}

/// A program that needs no more than the open path.
#[derive(Debug)]
pub(crate) struct OpenProgram<'a> {
    pub(super) program: &'a Program<'a>,
    pub(super) team: Team,
    pub(super) tasks: Vec<OpenTask>,
    /// State at the plan's start: of nodes, one more in place of none; links that each of them waits for; of tasks. All
    /// of it is copied for each iteration, which is faster than to fill it in.
    pub(super) nodes: Vec<NodeState>,
    pub(super) waits: Vec<u32>,
    pub(super) new_tasks: Vec<TaskState>,
    /// Somebody asks for whose time passed: for details, or for what it costs.
    pub(super) counts_time: bool,
    /// Task of each node, if it is one.
    pub(super) task_of: Vec<u32>,
    /// Nodes of tasks that are done or active by then, and nodes that wait for nothing.
    pub(super) begun: Vec<u32>,
    pub(super) first_released: Vec<u32>,
    /// How steps see it, if it is small.
    pub(super) small: Option<SmallProgram>,
    /// Tasks that are not done by then.
    pub(super) unfinished: u32,
    /// By risk the tasks that its factor may apply to; empty without a factor.
    pub(super) factors: Rows<u32>,
    pub(super) has_factors: bool,
    pub(super) has_reviews: bool,
    /// Nodes with a due date.
    pub(super) dues: Vec<(u32, Ticks)>,
    /// By level: its tickets are handled in the order in which they come.
    pub(super) in_order: Vec<bool>,
}

impl<'a> OpenProgram<'a> {
    /// The program for the open path, which runs in steps if it is `small`; absent if the plan needs the whole engine,
    /// or is too large for steps.
    pub(crate) fn new(program: &'a Program<'a>, small: bool) -> Option<Self> {
        if !is_open(program) || (small && !SmallProgram::fits(program)) {
            return None;
        }
        let team = Team::new(program)?;
        let instance = program.instance;
        let status = |node: u32| match program.nodes[node as usize] {
            Node::Task(task) => instance.tasks[task.index()].status,
            _ => Status::Todo,
        };
        let waits = first_waits(program);
        let count = program.nodes.len() as u32;
        let tasks: Vec<OpenTask> = (0..program.tasks.len()).map(|task| open_task(program, &team, task)).collect();
        let task_of: Vec<u32> =
            program.nodes.iter().map(|node| if let Node::Task(task) = node { task.0 } else { NOTHING }).collect();
        let [factors, delays] = [true, false].map(|factors| by_risk(program, factors));
        let in_order: Vec<bool> = program
            .levels
            .iter()
            .map(|level| level.timeout.is_none() && level.response.fixed().is_some())
            .collect();
        let small =
            small.then(|| SmallProgram::new(program, &team, &tasks, &task_of, waits.clone(), &delays, &in_order));
        Some(Self {
            program,
            team,
            tasks,
            begun: program.task_nodes.iter().copied().filter(|&node| status(node) != Status::Todo).collect(),
            first_released: (0..count).filter(|&node| waits[node as usize] == 0).collect(),
            unfinished: program.task_nodes.iter().filter(|&&node| status(node) != Status::Done).count() as u32,
            task_of,
            small,
            nodes: first_nodes(program),
            waits,
            new_tasks: vec![NEW_TASK; program.tasks.len()],
            has_factors: !factors.items().is_empty(),
            has_reviews: program.tasks.iter().any(|task| task.review.is_some()),
            factors,
            dues: program.dues(),
            counts_time: program.details || instance.agents.iter().any(|agent| agent.cost != 0.0),
            in_order,
        })
    }
}

impl OpenProgram<'_> {
    /// Does without steps where few jobs could start in them.
    pub(crate) fn weigh_steps(&mut self) {
        self.small.take_if(|small| !small.pays());
    }

    /// It runs in steps.
    #[cfg(test)]
    pub(crate) fn has_steps(&self) -> bool {
        self.small.is_some()
    }
}

/// By risk the tasks that its factor may apply to, or its delay.
fn by_risk(program: &Program, factors: bool) -> Rows<u32> {
    let mut tasks = vec![Vec::new(); program.risks.len()];
    for (id, task) in program.tasks.iter().enumerate() {
        for &risk in if factors { &task.factors } else { &task.delays } {
            tasks[risk as usize].push(id as u32);
        }
    }
    Rows::new(tasks)
}

fn open_task(program: &Program, team: &Team, task: usize) -> OpenTask {
    let (this, data) = (&program.tasks[task], &program.instance.tasks[task]);
    let seat = |kind: JobKind| this.seats[kind as usize];
    let rank =
        |kind: JobKind| seat(kind).map_or(NOTHING, |seat| program.ranks[seat.class as usize][seat.place as usize]);
    let attempt = seat(JobKind::New);
    OpenTask {
        node: program.task_nodes[task],
        review: seat(JobKind::Review),
        attempt,
        resumed_rank: rank(JobKind::Resumed),
        rework_rank: rank(JobKind::Rework),
        is_particular: this.factors.iter().any(|&risk| program.risks[risk as usize].agents.is_some()),
        delays: this.delays.iter().fold(0, |bits, risk| bits | 1 << risk),
        can_fail: this.can_fail,
        has_timed_blockers: program.strikes.of(task).iter().any(|strike| strike.is_timed),
        can_reviewer_fail: this.review.as_ref().is_some_and(|review| review.can_fail),
        asks_familiar: !this.handoff_from.is_empty()
            && attempt.is_some_and(|seat| team.classes[seat.class as usize].order.len() > 1),
        plain: this.plain,
        tries: this.backoff.is_some(),
        is_reviewed: this.review.is_some(),
        rounds: data.review.as_ref().map_or(0, |review| review.rounds),
        rework_share: data.review.as_ref().map_or(0.0, |review| review.rework),
    }
}

/// True if nothing in the plan needs the whole engine.
fn is_open(program: &Program) -> bool {
    let instance = program.instance;
    let is_simple = |(task, data): (&TaskProgram, &crate::model::Task)| {
        // Who is first to finish work without length is not the fastest; the engine sorts that out.
        let has_length = data.slots.is_empty() || task.mean_hours > 0.0;
        let is_alone = data.slots.len() <= 1 && data.uses.is_empty() && !task.has_triggers;
        data.status == Status::Done
            || (is_alone && has_length && task.review.as_ref().is_none_or(|review| review.mean_hours > 0.0))
    };
    instance.levels.iter().all(|level| level.calendar.is_none())
        && program.links.iter().all(|link| link.kind == LinkKind::FinishStart)
        && program.risks.len() <= MOST_RISKS
        && program.tasks.iter().zip(&instance.tasks).all(is_simple)
}
