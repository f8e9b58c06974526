//! What blocks of iterations add up to: iteration by iteration, then block by block.

use super::engine::{AgentTally, Engine, LevelTally};
use super::program::Program;
use super::{AgentOutcome, ByCause, LevelOutcome, Outcomes, TaskOutcome};
use crate::model::{Instance, Node};
use crate::units::Ticks;

impl Outcomes {
    pub(super) fn empty(instance: &Instance, capacity: usize) -> Self {
        Self {
            makespan: Vec::with_capacity(capacity),
            cost: Vec::with_capacity(capacity),
            phases: vec![Vec::with_capacity(capacity); instance.phases.len()],
            milestones: vec![Vec::with_capacity(capacity); instance.milestones.len()],
            tasks: vec![TaskOutcome::default(); instance.tasks.len()],
            agents: vec![AgentOutcome::default(); instance.agents.len()],
            levels: vec![LevelOutcome::default(); instance.levels.len()],
            leading_causes: vec![Vec::new()],
            link_drives: vec![0; instance.network.links().count()],
            agent_waits: vec![0; instance.agents.len()],
            resource_waits: vec![0; instance.resources.len()],
            ..Self::default()
        }
    }

    /// Adds the scores of an iteration: its makespan, its cost, and the finishes of nodes, those of all phases and
    /// milestones among them.
    pub(super) fn add_score(&mut self, makespan: Ticks, cost: f64, finishes: impl Iterator<Item = (Node, Ticks)>) {
        self.iterations += 1;
        self.makespan.push(makespan);
        self.cost.push(cost);
        if self.phases.is_empty() && self.milestones.is_empty() {
            return;
        }
        for (node, finish) in finishes {
            match node {
                Node::PhaseFinish(phase) => self.phases[phase.index()].push(finish),
                Node::Milestone(id) => self.milestones[id.index()].push(finish),
                Node::Task(_) | Node::PhaseStart(_) => {}
            }
        }
    }

    /// Adds what the makespan of an iteration was made of; nothing if it did not finish.
    pub(super) fn add_causes(&mut self, iteration: u32, causes: ByCause<Ticks>, program: &Program) {
        for (sum, ticks) in self.causes.iter_mut().zip(causes) {
            *sum += i128::from(ticks.0);
        }
        if iteration < program.leading {
            self.keep_causes(causes);
        }
    }

    /// Keeps what the makespan of one of the leading iterations was made of.
    pub(super) fn keep_causes(&mut self, causes: ByCause<Ticks>) {
        if let Some(piece) = self.leading_causes.last_mut() {
            piece.push(causes);
        }
    }

    /// Adds all that is told of an iteration that has just been run besides its scores and its causes.
    pub(super) fn add(&mut self, ran: &Engine, keep: bool) {
        let instance = ran.program.instance;
        let mut all_met = true;
        for (node, kind) in ran.program.nodes.iter().enumerate() {
            let finish = ran.state.nodes[node].finish;
            let due = match kind {
                Node::PhaseFinish(phase) => instance.phases[phase.index()].due,
                Node::Milestone(id) => instance.milestones[id.index()].due,
                Node::Task(task) => {
                    let due = instance.tasks[task.index()].due;
                    self.tasks[task.index()].add(ran, task.index(), due);
                    due
                }
                Node::PhaseStart(_) => None,
            };
            all_met &= due.is_none_or(|due| finish <= due);
            if let Some(link) = ran.driver(node) {
                self.link_drives[link as usize] += 1;
            }
        }
        self.all_due_met += u64::from(all_met);
        if !ran.state.makespan.is_never() {
            self.add_finished(ran, keep);
        }
    }

    /// Adds the time that agents and levels were there in the finished iterations of a block.
    pub(super) fn add_available(&mut self, program: &Program) {
        let finished = || self.makespan.iter().copied().filter(|m| !m.is_never());
        let total: i128 = finished().map(|m| i128::from(m.0)).sum();
        for (sum, agent) in self.agents.iter_mut().zip(&program.instance.agents) {
            let always = agent.calendar.is_none() && agent.from == Ticks::ZERO && agent.until.is_never();
            sum.available = if always {
                total * i128::from(agent.capacity)
            } else {
                finished().map(|makespan| program.available(agent, makespan)).sum()
            };
        }
        for (sum, level) in self.levels.iter_mut().zip(&program.instance.levels) {
            sum.available = match level.calendar {
                None => total * i128::from(level.capacity),
                Some(_) => finished().map(|makespan| program.level_available(level, makespan)).sum(),
            };
        }
    }

    /// Adds what is told of finished iterations only.
    fn add_finished(&mut self, ran: &Engine, keep: bool) {
        let state = &ran.state;
        for (task, &critical) in self.tasks.iter_mut().zip(&state.walk.critical) {
            task.critical += u64::from(critical);
        }
        for (task, state) in self.tasks.iter_mut().zip(&state.tasks) {
            task.reviews += u64::from(state.reviews);
            task.review_waited += i128::from(state.review_waited.0);
        }
        for &(agent, wait) in &state.walk.agent_waits {
            self.agent_waits[agent as usize] += i128::from(wait.0);
        }
        for &(resource, wait) in &state.walk.resource_waits {
            self.resource_waits[resource as usize] += i128::from(wait.0);
        }
        for (sum, tally) in self.agents.iter_mut().zip(&state.agent_tally) {
            sum.add_iteration(tally);
        }
        for (sum, tally) in self.levels.iter_mut().zip(&state.level_tally) {
            sum.add_iteration(tally, keep);
        }
    }

    /// Adds the next block.
    pub(super) fn append(&mut self, part: Self) {
        self.iterations += part.iterations;
        self.makespan.extend(part.makespan);
        self.cost.extend(part.cost);
        for (all, more) in self.phases.iter_mut().zip(part.phases) {
            all.extend(more);
        }
        for (all, more) in self.milestones.iter_mut().zip(part.milestones) {
            all.extend(more);
        }
        for (all, more) in self.tasks.iter_mut().zip(&part.tasks) {
            all.append(more);
        }
        for (all, more) in self.agents.iter_mut().zip(&part.agents) {
            all.add(more);
        }
        for (all, more) in self.levels.iter_mut().zip(part.levels) {
            all.append(more);
        }
        add_all(&mut self.link_drives, &part.link_drives);
        add_all(&mut self.causes, &part.causes);
        self.leading_causes.extend(part.leading_causes);
        add_all(&mut self.agent_waits, &part.agent_waits);
        add_all(&mut self.resource_waits, &part.resource_waits);
        self.all_due_met += part.all_due_met;
    }
}

fn add_all<T: Copy + std::ops::AddAssign>(all: &mut [T], more: &[T]) {
    for (sum, &part) in all.iter_mut().zip(more) {
        *sum += part;
    }
}

impl AgentOutcome {
    /// Adds a finished iteration.
    pub(super) fn add_iteration(&mut self, tally: &AgentTally) {
        self.busy += i128::from(tally.busy.0);
        self.reviewing += i128::from(tally.reviewing.0);
        self.blocked += i128::from(tally.blocked.0);
        self.reviews += tally.reviews;
        self.review_waited += i128::from(tally.review_waited.0);
    }
}

impl LevelOutcome {
    /// Adds a finished iteration; `keep` its waits too.
    pub(super) fn add_iteration(&mut self, tally: &LevelTally, keep: bool) {
        self.tickets += tally.tickets;
        self.timed_out += tally.timed_out;
        self.wait_total += i128::from(tally.waited.0);
        self.handling += i128::from(tally.handling.0);
        self.held += i128::from(tally.held.0);
        if keep {
            self.waits.extend(tally.waits.iter().map(|w| w.hours() as f32));
        }
    }

    /// Adds the next block.
    fn append(&mut self, more: Self) {
        self.tickets += more.tickets;
        self.timed_out += more.timed_out;
        self.wait_total += more.wait_total;
        self.handling += more.handling;
        self.held += more.held;
        self.available += more.available;
        self.waits.extend(more.waits);
    }
}

impl TaskOutcome {
    #[inline]
    fn add(&mut self, ran: &Engine, task: usize, due: Option<Ticks>) {
        let node = &ran.state.nodes[ran.program.task_nodes[task] as usize];
        let (start, finish) = (node.start, node.finish);
        if let Some(by) = ran.start_set_by(task) {
            self.start_set_by[by as usize] += 1;
        }
        if !finish.is_never() {
            self.finished += 1;
            self.start_total += i128::from(start.0);
            self.finish_total += i128::from(finish.0);
            self.due_met += u64::from(due.is_some_and(|due| finish <= due));
        }
    }

    fn append(&mut self, more: &Self) {
        self.finished += more.finished;
        self.start_total += more.start_total;
        self.finish_total += more.finish_total;
        self.critical += more.critical;
        self.due_met += more.due_met;
        self.reviews += more.reviews;
        self.review_waited += more.review_waited;
        add_all(&mut self.start_set_by, &more.start_set_by);
    }
}
