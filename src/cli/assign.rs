//! `plancast assign`.

use std::time::{Duration, Instant};

use super::arguments::Assign;
use super::failure::Failure;
use super::{folder, open, run, source, talk};
use crate::model::{Instance, TaskId};
use crate::optimise::{self, Effort, Recommendation, Search};
use crate::plan::{Plan, Source};
use crate::report::{self, About};
use crate::schedule;

/// Time for a search that is given neither a time nor a number of schedules.
const USUAL: Duration = Duration::from_secs(10);

/// Recommends who does what in which order.
///
/// # Errors
/// [`Failure`] when the plan has errors, names no such task, or something cannot be written.
pub(super) fn assign(arguments: &Assign) -> Result<(), Failure> {
    let mut plan = open::open(&arguments.plan)?;
    if let Some(spread) = arguments.durations {
        spread.apply(&mut plan.instance);
    }
    let about = open::about(&arguments.plan, &plan);
    if arguments.deterministic {
        return deterministic(arguments, &plan, &about);
    }
    let search = search(arguments);
    let why = arguments.why.as_deref().map(|id| task(&plan.instance, id)).transpose()?;
    let mut clock = Clock::new(arguments);
    let watch = &mut |before: f64, now: f64, spent: u64| {
        let note = if before.is_nan() { String::new() } else { format!("{before:.1} -> {now:.1}") };
        clock.is_over(&note, spent)
    };
    let (found, others) = run::on_threads(arguments.threads, || {
        let found = optimise::recommend(&plan.instance, &search, watch);
        let others = why.map(|task| (task, optimise::alternatives(&found, task, &search)));
        (found, others)
    })?;
    clock.finish();
    let json = report::assign_json(&plan.instance, &found, &search, &about);
    let text = match &others {
        Some((task, others)) => report::alternatives_text(&found, *task, others),
        None => report::assign_text(&plan.instance, &found, &search),
    };
    talk::print(if arguments.json { &json } else { &text })?;
    write(arguments, &plan, &found)
}

fn deterministic(arguments: &Assign, plan: &Plan, about: &About) -> Result<(), Failure> {
    let instance = &plan.instance;
    let effort = Effort { schedules: schedules(arguments), seed: arguments.seed };
    let mut clock = Clock::new(arguments);
    let solution = optimise::deterministic(instance, effort, &mut |best, spent| {
        clock.is_over(&format!("{:.1} h", best.hours()), spent)
    });
    clock.finish();
    let path = schedule::critical_path(instance);
    talk::print(&if arguments.json {
        report::solution_json(instance, &solution, &path, (arguments.seed, about))
    } else {
        report::solution_text(instance, &solution)
    })?;
    match &arguments.write {
        None => Ok(()),
        Some(_) => write_patch(arguments, plan, &report::policy_patch(instance, None, &solution.policy)),
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
    place.map(TaskId::from).ok_or_else(|| Failure::Usage {
        message: format!("the plan has no task `{id}`"),
        help: "give --why the id of a task, as in the plan file".to_owned(),
    })
}

fn write(arguments: &Assign, plan: &Plan, found: &Recommendation) -> Result<(), Failure> {
    if arguments.write.is_none() {
        return Ok(());
    }
    write_patch(arguments, plan, &report::policy_patch(&plan.instance, Some(found), &found.policy))
}

/// Writes the patch once it has proved to fit the plan.
fn write_patch(arguments: &Assign, plan: &Plan, patch: &str) -> Result<(), Failure> {
    let Some(path) = &arguments.write else { return Ok(()) };
    let name = path.display().to_string();
    let mut overrides = open::overrides(&arguments.plan)?;
    overrides.patches.push(Source::new(name, patch.to_owned()));
    let text = source::read(&arguments.plan.path)?;
    let patched = crate::plan::read(text, &overrides).map_err(Failure::Plan)?;
    debug_assert_eq!(patched.instance.tasks.len(), plan.instance.tasks.len());
    folder::write_file(path, patch)?;
    let plan = arguments.plan.path.display();
    talk::say(&format!("wrote {0}: try `plancast simulate {plan} --patch {0}`\n", path.display()));
    Ok(())
}

/// Ends a search after its time, and shows how far it is.
struct Clock {
    begun: Instant,
    limit: Option<Duration>,
    bar: Option<indicatif::ProgressBar>,
}

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "a search that is given a time ends after it")]
    fn new(arguments: &Assign) -> Self {
        let usual = if arguments.evaluations.is_none() { Some(USUAL) } else { None };
        let limit = arguments.time.or(usual);
        let style = indicatif::ProgressStyle::with_template("{spinner} {msg}");
        let bar = style.ok().map(|style| indicatif::ProgressBar::new_spinner().with_style(style));
        Self { begun: Instant::now(), limit, bar }
    }

    fn is_over(&mut self, note: &str, spent: u64) -> bool {
        if let Some(bar) = &self.bar {
            bar.set_message(format!("{note} ({spent} schedules)"));
            bar.tick();
        }
        self.limit.is_some_and(|limit| self.begun.elapsed() >= limit)
    }

    fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
