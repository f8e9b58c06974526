//! The questions that the rules ask of chance.
//!
//! First attempts and first reviews are in the batch; what comes after them is rare, and drawn when it is asked for.

use super::{Draws, FAILS, FIRST, Later, SENT_BACK, STRUCK};
use crate::model::Rate;
use crate::rng::{Iteration, Purpose};
use crate::simulate::program::{Program, TicketDraws};
use crate::simulate::sampler::Sampler;
use crate::units::Ticks;

impl Draws<'_> {
    /// Risks that happen.
    pub(crate) fn risks(&self) -> impl Iterator<Item = usize> + '_ {
        let happens = |(_, happens): &(usize, &u16)| **happens >> self.row & 1 == 1;
        self.batch.risks.iter().enumerate().filter(happens).map(|(risk, _)| risk)
    }

    /// Effort of an attempt, numbered from 0: of the first what is left of it [hours at pace 1].
    #[inline]
    pub(crate) fn effort(&self, task: usize, attempt: u32) -> f64 {
        if attempt == 0 {
            return self.batch.efforts[self.row * self.tasks + task];
        }
        self.second(task, attempt).map_or_else(|| self.luck().effort(task, attempt), |later| later.effort)
    }

    /// Whether an attempt fails; false for a task that has only one.
    #[inline]
    pub(crate) fn attempt_fails(&self, task: usize, attempt: u32) -> bool {
        if attempt == 0 {
            return self.is(FAILS, task);
        }
        self.second(task, attempt).map_or_else(|| self.luck().attempt_fails(task, attempt), |later| later.fails)
    }

    /// What has been drawn of this attempt of a task: only of the second, and not always.
    #[inline]
    fn second(&self, task: usize, attempt: u32) -> Option<&Later> {
        if attempt == 1 { self.later(task) } else { None }
    }

    /// The wait after an attempt that failed: it doubles with each of them.
    pub(crate) fn backoff(&self, task: usize, attempt: u32) -> Ticks {
        let Some(sampler) = &self.program.tasks[task].backoff else { return Ticks::ZERO };
        // Beyond 2^60 it is for ever anyhow.
        let times = (1_u64 << attempt.min(60)) as f64;
        Ticks::from_hours(self.luck().hours(task, sampler, Purpose::Backoff, attempt) * times)
    }

    /// The wait between asking for a review of this round, from 0, and its start.
    #[inline]
    pub(crate) fn review_response(&self, task: usize, round: u32) -> Ticks {
        if round == 0 {
            return Ticks::from_hours(self.batch.responses[self.row * self.tasks + task]);
        }
        Ticks::from_hours(self.later_review(task, Purpose::ReviewResponse, round))
    }

    /// Effort of the review of this round [hours at pace 1].
    #[inline]
    pub(crate) fn review_effort(&self, task: usize, round: u32) -> f64 {
        if round == 0 {
            return self.batch.reviews[self.row * self.tasks + task];
        }
        self.later_review(task, Purpose::ReviewEffort, round)
    }

    /// Whether the review of this round sends the work back.
    #[inline]
    pub(crate) fn is_sent_back(&self, task: usize, round: u32) -> bool {
        if round == 0 {
            return self.is(SENT_BACK, task);
        }
        let review = self.program.instance.tasks[task].review.as_ref();
        review.is_some_and(|review| review.reject.happens(self.luck().unit(task, Purpose::Reject, round)))
    }

    /// Whether a blocker that strikes at most once strikes the task's first attempt.
    #[inline]
    pub(crate) fn is_struck(&self, task: usize) -> bool {
        self.is(STRUCK, task)
    }

    /// When the blocker at `at` of all strikes, which has struck this often, strikes the task next: after so much work
    /// if it may at any time, else at this point of the first attempt's work.
    pub(crate) fn strike(&self, task: usize, at: usize, struck: u32, first_work: Ticks) -> Ticks {
        let program = self.program;
        let strike = &program.strikes.items()[at];
        let stream = |purpose| strike.stream(purpose, struck);
        let blocker = strike.blocker as usize;
        match (&program.instance.blockers[blocker].rate, &program.blockers[blocker].every) {
            (_, Some(_)) if struck == 0 => {
                Ticks::from_hours(self.batch.strikes[self.row * program.strikes.items().len() + at])
            }
            (_, Some(every)) => Ticks::from_hours(every.value(stream(Purpose::Strike).word(self.iteration))),
            (Rate::PerTask(probability), None)
                if struck == 0
                    && self.is_struck(task)
                    && probability.happens(stream(Purpose::Occurs).unit(self.iteration)) =>
            {
                self.strike_point(at, first_work)
            }
            _ => Ticks::NEVER,
        }
    }

    /// The point of the first attempt's work at which the blocker at `at` of all strikes does so, if it does.
    fn strike_point(&self, at: usize, first_work: Ticks) -> Ticks {
        Ticks::from_hours(first_work.hours() * self.luck().point(at))
    }

    /// If the only blocker that may strike a task does so once, the one at `at` of all strikes: the share of the work at
    /// which it does, and the agent time that it takes to resolve it alone.
    #[inline]
    pub(crate) fn struck(&self, task: usize, at: usize) -> (f64, Ticks) {
        match self.later(task) {
            Some(later) => (later.point, later.resolve),
            None => (self.luck().point(at), self.luck().resolve(at, 0)),
        }
    }

    /// The time that it takes to handle the ticket of such a blocker.
    #[inline]
    pub(crate) fn first_handling(&self, task: usize, at: usize) -> Ticks {
        self.later(task).map_or_else(|| self.luck().first_handling(at), |later| later.handling)
    }

    /// Agent time that it takes to resolve the blocker at `at` of all strikes alone.
    pub(crate) fn resolve(&self, at: usize, struck: u32) -> Ticks {
        self.luck().resolve(at, struck)
    }

    /// Busy time until an agent fails at a task, never if that is not before `amount`; absent if this agent does not
    /// fail. `failed` of the task's failures have been drawn before.
    #[inline]
    pub(crate) fn failure(&mut self, task: usize, agent: usize, failed: u32, amount: Ticks) -> Option<Ticks> {
        let program = self.program;
        let failures = program.failures[agent].as_ref()?;
        let stream = || {
            let key = program.tasks[task].shared.key_with(failures.key);
            program.seed.owner(key).stream(Purpose::Failure, failed)
        };
        let failed = failed as usize;
        let place = (task * program.failures.len() + agent) * FIRST + failed;
        let stream = match self.failures.get_mut(place) {
            Some(known) if failed < FIRST => *known.get_or_insert_with(stream),
            _ => stream(),
        };
        Some(failures.within(amount, stream.word(self.iteration)))
    }

    /// Time on the clock until an agent who failed at a task works again.
    pub(crate) fn repair(&self, task: usize, agent: usize, failed: u32) -> Ticks {
        let program = self.program;
        program.failures[agent].as_ref().map_or(Ticks::ZERO, |failures| {
            let key = program.tasks[task].shared.key_with(failures.key);
            let stream = program.seed.owner(key).stream(Purpose::Repair, failed);
            Ticks::from_hours(failures.repair.value(stream.word(self.iteration)))
        })
    }

    /// A quantity of a ticket at its level.
    #[inline]
    pub(crate) fn ticket(&self, ticket: &TicketDraws, purpose: Purpose, sampler: &Sampler) -> Ticks {
        self.luck().ticket(ticket, purpose, sampler)
    }

    /// The response or the effort of a review after the first [hours].
    #[cold]
    fn later_review(&self, task: usize, purpose: Purpose, round: u32) -> f64 {
        self.program.tasks[task].review.as_ref().map_or(0.0, |review| {
            let sampler = if purpose == Purpose::ReviewEffort { &review.effort } else { &review.response };
            self.luck().hours(task, sampler, purpose, round)
        })
    }

    fn luck(&self) -> Luck<'_> {
        Luck { program: self.program, iteration: self.iteration }
    }
}

/// What is drawn one by one.
pub(super) struct Luck<'p> {
    pub(super) program: &'p Program<'p>,
    pub(super) iteration: Iteration,
}

impl Luck<'_> {
    /// Effort of an attempt after the first [hours at pace 1].
    #[cold]
    pub(super) fn effort(&self, task: usize, attempt: u32) -> f64 {
        self.hours(task, &self.program.tasks[task].effort.sampler, Purpose::Effort, attempt)
    }

    /// Whether an attempt after the first fails.
    #[cold]
    pub(super) fn attempt_fails(&self, task: usize, attempt: u32) -> bool {
        let attempts = self.program.instance.tasks[task].attempts.as_ref();
        attempts.is_some_and(|a| !a.success.happens(self.unit(task, Purpose::Success, attempt)))
    }

    /// The share of a first attempt's work at which the blocker at `at` of all strikes does so.
    pub(super) fn point(&self, at: usize) -> f64 {
        self.program.strikes.items()[at].stream(Purpose::Strike, 0).unit(self.iteration)
    }

    /// Agent time that it takes to resolve that blocker alone.
    pub(super) fn resolve(&self, at: usize, struck: u32) -> Ticks {
        let strike = &self.program.strikes.items()[at];
        let resolve = &self.program.blockers[strike.blocker as usize].resolve;
        let word = || strike.stream(Purpose::Resolve, struck).word(self.iteration);
        Ticks::from_hours(resolve.fixed().unwrap_or_else(|| resolve.value(word())))
    }

    /// The time that it takes to handle the first ticket of that blocker, where it may become one.
    pub(super) fn first_handling(&self, at: usize) -> Ticks {
        let strike = &self.program.strikes.items()[at];
        let escalate = self.program.instance.blockers[strike.blocker as usize].escalate.as_ref();
        escalate.map_or(Ticks::ZERO, |escalate| {
            let level = &self.program.levels[escalate.to.index()];
            self.ticket(&strike.ticket, Purpose::Handling, &level.handling)
        })
    }

    /// A quantity of a ticket at its level.
    fn ticket(&self, ticket: &TicketDraws, purpose: Purpose, sampler: &Sampler) -> Ticks {
        let word = || ticket.owner.stream(purpose, ticket.occurrence).word(self.iteration);
        Ticks::from_hours(sampler.fixed().unwrap_or_else(|| sampler.value(word())))
    }

    /// A draw of the task for this purpose and this occurrence [hours].
    #[cold]
    fn hours(&self, task: usize, sampler: &Sampler, purpose: Purpose, occurrence: u32) -> f64 {
        let word = || self.program.tasks[task].stream(purpose, occurrence).word(self.iteration);
        sampler.fixed().unwrap_or_else(|| sampler.value(word()))
    }

    /// A uniform number for the task, this purpose and this occurrence.
    #[cold]
    fn unit(&self, task: usize, purpose: Purpose, occurrence: u32) -> f64 {
        self.program.tasks[task].stream(purpose, occurrence).unit(self.iteration)
    }
}
