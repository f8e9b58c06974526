//! `plancast staff`.

use super::failure::Failure;
use super::questions::Staff;
use super::{open, run, source, talk};
use crate::analyse::{self, Axis, Rule, Trial, Variant, Wish};
use crate::diagnostic;
use crate::model::Instance;
use crate::plan::{Overrides, Plan, Source};
use crate::report;

/// Most combinations: each is a run of its own.
const MOST: usize = 1000;
/// Most values of one range.
const MOST_VALUES: i64 = 100;

/// An axis and the path of the field that it varies.
struct Varied {
    axis: Axis,
    path: String,
}

/// Simulates all combinations and prints what they are worth.
///
/// # Errors
/// [`Failure`] when the plan has errors with any of the values, or the grid is too large.
pub(super) fn staff(arguments: &Staff) -> Result<(), Failure> {
    let overrides = open::overrides(&arguments.plan)?;
    let text = source::read(&arguments.plan.path)?;
    let (plan, warnings) = open::read_text(text.clone(), &overrides)?;
    talk::say(&open::brief(&warnings, &arguments.plan.path));
    let varied = arguments.vary.iter().map(|vary| axis(vary, &plan.instance)).collect::<Result<Vec<_>, _>>()?;
    let count = varied.iter().try_fold(1_usize, |count, v| count.checked_mul(v.axis.values.len()));
    if count.is_none_or(|count| count > MOST) {
        return Err(usage(
            format!("there are more than {MOST} combinations"),
            "vary fewer things at once, or give fewer values",
        ));
    }
    if let Some(wish) = &arguments.until {
        reachable(wish, &plan.instance)?;
    }
    let plans = combinations(&varied).into_iter().map(|values| {
        let plan = with_values(&text, &overrides, &varied, &values)?;
        Ok((values, plan))
    });
    let plans: Vec<(Vec<String>, Plan)> = plans.collect::<Result<_, Failure>>()?;
    let instances: Vec<(&[String], &Instance)> = plans.iter().map(|(v, plan)| (&**v, &plan.instance)).collect();
    let settings = run::settings(&arguments.run);
    let wish = arguments.until.as_ref();
    let trials: Option<Vec<Trial>> = run::with_threads(&arguments.run, || {
        let trial = |(values, instance): &(&[String], &Instance)| {
            let outcomes = run::outcomes(instance, &settings);
            Trial::new(values.to_vec(), &Variant { name: "", instance, outcomes: &outcomes }, wish)
        };
        instances.iter().map(trial).collect()
    })?;
    let trials = trials.ok_or_else(|| {
        usage(
            "a combination removes what --until is about".to_owned(),
            "vary something else, or ask for another wish",
        )
    })?;
    let rule = Rule { objective: arguments.rule.objective, threshold: arguments.rule.threshold };
    let axes = varied.into_iter().map(|v| v.axis).collect();
    let run = (settings.iterations, settings.seed);
    let asked = (rule, arguments.until.clone(), arguments.budget);
    let staffing = analyse::staffing(&plan.instance, run, axes, &trials, asked);
    talk::print(&if arguments.view.json {
        report::staffing_json(&staffing, env!("CARGO_PKG_VERSION"))
    } else if arguments.view.csv {
        report::staffing_csv(&staffing)
    } else {
        report::staffing_text(&staffing, !arguments.view.as_table)
    })
}

/// The plan with these values, one for each axis.
fn with_values(text: &Source, base: &Overrides, varied: &[Varied], values: &[String]) -> Result<Plan, Failure> {
    let mut overrides = base.clone();
    overrides.sets.extend(varied.iter().zip(values).map(|(v, value)| format!("{}={value}", v.path)));
    Ok(open::read_text(text.clone(), &overrides)?.0)
}

/// All combinations of values, the last axis fastest.
fn combinations(varied: &[Varied]) -> Vec<Vec<String>> {
    varied.iter().fold(vec![Vec::new()], |all, v| {
        let more = |values: &Vec<String>| {
            let values = values.clone();
            v.axis.values.iter().map(move |value| [values.clone(), vec![value.clone()]].concat())
        };
        all.iter().flat_map(more).collect()
    })
}

/// Reads `alpha=1..4` and `path=v1,v2`.
fn axis(text: &str, instance: &Instance) -> Result<Varied, Failure> {
    let form = "write the count of an agent as `alpha=1..4`, any other value as `path=v1,v2`";
    let Some((name, values)) = text.split_once('=') else {
        return Err(usage(format!("`--vary {text}` has no `=`"), form));
    };
    let name = name.trim();
    let path = if instance.agents.iter().any(|agent| agent.id == name) {
        format!("agents.\"{name}\".count")
    } else if name.contains('.') {
        name.to_owned()
    } else {
        let near = diagnostic::nearest(name, instance.agents.iter().map(|agent| agent.id.as_str()));
        let help = near.map_or_else(|| form.to_owned(), |near| format!("did you mean `{near}`?"));
        return Err(usage(format!("`--vary {text}` names no agent of the plan: `{name}`"), &help));
    };
    let values = match values.split_once("..") {
        Some((from, to)) => range(from, to),
        None => Some(split(values)),
    };
    let values = values.filter(|values| !values.is_empty() && values.iter().all(|value| !value.is_empty()));
    let axis = Axis {
        name: name.to_owned(),
        values: values.ok_or_else(|| usage(format!("`--vary {text}` has no values that can be read"), form))?,
    };
    Ok(Varied { axis, path })
}

/// Whole numbers, both ends included.
fn range(from: &str, to: &str) -> Option<Vec<String>> {
    let (from, to) = (from.trim().parse::<i64>().ok()?, to.trim().parse::<i64>().ok()?);
    let sound = from <= to && to.saturating_sub(from) < MOST_VALUES;
    sound.then(|| (from..=to).map(|value| value.to_string()).collect())
}

/// Parts between commas that stand in no brackets.
fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_i32;
    for letter in text.chars() {
        depth += match letter {
            '[' | '{' => 1,
            ']' | '}' => -1,
            _ => 0,
        };
        if letter == ',' && depth == 0 {
            parts.push(String::new());
        } else {
            parts.last_mut().expect("starts with one part").push(letter);
        }
    }
    parts.iter().map(|part| part.trim().to_owned()).collect()
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
        Some((id, false)) => Err(usage(
            format!("`{id}` has neither a due date nor a budget to meet"),
            "add a `due` or a `budget` to the plan",
        )),
        None => {
            let near = diagnostic::nearest(&wish.id, known.iter().map(|(id, _)| *id));
            let help = near.map_or_else(
                || "name a milestone, a phase, `finish` or `cost`".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            Err(usage(format!("the plan has no milestone or phase `{}`", wish.id), &help))
        }
    }
}

fn usage(message: String, help: &str) -> Failure {
    Failure::Usage { message, help: help.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_a_range_or_a_list() {
        assert_eq!(range("1", "3"), Some(["1", "2", "3"].map(str::to_owned).to_vec()));
        assert_eq!([range("3", "1"), range("1", "1000"), range("a", "2")], [None, None, None]);
        assert_eq!(split("30m, 2h"), ["30m", "2h"]);
        assert_eq!(split("[a, b],[c]"), ["[a, b]", "[c]"]);
    }
}
