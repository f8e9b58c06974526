//! Limits and baseline together: whether a check passes, and whether more iterations would tell.

use super::check::{Requirement, Status};
use super::regress::Regressions;
use crate::model::Severity;

/// What a check finds.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// What the limits ask for.
    pub requirements: Vec<Requirement>,
    /// What became of the plan since its baseline, if there is one.
    pub regressions: Option<Regressions>,
}

impl Checked {
    /// What it comes to: limits that only warn do not count.
    #[must_use]
    pub fn status(&self) -> Status {
        let limits = self.requirements.iter().filter(|r| r.severity == Severity::Error).map(|r| r.status);
        let since = self.regressions.iter().flat_map(|r| &r.all).map(|r| r.status);
        limits.chain(since).max().unwrap_or(Status::Held)
    }

    /// Iterations that would decide all that is unclear; absent if nothing is, or no number would.
    #[must_use]
    pub fn decided_by(&self) -> Option<u64> {
        let limits = self.requirements.iter().filter(|r| r.severity == Severity::Error).map(|r| r.decided_by);
        let since = self.regressions.iter().flat_map(|r| &r.all).map(|r| r.decided_by);
        limits.chain(since).flatten().max()
    }

    /// True if more iterations would tell more of something unclear that fails the check.
    #[must_use]
    pub fn would_learn(&self) -> bool {
        let limits = self.requirements.iter().filter(|r| r.severity == Severity::Error && !r.is_capped);
        let since = self.regressions.iter().flat_map(|r| &r.all).filter(|r| !r.is_hidden);
        limits.map(|r| r.status).chain(since.map(|r| r.status)).any(|status| status == Status::Unclear)
    }
}
