//! Which plans the lean path takes, and their program.

use super::super::columns::Rows;
use super::super::program::{JobKind, Needs, Program};
use super::super::ready::{ReadyQueue, Seat};
use super::NOTHING;
use crate::model::{LinkKind, Node, Status};
use crate::units::Ticks;

/// Agents that a class of tasks may go to. Agents stand in places: the fastest of all comes first.
#[derive(Debug)]
pub(super) struct ClassAgents {
    /// Places in order of preference.
    pub(super) order: Vec<u8>,
    /// Pace by place; 0 where the agent does not belong to the class.
    pub(super) pace: Vec<f64>,
}

/// A program that needs no more than the lean path.
#[derive(Debug)]
pub(crate) struct LeanProgram<'a> {
    pub(super) program: &'a Program<'a>,
    /// Links out of each node: successor and link.
    pub(super) links: Rows<(u32, u32)>,
    /// Links into each node: predecessor and link, in file order.
    pub(super) back: Rows<(u32, u32)>,
    /// Seat of each task's job.
    pub(super) seats: Vec<Seat>,
    /// Node of the task of each rank.
    pub(super) jobs: Vec<u32>,
    pub(super) classes: Vec<ClassAgents>,
    /// Agents of each class, one bit per place.
    pub(super) masks: Vec<u64>,
    /// True if every class prefers its agents in the order of their places.
    pub(super) is_ranked: bool,
    /// Agent at each place.
    pub(super) agents: Vec<u32>,
    /// State at the plan's start, after everything that takes no time.
    pub(super) waits: Vec<u32>,
    pub(super) ready: ReadyQueue,
    /// Finishes of phases, and milestones.
    pub(super) ends: Vec<u32>,
    /// Nodes with a due date.
    pub(super) dues: Vec<(u32, Ticks)>,
}

impl<'a> LeanProgram<'a> {
    /// The program for the lean path; absent if the plan needs the whole engine.
    pub(crate) fn new(program: &'a Program<'a>) -> Option<Self> {
        if !is_lean(program) {
            return None;
        }
        let [back, links] = program.finish_links();
        let none = Seat { class: 0, place: 0 };
        let agents = places(program);
        let classes = class_agents(program, &agents);
        let mut lean = Self {
            program,
            links,
            back,
            seats: program.tasks.iter().map(|t| t.seats[JobKind::New as usize].unwrap_or(none)).collect(),
            jobs: program.jobs.iter().map(|&task| program.task_nodes[task as usize]).collect(),
            masks: classes.iter().map(|c| c.order.iter().fold(0, |mask, place| mask | 1 << place)).collect(),
            is_ranked: classes.iter().all(|c| c.order.is_sorted()),
            classes,
            agents,
            waits: program.incoming.lengths(),
            ready: ReadyQueue::new(&program.ranks),
            ends: (0..program.nodes.len() as u32)
                .filter(|&n| matches!(program.nodes[n as usize], Node::PhaseFinish(_) | Node::Milestone(_)))
                .collect(),
            dues: program.dues(),
        };
        lean.begin();
        Some(lean)
    }

    /// Brings the state to where every iteration begins: what is done is finished, and what waits for
    /// nothing is ready.
    fn begin(&mut self) {
        let mut reached: Vec<u32> = Vec::new();
        for (task, &node) in self.program.task_nodes.iter().enumerate() {
            match self.program.instance.tasks[task].status {
                Status::Done => {
                    // What is done or active is not released a second time.
                    self.waits[node as usize] = NOTHING;
                    reached.push(node);
                }
                Status::Active => {
                    self.waits[node as usize] = NOTHING;
                    self.ready.insert(self.seats[task]);
                }
                Status::Todo if self.waits[node as usize] == 0 => self.ready.insert(self.seats[task]),
                Status::Todo => {}
            }
        }
        for (node, kind) in self.program.nodes.iter().enumerate() {
            if self.waits[node] == 0 && !matches!(kind, Node::Task(_)) {
                reached.push(node as u32);
            }
        }
        while let Some(node) = reached.pop() {
            for &(to, _) in self.links.of(node as usize) {
                let waits = &mut self.waits[to as usize];
                if *waits == NOTHING {
                    continue;
                }
                *waits -= 1;
                match self.program.nodes[to as usize] {
                    Node::Task(task) if *waits == 0 => self.ready.insert(self.seats[task.index()]),
                    _ if *waits == 0 => reached.push(to),
                    _ => {}
                }
            }
        }
    }
}

/// Agents by their best pace in any class, the fastest first, ties to the lower id.
fn places(program: &Program) -> Vec<u32> {
    let mut best = vec![0.0_f64; program.instance.agents.len()];
    for candidate in program.candidate_sets.iter().flat_map(|s| &s.by_pace) {
        let pace = &mut best[candidate.agent.index()];
        *pace = pace.max(candidate.pace);
    }
    let mut agents: Vec<u32> = (0..best.len() as u32).collect();
    agents.sort_by(|&a, &b| best[b as usize].total_cmp(&best[a as usize]).then(a.cmp(&b)));
    agents
}

fn class_agents(program: &Program, agents: &[u32]) -> Vec<ClassAgents> {
    let place_of = |agent: u32| agents.iter().position(|&a| a == agent).unwrap_or(0);
    let class = |needs: &Needs| {
        let mut class = ClassAgents { order: Vec::new(), pace: vec![0.0; agents.len()] };
        if let Needs::Slots(slots) = needs {
            for candidate in slots.iter().flat_map(|&s| &program.candidate_sets[s as usize].by_pace) {
                let place = place_of(candidate.agent.0);
                class.order.push(place as u8);
                class.pace[place] = candidate.pace;
            }
        }
        class
    };
    program.classes.iter().map(|c| class(&c.needs)).collect()
}

/// True if nothing in the plan needs the whole engine.
fn is_lean(program: &Program) -> bool {
    let instance = program.instance;
    let agents = &instance.agents;
    agents.len() <= 64
        && program.classes.len() <= 64
        && agents.iter().all(|a| a.capacity == 1)
        && program.candidate_sets.iter().all(|s| s.always)
        && program.links.iter().all(|l| l.kind == LinkKind::FinishStart)
        && program.lags.iter().all(Option::is_none)
        && program.tasks.iter().zip(&instance.tasks).all(|(task, data)| {
            let is_idle = data.status == Status::Done;
            let is_simple = task.plain && task.handoff.is_none() && data.slots.len() == 1;
            let is_certain = task.factors.is_empty() && task.delays.is_empty();
            // Work without length ties with itself; the engine sorts such instants out.
            is_idle || (is_simple && is_certain && task.mean_hours > 0.0)
        })
}
