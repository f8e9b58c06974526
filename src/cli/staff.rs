//! `plancast staff`.

use super::failure::Failure;
use super::questions::Staff;
use super::vary::{Varied, varied};
use super::{open, run, talk};
use crate::analyse::{self, Objective, Question, Rule, Trial, Variant, Wish};
use crate::diagnostic::{self, Diagnostic};
use crate::model::Instance;
use crate::optimise::{self, Search};
use crate::plan::{self, Overrides, Plan, Source};
use crate::report;
use crate::rng::pair_key;
use crate::simulate::{self, Settings};

/// Most combinations: a race begins with a run of each.
const MOST: usize = 20_000;
/// Most combinations that are all simulated in full.
const ALL: usize = 200;
/// Of more, so many are.
const FINALISTS: usize = 50;
/// Iterations that tell whether a recommended assignment is better than the plan's.
const JUDGED: u32 = 2_000;

/// Simulates the combinations and prints what they are worth.
///
/// # Errors
/// [`Failure`] when the plan has errors with any of the values, or the grid is too large.
pub(super) fn staff(arguments: &Staff) -> Result<(), Failure> {
    arguments.chart.check_place()?;
    let (plan, text, overrides) = open::open_to_change(&arguments.plan, |_| true)?;
    let varied = varied(&arguments.vary, &plan)?;
    let question = question(arguments, &varied);
    if question.count().is_none_or(|count| count > MOST) {
        return Err(Failure::usage(
            format!("there are more than {MOST} combinations"),
            "vary fewer things at once, or give fewer values",
        ));
    }
    if let Some(wish) = &arguments.until {
        reachable(wish, &plan.instance)?;
    }
    let grid =
        Grid { plan: &plan.instance, text: &text, overrides: &overrides, varied: &varied, question: &question };
    let keep_fixed = arguments.keep_fixed;
    let trials = run::with_threads(&arguments.run, || grid.race(keep_fixed))??;
    let staffing = analyse::staffing(&plan.instance, question, &trials);
    arguments.chart.write(|look| report::staffing_chart(&staffing, look))?;
    talk::print(&if arguments.view.json {
        report::staffing_json(&staffing, env!("CARGO_PKG_VERSION"))
    } else if arguments.view.csv {
        report::staffing_csv(&staffing)
    } else if arguments.view.as_table {
        report::staffing_text(&staffing, false)
    } else {
        report::staffing_text(&staffing, true) + &open::readings(&plan)
    })
}

fn question(arguments: &Staff, varied: &[Varied]) -> Question {
    let settings = run::settings(&arguments.run);
    let question = Question {
        axes: varied.iter().map(|varied| varied.axis.clone()).collect(),
        rule: Rule { objective: arguments.rule.objective, threshold: arguments.rule.threshold },
        wish: arguments.until.clone(),
        budget: arguments.budget,
        iterations: settings.iterations,
        seed: settings.seed,
        finalists: arguments.finalists.map_or(ALL, |finalists| finalists as usize),
        search: arguments.assign.then_some(arguments.evaluations),
    };
    match (arguments.finalists, question.count()) {
        (None, Some(..=ALL)) | (Some(_), _) => question,
        (None, _) => Question { finalists: FINALISTS, ..question },
    }
}

/// What it takes to simulate a combination.
struct Grid<'a> {
    plan: &'a Instance,
    text: &'a Source,
    overrides: &'a Overrides,
    varied: &'a [Varied],
    question: &'a Question,
}

impl Grid<'_> {
    /// All combinations, those that may be best in full.
    fn race(&self, keep_fixed: bool) -> Result<Vec<Trial>, Failure> {
        run::with_progress(analyse::race_length(self.question), |progress| {
            analyse::race(self.question, |place, iterations| {
                let values = self.question.values(place);
                let (instance, assigned) = self.assigned(self.with(&values)?.instance, keep_fixed, progress);
                let settings = Settings::new(iterations, self.question.seed).without_samples();
                let outcomes = simulate::run(&instance, &settings, progress);
                let variant = Variant { name: "", instance: &instance, outcomes: &outcomes };
                let trial = Trial::new(values, &variant, self.plan, self.question.wish.as_ref());
                let mut trial = trial.ok_or_else(|| {
                    Failure::lacking(
                        "a combination removes what --until is about",
                        "vary something else, or ask for another wish",
                    )
                })?;
                trial.assigned = assigned;
                Ok(trial)
            })
        })
    }

    /// The plan with these values, one for each axis.
    fn with(&self, values: &[String]) -> Result<Plan, Failure> {
        let mut overrides = self.overrides.clone();
        overrides.sets.extend(self.varied.iter().zip(values).map(|(v, value)| format!("{}={value}", v.path)));
        plan::read(self.text.clone(), &overrides).map_err(|problems| {
            Failure::Plan(problems.into_iter().map(|problem| self.located(problem, values)).collect())
        })
    }

    /// A problem that the plan has with these values, which are named: its place may be a line that is right by itself.
    fn located(&self, problem: Diagnostic, values: &[String]) -> Diagnostic {
        let with = self.varied.iter().zip(values).map(|(v, value)| format!("`{}={value}`", v.axis.name));
        let with: Vec<String> = with.collect();
        let is_varied = self.varied.iter().any(|varied| problem.excerpt.starts_with(&format!("{}=", varied.path)));
        let source = if problem.source == "--set" && is_varied { "--vary".to_owned() } else { problem.source };
        let message = format!("with {}: {}", with.join(", "), problem.message);
        Diagnostic { message, source, ..problem }
    }

    /// The plan with the assignment that a search recommends, if one is asked for, and whether that is another
    /// than its own. The search has luck of its own, so that the iterations that follow are fresh.
    fn assigned(
        &self,
        instance: Instance,
        keep_fixed: bool,
        progress: &(dyn Fn(u32) + Sync),
    ) -> (Instance, Option<bool>) {
        let Some(schedules) = self.question.search else { return (instance, None) };
        let search = Search {
            objective: match self.question.rule.objective {
                Objective::Percentile(percent) => optimise::Objective::Quantile(f64::from(percent) / 100.0),
                Objective::Mean => optimise::Objective::Mean,
            },
            schedules,
            seed: pair_key(self.question.seed, JUDGED.into()),
            iterations: JUDGED,
            keep_fixed,
        };
        let found = optimise::recommend(&instance, &search, &mut |_, _, _| false);
        progress(u32::try_from(schedules).unwrap_or(u32::MAX));
        if found.is_better { (found.policy.apply(&found.open), Some(true)) } else { (instance, Some(false)) }
    }
}

/// Refuses a wish for something that the plan does not have, or that has no date.
fn reachable(wish: &Wish, instance: &Instance) -> Result<(), Failure> {
    let finish = ("finish", instance.last_due().is_some());
    let cost = ("cost", instance.budget.is_some());
    let milestones = instance.milestones.iter().map(|m| (m.id.as_str(), m.due.is_some()));
    let phases = instance.phases.iter().map(|p| (p.id.as_str(), p.due.is_some()));
    let known: Vec<(&str, bool)> = [finish, cost].into_iter().chain(milestones).chain(phases).collect();
    match known.iter().find(|(id, _)| *id == wish.id) {
        Some((_, true)) => Ok(()),
        Some((id, false)) => Err(Failure::lacking(
            format!("`{id}` has neither a due date nor a budget to meet"),
            "add a `due` or a `budget` to the plan",
        )),
        None => {
            let near = diagnostic::nearest(&wish.id, known.iter().map(|(id, _)| *id));
            let help = near.map_or_else(
                || "name a milestone, a phase, `finish` or `cost`".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            Err(Failure::lacking(format!("the plan has no milestone or phase `{}`", wish.id), help))
        }
    }
}
