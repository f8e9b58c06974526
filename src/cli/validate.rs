//! `plancast validate`.

use super::arguments::Validate;
use super::exit::Exit;
use super::failure::Failure;
use super::questions::ValidateFormat;
use super::{open, talk};
use crate::diagnostic::{self, Diagnostic};
use crate::plan::Plan;
use crate::report;

/// Checks all files, also after one that has errors. As text, problems go to standard error and what is fine to
/// standard output; the other formats are data, and go to standard output.
///
/// # Errors
/// [`Failure::Reported`] when a file has errors; its messages are told before.
pub(super) fn validate(arguments: &Validate) -> Result<(), Failure> {
    let mut valid = true;
    let mut all: Vec<Diagnostic> = Vec::new();
    for path in &arguments.plans {
        match open::read_with_options(path) {
            Ok((plan, warnings)) if arguments.format == ValidateFormat::Text => {
                if !warnings.is_empty() {
                    talk::say(&(diagnostic::render(&warnings) + "\n"));
                }
                talk::print(&format!("{}: valid: {}\n", path.display(), counts(&plan)))?;
            }
            Ok((_, warnings)) => all.extend(warnings),
            Err(Failure::Plan(problems)) if arguments.format != ValidateFormat::Text => {
                valid = false;
                all.extend(problems);
            }
            Err(failure @ Failure::Usage { .. }) => return Err(failure),
            Err(failure) => {
                valid = false;
                talk::say(&(failure.text() + "\n"));
            }
        }
    }
    match arguments.format {
        ValidateFormat::Text => {}
        ValidateFormat::Sarif => talk::print(&report::sarif(&all, env!("CARGO_PKG_VERSION")))?,
        ValidateFormat::Github => talk::print(&report::annotations(&all))?,
    }
    if valid { Ok(()) } else { Err(Failure::Reported(Exit::InvalidPlan)) }
}

/// How much of each kind a plan has.
fn counts(plan: &Plan) -> String {
    let instance = &plan.instance;
    let counts = [
        count(instance.tasks.len(), "task"),
        count(instance.agents.len(), "agent"),
        count(instance.phases.len(), "phase"),
        count(instance.milestones.len(), "milestone"),
    ];
    counts.join(", ")
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
