//! Every way of running an iteration tells the same.

mod plans;

use super::*;
use crate::model::{Attempts, Builder, Distribution, Escalate, Failures, Hold, LevelId, Policy, Rate, TaskId};
use crate::simulate::Trials;
use crate::units::Probability;
use plans::{as_waits, larger_plan, lean_plan, lean_plan_of, open_plan, some_bytes, troubled_plan};
use proptest::prelude::*;

fn settings(is_stratified: bool) -> Settings {
    let sampling = if is_stratified { crate::rng::Sampling::Lhs } else { crate::rng::Sampling::Random };
    Settings { sampling, ..Settings::new(1, 9) }
}

/// All that a runner tells of seventy iterations, and the times of fifty of them.
fn told(runner: Runner, instance: &Instance) -> String {
    told_of(runner, instance, 7..77, 50)
}

/// The same of these iterations, and the times of so many samples.
fn told_of(mut runner: Runner, instance: &Instance, iterations: Range<u32>, samples: usize) -> String {
    let places = match &runner {
        Runner::Lean(lean) => lean.places(),
        _ => in_order(instance.tasks.len()),
    };
    let mut times = Times::new(places, samples.min(iterations.len()));
    let part = runner.run(iterations, &mut times.blocks(104, 1)[0]);
    format!("{part:#?} {times:?}")
}

/// Asserts that the open path tells what the engine does, in steps and without.
fn assert_open_tells_the_same(instance: &Instance) {
    let program = Program::new(instance, &Settings::new(1, 3));
    let expected = told_of(Runner::Full(Box::new(Engine::new(&program))), instance, 7..9, 2);
    for in_steps in [false, true] {
        let open = OpenProgram::new(&program, in_steps).expect("a small open plan");
        assert_eq!(told_of(Runner::Open(Box::new(OpenRunner::new(&open))), instance, 7..9, 2), expected);
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
        let mut entry = plan.task(&format!("t{task}"), Distribution::Fixed(10_000.0 + f64::from(task)), "docs");
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
    for task in 0..200 {
        // The last one never ends.
        let hours = if task == 199 { 2e6 } else { 1e6 };
        let mut entry = plan.task(&format!("t{task}"), Distribution::Fixed(hours), "core");
        (entry.work, entry.slots) = (crate::model::Work::Elapsed, Vec::new());
        if task > 0 {
            entry.after(&format!("t{}", task - 1));
        }
    }
    plan.task("last", Distribution::Fixed(1.0), "core").after("t130");
    let instance = plan.build();
    assert!(run(&instance, &Settings::new(1, 3), &|_| ()).makespan[0].is_never());
    assert_open_tells_the_same(&instance);
}

/// Work of a thousand years and more, one task after the other, and work that in some iterations never ends.
#[test]
fn times_beyond_those_of_the_lean_path_are_told_alike() {
    let mut rarely = vec![1.0; 30];
    rarely.push(2e6);
    for (tasks, hours) in [(20, Distribution::Fixed(1.2e6)), (3, Distribution::Samples(rarely))] {
        let mut plan = Builder::new();
        plan.agent("x", &[("core", 1.0)]);
        plan.agent("y", &[("core", 1.0)]);
        plan.task("other", Distribution::Fixed(1.2e6), "core");
        for task in 0..tasks {
            let mut entry = plan.task(&format!("t{task}"), hours.clone(), "core");
            if task > 0 {
                entry.after(&format!("t{}", task - 1));
            }
        }
        let instance = plan.build();
        let program = Program::new(&instance, &Settings::new(1, 3));
        let lean = LeanProgram::new(&program).expect("a lean plan");
        // One engine runs block after block.
        let mut spare = LeanEngine::new(&lean);
        let mut late = 0;
        for first in (0..100).step_by(10) {
            let found = spare.run_block(first..first + 10, &mut Kept::default());
            late += u32::from(found.is_none());
            if let Some(found) = found {
                let expected = run_full(&mut Engine::new(&program), first..first + 10, &mut Kept::default());
                assert_eq!(format!("{found:?}"), format!("{expected:?}"));
            }
        }
        assert!(if tasks == 3 { (1..10).contains(&late) } else { late == 10 }, "{late}");
        let found = told_of(Runner::Lean(Box::new(spare)), &instance, 0..100, 50);
        assert_eq!(found, told_of(Runner::Full(Box::new(Engine::new(&program))), &instance, 0..100, 50));
    }
}

/// More agents than steps have room for, and more jobs of a class than the top of a tree has.
#[test]
fn a_large_plan_is_told_alike() {
    let mut state = 7_u64;
    let mut pick = |limit: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % limit
    };
    let instance = lean_plan_of(40, 1500, &mut pick);
    let program = Program::new(&instance, &settings(false));
    let lean = LeanProgram::new(&program).expect("a lean plan");
    let found = told_of(Runner::Lean(Box::new(LeanEngine::new(&lean))), &instance, 3..20, 17);
    assert!(found == told_of(Runner::Full(Box::new(Engine::new(&program))), &instance, 3..20, 17));
}

/// The ticket of the second task comes to the boss before that of the first, at the same instant.
#[test]
fn responses_that_end_at_once_end_in_the_order_of_tasks() {
    let mut plan = Builder::new();
    plan.agent("x", &[("core", 1.0)]);
    plan.agent("y", &[("docs", 1.0)]);
    let lead = plan.level("lead", 10.0, 1.0);
    (lead.timeout, lead.next) = (Some(Distribution::Fixed(1.0)), Some(LevelId(1)));
    plan.level("boss", 0.5, 1.0);
    for (id, hours, skill, level) in [("a", 1.0, "core", 0), ("b", 2.0, "docs", 1)] {
        plan.task(id, Distribution::Fixed(hours), skill).attempts = Some(Attempts {
            success: Probability::NEVER,
            max: 1,
            backoff: Distribution::Fixed(0.0),
            then: Some(LevelId(level)),
        });
    }
    let instance = plan.build();
    let outcomes = run(&instance, &Settings::new(1, 3), &|_| ());
    assert_eq!([0, 1].map(|task| outcomes.times.finish(task)[0]), [3.5, 4.5]);
    assert_open_tells_the_same(&instance);
}

/// The blocker's ticket is handled while the agent who is to go on works on something else, whose end is nothing but an
/// end.
#[test]
fn work_that_waits_for_its_agent_goes_on_when_that_agent_is_free() {
    let mut plan = Builder::new();
    plan.agent("slow", &[("core", 1.0)]);
    plan.agent("fast", &[("core", 1.5)]);
    plan.level("lead", 2.0, 0.0);
    plan.task("t0", Distribution::Fixed(12.0), "core");
    plan.task("t1", Distribution::Fixed(12.0), "core").by(&["fast"]);
    let blocker = plan.blocker("stuck", Rate::PerTask(Probability::ALWAYS), Distribution::Fixed(9.0));
    blocker.target.tasks = [0_usize, 1].map(TaskId::from).to_vec();
    blocker.escalate = Some(Escalate { after_hours: 0.0, to: LevelId(0) });
    blocker.hold = Hold::Switches;
    let instance = plan.build();
    let settings = Settings::new(500, 1);
    let makespans = |settings: &Settings| run(&instance, settings, &|_| ()).makespan;
    assert_eq!(makespans(&settings.clone().for_scores()), makespans(&settings));
}

#[test]
fn plans_take_the_fastest_path_that_can_run_them() {
    let bytes = some_bytes();
    let path = |plan: &Instance| {
        let settings = Settings::new(1, 1);
        let program = Program::new(plan, &settings);
        match Path::new(&program) {
            Path::Lanes(_) => "lanes",
            Path::Lean(_) => "lean",
            Path::Open(open) if open.has_steps() => "steps",
            Path::Open(_) => "open",
            Path::Whole(_) => "whole",
        }
    };
    let small = lean_plan(&bytes);
    let large = lean_plan_of(5, 150, |limit| 7 % limit);
    let (mut failing, mut hard, mut shared) = (small.clone(), large.clone(), small.clone());
    let failures =
        || Failures { every_hours: 9.0, repair: Distribution::Fixed(1.0), lost: 0.0, restarts: None, then: None };
    failing.agents.iter_mut().for_each(|agent| agent.failures = Some(failures()));
    hard.agents[0].failures = Some(failures());
    shared.agents[0].capacity = 2;
    let paths = [&small, &large, &failing, &hard, &shared, &as_waits(&small)].map(path);
    assert_eq!(paths, ["steps", "lean", "open", "open", "whole", "lanes"]);
}

#[test]
fn every_path_tells_the_causes_that_the_engine_tells() {
    let bytes = some_bytes();
    let small = lean_plan(&bytes);
    let waits = as_waits(&small);
    let (larger, rough) = (lean_plan_of(5, 150, |limit| 7 % limit), open_plan(&small, &bytes));
    for instance in [small, waits, larger, rough] {
        let (settings, chosen) = (Settings::new(300, 3), [290, 2, 31]);
        let expected = each(&instance, &settings, &chosen, |engine, iteration| {
            assert!(!engine.run(iteration).is_never());
            engine.explain();
            engine.state.walk.causes
        });
        assert_eq!(causes(&instance, &settings, &chosen), expected);
        let outcomes = run(&instance, &settings, &|_| ());
        let kept: Vec<_> = chosen.iter().filter_map(|&iteration| outcomes.causes_of(iteration)).collect();
        assert_eq!(kept, expected);
        assert_eq!(outcomes.causes_of(300), None);
    }
}

#[test]
fn a_run_without_samples_tells_all_else_the_same() {
    let bytes = some_bytes();
    let mut whole = lean_plan(&bytes);
    whole.agents[0].capacity = 2;
    let waits = as_waits(&lean_plan(&bytes));
    let larger = lean_plan_of(5, 150, |limit| 7 % limit);
    for instance in [lean_plan(&bytes), larger, whole, waits] {
        let settings = Settings::new(600, 3);
        let mut full = run(&instance, &settings, &|_| ());
        assert_eq!(full.times.finish(0).len(), 600);
        let quick = run(&instance, &settings.without_samples(), &|_| ());
        assert_eq!(quick.samples, 0);
        (full.times, full.samples) = (Times::new(in_order(instance.tasks.len()), 0), 0);
        assert!(quick.leading_causes.iter().all(Vec::is_empty));
        full.leading_causes.clone_from(&quick.leading_causes);
        assert_eq!(format!("{full:?}"), format!("{quick:?}"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn the_lean_path_gives_what_the_engine_gives(
        bytes in prop::collection::vec(any::<u8>(), 10..260),
        stratified in any::<bool>(),
        is_larger in prop::bool::weighted(0.1),
        details in any::<bool>(),
    ) {
        let instance = if is_larger { larger_plan(&bytes) } else { lean_plan(&bytes) };
        let program = Program::new(&instance, &Settings { details, ..settings(stratified) });
        let lean = LeanProgram::new(&program).expect("a lean plan");
        let found = told(Runner::Lean(Box::new(LeanEngine::new(&lean))), &instance);
        prop_assert_eq!(found, told(Runner::Full(Box::new(Engine::new(&program))), &instance));
    }

    #[test]
    fn the_open_path_gives_what_the_engine_gives(
        bytes in prop::collection::vec(any::<u8>(), 10..260),
        more in prop::collection::vec(any::<u8>(), 0..600),
        stratified in any::<bool>(),
        is_larger in prop::bool::weighted(0.1),
        (details, samples) in prop::sample::select(vec![(true, true), (false, true), (false, false)]),
    ) {
        let template = if is_larger { larger_plan(&bytes) } else { lean_plan(&bytes) };
        let instance = open_plan(&template, &more);
        let program = Program::new(&instance, &Settings { samples, details, ..settings(stratified) });
        let kept = if samples { 50 } else { 0 };
        let expected = told_of(Runner::Full(Box::new(Engine::new(&program))), &instance, 7..77, kept);
        for in_steps in [false, true] {
            let Some(open) = OpenProgram::new(&program, in_steps) else {
                // Attempts and reviews of the larger plans may be too many for steps.
                prop_assert!(in_steps && is_larger);
                continue;
            };
            let found = told_of(Runner::Open(Box::new(OpenRunner::new(&open))), &instance, 7..77, kept);
            prop_assert_eq!(&found, &expected);
        }
    }

    #[test]
    fn steps_give_what_the_engine_gives_of_common_trouble(
        bytes in prop::collection::vec(any::<u8>(), 10..260),
        more in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        let instance = troubled_plan(&lean_plan(&bytes), &more);
        for settings in [Settings::new(77, 5), Settings::new(77, 5).for_scores()] {
            let program = Program::new(&instance, &settings);
            let kept = if settings.samples { 50 } else { 0 };
            let full = Runner::Full(Box::new(Engine::new(&program)));
            let expected = told_of(full, &instance, 7..77, kept);
            let open = OpenProgram::new(&program, true).expect("a small open plan");
            let open = Runner::Open(Box::new(OpenRunner::new(&open)));
            prop_assert_eq!(told_of(open, &instance, 7..77, kept), expected);
            // What many programs share is drawn beforehand.
            let trial = Trials::new(&instance, settings.clone()).run(&Policy::as_written(&instance));
            let outcomes = run(&instance, &settings, &|_| ());
            prop_assert_eq!((trial.makespan, trial.cost), (outcomes.makespan, outcomes.cost));
        }
    }

    #[test]
    fn the_lane_path_gives_what_the_engine_gives(
        bytes in prop::collection::vec(any::<u8>(), 10..260),
        stratified in any::<bool>(),
    ) {
        let instance = as_waits(&lean_plan(&bytes));
        let program = Program::new(&instance, &settings(stratified));
        let lanes = LaneProgram::new(&program).expect("a plan of waits");
        let full = || Box::new(Engine::new(&program));
        let found = told(Runner::Lanes(Box::new(LaneEngine::new(&lanes))), &instance);
        prop_assert_eq!(found, told(Runner::Full(full()), &instance));
    }
}
