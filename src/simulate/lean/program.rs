//! Which plans the lean path takes, and their program.

use super::super::columns::Rows;
use super::super::lockstep::LANES;
use super::super::program::{Program, Quantity};
use super::super::ready::Seat;
use super::super::team::{MOST, Team};
use super::ready::{Key, ReadyLanes};
use super::{NEXT, NOTHING, STRIDE, number, ready, row};
use crate::model::{LinkKind, Node, Status};
use crate::units::{Pace, Ticks};

/// What the loop has to know of what follows a task's job, two of them in one line of the cache.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
pub(super) struct Job {
    /// Jobs that wait for it, by the numbers of its links.
    pub(super) next: [Key; NEXT],
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
    /// Jobs by slot, of those whose tasks have one, and their keys.
    pub(super) jobs: Vec<Job>,
    pub(super) keys: Vec<Key>,
    /// Links out of each slot to what waits for finishes: successor and number.
    pub(super) links: Rows<(u32, u32)>,
    /// Those that the ends of jobs follow besides the next ones.
    pub(super) rest: Vec<(u32, u32)>,
    /// Links into each slot: predecessor and number, in file order.
    pub(super) back: Rows<(u32, u32)>,
    /// Number of each link, and the slots that those come from which are not followed at once.
    pub(super) number_of: Vec<u32>,
    others: Vec<u32>,
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
        let numbers = program.jobs.len() * STRIDE as usize + program.links.len();
        if numbers >= row::MOST || program.nodes.len() >= ready::MOST {
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
        // Tasks stand in slots by their ranks.
        let ready = ReadyLanes::new(&program.ranks);
        let mut lean = Self {
            program,
            links,
            waits: back.lengths(),
            back,
            number_of: vec![NOTHING; program.links.len()],
            others: Vec::new(),
            jobs: Vec::new(),
            keys: Key::in_order(&program.ranks),
            rest: Vec::new(),
            paces: team.classes.iter().map(|class| padded(&class.paces)).collect(),
            team,
            ready,
            dues: program.dues().into_iter().map(|(node, due)| (slots[node as usize], due)).collect(),
            efforts: tasks.iter().map(effort).collect(),
            tasks,
            nodes,
        };
        lean.begin();
        lean.link_jobs();
        Some(lean)
    }

    /// Gives numbers to the links, leaves out those to what is done or active, which waits for nothing, and shares out
    /// those that the end of each job follows.
    fn link_jobs(&mut self) {
        let jobs = self.keys.len();
        // One slot more stands for none.
        let nowhere = Key::new(self.nodes.len(), Seat { class: 0, place: 0 });
        let mut links = Vec::with_capacity(self.nodes.len());
        for slot in 0..self.nodes.len() {
            let (mut row, mut next, from) = (Vec::new(), [nowhere; NEXT], self.rest.len() as u32);
            let mut free = if slot < jobs { 0..NEXT } else { 0..0 };
            for &(to, link) in self.links.of(slot) {
                let waits = self.waits[to as usize] != NOTHING;
                let key = self.keys.get(to as usize).filter(|_| waits);
                let place = key.and_then(|&key| Some((free.next()?, key)));
                let number = if let Some((place, key)) = place {
                    next[place] = key;
                    number(slot as u32, place)
                } else {
                    self.others.push(slot as u32);
                    self.numbers() as u32 - 1
                };
                self.number_of[link as usize] = number;
                if waits {
                    row.push((to, number));
                    if place.is_none() && slot < jobs {
                        self.rest.push((to, number));
                    }
                }
            }
            links.push(row);
            if slot < jobs {
                self.jobs.push(Job { next, rest: [from, self.rest.len() as u32] });
            }
        }
        self.links = Rows::new(links);
        let numbered = |&(from, link): &(u32, u32)| (from, self.number_of[link as usize]);
        let back = |slot: usize| self.back.of(slot).iter().map(numbered).collect();
        self.back = Rows::new((0..self.nodes.len()).map(back));
    }

    /// The place of each task's times: its slot.
    pub(crate) fn places(&self) -> Vec<u32> {
        let mut places = vec![0; self.tasks.len()];
        for (slot, &task) in (0..).zip(&self.tasks) {
            places[task as usize] = slot;
        }
        places
    }

    /// How many numbers of links there are; some stand for none.
    pub(super) fn numbers(&self) -> usize {
        self.keys.len() * STRIDE as usize + self.others.len()
    }

    /// Slot that a link comes from, by its number.
    #[inline(always)]
    pub(super) fn source(&self, number: u32) -> u32 {
        let (slot, jobs) = (number / STRIDE, self.keys.len());
        if (slot as usize) < jobs { slot } else { self.others[number as usize - jobs * STRIDE as usize] }
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
        for lane in 0..LANES {
            self.ready.insert_if(lane, self.keys[slot], 1);
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
