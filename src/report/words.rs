//! What causes are called in text.

use super::number::{signed_hours, thousands};
use crate::analyse::{Alternative, Objective};
use crate::simulate::{Activity, Cause};
use crate::stats::Estimate;

/// Why a schedule never finishes.
pub(super) const UNDONE: &str = "nobody is there who could do what remains, or not all who are needed at once";

/// What the hours of a cause went to.
pub(super) fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::Work => "work as estimated",
        Cause::Risk => "risks",
        Cause::Handoff => "handoffs",
        Cause::Retry => "failed attempts",
        Cause::Rework => "rework after reviews",
        Cause::Review => "waiting for reviews",
        Cause::Blocker => "trying to resolve blockers",
        Cause::Response => "escalation: response",
        Cause::Queue => "escalation: queue",
        Cause::Handling => "escalation: handling",
        Cause::Failure => "failures of agents",
        Cause::Lag => "lags",
        Cause::Gate => "gates of phases",
        Cause::Agent => "waiting for agents",
        Cause::Resource => "waiting for resources",
        Cause::OffHours => "off hours",
    }
}

/// Where the difference of the means of an option comes from, at most so many reasons, the greatest first.
pub(super) fn reasons(option: &Alternative, most: usize) -> Vec<String> {
    let Some(causes) = option.causes else { return Vec::new() };
    let mut all: Vec<(&str, f64)> = Cause::ALL.iter().map(|c| cause(*c)).zip(causes).collect();
    all.push(("its start", option.starts_later));
    all.retain(|(_, hours)| hours.abs() >= 0.05);
    all.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    all.iter().take(most).map(|(what, hours)| format!("{what} {}", signed_hours(*hours, 99.0))).collect()
}

/// What goes on in a stretch of a task's life.
pub(super) fn activity(activity: Activity) -> &'static str {
    match activity {
        Activity::Handoff => "handoff",
        Activity::Work => "work",
        Activity::Risk => "work (risk)",
        Activity::Retry => "work again",
        Activity::Redo => "redo lost work",
        Activity::Rework => "rework",
        Activity::Resolve => "try to resolve",
        Activity::Response => "await response",
        Activity::Queue => "queue",
        Activity::Handling => "handled",
        Activity::Repair => "repair",
        Activity::Backoff => "back off",
        Activity::ReviewResponse => "await review",
        Activity::Review => "review",
    }
}

/// The number that decides.
pub(super) fn objective(objective: Objective) -> String {
    match objective {
        Objective::Percentile(percent) => format!("P{percent}"),
        Objective::Mean => "mean".to_owned(),
    }
}

/// Hours later with their interval, all with as many digits: `-12.3 h (-13.0 to -11.6)`.
pub(super) fn hours_difference(estimate: Estimate) -> String {
    let most = estimate.low.abs().max(estimate.high.abs());
    let bare = |hours: f64| signed_hours(hours, most).trim_end_matches(" h").to_owned();
    format!("{} ({} to {})", signed_hours(estimate.value, most), bare(estimate.low), bare(estimate.high))
}

/// Why the difference of two forecasts is not known, and what helps.
pub(super) fn why_unknown(objective: Objective, iterations: u32) -> String {
    let least = objective.least_iterations();
    if iterations >= least {
        return "too many iterations never finish".to_owned();
    }
    let (given, least) = (thousands(f64::from(iterations)), thousands(f64::from(least)));
    format!("{given} iterations are too few; {least} or more can tell (--iterations)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_says_what_helps() {
        let why = |iterations| why_unknown(Objective::Percentile(95), iterations);
        assert_eq!(why(999), "999 iterations are too few; 1,000 or more can tell (--iterations)");
        assert_eq!(why(1000), "too many iterations never finish");
    }
}
