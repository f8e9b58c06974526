//! Escalation: a ticket waits for the level's response, queues for a free handler, and is handled, or moves on to
//! the next level when it has waited too long.

use super::super::Activity;
use super::super::engine::{LevelTally, NO_TICKET, Reason, Ticket, TicketStage};
use super::super::program::{JobKind, TicketDraws};
use super::super::queue::EventKind;
use super::super::sampler::Sampler;
use super::columns::LATE;
use super::engine::OpenEngine;
use crate::model::{Hold, LevelId};
use crate::rng::Purpose;
use crate::units::Ticks;

impl OpenEngine<'_> {
    /// All handlers are free, and nothing has been told of this iteration.
    pub(super) fn set_out_levels(&mut self) {
        for (state, level) in self.levels.iter_mut().zip(&self.open.program.instance.levels) {
            state.free = level.capacity;
            state.queue.clear();
            state.free_from.fill(Ticks::ZERO);
            state.last = (Ticks::ZERO, 0);
        }
        for tally in &mut self.level_tally {
            let mut waits = std::mem::take(&mut tally.waits);
            waits.clear();
            *tally = LevelTally { waits, ..LevelTally::default() };
        }
    }

    /// Opens a ticket of the task at a level, with what it draws there.
    pub(super) fn open_ticket(&mut self, task: usize, level: LevelId, reason: Reason, draws: TicketDraws) {
        self.rough[task].ticket = Ticket { reason, draws, ..NO_TICKET };
        self.arrive(task, level.index());
    }

    /// The ticket comes to a level.
    fn arrive(&mut self, task: usize, level: usize) {
        let (program, now) = (self.open.program, self.now);
        let draws = &program.levels[level];
        let response = self.ticket_draw(task, Purpose::Response, &draws.response);
        let timeout = draws.timeout.as_ref().map_or(Ticks::NEVER, |t| self.ticket_draw(task, Purpose::Timeout, t));
        let (response_end, times_out) = (now.plus(response), now.plus(timeout));
        let ticket = &mut self.rough[task].ticket;
        (ticket.stage, ticket.level) = (TicketStage::Response, level as u32);
        (ticket.arrived, ticket.response_end, ticket.times_out) = (now, response_end, times_out);
        self.level_tally[level].tickets += 1;
        if self.knows_turns(level) {
            self.take_turn(task, level);
            return;
        }
        self.queue.push(response_end, EventKind::ResponseEnd, task);
        if times_out > now {
            self.queue.push(times_out, EventKind::Timeout, task);
        }
    }

    fn ticket_draw(&self, task: usize, purpose: Purpose, sampler: &Sampler) -> Ticks {
        let ticket = &self.rough[task].ticket;
        self.draws.ticket(&ticket.draws, purpose, sampler)
    }

    /// The response is over: the ticket queues for a handler.
    pub(super) fn end_response(&mut self, task: usize) {
        let ticket = &mut self.rough[task].ticket;
        // The ticket may have moved on before the response of this level was over.
        if ticket.stage == TicketStage::Response && ticket.response_end == self.now {
            ticket.stage = TicketStage::Queue;
            let level = ticket.level as usize;
            self.levels[level].queue.push_back(task as u32);
            self.serve(level);
        }
    }

    /// Free handlers of a level take up the tickets that wait longest.
    fn serve(&mut self, level: usize) {
        while self.levels[level].free > 0
            && let Some(task) = self.levels[level].queue.pop_front()
        {
            self.levels[level].free -= 1;
            let end = self.begin_handling(task as usize, level, self.now);
            self.queue.push(end, EventKind::HandlingEnd, task as usize);
        }
    }

    /// True if tickets are handled in the order in which they come: each knows its turn as soon as it is there. Only in
    /// steps.
    fn knows_turns(&self, level: usize) -> bool {
        self.small.is_some() && self.open.in_order[level]
    }

    /// Tells when the ticket is handled.
    fn take_turn(&mut self, task: usize, level: usize) {
        let Some((start, handler)) = self.turn(task, level, self.rough[task].ticket.response_end) else { return };
        self.steps.merged += 1;
        let end = self.begin_handling(task, level, start);
        self.levels[level].free_from[handler] = end;
        if !self.holds_agent(task) {
            self.queue.push(end, EventKind::HandlingEnd, task);
        } else if end < LATE && self.amount_left(task) > Ticks::ZERO {
            self.steps.merged += 1;
            self.end_ticket(task, end);
            self.go_on_after(task, end);
        } else {
            // A job that is done at once ends later in that instant than a told end says.
            self.steps.must_redo = true;
        }
    }

    /// When the ticket of a task is handled whose response ends then, and by which handler; absent if steps cannot tell.
    pub(super) fn turn(&mut self, task: usize, level: usize, response_end: Ticks) -> Option<(Ticks, usize)> {
        let state = &mut self.levels[level];
        // Responses that end at once end in the order of tasks.
        let is_late = state.last.0 == response_end && state.last.1 > task;
        state.last = (response_end, task);
        let handlers = state.free_from.iter().copied().enumerate();
        let (handler, free) = handlers.min_by_key(|&(_, free)| free).unwrap_or((0, Ticks::NEVER));
        let start = response_end.max(free);
        if is_late || start >= LATE {
            self.steps.must_redo = true;
            return None;
        }
        Some((start, handler))
    }

    /// Somebody handles the ticket from `start` on, now or later. Returns until when.
    fn begin_handling(&mut self, task: usize, level: usize, start: Ticks) -> Ticks {
        let handling = self.ticket_draw(task, Purpose::Handling, &self.open.program.levels[level].handling);
        self.log_waits(task, start);
        let ticket = &mut self.rough[task].ticket;
        (ticket.stage, ticket.handling_start) = (TicketStage::Handling, start);
        let waited = start - ticket.arrived;
        let tally = &mut self.level_tally[level];
        tally.waited += waited;
        tally.waits.push(waited);
        tally.handling += handling;
        start.plus(handling)
    }

    /// Logs the response and the queue of the ticket at its level, up to `end`.
    fn log_waits(&mut self, task: usize, end: Ticks) {
        let ticket = self.rough[task].ticket;
        let response_end = ticket.response_end.min(end);
        self.log_ticket(task, Activity::Response, ticket.arrived, response_end);
        self.log_ticket(task, Activity::Queue, response_end, end);
    }

    /// Logs a stretch of the ticket's life; an agent that waits for it is held by it.
    fn log_ticket(&mut self, task: usize, activity: Activity, start: Ticks, finish: Ticks) {
        // Handling without length is told too: it is what ends the ticket.
        if (start == finish && activity != Activity::Handling) || !self.open.program.details {
            return;
        }
        if self.holds_agent(task) {
            self.log_held(task, activity, start, finish);
            self.level_tally[self.rough[task].ticket.level as usize].held += finish - start;
        } else {
            self.log(task, activity, start, finish);
        }
    }

    /// True if the job's agent waits for the ticket.
    fn holds_agent(&self, task: usize) -> bool {
        match self.rough[task].ticket.reason {
            Reason::Blocker(id) => self.open.program.instance.blockers[id as usize].hold == Hold::Waits,
            Reason::Failures => true,
            Reason::Attempts => false,
        }
    }

    /// The ticket has waited long enough at its level: it moves on.
    pub(super) fn time_out(&mut self, task: usize) {
        let ticket = self.rough[task].ticket;
        let waits = matches!(ticket.stage, TicketStage::Response | TicketStage::Queue);
        // An event of a ticket that was handled, or of a level it has left, says nothing about this one.
        if !waits || ticket.times_out != self.now {
            return;
        }
        let level = ticket.level as usize;
        let Some(next) = self.open.program.instance.levels[level].next else { return };
        self.log_waits(task, self.now);
        self.level_tally[level].timed_out += 1;
        self.levels[level].queue.retain(|&other| other != task as u32);
        let draws = self.open.program.ticket_draws(next, ticket.draws.key, ticket.draws.occurrence);
        self.rough[task].ticket.draws = draws;
        self.arrive(task, next.index());
    }

    /// The ticket is handled: work goes on, or is done.
    pub(super) fn end_handling(&mut self, task: usize) {
        let ticket = self.rough[task].ticket;
        self.end_ticket(task, self.now);
        let level = ticket.level as usize;
        if !self.knows_turns(level) {
            self.levels[level].free += 1;
            self.serve(level);
        }
        match ticket.reason {
            Reason::Attempts => self.ask_for_review(task),
            _ if self.holds_agent(task) => self.go_on(task),
            _ => self.make_ready(task, JobKind::Resumed),
        }
    }

    /// The ticket is over at this time, now or later.
    fn end_ticket(&mut self, task: usize, end: Ticks) {
        self.log_ticket(task, Activity::Handling, self.rough[task].ticket.handling_start, end);
        self.rough[task].ticket.stage = TicketStage::None;
    }
}
