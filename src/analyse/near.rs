//! The iterations near a percentile, and where the time goes in them and in the plan's own schedule.
//!
//! A percentile is one number; what drives it is the mean of each part over the iterations nearest to it,
//! which differs from the mean over all of them.

use super::spread::mean_hours;
use crate::model::Instance;
use crate::simulate::{self, ByCause, Outcomes, Settings};
use crate::stats;
use crate::units::Ticks;

/// Iterations looked at near a percentile of a small plan.
const MOST: u64 = 200;
/// Fewest iterations looked at, however large the plan is.
const FEWEST: u64 = 20;
/// Tasks simulated again in all, which bounds the time it takes.
const TASKS_IN_ALL: u64 = 1_000_000;

/// Where the time goes in single iterations, in hours by cause.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimeSpent {
    /// In the plan's own schedule; absent if it never finishes.
    pub plan: Option<ByCause<f64>>,
    /// Mean over the iterations nearest to the P80; absent if that is infinite.
    pub near_p80: Option<ByCause<f64>>,
    /// How many iterations that is the mean of.
    pub iterations: u32,
}

impl TimeSpent {
    /// Hours near the P80 less those of the plan's own schedule: what makes the one later than the other; absent if
    /// either never comes.
    #[must_use]
    pub fn more_than_plan(&self) -> Option<ByCause<f64>> {
        let (plan, near) = (self.plan?, self.near_p80?);
        Some(std::array::from_fn(|i| near[i] - plan[i]))
    }
}

/// The `count` finished iterations whose makespans are nearest to the one with a share of `quantile` of all
/// iterations at or below it, nearest first; ties go to the lower iteration.
///
/// Empty if that percentile falls among unfinished iterations.
#[must_use]
pub fn nearest(outcomes: &Outcomes, quantile: f64, count: usize) -> Vec<u32> {
    if outcomes.makespan.is_empty() {
        return Vec::new();
    }
    let mut sorted = outcomes.makespan.clone();
    let place = stats::quantile_index(sorted.len(), quantile);
    let target = *sorted.select_nth_unstable(place).1;
    if target.is_never() {
        return Vec::new();
    }
    let mut order: Vec<(i64, u32)> = (0..)
        .zip(&outcomes.makespan)
        .filter(|(_, makespan)| !makespan.is_never())
        .map(|(iteration, makespan)| ((makespan.0 - target.0).abs(), iteration))
        .collect();
    let count = count.min(order.len());
    if count > 0 && count < order.len() {
        order.select_nth_unstable(count - 1);
    }
    order.truncate(count);
    order.sort_unstable();
    order.into_iter().map(|(_, iteration)| iteration).collect()
}

/// Where the time goes in the plan's own schedule, and in the iterations nearest to the P80: 200 of them, fewer
/// if there are few iterations or many tasks.
#[must_use]
pub fn time_spent(instance: &Instance, settings: &Settings, outcomes: &Outcomes) -> TimeSpent {
    let certain = simulate::trace(&instance.on_means(), &Settings { iterations: 1, ..settings.clone() }, 0);
    let (near_p80, iterations) = near_p80(instance, settings, outcomes);
    let plan = certain.makespan.finite_hours().map(|_| certain.causes.map(Ticks::hours));
    TimeSpent { plan, near_p80, iterations }
}

/// The iterations that stand for the P80: 200 of them, fewer if there are few iterations or many tasks.
pub(super) fn near_p80_iterations(instance: &Instance, outcomes: &Outcomes) -> Vec<u32> {
    let affordable = (TASKS_IN_ALL / (instance.tasks.len() as u64).max(1)).clamp(FEWEST, MOST);
    // A fiftieth of the iterations lie within one percent of the P80 on either side.
    let near = u64::from(outcomes.iterations).div_ceil(50).max(1);
    nearest(outcomes, 0.8, affordable.min(near) as usize)
}

/// Mean hours by cause, and over how many iterations.
fn near_p80(instance: &Instance, settings: &Settings, outcomes: &Outcomes) -> (Option<ByCause<f64>>, u32) {
    let chosen = near_p80_iterations(instance, outcomes);
    let mut totals = ByCause::<i128>::default();
    let kept: Option<Vec<_>> = chosen.iter().map(|&iteration| outcomes.causes_of(iteration)).collect();
    for causes in kept.unwrap_or_else(|| simulate::causes(instance, settings, &chosen)) {
        for (total, part) in totals.iter_mut().zip(causes) {
            *total += i128::from(part.0);
        }
    }
    let count = chosen.len() as u64;
    ((count > 0).then(|| totals.map(|t| mean_hours(t, count))), count as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcomes(makespans: &[i64]) -> Outcomes {
        Outcomes {
            iterations: makespans.len() as u32,
            makespan: makespans.iter().map(|&m| if m < 0 { Ticks::NEVER } else { Ticks(m) }).collect(),
            ..Outcomes::default()
        }
    }

    #[test]
    fn the_nearest_come_first_and_ties_go_to_the_lower_iteration() {
        let outcomes = outcomes(&[10, 30, 20, 50, 40]);
        assert_eq!(nearest(&outcomes, 0.8, 3), [4, 1, 3]);
        assert_eq!(nearest(&outcomes, 0.8, 99), [4, 1, 3, 2, 0]);
        assert_eq!(nearest(&outcomes, 0.8, 0), [0_u32; 0]);
    }

    #[test]
    fn a_percentile_among_unfinished_iterations_has_no_neighbours() {
        assert!(nearest(&outcomes(&[10, -1, -1]), 0.8, 3).is_empty());
        assert_eq!(nearest(&outcomes(&[10, 20, 30, 40, -1]), 0.8, 2), [3, 2]);
    }
}
