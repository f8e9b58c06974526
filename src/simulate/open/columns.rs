//! What decides on the next step of iterations that run in lockstep, in columns with a lane for each.

use super::super::lockstep::{Ends, LANES, Lane, NO_END};
use super::super::vector::Words;
use super::small::{Group, Jobs, MOST_AGENTS, MOST_JOBS};
use crate::units::Ticks;

/// Bits of an end that tell its place, its job, whether it is told, and whether it is uncertain.
pub(super) const PLACE: u32 = MOST_AGENTS.trailing_zeros();
const JOB: u32 = MOST_JOBS.trailing_zeros();
pub(super) const TOLD: u32 = PLACE + JOB;
pub(super) const UNCERTAIN: u32 = TOLD + 1;
pub(super) const TIME: u32 = UNCERTAIN + 1;

/// Times from here on, nearly nine years, are not for steps.
pub(super) const LATE: Ticks = Ticks(1 << (62 - TIME));

/// The end of somebody's job, one number: of two, the one that comes first is less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End(pub(super) i64);

impl End {
    /// Of a place without a job: after all others.
    pub(super) const NONE: Self = Self(NO_END);

    /// The end of a job, which has been told, at a time that is not late. An uncertain one is more than the end of a
    /// task.
    #[inline(always)]
    pub(super) fn told(time: Ticks, job: usize, place: usize, is_uncertain: bool) -> Self {
        Self(
            time.0 << TIME
                | i64::from(is_uncertain) << UNCERTAIN
                | 1 << TOLD
                | (job as i64) << PLACE
                | place as i64,
        )
    }

    /// The end of a stint, which is not told what follows it.
    pub(super) fn stint(time: Ticks, job: usize, place: usize) -> Self {
        Self(Self::told(time, job, place, true).0 ^ 1 << TOLD)
    }

    #[inline(always)]
    pub(super) fn time(self) -> Ticks {
        Ticks(self.0 >> TIME)
    }

    #[inline(always)]
    pub(super) fn job(self) -> usize {
        (self.0 >> PLACE) as usize % (1 << JOB)
    }

    /// The job began in a step, or all that its stints leave in the log is there.
    #[inline(always)]
    pub(super) fn is_told(self) -> bool {
        self.0 >> TOLD & 1 == 1
    }

    #[inline(always)]
    pub(super) fn is_uncertain(self) -> bool {
        self.0 >> UNCERTAIN & 1 == 1
    }

    #[inline(always)]
    pub(super) fn place(self) -> usize {
        self.0 as usize % MOST_AGENTS
    }
}

/// The columns. What a lane's engine knows of the same is true only while the lane is handed over to it.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) ends: Ends<[Lane; MOST_AGENTS]>,
    /// Attempts and reviews that are ready: low words, high words.
    pub(super) attempts: [Lane; 2],
    pub(super) reviews: [Lane; 2],
    /// Attempts that wait for other links than next ones whatever else says that they are ready, and attempts whose
    /// tasks are done.
    pub(super) held: [Lane; 2],
    pub(super) done: [Lane; 2],
    /// Attempts whose marks say that they start in a way of their own, and that their end is uncertain.
    pub(super) special: [Lane; 2],
    pub(super) uncertain: [Lane; 2],
    pub(super) now: Lane,
    /// Tasks that were done in lanes side by side, and when the last of them was.
    pub(super) ended: Lane,
    pub(super) last_done: Lane,
    /// Agents who are idle, and agents whom work that goes on waits for.
    pub(super) idle: Lane,
    pub(super) again: Lane,
    /// As an end: when something else than the end of a job happens.
    later: Lane,
    /// Hours at pace 1 of the attempt of each task that comes next, with the factors of risks, as bits, shape
    /// [lane][task].
    pub(super) hours: [i64; LANES * MOST_JOBS],
}

impl Columns {
    pub(super) fn new() -> Self {
        Self {
            ends: Ends::new([[NO_END; LANES]; MOST_AGENTS]),
            attempts: [[0; LANES]; 2],
            reviews: [[0; LANES]; 2],
            held: [[0; LANES]; 2],
            done: [[0; LANES]; 2],
            special: [[0; LANES]; 2],
            uncertain: [[0; LANES]; 2],
            now: [0; LANES],
            ended: [0; LANES],
            last_done: [0; LANES],
            idle: [0; LANES],
            again: [0; LANES],
            later: [End::NONE.0; LANES],
            hours: [0; LANES * MOST_JOBS],
        }
    }

    /// Jobs of these groups that somebody idle may take up.
    #[inline(always)]
    pub(super) fn able<W: Words>(&self, groups: &[Group]) -> [W; 2] {
        let idle = W::load(&self.idle);
        let (mut low, mut high) = (W::all(0), W::all(0));
        for group in groups {
            let able = idle.meets(W::all(group.able));
            low = low.replace(able, low.or(W::all(group.jobs[0])));
            high = high.replace(able, high.or(W::all(group.jobs[1])));
        }
        [low, high]
    }

    /// Ready attempts of these groups that somebody idle may take up.
    #[inline(always)]
    pub(super) fn attempts_of<W: Words>(&self, groups: &[Group]) -> [W; 2] {
        let [low, high] = self.able::<W>(groups);
        [
            low.and(W::load(&self.attempts[0])).and_not(W::load(&self.held[0])),
            high.and(W::load(&self.attempts[1])).and_not(W::load(&self.held[1])),
        ]
    }

    /// Nothing has happened yet.
    pub(super) fn begin(&mut self) {
        self.ends.clear();
        (self.ended, self.last_done) = ([0; LANES], [0; LANES]);
    }

    /// Lanes in which work goes on whose agent is idle, one bit each.
    #[inline(always)]
    pub(super) fn again<W: Words>(&self) -> u32 {
        W::load(&self.idle).meets(W::load(&self.again))
    }

    /// Lanes in which the next end is the only thing that happens then, one bit each.
    #[inline(always)]
    pub(super) fn alone<W: Words>(&self) -> u32 {
        self.ends.differ::<W>(-1 << TIME) & W::load(self.ends.next()).less(W::load(&self.later))
    }

    /// Tells an end of a lane.
    #[inline(always)]
    pub(super) fn tell(&mut self, lane: usize, end: End) {
        let before = std::mem::replace(&mut self.ends.told[lane], end.0);
        if before != NO_END {
            self.ends.insert(lane, before);
        }
    }

    /// When something else happens in a lane than the end of a job.
    pub(super) fn set_later(&mut self, lane: usize, time: Ticks) {
        self.later[lane] = if time < LATE { time.0 << TIME } else { End::NONE.0 };
    }
}

/// The jobs of a lane.
#[inline(always)]
pub(super) fn jobs(words: &[Lane; 2], lane: usize) -> Jobs {
    Jobs::from(words[0][lane] as u64) | Jobs::from(words[1][lane] as u64) << 64
}

/// Sets them.
#[inline(always)]
pub(super) fn set_jobs(words: &mut [Lane; 2], lane: usize, jobs: Jobs) {
    (words[0][lane], words[1][lane]) = (jobs as i64, (jobs >> 64) as i64);
}

/// An attempt as a set: nothing if it stands for none.
#[inline(always)]
pub(super) fn words_of(attempt: u8) -> [i64; 2] {
    let bit = 1 << (attempt % 64);
    [if attempt < 64 { bit } else { 0 }, if attempt & 64 == 0 { 0 } else { bit }]
}

/// The best of the jobs of a lane.
#[inline(always)]
pub(super) fn first_of(words: &[Lane; 2], lane: usize) -> Option<usize> {
    let word = usize::from(words[0][lane] == 0);
    let bit = words[word][lane].trailing_zeros() as usize;
    (bit < 64).then_some(64 * word + bit)
}
