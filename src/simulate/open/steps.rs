//! The loop for small plans, whose sets of jobs and agents are words of bits: one job ends, others start in its place, and
//! hardly a branch is one that has to be guessed.
//!
//! That goes for first attempts that nothing hinders, as the draws say beforehand, and for ends that are those of their
//! task. All else is handed to the rules of the larger plans, one instant or one start at a time.

use std::hint::select_unpredictable;

use super::super::Activity;
use super::super::vector::{Instructions, Lanes};
use super::NOTHING;
use super::engine::OpenEngine;
use super::small::{Jobs, MOST_AGENTS, SmallProgram};
use super::state::Stretch;
use crate::units::Ticks;

/// Bits of a key that name a place.
const PLACE: u32 = MOST_AGENTS.trailing_zeros();

/// Times from here on are for the larger plans' queue.
const LATE: Ticks = Ticks(1 << (62 - PLACE));

/// Ends of the jobs that run, in rising order: time and place, and numbers beyond them for places without one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends([u64; MOST_AGENTS]);

const NO_ENDS: Ends = Ends([u64::MAX; MOST_AGENTS]);

impl Ends {
    /// With one more, in place of the last. All are compared, which takes a processor less time than to guess which.
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

/// What runs in small plans.
#[derive(Clone, Debug)]
pub(super) struct StepState {
    pub(super) running: Ends,
    /// The job at each place.
    pub(super) job_of: [u8; MOST_AGENTS],
    pub(super) ready: Jobs,
    /// Looked past until the end of this dispatch.
    pub(super) skipped: Jobs,
    /// Jobs that start by the rules of the larger plans, whatever delays are left, and all of them.
    pub(super) hindered: Jobs,
    pub(super) rough: Jobs,
    /// Jobs whose ends are more than those of their tasks, and places that have one.
    pub(super) uncertain: Jobs,
    pub(super) ends_rough: u32,
}

/// No step yet.
pub(super) const NEW_STEPS: StepState = StepState {
    running: NO_ENDS,
    job_of: [0; MOST_AGENTS],
    ready: 0,
    skipped: 0,
    hindered: 0,
    rough: 0,
    uncertain: 0,
    ends_rough: 0,
};

/// What the steps cannot do themselves.
enum Turn {
    /// Deal with all that happens next.
    Events,
    /// Follow more links of this task's end.
    Follow(u32),
    /// Start this job, or what comes before it.
    Start(usize),
}

/// The steps of an iteration.
pub(super) struct Steps<'s, 'a> {
    pub(super) engine: &'s mut OpenEngine<'a>,
    pub(super) small: &'a SmallProgram,
}

impl Lanes for Steps<'_, '_> {
    #[inline(always)]
    fn run<I: Instructions>(self) {
        let Self { engine, small } = self;
        let most = engine.open.program.most_events;
        let mut events = engine.run_events(small);
        loop {
            match engine.step(small, &mut events) {
                Turn::Events => {
                    let next = engine.steps.running.next().min(engine.next_time());
                    if next >= LATE && engine.queue.next_time().is_none() || events > most {
                        break;
                    }
                    engine.now = next;
                    events += engine.run_events(small);
                }
                Turn::Follow(task) => engine.follow_rest(small, task),
                Turn::Start(bit) => engine.start_rough(small, bit),
            }
        }
    }
}

impl OpenEngine<'_> {
    /// Goes on, and counts jobs that end, until something comes that is not for steps.
    #[inline(always)]
    fn step(&mut self, small: &SmallProgram, events: &mut u64) -> Turn {
        let later = self.next_time();
        let details = self.open.program.details;
        let team = &self.open.team;
        let steps = &mut self.steps;
        let (nodes, tasks, log) = (&mut self.nodes[..], &mut self.tasks[..], &mut self.log[..]);
        let (let_go, tally, hours) = (&mut self.let_go[..], &mut self.agent_tally[..], &self.hours[..]);
        let mut running = steps.running;
        let (mut ready, mut idle, mut now) = (steps.ready, self.idle as u32, self.now);
        let mut ends_rough = steps.ends_rough;
        let again = self.again_places as u32;
        let has_skipped = steps.skipped != 0;
        let turn = 'steps: loop {
            // Jobs start while they can.
            loop {
                let can = ready & small.startable(idle);
                if can == 0 && idle & again == 0 {
                    break;
                }
                let lowest = can & can.wrapping_neg();
                let bit = can.trailing_zeros() as usize;
                if lowest & steps.rough != 0 || idle & again != 0 {
                    break 'steps Turn::Start(bit);
                }
                let job = &small.jobs[bit];
                let candidates = idle & job.able;
                let place = if team.is_ranked {
                    candidates.trailing_zeros() as usize
                } else {
                    team.fastest(job.class as usize, candidates.into())
                };
                let hours = hours[job.task as usize];
                let finish = now + Ticks::from_hours(hours / small.paces[job.class as usize][place % MOST_AGENTS]);
                if finish >= LATE {
                    break 'steps Turn::Start(bit);
                }
                running = running.insert((finish.0 as u64) << PLACE | place as u64);
                idle &= !(1 << place);
                ready &= !lowest;
                ends_rough = ends_rough & !(1 << place) | u32::from(lowest & steps.uncertain != 0) << place;
                steps.job_of[place] = bit as u8;
                let node = &mut nodes[job.node as usize];
                node.start = now;
                let state = &mut tasks[job.task as usize];
                (state.author, state.is_told) = (place as u8, true);
                if details {
                    let holder = select_unpredictable(node.release < now, let_go[place], NOTHING);
                    let_go[place] = job.task;
                    state.last = job.task;
                    log[job.task as usize] = Stretch {
                        ready: node.release,
                        start: now,
                        finish,
                        task: job.task,
                        before: NOTHING,
                        holder,
                        activity: Activity::Work,
                        place: place as u8,
                        walked: false,
                    };
                }
            }
            // Then one ends.
            let (time, place) = (running.next(), running.place());
            let is_tied = time == running.shift().next() || later <= time;
            if is_tied || has_skipped || ends_rough >> place & 1 == 1 {
                break Turn::Events;
            }
            *events += 1;
            self.unfinished -= 1;
            running = running.shift();
            now = time;
            idle |= 1 << place;
            let job = &small.jobs[usize::from(steps.job_of[place])];
            let node = &mut nodes[job.node as usize];
            node.finish = now;
            tally[place].busy += now - node.start;
            for next in &job.next {
                let to = &mut nodes[next.node as usize];
                // Of links that hold at the same instant, the first in the file counts as the one that came last.
                let rival = select_unpredictable(to.release == now, to.driver, NOTHING);
                to.driver = rival.min(next.link);
                to.release = now;
                to.waits -= 1;
                ready |= select_unpredictable(to.waits == 0, next.attempt, 0);
            }
            if job.has_rest {
                break Turn::Follow(job.task);
            }
        };
        (steps.running, steps.ready, steps.ends_rough) = (running, ready, ends_rough);
        (self.idle, self.now) = (idle.into(), now);
        turn
    }
}
