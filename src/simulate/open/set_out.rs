//! The state of the open path at a plan's start, before each iteration.

use super::super::engine::AgentTally;
use super::engine::OpenEngine;
use super::small::SmallProgram;
use super::{NOBODY, NOTHING};
use crate::model::{Node, Status};
use crate::units::Ticks;

impl OpenEngine<'_> {
    /// Makes the state that of the plan's start, and what follows from it at once.
    pub(super) fn set_out(&mut self) {
        let open = self.open;
        self.now = Ticks::ZERO;
        self.must_dispatch = false;
        (self.unfinished, self.last_done) = (open.unfinished, Ticks::ZERO);
        self.queue.clear();
        self.ready.clear();
        self.again.clear();
        self.again_places = 0;
        self.idle = open.team.places();
        self.waits.copy_from_slice(self.small.map_or(&open.waits, |small| &small.waits));
        // Most of it is as it was where the iteration before ran in wide steps.
        let was_wide =
            std::mem::replace(&mut self.steps.is_wide, self.small.is_some_and(|small| small.wide.is_some()));
        match self.small.and_then(|small| small.wide.as_ref()) {
            Some(wide) if was_wide => self.clear_touched(wide),
            _ => {
                self.nodes.copy_from_slice(&open.nodes);
                self.tasks.copy_from_slice(&open.new_tasks);
                self.steps.touched.clear();
            }
        }
        self.authors.fill(NOBODY);
        if open.program.details {
            self.last.fill(NOTHING);
        }
        self.log.truncate(self.small.map_or(0, SmallProgram::entries));
        self.agent_tally.fill(AgentTally::default());
        self.set_out_levels();
        self.draw_risks();
        if let Some(small) = self.small {
            self.set_out_steps(small);
        }
        for &node in &open.begun {
            match open.program.nodes[node as usize] {
                Node::Task(task) if open.program.instance.tasks[task.index()].status == Status::Active => {
                    self.released.push(node);
                }
                _ => self.start_and_finish(node),
            }
        }
        self.released.extend_from_slice(&open.first_released);
        self.settle();
    }

    fn draw_risks(&mut self) {
        let (open, program) = (self.open, self.open.program);
        (self.risks, self.delays) = (0, 0);
        if open.has_factors {
            self.factors.fill(1.0);
        }
        for risk in self.draws.risks() {
            let draws = &program.risks[risk];
            self.risks |= 1 << risk;
            self.delays |= u64::from(draws.delay.is_some()) << risk;
            if let Some(factor) = &draws.factor {
                let factor = factor.value(self.draws.iteration());
                self.risk_factors[risk] = factor;
                for &task in open.factors.of(risk) {
                    self.factors[task as usize] *= factor;
                }
            }
        }
    }
}
