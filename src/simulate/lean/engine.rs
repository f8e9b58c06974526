//! The loop of the lean path.

use std::hint::select_unpredictable;
use std::ops::Range;

use super::super::lockstep::{Ends, LANES, Lane, NO_END, lanes};
use super::super::program::Program;
use super::super::team::MOST;
use super::super::times::Kept;
use super::super::vector::{Instructions, Lanes, Words, prefetch, vectorised};
use super::super::{ByCause, Outcomes};
use super::ready::{Key, ReadyLanes};
use super::row::{Origin, Row};
use super::turn::{Done, Turn};
use super::{LeanProgram, NEXT, NOTHING, number};
use crate::units::Ticks;

/// Nodes from which on those that are needed soon are asked for beforehand: half a megabyte of them.
const LARGE: usize = 2048;

/// Bits of an end that tell its place.
const TIME: u32 = MOST.trailing_zeros();

/// Times from here on, 285 years, are not for this path. The sum of those of a block fits into a number.
const LATE: i64 = 1 << 53;

/// The end of the job of the agent at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct End(i64);

impl End {
    #[inline(always)]
    fn new(time: i64, place: usize) -> Self {
        Self(time << TIME | place as i64)
    }

    #[inline(always)]
    fn time(self) -> i64 {
        self.0 >> TIME
    }

    #[inline(always)]
    fn place(self) -> usize {
        self.0 as usize % MOST
    }
}

/// What one iteration of a batch has besides rows and columns.
#[derive(Clone, Debug, Default)]
pub(super) struct LaneState {
    /// Slots whose tasks finished at the last instant, besides the one that ended alone.
    latest: Vec<u32>,
    /// Slots that were released at the last instant, besides those that the end of that one released.
    released: Vec<u32>,
    /// Slots whose release may hang on several links.
    pub(super) tied: Vec<u32>,
}

impl LaneState {
    /// Nothing has happened at this instant.
    #[inline(always)]
    fn begin_instant(&mut self) {
        self.latest.clear();
        self.released.clear();
    }

    /// True if this slot was released at the last instant, by more than the end of one job.
    #[inline(always)]
    fn releases(&self, slot: usize) -> bool {
        !self.released.is_empty() && self.released.contains(&(slot as u32))
    }
}

/// Counts of one task over a block, and totals of its times [ticks].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    /// Iterations in which its start was set by an agent, and by the plan's start.
    pub(super) by_agent: u32,
    pub(super) at_start: u32,
    pub(super) critical: u32,
    pub(super) start: i64,
    pub(super) finish: i64,
}

/// The lean path's state.
#[derive(Debug)]
pub(crate) struct LeanEngine<'a> {
    pub(super) lean: &'a LeanProgram<'a>,
    /// By slot, and one more that stands for none.
    pub(super) rows: Vec<Row>,
    ready: ReadyLanes,
    ends: Ends<Vec<Lane>>,
    /// One bit per place whose agent is idle.
    idle: Lane,
    pub(super) now: Lane,
    /// Slot of the job that ended alone at the last instant, or nothing.
    ended: [u32; LANES],
    /// Slot of the job that each place's agent does or did last.
    last: Vec<[u32; LANES]>,
    /// Agent time by place.
    pub(super) busy: Vec<Lane>,
    pub(super) lanes: [LaneState; LANES],
    /// Lanes whose iterations go on, one bit each.
    live: u32,
    /// A time came that is not for this path.
    is_late: bool,
    reached: Vec<(u32, u32)>,
    /// Lanes in which the walk back has come to each slot, one bit each.
    pub(super) seen: Vec<u8>,
    pub(super) walked: Vec<(u32, u8)>,
    pub(super) counts: Vec<Counts>,
    /// By number of the link, how often it was the one that came last.
    pub(super) drives: Vec<u32>,
    /// The rows do not fit into the nearer caches.
    is_large: bool,
}

impl<'a> LeanEngine<'a> {
    pub(crate) fn new(lean: &'a LeanProgram<'a>) -> Self {
        let (agents, nodes) = (lean.team.agents.len(), lean.nodes.len());
        Self {
            lean,
            rows: vec![Row::new(); nodes + 1],
            ready: lean.ready.clone(),
            ends: Ends::new(vec![[NO_END; LANES]; agents.max(1)]),
            idle: [0; LANES],
            now: [0; LANES],
            ended: [NOTHING; LANES],
            last: vec![[NOTHING; LANES]; MOST],
            busy: vec![[0; LANES]; MOST],
            lanes: Default::default(),
            live: 0,
            is_late: false,
            reached: Vec::new(),
            seen: vec![0; nodes],
            walked: Vec::new(),
            counts: vec![Counts::default(); lean.tasks.len()],
            drives: vec![0; lean.numbers()],
            is_large: nodes > LARGE,
        }
    }

    /// Slots whose tasks finished at the last instant of a lane.
    pub(super) fn latest(&self, lane: usize) -> impl Iterator<Item = u32> + '_ {
        let ended = Some(self.ended[lane]).filter(|&slot| slot != NOTHING);
        self.lanes[lane].latest.iter().copied().chain(ended)
    }

    pub(crate) fn program(&self) -> &'a Program<'a> {
        self.lean.program
    }

    #[cfg(test)]
    pub(crate) fn places(&self) -> Vec<u32> {
        self.lean.places()
    }

    /// Runs a block of iterations, adds them up, and keeps the times of as many as `times` has room for. Absent if
    /// they take too long for this path.
    pub(crate) fn run_block(&mut self, iterations: Range<u32>, times: &mut Kept) -> Option<Outcomes> {
        let mut part = Outcomes::empty(self.lean.program.instance, iterations.len());
        self.counts.fill(Counts::default());
        self.drives.fill(0);
        let batch = |first: u32| {
            (first < iterations.end).then(|| std::array::from_fn(|lane| first.wrapping_add(lane as u32)))
        };
        vectorised(Turn { engine: self, done: None, next: batch(iterations.start) });
        for first in iterations.clone().step_by(LANES) {
            let count = LANES.min((iterations.end - first) as usize);
            self.run(count)?;
            self.add(first..first + count as u32, &mut part);
            let place = (first - iterations.start) as usize;
            let done = Done { count, cells: times.group(place) };
            vectorised(Turn { engine: self, done: Some(done), next: batch(first.wrapping_add(LANES as u32)) });
        }
        if self.lean.program.details {
            self.add_counts(&mut part);
            part.add_available(self.lean.program);
        }
        Some(part)
    }

    /// Runs these iterations and tells what the makespan of each was made of, in the order given. Absent if they take
    /// too long for this path.
    pub(crate) fn causes(&mut self, iterations: &[u32]) -> Option<Vec<ByCause<Ticks>>> {
        let mut all = Vec::with_capacity(iterations.len());
        for batch in iterations.chunks(LANES) {
            let next = std::array::from_fn(|lane| *batch.get(lane).unwrap_or(&batch[0]));
            vectorised(Turn { engine: self, done: None, next: Some(next) });
            self.run(batch.len())?;
            all.extend(&self.lane_causes(&mut |_, _| ())[..batch.len()]);
        }
        Some(all)
    }
}

/// The steps of the iterations of a batch.
struct Steps<'e, 'a> {
    engine: &'e mut LeanEngine<'a>,
}

impl Lanes for Steps<'_, '_> {
    #[inline(always)]
    fn run<I: Instructions>(self) {
        while self.engine.live != 0 {
            self.engine.step::<I::Words>();
        }
    }
}

impl LeanEngine<'_> {
    /// Runs as many iterations, whose rows are set out. Absent if they take too long.
    fn run(&mut self, count: usize) -> Option<()> {
        self.ready.copy_from(&self.lean.ready);
        // Something still runs if the last batch took too long.
        self.ends.clear();
        self.reached.clear();
        // The row that stands for none is counted down by all, and must not come to nothing.
        if let Some(none) = self.rows.last_mut() {
            none.waits = [0; LANES];
        }
        self.busy.fill([0; LANES]);
        (self.idle, self.now) = ([self.lean.team.places() as i64; LANES], [0; LANES]);
        self.ended = [NOTHING; LANES];
        for lane in &mut self.lanes {
            lane.begin_instant();
            lane.tied.clear();
        }
        (self.live, self.is_late) = ((1 << count) - 1, false);
        vectorised(Steps { engine: self });
        (!self.is_late).then_some(())
    }

    /// In each iteration one job ends, unless another can start before, and one starts.
    #[inline(always)]
    fn step<W: Words>(&mut self) {
        let masks = &self.lean.team.masks;
        let ending = self.live & !ReadyLanes::exist(self.ready.first::<W>(masks, &self.idle));
        let alone = ending & self.ends.differ::<W>(-1 << TIME);
        let next = *self.ends.next();
        self.ends.pop::<W>(alone);
        for lane in lanes(alone) {
            self.end(lane, End(next[lane]));
        }
        for lane in lanes(ending & !alone) {
            self.end_several(lane, None);
        }
        let first = self.ready.first::<W>(masks, &self.idle);
        let mut jobs = [0; LANES];
        first.store(&mut jobs);
        for lane in lanes(ReadyLanes::exist(first) & self.live) {
            self.start(lane, Key(jobs[lane]));
        }
        self.ends.take_in::<W>();
    }

    /// The next job of a lane has ended, and nothing else does at this time.
    #[inline(always)]
    fn end(&mut self, lane: usize, end: End) {
        let (now, place) = (end.time(), end.place());
        if now == self.now[lane] {
            // Work that rounds to no length ends at the instant at which it began.
            return self.end_several(lane, Some(end));
        }
        let slot = self.last[place][lane];
        self.now[lane] = now;
        self.idle[lane] |= 1 << place;
        self.ended[lane] = slot;
        self.lanes[lane].begin_instant();
        let job = &self.lean.jobs[slot as usize];
        let details = self.lean.program.details;
        let drives = &mut self.drives[number(slot, 0) as usize..][..NEXT];
        for (place, &next) in job.next.iter().enumerate() {
            let row = &mut self.rows[next.slot()];
            // The last one to write is the last one to hold.
            row.origin[lane] = Origin::link(number(slot, place));
            let waits = row.waits[lane].wrapping_sub(1);
            row.waits[lane] = waits;
            let is_last = u32::from(waits == 0);
            self.ready.insert_if(lane, next, is_last.into());
            if details {
                // Counted here, where counts lie side by side.
                drives[place] += is_last;
            }
        }
        let [from, to] = job.rest;
        if from < to {
            self.follow(lane, &self.lean.rest[from as usize..to as usize]);
            // Phases and milestones wait for many.
            if !self.reached.is_empty() {
                self.release(lane, false);
            }
        }
    }

    /// Deals with all that ends in a lane at the next time, this job too; nothing does if its iteration is over.
    #[cold]
    fn end_several(&mut self, lane: usize, end: Option<End>) {
        let now = end.map_or(self.ends.next()[lane], |end| end.0) >> TIME;
        if now == NO_END >> TIME {
            self.live &= !(1 << lane);
            return;
        }
        if now != self.now[lane] {
            self.ended[lane] = NOTHING;
            self.lanes[lane].begin_instant();
        }
        self.now[lane] = now;
        if let Some(end) = end {
            self.complete(lane, end.place());
        }
        while self.ends.next()[lane] >> TIME == now {
            let end = End(self.ends.take(lane));
            self.complete(lane, end.place());
        }
        self.release(lane, true);
    }

    /// The job of an agent ends together with others.
    fn complete(&mut self, lane: usize, place: usize) {
        let slot = self.last[place][lane];
        self.idle[lane] |= 1 << place;
        self.lanes[lane].latest.push(slot);
        self.follow(lane, self.lean.links.of(slot as usize));
    }

    #[inline(always)]
    fn follow(&mut self, lane: usize, links: &[(u32, u32)]) {
        for &(to, link) in links {
            let waits = &mut self.rows[to as usize].waits[lane];
            *waits -= 1;
            if *waits == 0 {
                self.reached.push((to, link));
            }
        }
    }

    /// Makes tasks ready, and finishes what has no length.
    fn release(&mut self, lane: usize, mut is_tied: bool) {
        let (lean, now) = (self.lean, self.now[lane]);
        while let Some((slot, link)) = self.reached.pop() {
            let row = &mut self.rows[slot as usize];
            let key = lean.keys.get(slot as usize);
            // What is released without a task may hang on other things of this instant as well.
            is_tied |= key.is_none();
            // Ties are counted where it is known what came together.
            self.drives[link as usize] += u32::from(!is_tied);
            row.origin[lane] = if is_tied { Origin::TIE } else { Origin::link(link) };
            if let Some(&key) = key {
                self.lanes[lane].released.push(slot);
                self.ready.insert_if(lane, key, 1);
            } else {
                (row.start[lane], row.finish[lane]) = (now, now);
                self.follow(lane, lean.links.of(slot as usize));
            }
            if is_tied {
                self.lanes[lane].tied.push(slot);
            }
        }
    }

    /// The job that comes first in a lane starts.
    #[inline(always)]
    fn start(&mut self, lane: usize, key: Key) {
        let (lean, slot, class, now) = (self.lean, key.slot(), key.class(), self.now[lane]);
        let next = self.ready.take(lane, key);
        if self.is_large
            && let Some(next) = next
        {
            // The next of the class starts soon.
            let row = &self.rows[next.slot()];
            prefetch(&row.waits);
            prefetch(&row.start);
            prefetch(&row.finish);
            prefetch(&lean.jobs[next.slot()]);
        }
        // OK because a class is chosen only if one of its agents is idle.
        let place = lean.team.fastest(class, self.idle[lane] as u64 & lean.team.masks[class]) % MOST;
        let row = &mut self.rows[slot];
        let (origin, holder) = (row.origin[lane], self.last[place][lane]);
        // Whatever was released before has waited for its agent.
        let is_held = now > 0 && !(origin.is_from(self.ended[lane]) || self.lanes[lane].releases(slot));
        (row.start[lane], row.waits[lane]) = (now, place as u32);
        row.origin[lane] = select_unpredictable(is_held, Origin::holder(holder), origin);
        self.last[place][lane] = slot as u32;
        let amount = lean.paces[class][place].ticks(f64::from_bits(row.finish[lane] as u64)).0;
        let finish = now + amount;
        if finish >= LATE {
            (self.is_late, self.live) = (true, 0);
            return;
        }
        row.finish[lane] = finish;
        self.busy[place][lane] += amount;
        self.idle[lane] &= !(1 << place);
        self.ends.told[lane] = End::new(finish, place).0;
        if self.is_large {
            // What follows is looked at when this job ends, and what drives it is counted.
            prefetch(&self.drives[number(slot as u32, 0) as usize]);
            for next in &lean.jobs[slot].next {
                prefetch(&self.rows[next.slot()].waits);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Builder, Distribution};
    use crate::simulate::Settings;

    /// After 2^32 links to nowhere there would be a job that nobody has asked for.
    #[test]
    fn what_stands_for_no_node_never_becomes_ready() {
        let mut plan = Builder::new();
        plan.agent("x", &[("core", 1.0)]);
        for task in ["a", "b"] {
            plan.task(task, Distribution::Triangular { low: 1.0, mode: 2.0, high: 4.0 }, "core");
        }
        let instance = plan.build();
        let program = Program::new(&instance, &Settings::new(1, 3));
        let lean = LeanProgram::new(&program).expect("a lean plan");
        let run = |waits: u32| {
            let mut engine = LeanEngine::new(&lean);
            engine.rows[lean.nodes.len()].waits = [waits; LANES];
            format!("{:?}", engine.run_block(0..20, &mut Kept::default()))
        };
        assert_eq!(run(3), run(0));
    }
}
