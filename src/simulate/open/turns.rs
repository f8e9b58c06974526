//! What comes before, between and after steps: the state at the plan's start, and whatever follows the rules of the
//! larger plans.

use super::super::Activity;
use super::super::draws::{FAILS, STRUCK};
use super::super::program::JobKind;
use super::super::queue::EventKind;
use super::super::ready::NONE;
use super::NOTHING;
use super::engine::OpenEngine;
use super::small::SmallProgram;
use super::state::Stretch;
use super::steps::{LATE, StepState};
use super::trouble::NEW_ROUGH;
use crate::units::Ticks;

impl OpenEngine<'_> {
    /// Makes the steps' state that of the iteration.
    pub(super) fn set_out_steps(&mut self, small: &SmallProgram) {
        let mut steps = StepState::new();
        steps.always_hindered = small.attempts.hindered;
        steps.attempts.uncertain = small.attempts.uncertain;
        steps.reviews.hindered = small.reviews.hindered;
        steps.reviews.uncertain = small.reviews.uncertain;
        self.draws.for_each_mark(|task, mark| match mark {
            STRUCK => steps.always_hindered |= small.attempts.of[task],
            FAILS => {
                steps.attempts.uncertain |= small.attempts.of[task];
                steps.failing |= small.attempts.of[task] & small.tried_again;
            }
            _ => steps.reviews.uncertain |= small.reviews.of[task],
        });
        self.steps = steps;
        self.set_hindered(small);
        self.hours.copy_from_slice(self.draws.efforts());
        for risk in self.draws.risks() {
            for &task in self.open.factors.of(risk) {
                self.hours[task as usize] = self.draws.effort(task as usize, 0) * self.factors[task as usize];
            }
        }
        if self.open.program.details {
            // Places for each task's first attempt and its first review, which are written when they start.
            const NO_STRETCH: Stretch = Stretch {
                ready: Ticks::ZERO,
                start: Ticks::ZERO,
                finish: Ticks::ZERO,
                task: NOTHING,
                before: NOTHING,
                holder: NOTHING,
                activity: Activity::Work,
                place: 0,
                walked: false,
            };
            self.log.resize(small.entries(), NO_STRETCH);
        }
    }

    /// An attempt or a review is ready; here, those after the first start by the rules of the larger plans.
    pub(super) fn make_ready_in_steps(&mut self, small: &SmallProgram, task: usize, kind: JobKind) {
        let state = &self.tasks[task];
        if kind == JobKind::Review {
            let review = small.reviews.of[task];
            self.steps.reviews.ready |= review;
            self.steps.reviews.hindered |= if state.reviews > 0 { review } else { 0 };
        } else {
            let attempt = small.attempts.of[task];
            self.steps.attempts.ready |= attempt;
            if state.attempt > 0 {
                self.steps.failing &= !attempt;
                self.steps.always_hindered |= attempt;
                self.steps.attempts.hindered |= attempt;
            }
        }
    }

    /// Attempts that may have the delay of a risk are hindered as long as nobody has had it.
    fn set_hindered(&mut self, small: &SmallProgram) {
        let mut rough = self.steps.always_hindered;
        let mut delays = self.delays;
        while delays != 0 {
            rough |= small.delays[delays.trailing_zeros() as usize];
            delays &= delays - 1;
        }
        self.steps.attempts.hindered = rough;
    }

    /// When something happens next; never if nothing does.
    pub(super) fn next_time(&self) -> Ticks {
        let ends = self.steps.running.next();
        let later = self.queue.next_time().unwrap_or(Ticks::NEVER);
        // Places without a job stand for the last of all times.
        if ends < LATE { ends.min(later) } else { later }
    }

    /// Handles all events of this instant by the rules of the larger plans. Returns their number.
    pub(super) fn run_events(&mut self, small: &SmallProgram) -> u64 {
        let mut events = 0;
        loop {
            if self.steps.last_end() == self.now {
                self.steps.take_in_end();
            }
            let mut alone = None;
            while self.steps.running.next() == self.now {
                let ending = self.end_next(small);
                if self.steps.running.next() != self.now && self.queue.next_time() != Some(self.now) {
                    alone = Some(ending);
                } else {
                    self.queue.push(self.now, EventKind::StintEnd, ending);
                }
            }
            // What happens alone needs no queue.
            if let Some(task) = alone {
                self.end_stint(task);
            } else if let Some((kind, entity)) = self.queue.pop_at(self.now) {
                self.handle(kind, entity);
            } else {
                break;
            }
            self.settle();
            events += 1;
        }
        // Whoever was looked past is looked at again.
        self.steps.reviews.ready |= std::mem::take(&mut self.steps.skipped);
        events
    }

    /// Takes the job that ends next out of those that run.
    fn end_next(&mut self, small: &SmallProgram) -> usize {
        let job = self.steps.job_of[self.steps.running.place()];
        self.steps.running = self.steps.running.shift();
        small.jobs[usize::from(job)].task as usize
    }

    /// Follows the links that the end of a task sets off besides those of the steps.
    pub(super) fn follow_rest(&mut self, small: &SmallProgram, task: u32) -> u64 {
        self.follow(small.rest.of(task as usize));
        self.settle();
        // What takes no time has happened by now.
        self.run_events(small)
    }

    /// The agent of a task's job is busy with it until then: all that its stints leave in the log is there, and steps see
    /// to its end where that is no more than the end of the task, or than to ask for a review.
    pub(super) fn tell_end(&mut self, task: usize, finish: Ticks) {
        let Some(small) = self.small else { return };
        let state = &mut self.tasks[task];
        let place = usize::from(state.place);
        (state.is_told, state.stint_start) = (true, finish);
        self.let_go[place] = state.last;
        let attempt = small.attempts.of[task];
        let is_uncertain = state.kind != JobKind::New
            || if state.attempt == 0 {
                self.steps.attempts.uncertain & attempt != 0
            } else {
                small.attempts.uncertain & attempt != 0 || self.draws.attempt_fails(task, state.attempt)
            };
        self.end_at(small, task, finish, is_uncertain);
    }

    /// The stint of a task's job ends then.
    pub(super) fn end_at(&mut self, small: &SmallProgram, task: usize, finish: Ticks, is_uncertain: bool) {
        if finish < LATE {
            let place = usize::from(self.tasks[task].place);
            self.steps.run(finish, place, small.job_of(task), is_uncertain);
        } else {
            self.steps.must_redo = true;
        }
    }

    /// Starts the next job by the rules of the larger plans: this one, if there is one, or work that goes on before it.
    pub(super) fn start_hindered(&mut self, small: &SmallProgram, job: Option<usize>) {
        let job = job.map(|job| &small.jobs[job]);
        if self.idle & self.again_places != 0 && self.start_again(job.map_or(NONE, |job| job.rank)) {
            return;
        }
        let Some(job) = job else { return };
        let (task, class) = (job.task as usize, job.class as usize);
        let state = &mut self.tasks[task];
        if job.is_review {
            self.steps.reviews.ready &= !small.reviews.of[task];
        } else {
            self.steps.attempts.ready &= !small.attempts.of[task];
            if state.attempt == 0 {
                state.ready = self.nodes[job.node as usize].release;
                self.rough[task] = NEW_ROUGH;
            }
        }
        if let Some(place) = self.choose(task, class) {
            self.tasks[task].place = place as u8;
            let delays = self.delays;
            self.take_up(task, self.open.team.classes[class].pace[place]);
            if self.delays != delays {
                self.set_hindered(small);
            }
        } else {
            // Nobody but its author is there for the review.
            self.steps.skipped |= small.reviews.of[task];
        }
    }
}
