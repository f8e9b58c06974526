//! What comes before, between and after steps: the state at the plan's start, and whatever follows the rules of the
//! larger plans.

use super::super::Activity;
use super::super::draws::MARKS;
use super::super::program::JobKind;
use super::super::queue::EventKind;
use super::super::ready::NONE;
use super::NOTHING;
use super::columns::{End, LATE};
use super::engine::OpenEngine;
use super::small::{DELAYED, FAILING, HINDERED, MOST_JOBS, Marks, SmallProgram, UNCERTAIN};
use super::state::Stretch;
use super::trouble::NEW_ROUGH;
use super::wide::WideProgram;
use crate::units::Ticks;

impl OpenEngine<'_> {
    /// Makes the state of nodes and tasks that of the plan's start, where wide steps have left it anything else.
    pub(super) fn clear_touched(&mut self, wide: &WideProgram) {
        for &node in &wide.nodes {
            self.nodes[usize::from(node)] = self.open.nodes[usize::from(node)];
        }
        for task in self.steps.touched.drain(..) {
            self.tasks[usize::from(task)] = self.open.new_tasks[usize::from(task)];
        }
    }

    /// The state of a task is about to change.
    #[inline]
    pub(super) fn touch(&mut self, task: usize) {
        if self.steps.is_wide {
            self.steps.touched.push(task as u8);
        }
    }

    /// Makes the steps' state that of the iteration.
    pub(super) fn set_out_steps(&mut self, small: &SmallProgram) {
        self.steps.set_out(small);
        let steps = &mut self.steps;
        self.draws.for_each_mark(|task, mark| {
            let (job, if_so) = small.if_marked[task][mark.trailing_zeros() as usize % MARKS];
            let job = usize::from(job);
            steps.mark(job, steps.marks[job] | if_so);
        });
        self.mark_delayed(small);
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

    /// Tells the hours at pace 1 of each first attempt, with the factors of risks.
    pub(super) fn tell_hours(&self, hours: &mut [i64; MOST_JOBS]) {
        let efforts = self.draws.efforts();
        for (bits, effort) in hours.iter_mut().zip(efforts) {
            *bits = effort.to_bits() as i64;
        }
        for risk in self.draws.risks() {
            for &task in self.open.factors.of(risk) {
                let task = task as usize;
                hours[task] = (efforts[task] * self.factors[task]).to_bits() as i64;
            }
        }
    }

    /// Follows the links that the finish of a node sets off.
    pub(super) fn set_off_in_steps(&mut self, small: &SmallProgram, node: u32) {
        let task = self.open.task_of[node as usize] as usize;
        let Some(attempt) = small.attempt_of.get(task).copied().flatten() else {
            self.follow(self.open.program.on_finish.of(node as usize));
            return;
        };
        self.steps.done |= 1 << attempt;
        for next in &small.jobs[usize::from(attempt)].next {
            self.nodes[usize::from(next.node)].hold(self.now, next.link);
            self.steps.attempts |= small.released(self.steps.done, next.attempt);
        }
        self.follow(small.rest.of(task));
    }

    /// An attempt or a review is ready; here, those after the first start by the rules of the larger plans, except for
    /// reviews of rework that is for steps.
    pub(super) fn make_ready_in_steps(&mut self, small: &SmallProgram, task: usize, kind: JobKind) {
        let (state, steps) = (&self.tasks[task], &mut self.steps);
        if kind == JobKind::Review {
            steps.reviews |= small.review(task);
            if state.reviews > 0
                && let Some(review) = small.review_of[task].filter(|_| !small.reworks[task])
            {
                steps.marks[usize::from(review)] |= HINDERED;
            }
        } else {
            let Some(attempt) = small.attempt_of[task] else { return };
            if state.attempt == 0 {
                steps.held &= !(1 << attempt);
                steps.attempts |= small.released(steps.done, attempt);
            } else {
                steps.attempts |= 1 << attempt;
                let attempt = usize::from(attempt);
                steps.mark(attempt, steps.marks[attempt] & !FAILING | HINDERED);
            }
        }
    }

    /// Attempts that may have the delay of a risk are hindered as long as nobody has had it.
    fn mark_delayed(&mut self, small: &SmallProgram) {
        let mut delays = self.delays;
        while delays != 0 {
            for &attempt in &small.delays[delays.trailing_zeros() as usize] {
                let attempt = usize::from(attempt);
                self.steps.mark(attempt, self.steps.marks[attempt] | DELAYED);
            }
            delays &= delays - 1;
        }
    }

    /// Handles all events of this instant by the rules of the larger plans.
    pub(super) fn run_events(&mut self, small: &SmallProgram) {
        loop {
            let mut alone = None;
            while let Some(ending) = self.end_next(small) {
                let is_last = self.steps.ends.iter().all(|end| end.time() != self.now);
                if is_last && self.queue.next_time() != Some(self.now) {
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
            self.steps.events += 1;
        }
        // Whoever was looked past is looked at again.
        self.steps.reviews |= std::mem::take(&mut self.steps.skipped);
    }

    /// The task of a job that ends now, if there is one.
    fn end_next(&mut self, small: &SmallProgram) -> Option<usize> {
        let at = self.steps.ends.iter().position(|end| end.time() == self.now)?;
        let end = self.steps.ends.swap_remove(at);
        let task = small.jobs[end.job()].task as usize;
        self.touch(task);
        let state = &mut self.tasks[task];
        (state.place, state.is_told) = (end.place() as u8, end.is_told());
        Some(task)
    }

    /// Follows the links that the end of a task sets off besides those of the steps.
    pub(super) fn follow_rest(&mut self, small: &SmallProgram, task: usize) {
        self.follow(small.rest.of(task));
        self.settle();
        // What takes no time has happened by now.
        self.run_events(small);
    }

    /// The agent of a task's job is busy with it until then: all that its stints leave in the log is there, and steps see
    /// to its end where that is no more than the end of the task, or than to ask for a review.
    pub(super) fn tell_end(&mut self, task: usize, finish: Ticks) {
        let Some(small) = self.small else { return };
        let state = &mut self.tasks[task];
        let place = usize::from(state.place);
        self.since[place] = finish;
        self.let_go[place] = self.last[task];
        let is_marked = |marks: &[Marks]| {
            small.attempt_of[task].is_some_and(|attempt| marks[usize::from(attempt)] & UNCERTAIN != 0)
        };
        let is_uncertain = state.kind != JobKind::New
            || if state.attempt == 0 {
                is_marked(&self.steps.marks)
            } else {
                is_marked(&small.marks) || self.draws.attempt_fails(task, state.attempt)
            };
        self.end_at(small, task, finish, |time, job, place| End::told(time, job, place, is_uncertain));
    }

    /// The stint of a task's job ends then.
    pub(super) fn end_at(
        &mut self,
        small: &SmallProgram,
        task: usize,
        finish: Ticks,
        end: impl Fn(Ticks, usize, usize) -> End,
    ) {
        if finish < LATE {
            let place = usize::from(self.tasks[task].place);
            self.steps.ends.push(end(finish, small.job_of(task), place));
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
        self.touch(task);
        let state = &mut self.tasks[task];
        if job.is_review {
            self.steps.reviews &= !small.review(task);
        } else {
            self.steps.attempts &= !small.attempt(task);
            if state.attempt == 0 {
                state.ready = self.nodes[job.node as usize].release;
                self.rough[task] = NEW_ROUGH;
            }
        }
        if let Some(place) = self.choose(task, class) {
            self.tasks[task].place = place as u8;
            let delays = self.delays;
            self.take_up(task, self.open.team.classes[class].paces[place]);
            if self.delays != delays {
                for attempt in 0..small.first_review {
                    self.steps.mark(attempt, self.steps.marks[attempt] & !DELAYED);
                }
                self.mark_delayed(small);
            }
        } else {
            // Nobody but its author is there for the review.
            self.steps.skipped |= small.review(task);
        }
    }
}
