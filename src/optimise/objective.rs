//! What a recommendation is to make small, and how two policies compare in it under the same luck.

use std::fmt;
use std::str::FromStr;

use crate::model::Instance;
use crate::simulate::Outcomes;
use crate::stats::{Estimate, mean, quantile_index, select, student_quantile};
use crate::units::Ticks;

/// What is to be small.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Objective {
    /// This quantile of the finish [hours], 0 < p < 1.
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

impl FromStr for Objective {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let weight = text.strip_prefix("p80+cost:").and_then(|weight| weight.parse::<f64>().ok());
        match (text, weight) {
            ("p50", _) => Ok(Self::Quantile(0.5)),
            ("p80", _) => Ok(Self::Quantile(0.8)),
            ("mean", _) => Ok(Self::Mean),
            ("lateness", _) => Ok(Self::Lateness),
            ("cost", _) => Ok(Self::Cost),
            (_, Some(weight)) if weight.is_finite() && weight >= 0.0 => Ok(Self::LateAndCost(weight)),
            _ => {
                Err("one of p80, p50, mean, lateness, cost, or p80+cost:W with W hours per unit of cost"
                    .to_owned())
            }
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
    pub(super) cost: Vec<f64>,
    /// Hours late, summed over what has a due date.
    late: Vec<f64>,
}

impl Sample {
    pub(super) fn new(instance: &Instance, outcomes: &Outcomes) -> Self {
        let hours = |at: Ticks| at.finite_hours().unwrap_or(f64::INFINITY);
        let mut late = vec![0.0; outcomes.makespan.len()];
        let mut add = |due: Option<Ticks>, finishes: &mut dyn Iterator<Item = f64>| {
            if let Some(due) = due {
                for (sum, finish) in late.iter_mut().zip(finishes) {
                    *sum += (finish - due.hours()).max(0.0);
                }
            }
        };
        for (phase, finishes) in instance.phases.iter().zip(&outcomes.phases) {
            add(phase.due, &mut finishes.iter().map(|at| hours(*at)));
        }
        for (milestone, finishes) in instance.milestones.iter().zip(&outcomes.milestones) {
            add(milestone.due, &mut finishes.iter().map(|at| hours(*at)));
        }
        for (place, task) in instance.tasks.iter().enumerate() {
            add(task.due, &mut outcomes.times.finish(place).iter().map(|hours| f64::from(*hours)));
        }
        Self { finish: outcomes.makespan.iter().map(|at| hours(*at)).collect(), cost: outcomes.cost.clone(), late }
    }

    /// The objective over a range of iterations.
    fn value(&self, objective: Objective, range: std::ops::Range<usize>) -> f64 {
        let quantile = |p: f64| {
            let mut values = self.finish[range.clone()].to_vec();
            let place = quantile_index(values.len(), p);
            select(&mut values, &[place])[0]
        };
        match objective {
            Objective::Quantile(p) => quantile(p),
            Objective::Mean => mean(&self.finish[range]),
            Objective::Lateness => mean(&self.late[range]),
            Objective::Cost => mean(&self.cost[range]),
            Objective::LateAndCost(weight) => quantile(0.8) + weight * mean(&self.cost[range.clone()]),
        }
    }
}

/// Sections that the iterations are cut into for an interval.
const SECTIONS: usize = 10;

/// The objective of `after` less that of `before`, of the same iterations, with a 95 % interval by sectioning
/// (Asmussen & Glynn 2007, section III.5). What never finishes is worse than anything: no interval then.
pub(super) fn difference(before: &Sample, after: &Sample, objective: Objective) -> Estimate {
    let count = before.finish.len();
    let of =
        |range: std::ops::Range<usize>| after.value(objective, range.clone()) - before.value(objective, range);
    let value = of(0..count);
    let offs = (0..SECTIONS).map(|i| of(i * count / SECTIONS..(i + 1) * count / SECTIONS) - value);
    let freedom = (SECTIONS - 1) as f64;
    let variance = offs.map(|off| off * off).sum::<f64>() / freedom / SECTIONS as f64;
    let half = student_quantile(0.975, freedom) * variance.sqrt();
    if value.is_finite() && half.is_finite() {
        Estimate { value, low: value - half, high: value + half }
    } else {
        let value = if value.is_nan() { 0.0 } else { value };
        Estimate { value, low: f64::NEG_INFINITY, high: f64::INFINITY }
    }
}

/// The objective itself.
pub(super) fn value(sample: &Sample, objective: Objective) -> f64 {
    sample.value(objective, 0..sample.finish.len())
}
