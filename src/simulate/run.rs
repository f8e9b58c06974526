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
use super::open::{OpenEngine, OpenProgram};
use super::program::Program;
use super::times::kept_time;
use super::{Outcomes, Settings, Timeline, Times, Walk};
use crate::model::Instance;
use crate::rng::STRATA;
use crate::units::Ticks;

/// Iterations in a block: those that share out the strata of a stratified run.
const BLOCK: u32 = STRATA;

/// Shares that the blocks of a run are put together from, at least.
const SHARES: usize = 64;

/// Blocks of the first round of a run that stops when it knows enough.
const FIRST_ROUND: usize = 4;

/// Numbers kept per task for percentiles: as many leading iterations as fit, but no fewer than 500.
const MOST_SAMPLES: usize = 6_000_000;

/// Runs all iterations on the threads of the current pool. `progress` is told the number of iterations that
/// each finished block adds.
#[must_use]
pub fn run(instance: &Instance, settings: &Settings, progress: &(dyn Fn(u32) + Sync)) -> Outcomes {
    rounds(instance, settings, None, progress)
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
    rounds(instance, settings, Some(enough), progress)
}

/// Whether these makespans are enough.
type Enough<'f> = &'f dyn Fn(&[Ticks]) -> bool;

fn rounds(
    instance: &Instance,
    settings: &Settings,
    enough: Option<Enough>,
    progress: &(dyn Fn(u32) + Sync),
) -> Outcomes {
    let program = Program::new(instance, settings);
    let fits = (MOST_SAMPLES / (2 * instance.tasks.len().max(1))).max(500);
    let most = if settings.samples { u32::try_from(fits).unwrap_or(u32::MAX) } else { 0 };
    let samples = settings.iterations.min(most);
    let paths = Paths::new(&program);
    let mut times = Times::new(instance.tasks.len(), samples as usize);
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
                let mut runner = spare.unwrap_or_else(|| Runner::new(&paths));
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

/// Where a block keeps its tasks' times [hours]: starts and finishes of its leading iterations, by task.
pub(super) type Kept<'k> = [[&'k mut [f32]; 2]];

/// Number of leading iterations whose times are kept.
pub(super) fn kept_count(kept: &Kept) -> usize {
    kept.first().map_or(0, |task| task[0].len())
}

/// A program, and what of it the faster paths can take.
struct Paths<'a> {
    program: &'a Program<'a>,
    lanes: Option<LaneProgram<'a>>,
    lean: Option<LeanProgram<'a>>,
    open: Option<OpenProgram<'a>>,
}

impl<'a> Paths<'a> {
    fn new(program: &'a Program<'a>) -> Self {
        let lanes = LaneProgram::new(program);
        // Of small plans, the open path takes those that the lean path would as well.
        let mut open = if lanes.is_none() { OpenProgram::new(program, true) } else { None };
        if let Some(open) = &mut open {
            open.weigh_steps();
        }
        let lean = if lanes.is_none() && open.is_none() { LeanProgram::new(program) } else { None };
        if lanes.is_none() && lean.is_none() && open.is_none() {
            open = OpenProgram::new(program, false);
        }
        Self { program, lanes, lean, open }
    }
}

/// What runs iterations: one of the faster paths where the plan allows it, or the engine.
enum Runner<'a> {
    /// The engine takes over where times are too long for lanes.
    Lanes(Box<LaneEngine<'a>>),
    Lean(Box<LeanEngine<'a>>),
    Open(Box<OpenEngine<'a>>),
    Full(Box<Engine<'a>>),
}

impl<'a> Runner<'a> {
    fn new(paths: &'a Paths<'a>) -> Self {
        match paths {
            Paths { lanes: Some(lanes), .. } => Self::Lanes(Box::new(LaneEngine::new(lanes))),
            Paths { lean: Some(lean), .. } => Self::Lean(Box::new(LeanEngine::new(lean))),
            Paths { open: Some(open), .. } => Self::Open(Box::new(OpenEngine::new(open))),
            Paths { program, .. } => Self::Full(Box::new(Engine::new(program))),
        }
    }

    fn run(&mut self, iterations: Range<u32>, kept: &mut Kept) -> Outcomes {
        match self {
            Self::Lanes(lanes) => match lanes.run_block(iterations.clone(), kept) {
                Some(part) => part,
                None => run_full(&mut Engine::new(lanes.program()), iterations, kept),
            },
            Self::Lean(lean) => lean.run_block(iterations, kept),
            Self::Open(open) => open.run_block(iterations, kept),
            Self::Full(full) => run_full(full, iterations, kept),
        }
    }
}

fn run_full(engine: &mut Engine, iterations: Range<u32>, kept: &mut Kept) -> Outcomes {
    let mut part = Outcomes::empty(engine.program.instance, iterations.len());
    for (place, iteration) in iterations.enumerate() {
        let is_finished = !engine.run(iteration).is_never();
        let keep = place < kept_count(kept);
        let finishes = engine.state.nodes.iter().map(|node| node.finish);
        part.add_score(engine.program, engine.state.makespan, engine.cost(), finishes);
        if engine.program.details {
            if is_finished {
                engine.explain();
            }
            part.add(engine, keep);
        }
        if keep {
            for ([starts, finishes], &node) in kept.iter_mut().zip(&engine.program.task_nodes) {
                let node = &engine.state.nodes[node as usize];
                (starts[place], finishes[place]) = (kept_time(node.start), kept_time(node.finish));
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
pub fn causes(instance: &Instance, settings: &Settings, iterations: &[u32]) -> Vec<[Ticks; 16]> {
    each(instance, settings, iterations, |engine, iteration| {
        if engine.run(iteration).is_never() {
            return [Ticks::ZERO; 16];
        }
        engine.explain();
        engine.state.walk.causes
    })
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
    /// Iterations that an engine is made for.
    const SHARE: usize = 25;
    let program = Program::new(instance, &Settings { details: true, ..settings.clone() });
    let share = |share: &[u32]| {
        let mut engine = Engine::new(&program);
        share.iter().map(|&iteration| tell(&mut engine, iteration)).collect::<Vec<T>>()
    };
    iterations.par_chunks(SHARE).flat_map_iter(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        Attempts, Builder, Distribution, Escalate, Failures, Hold, LevelId, Link, Network, Priority, Rate, Status,
        TaskId,
    };
    use crate::units::Probability;
    use proptest::prelude::*;

    /// A plan of effort and finish-to-start links only, with ties where every byte is even.
    fn lean_plan(bytes: &[u8]) -> Instance {
        let mut bytes = bytes.iter().map(|&b| usize::from(b));
        let mut pick = move |limit: usize| bytes.next().unwrap_or(0) % limit;
        let (agents, tasks) = (3 + pick(3), 2 + pick(20));
        lean_plan_of(agents, tasks, pick)
    }

    /// The same with up to 16 agents and 119 tasks.
    fn larger_plan(bytes: &[u8]) -> Instance {
        let mut state = bytes.iter().fold(1, |state: u64, &byte| state.wrapping_mul(257) + u64::from(byte));
        let mut pick = move |limit: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as usize % limit
        };
        let (agents, tasks) = (6 + pick(11), 40 + pick(80));
        lean_plan_of(agents, tasks, pick)
    }

    fn lean_plan_of(agents: usize, tasks: usize, mut pick: impl FnMut(usize) -> usize) -> Instance {
        let mut plan = Builder::new();
        let skills = ["core", "build", "docs"];
        for agent in 0..agents {
            let pace = [1.0, 0.8, 1.0, 1.25][pick(4)];
            let held: Vec<_> = (0..=pick(3)).map(|s| (skills[(agent + s) % 3], pace)).collect();
            plan.agent(&format!("a{agent}"), &held).cost = 10.0;
        }
        plan.phase("late", 0.0, &[]);
        for task in 0..tasks {
            let hours = 1.0 + pick(4) as f64;
            let estimate = match pick(3) {
                0 => Distribution::Triangular { low: hours, mode: hours + 1.0, high: hours + 4.0 },
                _ => Distribution::Fixed(hours),
            };
            let mut entry = plan.task(&format!("t{task}"), estimate, skills[pick(3)]);
            for before in task.saturating_sub(20)..task {
                if pick(5) == 1 {
                    entry.after(&format!("t{before}"));
                }
            }
            if pick(6) == 1 {
                entry.in_phase("late");
            }
            entry.priority = [Priority::Medium, Priority::High][pick(2)];
            entry.status = [Status::Todo, Status::Todo, Status::Todo, Status::Active, Status::Done][pick(5)];
            entry.due = (pick(3) == 1).then(|| Ticks::from_hours(12.0));
        }
        plan.level("lead", 1.0, 1.0).capacity = 2;
        plan.milestone("first", &["t0"]);
        plan.milestone("second", &["first", "late"]).due = Some(Ticks::from_hours(20.0));
        plan.build()
    }

    /// A lean plan in which everything goes wrong, with ties where every byte is even.
    fn open_plan(template: &Instance, more: &[u8]) -> Instance {
        let mut bytes_of_trouble = more.iter().map(|&b| usize::from(b));
        let mut pick = move |limit: usize| bytes_of_trouble.next().unwrap_or(0) % limit;
        let chance = |of_ten: usize| Probability::new(of_ten as f64 / 10.0).expect("a probability");
        let hours = |pick: &mut dyn FnMut(usize) -> usize| match pick(3) {
            0 => Distribution::Fixed(0.5 * pick(4) as f64),
            _ => Distribution::Exponential { mean: 0.25 + 0.25 * pick(8) as f64 },
        };
        let mut plan = Builder::new();
        plan.instance = template.clone();
        if pick(2) == 1 {
            plan.instance.handoff = hours(&mut pick);
        }
        // Everybody reviews; some fail.
        let reviewers: Vec<_> = template
            .agents
            .iter()
            .enumerate()
            .map(|(id, _)| crate::model::Candidate { agent: id.into(), pace: [1.0, 2.0, 1.5][pick(3)] })
            .collect();
        for agent in &mut plan.instance.agents {
            if pick(4) == 1 {
                agent.failures = Some(Failures {
                    every_hours: 0.5 + pick(24) as f64,
                    repair: hours(&mut pick),
                    lost: 0.25 * pick(5) as f64,
                    restarts: (pick(2) == 1).then_some(1),
                    then: (pick(2) == 1).then_some(LevelId(0)),
                });
            }
        }
        let lead = &mut plan.instance.levels[0];
        (lead.capacity, lead.response, lead.handling) = (1 + pick(2) as u32, hours(&mut pick), hours(&mut pick));
        if pick(2) == 1 {
            (lead.timeout, lead.next) = (Some(Distribution::Fixed(pick(4) as f64)), Some(LevelId(1)));
        }
        plan.level("boss", 0.0, 1.0);
        for task in &mut plan.instance.tasks {
            match pick(6) {
                1 => (task.work, task.slots) = (crate::model::Work::Elapsed, Vec::new()),
                2 | 3 => {
                    task.review = Some(crate::model::Review {
                        skill: crate::model::SkillId(0),
                        effort: Distribution::Uniform { low: 0.5, high: 0.5 + 0.5 * pick(3) as f64 },
                        response: hours(&mut pick),
                        reject: chance(pick(8)),
                        rework: 0.25 * pick(5) as f64,
                        rounds: pick(4) as u32,
                        reviewers: reviewers[..2 + pick(reviewers.len() - 1)].to_vec(),
                    });
                }
                _ => {}
            }
            if pick(5) == 1 {
                task.attempts = Some(Attempts {
                    success: chance(2 + pick(8)),
                    max: 1 + pick(3) as u32,
                    backoff: hours(&mut pick),
                    then: (pick(2) == 1).then_some(LevelId(0)),
                });
            }
            if task.status == Status::Active {
                task.progress = 0.1 * pick(9) as f64;
            }
        }
        let tasks = template.tasks.len();
        let target = |pick: &mut dyn FnMut(usize) -> usize| {
            let step = 1 + pick(3);
            (0..tasks).step_by(step).map(TaskId::from).collect::<Vec<_>>()
        };
        let some_agents = |pick: &mut dyn FnMut(usize) -> usize| {
            (pick(4) == 1)
                .then(|| (0..template.agents.len()).step_by(2).map(crate::model::AgentId::from).collect())
        };
        for id in 0..pick(4) {
            let risk = plan.risk(&format!("risk{id}"), chance(1 + pick(9)));
            risk.target.tasks = target(&mut pick);
            risk.factor = (pick(2) == 1).then_some(Distribution::Uniform { low: 0.5, high: 2.0 });
            risk.delay = (pick(2) == 1).then(|| hours(&mut pick));
            risk.target.agents = some_agents(&mut pick);
        }
        for id in 0..pick(4) {
            let rate = match pick(3) {
                0 => Rate::EveryHours(2.0 + pick(10) as f64),
                _ => Rate::PerTask(chance(1 + pick(9))),
            };
            let resolve = hours(&mut pick);
            let blocker = plan.blocker(&format!("blocker{id}"), rate, resolve);
            blocker.target.tasks = target(&mut pick);
            blocker.target.agents = some_agents(&mut pick);
            blocker.hold = [Hold::Waits, Hold::Switches][pick(2)];
            let after_hours = 0.5 * pick(3) as f64;
            blocker.escalate = (pick(3) > 0).then_some(Escalate { after_hours, to: LevelId(0) });
        }
        // Some wait longer than for a finish: for the gate of a phase, or a lag.
        let network = &template.network;
        let late = |link: &Link| match pick(4) {
            1 => Link { lag: hours(&mut pick), gate: pick(2) == 1, ..link.clone() },
            _ => link.clone(),
        };
        let links = network.links().map(late).collect();
        plan.instance.network =
            Network::new(network.nodes().map(|(_, node)| node).collect(), links).expect("a network");
        if pick(3) == 1 {
            plan.instance.order = (0..tasks).rev().filter(|_| pick(4) > 0).map(TaskId::from).collect();
        }
        plan.instance
    }

    fn settings(is_stratified: bool) -> Settings {
        let sampling = if is_stratified { crate::rng::Sampling::Lhs } else { crate::rng::Sampling::Random };
        Settings { sampling, ..Settings::new(1, 9) }
    }

    /// All that a runner tells of seventy iterations, and the times of fifty of them.
    fn told(runner: Runner, instance: &Instance) -> String {
        told_of(runner, instance, 7..77)
    }

    /// The same of these iterations.
    fn told_of(mut runner: Runner, instance: &Instance, iterations: Range<u32>) -> String {
        let mut columns = vec![[vec![0.0; 50], vec![0.0; 50]]; instance.tasks.len()];
        let mut kept: Vec<[&mut [f32]; 2]> =
            columns.iter_mut().map(|[starts, finishes]| [&mut starts[..], &mut finishes[..]]).collect();
        let part = runner.run(iterations, &mut kept);
        format!("{part:#?} {columns:?}")
    }

    /// Asserts that the open path tells what the engine does, in steps and without.
    fn assert_open_tells_the_same(instance: &Instance) {
        let program = Program::new(instance, &Settings::new(1, 3));
        let expected = told_of(Runner::Full(Box::new(Engine::new(&program))), instance, 7..9);
        for in_steps in [false, true] {
            let open = OpenProgram::new(&program, in_steps).expect("a small open plan");
            assert_eq!(told_of(Runner::Open(Box::new(OpenEngine::new(&open))), instance, 7..9), expected);
        }
    }

    /// One agent works on a task that hardly ever succeeds, another on a chain of long ones.
    #[test]
    fn what_is_given_up_is_told_alike() {
        let mut plan = Builder::new();
        plan.agent("x", &[("core", 1.0)]).failures = Some(Failures {
            every_hours: 1.0,
            repair: Distribution::Fixed(0.0),
            lost: 1.0,
            restarts: None,
            then: None,
        });
        plan.agent("y", &[("docs", 1.0)]);
        plan.task("hopeless", Distribution::Fixed(50.0), "core");
        for task in 0..40 {
            let mut entry =
                plan.task(&format!("t{task}"), Distribution::Fixed(10_000.0 + f64::from(task)), "docs");
            if task > 0 {
                entry.after(&format!("t{}", task - 1));
            }
        }
        let instance = plan.build();
        assert!(run(&instance, &Settings::new(1, 3), &|_| ()).makespan[0].is_never());
        assert_open_tells_the_same(&instance);
    }

    #[test]
    fn times_beyond_those_of_steps_are_told_alike() {
        let mut plan = Builder::new();
        plan.agent("x", &[("core", 1.0)]);
        plan.task("first", Distribution::Fixed(1.0), "core");
        for task in 0..700 {
            let mut entry = plan.task(&format!("t{task}"), Distribution::Fixed(1e6), "core");
            (entry.work, entry.slots) = (crate::model::Work::Elapsed, Vec::new());
            if task > 0 {
                entry.after(&format!("t{}", task - 1));
            }
        }
        plan.task("last", Distribution::Fixed(1.0), "core").after("t330");
        let instance = plan.build();
        assert!(run(&instance, &Settings::new(1, 3), &|_| ()).makespan[0].is_never());
        assert_open_tells_the_same(&instance);
    }

    #[test]
    fn plans_take_the_fastest_path_that_can_run_them() {
        let bytes: Vec<u8> = (0..200_u32).map(|i| (i * i % 251) as u8).collect();
        let path = |plan: &Instance| {
            let settings = Settings::new(1, 1);
            let program = Program::new(plan, &settings);
            match Paths::new(&program) {
                Paths { lanes: Some(_), .. } => "lanes",
                Paths { lean: Some(_), .. } => "lean",
                Paths { open: Some(open), .. } if open.has_steps() => "steps",
                Paths { open: Some(_), .. } => "open",
                Paths { .. } => "whole",
            }
        };
        let small = lean_plan(&bytes);
        let large = lean_plan_of(5, 150, |limit| 7 % limit);
        let (mut failing, mut hard, mut shared, mut waits) =
            (small.clone(), large.clone(), small.clone(), small.clone());
        let failures = || Failures {
            every_hours: 9.0,
            repair: Distribution::Fixed(1.0),
            lost: 0.0,
            restarts: None,
            then: None,
        };
        failing.agents.iter_mut().for_each(|agent| agent.failures = Some(failures()));
        hard.agents[0].failures = Some(failures());
        shared.agents[0].capacity = 2;
        for task in &mut waits.tasks {
            (task.work, task.slots) = (crate::model::Work::Elapsed, Vec::new());
        }
        let paths = [&small, &large, &failing, &hard, &shared, &waits].map(path);
        assert_eq!(paths, ["steps", "lean", "open", "open", "whole", "lanes"]);
    }

    #[test]
    fn a_run_without_samples_tells_all_else_the_same() {
        let bytes: Vec<u8> = (0..200_u32).map(|i| (i * i % 251) as u8).collect();
        let mut whole = lean_plan(&bytes);
        whole.agents[0].capacity = 2;
        let mut waits = lean_plan(&bytes);
        for task in &mut waits.tasks {
            (task.work, task.slots) = (crate::model::Work::Elapsed, Vec::new());
        }
        let larger = lean_plan_of(5, 150, |limit| 7 % limit);
        for instance in [lean_plan(&bytes), larger, whole, waits] {
            let settings = Settings::new(600, 3);
            let mut full = run(&instance, &settings, &|_| ());
            assert_eq!(full.times.finish(0).len(), 600);
            let quick = run(&instance, &settings.without_samples(), &|_| ());
            assert_eq!(quick.samples, 0);
            (full.times, full.samples) = (Times::new(instance.tasks.len(), 0), 0);
            assert_eq!(format!("{full:?}"), format!("{quick:?}"));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn the_lean_path_gives_what_the_engine_gives(
            bytes in prop::collection::vec(any::<u8>(), 10..260),
            stratified in any::<bool>(),
        ) {
            let instance = lean_plan(&bytes);
            let program = Program::new(&instance, &settings(stratified));
            let lean = LeanProgram::new(&program).expect("a lean plan");
            let found = told(Runner::Lean(Box::new(LeanEngine::new(&lean))), &instance);
            prop_assert_eq!(found, told(Runner::Full(Box::new(Engine::new(&program))), &instance));
        }

        #[test]
        fn the_open_path_gives_what_the_engine_gives(
            bytes in prop::collection::vec(any::<u8>(), 10..260),
            more in prop::collection::vec(any::<u8>(), 0..200),
            stratified in any::<bool>(),
            is_larger in prop::bool::weighted(0.1),
            details in any::<bool>(),
        ) {
            let template = if is_larger { larger_plan(&bytes) } else { lean_plan(&bytes) };
            let instance = open_plan(&template, &more);
            let program = Program::new(&instance, &Settings { details, ..settings(stratified) });
            let expected = told(Runner::Full(Box::new(Engine::new(&program))), &instance);
            for in_steps in [false, true] {
                let Some(open) = OpenProgram::new(&program, in_steps) else {
                    // Attempts and reviews of the larger plans may be too many for steps.
                    prop_assert!(in_steps && is_larger);
                    continue;
                };
                prop_assert_eq!(&told(Runner::Open(Box::new(OpenEngine::new(&open))), &instance), &expected);
            }
        }

        #[test]
        fn the_lane_path_gives_what_the_engine_gives(
            bytes in prop::collection::vec(any::<u8>(), 10..260),
            stratified in any::<bool>(),
        ) {
            let mut instance = lean_plan(&bytes);
            for task in &mut instance.tasks {
                (task.work, task.slots) = (crate::model::Work::Elapsed, Vec::new());
            }
            let program = Program::new(&instance, &settings(stratified));
            let lanes = LaneProgram::new(&program).expect("a plan of waits");
            let full = || Box::new(Engine::new(&program));
            let found = told(Runner::Lanes(Box::new(LaneEngine::new(&lanes))), &instance);
            prop_assert_eq!(found, told(Runner::Full(full()), &instance));
        }
    }
}
