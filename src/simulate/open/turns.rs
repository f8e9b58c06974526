//! What comes before, between and after steps: the state at the plan's start, and whatever follows the rules of the larger
//! plans.

use super::super::Activity;
use super::super::draws::{FAILS, STRUCK};
use super::super::program::JobKind;
use super::super::queue::EventKind;
use super::super::ready::NONE;
use super::NOTHING;
use super::engine::OpenEngine;
use super::small::{Jobs, SmallProgram};
use super::state::Stretch;
use super::steps::{NEW_STEPS, StepState};
use super::trouble::NEW_ROUGH;
use crate::units::Ticks;

impl StepState {
    /// From now on this job starts by the rules of the larger plans.
    pub(super) fn hinder(&mut self, job: Jobs) {
        self.hindered |= job;
        self.rough |= job;
    }
}

impl OpenEngine<'_> {
    /// Makes the steps' state that of the iteration.
    pub(super) fn set_out_steps(&mut self, small: &SmallProgram) {
        let (mut hindered, mut uncertain) = (small.rough, small.uncertain);
        let marks = self.draws.marked();
        for (&attempt, &marks) in small.attempts.iter().zip(marks) {
            hindered |= if marks & STRUCK != 0 { attempt } else { 0 };
            uncertain |= if marks & FAILS != 0 { attempt } else { 0 };
        }
        self.steps = StepState { hindered, uncertain, ..NEW_STEPS };
        self.set_rough(small);
        self.hours.copy_from_slice(self.draws.efforts());
        for risk in self.draws.risks() {
            for &task in self.open.factors.of(risk) {
                self.hours[task as usize] = self.draws.effort(task as usize, 0) * self.factors[task as usize];
            }
        }
        if self.open.program.details {
            // A place for each task's first attempt, which is written when it starts.
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
            self.log.resize(self.tasks.len(), NO_STRETCH);
        }
    }

    /// Jobs that may have the delay of a risk are hindered as long as nobody has had it.
    fn set_rough(&mut self, small: &SmallProgram) {
        self.steps.rough = self.steps.hindered;
        let mut delays = self.delays;
        while delays != 0 {
            self.steps.rough |= small.delays[delays.trailing_zeros() as usize];
            delays &= delays - 1;
        }
    }

    /// Of a first attempt that began in a step and ended, what risks added.
    pub(super) fn told_risk(&self, task: usize, stretch: &Stretch) -> Ticks {
        if self.factors[task] <= 1.0 {
            return Ticks::ZERO;
        }
        let class = self.open.tasks[task].attempt.map_or(0, |seat| seat.class as usize);
        let pace = self.open.team.classes[class].pace[usize::from(stretch.place)];
        let work = stretch.finish - stretch.start;
        work - work.min(Ticks::from_hours(self.draws.effort(task, 0) / pace))
    }

    /// When the next event happens that is none of the steps'.
    #[inline]
    pub(super) fn next_time(&self) -> Ticks {
        self.queue.next_time().unwrap_or(Ticks::NEVER)
    }

    /// Handles all events of this instant by the rules of the larger plans. Returns their number.
    pub(super) fn run_events(&mut self, small: &SmallProgram) -> u64 {
        let mut events = 0;
        let steps = &mut self.steps;
        while steps.running.next() == self.now {
            let job = steps.job_of[steps.running.place()];
            let task = small.jobs[usize::from(job)].task as usize;
            steps.running = steps.running.shift();
            self.queue.push(self.now, EventKind::StintEnd, task);
        }
        while let Some((kind, entity)) = self.queue.pop_at(self.now) {
            self.handle(kind, entity);
            self.settle();
            events += 1;
        }
        // Whoever was looked past is looked at again.
        self.steps.ready |= std::mem::take(&mut self.steps.skipped);
        events
    }

    /// Follows the links that the end of a task sets off besides those of the steps.
    pub(super) fn follow_rest(&mut self, small: &SmallProgram, task: u32) {
        self.follow(small.rest.of(task as usize));
        self.settle();
        // What takes no time has happened by now.
        self.run_events(small);
    }

    /// Starts the next job by the rules of the larger plans: that with this bit, if there is one, or work that goes on
    /// before it.
    pub(super) fn start_rough(&mut self, small: &SmallProgram, bit: usize) {
        let job = small.jobs.get(bit);
        if self.idle & self.again_places != 0 && self.start_again(job.map_or(NONE, |job| job.rank)) {
            return;
        }
        let Some(job) = job else { return };
        let (task, class) = (job.task as usize, job.class as usize);
        self.steps.ready &= !(1 << bit);
        let state = &mut self.tasks[task];
        if state.kind == JobKind::New && state.attempt == 0 {
            state.ready = self.nodes[job.node as usize].release;
            self.rough[task] = NEW_ROUGH;
        }
        if let Some(place) = self.choose(task, class) {
            self.tasks[task].place = place as u8;
            let delays = self.delays;
            self.take_up(task, self.open.team.classes[class].pace[place]);
            if self.delays != delays {
                self.set_rough(small);
            }
        } else {
            self.steps.skipped |= 1 << bit;
        }
    }
}
