//! A run: iterations in blocks of fixed size, shared out among threads, put together in order.
//!
//! Blocks do not depend on the number of threads, and what they add up is whole numbers, so the outcome is
//! the same on any number of threads.

use std::ops::Range;
use std::sync::Mutex;

use rayon::prelude::*;

use super::engine::Engine;
use super::lanes::{LaneEngine, LaneProgram};
use super::lean::{LeanEngine, LeanProgram};
use super::open::{OpenProgram, OpenRunner};
use super::program::Program;
use super::times::{Kept, in_order};
use super::{ByCause, Outcomes, Settings, Timeline, Times, Walk};
use crate::model::Instance;
use crate::rng::STRATA;
use crate::units::Ticks;

/// Iterations in a block: those that share out the strata of a stratified run.
const BLOCK: u32 = STRATA;

/// Shares that the blocks of a run are put together from, at least.
const SHARES: usize = 64;

/// Iterations that an engine is made for where some are run again.
const SHARE: usize = 24;

/// Blocks of the first round of a run that stops when it knows enough.
const FIRST_ROUND: usize = 4;

/// Numbers kept per task for percentiles: as many leading iterations as fit, but no fewer than 500.
const MOST_SAMPLES: usize = 6_000_000;

/// Runs all iterations on the threads of the current pool. `progress` is told the number of iterations that
/// each finished block adds.
#[must_use]
pub fn run(instance: &Instance, settings: &Settings, progress: &(dyn Fn(u32) + Sync)) -> Outcomes {
    rounds(&Program::new(instance, settings), settings, None, progress)
}

/// The same in rounds, the first of about 1,000 iterations and each of the next a quarter of all before it: it
/// ends after the one whose makespans are `enough`, or with all iterations. The rounds, and so the outcome, do
/// not depend on the number of threads.
#[must_use]
pub fn run_until(
    instance: &Instance,
    settings: &Settings,
    enough: Enough,
    progress: &(dyn Fn(u32) + Sync),
) -> Outcomes {
    rounds(&Program::new(instance, settings), settings, Some(enough), progress)
}

/// Whether these makespans are enough.
type Enough<'f> = &'f dyn Fn(&[Ticks]) -> bool;

pub(super) fn rounds(
    program: &Program,
    settings: &Settings,
    enough: Option<Enough>,
    progress: &(dyn Fn(u32) + Sync),
) -> Outcomes {
    let instance = program.instance;
    let fits = (MOST_SAMPLES / (2 * instance.tasks.len().max(1))).max(500);
    let most = if settings.samples { u32::try_from(fits).unwrap_or(u32::MAX) } else { 0 };
    let samples = settings.iterations.min(most);
    let path = Path::new(program);
    let mut times = Times::new(path.places(instance.tasks.len()), samples as usize);
    // Each block writes into its own stretch of every column.
    let blocks = times.blocks(BLOCK as usize, settings.iterations.div_ceil(BLOCK) as usize);
    let mut rest: Vec<_> = blocks.into_iter().enumerate().collect();
    // Runners are handed from block to block: which one runs a block makes no difference to it.
    let spares: Mutex<Vec<Runner>> = Mutex::new(Vec::new());
    let mut all = Outcomes::empty(instance, settings.iterations as usize);
    (all.seed, all.sampling) = (settings.seed, settings.sampling);
    let mut done = 0;
    while !rest.is_empty() {
        let size = if enough.is_some() { (done / 4).max(FIRST_ROUND).min(rest.len()) } else { rest.len() };
        let later = rest.split_off(size);
        // In order: what stands beside each other is put together. Shares are small, or the thread that is first
        // to finish its own waits for the other's last.
        let part = rest
            .into_par_iter()
            .with_max_len((size / SHARES).max(1))
            .map(|(block, mut kept)| {
                let spare = spares.lock().ok().and_then(|mut spares| spares.pop());
                let mut runner = spare.unwrap_or_else(|| Runner::new(&path));
                let first = block as u32 * BLOCK;
                let iterations = first..settings.iterations.min(first + BLOCK);
                let count = iterations.end - iterations.start;
                let part = runner.run(iterations, &mut kept);
                if let Ok(mut spares) = spares.lock() {
                    spares.push(runner);
                }
                progress(count);
                part
            })
            .reduce_with(|mut one, next| {
                one.append(next);
                one
            });
        all.append(part.unwrap_or_default());
        done += size;
        rest = later;
        if enough.is_some_and(|enough| enough(&all.makespan)) {
            break;
        }
    }
    drop(rest);
    all.samples = samples.min(all.iterations);
    times.truncate(all.samples as usize);
    all.times = times;
    all
}

/// The program of the fastest path that can run a plan.
enum Path<'a> {
    Lanes(Box<LaneProgram<'a>>),
    Lean(Box<LeanProgram<'a>>),
    Open(Box<OpenProgram<'a>>),
    Whole(&'a Program<'a>),
}

impl<'a> Path<'a> {
    fn new(program: &'a Program<'a>) -> Self {
        if let Some(lanes) = LaneProgram::new(program) {
            return Self::Lanes(Box::new(lanes));
        }
        // Of small plans, the open path takes those that the lean path would as well.
        if let Some(mut open) = OpenProgram::new(program, true) {
            open.weigh_steps();
            return Self::Open(Box::new(open));
        }
        if let Some(lean) = LeanProgram::new(program) {
            return Self::Lean(Box::new(lean));
        }
        match OpenProgram::new(program, false) {
            Some(open) => Self::Open(Box::new(open)),
            None => Self::Whole(program),
        }
    }
}

impl Path<'_> {
    /// The place of each task's times.
    fn places(&self, tasks: usize) -> Vec<u32> {
        if let Self::Lean(lean) = self { lean.places() } else { in_order(tasks) }
    }
}

/// What runs iterations: one of the faster paths where the plan allows it, or the engine.
enum Runner<'a> {
    /// The engine takes over where times are too long for lanes, here and on the lean path.
    Lanes(Box<LaneEngine<'a>>),
    Lean(Box<LeanEngine<'a>>),
    Open(Box<OpenRunner<'a>>),
    Full(Box<Engine<'a>>),
}

impl<'a> Runner<'a> {
    fn new(path: &'a Path<'a>) -> Self {
        match path {
            Path::Lanes(lanes) => Self::Lanes(Box::new(LaneEngine::new(lanes))),
            Path::Lean(lean) => Self::Lean(Box::new(LeanEngine::new(lean))),
            Path::Open(open) => Self::Open(Box::new(OpenRunner::new(open))),
            Path::Whole(program) => Self::Full(Box::new(Engine::new(program))),
        }
    }

    fn run(&mut self, iterations: Range<u32>, kept: &mut Kept) -> Outcomes {
        match self {
            Self::Lanes(lanes) => match lanes.run_block(iterations.clone(), kept) {
                Some(part) => part,
                None => run_full(&mut Engine::new(lanes.program()), iterations, kept),
            },
            Self::Lean(lean) => match lean.run_block(iterations.clone(), kept) {
                Some(part) => part,
                None => run_full(&mut Engine::new(lean.program()), iterations, kept),
            },
            Self::Open(open) => open.run_block(iterations, kept),
            Self::Full(full) => run_full(full, iterations, kept),
        }
    }
}

fn run_full(engine: &mut Engine, iterations: Range<u32>, kept: &mut Kept) -> Outcomes {
    let mut part = Outcomes::empty(engine.program.instance, iterations.len());
    for (place, iteration) in iterations.enumerate() {
        let is_finished = !engine.run(iteration).is_never();
        let keep = place < kept.samples();
        let finishes = engine.state.nodes.iter().map(|node| node.finish);
        let finishes = engine.program.nodes.iter().copied().zip(finishes);
        part.add_score(engine.state.makespan, engine.cost(), finishes);
        if engine.program.details {
            if is_finished {
                engine.explain();
            }
            part.add_causes(iteration, engine.causes(), engine.program);
            part.add(engine, keep);
        }
        if keep {
            for (task, &node) in engine.program.task_nodes.iter().enumerate() {
                let node = &engine.state.nodes[node as usize];
                kept.keep(place, task, node.start, node.finish);
            }
        }
    }
    if engine.program.details {
        part.add_available(engine.program);
    }
    part
}

/// Runs one iteration and tells all that happened in it.
#[must_use]
pub fn trace(instance: &Instance, settings: &Settings, iteration: u32) -> Timeline {
    traces(instance, settings, &[iteration]).remove(0)
}

/// Runs these iterations and tells all that happened in them, in the order given.
#[must_use]
pub fn traces(instance: &Instance, settings: &Settings, iterations: &[u32]) -> Vec<Timeline> {
    each(instance, settings, iterations, |engine, iteration| {
        if !engine.run(iteration).is_never() {
            engine.explain();
        }
        engine.timeline()
    })
}

/// Runs these iterations and tells what their makespans were made of, by cause in the order of
/// [`super::Cause::ALL`], in the order given; of an iteration that does not finish, nothing.
#[must_use]
pub fn causes(instance: &Instance, settings: &Settings, iterations: &[u32]) -> Vec<ByCause<Ticks>> {
    let program = Program::new(instance, &Settings { details: true, ..settings.clone() });
    let path = Path::new(&program);
    let share = |share: &[u32]| {
        let mut runner = Runner::new(&path);
        match &mut runner {
            Runner::Open(open) => return open.causes(share),
            Runner::Lean(lean) => {
                if let Some(causes) = lean.causes(share) {
                    return causes;
                }
            }
            _ => {}
        }
        // Of one iteration, the totals are its own.
        let mut causes = |&iteration: &u32| runner.run(iteration..iteration + 1, &mut Kept::default()).causes;
        share.iter().map(|iteration| causes(iteration).map(|total| Ticks(total as i64))).collect::<Vec<_>>()
    };
    iterations.par_chunks(SHARE).flat_map_iter(share).collect()
}

/// Runs these iterations and tells why each that finished took as long as it did, in the order given.
#[must_use]
pub fn walks(instance: &Instance, settings: &Settings, iterations: &[u32]) -> Vec<Walk> {
    let walk = |engine: &mut Engine, iteration| {
        engine.run(iteration);
        engine.walk()
    };
    each(instance, settings, iterations, walk).into_iter().flatten().collect()
}

/// Runs these iterations on the threads of the current pool and tells something of each, in the order given.
fn each<T: Send>(
    instance: &Instance,
    settings: &Settings,
    iterations: &[u32],
    tell: impl Fn(&mut Engine, u32) -> T + Sync,
) -> Vec<T> {
    let program = Program::new(instance, &Settings { details: true, ..settings.clone() });
    let share = |share: &[u32]| {
        let mut engine = Engine::new(&program);
        share.iter().map(|&iteration| tell(&mut engine, iteration)).collect::<Vec<T>>()
    };
    iterations.par_chunks(SHARE).flat_map_iter(share).collect()
}

#[cfg(test)]
mod tests;
