//! Walks back from the last finish: what is critical, and what the hours of the makespan were needed for.
//!
//! As in the engine, what bound a start is whatever equals it: a finish and a lag; who waited for an agent started when
//! it was let go of.

use super::super::{ByCause, Cause, Outcomes};
use super::NOTHING;
use super::engine::OpenEngine;
use super::state::Stretch;
use crate::model::Node;
use crate::units::Ticks;

/// Where a walk goes on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// What released this node.
    Release(u32),
    /// A task, before this moment of its life.
    Life(u32, Ticks),
}

impl OpenEngine<'_> {
    /// Marks critical tasks and gives the hours their causes; of an iteration that did not finish, nothing.
    pub(super) fn explain(&mut self, part: &mut Outcomes) -> ByCause<Ticks> {
        let makespan = self.makespan;
        if makespan.is_never() {
            return ByCause::default();
        }
        self.is_critical.fill(false);
        self.seen.fill(false);
        let mut first = None;
        for (id, task) in self.open.tasks.iter().enumerate() {
            if self.nodes[task.node as usize].finish == makespan {
                first = first.or(Some(id as u32));
                self.stack.push(Place::Life(id as u32, makespan));
            }
        }
        self.mark_critical();
        first.map_or(ByCause::default(), |first| self.split_hours(Place::Life(first, makespan), part))
    }

    fn mark_critical(&mut self) {
        while let Some(place) = self.stack.pop() {
            match place {
                // A milestone that many paths reach is walked once.
                Place::Release(node) if !std::mem::replace(&mut self.seen[node as usize], true) => {
                    self.push_releasing(node);
                }
                Place::Release(_) => {}
                Place::Life(task, at) => self.mark_life(task, at),
            }
        }
    }

    fn mark_life(&mut self, task: u32, at: Ticks) {
        let mut place = self.stretch_before(task, at);
        // A task that was done before the plan started has no life here.
        if place == NOTHING {
            return;
        }
        self.is_critical[task as usize] = true;
        while place != NOTHING {
            let stretch = &mut self.log[place as usize];
            // Who waited for an agent goes on with who held it, and may come back to an earlier part of the same life.
            if std::mem::replace(&mut stretch.walked, true) {
                return;
            }
            if stretch.holder != NOTHING {
                let (holder, start) = (stretch.holder, stretch.start);
                self.stack.push(Place::Life(self.log[holder as usize].task, start));
                return;
            }
            place = stretch.before;
        }
        self.push_releasing(self.open.tasks[task as usize].node);
    }

    /// Puts what released a node on the stack: every predecessor whose link held at that very moment.
    fn push_releasing(&mut self, node: u32) {
        let program = self.open.program;
        let released = self.nodes[node as usize];
        if released.driver == NOTHING {
            return;
        }
        for &link in program.incoming.of(node as usize) {
            let from = program.links[link as usize].from;
            if self.nodes[from as usize].finish.plus(self.lags[link as usize]) == released.release {
                self.stack.push(self.before(from));
            }
        }
    }

    /// The finish of a node, to walk on from.
    fn before(&self, node: u32) -> Place {
        match self.open.program.nodes[node as usize] {
            Node::Task(task) => Place::Life(task.0, self.nodes[node as usize].finish),
            _ => Place::Release(node),
        }
    }

    fn split_hours(&self, last: Place, part: &mut Outcomes) -> ByCause<Ticks> {
        let mut causes = ByCause::default();
        let mut place = last;
        loop {
            let node = match place {
                Place::Release(node) => node,
                Place::Life(task, at) => {
                    self.split_life(task, at, &mut causes, part);
                    self.open.tasks[task as usize].node
                }
            };
            let driver = self.nodes[node as usize].driver;
            if driver == NOTHING {
                break;
            }
            let link = &self.open.program.links[driver as usize];
            let cause = if link.gate { Cause::Gate } else { Cause::Lag };
            causes[cause as usize] += self.lags[driver as usize];
            place = self.before(link.from);
        }
        debug_assert_eq!(causes.iter().copied().sum::<Ticks>(), self.makespan);
        causes
    }

    /// The task's own hours before `at`, back to its release.
    fn split_life(&self, task: u32, at: Ticks, causes: &mut ByCause<Ticks>, part: &mut Outcomes) {
        let mut place = self.stretch_before(task, at);
        while place != NOTHING {
            let stretch = &self.log[place as usize];
            if stretch.start < at {
                let risk = self.risk_in(place, stretch);
                causes[Cause::Risk as usize] += risk;
                causes[stretch.activity.cause() as usize] += stretch.finish - stretch.start - risk;
            }
            let waited = stretch.start - stretch.ready;
            if waited > Ticks::ZERO {
                causes[Cause::Agent as usize] += waited;
                let agent = self.open.team.agents[usize::from(stretch.place)];
                part.agent_waits[agent as usize] += i128::from(waited.0);
            }
            place = stretch.before;
        }
    }

    /// What the factors of risks added to a first attempt that began in a step: its entry in the log tells both.
    fn risk_in(&self, place: u32, stretch: &Stretch) -> Ticks {
        let task = stretch.task as usize;
        if self.small.is_none() || place != stretch.task {
            return Ticks::ZERO;
        }
        let work = stretch.finish - stretch.start;
        work - self.work_without_risks(task, usize::from(stretch.place), work)
    }

    /// The last stretch of a task's life that ended by `at`, or the first one if none did; none of a task without.
    fn stretch_before(&self, task: u32, at: Ticks) -> u32 {
        let mut place = self.last[task as usize];
        while let Some(stretch) = self.log.get(place as usize)
            && stretch.finish > at
            && stretch.before != NOTHING
        {
            place = stretch.before;
        }
        place
    }
}
