//! How one quantity varies over the iterations: moments and percentiles with their Monte Carlo intervals.

use super::forecast::{Goal, Moment, Outlook, Percentile, Spread};
use crate::stats;
use crate::units::Ticks;

/// Values in hours, one per iteration; infinite where it never comes.
pub(super) fn hours(column: &[Ticks]) -> Vec<f64> {
    column.iter().map(|t| t.hours_or_infinite()).collect()
}

/// The value if it is finite.
pub(super) fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

/// How `values`, one per iteration, vary; infinite values are iterations that never get there.
pub(super) fn spread(values: &[f64]) -> Spread {
    let sorted = stats::sorted(values);
    let unfinished = values.iter().filter(|v| !v.is_finite()).count();
    let all_finite = unfinished == 0 && !values.is_empty();
    let percentiles = (1..=99)
        .map(|percent| {
            let p = f64::from(percent) / 100.0;
            let (low, high) = stats::quantile_interval(&sorted, p);
            Percentile {
                percent,
                value: finite(stats::quantile(&sorted, p)),
                low: finite(low),
                high: finite(high),
            }
        })
        .collect();
    Spread {
        mean: all_finite.then(|| stats::mean(values)),
        sd: all_finite.then(|| stats::standard_deviation(values)),
        unfinished: share(unfinished as u64, values.len() as u64),
        percentiles,
    }
}

/// A quantity that should stay within `due`.
pub(super) fn outlook(values: &[f64], due: Option<f64>) -> Outlook {
    Outlook { spread: spread(values), due, probability: due.map(|due| share_within(values, due)) }
}

/// A phase or a milestone from its column.
pub(super) fn goal(id: &str, name: &str, due: Option<Ticks>, column: &[Ticks]) -> Goal {
    Goal { id: id.to_owned(), name: name.to_owned(), finish: outlook(&hours(column), due.map(Ticks::hours)) }
}

/// When something happens to a task: its mean over all iterations, percentiles of the kept samples.
pub(super) fn moment(mean: Option<f64>, samples: &[f32]) -> Moment {
    if samples.is_empty() {
        return Moment { mean, p10: None, p50: None, p90: None };
    }
    let found = stats::column_quantiles(samples, &[0.1, 0.5, 0.9]);
    Moment { mean, p10: finite(found[0]), p50: finite(found[1]), p90: finite(found[2]) }
}

/// Share of the values that are at most `limit`.
pub(super) fn share_within(values: &[f64], limit: f64) -> f64 {
    share(values.iter().filter(|v| **v <= limit).count() as u64, values.len() as u64)
}

/// `part` of `whole`; 0 if there is nothing.
pub(super) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Mean in hours of a total in ticks; 0 of nothing.
pub(super) fn mean_hours(total_ticks: i128, count: u64) -> f64 {
    if count == 0 { 0.0 } else { total_ticks as f64 / count as f64 / crate::units::TICKS_PER_HOUR as f64 }
}
