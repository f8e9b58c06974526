//! Rules 7 and 8, after the work: attempts that fail, reviews, rework.

use super::Engine;
use super::life::Reason;
use super::stint::MAIN;
use crate::simulate::Activity;
use crate::simulate::program::JobKind;
use crate::simulate::queue::EventKind;
use crate::units::Ticks;

impl Engine<'_> {
    /// All parts of the task's job are done.
    pub(super) fn end_job(&mut self, task: usize) {
        self.let_go(task);
        match self.state.tasks[task].job.kind {
            JobKind::Review => self.end_review(task),
            JobKind::Rework => self.ask_for_review(task),
            _ => self.end_attempt(task),
        }
    }

    fn end_attempt(&mut self, task: usize) {
        let program = self.program;
        let attempt = self.state.tasks[task].attempt;
        let Some(attempts) =
            program.instance.tasks[task].attempts.as_ref().filter(|_| self.draws.attempt_fails(task, attempt))
        else {
            self.ask_for_review(task);
            return;
        };
        if attempt + 1 < attempts.max {
            let wait = self.draws.backoff(task, attempt);
            self.state.tasks[task].attempt = attempt + 1;
            let now = self.state.now;
            self.push_stretch(task, Activity::Backoff, (now, now.plus(wait), wait), false);
            self.state.queue.push(now.plus(wait), EventKind::BackoffEnd, task);
        } else if let Some(level) = attempts.then {
            let draws = program.ticket_draws(level, program.instance.tasks[task].key, 0);
            self.open_ticket(task, level, Reason::Attempts, draws);
        } else {
            self.ask_for_review(task);
        }
    }

    /// The work is done: it is reviewed, or that is all.
    pub(super) fn ask_for_review(&mut self, task: usize) {
        if self.program.tasks[task].review.is_none() {
            self.complete(task);
            return;
        }
        let wait = self.draws.review_response(task, self.state.tasks[task].reviews);
        if wait == Ticks::ZERO {
            self.make_ready(task, JobKind::Review);
            return;
        }
        let now = self.state.now;
        self.push_stretch(task, Activity::ReviewResponse, (now, now.plus(wait), wait), false);
        self.state.queue.push(now.plus(wait), EventKind::ReviewResponseEnd, task);
    }

    /// Somebody takes up the review.
    pub(super) fn begin_review(&mut self, task: usize, pace: f64) {
        let program = self.program;
        let effort = self.draws.review_effort(task, self.state.tasks[task].reviews);
        let amount = Ticks::from_hours(effort / pace);
        let reviewer = self.state.crews[program.reviewer(task).places().start];
        let now = self.state.now;
        let state = &mut self.state.tasks[task];
        let waited = now - state.job.ready;
        state.reviews += 1;
        state.review_waited += waited;
        state.job.left[MAIN] = amount;
        let tally = &mut self.state.agent_tally[reviewer as usize];
        tally.reviews += 1;
        tally.review_waited += waited;
    }

    fn end_review(&mut self, task: usize) {
        let Some(review) = &self.program.instance.tasks[task].review else { return };
        let round = self.state.tasks[task].reviews - 1;
        if round < review.rounds && self.draws.is_sent_back(task, round) {
            self.make_ready(task, JobKind::Rework);
        } else {
            self.complete(task);
        }
    }
}
