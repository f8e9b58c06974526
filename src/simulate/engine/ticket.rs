//! Rule 5, escalation: a ticket waits for the level's response, queues for a free handler, and is handled, or
//! moves on to the next level when it has waited too long.

use super::Engine;
use super::life::{Reason, Ticket, TicketStage};
use crate::model::{Hold, LevelId};
use crate::rng::Purpose;
use crate::simulate::Activity;
use crate::simulate::program::{JobKind, TicketDraws};
use crate::simulate::queue::EventKind;
use crate::simulate::sampler::Sampler;
use crate::units::Ticks;

impl Engine<'_> {
    /// Opens a ticket of the task at a level, with what it draws there.
    pub(super) fn open_ticket(&mut self, task: usize, level: LevelId, reason: Reason, draws: TicketDraws) {
        let now = self.state.now;
        self.state.tasks[task].ticket = Ticket {
            stage: TicketStage::None,
            reason,
            level: level.0,
            draws,
            arrived: now,
            response_end: now,
            times_out: Ticks::NEVER,
            handling_start: now,
        };
        self.arrive(task, level.index());
    }

    /// The ticket comes to a level.
    fn arrive(&mut self, task: usize, level: usize) {
        let program = self.program;
        let now = self.state.now;
        let draws = &program.levels[level];
        let response = self.ticket_draw(task, Purpose::Response, &draws.response);
        let timeout = draws.timeout.as_ref().map_or(Ticks::NEVER, |t| self.ticket_draw(task, Purpose::Timeout, t));
        let calendar = program.instance.calendar(program.instance.levels[level].calendar);
        let ticket = &mut self.state.tasks[task].ticket;
        ticket.stage = TicketStage::Response;
        ticket.level = level as u32;
        ticket.arrived = now;
        ticket.response_end = calendar.advance(now, response);
        ticket.times_out = now.plus(timeout);
        let (response_end, times_out) = (ticket.response_end, ticket.times_out);
        self.state.level_tally[level].tickets += 1;
        self.state.queue.push(response_end, EventKind::ResponseEnd, task);
        if times_out > now {
            self.state.queue.push(times_out, EventKind::Timeout, task);
        }
    }

    fn ticket_draw(&self, task: usize, purpose: Purpose, sampler: &Sampler) -> Ticks {
        let ticket = &self.state.tasks[task].ticket;
        self.draws.ticket(&ticket.draws, purpose, sampler)
    }

    /// The response is over: the ticket queues for a handler.
    pub(super) fn end_response(&mut self, task: usize) {
        let ticket = &mut self.state.tasks[task].ticket;
        // The ticket may have moved on before the response of this level was over.
        if ticket.stage == TicketStage::Response && ticket.response_end == self.state.now {
            ticket.stage = TicketStage::Queue;
            let level = ticket.level as usize;
            self.state.levels[level].queue.push_back(task as u32);
            self.serve(level);
        }
    }

    /// Free handlers of a level take up the tickets that wait longest.
    pub(super) fn serve(&mut self, level: usize) {
        let program = self.program;
        let now = self.state.now;
        let calendar = program.instance.calendar(program.instance.levels[level].calendar);
        while self.state.levels[level].free > 0 && !self.state.levels[level].queue.is_empty() {
            if !calendar.is_open(now) {
                let at = calendar.next_open(now);
                if self.state.levels[level].opens_at != at {
                    self.state.levels[level].opens_at = at;
                    self.state.queue.push(at, EventKind::LevelOpens, level);
                }
                return;
            }
            let Some(task) = self.state.levels[level].queue.pop_front() else { return };
            self.state.levels[level].free -= 1;
            self.begin_handling(task as usize, level);
        }
    }

    fn begin_handling(&mut self, task: usize, level: usize) {
        let now = self.state.now;
        let program = self.program;
        let handling = self.ticket_draw(task, Purpose::Handling, &program.levels[level].handling);
        self.log_waits(task);
        let ticket = &mut self.state.tasks[task].ticket;
        ticket.stage = TicketStage::Handling;
        ticket.handling_start = now;
        let waited = now - ticket.arrived;
        let tally = &mut self.state.level_tally[level];
        tally.waited += waited;
        tally.waits.push(waited);
        tally.handling += handling;
        let calendar = program.instance.calendar(program.instance.levels[level].calendar);
        let end = calendar.advance(now, handling);
        self.state.queue.push(end, EventKind::HandlingEnd, task);
    }

    /// Logs the response and the queue of the ticket at its level, up to now.
    fn log_waits(&mut self, task: usize) {
        let now = self.state.now;
        let ticket = self.state.tasks[task].ticket;
        let response_end = ticket.response_end.min(now);
        self.log_ticket(task, Activity::Response, ticket.arrived, response_end);
        self.log_ticket(task, Activity::Queue, response_end, now);
    }

    /// Logs a stretch of the ticket's life; agents that wait for it are held by it.
    fn log_ticket(&mut self, task: usize, activity: Activity, start: Ticks, finish: Ticks) {
        // Handling without length is told too: it is what ends the ticket.
        if (start == finish && activity != Activity::Handling) || !self.program.details {
            return;
        }
        let level = self.state.tasks[task].ticket.level as usize;
        if self.holds_agents(task) {
            self.log_held(task, activity, start, finish);
            let held = Ticks((finish - start).0 * self.crew(task).len() as i64);
            self.state.level_tally[level].held += held;
        } else {
            self.push_stretch(task, activity, (start, finish, finish - start), false);
        }
        // Response, queue and handling pass on the level's calendar: where that is closed, nobody is waited for.
        let calendar = self.program.instance.calendar(self.program.instance.levels[level].calendar);
        let last = self.state.last[task] as usize;
        self.state.log[last].worked = calendar.worked(start, finish);
    }

    /// True if the job's agents wait for the ticket.
    fn holds_agents(&self, task: usize) -> bool {
        match self.state.tasks[task].ticket.reason {
            Reason::Blocker(id) => self.program.instance.blockers[id as usize].hold == Hold::Waits,
            Reason::Failures => true,
            Reason::Attempts => false,
        }
    }

    /// The ticket has waited long enough at its level: it moves on.
    pub(super) fn time_out(&mut self, task: usize) {
        let ticket = self.state.tasks[task].ticket;
        let waits = matches!(ticket.stage, TicketStage::Response | TicketStage::Queue);
        // An event of a ticket that was handled, or of a level it has left, says nothing about this one.
        if !waits || ticket.times_out != self.state.now {
            return;
        }
        let level = ticket.level as usize;
        let Some(next) = self.program.instance.levels[level].next else { return };
        self.log_waits(task);
        self.state.level_tally[level].timed_out += 1;
        self.state.levels[level].queue.retain(|&t| t != task as u32);
        let draws = self.program.ticket_draws(next, ticket.draws.key, ticket.draws.occurrence);
        self.state.tasks[task].ticket.draws = draws;
        self.arrive(task, next.index());
    }

    /// The ticket is handled: work goes on, or is done.
    pub(super) fn end_handling(&mut self, task: usize) {
        let ticket = self.state.tasks[task].ticket;
        let level = ticket.level as usize;
        let now = self.state.now;
        self.log_ticket(task, Activity::Handling, ticket.handling_start, now);
        self.state.tasks[task].ticket.stage = TicketStage::None;
        self.state.levels[level].free += 1;
        self.serve(level);
        match ticket.reason {
            Reason::Attempts => self.ask_for_review(task),
            _ if self.holds_agents(task) => self.go_on(task),
            _ => self.make_ready(task, JobKind::Resumed),
        }
    }
}
