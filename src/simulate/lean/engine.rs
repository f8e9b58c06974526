//! The loop of the lean path.

use std::ops::Range;

use super::super::program::Program;
use super::super::ready::{NONE, ReadyQueue, Seat};
use super::super::run::{Kept, kept_count};
use super::super::times::kept_hours;
use super::super::{Cause, Outcomes, SetBy};
use super::{LeanProgram, NOTHING};
use crate::model::Node;
use crate::rng::{GOLDEN_32, Sampling, mix_word};
use crate::units::Ticks;

/// Iterations that are drawn and added up together.
const BATCH: usize = 16;

/// No agent, in place of the place of one.
const NOBODY: u8 = u8::MAX;

/// In place of what set the start of a task: it was done before.
const DONE_BEFORE: u8 = 5;

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
struct Slot {
    start: Ticks,
    finish: Ticks,
    release: Ticks,
    /// Hours at pace 1.
    effort: f64,
    /// Links that do not hold yet.
    waits: u32,
    /// The link that came last.
    driver: u32,
    /// The node whose task held the agent this one waited for.
    holder: u32,
    /// The node's task, if it has one.
    task: u32,
    /// Place of its job in its class.
    seat: u32,
    /// Its links, in the column of all.
    links: [u32; 2],
    class: u8,
    /// Place of the agent.
    place: u8,
    /// What set the start, by its number in [`SetBy`].
    set_by: u8,
    /// More than one thing happened at the instant of the release: other links may have come last too.
    tied: bool,
}

/// Counts of one task over a block, and totals of its times over a batch.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    set_by: [u32; 6],
    critical: u32,
    start: Ticks,
    finish: Ticks,
}

/// The lean path's state.
#[derive(Debug)]
pub(crate) struct LeanEngine<'a> {
    lean: &'a LeanProgram<'a>,
    makespan: Ticks,
    slots: Vec<Slot>,
    ready: ReadyQueue,
    /// Running jobs, the next to finish last.
    running: Vec<Running>,
    /// One bit per place whose agent is idle.
    idle: u64,
    /// Node of the task that each place's agent finished last.
    last: Vec<u32>,
    /// Of a batch, shape [iteration][task]: efforts, starts and finishes [hours].
    efforts: Vec<f64>,
    starts: Vec<f32>,
    finishes: Vec<f32>,
    is_critical: Vec<bool>,
    stack: Vec<u32>,
    reached: Vec<(u32, u32)>,
    /// Nodes whose tasks finished at the last instant.
    latest: Vec<u32>,
    /// Nodes whose release may hang on several links.
    tied: Vec<u32>,
    /// Agent time by place in this iteration.
    busy: Vec<Ticks>,
    counts: Vec<Counts>,
    drives: Vec<u32>,
}

impl<'a> LeanEngine<'a> {
    pub(crate) fn new(lean: &'a LeanProgram<'a>) -> Self {
        let (tasks, nodes) = (lean.program.tasks.len(), lean.program.nodes.len());
        Self {
            lean,
            makespan: Ticks::ZERO,
            slots: (0..nodes).map(|node| Slot::new(lean, node)).collect(),
            ready: lean.ready.clone(),
            running: Vec::with_capacity(lean.agents.len() + 1),
            idle: 0,
            last: vec![NOTHING; lean.agents.len()],
            efforts: vec![0.0; tasks * BATCH],
            starts: vec![0.0; tasks * BATCH],
            finishes: vec![0.0; tasks * BATCH],
            is_critical: vec![false; tasks],
            stack: Vec::new(),
            reached: Vec::new(),
            latest: Vec::new(),
            tied: Vec::new(),
            busy: vec![Ticks::ZERO; lean.agents.len()],
            counts: vec![Counts::default(); tasks],
            drives: vec![0; lean.program.links.len()],
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
            for row in 0..count as usize {
                self.set_out(row);
                self.run();
                self.explain(&mut part);
                self.add(&mut part);
                self.take_in();
                if row < kept {
                    self.keep_row(row);
                }
            }
            self.add_batch(count, &mut part);
            self.keep(place, kept, times);
            first += count;
        }
        for (task, counts) in part.tasks.iter_mut().zip(&self.counts) {
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
        let tasks = self.lean.program.tasks.len();
        let (mut words, mut values) = ([0; BATCH], [0.0; BATCH]);
        for (id, task) in self.lean.program.tasks.iter().enumerate() {
            for (place, word) in words.iter_mut().enumerate() {
                let at = first.wrapping_add(place as u32).wrapping_mul(GOLDEN_32);
                *word = mix_word(at, task.effort.stream);
            }
            if self.lean.program.sampling == Sampling::Lhs {
                task.effort.stream.stratify(first, &mut words);
            }
            task.effort.sampler.fill(&words, &mut values);
            for (row, value) in self.efforts.chunks_exact_mut(tasks).zip(values) {
                row[id] = value * task.left;
            }
        }
    }

    /// Makes the nodes those of the plan's start, with the efforts of this row of the batch. What else they
    /// hold is written anew in every iteration.
    fn set_out(&mut self, row: usize) {
        let efforts = &self.efforts[row * self.counts.len()..];
        for (slot, &waits) in self.slots.iter_mut().zip(&self.lean.waits) {
            slot.waits = waits;
            if slot.task != NOTHING {
                slot.effort = efforts[slot.task as usize];
            }
        }
    }

    /// Counts what the nodes say of an iteration, in their order.
    fn take_in(&mut self) {
        for slot in &self.slots {
            if slot.driver != NOTHING && !slot.tied {
                self.drives[slot.driver as usize] += 1;
            }
            if slot.task != NOTHING {
                let counts = &mut self.counts[slot.task as usize];
                counts.set_by[slot.set_by as usize] += 1;
                counts.start += slot.start;
                counts.finish += slot.finish;
            }
        }
    }

    /// Puts the tasks' times of an iteration into this row.
    fn keep_row(&mut self, row: usize) {
        let tasks = self.counts.len();
        let starts = &mut self.starts[row * tasks..(row + 1) * tasks];
        let finishes = &mut self.finishes[row * tasks..(row + 1) * tasks];
        for slot in self.slots.iter().filter(|slot| slot.task != NOTHING) {
            let task = slot.task as usize;
            starts[task] = kept_hours(slot.start.0 as f64);
            finishes[task] = kept_hours(slot.finish.0 as f64);
        }
    }

    /// Runs the iteration that was set out.
    fn run(&mut self) {
        self.ready.copy_from(&self.lean.ready);
        self.busy.fill(Ticks::ZERO);
        self.latest.clear();
        self.tied.clear();
        self.idle = !0 >> (64 - self.lean.agents.len().max(1));
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
        while self.idle != 0 {
            let (mut best, mut class) = (NONE, 0);
            for (candidate, (&head, mask)) in self.ready.heads().iter().zip(&self.lean.masks).enumerate() {
                if head < best && mask & self.idle != 0 {
                    (best, class) = (head, candidate);
                }
            }
            if best == NONE {
                return;
            }
            self.ready.take_first(class);
            self.start(self.lean.jobs[best as usize], class, now);
        }
    }

    #[inline]
    fn start(&mut self, node: u32, class: usize, now: Ticks) {
        let agents = &self.lean.classes[class];
        let idle = self.idle & self.lean.masks[class];
        let place = if self.lean.is_ranked {
            idle.trailing_zeros() as usize
        } else {
            // OK because a class is chosen only if one of its agents is idle.
            agents.order.iter().find(|&&p| idle >> p & 1 == 1).map_or(0, |&p| usize::from(p))
        };
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
        let amount = Ticks::from_hours(slot.effort / agents.pace[place]);
        self.busy[place] += amount;
        let job = Running { finish: now.plus(amount), node };
        // Few jobs run at once, and a new one finishes later than most: the shift is short.
        self.running.push(job);
        let mut at = self.running.len() - 1;
        while at > 0 && self.running[at - 1] < job {
            self.running[at] = self.running[at - 1];
            at -= 1;
        }
        self.running[at] = job;
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
            let is_task = slot.task != NOTHING;
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

    #[inline]
    fn finish(&self, node: u32) -> Ticks {
        self.slots[node as usize].finish
    }

    /// The links that came last to a node, the first in the file first.
    fn drivers(&self, node: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        let release = self.slots[node as usize].release;
        let links = self.lean.back.of(node as usize).iter().copied();
        links.filter(move |&(from, _)| self.finish(from) == release)
    }

    /// The first in the file of the links that came last to a node.
    fn driver(&self, node: u32) -> Option<u32> {
        let slot = &self.slots[node as usize];
        if slot.tied {
            self.drivers(node).map(|(_, link)| link).next()
        } else {
            (slot.driver != NOTHING).then_some(slot.driver)
        }
    }

    /// Walks back from the last finish: marks what is critical, and gives the hours their causes.
    fn explain(&mut self, part: &mut Outcomes) {
        self.mark_critical();
        let program = self.lean.program;
        let (mut work, mut waited) = (Ticks::ZERO, Ticks::ZERO);
        let first_of_file = self.latest.iter().min_by_key(|&&node| self.slots[node as usize].task);
        let mut at = first_of_file.copied();
        while let Some(node) = at {
            let slot = &self.slots[node as usize];
            if slot.place != NOBODY {
                work += slot.finish - slot.start;
                if slot.holder != NOTHING {
                    waited += slot.start - slot.release;
                    let agent = self.lean.agents[usize::from(slot.place)] as usize;
                    part.agent_waits[agent] += i128::from((slot.start - slot.release).0);
                }
            }
            at = self.driver(node).map(|link| program.links[link as usize].from);
        }
        debug_assert_eq!(work + waited, self.makespan);
        part.causes[Cause::Work as usize] += i128::from(work.0);
        part.causes[Cause::Agent as usize] += i128::from(waited.0);
    }

    fn mark_critical(&mut self) {
        self.is_critical.fill(false);
        self.stack.extend(&self.latest);
        while let Some(node) = self.stack.pop() {
            let slot = self.slots[node as usize];
            if slot.task != NOTHING {
                let is_known = std::mem::replace(&mut self.is_critical[slot.task as usize], true);
                if is_known || slot.set_by == DONE_BEFORE {
                    continue;
                }
                self.counts[slot.task as usize].critical += 1;
                if slot.holder != NOTHING {
                    self.stack.push(slot.holder);
                    continue;
                }
            }
            if slot.tied {
                let mut stack = std::mem::take(&mut self.stack);
                stack.extend(self.drivers(node).map(|(from, _)| from));
                self.stack = stack;
            } else if slot.driver != NOTHING {
                self.stack.push(self.lean.program.links[slot.driver as usize].from);
            }
        }
    }

    /// Adds what an iteration has only one of.
    fn add(&mut self, part: &mut Outcomes) {
        let program: &Program = self.lean.program;
        part.iterations += 1;
        part.makespan.push(self.makespan);
        let mut time = [Ticks::ZERO; 64];
        for (&agent, &busy) in self.lean.agents.iter().zip(&self.busy) {
            time[agent as usize] = busy;
        }
        part.cost.push(program.cost(|agent| time[agent]));
        for (sum, busy) in part.agents.iter_mut().zip(time) {
            sum.busy += i128::from(busy.0);
        }
        for &node in &self.lean.ends {
            match program.nodes[node as usize] {
                Node::PhaseFinish(phase) => part.phases[phase.index()].push(self.finish(node)),
                Node::Milestone(id) => part.milestones[id.index()].push(self.finish(node)),
                _ => {}
            }
        }
        let mut all_met = true;
        for &(node, due) in &self.lean.dues {
            let met = self.finish(node) <= due;
            all_met &= met;
            if let Node::Task(task) = program.nodes[node as usize] {
                part.tasks[task.index()].due_met += u64::from(met);
            }
        }
        part.all_due_met += u64::from(all_met);
        // Links that came last together with others were left out when they came.
        for place in 0..self.tied.len() {
            if let Some(link) = self.driver(self.tied[place]) {
                self.drives[link as usize] += 1;
            }
        }
    }

    /// Adds the tasks' times of a batch.
    fn add_batch(&mut self, count: u32, part: &mut Outcomes) {
        for (task, counts) in part.tasks.iter_mut().zip(&mut self.counts) {
            task.finished += u64::from(count);
            task.start_total += i128::from(counts.start.0);
            task.finish_total += i128::from(counts.finish.0);
            (counts.start, counts.finish) = (Ticks::ZERO, Ticks::ZERO);
        }
    }

    /// Keeps the tasks' times of the leading iterations of a batch.
    fn keep(&self, place: usize, kept: usize, times: &mut Kept) {
        let tasks = self.counts.len();
        for (task, [starts, finishes]) in times.iter_mut().enumerate() {
            for row in 0..kept {
                starts[place + row] = self.starts[row * tasks + task];
                finishes[place + row] = self.finishes[row * tasks + task];
            }
        }
    }
}

impl Slot {
    /// A node at the start of the plan: what is done by then keeps these times.
    fn new(lean: &LeanProgram, node: usize) -> Self {
        let program = lean.program;
        let links = [lean.links.offset(node), lean.links.offset(node + 1)].map(|at| at as u32);
        let task = match program.nodes[node] {
            Node::Task(task) => task.0,
            _ => NOTHING,
        };
        let seat = lean.seats.get(task as usize).copied().unwrap_or(Seat { class: 0, place: 0 });
        Self {
            start: Ticks::ZERO,
            finish: Ticks::ZERO,
            release: Ticks::ZERO,
            effort: 0.0,
            waits: 0,
            driver: NOTHING,
            holder: NOTHING,
            task,
            seat: seat.place,
            links,
            class: seat.class as u8,
            place: NOBODY,
            set_by: DONE_BEFORE,
            tied: false,
        }
    }
}
