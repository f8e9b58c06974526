//! Start and finish of every task at a percentile.

use crate::simulate::Outcomes;
use crate::stats;

/// Start and finish of each task [hours] that `percent` of the kept samples do not exceed; absent where that
/// falls among iterations in which the task never gets there, or where no sample was kept.
///
/// Each is a percentile of its own: that a task starts by the one and finishes by the other is less likely.
///
/// # Panics
/// If `percent` is not from 1 to 99.
#[must_use]
pub fn task_dates(outcomes: &Outcomes, percent: u8) -> Vec<(Option<f64>, Option<f64>)> {
    assert!((1..=99).contains(&percent), "a percentile from 1 to 99");
    let p = f64::from(percent) / 100.0;
    let times = &outcomes.times;
    (0..outcomes.tasks.len())
        .map(|task| (quantile(&times.start(task), p), quantile(&times.finish(task), p)))
        .collect()
}

fn quantile(samples: &[f32], p: f64) -> Option<f64> {
    let found = if samples.is_empty() { f64::INFINITY } else { stats::column_quantiles(samples, &[p])[0] };
    found.is_finite().then_some(found)
}

/// Percentiles 1 to 99 of the finish of each task [hours], under the same terms.
#[must_use]
pub fn task_finishes(outcomes: &Outcomes) -> Vec<Vec<Option<f64>>> {
    (0..outcomes.tasks.len()).map(|task| percentiles(outcomes.times.finish(task))).collect()
}

fn percentiles(mut sorted: Vec<f32>) -> Vec<Option<f64>> {
    // All of them are wanted, so that sorting once is less work than selecting each.
    sorted.sort_unstable_by(f32::total_cmp);
    let at = |percent: u8| {
        let place = stats::quantile_index(sorted.len(), f64::from(percent) / 100.0);
        sorted.get(place).map(|hours| f64::from(*hours)).filter(|hours| hours.is_finite())
    };
    (1..=99).map(|percent| if sorted.is_empty() { None } else { at(percent) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::{TaskOutcome, Times};

    #[test]
    fn dates_are_percentiles_and_what_never_comes_has_none() {
        let never = f32::INFINITY;
        let times = Times::of(&[[vec![3.0, 1.0, 4.0, 2.0], vec![1.5, never, 2.5, never]]]);
        let outcomes = Outcomes { tasks: vec![TaskOutcome::default()], times, ..Outcomes::default() };
        assert_eq!(task_dates(&outcomes, 50), [(Some(2.0), Some(2.5))]);
        assert_eq!(task_dates(&outcomes, 80), [(Some(4.0), None)]);
        let finishes = &task_finishes(&outcomes)[0];
        assert_eq!((finishes.len(), finishes[49], finishes[79]), (99, Some(2.5), None));
        assert_eq!(percentiles(Vec::new()), [None; 99]);
    }
}
