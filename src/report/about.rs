//! What a report says about itself: which plan, which run, which program.

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
        let mut parts = vec![format!("{iterations} iterations, seed {seed}")];
        parts.extend(self.option.iter().map(|option| format!("option {option}")));
        parts.extend(self.changes.iter().cloned());
        parts.join(", ")
    }
}
