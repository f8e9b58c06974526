//! Attempts that a blocker strikes once, and nothing else interrupts: the most common trouble, in steps.
//!
//! They follow the rules of the larger plans without asking what is known beforehand: no agent fails, no other blocker
//! strikes, and a ticket knows its turn when it comes.

use super::super::Activity;
use super::super::engine::{Doing, MAIN, RISK};
use super::super::program::Program;
use super::columns::End;
use super::engine::OpenEngine;
use super::small::{STUCK, SmallProgram, UNCERTAIN};
use super::state::RoughState;
use super::trouble::NEW_ROUGH;
use crate::model::Hold;
use crate::units::Ticks;

/// True if this is all that the marks of an iteration may say of the task's first attempt. `in_order`: by level,
/// whether its tickets are handled in the order in which they come.
pub(super) fn is_struck_simply(program: &Program, task: usize, in_order: &[bool]) -> bool {
    let [strike] = program.strikes.of(task) else { return false };
    let blocker = &program.instance.blockers[strike.blocker as usize];
    let has_turns = blocker.escalate.as_ref().is_none_or(|escalate| in_order[escalate.to.index()]);
    !strike.is_timed && !strike.is_particular && blocker.hold == Hold::Waits && has_turns
}

impl OpenEngine<'_> {
    /// The first attempt of a task begins, `work` long, and will be struck. Its agent has been taken.
    pub(super) fn begin_struck(&mut self, small: &SmallProgram, task: usize, attempt: usize, work: Ticks) {
        let program = self.open.program;
        let strike = program.strikes.offset(task);
        let blocker = program.strikes.items()[strike].blocker as usize;
        let main = self.work_without_risks(task, usize::from(self.tasks[task].place), work);
        self.rough[task] = NEW_ROUGH;
        let state = &mut self.tasks[task];
        (state.left[MAIN], state.left[RISK], state.smooth) = (main, work - main, true);
        let (point, resolve) = self.draws.struck(task, strike);
        let before = Ticks::from_hours(work.hours() * point);
        self.work(task, self.now, before);
        let struck = self.now + before;
        self.struck[strike] = 1;
        let after = self.patience(blocker);
        if resolve <= after {
            let resolved = struck.plus(resolve);
            self.log_work(task, Activity::Resolve, struck, resolved);
            self.work_to_the_end(task, resolved);
        } else {
            self.steps.marks[attempt] |= STUCK;
            self.tasks[task].stint_start = struck;
            (self.rough[task].doing, self.tasks[task].smooth) = (Doing::Try(0), false);
            self.end_at(small, task, struck.plus(after), End::stint);
        }
    }

    /// The same of plans of which nobody asks more than scores: only when the attempt ends matters, and how long its
    /// agent is busy until then.
    pub(super) fn begin_struck_for_scores(
        &mut self,
        small: &SmallProgram,
        task: usize,
        (attempt, place): (usize, usize),
        work: Ticks,
    ) {
        let strike = self.open.program.strikes.offset(task);
        let (point, resolve) = self.draws.struck(task, strike);
        let before = Ticks::from_hours(work.hours() * point).min(work);
        let after = self.patience(self.open.program.strikes.items()[strike].blocker as usize);
        let is_resolved = resolve <= after;
        let until = (self.now + before).plus(resolve.min(after));
        self.agent_tally[place].busy += before;
        self.tasks[task].left[MAIN] = work - before;
        if is_resolved {
            self.agent_tally[place].busy += resolve;
            self.end_struck(small, task, (attempt, place), until);
        } else {
            self.steps.marks[attempt] |= STUCK;
            // For the rules of the larger plans, if something else happens when the try ends.
            let state = &mut self.tasks[task];
            (state.stint_start, state.smooth) = (self.now + before, false);
            self.rough[task] = RoughState { doing: Doing::Try(0), ..NEW_ROUGH };
            self.struck[strike] = 1;
            self.end_at(small, task, until, End::stint);
        }
    }

    /// The agent of such an attempt has not resolved the blocker in time: its ticket is handled, and work goes on.
    pub(super) fn escalate_for_scores(&mut self, small: &SmallProgram, task: usize, job: (usize, usize)) {
        let program = self.open.program;
        let at = program.strikes.offset(task);
        let blocker = &program.instance.blockers[program.strikes.items()[at].blocker as usize];
        let Some(escalate) = &blocker.escalate else { return };
        self.agent_tally[job.1].busy += Ticks::from_hours(escalate.after_hours);
        self.steps.marks[job.0] &= !STUCK;
        let response = program.levels[escalate.to.index()].response.fixed().unwrap_or(0.0);
        let response_end = self.now.plus(Ticks::from_hours(response));
        let Some((start, handler)) = self.turn(task, escalate.to.index(), response_end) else { return };
        let end = start.plus(self.draws.first_handling(task, at));
        self.levels[escalate.to.index()].free_from[handler] = end;
        // As in `take_turn`, for who has nothing left to do.
        self.steps.must_redo |= self.tasks[task].left[MAIN] == Ticks::ZERO;
        // Taking its turn and having been handled are events of the larger plans.
        self.steps.merged += 2;
        self.end_struck(small, task, job, end);
    }

    /// Works on what is left of such an attempt from this time on, and then is done.
    fn end_struck(&mut self, small: &SmallProgram, task: usize, (attempt, place): (usize, usize), start: Ticks) {
        let rest = self.tasks[task].left[MAIN];
        self.agent_tally[place].busy += rest;
        let finish = start.plus(rest);
        self.since[place] = finish;
        let is_uncertain = self.steps.marks[attempt] & UNCERTAIN != 0;
        self.end_at(small, task, finish, |time, job, place| End::told(time, job, place, is_uncertain));
    }

    /// How long an agent tries to resolve a blocker.
    fn patience(&self, blocker: usize) -> Ticks {
        let escalate = self.open.program.instance.blockers[blocker].escalate.as_ref();
        escalate.map_or(Ticks::NEVER, |escalate| Ticks::from_hours(escalate.after_hours))
    }

    /// The ticket of a task is over: work goes on from this time on, now or later.
    pub(super) fn go_on_after(&mut self, task: usize, end: Ticks) {
        let attempt = self.small.and_then(|small| small.attempt_of[task]).map_or(0, usize::from);
        let marks = &mut self.steps.marks[attempt];
        if *marks & STUCK == 0 {
            self.go_on_at(task, end);
        } else {
            *marks &= !STUCK;
            self.tasks[task].smooth = true;
            self.work_to_the_end(task, end);
        }
    }

    /// Works on what is left from this time on, and then is done.
    fn work_to_the_end(&mut self, task: usize, start: Ticks) {
        let amount = self.amount_left(task);
        self.work(task, start, amount);
        self.tell_end(task, start.plus(amount));
    }

    fn work(&mut self, task: usize, start: Ticks, amount: Ticks) {
        let state = &mut self.tasks[task];
        (state.stint_start, state.amount) = (start, amount);
        self.do_parts(task);
    }

    /// What a first attempt takes at a place of its `work` without the factors of risks.
    pub(super) fn work_without_risks(&self, task: usize, place: usize, work: Ticks) -> Ticks {
        if self.factors[task] <= 1.0 {
            return work;
        }
        let class = self.open.tasks[task].attempt.map_or(0, |seat| seat.class as usize);
        work.min(self.open.team.classes[class].paces[place].ticks(self.draws.effort(task, 0)))
    }
}
