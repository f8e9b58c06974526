//! The lane path: plans of waits alone, a pure network, many iterations per instruction.
//!
//! Without agents and resources nothing is decided while an iteration runs, so a batch of iterations goes
//! through the network side by side: lane `i` of every column belongs to iteration `i`. Times are whole
//! ticks in doubles, exact up to 2^52, so that the results are the engine's to the last bit (a test compares
//! the two). What is critical is found without late times: a start is the greatest of the finishes before
//! it, so what bound it is what equals it.

use std::ops::Range;

use super::program::Program;
use super::run::{Kept, kept_count};
use super::times::kept_hours;
use super::vector::{Lanes, vectorised};
use super::{Cause, Outcomes, SetBy};
use crate::model::{LinkKind, Node, Status, Work};
use crate::rng::{GOLDEN_32, Sampling, mix_word};
use crate::units::{TICKS_PER_HOUR, Ticks};

/// Iterations side by side.
const LANES: usize = 32;

/// Doubles hold every whole number up to here, and none of their sums is rounded.
const EXACT: f64 = 4_503_599_627_370_496.0 / 64.0;

/// Adding and taking away leaves a whole number, as in [`Ticks::from_hours`].
const WHOLE: f64 = 4_503_599_627_370_496.0;

type Column = [f64; LANES];

/// A program that needs no more than the lane path.
#[derive(Debug)]
pub(crate) struct LaneProgram<'a> {
    program: &'a Program<'a>,
    /// Nodes in an order in which predecessors come first.
    order: Vec<u32>,
    /// The task of each node, or [`NO_TASK`].
    task: Vec<u32>,
    /// True for tasks that are done, and for those whose start waits for nothing because they are active.
    is_done: Vec<bool>,
    starts_at_once: Vec<bool>,
    /// Nodes with a due date.
    dues: Vec<(u32, Ticks)>,
}

const NO_TASK: u32 = u32::MAX;

impl<'a> LaneProgram<'a> {
    /// The program for the lane path; absent if the plan has more than waits.
    pub(crate) fn new(program: &'a Program<'a>) -> Option<Self> {
        let instance = program.instance;
        let is_wait = |id: usize| {
            let (task, data) = (&program.tasks[id], &instance.tasks[id]);
            data.status == Status::Done
                || (data.work == Work::Elapsed && task.plain && task.factors.is_empty() && task.delays.is_empty())
        };
        let is_pure = (0..program.tasks.len()).all(is_wait)
            && program.links.iter().all(|l| l.kind == LinkKind::FinishStart)
            && program.lags.iter().all(Option::is_none);
        if !is_pure {
            return None;
        }
        let mut task = vec![NO_TASK; program.nodes.len()];
        for (id, &node) in program.task_nodes.iter().enumerate() {
            task[node as usize] = id as u32;
        }
        let status = |node: usize| instance.tasks.get(task[node] as usize).map(|t| t.status);
        Some(Self {
            program,
            order: instance.network.order().iter().map(|n| n.0).collect(),
            is_done: (0..task.len()).map(|n| status(n) == Some(Status::Done)).collect(),
            starts_at_once: (0..task.len())
                .map(|n| matches!(status(n), Some(Status::Done | Status::Active)))
                .collect(),
            task,
            dues: program.dues(),
        })
    }
}

/// The lane path's state.
#[derive(Debug)]
pub(crate) struct LaneEngine<'a> {
    lanes: &'a LaneProgram<'a>,
    /// Start and finish of each node [ticks].
    starts: Vec<Column>,
    finishes: Vec<Column>,
    /// 1 where the node is critical.
    critical: Vec<[u64; LANES]>,
    makespan: Column,
    /// Iterations that are too long for exact doubles, to be run by the engine.
    pub(crate) too_long: bool,
}

/// One batch of iterations.
struct Batch<'e, 'a, 't> {
    engine: &'e mut LaneEngine<'a>,
    first: u32,
    /// Place of the first iteration in the block.
    place: usize,
    /// Iterations of the batch that count, and those of which tasks' times are kept.
    count: usize,
    kept: usize,
    times: &'e mut Kept<'t>,
    part: &'e mut Outcomes,
}

impl<'a> LaneEngine<'a> {
    pub(crate) fn new(lanes: &'a LaneProgram<'a>) -> Self {
        let nodes = lanes.task.len();
        Self {
            lanes,
            starts: vec![[0.0; LANES]; nodes],
            finishes: vec![[0.0; LANES]; nodes],
            critical: vec![[0; LANES]; nodes],
            makespan: [0.0; LANES],
            too_long: false,
        }
    }

    /// Runs a block of iterations, adds them up, and keeps the times of as many as `times` has room for.
    /// False, with nothing of use in `part`, if times are beyond what doubles hold exactly.
    #[must_use]
    pub(crate) fn run_block(&mut self, iterations: Range<u32>, times: &mut Kept, part: &mut Outcomes) -> bool {
        self.too_long = false;
        let mut first = iterations.start;
        while first < iterations.end && !self.too_long {
            let count = (iterations.end - first).min(LANES as u32);
            let (count, place) = (count as usize, (first - iterations.start) as usize);
            let kept = kept_count(times).saturating_sub(place).min(count);
            vectorised(Batch { engine: self, first, place, count, kept, times, part });
            first += count as u32;
        }
        part.add_available(self.lanes.program);
        !self.too_long
    }
}

impl Lanes for Batch<'_, '_, '_> {
    #[inline(always)]
    fn run(self) {
        self.engine.forward(self.first);
        if self.engine.makespan.iter().any(|&m| m >= EXACT) {
            self.engine.too_long = true;
            return;
        }
        self.engine.backward(self.count, self.part);
        self.engine.add(self.count, self.part);
        self.engine.keep(self.place, self.kept, self.times);
    }
}

impl LaneEngine<'_> {
    /// Starts and finishes, predecessors first.
    #[inline(always)]
    fn forward(&mut self, first: u32) {
        let lanes = self.lanes;
        let program = lanes.program;
        let mut places = [0_u32; LANES];
        for (lane, place) in places.iter_mut().enumerate() {
            *place = first.wrapping_add(lane as u32).wrapping_mul(GOLDEN_32);
        }
        self.makespan = [0.0; LANES];
        for &node in &lanes.order {
            let node = node as usize;
            let mut start = [0.0; LANES];
            if !lanes.starts_at_once[node] {
                for &link in program.incoming.of(node) {
                    let before = &self.finishes[program.links[link as usize].from as usize];
                    for lane in 0..LANES {
                        start[lane] = if before[lane] > start[lane] { before[lane] } else { start[lane] };
                    }
                }
            }
            let mut finish = start;
            let task = lanes.task[node];
            if task != NO_TASK && !lanes.is_done[node] {
                let task = &program.tasks[task as usize];
                let (mut words, mut hours) = ([0; LANES], [0.0; LANES]);
                for lane in 0..LANES {
                    words[lane] = mix_word(places[lane], task.effort.stream);
                }
                if program.sampling == Sampling::Lhs {
                    task.effort.stream.stratify(first, &mut words);
                }
                task.effort.sampler.fill(&words, &mut hours);
                for lane in 0..LANES {
                    let ticks = hours[lane] * task.left * TICKS_PER_HOUR as f64;
                    finish[lane] += (ticks + WHOLE) - WHOLE;
                    self.makespan[lane] =
                        if finish[lane] > self.makespan[lane] { finish[lane] } else { self.makespan[lane] };
                }
            }
            (self.starts[node], self.finishes[node]) = (start, finish);
        }
    }

    /// What is critical, and what set each start, successors first.
    #[inline(always)]
    fn backward(&mut self, count: usize, part: &mut Outcomes) {
        let lanes = self.lanes;
        let program = lanes.program;
        // Lanes beyond the block's end count for nothing.
        let mut counts = [0_u64; LANES];
        counts[..count].fill(1);
        for &node in lanes.order.iter().rev() {
            let node = node as usize;
            let finish = &self.finishes[node];
            let mut critical = [0_u64; LANES];
            if lanes.task[node] != NO_TASK {
                for lane in 0..LANES {
                    critical[lane] = u64::from(finish[lane] == self.makespan[lane]);
                }
            }
            for out in program.on_finish.of(node) {
                let to = out.to as usize;
                if lanes.starts_at_once[to] {
                    continue;
                }
                let (start, after) = (&self.starts[to], &self.critical[to]);
                for lane in 0..LANES {
                    critical[lane] |= after[lane] & u64::from(finish[lane] == start[lane]);
                }
            }
            self.critical[node] = critical;
            self.count_start(node, &counts, part);
            if lanes.task[node] != NO_TASK && !lanes.is_done[node] {
                let mut total = 0;
                for lane in 0..LANES {
                    total += critical[lane] & counts[lane];
                }
                part.tasks[lanes.task[node] as usize].critical += total;
            }
        }
    }

    /// Counts what set the start of a node: of links that held at the same instant, the first in the file.
    #[inline(always)]
    fn count_start(&self, node: usize, counts: &[u64; LANES], part: &mut Outcomes) {
        let lanes = self.lanes;
        let mut open = [0; LANES];
        if !lanes.starts_at_once[node] {
            for lane in 0..LANES {
                open[lane] = counts[lane] & u64::from(self.starts[node][lane] > 0.0);
            }
        }
        let later: u64 = open.iter().sum();
        if lanes.task[node] != NO_TASK && !lanes.is_done[node] {
            let set_by = &mut part.tasks[lanes.task[node] as usize].start_set_by;
            set_by[SetBy::Dependency as usize] += later;
            set_by[SetBy::PlanStart as usize] += counts.iter().sum::<u64>() - later;
        }
        for &link in lanes.program.incoming.of(node) {
            let before = &self.finishes[lanes.program.links[link as usize].from as usize];
            let mut total = 0;
            for lane in 0..LANES {
                let drives = open[lane] & u64::from(before[lane] == self.starts[node][lane]);
                open[lane] &= !drives;
                total += drives;
            }
            part.link_drives[link as usize] += total;
        }
    }

    /// Keeps the tasks' times of the leading iterations of the batch.
    #[inline(always)]
    fn keep(&self, place: usize, kept: usize, times: &mut Kept) {
        for ([starts, finishes], &node) in times.iter_mut().zip(&self.lanes.program.task_nodes) {
            let columns = [(starts, &self.starts[node as usize]), (finishes, &self.finishes[node as usize])];
            for (out, ticks) in columns {
                let hours = ticks.map(kept_hours);
                match out.get_mut(place..).and_then(|out| out.first_chunk_mut()) {
                    // A whole batch is stored as it is, without a call.
                    Some(whole) if kept == LANES => *whole = hours,
                    _ if kept > 0 => out[place..place + kept].copy_from_slice(&hours[..kept]),
                    _ => {}
                }
            }
        }
    }

    /// Adds the batch up.
    #[inline(always)]
    fn add(&mut self, count: usize, part: &mut Outcomes) {
        let program = self.lanes.program;
        for (task, &node) in part.tasks.iter_mut().zip(&program.task_nodes) {
            let (starts, finishes) = (&self.starts[node as usize], &self.finishes[node as usize]);
            task.finished += count as u64;
            task.start_total += i128::from(sum(&starts[..count]));
            task.finish_total += i128::from(sum(&finishes[..count]));
        }
        let ticks = |&time: &f64| Ticks(time as i64);
        for (node, kind) in program.nodes.iter().enumerate() {
            let finishes = self.finishes[node][..count].iter().map(ticks);
            match kind {
                Node::PhaseFinish(phase) => part.phases[phase.index()].extend(finishes),
                Node::Milestone(id) => part.milestones[id.index()].extend(finishes),
                _ => {}
            }
        }
        part.iterations += count as u32;
        part.makespan.extend(self.makespan[..count].iter().map(ticks));
        part.cost.extend(std::iter::repeat_n(program.spent, count));
        let total = i128::from(sum(&self.makespan[..count]));
        part.causes[Cause::Work as usize] += total;
        for lane in 0..count {
            let mut all_met = true;
            for &(node, due) in &self.lanes.dues {
                let met = ticks(&self.finishes[node as usize][lane]) <= due;
                all_met &= met;
                if let Node::Task(task) = program.nodes[node as usize] {
                    part.tasks[task.index()].due_met += u64::from(met);
                }
            }
            part.all_due_met += u64::from(all_met);
        }
    }
}

/// Sum of whole ticks: exact in any order, because each is below [`EXACT`] and there are few.
#[inline(always)]
fn sum(times: &[f64]) -> i64 {
    let mut sums = [0.0; 8];
    let chunks = times.chunks_exact(8);
    let rest: f64 = chunks.remainder().iter().sum();
    for chunk in chunks {
        for (sum, time) in sums.iter_mut().zip(chunk) {
            *sum += time;
        }
    }
    (sums.iter().sum::<f64>() + rest) as i64
}
