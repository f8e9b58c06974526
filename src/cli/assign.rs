//! `plancast assign`.

use std::fs;
use std::path::Path;
use std::time::Duration;

use super::arguments::Assign;
use super::failure::Failure;
use super::watch::Watch;
use super::{folder, open, run, talk};
use crate::diagnostic::{self, Code};
use crate::model::{Instance, TaskId};
use crate::optimise::{self, Effort, Objective, Search};
use crate::plan::{Overrides, Plan, Source};
use crate::report::{self, About};
use crate::schedule;

/// Time for a search that is given neither a time nor a number of schedules.
const USUAL: Duration = Duration::from_secs(10);

/// Schedules that tell how many there is time for.
const PROBE: u64 = 2000;

/// Recommends who does what in which order.
///
/// # Errors
/// [`Failure`] when the plan has errors, names no such task, or something cannot be written.
pub(super) fn assign(arguments: &Assign) -> Result<(), Failure> {
    if let Some(target) = &arguments.write {
        keep_inputs(target, arguments)?;
        folder::check_place(target, "--write")?;
    }
    let (mut plan, text, overrides) = open::open_to_change(&arguments.plan, |code| {
        // Whoever has nothing to do in the plan as written may be given something.
        arguments.keep_fixed || code != Code::W207
    })?;
    if let Some(spread) = arguments.durations {
        spread.apply(&mut plan.instance);
    }
    let about = open::about(&arguments.plan, &plan);
    let recommended = if arguments.deterministic { deterministic } else { under_luck };
    let (shown, patch) = recommended(arguments, &plan, &about)?;
    // Written first: a reader of the text may leave early.
    if let Some(target) = &arguments.write {
        write_patch(target, (text, overrides), &patch)?;
    }
    talk::print(&shown)?;
    if let Some(target) = &arguments.write {
        let command = talk::command(&reproduction(arguments, target));
        let what = if patch.trim() == "{}" { ", which changes nothing" } else { "" };
        talk::say(&format!("wrote {}{what}; to see the same numbers: `{command}`\n", target.display()));
    }
    Ok(())
}

/// The best policy found by simulation, as text or JSON and as a patch.
fn under_luck(arguments: &Assign, plan: &Plan, about: &About) -> Result<(String, String), Failure> {
    let instance = &plan.instance;
    lacks_nothing(instance, arguments.objective)?;
    let search = search(arguments);
    let why = arguments.why.as_deref().map(|id| task(instance, id)).transpose()?;
    let mut clock = watch(arguments);
    let watch = &mut |before: f64, now: f64, spent: u64| {
        let objective = search.objective;
        let note = if before.is_nan() {
            "schedules on mean durations".to_owned()
        } else {
            format!("{objective} {before:.1} -> {now:.1}")
        };
        clock.is_over(&note, spent)
    };
    let (found, others) = run::on_threads(arguments.threads, || {
        let found = optimise::recommend(instance, &search, watch);
        let others = why.map(|task| (task, optimise::alternatives(&found, task, &search)));
        (found, others)
    })?;
    end(&clock);
    let others = others.as_ref().map(|(task, others)| (*task, others.as_slice()));
    let shown = match others {
        _ if arguments.json => report::assign_json(instance, (&found, others), &search, about),
        Some((task, others)) => {
            report::alternatives_text(&found, (task, others), &search) + &report::readings_text(about)
        }
        None => report::assign_text(instance, &found, &search) + &report::readings_text(about),
    };
    Ok((shown, plan.policy_patch(&found.open, &found.policy)))
}

/// The best schedule found on mean durations, as text or JSON, and its policy as a patch.
fn deterministic(arguments: &Assign, plan: &Plan, about: &About) -> Result<(String, String), Failure> {
    let instance = &plan.instance;
    let (open, written) = optimise::opened(instance, arguments.keep_fixed);
    let mut clock = watch(arguments);
    let search = |schedules: u64, clock: &mut Watch| {
        let effort = Effort { schedules, seed: arguments.seed };
        optimise::deterministic_from(&open, &written, effort, &mut |best, spent| {
            let note = best.finite_hours().map_or_else(|| "never".to_owned(), |hours| format!("{hours:.1} h"));
            clock.is_over(&note, spent)
        })
    };
    let solution = run::on_threads(arguments.threads, || {
        if let Some(schedules) = arguments.evaluations {
            return search(schedules, &mut clock);
        }
        let probe = search(PROBE, &mut clock);
        match clock.fitting(probe.schedules) {
            Some(schedules) if !probe.is_optimal() => {
                let found = search(schedules, &mut clock);
                let schedules = probe.schedules + found.schedules;
                let mut best = if found.makespan <= probe.makespan { found } else { probe };
                best.schedules = schedules;
                best
            }
            _ => probe,
        }
    })?;
    end(&clock);
    let path = schedule::critical_path(instance);
    let shown = if arguments.json {
        report::solution_json(instance, &solution, &path, (arguments.seed, about))
    } else {
        report::solution_text(instance, &solution) + &report::readings_text(about)
    };
    Ok((shown, plan.policy_patch(&open, &solution.policy)))
}

/// The clock of a search.
fn watch(arguments: &Assign) -> Watch {
    let usual = if arguments.evaluations.is_none() { Some(USUAL) } else { None };
    Watch::new(arguments.time.or(usual), arguments.evaluations)
}

/// The search is over, one way or the other.
fn end(clock: &Watch) {
    clock.finish();
    if clock.is_interrupted() {
        talk::say("stopped: this is the best so far\n");
    }
}

fn search(arguments: &Assign) -> Search {
    Search {
        objective: arguments.objective,
        schedules: schedules(arguments),
        seed: arguments.seed,
        iterations: arguments.iterations,
        keep_fixed: arguments.keep_fixed,
    }
}

/// Schedules to generate; where time is the limit, more than there will be time for.
fn schedules(arguments: &Assign) -> u64 {
    arguments.evaluations.unwrap_or(1 << 40)
}

fn task(instance: &Instance, id: &str) -> Result<TaskId, Failure> {
    let place = instance.tasks.iter().position(|task| task.id == id);
    place.map(TaskId::from).ok_or_else(|| {
        let near = diagnostic::nearest(id, instance.tasks.iter().map(|task| task.id.as_str()));
        let help = near.map_or_else(
            || "give --why the id of a task, as in the plan file".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        Failure::lacking(format!("the plan has no task `{id}`"), help)
    })
}

/// Refuses to write over a file that is read, however its path is spelt: a patch holds what changes, not the plan.
fn keep_inputs(target: &Path, arguments: &Assign) -> Result<(), Failure> {
    // Nothing is lost where there is no such file yet.
    let Ok(target) = fs::canonicalize(target) else { return Ok(()) };
    let mut inputs = std::iter::once(&arguments.plan.path).chain(&arguments.plan.patch);
    match inputs.find(|input| fs::canonicalize(input).is_ok_and(|input| input == target)) {
        Some(input) => Err(Failure::usage(
            format!("--write would replace `{}`, which is read, by a patch of the plan", input.display()),
            "give another file, such as `better.json`",
        )),
        None => Ok(()),
    }
}

/// Refuses to make small what the plan cannot have.
fn lacks_nothing(instance: &Instance, objective: Objective) -> Result<(), Failure> {
    let elsewhere = "or choose another --objective";
    if objective == Objective::Lateness && instance.last_due().is_none() {
        return Err(Failure::lacking(
            "nothing can be late: no task, phase or milestone has a due date",
            format!("add a `due`, {elsewhere}"),
        ));
    }
    if objective.is_about_cost() && instance.agents.iter().all(|agent| agent.cost == 0.0) {
        return Err(Failure::lacking(
            "nothing costs anything: no agent has a cost",
            format!("add a `cost`, {elsewhere}"),
        ));
    }
    Ok(())
}

/// Writes the patch once it has proved to fit the plan, which was made of this text and these changes.
fn write_patch(path: &Path, (text, mut overrides): (Source, Overrides), patch: &str) -> Result<(), Failure> {
    overrides.patches.push(Source::new(path.display().to_string(), patch.to_owned()));
    crate::plan::read(text, &overrides).map_err(Failure::Plan)?;
    folder::write_file(path, patch, "--write")
}

/// The words of the command that tells the numbers of a written recommendation.
fn reproduction(arguments: &Assign, written: &Path) -> Vec<String> {
    let Assign { plan, deterministic, iterations, seed, durations, .. } = arguments;
    let name = |path: &Path| path.display().to_string();
    let command = if *deterministic { "schedule" } else { "simulate" };
    let mut words = vec!["plancast".to_owned(), command.to_owned(), name(&plan.path)];
    let mut add = |option: &str, value: String| words.extend([option.to_owned(), value]);
    plan.option.iter().for_each(|option| add("--option", option.clone()));
    plan.patch.iter().for_each(|patch| add("--patch", name(patch)));
    add("--patch", name(written));
    plan.set.iter().for_each(|set| add("--set", set.clone()));
    if !deterministic {
        if let Some(spread) = durations {
            add("--durations", spread.to_string());
        }
        add("--iterations", iterations.to_string());
        add("--seed", seed.to_string());
    }
    words
}
