//! The loop for small plans, whose sets of jobs and agents are words of bits: one job ends, others start in its
//! place, and hardly a branch is one that has to be guessed.
//!
//! That goes for first attempts and first reviews that nothing hinders, as the draws say beforehand, and for second
//! attempts that follow the first at once. All else is handed to the rules of the larger plans, one instant or one
//! start at a time. Where nothing can come between, those tell what happens up to a job's end, or up to its ticket, as
//! soon as it is known, and steps see to that end.

use std::hint::select_unpredictable;

use super::super::Activity;
use super::super::program::JobKind;
use super::super::vector::{Instructions, Lanes};
use super::NOTHING;
use super::engine::OpenEngine;
use super::small::{Jobs, MOST_AGENTS, SmallProgram};
use super::state::Stretch;
use crate::units::Ticks;

/// Bits of a key that name a place.
const PLACE: u32 = MOST_AGENTS.trailing_zeros();

/// Times from here on are not for steps.
pub(super) const LATE: Ticks = Ticks(1 << (62 - PLACE));

/// Ends of the jobs that run, in rising order: time and place, and numbers beyond them for places without one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends([u64; MOST_AGENTS]);

const NO_ENDS: Ends = Ends([u64::MAX; MOST_AGENTS]);

impl Ends {
    /// With one more, in place of the last. All are compared: that takes less time than to guess where it belongs.
    #[inline(always)]
    fn insert(self, end: u64) -> Self {
        Self(std::array::from_fn(|at| {
            let before = if at == 0 { 0 } else { self.0[at - 1] };
            self.0[at].min(before.max(end))
        }))
    }

    /// Without the first.
    #[inline(always)]
    pub(super) fn shift(self) -> Self {
        Self(std::array::from_fn(|at| self.0.get(at + 1).copied().unwrap_or(u64::MAX)))
    }

    /// Place of the job that ends next.
    #[inline(always)]
    pub(super) fn place(self) -> usize {
        self.0[0] as usize % MOST_AGENTS
    }

    /// When that is.
    #[inline(always)]
    pub(super) fn next(self) -> Ticks {
        Ticks((self.0[0] >> PLACE) as i64)
    }
}

/// Attempts, or reviews, that wait for somebody.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LineState {
    pub(super) ready: Jobs,
    /// Jobs that start by the rules of the larger plans, and that end by them.
    pub(super) hindered: Jobs,
    pub(super) uncertain: Jobs,
}

/// What runs in small plans, and waits.
#[derive(Clone, Debug)]
pub(super) struct StepState {
    pub(super) running: Ends,
    /// An end that the next step takes in, which has the instructions for it; a number beyond all ends if there is none.
    last_end: u64,
    /// The job at each place, and places whose jobs end by the rules of the larger plans.
    pub(super) job_of: [u8; MOST_AGENTS],
    pub(super) uncertain_places: u32,
    pub(super) attempts: LineState,
    pub(super) reviews: LineState,
    /// Reviews that are looked past until the end of this dispatch.
    pub(super) skipped: Jobs,
    /// Attempts that are hindered whatever delays are left.
    pub(super) always_hindered: Jobs,
    /// First attempts that fail and are tried again at once; the second ones start in steps as well.
    pub(super) failing: Jobs,
    /// Events that were done with another.
    pub(super) merged: u64,
    /// Something came that is not for steps: the iteration is run again without them.
    pub(super) must_redo: bool,
}

impl StepState {
    /// No step yet.
    pub(super) fn new() -> Self {
        let line = LineState::default();
        Self {
            running: NO_ENDS,
            last_end: u64::MAX,
            job_of: [0; MOST_AGENTS],
            uncertain_places: 0,
            attempts: line,
            reviews: line,
            skipped: 0,
            always_hindered: 0,
            failing: 0,
            merged: 0,
            must_redo: false,
        }
    }

    /// Somebody is busy with a job until this time, which is not late. Its end is as in a step unless it is uncertain.
    pub(super) fn run(&mut self, finish: Ticks, place: usize, job: u8, is_uncertain: bool) {
        if self.last_end != u64::MAX {
            self.take_in_end();
        }
        self.last_end = (finish.0 as u64) << PLACE | place as u64;
        self.job_of[place] = job;
        self.uncertain_places = self.uncertain_places & !(1 << place) | u32::from(is_uncertain) << place;
    }

    /// When the end is that no step has taken in; late if there is none.
    #[inline]
    pub(super) fn last_end(&self) -> Ticks {
        Ticks((self.last_end >> PLACE) as i64)
    }

    /// Takes it in before a step does.
    #[cold]
    pub(super) fn take_in_end(&mut self) {
        self.running = self.running.insert(std::mem::replace(&mut self.last_end, u64::MAX));
    }
}

/// What the steps cannot do themselves.
enum Turn {
    /// Deal with all that happens next.
    Events,
    /// Follow more links of this task's end.
    Follow(u32),
    /// Start this job, if there is one, or work that goes on before it.
    Start(Option<usize>),
}

/// The steps of an iteration, of plans with reviews or without.
pub(super) struct Steps<'s, 'a, const REVIEWS: bool> {
    pub(super) engine: &'s mut OpenEngine<'a>,
    pub(super) small: &'a SmallProgram,
}

impl<const REVIEWS: bool> Lanes for Steps<'_, '_, REVIEWS> {
    #[inline(always)]
    fn run<I: Instructions>(self) {
        let Self { engine, small } = self;
        let most = engine.open.program.most_events;
        let mut events = engine.run_events(small);
        loop {
            match engine.step::<REVIEWS>(small, &mut events) {
                Turn::Events => {
                    let next = engine.next_time();
                    if next >= LATE || events > most || engine.steps.must_redo {
                        engine.steps.must_redo |= !next.is_never() && next >= LATE;
                        break;
                    }
                    engine.now = next;
                    events += engine.run_events(small);
                }
                Turn::Follow(task) => events += engine.follow_rest(small, task),
                Turn::Start(job) => engine.start_hindered(small, job),
            }
        }
        engine.steps.must_redo |= events + engine.steps.merged > most;
    }
}

impl OpenEngine<'_> {
    /// Goes on, and counts jobs that end, until something comes that is not for steps.
    #[inline(always)]
    fn step<const REVIEWS: bool>(&mut self, small: &SmallProgram, events: &mut u64) -> Turn {
        let later = self.queue.next_time().unwrap_or(Ticks::NEVER);
        let most = self.open.program.most_events;
        let details = self.open.program.details;
        let team = &self.open.team;
        let reviewed = self.draws.reviews();
        let steps = &mut self.steps;
        let (nodes, tasks, log) = (&mut self.nodes[..], &mut self.tasks[..], &mut self.log[..]);
        let (let_go, tally, hours) = (&mut self.let_go[..], &mut self.agent_tally[..], &mut self.hours[..]);
        let mut running = steps.running.insert(std::mem::replace(&mut steps.last_end, u64::MAX));
        let mut uncertain_places = steps.uncertain_places;
        let (mut attempts, mut reviews) = (steps.attempts.ready, steps.reviews.ready);
        let (mut idle, mut now) = (self.idle as u32, self.now);
        let again = self.again_places as u32;
        let has_skipped = steps.skipped != 0;
        let turn = 'steps: loop {
            // Jobs start while they can.
            loop {
                let mut can = attempts & small.attempts.startable(idle);
                let mut bit = can.trailing_zeros() as usize;
                let mut line = &steps.attempts;
                if REVIEWS {
                    let asked = reviews & small.reviews.startable(idle);
                    let first = small.first_review + asked.trailing_zeros() as usize;
                    if asked != 0 && (can == 0 || small.jobs[first].rank < small.jobs[bit].rank) {
                        (can, bit, line) = (asked, first, &steps.reviews);
                    }
                }
                if can == 0 && idle & again == 0 {
                    break;
                }
                let lowest = can & can.wrapping_neg();
                if lowest & line.hindered != 0 || idle & again != 0 {
                    break 'steps Turn::Start((can != 0).then_some(bit));
                }
                let job = &small.jobs[bit];
                let task = job.task as usize;
                let state = &mut tasks[task];
                let is_review = REVIEWS && job.is_review;
                let mut candidates = idle & job.able;
                if is_review {
                    candidates &= !(1 << state.author);
                    if candidates == 0 {
                        break 'steps Turn::Start(Some(bit));
                    }
                }
                let place = team.fastest(job.class as usize, candidates.into());
                let hours = if is_review { reviewed[task] } else { hours[task] };
                let finish = now + small.paces[job.class as usize][place % MOST_AGENTS].ticks(hours);
                if finish >= LATE {
                    break 'steps Turn::Start(Some(bit));
                }
                running = running.insert((finish.0 as u64) << PLACE | place as u64);
                idle &= !(1 << place);
                uncertain_places =
                    uncertain_places & !(1 << place) | u32::from(lowest & line.uncertain != 0) << place;
                steps.job_of[place] = bit as u8;
                (state.place, state.stint_start, state.is_told) = (place as u8, now, true);
                let (ready, entry, activity);
                if is_review {
                    reviews &= !lowest;
                    let waited = now - state.ready;
                    (state.reviews, state.review_waited) = (1, waited);
                    tally[place].reviews += 1;
                    tally[place].review_waited += waited;
                    (ready, entry, activity) = (state.ready, small.review_entry(task), Activity::Review);
                } else {
                    attempts &= !lowest;
                    (state.author, state.last_work) = (place as u8, finish - now);
                    let node = &mut nodes[job.node as usize];
                    if state.attempt == 0 {
                        node.start = now;
                        (ready, entry, activity) = (node.release, task, Activity::Work);
                    } else {
                        (ready, entry, activity) = (state.ready, small.second_entry(task), Activity::Retry);
                    }
                }
                if details {
                    let entry = entry as u32;
                    let holder = select_unpredictable(ready < now, let_go[place], NOTHING);
                    let_go[place] = entry;
                    let before = std::mem::replace(&mut state.last, entry);
                    log[entry as usize] = Stretch {
                        ready,
                        start: now,
                        finish,
                        task: job.task,
                        before,
                        holder,
                        activity,
                        place: place as u8,
                        walked: false,
                    };
                }
            }
            // Then one ends.
            let (time, place) = (running.next(), running.place());
            let is_tied = time == running.shift().next() || later <= time;
            if is_tied || has_skipped || *events > most {
                break Turn::Events;
            }
            let bit = usize::from(steps.job_of[place]);
            let job = &small.jobs[bit];
            let state = &mut tasks[job.task as usize];
            let is_uncertain = uncertain_places >> place & 1 == 1;
            let fails = || bit < small.first_review && steps.failing >> bit & 1 == 1;
            if is_uncertain && !(state.is_told && fails()) {
                break Turn::Events;
            }
            *events += 1;
            running = running.shift();
            now = time;
            idle |= 1 << place;
            let worked = now - state.stint_start;
            if REVIEWS && job.is_review && details {
                tally[place].reviewing += worked;
            } else {
                tally[place].busy += worked;
            }
            if is_uncertain {
                steps.merged += 1;
                (state.attempt, state.ready, state.is_told, state.fresh) = (1, now, false, true);
                let (task, attempt) = (job.task as usize, 1 << bit);
                hours[task] = self.draws.effort(task, 1) * self.factors[task];
                attempts |= attempt;
                steps.failing &= !attempt;
                if !self.draws.attempt_fails(task, 1) {
                    steps.attempts.uncertain &= !attempt | small.attempts.uncertain;
                }
                continue;
            }
            if REVIEWS && job.review != 0 {
                reviews |= job.review;
                (state.kind, state.ready, state.is_told, state.fresh) = (JobKind::Review, now, false, true);
                continue;
            }
            self.unfinished -= 1;
            nodes[job.node as usize].finish = now;
            for next in &job.next {
                let to = &mut nodes[next.node as usize];
                // Of links that hold at the same instant, the first in the file counts as the one that came last.
                let rival = select_unpredictable(to.release == now, to.driver, NOTHING);
                to.driver = rival.min(next.link);
                to.release = now;
                to.waits -= 1;
                attempts |= select_unpredictable(to.waits == 0, next.attempt, 0);
            }
            if job.has_rest {
                break Turn::Follow(job.task);
            }
        };
        (steps.running, steps.uncertain_places) = (running, uncertain_places);
        (steps.attempts.ready, steps.reviews.ready) = (attempts, reviews);
        (self.idle, self.now) = (idle.into(), now);
        turn
    }
}
