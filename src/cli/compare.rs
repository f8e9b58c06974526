//! `plancast compare`.

use std::ffi::OsStr;
use std::path::PathBuf;

use super::failure::Failure;
use super::questions::Compare;
use super::{open, run, source, talk};
use crate::analyse::{self, Rule, Variant};
use crate::model::Instance;
use crate::plan::{Overrides, Plan, Source};
use crate::report::{self, OptionFinish};
use crate::schedule;
use crate::simulate;

/// Compares options, changes or versions of a plan with a base.
///
/// # Errors
/// [`Failure`] when a plan has errors, or there is nothing to compare.
pub(super) fn compare(arguments: &Compare) -> Result<(), Failure> {
    arguments.chart.check_place()?;
    let plans = told_apart(plans(arguments)?);
    let instances: Vec<(&str, &Instance)> = plans.iter().map(|(name, plan)| (&**name, &plan.instance)).collect();
    let rule = Rule { objective: arguments.rule.objective, threshold: arguments.rule.threshold };
    let settings = run::settings(&arguments.run).without_samples();
    let (comparison, finishes) = run::with_threads(&arguments.run, || {
        let all = u64::from(settings.iterations) * instances.len() as u64;
        let outcomes: Vec<_> = run::with_progress(all, |progress| {
            instances.iter().map(|(_, instance)| simulate::run(instance, &settings, progress)).collect()
        });
        let variants: Vec<Variant> = instances
            .iter()
            .zip(&outcomes)
            .map(|((name, instance), outcomes)| Variant { name, instance, outcomes })
            .collect();
        let comparison = analyse::compare(&variants[0], &variants[1..], rule);
        let finish = |(place, variant): (usize, &Variant)| {
            let option = place.checked_sub(1).and_then(|place| comparison.options.get(place));
            OptionFinish::new(
                variant.name,
                analyse::finish(variant.instance, variant.outcomes),
                schedule::list_schedule(variant.instance).makespan.finite_hours(),
                option,
            )
        };
        let finishes: Vec<OptionFinish> = variants.iter().enumerate().map(finish).collect();
        (comparison, finishes)
    })?;
    let run = (settings.iterations, settings.seed);
    arguments.chart.write(|look| report::options_chart(instances[0].1, &finishes, run, look))?;
    talk::print(&if arguments.view.json {
        report::compare_json(&comparison, env!("CARGO_PKG_VERSION"))
    } else if arguments.view.csv {
        report::compare_csv(&comparison)
    } else if arguments.view.as_table {
        report::compare_text(&comparison, false)
    } else {
        report::compare_text(&comparison, true) + &open::readings(&plans[0].1)
    })
}

/// The base, then the alternatives, each with its name.
fn plans(arguments: &Compare) -> Result<Vec<(String, Plan)>, Failure> {
    let (first, others) = arguments.plans.split_first().expect("clap wants one");
    let text = source::read(first)?;
    let base = Overrides {
        option: arguments.base.clone(),
        patches: open::patches(&arguments.base_patch)?,
        sets: arguments.base_set.clone(),
    };
    let (plan, warnings) = open::read_text(text.clone(), &base)?;
    talk::say(&open::brief(&warnings, first));
    let names = names(&arguments.plans);
    let name = if others.is_empty() {
        arguments.base.clone().unwrap_or_else(|| "the plan as it is".to_owned())
    } else {
        names[0].clone()
    };
    let under = Overrides { option: None, ..base.clone() };
    let changes = changes(arguments, &under, others.is_empty().then_some(&plan))?;
    let mut plans = vec![(name, plan)];
    let mut add = |name: String, text: &Source, overrides: &Overrides| -> Result<(), Failure> {
        plans.push((name, open::read_text(text.clone(), overrides)?.0));
        Ok(())
    };
    if others.is_empty() {
        for (name, overrides) in changes {
            add(name, &text, &overrides)?;
        }
        return Ok(plans);
    }
    let together = together(arguments, under)?;
    for (path, name) in others.iter().zip(names.into_iter().skip(1)) {
        add(name, &source::read(path)?, &together)?;
    }
    Ok(plans)
}

/// What would have the name of one before it is numbered.
fn told_apart(mut plans: Vec<(String, Plan)>) -> Vec<(String, Plan)> {
    let names: Vec<String> = plans.iter().map(|(name, _)| name.clone()).collect();
    for (place, (name, _)) in plans.iter_mut().enumerate() {
        let before = names[..place].iter().filter(|other| *other == name).count();
        if before > 0 {
            *name = format!("{name} ({})", before + 1);
        }
    }
    plans
}

/// What plan files are called: by their names without folders, where these differ.
fn names(paths: &[PathBuf]) -> Vec<String> {
    let short: Vec<Option<&OsStr>> = paths.iter().map(|path| path.file_name()).collect();
    let differ = short.iter().enumerate().all(|(i, name)| name.is_some() && !short[..i].contains(name));
    let name = |path: &PathBuf| match path.file_name() {
        Some(name) if differ => name.to_string_lossy().into_owned(),
        _ => path.display().to_string(),
    };
    paths.iter().map(name).collect()
}

/// What each alternative of a single plan changes, beside what is changed `under` all of them.
fn changes(
    arguments: &Compare,
    under: &Overrides,
    plan: Option<&Plan>,
) -> Result<Vec<(String, Overrides)>, Failure> {
    let Some(plan) = plan else { return Ok(Vec::new()) };
    let mut options = arguments.option.clone();
    if options.is_empty() && arguments.set.is_empty() && arguments.patch.is_empty() {
        let base = arguments.base.as_ref();
        options = plan.options.iter().map(|o| o.id.clone()).filter(|id| Some(id) != base).collect();
        if options.is_empty() {
            return Err(Failure::Usage {
                message: "there is nothing to compare: the plan has no other options".to_owned(),
                help: "give a second plan, or a change with --set or --patch".to_owned(),
            });
        }
    }
    let mut changes: Vec<(String, Overrides)> =
        options.into_iter().map(|id| (id.clone(), Overrides { option: Some(id), ..under.clone() })).collect();
    // An option as the base stays under the changes, so that they are what differs.
    let under = Overrides { option: arguments.base.clone(), ..under.clone() };
    for path in &arguments.patch {
        let patches = [under.patches.clone(), open::patches(&[path])?].concat();
        changes.push((path.display().to_string(), Overrides { patches, ..under.clone() }));
    }
    for set in &arguments.set {
        let sets = [under.sets.clone(), vec![set.clone()]].concat();
        changes.push((set.clone(), Overrides { sets, ..under.clone() }));
    }
    Ok(changes)
}

/// What all plans after the first change.
fn together(arguments: &Compare, under: Overrides) -> Result<Overrides, Failure> {
    if arguments.option.len() > 1 {
        return Err(Failure::Usage {
            message: "several plans take one option at most".to_owned(),
            help: "compare options of one plan, or plans with one option".to_owned(),
        });
    }
    Ok(Overrides {
        option: arguments.option.first().cloned(),
        patches: [under.patches, open::patches(&arguments.patch)?].concat(),
        sets: [under.sets, arguments.set.clone()].concat(),
    })
}
