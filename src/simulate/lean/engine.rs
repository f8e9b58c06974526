//! The loop of the lean path.

use std::ops::Range;

use super::super::program::Program;
use super::super::ready::{NONE, ReadyQueue};
use super::super::run::{Kept, kept_count};
use super::super::{Cause, Outcomes, SetBy};
use super::{LeanProgram, NOTHING};
use crate::model::Node;
use crate::rng::{GOLDEN_32, mix_word};
use crate::units::Ticks;

/// Iterations that are drawn and summed together, and the most nodes with which the columns of that many fit
/// in the nearest caches; of larger plans it is as many fewer.
const BATCH: usize = 16;
const BATCH_NODES: usize = 1500;

/// A job that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Running {
    finish: Ticks,
    task: u32,
}

/// What is known of a node besides its times.
#[derive(Clone, Copy, Debug)]
struct Trail {
    release: Ticks,
    /// The link that came last.
    driver: u32,
    /// The task that held the agent this one waited for.
    holder: u32,
    /// Place of the agent.
    place: u32,
    /// More than one thing happened at the instant of the release: other links may have come last too.
    tied: bool,
}

/// Counts of one task over a block.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    set_by: [u32; 5],
    critical: u32,
}

/// The lean path's state.
#[derive(Debug)]
pub(crate) struct LeanEngine<'a> {
    lean: &'a LeanProgram<'a>,
    /// Iterations in a batch.
    batch: usize,
    makespan: Ticks,
    /// Starts and finishes of a batch, shape [iteration][node], and where the row of this one begins.
    starts: Vec<Ticks>,
    finishes: Vec<Ticks>,
    row: usize,
    trails: Vec<Trail>,
    waits: Vec<u32>,
    ready: ReadyQueue,
    /// Running jobs, the next to finish last.
    running: Vec<Running>,
    /// One bit per place whose agent is idle.
    idle: u64,
    /// The task that each place's agent finished last.
    last: Vec<u32>,
    /// Efforts of a batch, shape [iteration][task].
    efforts: Vec<f64>,
    is_critical: Vec<bool>,
    stack: Vec<u32>,
    reached: Vec<(u32, u32)>,
    /// Tasks that finished at the last instant.
    latest: Vec<u32>,
    /// Nodes whose release may hang on several links.
    tied: Vec<u32>,
    /// Agent time by place in this iteration, and in the block.
    busy: Vec<Ticks>,
    counts: Vec<Counts>,
    drives: Vec<u32>,
}

impl<'a> LeanEngine<'a> {
    pub(crate) fn new(lean: &'a LeanProgram<'a>) -> Self {
        let (tasks, nodes) = (lean.program.tasks.len(), lean.program.nodes.len());
        let batch = (BATCH * BATCH_NODES / nodes.max(1)).clamp(1, BATCH);
        let trail = Trail { release: Ticks::ZERO, driver: NOTHING, holder: NOTHING, place: NOTHING, tied: false };
        Self {
            lean,
            batch,
            makespan: Ticks::ZERO,
            // What is done before the start has its times from here; all others are written each time.
            starts: vec![Ticks::ZERO; nodes * batch],
            finishes: vec![Ticks::ZERO; nodes * batch],
            row: 0,
            trails: vec![trail; nodes],
            waits: lean.waits.clone(),
            ready: lean.ready.clone(),
            running: Vec::with_capacity(lean.agents.len() + 1),
            idle: 0,
            last: vec![NOTHING; lean.agents.len()],
            efforts: vec![0.0; tasks * batch],
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
            let count = (iterations.end - first).min(self.batch as u32);
            self.draw(first);
            for place in 0..count as usize {
                self.run(place);
                self.explain(&mut part);
                self.add(&mut part);
            }
            self.add_batch(count as usize, &mut part);
            let place = (first - iterations.start) as usize;
            let kept = kept_count(times).saturating_sub(place).min(count as usize);
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
            let words = &mut words[..self.batch];
            for (place, word) in words.iter_mut().enumerate() {
                let at = first.wrapping_add(place as u32).wrapping_mul(GOLDEN_32);
                *word = mix_word(at, task.effort.stream);
            }
            task.effort.sampler.fill(words, &mut values);
            for (row, value) in self.efforts.chunks_exact_mut(tasks).zip(values) {
                row[id] = value * task.left;
            }
        }
    }

    /// Runs the iteration at this place of the batch.
    fn run(&mut self, place: usize) {
        self.row = place * self.lean.program.nodes.len();
        self.waits.copy_from_slice(&self.lean.waits);
        self.ready.copy_from(&self.lean.ready);
        self.busy.fill(Ticks::ZERO);
        self.latest.clear();
        self.tied.clear();
        self.idle = !0 >> (64 - self.lean.agents.len().max(1));
        let efforts = place * self.lean.program.tasks.len();
        let mut now = Ticks::ZERO;
        loop {
            self.dispatch(now, efforts);
            let Some(next) = self.running.pop() else { break };
            // Work that rounds to no length ends at the instant at which it began.
            let mut tied = next.finish == now;
            if !tied {
                self.latest.clear();
            }
            now = next.finish;
            self.complete(next.task, now);
            while self.running.last().is_some_and(|r| r.finish == now) {
                tied = true;
                if let Some(also) = self.running.pop() {
                    self.complete(also.task, now);
                }
            }
            self.release(now, tied);
        }
        self.makespan = now;
    }

    /// Starts jobs in order while some class has both a job and an idle agent.
    #[inline]
    fn dispatch(&mut self, now: Ticks, efforts: usize) {
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
            self.start(self.lean.program.jobs[best as usize], class, now, efforts);
        }
    }

    #[inline]
    fn start(&mut self, task: u32, class: usize, now: Ticks, efforts: usize) {
        let agents = &self.lean.classes[class];
        let idle = self.idle & self.lean.masks[class];
        let place = if self.lean.is_ranked {
            idle.trailing_zeros()
        } else {
            // OK because a class is chosen only if one of its agents is idle.
            agents.order.iter().find(|&&p| idle >> p & 1 == 1).map_or(0, |&p| u32::from(p))
        };
        self.idle &= !(1 << place);
        let node = self.lean.program.task_nodes[task as usize] as usize;
        self.starts[self.row + node] = now;
        let trail = &mut self.trails[node];
        trail.place = place;
        let set_by = if trail.release < now {
            trail.holder = self.last[place as usize];
            SetBy::Agent
        } else {
            trail.holder = NOTHING;
            if trail.driver == NOTHING { SetBy::PlanStart } else { SetBy::Dependency }
        };
        self.counts[task as usize].set_by[set_by as usize] += 1;
        let amount = Ticks::from_hours(self.efforts[efforts + task as usize] / agents.pace[place as usize]);
        self.busy[place as usize] += amount;
        let job = Running { finish: now.plus(amount), task };
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
    fn complete(&mut self, task: u32, now: Ticks) {
        let node = self.lean.program.task_nodes[task as usize];
        self.finishes[self.row + node as usize] = now;
        let place = self.trails[node as usize].place;
        self.latest.push(task);
        self.idle |= 1 << place;
        self.last[place as usize] = task;
        self.follow(node);
    }

    #[inline]
    fn follow(&mut self, node: u32) {
        for &(to, link) in self.lean.links.of(node as usize) {
            let waits = &mut self.waits[to as usize];
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
            let at = node as usize;
            let kind = self.lean.program.nodes[at];
            if !matches!(kind, Node::Task(_)) {
                // What it releases may hang on other things of this instant as well.
                tied = true;
                (self.starts[self.row + at], self.finishes[self.row + at]) = (now, now);
                self.follow(node);
            }
            let trail = &mut self.trails[at];
            (trail.release, trail.driver, trail.tied) = (now, link, tied);
            if let Node::Task(task) = kind {
                self.ready.insert(self.lean.seats[task.index()]);
            }
            if tied {
                self.tied.push(node);
            } else {
                self.drives[link as usize] += 1;
            }
        }
    }

    #[inline]
    fn finish(&self, node: u32) -> Ticks {
        self.finishes[self.row + node as usize]
    }

    /// The links that came last to a node, the first in the file first.
    fn drivers(&self, node: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        let release = self.trails[node as usize].release;
        let links = self.lean.back.of(node as usize).iter().copied();
        links.filter(move |&(from, _)| self.finish(from) == release)
    }

    /// The first in the file of the links that came last to a node.
    fn driver(&self, node: u32) -> Option<u32> {
        let trail = &self.trails[node as usize];
        if trail.tied {
            self.drivers(node).map(|(_, link)| link).next()
        } else {
            (trail.driver != NOTHING).then_some(trail.driver)
        }
    }

    /// Walks back from the last finish: marks what is critical, and gives the hours their causes.
    fn explain(&mut self, part: &mut Outcomes) {
        self.mark_critical();
        let program = self.lean.program;
        let (mut work, mut waited) = (Ticks::ZERO, Ticks::ZERO);
        let mut at = self.latest.iter().min().map(|&task| program.task_nodes[task as usize]);
        while let Some(node) = at {
            let trail = &self.trails[node as usize];
            if trail.place != NOTHING && !self.lean.is_done[node as usize] {
                let start = self.starts[self.row + node as usize];
                work += self.finish(node) - start;
                if trail.holder != NOTHING {
                    waited += start - trail.release;
                    let agent = self.lean.agents[trail.place as usize] as usize;
                    part.agent_waits[agent] += i128::from((start - trail.release).0);
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
        let program = self.lean.program;
        self.stack.extend(self.latest.iter().map(|&task| program.task_nodes[task as usize]));
        while let Some(node) = self.stack.pop() {
            let trail = &self.trails[node as usize];
            if let Node::Task(task) = program.nodes[node as usize] {
                let is_known = std::mem::replace(&mut self.is_critical[task.index()], true);
                if is_known || self.lean.is_done[node as usize] {
                    continue;
                }
                self.counts[task.index()].critical += 1;
                if trail.holder != NOTHING {
                    self.stack.push(program.task_nodes[trail.holder as usize]);
                    continue;
                }
            }
            if trail.tied {
                let mut stack = std::mem::take(&mut self.stack);
                stack.extend(self.drivers(node).map(|(from, _)| from));
                self.stack = stack;
            } else if trail.driver != NOTHING {
                self.stack.push(program.links[trail.driver as usize].from);
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

    /// Adds the tasks' times of a batch, task by task.
    fn add_batch(&mut self, count: usize, part: &mut Outcomes) {
        let program = self.lean.program;
        let width = program.nodes.len();
        for (task, &node) in part.tasks.iter_mut().zip(&program.task_nodes) {
            let (mut start_total, mut finish_total) = (0, 0);
            for row in 0..count {
                start_total += self.starts[row * width + node as usize].0;
                finish_total += self.finishes[row * width + node as usize].0;
            }
            task.finished += count as u64;
            task.start_total += i128::from(start_total);
            task.finish_total += i128::from(finish_total);
        }
    }

    /// Keeps the tasks' times of the leading iterations of a batch.
    fn keep(&self, place: usize, kept: usize, times: &mut Kept) {
        let width = self.lean.program.nodes.len();
        for ([starts, finishes], &node) in times.iter_mut().zip(&self.lean.program.task_nodes) {
            for row in 0..kept {
                let at = row * width + node as usize;
                starts[place + row] = self.starts[at].hours() as f32;
                finishes[place + row] = self.finishes[at].hours() as f32;
            }
        }
    }
}
