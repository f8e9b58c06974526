//! After the work: attempts that fail, reviews, rework.

use super::super::Activity;
use super::super::engine::{MAIN, Reason};
use super::super::program::JobKind;
use super::super::queue::EventKind;
use super::engine::OpenEngine;
use crate::units::{Pace, Ticks};

impl OpenEngine<'_> {
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
        let attempt = self.tasks[task].attempt;
        let Some(attempts) =
            program.instance.tasks[task].attempts.as_ref().filter(|_| self.draws.attempt_fails(task, attempt))
        else {
            self.ask_for_review(task);
            return;
        };
        if attempt + 1 < attempts.max {
            let wait = self.draws.backoff(task, attempt);
            self.tasks[task].attempt = attempt + 1;
            self.log(task, Activity::Backoff, self.now, self.now.plus(wait));
            self.queue.push(self.now.plus(wait), EventKind::BackoffEnd, task);
        } else if let Some(level) = attempts.then {
            let draws = program.ticket_draws(level, program.instance.tasks[task].key, 0);
            self.open_ticket(task, level, Reason::Attempts, draws);
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
        let wait = self.draws.review_response(task, self.tasks[task].reviews);
        if wait == Ticks::ZERO {
            self.make_ready(task, JobKind::Review);
            return;
        }
        self.log(task, Activity::ReviewResponse, self.now, self.now.plus(wait));
        self.queue.push(self.now.plus(wait), EventKind::ReviewResponseEnd, task);
    }

    /// Somebody takes up the review.
    pub(super) fn begin_review(&mut self, task: usize, pace: Pace) {
        let hours = self.draws.review_effort(task, self.tasks[task].reviews);
        let state = &mut self.tasks[task];
        let waited = self.now - state.ready;
        state.reviews += 1;
        state.review_waited += waited;
        state.left[MAIN] = pace.ticks(hours);
        let tally = &mut self.agent_tally[usize::from(state.place)];
        tally.reviews += 1;
        tally.review_waited += waited;
    }

    fn end_review(&mut self, task: usize) {
        let round = self.tasks[task].reviews - 1;
        if round < self.open.tasks[task].rounds && self.draws.is_sent_back(task, round) {
            self.send_back(task);
        } else {
            self.complete(task);
        }
    }

    /// A review has sent the work back: its author does some of it again, and then it is reviewed again.
    pub(super) fn send_back(&mut self, task: usize) {
        self.make_ready(task, JobKind::Rework);
        if let Some(small) = self.small {
            self.mark_next_review(small, task);
        }
    }
}
