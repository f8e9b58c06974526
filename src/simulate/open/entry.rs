//! What a job that begins in a step leaves in the log.

use std::hint::select_unpredictable;

use super::super::Activity;
use super::NOTHING;
use super::engine::OpenEngine;
use super::small::{SECOND, SmallProgram};
use super::state::Stretch;
use crate::units::Ticks;

impl OpenEngine<'_> {
    /// Logs a job that begins in a step now, at its entry.
    #[inline(always)]
    pub(super) fn log_job(&mut self, small: &SmallProgram, bit: usize, place: usize, finish: Ticks) {
        let job = &small.jobs[bit];
        let task = usize::from(job.task);
        let (ready, entry, activity) = if job.is_review {
            if self.steps.marks[bit] & SECOND != 0 {
                return self.log_later(task, Activity::Review, place, finish);
            }
            (self.tasks[task].ready, small.review_entry(task), Activity::Review)
        } else if self.steps.marks[bit] & SECOND != 0 {
            (self.tasks[task].ready, small.second_entry(task), Activity::Retry)
        } else {
            (self.nodes[usize::from(job.node)].release, task, Activity::Work)
        };
        self.log[entry] = self.stretch(entry, task, (activity, ready), place, finish);
    }

    /// Logs a job that begins in a step now and has no entry of its own.
    pub(super) fn log_later(&mut self, task: usize, activity: Activity, place: usize, finish: Ticks) {
        let stretch = self.stretch(self.log.len(), task, (activity, self.tasks[task].ready), place, finish);
        self.log.push(stretch);
    }

    /// What a job of a task, ready since then, leaves at an entry. Its agent lets go of it there.
    #[inline(always)]
    fn stretch(
        &mut self,
        entry: usize,
        task: usize,
        (activity, ready): (Activity, Ticks),
        place: usize,
        finish: Ticks,
    ) -> Stretch {
        let holder = select_unpredictable(ready < self.now, self.let_go[place], NOTHING);
        self.let_go[place] = entry as u32;
        Stretch {
            ready,
            start: self.now,
            finish,
            task: task as u32,
            before: std::mem::replace(&mut self.last[task], entry as u32),
            holder,
            activity,
            place: place as u8,
            walked: false,
        }
    }
}
