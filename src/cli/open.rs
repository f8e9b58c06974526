//! Opening a plan: read, change what is asked for, tell its warnings.

use std::path::Path;

use super::arguments::PlanArguments;
use super::failure::Failure;
use super::{source, talk};
use crate::diagnostic::{Code, Diagnostic, printable};
use crate::plan::{self, Overrides, Plan, Source};
use crate::report::{self, About};
use crate::schedule;

/// The plan of the arguments, with its option and changes applied. Warnings go to standard error.
///
/// # Errors
/// [`Failure`] when it cannot be read or has errors.
pub(super) fn open(arguments: &PlanArguments) -> Result<Plan, Failure> {
    Ok(open_to_change(arguments, |_| true)?.0)
}

/// The same with what it was made from, for commands that change it further: standard input cannot be read again.
///
/// # Errors
/// [`Failure`] when it cannot be read or has errors.
pub(super) fn open_to_change(
    arguments: &PlanArguments,
    is_said: impl Fn(Code) -> bool,
) -> Result<(Plan, Source, Overrides), Failure> {
    let overrides = overrides(arguments)?;
    let text = source::read(&arguments.path)?;
    let (plan, warnings) = read_text(text.clone(), &overrides)?;
    let said: Vec<Diagnostic> = warnings.into_iter().filter(|warning| is_said(warning.code)).collect();
    talk::say(&brief(&said, &arguments.path));
    Ok((plan, text, overrides))
}

/// What the arguments change in the plan.
///
/// # Errors
/// [`Failure`] when a patch cannot be read.
pub(super) fn overrides(arguments: &PlanArguments) -> Result<Overrides, Failure> {
    let patches = patches(&arguments.patch)?;
    Ok(Overrides { option: arguments.option.clone(), patches, sets: arguments.set.clone() })
}

/// The texts of these patches.
///
/// # Errors
/// [`Failure`] when one cannot be read.
pub(super) fn patches(paths: &[impl AsRef<Path>]) -> Result<Vec<Source>, Failure> {
    paths.iter().map(|path| source::read_as("patch", path.as_ref())).collect()
}

/// The plan at `path` with these changes, and its warnings.
///
/// # Errors
/// [`Failure`] when it cannot be read or has errors.
pub(super) fn read(path: &Path, overrides: &Overrides) -> Result<(Plan, Vec<Diagnostic>), Failure> {
    read_text(source::read(path)?, overrides)
}

/// The plan of this text with these changes, and its warnings.
///
/// # Errors
/// [`Failure`] when it has errors.
pub(super) fn read_text(text: Source, overrides: &Overrides) -> Result<(Plan, Vec<Diagnostic>), Failure> {
    let plan = plan::read(text, overrides).map_err(Failure::Plan)?;
    let warnings = warnings(&plan);
    Ok((plan, warnings))
}

/// The plan at `path`, if it and all of its options are sound, and its warnings.
///
/// # Errors
/// [`Failure`] when it cannot be read, or it or one of its options has errors.
pub(super) fn read_with_options(path: &Path) -> Result<(Plan, Vec<Diagnostic>), Failure> {
    let plan = plan::read_with_options(source::read(path)?).map_err(Failure::Plan)?;
    let warnings = warnings(&plan);
    Ok((plan, warnings))
}

/// Warnings of a plan, also those that its critical path gives.
fn warnings(plan: &Plan) -> Vec<Diagnostic> {
    let path = schedule::critical_path(&plan.instance);
    let advice = plan.advice(|task| path.is_critical(task), |node| path.nodes[node.index()].early_finish);
    plan.warnings.iter().cloned().chain(advice).collect()
}

/// Warnings in a line each; `validate` shows the rest of them.
pub(super) fn brief(warnings: &[Diagnostic], path: &Path) -> String {
    const SHOWN: usize = 3;
    let line = |w: &Diagnostic| {
        let (message, source) = (printable(&w.message), printable(&w.source));
        format!("{}[{}]: {message} ({source}:{})\n", w.severity(), w.code, w.line)
    };
    let text: String = warnings.iter().take(SHOWN).map(line).collect();
    match warnings.len().saturating_sub(SHOWN) {
        0 => text,
        more => {
            let command = talk::command(&["plancast", "validate", &path.display().to_string()]);
            format!("{text}and {more} more: see `{command}`\n")
        }
    }
}

/// How the plan was read, for the end of a text that does not tell.
pub(super) fn readings(plan: &Plan) -> String {
    report::readings_text(&About {
        notes: plan.readings.clone(),
        without_estimate: without_estimate(plan),
        ..About::default()
    })
}

fn without_estimate(plan: &Plan) -> Vec<String> {
    plan.without_estimate.iter().map(|task| plan.instance.tasks[task.index()].id.clone()).collect()
}

/// What reports of this plan say about where they come from.
pub(super) fn about(arguments: &PlanArguments, plan: &Plan) -> About {
    About {
        hash: plan.hash.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        option: arguments.option.clone(),
        changes: changes(arguments),
        notes: plan.readings.clone(),
        without_estimate: without_estimate(plan),
    }
}

/// Patches by their files, then single values.
fn changes(arguments: &PlanArguments) -> Vec<String> {
    let patches = arguments.patch.iter().map(|path| path.display().to_string());
    patches.chain(arguments.set.iter().cloned()).collect()
}
