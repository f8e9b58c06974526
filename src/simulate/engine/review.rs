//! Rules 7 and 8, after the work: attempts that fail, reviews, rework.

use super::Engine;
use super::state::Reason;
use super::stint::MAIN;
use crate::rng::Purpose;
use crate::simulate::Activity;
use crate::simulate::draws::{FAILS, SENT_BACK};
use crate::simulate::program::JobKind;
use crate::simulate::queue::EventKind;
use crate::simulate::sampler::Sampler;
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

    /// A uniform number for the task, this purpose and this occurrence.
    fn unit(&self, task: usize, purpose: Purpose, occurrence: u32) -> f64 {
        self.program.tasks[task].stream(purpose, occurrence).unit(self.state.iteration)
    }

    /// A draw of the task for this purpose and this occurrence [hours].
    pub(super) fn task_draw(&self, task: usize, sampler: &Sampler, purpose: Purpose, occurrence: u32) -> f64 {
        let word = || self.program.tasks[task].stream(purpose, occurrence).word(self.state.iteration);
        sampler.fixed().unwrap_or_else(|| sampler.value(word()))
    }

    fn end_attempt(&mut self, task: usize) {
        let program = self.program;
        let attempt = self.state.tasks[task].attempt;
        let (Some(attempts), Some(backoff)) =
            (&program.instance.tasks[task].attempts, &program.tasks[task].backoff)
        else {
            self.ask_for_review(task);
            return;
        };
        let fails = match attempt {
            0 => self.draws.is(FAILS, self.row, task),
            _ => !attempts.success.happens(self.unit(task, Purpose::Success, attempt)),
        };
        if !fails {
            self.ask_for_review(task);
        } else if attempt + 1 < attempts.max {
            // The wait doubles; beyond 2^60 it is for ever anyhow.
            let times = (1_u64 << attempt.min(60)) as f64;
            let wait = Ticks::from_hours(self.task_draw(task, backoff, Purpose::Backoff, attempt) * times);
            self.state.tasks[task].attempt = attempt + 1;
            let now = self.state.now;
            self.push_stretch(task, Activity::Backoff, (now, now.plus(wait), wait), false);
            self.state.queue.push(now.plus(wait), EventKind::BackoffEnd, task);
        } else if let Some(level) = attempts.then {
            let key = program.instance.tasks[task].key;
            self.open_ticket(task, level, Reason::Attempts, (key, 0));
        } else {
            self.ask_for_review(task);
        }
    }

    /// The work is done: it is reviewed, or that is all.
    pub(super) fn ask_for_review(&mut self, task: usize) {
        let Some(review) = &self.program.tasks[task].review else {
            self.complete(task);
            return;
        };
        let round = self.state.tasks[task].reviews;
        let wait = match round {
            0 => self.draws.response(self.row, task),
            _ => Ticks::from_hours(self.task_draw(task, &review.response, Purpose::ReviewResponse, round)),
        };
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
        let Some(review) = &program.tasks[task].review else { return };
        let round = self.state.tasks[task].reviews;
        let effort = match round {
            0 => self.draws.review(self.row, task),
            _ => self.task_draw(task, &review.effort, Purpose::ReviewEffort, round),
        };
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
        let sent_back = || match round {
            0 => self.draws.is(SENT_BACK, self.row, task),
            _ => review.reject.happens(self.unit(task, Purpose::Reject, round)),
        };
        if round < review.rounds && sent_back() {
            self.make_ready(task, JobKind::Rework);
        } else {
            self.complete(task);
        }
    }
}
