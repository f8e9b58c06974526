//! A grid of plans that differ in a few numbers, as a rule in how many agents of a kind there are: which is
//! worth its cost, and where one more stops to help.

mod grid;
mod race;
#[cfg(test)]
mod tests;
mod trial;

pub use race::{race, race_length};
pub use trial::{Bottleneck, Trial};

use super::compare::Rule;
use super::objective::Verdict;
use crate::model::{Instance, Origin};
use crate::stats::Estimate;
use grid::Grid;

/// What the cheapest combination should reach.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// `finish`, `cost`, or the id of a milestone or phase, which has a due date or a budget.
    pub id: String,
    /// Least probability of meeting it.
    pub at_least: f64,
}

/// What varies.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// An agent's id, or the path of a field.
    pub name: String,
    /// Its values, in the order given.
    pub values: Vec<String>,
}

/// What is asked of a grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// What varies; at least one axis, none without values.
    pub axes: Vec<Axis>,
    /// How to compare.
    pub rule: Rule,
    /// What the cheapest combination should reach.
    pub wish: Option<Wish>,
    /// What costs more is left aside.
    pub budget: Option<f64>,
    /// Number of iterations of a combination that is simulated in full.
    pub iterations: u32,
    /// Seed of all draws.
    pub seed: u64,
    /// Combinations to simulate in full; of more, a race leaves so many.
    pub finalists: usize,
    /// Schedules of the search for each combination's assignment; absent if all keep the plan's.
    pub search: Option<u64>,
}

impl Question {
    /// Number of combinations; absent if there are more than can be counted.
    #[must_use]
    pub fn count(&self) -> Option<usize> {
        self.axes.iter().try_fold(1_usize, |count, axis| count.checked_mul(axis.values.len()))
    }

    /// Values of the combination at a place, one for each axis; the last axis is the fastest.
    #[must_use]
    pub fn values(&self, mut place: usize) -> Vec<String> {
        let mut values: Vec<String> = Vec::new();
        for axis in self.axes.iter().rev() {
            values.push(axis.values[place % axis.values.len()].clone());
            place /= axis.values.len();
        }
        values.reverse();
        values
    }
}

/// A grid and what it says.
#[derive(Clone, Debug, PartialEq)]
pub struct Staffing {
    /// Name of the plan.
    pub plan: String,
    /// The moment of hour 0; absent if the plan has no start.
    pub origin: Option<Origin>,
    /// What was asked.
    pub question: Question,
    /// All combinations, the last axis fastest.
    pub combinations: Vec<Combination>,
    /// What the front and the cheapest combination are told by.
    pub expense: Expense,
    /// Steps of one value on one axis from the first combination.
    pub next: Vec<Step>,
    /// The best step, again and again, until none is seen to help: it ends at the knee.
    pub path: Vec<Step>,
    /// The cheapest combination that reaches the wish, by place.
    pub cheapest: Option<usize>,
}

impl Staffing {
    /// Place of the combination beyond which no step is seen to help.
    #[must_use]
    pub fn knee(&self) -> usize {
        self.path.last().map_or(0, |step| step.to)
    }

    /// Place of the combination within the budget that is nearest to the wish.
    #[must_use]
    pub fn nearest(&self) -> Option<usize> {
        let full = self.combinations.iter().enumerate().filter(|(_, c)| c.in_full && c.affordable);
        let shares = full.filter_map(|(i, c)| Some((i, c.wish?.value)));
        shares.reduce(|best, row| if row.1 > best.1 { row } else { best }).map(|(place, _)| place)
    }
}

/// What combinations are paid with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expense {
    /// Their cost.
    Cost,
    /// Their agents, where cost is the same for all that were simulated in full.
    Agents,
}

/// One combination.
#[derive(Clone, Debug, PartialEq)]
pub struct Combination {
    /// Value on each axis, as it was given.
    pub values: Vec<String>,
    /// Number of agents, copies counted.
    pub agents: usize,
    /// Finish by the objective [hours]; absent where it is infinite.
    pub finish: Option<f64>,
    /// Cost by the objective; absent where it is infinite.
    pub cost: Option<f64>,
    /// Difference of the finish to the first combination.
    pub difference: Option<Estimate>,
    /// Probability of the wish.
    pub wish: Option<Estimate>,
    /// What it waits for.
    pub bottleneck: Bottleneck,
    /// Number of iterations.
    pub iterations: u32,
    /// False if a race left it behind; then it is neither on the front nor the cheapest.
    pub in_full: bool,
    /// Whether it does better with another assignment than the plan's; absent if none was searched.
    pub assigned: Option<bool>,
    /// False if it costs more than the budget; then it is neither on the front, nor on the path, nor the cheapest.
    pub affordable: bool,
    /// True if no other finishes earlier at no higher expense, nor as early at a lower one.
    pub pareto: bool,
}

/// One value further on one axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Which axis.
    pub axis: usize,
    /// Place of the combination before.
    pub from: usize,
    /// Place of the combination after.
    pub to: usize,
    /// Difference of the finish by the objective [hours]; less is better.
    pub finish: Option<Estimate>,
    /// Difference of the mean cost.
    pub cost: Option<Estimate>,
    /// What it comes to.
    pub verdict: Verdict,
}

impl Step {
    /// Hours saved for each unit of cost; absent where it is not seen to save or to cost anything. The interval
    /// takes both intervals at their ends, so that it holds the truth in more than 90 of 100 cases.
    #[must_use]
    pub fn hours_per_cost(&self) -> Option<Estimate> {
        let (finish, cost) = (self.finish?, self.cost?);
        let known = self.verdict == Verdict::Better && cost.low > 0.0;
        known.then(|| Estimate {
            value: -finish.value / cost.value,
            low: -finish.high / cost.high,
            high: -finish.low / cost.low,
        })
    }
}

/// What a grid says; `trials` by place, from [`race`].
#[must_use]
pub fn staffing(instance: &Instance, question: Question, trials: &[Trial]) -> Staffing {
    let grid = Grid::new(&question, trials);
    let combinations = grid.combinations();
    // A race has simulated what the path needs; else it ends where it is not known any more.
    let path = grid.path().unwrap_or_default();
    let (expense, next, cheapest) = (grid.expense(), grid.steps(0), grid.cheapest(&combinations));
    Staffing {
        plan: instance.name.clone(),
        origin: instance.origin.clone(),
        question,
        combinations,
        expense,
        next,
        path,
        cheapest,
    }
}
