//! What trials say about each other: differences, the Pareto front, steps from one to the next, the cheapest.

use super::{Combination, Expense, Question, Step, Trial};
use crate::analyse::objective::{Objective, Verdict};

/// Trials by place, the last axis fastest.
pub(super) struct Grid<'a> {
    question: &'a Question,
    trials: &'a [Trial],
}

impl<'a> Grid<'a> {
    pub(super) fn new(question: &'a Question, trials: &'a [Trial]) -> Self {
        Self { question, trials }
    }

    fn objective(&self) -> Objective {
        self.question.rule.objective
    }

    fn in_full(&self, place: usize) -> bool {
        self.trials[place].iterations() == self.question.iterations
    }

    pub(super) fn combinations(&self) -> Vec<Combination> {
        let objective = self.objective();
        let first = &self.trials[0];
        let combine = |(place, trial): (usize, &Trial)| Combination {
            values: trial.values.clone(),
            agents: trial.agents,
            finish: objective.of(&trial.finish),
            cost: objective.of(&trial.cost),
            // A race gives fewer iterations to some; these are the first ones of the others.
            difference: objective.difference(&first.finish[..trial.finish.len()], &trial.finish),
            wish: trial.wish,
            bottleneck: trial.bottleneck.clone(),
            iterations: trial.iterations(),
            in_full: self.in_full(place),
            assigned: trial.assigned,
            affordable: self.affordable(trial),
            pareto: false,
        };
        let mut all: Vec<Combination> = self.trials.iter().enumerate().map(combine).collect();
        let full: Vec<usize> = (0..all.len()).filter(|&place| all[place].in_full).collect();
        let (_, expenses) = self.expenses(&full);
        let finish = |place: usize| all[place].finish.filter(|_| all[place].affordable).unwrap_or(f64::INFINITY);
        let points: Vec<(f64, f64)> =
            full.iter().zip(expenses).map(|(&p, expense)| (expense, finish(p))).collect();
        for (&place, behind) in full.iter().zip(behind(&points)) {
            all[place].pareto = behind.fronts == 0 && all[place].affordable && all[place].finish.is_some();
        }
        all
    }

    fn affordable(&self, trial: &Trial) -> bool {
        let cost = self.objective().of(&trial.cost);
        self.question.budget.is_none_or(|budget| cost.is_some_and(|cost| cost <= budget))
    }

    /// What each of these is paid with, and how much of it.
    pub(super) fn expenses(&self, places: &[usize]) -> (Expense, Vec<f64>) {
        let cost = |&place: &usize| self.objective().of(&self.trials[place].cost).unwrap_or(f64::INFINITY);
        let costs: Vec<f64> = places.iter().map(cost).collect();
        // Sums of the same costs in another order differ in their last bits.
        let close = |a: f64, b: f64| a == b || (a - b).abs() <= 1e-9 * a.abs();
        if costs.windows(2).all(|pair| close(pair[0], pair[1])) {
            (Expense::Agents, places.iter().map(|&place| self.trials[place].agents as f64).collect())
        } else {
            (Expense::Cost, costs)
        }
    }

    /// What the combinations that are simulated in full are paid with.
    pub(super) fn expense(&self) -> Expense {
        let full: Vec<usize> = (0..self.trials.len()).filter(|&place| self.in_full(place)).collect();
        self.expenses(&full).0
    }

    /// Places one value further on each axis, with the axis.
    fn neighbours(&self, from: usize) -> Vec<(usize, usize)> {
        let mut stride = 1;
        let mut neighbours = Vec::new();
        for (axis, size) in self.question.axes.iter().map(|axis| axis.values.len()).enumerate().rev() {
            if (from / stride) % size + 1 < size {
                neighbours.push((axis, from + stride));
            }
            stride *= size;
        }
        neighbours.reverse();
        neighbours
    }

    /// Steps of one value on each axis.
    pub(super) fn steps(&self, from: usize) -> Vec<Step> {
        self.neighbours(from).into_iter().map(|(axis, to)| self.step(axis, from, to)).collect()
    }

    fn step(&self, axis: usize, from: usize, to: usize) -> Step {
        let [before, after] = [from, to].map(|place| &self.trials[place]);
        let finish = self.objective().difference(&before.finish, &after.finish);
        let values = [before, after].map(|trial| self.objective().of(&trial.finish));
        let margin = self.question.rule.threshold.margin(values[0], true);
        let verdict = Verdict::of(values, before.finish == after.finish, finish, margin);
        let cost = Objective::Mean.difference(&before.cost, &after.cost);
        Step { axis, from, to, finish, cost, verdict }
    }

    /// The step that saves most, from the first combination on; ties go to the axis named first.
    ///
    /// # Errors
    /// The places that it takes to go on and that are not simulated in full.
    pub(super) fn path(&self) -> Result<Vec<Step>, Vec<usize>> {
        let mut path: Vec<Step> = Vec::new();
        loop {
            let at = path.last().map_or(0, |step| step.to);
            let around = self.neighbours(at).into_iter().map(|(_, to)| to);
            let missing: Vec<usize> = std::iter::once(at).chain(around).filter(|&p| !self.in_full(p)).collect();
            if !missing.is_empty() {
                return Err(missing);
            }
            let helps = |step: &Step| step.verdict == Verdict::Better && self.affordable(&self.trials[step.to]);
            let good = self.steps(at).into_iter().filter(helps);
            let saved = |step: &Step| step.finish.map_or(f64::INFINITY, |d| -d.value);
            let Some(best) = good.reduce(|best, step| if saved(&step) > saved(&best) { step } else { best })
            else {
                return Ok(path);
            };
            path.push(best);
        }
    }

    /// The cheapest that reaches the wish; ties go to fewer agents, then to the first.
    pub(super) fn cheapest(&self, all: &[Combination]) -> Option<usize> {
        let at_least = self.question.wish.as_ref()?.at_least;
        let full: Vec<usize> = (0..all.len()).filter(|&place| all[place].in_full).collect();
        let (_, expenses) = self.expenses(&full);
        let reaches = |c: &Combination| c.affordable && c.wish.is_some_and(|share| share.value >= at_least);
        let good = full.iter().zip(expenses).filter(|(place, _)| reaches(&all[**place]));
        let best = good.min_by(|(a, x), (b, y)| x.total_cmp(y).then(all[**a].agents.cmp(&all[**b].agents)));
        best.map(|(place, _)| *place)
    }
}

/// How far a point lies behind the front.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Behind {
    /// Fronts that must be taken away before it lies on the front.
    pub(super) fronts: usize,
    /// By how much its value is greater than the least of those with no greater expense.
    pub(super) gap: f64,
}

/// How far each point (expense, value) lies behind the front; less is better in both. Of equal points each lies
/// behind the one before.
pub(super) fn behind(points: &[(f64, f64)]) -> Vec<Behind> {
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by(|&a, &b| {
        let ((x, u), (y, v)) = (points[a], points[b]);
        x.total_cmp(&y).then(u.total_cmp(&v)).then(a.cmp(&b))
    });
    let mut found = vec![Behind { fronts: 0, gap: 0.0 }; points.len()];
    // The least value of each front so far, which rises from front to front.
    let mut least: Vec<f64> = Vec::new();
    for place in order {
        let value = points[place].1;
        let fronts = least.partition_point(|least| *least <= value);
        if fronts > 0 {
            // What never finishes is behind by any measure, even behind what never finishes either.
            let gap = if value.is_finite() { value - least[0] } else { f64::INFINITY };
            found[place] = Behind { fronts, gap };
        }
        match least.get_mut(fronts) {
            Some(least) => *least = value,
            None => least.push(value),
        }
    }
    found
}
