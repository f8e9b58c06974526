//! The lane path: plans of waits alone, a pure network, many iterations per instruction.
//!
//! Without agents and resources nothing is decided while an iteration runs, so a batch of iterations goes
//! through the network side by side: lane `i` of every column belongs to iteration `i`. Times are whole
//! ticks in doubles, exact up to 2^52, so that the results are the engine's to the last bit (a test compares
//! the two). What is critical is found without late times: a start is the greatest of the finishes before
//! it, so what bound it is what equals it.

use std::ops::Range;

use super::columns::Rows;
use super::program::Program;
use super::times::{GROUP, Kept, kept_hours};
use super::vector::{Instructions, Lanes, WIDTH, vectorised};
use super::{ByCause, Cause, Outcomes, SetBy};
use crate::model::{LinkKind, Node, Status, Work};
use crate::rng::{GOLDEN_32, Sampling, mix_word};
use crate::units::{TICKS_PER_HOUR, Ticks, WHOLE};

/// Iterations side by side.
const LANES: usize = WIDTH;

/// Sums side by side: as many as the widest vector has doubles.
const SUMS: usize = 8;

/// Doubles hold every whole number up to here, and none of their sums is rounded.
const EXACT: f64 = WHOLE / 64.0;

/// One value per lane, so aligned that no vector of them lies in two lines of the cache.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Aligned<T>([T; LANES]);

type Column = Aligned<f64>;

const PLAN_START: Column = Aligned([0.0; LANES]);

/// One bit per lane: counting bits is one instruction, where a sum of lanes is many.
type Mask = u32;

/// A node of the network.
#[derive(Clone, Copy, Debug)]
struct LaneNode {
    node: u32,
    /// Its task, or [`NO_TASK`].
    task: u32,
    /// Its task is done.
    is_done: bool,
    /// Its start waits for nothing: the task is done or active.
    starts_at_once: bool,
    start: Start,
    /// The column of its start: the finish of its only predecessor, that of the plan's start, or one of its own.
    start_column: u32,
    /// No task comes right after it that would finish as late if it does.
    may_be_last: bool,
}

/// What is known of a start before anything is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    /// It is the plan's.
    Plan,
    /// It is later than the plan's.
    Later,
    /// It depends.
    Either,
}

/// A program that needs no more than the lane path.
#[derive(Debug)]
pub(crate) struct LaneProgram<'a> {
    program: &'a Program<'a>,
    /// Predecessors come first.
    nodes: Vec<LaneNode>,
    /// Links into each node and out of it: the node at the other end, and the link; into it in file order.
    before: Rows<(u32, u32)>,
    after: Rows<(u32, u32)>,
    /// Columns of times: the finish of each node, the plan's start, and the starts that are the latest of several
    /// finishes.
    columns: usize,
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
        let [before, after] = program.finish_links();
        let nodes = lane_nodes(program, &before, &after);
        let columns = nodes.iter().map(|at| at.start_column as usize + 1).fold(nodes.len() + 1, usize::max);
        Some(Self { program, nodes, before, after, columns, dues: program.dues() })
    }
}

fn lane_nodes(program: &Program, before: &Rows<(u32, u32)>, after: &Rows<(u32, u32)>) -> Vec<LaneNode> {
    let instance = program.instance;
    let task_of = |node: u32| match program.nodes[node as usize] {
        Node::Task(task) => Some(task.index()),
        _ => None,
    };
    let status = |node: u32| task_of(node).map(|task| instance.tasks[task].status);
    let starts_at_once = |node: u32| matches!(status(node), Some(Status::Done | Status::Active));
    // A value rises with its word: what the first word makes longer than no time always is.
    let always_takes_time = |node: u32| {
        task_of(node).filter(|_| status(node) != Some(Status::Done)).is_some_and(|task| {
            let task = &program.tasks[task];
            Ticks::from_hours(task.effort.sampler.value(0) * task.left) > Ticks::ZERO
        })
    };
    let mut finishes_later = vec![false; program.nodes.len()];
    let plan_start = program.nodes.len() as u32;
    let mut columns = plan_start + 1;
    let node = |node: u32| {
        let links = before.of(node as usize);
        let start = if starts_at_once(node) || links.is_empty() {
            Start::Plan
        } else if links.iter().any(|&(from, _)| finishes_later[from as usize]) {
            Start::Later
        } else {
            Start::Either
        };
        finishes_later[node as usize] = start == Start::Later || always_takes_time(node);
        let start_column = match links {
            _ if start == Start::Plan => plan_start,
            &[(from, _)] => from,
            _ => {
                columns += 1;
                columns - 1
            }
        };
        let goes_on = |&(to, _): &(u32, u32)| task_of(to).is_some() && !starts_at_once(to);
        LaneNode {
            node,
            task: task_of(node).map_or(NO_TASK, |task| task as u32),
            is_done: status(node) == Some(Status::Done),
            starts_at_once: starts_at_once(node),
            start,
            start_column,
            may_be_last: task_of(node).is_some() && !after.of(node as usize).iter().any(goes_on),
        }
    };
    instance.network.order().iter().map(|n| n.0).map(node).collect()
}

/// The lane path's state.
#[derive(Debug)]
pub(crate) struct LaneEngine<'a> {
    lanes: &'a LaneProgram<'a>,
    /// [`LaneProgram::columns`] of times [ticks].
    times: Vec<Column>,
    /// Lanes in which each node is critical, and in which each link holds last.
    critical: Vec<Mask>,
    holds_last: Vec<Mask>,
    /// Eight sums of each column over the iterations of a block [ticks].
    sums: Vec<[f64; SUMS]>,
    makespan: Column,
    /// Iterations that are too long for exact doubles, to be run by the engine.
    too_long: bool,
}

/// One batch of iterations.
struct Batch<'e, 'a, 't> {
    engine: &'e mut LaneEngine<'a>,
    first: u32,
    /// Place of the first iteration in the block.
    place: usize,
    /// Iterations of the batch that count.
    count: usize,
    times: &'e mut Kept<'t>,
    part: &'e mut Outcomes,
}

impl<'a> LaneEngine<'a> {
    pub(crate) fn new(lanes: &'a LaneProgram<'a>) -> Self {
        let nodes = lanes.nodes.len();
        Self {
            lanes,
            times: vec![PLAN_START; lanes.columns],
            critical: vec![0; nodes],
            // A node's only link always does.
            holds_last: vec![!0; lanes.program.links.len()],
            sums: vec![[0.0; SUMS]; lanes.columns],
            makespan: PLAN_START,
            too_long: false,
        }
    }

    /// The program that it runs.
    pub(crate) fn program(&self) -> &'a Program<'a> {
        self.lanes.program
    }

    /// Runs a block of iterations, adds them up, and keeps the times of as many as `times` has room for.
    /// Absent if times are beyond what doubles hold exactly.
    pub(crate) fn run_block(&mut self, iterations: Range<u32>, times: &mut Kept) -> Option<Outcomes> {
        let mut part = Outcomes::empty(self.lanes.program.instance, iterations.len());
        self.too_long = false;
        self.sums.fill([0.0; SUMS]);
        let mut first = iterations.start;
        while first < iterations.end && !self.too_long {
            let count = (iterations.end - first).min(LANES as u32);
            let (count, place) = (count as usize, (first - iterations.start) as usize);
            vectorised(Batch { engine: self, first, place, count, times, part: &mut part });
            first += count as u32;
        }
        self.add_times(iterations.len(), &mut part);
        part.add_available(self.lanes.program);
        (!self.too_long).then_some(part)
    }

    /// Adds the tasks' times of a block.
    fn add_times(&self, count: usize, part: &mut Outcomes) {
        let total = |column: u32| total(&self.sums[column as usize]);
        for at in self.lanes.nodes.iter().filter(|at| at.task != NO_TASK) {
            let task = &mut part.tasks[at.task as usize];
            task.finished += count as u64;
            task.start_total += total(at.start_column);
            task.finish_total += total(at.node);
        }
    }
}

impl Lanes for Batch<'_, '_, '_> {
    #[inline(always)]
    fn run<I: Instructions>(self) {
        self.engine.forward::<I>(self.first, self.count);
        if self.engine.makespan.0.iter().any(|&m| m >= EXACT) {
            self.engine.too_long = true;
            return;
        }
        self.engine.backward::<I>(self.count, self.part);
        self.engine.add(self.first, self.count, self.part);
        self.engine.keep(self.place, self.times);
    }
}

impl LaneEngine<'_> {
    /// Starts and finishes, predecessors first.
    #[inline(always)]
    fn forward<I: Instructions>(&mut self, first: u32, count: usize) {
        let lanes = self.lanes;
        let program = lanes.program;
        let mut places = Aligned([0_u32; LANES]);
        for (lane, place) in places.0.iter_mut().enumerate() {
            *place = first.wrapping_add(lane as u32).wrapping_mul(GOLDEN_32);
        }
        let mut makespan = PLAN_START;
        for at in &lanes.nodes {
            let node = at.node as usize;
            if let [(first, _), others @ ..] = lanes.before.of(node)
                && at.start != Start::Plan
                && !others.is_empty()
            {
                let mut start = self.times[*first as usize];
                for &(from, _) in others {
                    let before = &self.times[from as usize];
                    for lane in 0..LANES {
                        start.0[lane] = later(before.0[lane], start.0[lane]);
                    }
                }
                self.times[at.start_column as usize] = start;
                add_up(&mut self.sums[at.start_column as usize], &start, count);
            }
            let mut finish = self.times[at.start_column as usize];
            if at.task != NO_TASK && !at.is_done {
                let task = &program.tasks[at.task as usize];
                let (mut words, mut hours) = (Aligned([0; LANES]), Aligned([0.0; LANES]));
                for lane in 0..LANES {
                    words.0[lane] = mix_word(places.0[lane], task.effort.stream);
                }
                if program.sampling == Sampling::Lhs {
                    task.effort.stream.stratify(first, &mut words.0);
                }
                task.effort.sampler.fill_inlined(&words.0, &mut hours.0);
                for lane in 0..LANES {
                    let ticks = hours.0[lane] * task.left * TICKS_PER_HOUR as f64;
                    finish.0[lane] += (ticks + WHOLE) - WHOLE;
                }
            }
            if at.may_be_last {
                for lane in 0..LANES {
                    makespan.0[lane] = later(finish.0[lane], makespan.0[lane]);
                }
            }
            self.times[node] = finish;
            add_up(&mut self.sums[node], &finish, count);
        }
        self.makespan = makespan;
    }

    /// What is critical, and what set each start, successors first.
    #[inline(always)]
    fn backward<I: Instructions>(&mut self, count: usize, part: &mut Outcomes) {
        let lanes = self.lanes;
        // Lanes beyond the block's end count for nothing.
        let counts = !0 >> (LANES - count);
        for at in lanes.nodes.iter().rev() {
            let node = at.node as usize;
            let mut critical = 0;
            if at.may_be_last {
                critical = I::equal(&self.times[node].0, &self.makespan.0);
            }
            for &(to, link) in lanes.after.of(node) {
                critical |= self.critical[to as usize] & self.holds_last[link as usize];
            }
            // What starts at once passes nothing on; its own mark is counted.
            self.critical[node] = if at.starts_at_once { 0 } else { critical };
            if at.task != NO_TASK && !at.is_done {
                part.tasks[at.task as usize].critical += u64::from((critical & counts).count_ones());
            }
            self.count_start::<I>(at, counts, part);
        }
    }

    /// Counts what set the start of a node: of links that held at the same instant, the first in the file.
    #[inline(always)]
    fn count_start<I: Instructions>(&mut self, at: &LaneNode, counts: Mask, part: &mut Outcomes) {
        let start = &self.times[at.start_column as usize];
        let mut open = match at.start {
            Start::Plan => 0,
            Start::Later => counts,
            Start::Either => counts & !I::equal(&start.0, &PLAN_START.0),
        };
        if at.task != NO_TASK && !at.is_done {
            let set_by = &mut part.tasks[at.task as usize].start_set_by;
            set_by[SetBy::Dependency as usize] += u64::from(open.count_ones());
            set_by[SetBy::PlanStart as usize] += u64::from((counts & !open).count_ones());
        }
        if at.starts_at_once {
            return;
        }
        let links = self.lanes.before.of(at.node as usize);
        for &(from, link) in links {
            if links.len() > 1 {
                self.holds_last[link as usize] = I::equal(&self.times[from as usize].0, &start.0);
            }
            let drives = open & self.holds_last[link as usize];
            open &= !drives;
            part.link_drives[link as usize] += u64::from(drives.count_ones());
        }
    }

    /// Keeps the tasks' times of the leading iterations of the batch.
    #[inline(always)]
    fn keep(&self, place: usize, kept: &mut Kept) {
        for first in (0..LANES).step_by(GROUP) {
            let cells = kept.group(place + first);
            for at in self.lanes.nodes.iter().filter(|at| at.task != NO_TASK) {
                let Some(cell) = cells.get_mut(at.task as usize) else { return };
                for (times, column) in cell.iter_mut().zip([at.start_column, at.node]) {
                    let ticks = &self.times[column as usize].0[first..first + GROUP];
                    for (time, &ticks) in times.iter_mut().zip(ticks) {
                        *time = kept_hours(ticks);
                    }
                }
            }
        }
    }

    /// Adds the batch up.
    #[inline(always)]
    fn add(&mut self, first: u32, count: usize, part: &mut Outcomes) {
        let program = self.lanes.program;
        let ticks = |&time: &f64| Ticks(time as i64);
        for (node, kind) in program.nodes.iter().enumerate() {
            let finishes = self.times[node].0[..count].iter().map(ticks);
            match kind {
                Node::PhaseFinish(phase) => part.phases[phase.index()].extend(finishes),
                Node::Milestone(id) => part.milestones[id.index()].extend(finishes),
                _ => {}
            }
        }
        part.iterations += count as u32;
        part.makespan.extend(self.makespan.0[..count].iter().map(ticks));
        part.cost.extend(std::iter::repeat_n(program.spent, count));
        let mut sums = [0.0; SUMS];
        add_up(&mut sums, &self.makespan, count);
        part.causes[Cause::Work as usize] += total(&sums);
        let leading = program.leading.saturating_sub(first) as usize;
        for makespan in &self.makespan.0[..count.min(leading)] {
            let mut causes = ByCause::default();
            causes[Cause::Work as usize] = ticks(makespan);
            part.keep_causes(causes);
        }
        for lane in 0..count {
            let mut all_met = true;
            for &(node, due) in &self.lanes.dues {
                let met = ticks(&self.times[node as usize].0[lane]) <= due;
                all_met &= met;
                if let Node::Task(task) = program.nodes[node as usize] {
                    part.tasks[task.index()].due_met += u64::from(met);
                }
            }
            part.all_due_met += u64::from(all_met);
        }
    }
}

/// The later of two times.
#[inline(always)]
fn later(one: f64, other: f64) -> f64 {
    if one > other { one } else { other }
}

/// Adds the first lanes, whole ticks. Exact in any order: each is below [`EXACT`], and a block adds no more than
/// 32 of them to a sum.
#[inline(always)]
fn add_up(sums: &mut [f64; SUMS], times: &Column, count: usize) {
    if count < LANES {
        for (lane, time) in times.0[..count].iter().enumerate() {
            sums[lane % SUMS] += time;
        }
    } else {
        for (lane, time) in times.0.iter().enumerate() {
            sums[lane % SUMS] += time;
        }
    }
}

/// Sum of the sums. Half of them are together below 2^53.
fn total(sums: &[f64; SUMS]) -> i128 {
    let (one, other) = sums.split_at(SUMS / 2);
    i128::from(one.iter().sum::<f64>() as i64 + other.iter().sum::<f64>() as i64)
}
