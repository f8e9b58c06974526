//! `plancast validate`.

use super::arguments::Validate;
use super::exit::Exit;
use super::failure::Failure;
use super::{open, talk};
use crate::diagnostic;
use crate::plan::Overrides;

/// Checks all files, also after one that has errors; problems go to standard error, what is fine to standard
/// output.
///
/// # Errors
/// [`Failure::Reported`] when a file has errors; its messages are told before.
pub(super) fn validate(arguments: &Validate) -> Result<(), Failure> {
    let mut valid = true;
    for path in &arguments.plans {
        match open::read(path, &Overrides::default()) {
            Ok((plan, warnings)) => {
                if !warnings.is_empty() {
                    talk::say(&(diagnostic::render(&warnings) + "\n"));
                }
                let instance = &plan.instance;
                let counts = [
                    count(instance.tasks.len(), "task"),
                    count(instance.agents.len(), "agent"),
                    count(instance.phases.len(), "phase"),
                    count(instance.milestones.len(), "milestone"),
                ];
                talk::print(&format!("{}: valid: {}\n", path.display(), counts.join(", ")))?;
            }
            Err(failure) => {
                valid = false;
                talk::say(&(failure.text() + "\n"));
            }
        }
    }
    if valid { Ok(()) } else { Err(Failure::Reported(Exit::InvalidPlan)) }
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
