//! One iteration, event by event.
//!
//! All events of an instant are handled before the next dispatch; a dispatch that makes something happen at
//! the same instant is followed by another. The state is reused from one iteration to the next, so that
//! nothing is allocated after the first.

mod chain;
mod choice;
mod dispatch;
mod interrupt;
mod life;
mod log;
mod network;
mod outcome;
mod review;
mod state;
mod stint;
mod ticket;
mod wait;
mod walk;

pub(crate) use life::{Doing, NO_TICKET, Reason, Ticket, TicketStage};
use state::State;
pub(crate) use state::{ALREADY_BEGUN, AgentTally, LevelTally};
pub(crate) use stint::{HANDOFF, MAIN, REDO, RISK};

use super::draws::Draws;
use super::program::{JobKind, Program};
use super::queue::EventKind;
use crate::model::{Node, Status};
use crate::units::Ticks;

/// The engine: a program, and the state of the iteration that runs.
pub(crate) struct Engine<'a> {
    pub(crate) program: &'a Program<'a>,
    pub(crate) state: State,
    draws: Draws<'a>,
}

impl<'a> Engine<'a> {
    pub(crate) fn new(program: &'a Program<'a>) -> Self {
        Self { program, state: State::new(program), draws: Draws::new(program) }
    }

    /// Runs one iteration; the state then tells what happened. Returns the finish of the last task,
    /// [`Ticks::NEVER`] if some task can never finish.
    pub(crate) fn run(&mut self, iteration: u32) -> Ticks {
        self.state.reset(self.program);
        self.draws.begin(iteration);
        self.set_risks();
        self.begin();
        let mut events = 0;
        // What comes after the last task, such as a milestone with a lag, happens too.
        while events <= self.program.most_events {
            while let Some((kind, entity)) = self.state.queue.pop_at(self.state.now) {
                self.handle(kind, entity);
                events += 1;
            }
            if self.state.must_dispatch {
                self.dispatch();
            } else if let Some(next) = self.state.queue.next_time() {
                self.state.now = next;
            } else {
                break;
            }
        }
        self.state.makespan = if self.state.unfinished == 0 { self.last_finish() } else { Ticks::NEVER };
        self.state.makespan
    }

    fn handle(&mut self, kind: EventKind, entity: usize) {
        match kind {
            EventKind::StintEnd => self.end_stint(entity),
            EventKind::Release => self.state.released.push(entity as u32),
            EventKind::RepairEnd => self.end_repair(entity),
            EventKind::BackoffEnd => self.make_ready(entity, JobKind::New),
            EventKind::ReviewResponseEnd => self.make_ready(entity, JobKind::Review),
            EventKind::ResponseEnd => self.end_response(entity),
            EventKind::HandlingEnd => self.end_handling(entity),
            EventKind::Timeout => self.time_out(entity),
            EventKind::LevelOpens => self.serve(entity),
            EventKind::Finish => self.finish_task(entity),
            EventKind::AgentOpens => self.open_agents(),
        }
        self.settle();
    }

    fn set_risks(&mut self) {
        let iteration = self.draws.iteration();
        self.state.risk_happens.fill(false);
        for id in self.draws.risks() {
            self.state.risk_happens[id] = true;
            let factor = self.program.risks[id].factor.as_ref();
            self.state.risk_factor[id] = factor.map_or(1.0, |factor| factor.value(iteration));
        }
    }

    /// What holds at the start of the plan: done tasks are finished, active tasks and those that wait for
    /// nothing are ready.
    fn begin(&mut self) {
        for place in 0..self.state.begun.len() {
            let node = self.state.begun[place];
            match self.program.nodes[node as usize] {
                Node::Task(task) if self.program.instance.tasks[task.index()].status == Status::Active => {
                    self.state.released.push(node);
                }
                _ => self.start_and_finish(node as usize),
            }
        }
        self.state.released.extend_from_slice(&self.state.first_released);
        self.settle();
    }

    fn last_finish(&self) -> Ticks {
        let nodes = &self.state.nodes;
        self.program.task_nodes.iter().map(|&n| nodes[n as usize].finish).max().unwrap_or(Ticks::ZERO)
    }
}
