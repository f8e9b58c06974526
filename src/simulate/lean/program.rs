//! Which plans the lean path takes, and their program.

use super::super::columns::Rows;
use super::super::lockstep::LANES;
use super::super::program::{JobKind, Program, Quantity};
use super::super::ready::Seat;
use super::super::team::{MOST, Team};
use super::ready::{Key, ReadyLanes};
use super::{NOTHING, row};
use crate::model::{LinkKind, Node, Status};
use crate::units::{Pace, Ticks};

/// Links that the end of a job follows at once.
const NEXT: usize = 3;

/// A link to a task that waits for finishes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Next {
    pub(super) link: u32,
    pub(super) slot: u32,
    pub(super) seat: Seat,
}

/// What the loop has to know of a task's job, in one line of the cache.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Job {
    pub(super) next: [Next; NEXT],
    pub(super) seat: Seat,
    /// The other links that its end follows: from here to there in their column.
    pub(super) rest: [u32; 2],
}

/// A program that needs no more than the lean path.
///
/// It numbers nodes by slots: the tasks by dispatch rank, which is about the order in which they run, so that what is
/// needed at one time lies together; then tasks that are done; then what is no task.
#[derive(Debug)]
pub(crate) struct LeanProgram<'a> {
    pub(super) program: &'a Program<'a>,
    /// Task of each slot that has one.
    pub(super) tasks: Vec<u32>,
    /// Node of each slot.
    pub(super) nodes: Vec<u32>,
    /// Effort of each slot's task, and the share of it that is left.
    pub(super) efforts: Vec<(Quantity, f64)>,
    /// By slot, of those whose tasks have one.
    pub(super) jobs: Vec<Job>,
    /// Links out of each slot to what waits for finishes: successor and link.
    pub(super) links: Rows<(u32, u32)>,
    /// Those that the ends of jobs follow besides the next ones.
    pub(super) rest: Vec<(u32, u32)>,
    /// Links into each slot: predecessor and link, in file order.
    pub(super) back: Rows<(u32, u32)>,
    /// Slot that each link comes from.
    pub(super) sources: Vec<u32>,
    pub(super) team: Team,
    /// Pace by class and place.
    pub(super) paces: Vec<[Pace; MOST]>,
    /// State at the plan's start, after everything that takes no time.
    pub(super) waits: Vec<u32>,
    pub(super) ready: ReadyLanes,
    /// Slots with a due date.
    pub(super) dues: Vec<(u32, Ticks)>,
}

impl<'a> LeanProgram<'a> {
    /// The program for the lean path; absent if the plan needs the whole engine.
    pub(crate) fn new(program: &'a Program<'a>) -> Option<Self> {
        if !is_lean(program) {
            return None;
        }
        let team = Team::new(program)?;
        if program.links.len().max(program.nodes.len()) >= row::MOST {
            return None;
        }
        let tasks = tasks_in_order(program);
        let nodes = nodes_in_order(program, &tasks);
        let mut slots = vec![0; nodes.len()];
        for (slot, &node) in nodes.iter().enumerate() {
            slots[node as usize] = slot as u32;
        }
        let [back, links] = program.finish_links().map(|rows| {
            let row = |&node: &u32| rows.of(node as usize).iter().map(|&(at, link)| (slots[at as usize], link));
            Rows::new(nodes.iter().map(|node| row(node).collect()))
        });
        let effort = |&task: &u32| {
            let task = &program.tasks[task as usize];
            (task.effort.clone(), task.left)
        };
        let mut lean = Self {
            program,
            links,
            waits: back.lengths(),
            back,
            sources: program.links.iter().map(|link| slots[link.from as usize]).collect(),
            jobs: Vec::new(),
            rest: Vec::new(),
            paces: team.classes.iter().map(|class| padded(&class.paces)).collect(),
            team,
            // Tasks stand in slots by their ranks.
            ready: ReadyLanes::new(&program.ranks),
            dues: program.dues().into_iter().map(|(node, due)| (slots[node as usize], due)).collect(),
            efforts: tasks.iter().map(effort).collect(),
            tasks,
            nodes,
        };
        lean.begin();
        lean.link_jobs();
        Some(lean)
    }

    /// Seat of the job of a slot's task.
    fn seat(&self, slot: usize) -> Option<Seat> {
        let &task = self.tasks.get(slot)?;
        self.program.tasks[task as usize].seats[JobKind::New as usize]
    }

    /// Leaves out links to what is done or active, which waits for nothing, and shares out those that the end of each job
    /// follows.
    fn link_jobs(&mut self) {
        let waiting = |&(to, _): &(u32, u32)| self.waits[to as usize] != NOTHING;
        let links =
            (0..self.nodes.len()).map(|slot| self.links.of(slot).iter().copied().filter(waiting).collect());
        self.links = Rows::new(links);
        // One slot more stands for none.
        let nowhere = Next { link: NOTHING, slot: self.nodes.len() as u32, seat: Seat { class: 0, place: 0 } };
        for slot in 0..self.program.jobs.len() {
            let (mut next, from) = ([nowhere; NEXT], self.rest.len() as u32);
            let mut free = next.iter_mut();
            for &(to, link) in self.links.of(slot) {
                match self.seat(to as usize).and_then(|seat| Some((free.next()?, seat))) {
                    Some((place, seat)) => *place = Next { link, slot: to, seat },
                    None => self.rest.push((to, link)),
                }
            }
            let seat = self.seat(slot).unwrap_or(nowhere.seat);
            self.jobs.push(Job { next, seat, rest: [from, self.rest.len() as u32] });
        }
    }

    /// Brings the state to where every iteration begins: what is done is finished, and what waits for
    /// nothing is ready.
    fn begin(&mut self) {
        let mut reached: Vec<u32> = Vec::new();
        for slot in 0..self.nodes.len() {
            let status = self.tasks.get(slot).map(|&task| self.program.instance.tasks[task as usize].status);
            match status {
                Some(Status::Done) => {
                    // What is done or active is not released a second time.
                    self.waits[slot] = NOTHING;
                    reached.push(slot as u32);
                }
                Some(Status::Active) => {
                    self.waits[slot] = NOTHING;
                    self.make_ready(slot);
                }
                Some(Status::Todo) if self.waits[slot] == 0 => self.make_ready(slot),
                None if self.waits[slot] == 0 => reached.push(slot as u32),
                _ => {}
            }
        }
        while let Some(slot) = reached.pop() {
            for place in self.links.range(slot as usize) {
                let to = self.links.items()[place].0 as usize;
                if self.waits[to] == NOTHING {
                    continue;
                }
                self.waits[to] -= 1;
                if self.waits[to] == 0 {
                    if to < self.tasks.len() {
                        self.make_ready(to);
                    } else {
                        reached.push(to as u32);
                    }
                }
            }
        }
    }

    fn make_ready(&mut self, slot: usize) {
        if let Some(seat) = self.seat(slot) {
            for lane in 0..LANES {
                self.ready.insert_if(lane, seat, Key::new(slot as u32, seat.class), 1);
            }
        }
    }
}

fn padded(paces: &[Pace]) -> [Pace; MOST] {
    std::array::from_fn(|place| paces.get(place).copied().unwrap_or(Pace::new(1.0)))
}

/// Tasks by the rank of their jobs, then those that are done.
fn tasks_in_order(program: &Program) -> Vec<u32> {
    let is_done = |&task: &u32| program.instance.tasks[task as usize].status == Status::Done;
    let done = (0..program.tasks.len() as u32).filter(is_done);
    program.jobs.iter().copied().chain(done).collect()
}

/// Nodes of these tasks, then all others.
fn nodes_in_order(program: &Program, tasks: &[u32]) -> Vec<u32> {
    let is_other = |&node: &u32| !matches!(program.nodes[node as usize], Node::Task(_));
    let others = (0..program.nodes.len() as u32).filter(is_other);
    tasks.iter().map(|&task| program.task_nodes[task as usize]).chain(others).collect()
}

/// True if nothing in the plan needs the whole engine.
fn is_lean(program: &Program) -> bool {
    let instance = program.instance;
    program.links.iter().all(|l| l.kind == LinkKind::FinishStart)
        && program.lags.iter().all(Option::is_none)
        && program.tasks.iter().zip(&instance.tasks).all(|(task, data)| {
            let is_idle = data.status == Status::Done;
            let is_simple = task.plain && task.handoff.is_none() && data.slots.len() == 1;
            let is_certain = task.factors.is_empty() && task.delays.is_empty();
            // Work without length ties with itself; the engine sorts such instants out.
            is_idle || (is_simple && is_certain && task.mean_hours > 0.0)
        })
}
