//! The loop for small plans, whose sets of jobs and agents are words of bits: in each of several iterations one job ends
//! and another starts in its place.
//!
//! What an iteration does next hangs on what it did last, can hardly be guessed, and takes long to find out. Here it
//! is found out for all of them at once, in columns with a lane for each; then each does it, and while one waits for
//! memory or for the result of a sum, others go on.
//!
//! Steps are for first attempts and first reviews that nothing hinders, as the draws say beforehand, for second
//! attempts that follow the first at once, and for rework and the reviews after it. All else is handed over
//! (`handover.rs`).

use std::hint::select_unpredictable;

use super::super::lockstep::{LANES, Lane, lanes};
use super::super::program::JobKind;
use super::super::team::MOST;
use super::super::vector::{Instructions, Lanes, Words};
use super::NOTHING;
use super::columns::{Columns, End, LATE, first_of, jobs, set_jobs, words_of};
use super::engine::OpenEngine;
use super::small::{
    DELAYED, FAILING, HINDERED, Jobs, MOST_AGENTS, MOST_JOBS, Marks, SECOND, SPECIAL, STRIKES, STUCK,
    SmallProgram, UNCERTAIN,
};
use crate::units::Ticks;

/// What an iteration in steps has come to.
#[derive(Clone, Debug)]
pub(super) struct StepState {
    /// Ends that the rules of the larger plans have told or have to see to, while the lane is handed over to them.
    pub(super) ends: Vec<End>,
    /// Attempts and reviews that are ready, while it is.
    pub(super) attempts: Jobs,
    pub(super) reviews: Jobs,
    /// Attempts that wait for links that are not next ones, and attempts whose tasks are done, while it is.
    pub(super) held: Jobs,
    pub(super) done: Jobs,
    /// Jobs that nothing goes wrong with start and end side by side (`wide.rs`).
    pub(super) is_wide: bool,
    /// By job; and, where steps are wide, the attempts that have some of them.
    pub(super) marks: [Marks; MOST_JOBS],
    pub(super) special: Jobs,
    pub(super) uncertain: Jobs,
    /// Where steps are wide, tasks whose state is not that of the plan's start any more; some may be here twice.
    pub(super) touched: Vec<u8>,
    /// Reviews that are looked past until the end of this dispatch.
    pub(super) skipped: Jobs,
    /// Events that were dealt with by the rules of the larger plans, and events that were done with another.
    pub(super) events: u64,
    pub(super) merged: u64,
    /// Something came that is not for steps: the iteration is run again without them.
    pub(super) must_redo: bool,
}

impl StepState {
    pub(super) fn new() -> Self {
        Self {
            ends: Vec::new(),
            attempts: 0,
            reviews: 0,
            held: 0,
            done: 0,
            is_wide: false,
            marks: [0; MOST_JOBS],
            special: 0,
            uncertain: 0,
            touched: Vec::new(),
            skipped: 0,
            events: 0,
            merged: 0,
            must_redo: false,
        }
    }

    /// Makes it that of the plan's start.
    pub(super) fn set_out(&mut self, small: &SmallProgram) {
        self.ends.clear();
        (self.marks, self.special, self.uncertain) = (small.marks, small.special, small.uncertain);
        (self.attempts, self.reviews, self.skipped) = (0, 0, 0);
        (self.held, self.done) = (small.held, 0);
        (self.events, self.merged, self.must_redo) = (0, 0, false);
    }

    /// Changes the marks of a job.
    #[inline(always)]
    pub(super) fn mark(&mut self, job: usize, marks: Marks) {
        self.marks[job] = marks;
        if !self.is_wide {
            return;
        }
        let attempt = Jobs::from(1_u8).unbounded_shl(job as u32);
        self.special = self.special & !attempt | if marks & SPECIAL == 0 { 0 } else { attempt };
        self.uncertain = self.uncertain & !attempt | if marks & UNCERTAIN == 0 { 0 } else { attempt };
    }
}

/// The steps of several iterations, of plans with reviews or without.
pub(super) struct Steps<'s, 'a, const REVIEWS: bool> {
    pub(super) engines: &'s mut [OpenEngine<'a>],
    pub(super) small: &'a SmallProgram,
    pub(super) columns: &'s mut Columns,
    /// Lanes whose iterations go on, one bit each, and lanes that have told an end.
    pub(super) live: u32,
    pub(super) telling: u32,
}

impl<'s, 'a, const REVIEWS: bool> Steps<'s, 'a, REVIEWS> {
    /// Each engine has set out.
    pub(super) fn new(
        engines: &'s mut [OpenEngine<'a>],
        columns: &'s mut Columns,
        small: &'a SmallProgram,
    ) -> Self {
        for (engine, hours) in engines.iter().zip(columns.hours.as_chunks_mut().0) {
            engine.tell_hours(hours);
        }
        columns.begin();
        let live = (1 << engines.len()) - 1;
        Self { engines, small, columns, live, telling: 0 }
    }
}

impl<const REVIEWS: bool> Lanes for Steps<'_, '_, REVIEWS> {
    #[inline(always)]
    fn run<I: Instructions>(mut self) {
        for lane in 0..self.engines.len() {
            self.engines[lane].run_events(self.small);
            self.take_over(lane);
        }
        match &self.small.wide {
            Some(wide) if !REVIEWS => self.run_wide::<I::Words>(wide),
            _ => {
                while self.live != 0 {
                    self.step::<I::Words>();
                }
            }
        }
    }
}

/// What can start in each lane.
pub(super) struct Startable {
    pub(super) attempts: [Lane; 2],
    pub(super) reviews: [Lane; 2],
    /// Lanes in which something can start, one bit each.
    pub(super) lanes: u32,
}

impl<const REVIEWS: bool> Steps<'_, '_, REVIEWS> {
    /// In each iteration one job ends, unless another can start before, and one starts.
    #[inline(always)]
    fn step<W: Words>(&mut self) {
        let ending = self.live & !self.startable::<W>().lanes;
        let alone = ending & self.columns.alone::<W>();
        let next = *self.columns.ends.next();
        self.columns.ends.pop::<W>(alone);
        for lane in lanes(alone) {
            self.end(lane, End(next[lane]));
        }
        for lane in lanes(ending & !alone) {
            self.next_events(lane);
        }
        let mut startable = self.startable::<W>();
        for lane in lanes(startable.lanes & self.live & !self.telling) {
            self.start(lane, &mut startable);
        }
        self.columns.ends.take_in::<W>();
        self.telling = 0;
    }

    #[inline(always)]
    fn startable<W: Words>(&self) -> Startable {
        let (small, columns) = (self.small, &self.columns);
        let mut startable =
            Startable { attempts: [[0; LANES]; 2], reviews: [[0; LANES]; 2], lanes: columns.again::<W>() };
        startable.lanes |= Self::store(columns.attempts_of::<W>(&small.attempts), &mut startable.attempts);
        if REVIEWS {
            let [low, high] = columns.able::<W>(&small.reviews);
            let sets = [low.and(W::load(&columns.reviews[0])), high.and(W::load(&columns.reviews[1]))];
            startable.lanes |= Self::store(sets, &mut startable.reviews);
        }
        startable
    }

    /// Stores sets of jobs. Returns the lanes that have one, one bit each.
    #[inline(always)]
    pub(super) fn store<W: Words>(sets: [W; 2], lanes: &mut [Lane; 2]) -> u32 {
        sets[0].store(&mut lanes[0]);
        sets[1].store(&mut lanes[1]);
        let any = sets[0].or(sets[1]);
        any.meets(any)
    }

    /// The next job of a lane has ended, and nothing else happens at this time.
    #[inline(always)]
    pub(super) fn end(&mut self, lane: usize, end: End) {
        let (small, columns, engine) = (self.small, &mut self.columns, &mut self.engines[lane]);
        let (bit, place, now) = (end.job(), end.place(), end.time());
        let job = &small.jobs[bit];
        if end.is_uncertain() {
            let marks = engine.steps.marks[bit];
            if marks & STUCK != 0 {
                (engine.now, columns.now[lane]) = (now, now.0);
                engine.steps.events += 1;
                let task = usize::from(job.task);
                if engine.steps.is_wide {
                    engine.escalate_for_scores(small, task, (bit, place));
                } else {
                    engine.end_rough_stint(task);
                }
                self.take_ends(lane);
                return;
            }
            if !end.is_told() || marks & FAILING == 0 {
                self.events(lane, now, Some(end));
                return;
            }
        }
        columns.idle[lane] |= 1 << place;
        (engine.now, columns.now[lane]) = (now, now.0);
        if REVIEWS && engine.steps.skipped != 0 {
            self.look_again(lane);
        }
        let (columns, engine) = (&mut self.columns, &mut self.engines[lane]);
        let details = engine.open.program.details;
        if engine.open.counts_time {
            let worked = now - engine.since[place];
            let tally = &mut engine.agent_tally[place];
            if REVIEWS && job.is_review && details {
                tally.reviewing += worked;
            } else {
                tally.busy += worked;
            }
        }
        if end.is_uncertain() {
            if REVIEWS && job.is_review {
                self.send_back(lane, bit);
            } else {
                self.try_again(lane, bit);
            }
            return;
        }
        if REVIEWS && let Some(review) = job.review {
            columns.reviews[usize::from(review / 64)][lane] |= 1 << (review % 64);
            let state = &mut engine.tasks[usize::from(job.task)];
            (state.kind, state.ready, state.fresh) = (JobKind::Review, now, true);
            return;
        }
        (engine.unfinished, engine.last_done) = (engine.unfinished - 1, now);
        engine.nodes[usize::from(job.node)].finish = now;
        let this = words_of(job.attempt);
        let done = [0, 1].map(|word| columns.done[word][lane] | this[word]);
        let mut ready = [0, 1].map(|word| columns.attempts[word][lane]);
        for next in &job.next {
            if details {
                let to = &mut engine.nodes[usize::from(next.node)];
                // Of links that hold at the same instant, the first in the file counts as the one that came last.
                let rival = select_unpredictable(to.release == now, to.driver, NOTHING);
                to.driver = rival.min(next.link);
                to.release = now;
            }
            // Nobody can guess whether it waits for no more.
            let is_ready = -i64::from(small.is_released(done, next.attempt));
            let next = words_of(next.attempt);
            (ready[0], ready[1]) = (ready[0] | next[0] & is_ready, ready[1] | next[1] & is_ready);
        }
        for word in 0..2 {
            (columns.done[word][lane], columns.attempts[word][lane]) = (done[word], ready[word]);
        }
        if job.has_rest {
            self.follow_rest(lane, usize::from(job.task));
        }
    }

    /// The columns learn which attempts have marks.
    pub(super) fn tell_marks(&mut self, lane: usize) {
        let steps = &self.engines[lane].steps;
        set_jobs(&mut self.columns.special, lane, steps.special);
        set_jobs(&mut self.columns.uncertain, lane, steps.uncertain);
    }

    /// Whoever was looked past is looked at again.
    fn look_again(&mut self, lane: usize) {
        let skipped = std::mem::take(&mut self.engines[lane].steps.skipped);
        let reviews = jobs(&self.columns.reviews, lane) | skipped;
        set_jobs(&mut self.columns.reviews, lane, reviews);
    }

    /// A first attempt has failed: the second is ready.
    fn try_again(&mut self, lane: usize, bit: usize) {
        let (small, engine) = (self.small, &mut self.engines[lane]);
        let task = usize::from(small.jobs[bit].task);
        engine.touch(task);
        let state = &mut engine.tasks[task];
        (state.attempt, state.ready, state.fresh) = (1, engine.now, true);
        let hours = engine.draws.effort(task, 1) * engine.factors[task];
        self.columns.hours[lane * MOST_JOBS + task] = hours.to_bits() as i64;
        let (steps, always) = (&mut engine.steps, small.marks[bit]);
        steps.merged += 1;
        let mut marks = steps.marks[bit] & !(FAILING | STRIKES) | SECOND;
        if !engine.draws.attempt_fails(task, 1) {
            marks &= !UNCERTAIN | always;
        }
        steps.mark(bit, marks);
        if engine.steps.is_wide {
            self.tell_marks(lane);
        }
        self.columns.attempts[bit / 64][lane] |= 1 << (bit % 64);
    }

    /// The best job that can start in a lane, if there is one.
    #[inline(always)]
    fn best(&mut self, lane: usize, startable: &mut Startable) -> Option<usize> {
        let (small, columns, engine) = (self.small, &mut self.columns, &mut self.engines[lane]);
        let attempt = first_of(&startable.attempts, lane);
        while REVIEWS && let Some(review) = first_of(&startable.reviews, lane) {
            let job = &small.jobs[small.first_review + review];
            if attempt.is_some_and(|attempt| small.jobs[attempt].rank < job.rank) {
                break;
            }
            if columns.idle[lane] as u64 & job.others(&engine.authors) != 0 {
                return Some(small.first_review + review);
            }
            // Nobody but its author is there: it is looked past.
            startable.reviews[review / 64][lane] &= !(1 << (review % 64));
            columns.reviews[review / 64][lane] &= !(1 << (review % 64));
            engine.steps.skipped |= 1 << review;
        }
        attempt
    }

    /// The best job that can start in a lane starts.
    #[inline(always)]
    pub(super) fn start(&mut self, lane: usize, startable: &mut Startable) {
        // Where jobs end side by side, only the columns know.
        self.engines[lane].now = Ticks(self.columns.now[lane]);
        let best = self.best(lane, startable);
        if self.columns.idle[lane] & self.columns.again[lane] != 0 && self.start_again(lane, best) {
            return;
        }
        let Some(bit) = best.map(|bit| bit % MOST_JOBS) else { return };
        let (small, columns, engine) = (self.small, &mut self.columns, &mut self.engines[lane]);
        let (idle, now) = (columns.idle[lane], engine.now);
        let job = &small.jobs[bit];
        let task = usize::from(job.task);
        let marks = engine.steps.marks[bit];
        let is_review = REVIEWS && job.is_review;
        if marks & (HINDERED | DELAYED) != 0 {
            return self.start_hindered(lane, best);
        }
        let able = if is_review { job.others(&engine.authors) } else { job.able.into() };
        let (class, candidates) = (usize::from(job.class) % MOST, idle as u64 & able);
        let place = small.fastest(class, candidates) % MOST_AGENTS;
        let hours = match (is_review, marks & SECOND) {
            (true, 0) => engine.draws.reviews()[task],
            (true, _) => engine.draws.review_effort(task, engine.tasks[task].reviews),
            _ => f64::from_bits(columns.hours[lane * MOST_JOBS + task] as u64),
        };
        let amount = small.paces[class][place].ticks(hours);
        let finish = now + amount;
        if finish >= LATE {
            return self.start_hindered(lane, best);
        }
        columns.idle[lane] = idle & !(1 << place);
        if is_review {
            let review = bit - small.first_review;
            columns.reviews[review / 64 % 2][lane] &= !(1 << (review % 64));
        } else {
            columns.attempts[bit / 64 % 2][lane] &= !(1 << (bit % 64));
            if marks & SECOND == 0 {
                engine.nodes[usize::from(job.node)].start = now;
            }
            engine.authors[task] = place as u8;
            if REVIEWS {
                engine.tasks[task].last_work = amount;
            }
            if marks & STRIKES != 0 {
                return self.start_struck(lane, bit, place, amount);
            }
        }
        columns.ends.told[lane] = End::told(finish, bit, place, marks & UNCERTAIN != 0).0;
        engine.since[place] = now;
        if is_review {
            let state = &mut engine.tasks[task];
            let waited = now - state.ready;
            state.reviews += 1;
            state.review_waited += waited;
            let tally = &mut engine.agent_tally[place];
            tally.reviews += 1;
            tally.review_waited += waited;
        }
        if engine.open.program.details {
            engine.log_job(small, bit, place, finish);
        }
    }

    /// A first attempt starts that a blocker will strike.
    fn start_struck(&mut self, lane: usize, bit: usize, place: usize, work: Ticks) {
        let (small, engine) = (self.small, &mut self.engines[lane]);
        let job = &small.jobs[bit];
        let task = usize::from(job.task);
        engine.touch(task);
        let node = &engine.nodes[usize::from(job.node)];
        let state = &mut engine.tasks[task];
        state.place = place as u8;
        if engine.steps.is_wide {
            engine.begin_struck_for_scores(small, task, (bit, place), work);
            self.take_ends(lane);
            return;
        }
        state.ready = node.release;
        state.holder = if state.ready < engine.now { engine.let_go[place] } else { NOTHING };
        engine.begin_struck(small, task, bit, work);
        self.take_ends(lane);
    }
}
