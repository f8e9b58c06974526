//! What a recommendation is to make small, and how two policies compare in it under the same luck.

use std::fmt;
use std::str::FromStr;

use crate::analyse::{Objective as Measure, costs};
use crate::model::Instance;
use crate::simulate::Outcomes;
use crate::stats::{Estimate, mean, paired_band, quantiles};
use crate::units::Ticks;

/// Most hours for a unit of cost.
const MOST_WEIGHT: f64 = 1e6;

/// What is to be small.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Objective {
    /// This quantile of the finish [hours], a whole percent.
    Quantile(f64),
    /// The mean finish [hours].
    Mean,
    /// Mean hours by which tasks, phases and milestones are late, summed.
    Lateness,
    /// The mean cost, in the plan's currency.
    Cost,
    /// The P80 of the finish [hours] and so many hours for a unit of the mean cost.
    LateAndCost(f64),
}

impl Objective {
    /// True if it looks at the finish of each task.
    pub(super) const fn wants_samples(self) -> bool {
        matches!(self, Self::Lateness)
    }

    /// True if it looks at the cost.
    #[must_use]
    pub const fn is_about_cost(self) -> bool {
        matches!(self, Self::Cost | Self::LateAndCost(_))
    }

    /// True if it is a time [hours].
    #[must_use]
    pub fn is_hours(self) -> bool {
        self != Self::Cost
    }
}

impl FromStr for Objective {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let weight = text.strip_prefix("p80+cost:").and_then(|weight| weight.parse::<f64>().ok());
        let digits = text.strip_prefix('p').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        let percent = digits.and_then(|digits| digits.parse::<u8>().ok());
        match (text, weight, percent) {
            ("mean", ..) => Ok(Self::Mean),
            ("lateness", ..) => Ok(Self::Lateness),
            ("cost", ..) => Ok(Self::Cost),
            (_, Some(weight), _) if (0.0..=MOST_WEIGHT).contains(&weight) => Ok(Self::LateAndCost(weight)),
            (_, _, Some(percent)) if (1..=99).contains(&percent) => Ok(Self::Quantile(f64::from(percent) / 100.0)),
            _ => Err(format!(
                "a percentile from p1 to p99, mean, lateness, cost, or p80+cost:W with 0 to {MOST_WEIGHT} hours W per \
                 unit of cost"
            )),
        }
    }
}

impl fmt::Display for Objective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quantile(p) => write!(f, "p{}", (p * 100.0).round()),
            Self::Mean => f.write_str("mean"),
            Self::Lateness => f.write_str("lateness"),
            Self::Cost => f.write_str("cost"),
            Self::LateAndCost(weight) => write!(f, "p80+cost:{weight}"),
        }
    }
}

/// What a policy led to, by iteration.
#[derive(Clone, Debug, Default)]
pub(super) struct Sample {
    /// Finish [hours], infinite if unfinished.
    pub(super) finish: Vec<f64>,
    /// Infinite if unfinished.
    pub(super) cost: Vec<f64>,
    /// Hours late, summed over what has a due date.
    late: Vec<f64>,
}

impl Sample {
    pub(super) fn new(instance: &Instance, outcomes: &Outcomes) -> Self {
        let mut late = vec![0.0; outcomes.makespan.len()];
        let mut add = |due: Option<Ticks>, finishes: &mut dyn Iterator<Item = f64>| {
            if let Some(due) = due {
                for (sum, finish) in late.iter_mut().zip(finishes) {
                    *sum += (finish - due.hours()).max(0.0);
                }
            }
        };
        for (phase, finishes) in instance.phases.iter().zip(&outcomes.phases) {
            add(phase.due, &mut finishes.iter().map(|at| at.hours_or_infinite()));
        }
        for (milestone, finishes) in instance.milestones.iter().zip(&outcomes.milestones) {
            add(milestone.due, &mut finishes.iter().map(|at| at.hours_or_infinite()));
        }
        for (place, task) in instance.tasks.iter().enumerate() {
            add(task.due, &mut outcomes.times.finish(place).iter().map(|hours| f64::from(*hours)));
        }
        Self {
            finish: outcomes.makespan.iter().map(|at| at.hours_or_infinite()).collect(),
            cost: costs(outcomes),
            late,
        }
    }

    /// The same where what never finishes counts as very late and very dear, so that it can be compared.
    fn capped(&self) -> Self {
        let [finish, cost, late] = [&self.finish, &self.cost, &self.late]
            .map(|values| values.iter().map(|value| value.min(NEVER)).collect());
        Self { finish, cost, late }
    }

    /// Adds further iterations.
    pub(super) fn append(&mut self, more: Self) {
        self.finish.extend(more.finish);
        self.cost.extend(more.cost);
        self.late.extend(more.late);
    }
}

/// The objective; infinite where it is not known because of iterations that never finish.
pub(super) fn value(sample: &Sample, objective: Objective) -> f64 {
    match objective {
        Objective::Quantile(p) => quantiles(&mut sample.finish.clone(), &[p])[0],
        Objective::Mean => mean(&sample.finish),
        Objective::Lateness => mean(&sample.late),
        Objective::Cost => mean(&sample.cost),
        Objective::LateAndCost(weight) => {
            value(sample, Objective::Quantile(0.8)) + weight * value(sample, Objective::Cost)
        }
    }
}

/// Hours (or units of cost) that an iteration which never finishes counts as in a search: worse than any plan,
/// and the more of them, the worse.
const NEVER: f64 = 1e9;

/// The objective made smooth, so that a few iterations tell a little of it: for a percentile the mean of the
/// finishes about it, which has no jumps where work stops for the night.
pub(super) fn score(sample: &Sample, objective: Objective) -> f64 {
    let capped = |values: &[f64]| mean(&values.iter().map(|value| value.min(NEVER)).collect::<Vec<_>>());
    match objective {
        Objective::Quantile(p) => around(&sample.finish, p),
        Objective::Mean => capped(&sample.finish),
        Objective::Lateness => capped(&sample.late),
        Objective::Cost => capped(&sample.cost),
        Objective::LateAndCost(weight) => around(&sample.finish, 0.8) + weight * score(sample, Objective::Cost),
    }
}

/// Mean of the values about a quantile; the more values, the nearer to it.
fn around(values: &[f64], p: f64) -> f64 {
    let count = values.len() as f64;
    let half = (0.6 / count.sqrt()).clamp(BAND, 0.15);
    let mut sorted: Vec<f64> = values.iter().map(|value| value.min(NEVER)).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let last = sorted.len() - 1;
    let first = (((p - half) * count).round().max(0.0) as usize).min(last);
    let end = (((p + half) * count).round() as usize).clamp(first + 1, sorted.len());
    mean(&sorted[first..end])
}

/// The objective of `after` less that of `before`, of the same iterations, with a 95 % interval that holds for
/// percentiles at the edge of a night too. Where too much never finishes, there is none: it is infinite.
pub(super) fn difference(before: &Sample, after: &Sample, objective: Objective) -> Estimate {
    let paired = |by: Measure, before: &[f64], after: &[f64]| {
        let (old, new) = (by.of(before).unwrap_or(f64::INFINITY), by.of(after).unwrap_or(f64::INFINITY));
        let value = if old == new { 0.0 } else { new - old };
        let unknown = Estimate { value, low: f64::NEG_INFINITY, high: f64::INFINITY };
        by.difference(before, after).unwrap_or(unknown)
    };
    let finish = |by: Measure| paired(by, &before.finish, &after.finish);
    match objective {
        Objective::Quantile(p) => finish(Measure::Percentile((p * 100.0).round() as u8)),
        Objective::Mean => finish(Measure::Mean),
        Objective::Lateness => paired(Measure::Mean, &before.late, &after.late),
        Objective::Cost => paired(Measure::Mean, &before.cost, &after.cost),
        Objective::LateAndCost(weight) => {
            let time = difference(before, after, Objective::Quantile(0.8));
            end_to_end(time, weight, difference(before, after, Objective::Cost))
        }
    }
}

/// True if too much of `before` never finishes for its objective to be known, and with `after` enough does, beyond
/// noise.
pub(super) fn becomes_known(before: &Sample, after: &Sample, objective: Objective) -> bool {
    let is_known = value(before, objective).is_infinite() && value(after, objective).is_finite();
    is_known && difference(&before.capped(), &after.capped(), objective).high < 0.0
}

/// By how much the percentiles about the one asked for count with it in [`blurred_difference`].
const BAND: f64 = 0.05;

/// [`difference`], but of a percentile's band: the mean of the finishes from five percent before it to five
/// beyond. Where a percentile lies at the edge of a pause in work, its own difference is either nothing or the
/// whole pause, and which of the two is luck; this one tells who is better all the same. Absent where too
/// little finishes, or there are too few iterations.
pub(super) fn blurred_difference(before: &Sample, after: &Sample, objective: Objective) -> Option<Estimate> {
    match objective {
        Objective::Quantile(p) => paired_band(&before.finish, &after.finish, p, BAND),
        Objective::Mean | Objective::Lateness | Objective::Cost => Some(difference(before, after, objective)),
        Objective::LateAndCost(weight) => {
            let time = blurred_difference(before, after, Objective::Quantile(0.8))?;
            Some(end_to_end(time, weight, difference(before, after, Objective::Cost)))
        }
    }
}

/// Both intervals end to end: wide enough however the two go together.
fn end_to_end(time: Estimate, weight: f64, cost: Estimate) -> Estimate {
    Estimate {
        value: time.value + weight * cost.value,
        low: time.low + weight * cost.low,
        high: time.high + weight * cost.high,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Stream};

    /// About four of five iterations end in the evening, the others 16 hours later: whether the P80 is before or
    /// after the night is luck, that every finish is earlier is not.
    #[test]
    fn a_pause_in_work_does_not_hide_who_is_better() {
        let sample = |earlier: f64| {
            let work = |i: u32| 10.0 * Stream::new(9, 1, Purpose::Search, 0).unit(i) - earlier;
            let finish = |work: f64| if work <= 8.0 { work } else { work + 16.0 };
            let finish: Vec<f64> = (0..2000).map(|i| finish(work(i))).collect();
            Sample { cost: vec![0.0; finish.len()], late: vec![0.0; finish.len()], finish }
        };
        let (before, after, objective) = (sample(0.0), sample(0.05), Objective::Quantile(0.8));
        assert!(difference(&before, &after, objective).high > 0.0);
        let blurred = blurred_difference(&before, &after, objective).expect("enough iterations");
        assert!(blurred.high < 0.0, "{blurred:?}");
        let same = blurred_difference(&before, &before, objective).expect("enough iterations");
        assert_eq!((same.value, same.low, same.high), (0.0, 0.0, 0.0));
    }
}
