//! Blocks of iterations of the open path, and what each iteration adds to its block.

use std::hint::select_unpredictable;
use std::ops::Range;

use super::super::lockstep::LANES;
use super::super::times::{GROUP, Kept, kept_time};
use super::super::{ByCause, Outcomes, SetBy};
use super::columns::Columns;
use super::engine::OpenEngine;
use super::{NOTHING, OpenProgram};
use crate::model::Node;
use crate::units::Ticks;

/// Counts of one task over a block, and totals of its times.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    set_by: [u32; 5],
    critical: u32,
    finished: u32,
    start: i128,
    finish: i128,
}

/// What runs blocks of iterations, several at once where steps are for the plan.
#[derive(Debug)]
pub(crate) struct OpenRunner<'a> {
    engines: Vec<OpenEngine<'a>>,
    columns: Box<Columns>,
    totals: Totals,
}

/// Totals of a block, by task and by link.
#[derive(Debug)]
struct Totals {
    counts: Vec<Counts>,
    drives: Vec<u32>,
}

impl<'a> OpenRunner<'a> {
    pub(crate) fn new(open: &'a OpenProgram<'a>) -> Self {
        let engines = if open.small.is_some() { LANES } else { 1 };
        let totals = Totals {
            counts: vec![Counts::default(); open.tasks.len()],
            drives: vec![0; open.program.links.len()],
        };
        Self {
            engines: (0..engines).map(|_| OpenEngine::new(open)).collect(),
            columns: Box::new(Columns::new()),
            totals,
        }
    }

    /// Runs a block of iterations, adds them up, and keeps the times of as many as `times` has room for.
    pub(crate) fn run_block(&mut self, iterations: Range<u32>, times: &mut Kept) -> Outcomes {
        let Self { engines, columns, totals } = self;
        let open = engines[0].open;
        let program = open.program;
        let mut part = Outcomes::empty(program.instance, iterations.len());
        totals.counts.fill(Counts::default());
        totals.drives.fill(0);
        for first in iterations.clone().step_by(engines.len()) {
            let count = engines.len().min((iterations.end - first) as usize);
            let engines = &mut engines[..count];
            OpenEngine::run(engines, columns, first..);
            for (engine, iteration) in engines.iter_mut().zip(first..) {
                let place = (iteration - iterations.start) as usize;
                let finishes = engine.nodes.iter().map(|node| node.finish);
                part.add_score(engine.makespan, engine.cost(), program.nodes.iter().copied().zip(finishes));
                if program.details {
                    engine.add(iteration, &mut part, totals, place < times.samples());
                }
                engine.keep(place, times);
            }
        }
        if program.details {
            totals.add_to(&mut part);
            part.add_available(program);
        }
        part
    }

    /// Runs these iterations and tells what the makespan of each was made of, in the order given.
    pub(crate) fn causes(&mut self, iterations: &[u32]) -> Vec<ByCause<Ticks>> {
        let mut all = Vec::with_capacity(iterations.len());
        for iterations in iterations.chunks(self.engines.len()) {
            let engines = &mut self.engines[..iterations.len()];
            OpenEngine::run(engines, &mut self.columns, iterations.iter().copied());
            for engine in engines {
                let mut part = Outcomes::empty(engine.open.program.instance, 0);
                all.push(engine.explain(&mut part));
            }
        }
        all
    }
}

impl OpenEngine<'_> {
    fn cost(&self) -> f64 {
        let times = self.agent_tally.iter().map(|tally| tally.busy + tally.reviewing);
        self.open.team.cost(self.open.program, times)
    }

    /// Adds all else that is told of the iteration.
    fn add(&mut self, iteration: u32, part: &mut Outcomes, totals: &mut Totals, keep: bool) {
        let program = self.open.program;
        for ((task, &last), counts) in self.open.tasks.iter().zip(&self.last).zip(&mut totals.counts) {
            let node = &self.nodes[task.node as usize];
            // Nobody can guess which of these it is.
            let depends = node.driver != NOTHING && node.release > Ticks::ZERO;
            let at_once = select_unpredictable(depends, SetBy::Dependency, SetBy::PlanStart);
            let set_by = select_unpredictable(node.release < node.start, SetBy::Agent, at_once);
            counts.set_by[set_by as usize] += u32::from(last != NOTHING);
            if !node.finish.is_never() {
                counts.finished += 1;
                counts.start += i128::from(node.start.0);
                counts.finish += i128::from(node.finish.0);
            }
        }
        for node in &self.nodes {
            let is_released = node.driver != NOTHING && node.release > Ticks::ZERO && !node.start.is_never();
            if is_released {
                totals.drives[node.driver as usize] += 1;
            }
        }
        let mut all_met = true;
        for &(node, due) in &self.open.dues {
            let is_met = self.nodes[node as usize].finish <= due;
            all_met &= is_met;
            if let Node::Task(task) = program.nodes[node as usize] {
                part.tasks[task.index()].due_met += u64::from(is_met);
            }
        }
        part.all_due_met += u64::from(all_met);
        let causes = self.explain(part);
        part.add_causes(iteration, causes, program);
        if !self.makespan.is_never() {
            self.add_finished(part, totals, keep);
        }
    }

    /// Adds what is told of finished iterations only.
    fn add_finished(&self, part: &mut Outcomes, totals: &mut Totals, keep: bool) {
        for (counts, &is_critical) in totals.counts.iter_mut().zip(&self.is_critical) {
            counts.critical += u32::from(is_critical);
        }
        if self.open.has_reviews {
            for (sum, state) in part.tasks.iter_mut().zip(&self.tasks) {
                sum.reviews += u64::from(state.reviews);
                sum.review_waited += i128::from(state.review_waited.0);
            }
        }
        for (&agent, tally) in self.open.team.agents.iter().zip(&self.agent_tally) {
            part.agents[agent as usize].add_iteration(tally);
        }
        for (sum, tally) in part.levels.iter_mut().zip(&self.level_tally) {
            sum.add_iteration(tally, keep);
        }
    }

    /// Keeps the tasks' times of the iteration, if there is room.
    fn keep(&self, place: usize, times: &mut Kept) {
        for (cell, task) in times.group(place).iter_mut().zip(&self.open.tasks) {
            let node = &self.nodes[task.node as usize];
            cell[0][place % GROUP] = kept_time(node.start);
            cell[1][place % GROUP] = kept_time(node.finish);
        }
    }
}

impl Totals {
    /// Adds what was counted over a block.
    fn add_to(&self, part: &mut Outcomes) {
        for (sum, counts) in part.tasks.iter_mut().zip(&self.counts) {
            sum.critical += u64::from(counts.critical);
            sum.finished += u64::from(counts.finished);
            sum.start_total += counts.start;
            sum.finish_total += counts.finish;
            for (sum, &count) in sum.start_set_by.iter_mut().zip(&counts.set_by) {
                *sum += u64::from(count);
            }
        }
        for (sum, &drives) in part.link_drives.iter_mut().zip(&self.drives) {
            *sum += u64::from(drives);
        }
    }
}
