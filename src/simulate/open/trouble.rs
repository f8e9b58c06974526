//! What interrupts work: blockers that strike, and agents that fail.

use super::super::Activity;
use super::super::engine::{Doing, HANDOFF, MAIN, NO_TICKET, REDO, RISK, Reason};
use super::super::program::{JobKind, Strike, TicketDraws};
use super::super::queue::EventKind;
use super::NOBODY;
use super::columns::LATE;
use super::engine::OpenEngine;
use super::state::RoughState;
use crate::model::Hold;
use crate::units::Ticks;

/// A task that nothing has gone wrong with.
pub(super) const NEW_ROUGH: RoughState = RoughState {
    doing: Doing::Parts,
    ticket: NO_TICKET,
    done: Ticks::ZERO,
    first_work: Ticks::ZERO,
    clock: Ticks::NEVER,
    restarts: 0,
    failures: 0,
};

impl OpenEngine<'_> {
    /// Draws when the job that begins is interrupted. False if nothing interrupts it; `strikes`: a blocker may.
    pub(super) fn expects_trouble(&mut self, task: usize, strikes: bool) -> bool {
        self.draw_failure_clock(task);
        let rough = &mut self.rough[task];
        if !strikes && rough.clock.is_never() {
            return false;
        }
        (rough.done, rough.restarts) = (Ticks::ZERO, 0);
        let state = &self.tasks[task];
        if state.kind == JobKind::New && state.attempt == 0 {
            rough.first_work = state.left[MAIN].plus(state.left[RISK]);
            for at in self.open.program.strikes.range(task) {
                self.struck[at] = 0;
                self.draw_strike(task, at);
            }
        }
        true
    }

    /// Goes on with the parts of the job until it ends or something interrupts it.
    pub(super) fn go_on(&mut self, task: usize) {
        self.go_on_at(task, self.now);
    }

    /// The same from `start` on, which may be later.
    pub(super) fn go_on_at(&mut self, task: usize, start: Ticks) {
        self.rough[task].doing = Doing::Parts;
        let amount = self.amount_left(task).min(self.until_interruption(task));
        let end = start.plus(amount);
        if !self.knows_end(task, end) {
            self.start_stint(task, start, amount);
            return;
        }
        let state = &mut self.tasks[task];
        (state.amount, state.stint_start) = (amount, start);
        self.do_parts(task);
        if let Some(place) = self.striking(task) {
            self.steps.merged += 1;
            self.strike(task, place, end);
        } else {
            self.tell_end(task, end);
        }
    }

    /// True if a stint up to `end` can be told beforehand: only in steps, and if nothing comes between whose time is not
    /// known. Blockers that may strike at any time may do so without end, and are taken one by one.
    pub(super) fn knows_end(&self, task: usize, end: Ticks) -> bool {
        let state = &self.tasks[task];
        let is_known =
            state.smooth || (self.rough[task].clock.is_never() && !self.open.tasks[task].has_timed_blockers);
        self.small.is_some() && state.place != NOBODY && is_known && end < LATE
    }

    /// Agent time until a blocker strikes or the agent fails.
    fn until_interruption(&self, task: usize) -> Ticks {
        let program = self.open.program;
        let (state, rough) = (&self.tasks[task], &self.rough[task]);
        let mut least = rough.clock;
        if state.kind == JobKind::Review {
            return least;
        }
        let before_work = state.left[HANDOFF].plus(state.left[REDO]);
        let is_first = state.kind == JobKind::New && state.attempt == 0;
        for (strike, &at) in program.strikes.of(task).iter().zip(&self.strikes[program.strikes.range(task)]) {
            if at.is_never() || !self.may_strike(task, strike) {
                continue;
            }
            if strike.is_timed {
                least = least.min(state.left[HANDOFF].plus(at));
            } else if is_first {
                least = least.min(before_work.plus(at) - rough.done);
            }
        }
        least
    }

    /// The agent time that was planned for a job that may be interrupted has passed.
    pub(super) fn end_rough_stint(&mut self, task: usize) {
        let doing = self.rough[task].doing;
        if doing == Doing::Parts {
            self.do_parts(task);
            self.after_parts(task);
            return;
        }
        let start = self.tasks[task].stint_start;
        self.log_work(task, Activity::Resolve, start, self.now);
        match doing {
            Doing::Try(place) => self.escalate(task, place as usize),
            _ => self.go_on(task),
        }
    }

    /// Takes the stint's agent time off the parts of the job, and off what interrupts it.
    pub(super) fn do_parts(&mut self, task: usize) {
        let state = &mut self.tasks[task];
        let (kind, amount, mut rest) = (state.kind, state.amount, state.amount);
        let mut taken = [Ticks::ZERO; 4];
        for (taken, left) in taken.iter_mut().zip(&mut state.left) {
            *taken = (*left).min(rest);
            *left -= *taken;
            rest -= *taken;
        }
        if self.open.program.details {
            self.log_parts(task, taken);
        } else {
            self.count_busy(task, amount);
        }
        let rough = &mut self.rough[task];
        rough.done += taken[MAIN] + taken[RISK];
        if !rough.clock.is_never() {
            rough.clock -= amount;
        }
        if kind == JobKind::Review {
            return;
        }
        let program = self.open.program;
        for (at, strike) in program.strikes.range(task).zip(program.strikes.of(task)) {
            if strike.is_timed && self.may_strike(task, strike) {
                self.strikes[at] -= amount - taken[HANDOFF];
            }
        }
    }

    /// What comes after parts of the job: a failure, a blocker, the end, or more work.
    fn after_parts(&mut self, task: usize) {
        if self.rough[task].clock <= Ticks::ZERO {
            self.fail(task);
        } else if let Some(place) = self.striking(task) {
            self.strike(task, place, self.now);
        } else if self.tasks[task].left == [Ticks::ZERO; 4] {
            self.end_job(task);
        } else {
            self.go_on(task);
        }
    }

    /// The blocker that strikes at this point of the task's work.
    fn striking(&self, task: usize) -> Option<usize> {
        let program = self.open.program;
        let state = &self.tasks[task];
        if state.kind == JobKind::Review || state.left[HANDOFF] > Ticks::ZERO {
            return None;
        }
        let is_first = state.kind == JobKind::New && state.attempt == 0;
        let clocks = &self.strikes[program.strikes.range(task)];
        program.strikes.of(task).iter().zip(clocks).position(|(strike, &at)| {
            let is_due = if strike.is_timed {
                at <= Ticks::ZERO
            } else {
                is_first && state.left[REDO] == Ticks::ZERO && at <= self.rough[task].done
            };
            is_due && self.may_strike(task, strike)
        })
    }

    /// True if the blocker may strike the work of the job's agent.
    #[inline]
    fn may_strike(&self, task: usize, strike: &Strike) -> bool {
        let agents = || self.open.program.blockers[strike.blocker as usize].agents.as_deref();
        !strike.is_particular || self.selects(task, agents())
    }

    /// Draws when a blocker, the one at `at` of all strikes, strikes the task next.
    fn draw_strike(&mut self, task: usize, at: usize) {
        let first_work = self.rough[task].first_work;
        self.strikes[at] = self.draws.strike(task, at, self.struck[at], first_work);
    }

    /// A blocker strikes at this time, now or later: work stops, the agent tries to resolve it.
    fn strike(&mut self, task: usize, place: usize, now: Ticks) {
        let program = self.open.program;
        let at = program.strikes.offset(task) + place;
        let blocker = program.strikes.items()[at].blocker as usize;
        let resolve = self.draws.resolve(at, self.struck[at]);
        self.struck[at] += 1;
        self.draw_strike(task, at);
        let patience = program.instance.blockers[blocker].escalate.as_ref();
        let (amount, doing) = match patience.map(|e| Ticks::from_hours(e.after_hours)) {
            Some(after) if resolve > after => (after, Doing::Try(place as u32)),
            _ => (resolve, Doing::Resolve),
        };
        self.rough[task].doing = doing;
        let end = now.plus(amount);
        if doing == Doing::Resolve && self.knows_end(task, end) {
            self.steps.merged += 1;
            self.log_work(task, Activity::Resolve, now, end);
            self.go_on_at(task, end);
        } else {
            self.start_stint(task, now, amount);
        }
    }

    /// The agent has not resolved the blocker in time: it becomes a ticket.
    fn escalate(&mut self, task: usize, place: usize) {
        let program = self.open.program;
        let at = program.strikes.offset(task) + place;
        let strike = &program.strikes.items()[at];
        let id = strike.blocker;
        let blocker = &program.instance.blockers[id as usize];
        let occurrence = self.struck[at] - 1;
        if blocker.hold == Hold::Switches {
            self.let_go(task);
        }
        if let Some(escalate) = &blocker.escalate {
            let draws = TicketDraws { occurrence, ..strike.ticket };
            self.open_ticket(task, escalate.to, Reason::Blocker(id), draws);
        }
    }

    /// Draws the busy time until the job's agent fails, if it is before the job ends.
    fn draw_failure_clock(&mut self, task: usize) {
        let amount = self.amount_left(task);
        let agent = self.open.team.agents.get(usize::from(self.tasks[task].place)).map(|&agent| agent as usize);
        let rough = &mut self.rough[task];
        let clock = agent.and_then(|agent| self.draws.failure(task, agent, rough.failures, amount));
        rough.failures += u32::from(clock.is_some());
        rough.clock = clock.unwrap_or(Ticks::NEVER);
    }

    /// The agent fails: some work is lost, and the agent is repaired or a level takes over.
    fn fail(&mut self, task: usize) {
        let program = self.open.program;
        let agent = self.open.team.agents[usize::from(self.tasks[task].place)] as usize;
        let (Some(failures), Some(draws)) = (&program.instance.agents[agent].failures, &program.failures[agent])
        else {
            return;
        };
        let rough = &mut self.rough[task];
        let occurrence = rough.failures;
        let redo = &mut self.tasks[task].left[REDO];
        let counts = rough.done - (*redo).min(rough.done);
        *redo += Ticks::from_hours(counts.hours() * failures.lost);
        rough.restarts += 1;
        let too_many = failures.restarts.is_some_and(|most| rough.restarts > most);
        let key = program.tasks[task].shared.key_with(draws.key);
        self.draw_failure_clock(task);
        match failures.then {
            Some(level) if too_many => {
                self.rough[task].restarts = 0;
                let draws = program.ticket_draws(level, key, occurrence);
                self.open_ticket(task, level, Reason::Failures, draws);
            }
            _ => {
                let repaired = self.now.plus(self.draws.repair(task, agent, occurrence));
                self.log_held(task, Activity::Repair, self.now, repaired);
                self.queue.push(repaired, EventKind::RepairEnd, task);
            }
        }
    }
}
