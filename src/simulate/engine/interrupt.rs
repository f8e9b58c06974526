//! Rules 5 and 6, what interrupts work: blockers that strike, and agents that fail.

use super::Engine;
use super::life::{Doing, Reason};
use super::stint::{HANDOFF, REDO};
use crate::model::Hold;
use crate::simulate::Activity;
use crate::simulate::program::{JobKind, TicketDraws};
use crate::simulate::queue::EventKind;
use crate::units::Ticks;

impl Engine<'_> {
    /// The blocker that strikes at this point of the task's work.
    pub(super) fn striking(&self, task: usize) -> Option<usize> {
        let program = self.program;
        let state = &self.state.tasks[task];
        let job = &state.job;
        if job.kind == JobKind::Review || job.left[HANDOFF] > Ticks::ZERO {
            return None;
        }
        let is_first = job.kind == JobKind::New && state.attempt == 0;
        let clocks = &self.state.strikes[program.strikes.range(task)];
        program.strikes.of(task).iter().zip(clocks).position(|(strike, &at)| {
            let is_due = if strike.is_timed {
                at <= Ticks::ZERO
            } else {
                is_first && job.left[REDO] == Ticks::ZERO && at <= job.done
            };
            is_due && self.may_strike(task, strike)
        })
    }

    /// Draws when each blocker first strikes the task.
    pub(super) fn draw_strikes(&mut self, task: usize) {
        for at in self.program.strikes.range(task) {
            self.state.struck[at] = 0;
            self.draw_strike(task, at);
        }
    }

    /// Draws when a blocker, the one at `at` of all strikes, strikes the task next.
    fn draw_strike(&mut self, task: usize, at: usize) {
        let first_work = self.state.tasks[task].first_work;
        self.state.strikes[at] = self.draws.strike(task, at, self.state.struck[at], first_work);
    }

    /// A blocker strikes: work stops, the agent tries to resolve it.
    pub(super) fn strike(&mut self, task: usize, place: usize) {
        let program = self.program;
        let at = program.strikes.offset(task) + place;
        let blocker = program.strikes.items()[at].blocker as usize;
        let resolve = self.draws.resolve(at, self.state.struck[at]);
        self.state.struck[at] += 1;
        self.draw_strike(task, at);
        let patience = program.instance.blockers[blocker].escalate.as_ref();
        match patience.map(|e| Ticks::from_hours(e.after_hours)) {
            Some(after) if resolve > after => self.start_stint(task, after, Doing::Try(place as u32)),
            _ => self.start_stint(task, resolve, Doing::Resolve),
        }
    }

    /// The agent has not resolved the blocker in time: it becomes a ticket.
    pub(super) fn escalate(&mut self, task: usize, place: usize) {
        let program = self.program;
        let at = program.strikes.offset(task) + place;
        let strike = &program.strikes.items()[at];
        let id = strike.blocker;
        let blocker = &program.instance.blockers[id as usize];
        let occurrence = self.state.struck[at] - 1;
        if blocker.hold == Hold::Switches {
            self.let_go(task);
        }
        if let Some(escalate) = &blocker.escalate {
            let draws = TicketDraws { occurrence, ..strike.ticket };
            self.open_ticket(task, escalate.to, Reason::Blocker(id), draws);
        }
    }

    /// Draws the busy time until each agent of the job fails, if it is before the job ends.
    pub(super) fn draw_failure_clocks(&mut self, task: usize) {
        let mut first = Ticks::NEVER;
        for place in self.places(task) {
            first = first.min(self.draw_failure_clock(task, place));
        }
        self.state.tasks[task].job.clock = first;
    }

    /// Draws the busy time until the agent at this place fails, if it is before the job ends.
    fn draw_failure_clock(&mut self, task: usize, place: usize) -> Ticks {
        // When one of a crew fails, there is more to do for the others than there was.
        let is_alone = self.crew(task).len() == 1;
        let amount = if is_alone { self.amount_left(task) } else { Ticks::NEVER };
        let agent = self.state.crews[place] as usize;
        let failed = &mut self.state.tasks[task].failures;
        let clock = self.draws.failure(task, agent, *failed, amount);
        *failed += u32::from(clock.is_some());
        let clock = clock.unwrap_or(Ticks::NEVER);
        self.state.failure_clocks[place] = clock;
        clock
    }

    /// The agent at this place of the column of crews fails: some work is lost, and the agent is repaired or a level takes over.
    pub(super) fn fail(&mut self, task: usize, place: usize) {
        let program = self.program;
        let agent = self.state.crews[place] as usize;
        let occurrence = self.state.tasks[task].failures;
        let (Some(failures), Some(draws)) = (&program.instance.agents[agent].failures, &program.failures[agent])
        else {
            return;
        };
        let job = &mut self.state.tasks[task].job;
        let counts = job.done - job.left[REDO].min(job.done);
        job.left[REDO] += Ticks::from_hours(counts.hours() * failures.lost);
        job.restarts += 1;
        let too_many = failures.restarts.is_some_and(|most| job.restarts > most);
        let key = program.tasks[task].shared.key_with(draws.key);
        self.draw_failure_clock(task, place);
        let clocks = self.state.failure_clocks[self.places(task)].iter().copied();
        self.state.tasks[task].job.clock = clocks.fold(Ticks::NEVER, Ticks::min);
        match failures.then {
            Some(level) if too_many => {
                self.state.tasks[task].job.restarts = 0;
                let draws = program.ticket_draws(level, key, occurrence);
                self.open_ticket(task, level, Reason::Failures, draws);
            }
            _ => {
                let repair = self.draws.repair(task, agent, occurrence);
                let now = self.state.now;
                self.log_held(task, Activity::Repair, now, now.plus(repair));
                self.state.queue.push(now.plus(repair), EventKind::RepairEnd, task);
            }
        }
    }

    /// The agent works again.
    pub(super) fn end_repair(&mut self, task: usize) {
        self.go_on(task);
    }
}
