//! A grid of plans that differ in a few numbers, as a rule in how many agents of a kind there are: which is
//! worth its cost, and where one more stops to help.

use super::compare::{Kind, Quantity, Rule, Variant, quantities};
use super::objective::Verdict;
use super::team;
use crate::model::{Instance, Origin};
use crate::stats::{self, Estimate};

/// Share of the makespan that a wait takes to count as what binds.
const LEAST_WAIT: f64 = 0.01;

/// What the cheapest combination should reach.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// `finish`, `cost`, or the id of a milestone or phase, which has a due date or a budget.
    pub id: String,
    /// Least probability of meeting it.
    pub at_least: f64,
}

/// What the makespan of a combination waits for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bottleneck {
    /// The agent or resource that it waits for longest, with the mean hours; absent if it waits for none.
    pub wait: Option<(String, f64)>,
    /// The task that is critical most often, with its criticality.
    pub task: Option<(String, f64)>,
}

/// One combination, simulated.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// Value on each axis, as it was given.
    pub values: Vec<String>,
    /// Number of agents, copies counted.
    pub agents: usize,
    finish: Vec<f64>,
    cost: Vec<f64>,
    wish: Option<Estimate>,
    bottleneck: Bottleneck,
}

impl Trial {
    /// Keeps of a run what the grid needs. `None` if the plan has nothing with a due date or budget of the
    /// wish's name.
    #[must_use]
    pub fn new(values: Vec<String>, variant: &Variant, wish: Option<&Wish>) -> Option<Self> {
        let mut quantities = quantities(variant);
        let reached = match wish {
            Some(wish) => {
                let quantity = quantities.iter().find(|quantity| quantity.id == wish.id)?;
                let due = quantity.due?;
                let hits = quantity.values.iter().filter(|value| **value <= due).count();
                Some(stats::proportion(hits, quantity.values.len()))
            }
            None => None,
        };
        let mut take = |kind: Kind| {
            let place = quantities.iter().position(|quantity: &Quantity| quantity.kind == kind);
            quantities.swap_remove(place.expect("finish and cost are always there")).values
        };
        let (finish, cost) = (take(Kind::Finish), take(Kind::Cost));
        let agents = variant.instance.agents.len();
        Some(Self { values, agents, finish, cost, wish: reached, bottleneck: bottleneck(variant) })
    }
}

fn bottleneck(variant: &Variant) -> Bottleneck {
    let agents = team::agents(variant.instance, variant.outcomes);
    let resources = team::resources(variant.instance, variant.outcomes);
    let waits = agents.into_iter().map(|agent| (agent.id, agent.waited_for));
    let waits = waits.chain(resources.into_iter().map(|resource| (resource.id, resource.waited_for)));
    let tasks = variant.instance.tasks.iter().zip(&variant.outcomes.tasks);
    let iterations = f64::from(variant.outcomes.iterations);
    let tasks = tasks.map(|(task, outcome)| (task.id.clone(), outcome.critical as f64 / iterations));
    let makespan = super::reasons::mean_causes(variant.outcomes).iter().sum::<f64>();
    Bottleneck {
        wait: first_greatest(waits).filter(|(_, hours)| *hours > LEAST_WAIT * makespan),
        task: first_greatest(tasks),
    }
}

fn first_greatest(rows: impl Iterator<Item = (String, f64)>) -> Option<(String, f64)> {
    rows.reduce(|best, row| if row.1 > best.1 { row } else { best })
}

/// What varies.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// An agent's id, or the path of a field.
    pub name: String,
    /// Its values, in the order given.
    pub values: Vec<String>,
}

/// A grid and what it says.
#[derive(Clone, Debug, PartialEq)]
pub struct Staffing {
    /// Name of the plan.
    pub plan: String,
    /// The moment of hour 0; absent if the plan has no start.
    pub origin: Option<Origin>,
    /// Number of iterations of each combination.
    pub iterations: u32,
    /// Seed of all draws.
    pub seed: u64,
    /// How combinations were compared.
    pub rule: Rule,
    /// What varies.
    pub axes: Vec<Axis>,
    /// All combinations, the last axis fastest.
    pub combinations: Vec<Combination>,
    /// Steps of one value on one axis from the first combination.
    pub next: Vec<Step>,
    /// The best step, again and again, until none is seen to help: it ends at the knee.
    pub path: Vec<Step>,
    /// What the cheapest combination should reach.
    pub wish: Option<Wish>,
    /// The cheapest combination that reaches it, by place.
    pub cheapest: Option<usize>,
}

impl Staffing {
    /// Place of the combination beyond which no step is seen to help.
    #[must_use]
    pub fn knee(&self) -> usize {
        self.path.last().map_or(0, |step| step.to)
    }

    /// Place of the combination nearest to the wish.
    #[must_use]
    pub fn nearest(&self) -> Option<usize> {
        let shares = self.combinations.iter().enumerate().filter_map(|(i, c)| Some((i, c.wish?.value)));
        shares.reduce(|best, row| if row.1 > best.1 { row } else { best }).map(|(place, _)| place)
    }
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
    /// False if it costs more than the budget; then it is neither on the front, nor on the path, nor the cheapest.
    pub affordable: bool,
    /// True if no other finishes earlier at no higher cost, nor as early at a lower one. Where cost is the same
    /// everywhere, the number of agents counts.
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
    /// Hours saved for each unit of cost; absent where it is not seen to save or to cost anything.
    #[must_use]
    pub fn hours_per_cost(&self) -> Option<f64> {
        let (saved, cost) = (-self.finish?.value, self.cost?);
        (self.verdict == Verdict::Better && cost.low > 0.0).then(|| saved / cost.value)
    }
}

/// What a grid says; `trials` in the order of the axes, the last fastest.
#[must_use]
pub fn staffing(
    instance: &Instance,
    (iterations, seed): (u32, u64),
    axes: Vec<Axis>,
    trials: &[Trial],
    (rule, wish, budget): (Rule, Option<Wish>, Option<f64>),
) -> Staffing {
    let grid = Grid { sizes: axes.iter().map(|axis| axis.values.len()).collect(), trials, rule, budget };
    let combinations = grid.combinations();
    let cheapest = wish.as_ref().and_then(|wish| cheapest(&combinations, wish.at_least));
    Staffing {
        plan: instance.name.clone(),
        origin: instance.origin.clone(),
        iterations,
        seed,
        rule,
        next: grid.steps(0),
        path: grid.path(),
        axes,
        combinations,
        wish,
        cheapest,
    }
}

struct Grid<'a> {
    sizes: Vec<usize>,
    trials: &'a [Trial],
    rule: Rule,
    budget: Option<f64>,
}

impl Grid<'_> {
    fn combinations(&self) -> Vec<Combination> {
        let objective = self.rule.objective;
        let first = &self.trials[0];
        let mut all: Vec<Combination> = self
            .trials
            .iter()
            .map(|trial| Combination {
                values: trial.values.clone(),
                agents: trial.agents,
                finish: objective.of(&trial.finish),
                cost: objective.of(&trial.cost),
                difference: objective.difference(&first.finish, &trial.finish),
                wish: trial.wish,
                bottleneck: trial.bottleneck.clone(),
                affordable: self.affordable(trial),
                pareto: false,
            })
            .collect();
        let expenses = expenses(&all);
        let value = |c: &Combination| c.finish.filter(|_| c.affordable).unwrap_or(f64::INFINITY);
        let finish: Vec<f64> = all.iter().map(value).collect();
        let dominates = |a: usize, b: usize| {
            finish[a] <= finish[b]
                && expenses[a] <= expenses[b]
                && (finish[a] < finish[b] || expenses[a] < expenses[b] || a < b)
        };
        let count = all.len();
        for (place, combination) in all.iter_mut().enumerate() {
            combination.pareto =
                finish[place].is_finite() && !(0..count).any(|a| a != place && dominates(a, place));
        }
        all
    }

    fn affordable(&self, trial: &Trial) -> bool {
        let cost = self.rule.objective.of(&trial.cost);
        self.budget.is_none_or(|budget| cost.is_some_and(|cost| cost <= budget))
    }

    /// Steps of one value on each axis.
    fn steps(&self, from: usize) -> Vec<Step> {
        let mut stride = 1;
        let mut steps = Vec::new();
        for (axis, &size) in self.sizes.iter().enumerate().rev() {
            if (from / stride) % size + 1 < size {
                steps.push(self.step(axis, from, from + stride));
            }
            stride *= size;
        }
        steps.reverse();
        steps
    }

    fn step(&self, axis: usize, from: usize, to: usize) -> Step {
        let [before, after] = [from, to].map(|place| &self.trials[place]);
        let finish = self.rule.objective.difference(&before.finish, &after.finish);
        let value = self.rule.objective.of(&before.finish);
        let margin = self.rule.threshold.margin(value, true);
        let verdict = match (value, self.rule.objective.of(&after.finish)) {
            (None, Some(_)) => Verdict::Better,
            (Some(_), None) => Verdict::Worse,
            _ => Verdict::new(finish, margin),
        };
        let cost = super::objective::Objective::Mean.difference(&before.cost, &after.cost);
        Step { axis, from, to, finish, cost, verdict }
    }

    /// The step that saves most, from the first combination on; ties go to the axis named first.
    fn path(&self) -> Vec<Step> {
        let mut path: Vec<Step> = Vec::new();
        loop {
            let at = path.last().map_or(0, |step| step.to);
            let helps = |step: &Step| step.verdict == Verdict::Better && self.affordable(&self.trials[step.to]);
            let good = self.steps(at).into_iter().filter(helps);
            let saved = |step: &Step| step.finish.map_or(f64::INFINITY, |d| -d.value);
            let Some(best) = good.reduce(|best, step| if saved(&step) > saved(&best) { step } else { best })
            else {
                return path;
            };
            path.push(best);
        }
    }
}

/// What each combination is paid with: its cost, or its agents where cost is the same everywhere.
fn expenses(all: &[Combination]) -> Vec<f64> {
    let cost = |c: &Combination| c.cost.unwrap_or(f64::INFINITY);
    // Sums of the same costs in another order differ in their last bits.
    let close = |a: f64, b: f64| a == b || (a - b).abs() <= 1e-9 * a.abs();
    let same = all.windows(2).all(|pair| close(cost(&pair[0]), cost(&pair[1])));
    all.iter().map(|c| if same { c.agents as f64 } else { cost(c) }).collect()
}

/// The cheapest that reaches the wish; ties go to fewer agents, then to the first.
fn cheapest(all: &[Combination], at_least: f64) -> Option<usize> {
    let expenses = expenses(all);
    let affordable = all.iter().enumerate().filter(|(_, c)| c.affordable);
    let reaches = affordable.filter(|(_, c)| c.wish.is_some_and(|share| share.value >= at_least));
    let better =
        |a: usize, b: usize| expenses[a].total_cmp(&expenses[b]).then(all[a].agents.cmp(&all[b].agents)).is_lt();
    reaches.map(|(place, _)| place).reduce(|best, place| if better(place, best) { place } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyse::{Objective, Threshold};

    fn trial(values: [u32; 2], hours: f64, cost: f64) -> Trial {
        Trial {
            values: values.map(|v| v.to_string()).to_vec(),
            agents: values.iter().sum::<u32>() as usize,
            finish: (0..500).map(|i| hours + f64::from(i % 7)).collect(),
            cost: vec![cost; 500],
            wish: Some(Estimate { value: 1.0 / hours, low: 0.0, high: 1.0 }),
            bottleneck: Bottleneck::default(),
        }
    }

    fn grid(trials: &[Trial]) -> Grid<'_> {
        let rule = Rule { objective: Objective::Percentile(80), threshold: Threshold::Hours(0.5) };
        Grid { sizes: vec![2, 2], trials, rule, budget: None }
    }

    #[test]
    fn the_path_takes_the_best_step_and_ends_at_the_knee() {
        let trials = [
            trial([1, 1], 50.0, 10.0),
            trial([1, 2], 45.0, 12.0),
            trial([2, 1], 30.0, 11.0),
            trial([2, 2], 29.9, 13.0),
        ];
        let path = grid(&trials).path();
        let places: Vec<(usize, usize, usize)> = path.iter().map(|step| (step.axis, step.from, step.to)).collect();
        assert_eq!(places, [(0, 0, 2)], "the second step saves less than the threshold");
        let per_cost = path[0].hours_per_cost().expect("it saves and it costs");
        assert!((per_cost - 20.0).abs() < 1e-9, "20 hours for 1: {per_cost}");
        let pareto: Vec<bool> = grid(&trials).combinations().iter().map(|c| c.pareto).collect();
        assert_eq!(pareto, [true, false, true, true]);
    }

    #[test]
    fn the_cheapest_that_is_good_enough_is_found() {
        let trials = [
            trial([1, 1], 50.0, 5.0),
            trial([1, 2], 20.0, 5.0),
            trial([2, 1], 10.0, 5.0),
            trial([2, 2], 10.0, 5.0),
        ];
        let all = grid(&trials).combinations();
        assert_eq!(cheapest(&all, 0.05), Some(1), "at equal cost the agents count, and the first of equals");
        assert_eq!(cheapest(&all, 0.1), Some(2));
        assert_eq!(cheapest(&all, 0.5), None);
    }
}
