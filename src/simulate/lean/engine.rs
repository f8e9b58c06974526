//! The loop of the lean path.

use std::ops::Range;

use super::super::ready::{ReadyQueue, Seat};
use super::super::run::{Kept, kept_count};
use super::super::vector::prefetch;
use super::super::{Outcomes, SetBy};
use super::{LeanProgram, NOTHING};
use crate::units::Ticks;

/// Iterations that are drawn and added up together.
const BATCH: usize = 16;

/// Nodes from which on those that are needed soon are asked for beforehand: half a megabyte of them.
const LARGE: usize = 8192;

/// No agent, in place of the place of one.
pub(super) const NOBODY: u8 = u8::MAX;

/// In place of what set the start of a task: it was done before.
pub(super) const DONE_BEFORE: u8 = 5;

/// A job that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Running {
    finish: Ticks,
    node: u32,
}

/// All that an iteration knows of a node, in one line of the cache: in a large plan every line that is touched
/// is waited for.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Slot {
    pub(super) start: Ticks,
    pub(super) finish: Ticks,
    pub(super) release: Ticks,
    /// Hours at pace 1.
    pub(super) effort: f64,
    /// Links that do not hold yet.
    pub(super) waits: u32,
    /// The link that came last.
    pub(super) driver: u32,
    /// The node whose task held the agent this one waited for.
    pub(super) holder: u32,
    /// Place of its job in its class.
    seat: u32,
    /// Its links, in the column of all.
    links: [u32; 2],
    class: u8,
    /// Place of the agent.
    pub(super) place: u8,
    /// What set the start, by its number in [`SetBy`].
    pub(super) set_by: u8,
    /// More than one thing happened at the instant of the release: other links may have come last too.
    pub(super) tied: bool,
}

/// Counts of one task over a block, and totals of its times over a batch.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) set_by: [u32; 6],
    pub(super) critical: u32,
    pub(super) start: Ticks,
    pub(super) finish: Ticks,
}

/// The lean path's state.
#[derive(Debug)]
pub(crate) struct LeanEngine<'a> {
    pub(super) lean: &'a LeanProgram<'a>,
    pub(super) makespan: Ticks,
    pub(super) slots: Vec<Slot>,
    ready: ReadyQueue,
    /// Running jobs, the next to finish last.
    running: Vec<Running>,
    /// One bit per place whose agent is idle.
    idle: u64,
    /// Node of the task that each place's agent finished last.
    last: Vec<u32>,
    /// Of a batch, shape [iteration][slot of a task]: efforts, starts and finishes [hours].
    pub(super) efforts: Vec<f64>,
    pub(super) starts: Vec<f32>,
    pub(super) finishes: Vec<f32>,
    /// Nodes that the walk back has come to.
    pub(super) seen: Vec<bool>,
    pub(super) stack: Vec<u32>,
    reached: Vec<(u32, u32)>,
    /// Nodes whose tasks finished at the last instant.
    pub(super) latest: Vec<u32>,
    /// Nodes whose release may hang on several links.
    pub(super) tied: Vec<u32>,
    /// Agent time by place in this iteration.
    pub(super) busy: Vec<Ticks>,
    pub(super) counts: Vec<Counts>,
    pub(super) drives: Vec<u32>,
    /// The nodes do not fit into the nearer caches.
    is_large: bool,
}

impl<'a> LeanEngine<'a> {
    pub(crate) fn new(lean: &'a LeanProgram<'a>) -> Self {
        let (tasks, nodes) = (lean.tasks.len(), lean.nodes.len());
        Self {
            lean,
            makespan: Ticks::ZERO,
            slots: (0..nodes).map(|slot| Slot::new(lean, slot)).collect(),
            ready: lean.ready.clone(),
            running: Vec::with_capacity(lean.team.agents.len() + 1),
            idle: 0,
            last: vec![NOTHING; lean.team.agents.len()],
            efforts: vec![0.0; tasks * BATCH],
            starts: vec![0.0; tasks * BATCH],
            finishes: vec![0.0; tasks * BATCH],
            seen: vec![false; nodes],
            stack: Vec::new(),
            reached: Vec::new(),
            latest: Vec::new(),
            tied: Vec::new(),
            busy: vec![Ticks::ZERO; lean.team.agents.len()],
            counts: vec![Counts::default(); tasks],
            drives: vec![0; lean.program.links.len()],
            is_large: nodes > LARGE,
        }
    }

    /// Runs a block of iterations, adds them up, and keeps the times of as many as `times` has room for.
    pub(crate) fn run_block(&mut self, iterations: Range<u32>, times: &mut Kept) -> Outcomes {
        let mut part = Outcomes::empty(self.lean.program.instance, iterations.len());
        self.counts.fill(Counts::default());
        self.drives.fill(0);
        let mut first = iterations.start;
        while first < iterations.end {
            let count = (iterations.end - first).min(BATCH as u32);
            let place = (first - iterations.start) as usize;
            let kept = kept_count(times).saturating_sub(place).min(count as usize);
            self.draw(first);
            self.set_out();
            for row in 0..count as usize {
                self.run();
                self.explain(&mut part);
                self.add(&mut part);
                self.take_in(row, row < kept, row + 1 < count as usize);
            }
            self.add_batch(count, &mut part);
            self.keep(place, kept, times);
            first += count;
        }
        for (&task, counts) in self.lean.tasks.iter().zip(&self.counts) {
            let task = &mut part.tasks[task as usize];
            task.critical += u64::from(counts.critical);
            for (sum, &count) in task.start_set_by.iter_mut().zip(&counts.set_by) {
                *sum += u64::from(count);
            }
        }
        for (sum, &drives) in part.link_drives.iter_mut().zip(&self.drives) {
            *sum += u64::from(drives);
        }
        part.add_available(self.lean.program);
        part
    }

    /// Draws the efforts of a batch, one task after the other: each is one loop over the batch.
    fn draw(&mut self, first: u32) {
        let tasks = self.lean.tasks.len();
        let (mut words, mut values) = ([0; BATCH], [0.0; BATCH]);
        for (slot, (effort, left)) in self.lean.efforts.iter().enumerate() {
            effort.stream.fill(first, self.lean.program.sampling, &mut words);
            effort.sampler.fill(&words, &mut values);
            for (row, value) in self.efforts.chunks_exact_mut(tasks).zip(values) {
                row[slot] = value * left;
            }
        }
    }

    /// Makes the nodes those of the plan's start, with the efforts of the first row of the batch. What else they
    /// hold is written anew in every iteration.
    fn set_out(&mut self) {
        for (slot, &waits) in self.slots.iter_mut().zip(&self.lean.waits) {
            slot.waits = waits;
        }
        for (slot, &effort) in self.slots.iter_mut().zip(&self.efforts[..self.lean.tasks.len()]) {
            slot.effort = effort;
        }
    }

    /// Runs the iteration that was set out.
    fn run(&mut self) {
        self.ready.copy_from(&self.lean.ready);
        self.busy.fill(Ticks::ZERO);
        self.latest.clear();
        self.tied.clear();
        self.idle = self.lean.team.places();
        let mut now = Ticks::ZERO;
        loop {
            self.dispatch(now);
            let Some(next) = self.running.pop() else { break };
            // Work that rounds to no length ends at the instant at which it began.
            let mut tied = next.finish == now;
            if !tied {
                self.latest.clear();
            }
            now = next.finish;
            self.complete(next.node, now);
            while self.running.last().is_some_and(|r| r.finish == now) {
                tied = true;
                if let Some(also) = self.running.pop() {
                    self.complete(also.node, now);
                }
            }
            self.release(now, tied);
        }
        self.makespan = now;
    }

    /// Starts jobs in order while some class has both a job and an idle agent.
    #[inline]
    fn dispatch(&mut self, now: Ticks) {
        while let Some((class, best)) = self.ready.first_of(self.lean.team.classes_of(self.idle)) {
            self.ready.take(class);
            if self.is_large {
                // The next of the class starts soon.
                if let Some(next) = self.slots.get(self.ready.heads()[class] as usize) {
                    prefetch(next);
                }
            }
            // Tasks stand in slots by their ranks.
            self.start(best, class, now);
        }
    }

    #[inline]
    fn start(&mut self, node: u32, class: usize, now: Ticks) {
        let team = &self.lean.team;
        // OK because a class is chosen only if one of its agents is idle.
        let place = team.fastest(class, self.idle & team.masks[class]);
        self.idle &= !(1 << place);
        let slot = &mut self.slots[node as usize];
        slot.start = now;
        slot.place = place as u8;
        let set_by = if slot.release < now {
            slot.holder = self.last[place];
            SetBy::Agent
        } else {
            slot.holder = NOTHING;
            if slot.driver == NOTHING { SetBy::PlanStart } else { SetBy::Dependency }
        };
        slot.set_by = set_by as u8;
        let amount = team.classes[class].paces[place].ticks(slot.effort);
        let [from, to] = slot.links;
        self.busy[place] += amount;
        let job = Running { finish: now.plus(amount), node };
        // Few jobs run at once: the shift is short.
        self.running.push(job);
        let mut at = self.running.len() - 1;
        while at > 0 && self.running[at - 1] < job {
            self.running[at] = self.running[at - 1];
            at -= 1;
        }
        self.running[at] = job;
        if self.is_large {
            // What follows is looked at when this job ends.
            for &(next, _) in &self.lean.links.items()[from as usize..to as usize] {
                prefetch(&self.slots[next as usize]);
            }
        }
    }

    #[inline]
    fn complete(&mut self, node: u32, now: Ticks) {
        let slot = &mut self.slots[node as usize];
        slot.finish = now;
        let (place, links) = (slot.place, slot.links);
        self.latest.push(node);
        self.idle |= 1 << place;
        self.last[usize::from(place)] = node;
        self.follow(links);
    }

    #[inline]
    fn follow(&mut self, [from, to]: [u32; 2]) {
        for &(to, link) in &self.lean.links.items()[from as usize..to as usize] {
            let waits = &mut self.slots[to as usize].waits;
            if *waits != NOTHING {
                *waits -= 1;
                if *waits == 0 {
                    self.reached.push((to, link));
                }
            }
        }
    }

    /// Makes tasks ready, and finishes what has no length.
    #[inline]
    fn release(&mut self, now: Ticks, mut tied: bool) {
        while let Some((node, link)) = self.reached.pop() {
            let slot = &mut self.slots[node as usize];
            let is_task = (node as usize) < self.lean.tasks.len();
            // What is released without a task may hang on other things of this instant as well.
            tied |= !is_task;
            (slot.release, slot.driver, slot.tied) = (now, link, tied);
            if is_task {
                self.ready.insert(Seat { class: slot.class.into(), place: slot.seat });
            } else {
                (slot.start, slot.finish) = (now, now);
                let links = slot.links;
                self.follow(links);
            }
            if tied {
                self.tied.push(node);
            }
        }
    }
}

impl Slot {
    /// A node at the start of the plan: what is done by then keeps these times.
    fn new(lean: &LeanProgram, slot: usize) -> Self {
        let links = [lean.links.offset(slot), lean.links.offset(slot + 1)].map(|at| at as u32);
        let seat = lean.seat(slot).unwrap_or(Seat { class: 0, place: 0 });
        Self {
            start: Ticks::ZERO,
            finish: Ticks::ZERO,
            release: Ticks::ZERO,
            effort: 0.0,
            waits: 0,
            driver: NOTHING,
            holder: NOTHING,
            seat: seat.place,
            links,
            class: seat.class as u8,
            place: NOBODY,
            set_by: DONE_BEFORE,
            tied: false,
        }
    }
}
