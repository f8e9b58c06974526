//! Reviews that send the work back, in steps.
//!
//! They follow the rules of the larger plans without asking what is known beforehand: nothing interrupts the rework, and
//! its review is asked for at once.

use super::super::Activity;
use super::super::program::JobKind;
use super::super::ready::NONE;
use super::columns::{End, LATE};
use super::engine::OpenEngine;
use super::small::{FAILING, SECOND, SmallProgram, UNCERTAIN};
use super::steps::Steps;
use crate::units::Ticks;

impl<const REVIEWS: bool> Steps<'_, '_, REVIEWS> {
    /// A review has sent the work back.
    pub(super) fn send_back(&mut self, lane: usize, bit: usize) {
        let engine = &mut self.engines[lane];
        engine.send_back(self.small.jobs[bit].task.into());
        // The rework ends, and so does the next review.
        engine.steps.merged += 2;
        self.columns.again[lane] = engine.again_places as i64;
    }

    /// Starts work that goes on whose agent is idle again, if there is some before this job. True if it does.
    #[cold]
    pub(super) fn start_again(&mut self, lane: usize, job: Option<usize>) -> bool {
        let (small, columns, engine) = (self.small, &mut self.columns, &mut self.engines[lane]);
        let before = job.map_or(NONE, |job| small.jobs[job].rank);
        let Some(at) = engine.first_again(columns.idle[lane] as u64, before) else { return false };
        let task = engine.task_again(at);
        let amount = engine.rework(task);
        let finish = engine.now + amount;
        let is_rework = small.reworks[task] && engine.tasks[task].kind == JobKind::Rework;
        let Some(attempt) = small.attempt_of[task].filter(|_| is_rework && finish < LATE) else {
            self.start_hindered(lane, job);
            return true;
        };
        engine.take_again(at);
        let place = usize::from(engine.authors[task]);
        columns.again[lane] = engine.again_places as i64;
        columns.idle[lane] &= !(1 << place);
        columns.ends.told[lane] = End::told(finish, attempt.into(), place, false).0;
        engine.since[place] = engine.now;
        if engine.open.program.details {
            engine.log_later(task, Activity::Rework, place, finish);
        }
        true
    }
}

impl OpenEngine<'_> {
    /// Marks the review after the rework, if that is for steps.
    pub(super) fn mark_next_review(&mut self, small: &SmallProgram, task: usize) {
        let Some(review) = small.review_of[task].filter(|_| small.reworks[task]) else { return };
        let round = self.tasks[task].reviews;
        let is_sent_back = round < self.open.tasks[task].rounds && self.draws.is_sent_back(task, round);
        let marks = &mut self.steps.marks[usize::from(review)];
        *marks |= SECOND;
        if !is_sent_back {
            *marks &= !(FAILING | UNCERTAIN);
        }
    }

    /// Agent time of the rework of what a task's last attempt was.
    pub(super) fn rework(&self, task: usize) -> Ticks {
        Ticks::from_hours(self.tasks[task].last_work.hours() * self.open.tasks[task].rework_share)
    }
}
