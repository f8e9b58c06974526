//! After the work: attempts that fail, reviews, rework.

use super::super::Activity;
use super::super::draws::{FAILS, SENT_BACK};
use super::super::engine::{MAIN, Reason};
use super::super::program::JobKind;
use super::super::queue::EventKind;
use super::super::sampler::Sampler;
use super::engine::OpenEngine;
use crate::rng::Purpose;
use crate::units::Ticks;

impl OpenEngine<'_> {
    /// A draw of the task for this purpose and this occurrence [hours].
    pub(super) fn draw(&self, task: usize, sampler: &Sampler, purpose: Purpose, occurrence: u32) -> f64 {
        let word = || self.open.program.tasks[task].stream(purpose, occurrence).word(self.iteration);
        sampler.fixed().unwrap_or_else(|| sampler.value(word()))
    }

    /// A uniform number for the task, this purpose and this occurrence.
    fn unit(&self, task: usize, purpose: Purpose, occurrence: u32) -> f64 {
        self.open.program.tasks[task].stream(purpose, occurrence).unit(self.iteration)
    }

    /// All parts of the task's job are done.
    #[inline]
    pub(super) fn end_job(&mut self, task: usize) {
        self.let_go(task);
        match self.tasks[task].kind {
            JobKind::Review => self.end_review(task),
            JobKind::Rework => self.ask_for_review(task),
            _ => self.end_attempt(task),
        }
    }

    fn end_attempt(&mut self, task: usize) {
        if self.open.tasks[task].tries {
            self.end_try(task);
        } else {
            self.ask_for_review(task);
        }
    }

    /// An attempt that may have failed ends.
    fn end_try(&mut self, task: usize) {
        let program = self.open.program;
        let (Some(attempts), Some(backoff)) =
            (&program.instance.tasks[task].attempts, &program.tasks[task].backoff)
        else {
            return;
        };
        let attempt = self.tasks[task].attempt;
        let fails = if attempt == 0 {
            self.draws.is(FAILS, self.row, task)
        } else {
            !attempts.success.happens(self.unit(task, Purpose::Success, attempt))
        };
        if !fails {
            self.ask_for_review(task);
        } else if attempt + 1 < attempts.max {
            // The wait doubles; beyond 2^60 it is for ever anyhow.
            let times = (1_u64 << attempt.min(60)) as f64;
            let wait = Ticks::from_hours(self.draw(task, backoff, Purpose::Backoff, attempt) * times);
            self.tasks[task].attempt = attempt + 1;
            self.log(task, Activity::Backoff, self.now, self.now.plus(wait));
            self.queue.push(self.now.plus(wait), EventKind::BackoffEnd, task);
        } else if let Some(level) = attempts.then {
            let key = program.instance.tasks[task].key;
            self.open_ticket(task, level, Reason::Attempts, (key, 0));
        } else {
            self.ask_for_review(task);
        }
    }

    /// The work is done: it is reviewed, or that is all.
    pub(super) fn ask_for_review(&mut self, task: usize) {
        if !self.open.tasks[task].is_reviewed {
            self.complete(task);
            return;
        }
        let round = self.tasks[task].reviews;
        let wait = if round == 0 { self.draws.response(self.row, task) } else { self.next_response(task, round) };
        if wait == Ticks::ZERO {
            self.make_ready(task, JobKind::Review);
            return;
        }
        self.log(task, Activity::ReviewResponse, self.now, self.now.plus(wait));
        self.queue.push(self.now.plus(wait), EventKind::ReviewResponseEnd, task);
    }

    /// The response to a request for another review of the task.
    #[cold]
    fn next_response(&self, task: usize, round: u32) -> Ticks {
        let review = self.open.program.tasks[task].review.as_ref();
        let hours = review.map_or(0.0, |review| self.draw(task, &review.response, Purpose::ReviewResponse, round));
        Ticks::from_hours(hours)
    }

    /// The effort of another review of the task [hours].
    #[cold]
    fn next_review(&self, task: usize, round: u32) -> f64 {
        let review = self.open.program.tasks[task].review.as_ref();
        review.map_or(0.0, |review| self.draw(task, &review.effort, Purpose::ReviewEffort, round))
    }

    /// Whether another review of the task sends the work back.
    #[cold]
    fn is_sent_back(&self, task: usize, round: u32) -> bool {
        let review = self.open.program.instance.tasks[task].review.as_ref();
        review.is_some_and(|review| review.reject.happens(self.unit(task, Purpose::Reject, round)))
    }

    /// Somebody takes up the review.
    pub(super) fn begin_review(&mut self, task: usize, pace: f64) {
        let round = self.tasks[task].reviews;
        let hours = if round == 0 { self.draws.review(self.row, task) } else { self.next_review(task, round) };
        let state = &mut self.tasks[task];
        let waited = self.now - state.ready;
        state.reviews += 1;
        state.review_waited += waited;
        state.left[MAIN] = Ticks::from_hours(hours / pace);
        let tally = &mut self.agent_tally[usize::from(state.place)];
        tally.reviews += 1;
        tally.review_waited += waited;
    }

    fn end_review(&mut self, task: usize) {
        let round = self.tasks[task].reviews - 1;
        let sent_back = || match round {
            0 => self.draws.is(SENT_BACK, self.row, task),
            _ => self.is_sent_back(task, round),
        };
        if round < self.open.tasks[task].rounds && sent_back() {
            self.make_ready(task, JobKind::Rework);
        } else {
            self.complete(task);
        }
    }
}
