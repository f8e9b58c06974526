//! What a report says about itself: which plan, which run, which program.

/// Tasks named for having no estimate of their own.
const TASKS_NAMED: usize = 12;

/// Where the numbers of a report come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// Hash of the plan as it was simulated, hexadecimal.
    pub hash: String,
    /// Version of the program.
    pub version: String,
    /// The option that was applied.
    pub option: Option<String>,
    /// Single values that were changed, as `path=value`.
    pub changes: Vec<String>,
    /// How bare numbers were read, in sentences.
    pub notes: Vec<String>,
    /// Ids of the tasks that have no estimate of their own.
    pub without_estimate: Vec<String>,
}

impl About {
    /// How the numbers were made, in a line: iterations (as text), seed, option and changes.
    pub(super) fn run_line(&self, iterations: &str, seed: u64) -> String {
        let word = if iterations == "1" { "iteration" } else { "iterations" };
        let mut parts = vec![format!("{iterations} {word}, seed {seed}")];
        parts.extend(self.option.iter().map(|option| format!("option {option}")));
        parts.extend(self.changes.iter().cloned());
        parts.join(", ")
    }

    /// How the plan was read: bare numbers, then the tasks that had no estimate.
    pub(super) fn readings(&self) -> Vec<String> {
        let mut lines = self.notes.clone();
        let (shown, rest) = self.without_estimate.split_at(self.without_estimate.len().min(TASKS_NAMED));
        let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        if !shown.is_empty() {
            lines.push(format!("Without an estimate of their own: {}{more}.", shown.join(", ")));
        }
        lines
    }

    /// The same in one line; empty if there is nothing to say.
    pub(super) fn readings_line(&self) -> String {
        let lines: Vec<String> =
            self.readings().iter().map(|line| format!("{}.", line.trim_end_matches('.'))).collect();
        if lines.is_empty() { String::new() } else { format!("How the plan was read: {}", lines.join(" ")) }
    }
}
