//! Start and finish of every task at one percentile.

use crate::simulate::{Outcomes, TaskOutcome};
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
    let dates = |task: &TaskOutcome| (quantile(&task.start, p), quantile(&task.finish, p));
    outcomes.tasks.iter().map(dates).collect()
}

fn quantile(samples: &[f32], p: f64) -> Option<f64> {
    if samples.is_empty() {
        return None;
    }
    let mut sorted = samples.to_vec();
    let place = stats::quantile_index(sorted.len(), p);
    let value = f64::from(*sorted.select_nth_unstable_by(place, f32::total_cmp).1);
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_percentiles_and_what_never_comes_has_none() {
        let task = TaskOutcome {
            start: (0..10_u8).map(f32::from).collect(),
            finish: [1.0, f32::INFINITY, 2.0, f32::INFINITY].to_vec(),
            ..TaskOutcome::default()
        };
        let outcomes = Outcomes { tasks: vec![task], ..Outcomes::default() };
        assert_eq!(task_dates(&outcomes, 50), [(Some(4.0), Some(2.0))]);
        assert_eq!(task_dates(&outcomes, 80), [(Some(7.0), None)]);
    }
}
