//! Options against a base, on shared luck: every iteration of the one belongs to the same iteration of the
//! other, so that what both meet cancels.
//!
//! Common random numbers: A. M. Law 2015, "Simulation modeling and analysis", section 11.2.

use super::changes::{PlanChange, changes};
use super::objective::{Objective, Threshold, Verdict};
use super::reasons::{AgentMove, TaskMove, agent_moves, mean_causes, task_moves};
use super::{costs, spread};
use crate::model::{Instance, Origin};
use crate::simulate::{ByCause, Outcomes};
use crate::stats::{self, Estimate};
use crate::units::Ticks;

/// A plan with its outcomes; all variants of a comparison have the same seed and number of iterations.
#[derive(Clone, Copy, Debug)]
pub struct Variant<'a> {
    /// What it is called.
    pub name: &'a str,
    /// The plan.
    pub instance: &'a Instance,
    /// What its run left behind.
    pub outcomes: &'a Outcomes,
}

/// How to compare.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// The number that decides.
    pub objective: Objective,
    /// A difference that nobody cares about.
    pub threshold: Threshold,
}

/// What a quantity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Finish of the last task [hours].
    Finish,
    /// Cost, in the plan's currency.
    Cost,
    /// A milestone [hours].
    Milestone,
    /// Finish of a phase [hours].
    Phase,
}

impl Kind {
    /// In a word, for files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Finish => "finish",
            Self::Cost => "cost",
            Self::Milestone => "milestone",
            Self::Phase => "phase",
        }
    }
}

/// Options against a base. Of plans with a start, moments are compared, not hours from each plan's own.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Name of the plan.
    pub plan: String,
    /// The moment of hour 0 of the base; absent if it has no start.
    pub origin: Option<Origin>,
    /// Number of iterations of each variant.
    pub iterations: u32,
    /// Seed of all draws.
    pub seed: u64,
    /// How it was compared.
    pub rule: Rule,
    /// What the base is called.
    pub base: String,
    /// Finish of the base.
    pub finish: Figures,
    /// Cost of the base.
    pub cost: Figures,
    /// The options, the earliest finish by the objective first; ties in the order given.
    pub options: Vec<Alternative>,
}

/// A quantity of one variant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    /// Mean; absent if any iteration is unfinished.
    pub mean: Option<f64>,
    /// Median.
    pub p50: Option<f64>,
    /// 80th percentile.
    pub p80: Option<f64>,
    /// The number that decides.
    pub objective: Option<f64>,
    /// Share of iterations within the due date or budget, if there is one.
    pub probability: Option<f64>,
}

/// An option and what it changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// What it is called.
    pub name: String,
    /// Finish, cost, milestones and phases that base and option have in common.
    pub contrasts: Vec<Contrast>,
    /// Hours that it starts after the base. Times of the option, too, are counted from the start of the base.
    pub starts_later: f64,
    /// Mean hours of the makespan by cause, less those of the base; in the order of
    /// [`crate::simulate::Cause::ALL`]. Absent where an iteration of one of the two never finishes.
    pub causes: Option<ByCause<f64>>,
    /// Tasks whose criticality moved, the most first.
    pub tasks: Vec<TaskMove>,
    /// Agents that the makespan waits for more or less, the most first.
    pub agents: Vec<AgentMove>,
    /// What differs between the plans.
    pub changes: Vec<PlanChange>,
}

impl Contrast {
    /// True if its P80 is seen to be less than before, beyond noise, whatever number decides.
    #[must_use]
    pub fn has_less_p80(&self) -> bool {
        Verdict::of([self.before.p80, self.after.p80], false, self.p80, 0.0) == Verdict::Better
    }
}

impl Alternative {
    /// The finish, which every plan has.
    #[must_use]
    pub fn finish(&self) -> &Contrast {
        &self.contrasts[0]
    }
}

/// A quantity of both, and the difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Contrast {
    /// What it is.
    pub kind: Kind,
    /// Id in the plan file; `finish` and `cost` for those.
    pub id: String,
    /// Name to show.
    pub name: String,
    /// Of the base.
    pub before: Figures,
    /// Of the option.
    pub after: Figures,
    /// Difference of the means.
    pub mean: Option<Estimate>,
    /// Difference of the medians.
    pub p50: Option<Estimate>,
    /// Difference of the 80th percentiles.
    pub p80: Option<Estimate>,
    /// Difference of the number that decides.
    pub objective: Option<Estimate>,
    /// Share of iterations in which the option is less than the base.
    pub less: Estimate,
    /// Share of iterations in which both are equal.
    pub equal: f64,
    /// What it comes to.
    pub verdict: Verdict,
}

/// Compares options with a base.
#[must_use]
pub fn compare(base: &Variant, options: &[Variant], rule: Rule) -> Comparison {
    let quantities = quantities(base, base.instance);
    let figures = |kind: Kind| {
        let found = quantities.iter().find(|quantity| quantity.kind == kind);
        found.expect("finish and cost are always there").figures(rule.objective)
    };
    let mut alternatives: Vec<Alternative> =
        options.iter().map(|option| alternative(base, &quantities, option, rule)).collect();
    let key = |a: &Alternative| a.finish().after.objective.unwrap_or(f64::INFINITY);
    alternatives.sort_by(|a, b| key(a).total_cmp(&key(b)));
    Comparison {
        plan: base.instance.name.clone(),
        origin: base.instance.origin.clone(),
        iterations: base.outcomes.iterations,
        seed: base.outcomes.seed,
        rule,
        base: base.name.to_owned(),
        finish: figures(Kind::Finish),
        cost: figures(Kind::Cost),
        options: alternatives,
    }
}

fn alternative(base: &Variant, before: &[Quantity], option: &Variant, rule: Rule) -> Alternative {
    let starts_later = option.instance.starts_after(base.instance).hours();
    let after = quantities(option, base.instance);
    let partner = |quantity: &Quantity| after.iter().find(|a| a.kind == quantity.kind && a.id == quantity.id);
    let is_over = |before: &Quantity, after: &Quantity| {
        let may_be = starts_later > 0.0 && before.kind != Kind::Finish;
        may_be && after.is_over(starts_later, rule.objective.of(&before.values))
    };
    let contrasts: Vec<Contrast> =
        before.iter().filter_map(|b| Some(contrast(b, partner(b).filter(|a| !is_over(b, a))?, rule))).collect();
    let (ours, theirs) = (mean_causes(base.outcomes), mean_causes(option.outcomes));
    let causes = std::array::from_fn(|i| theirs[i] - ours[i]);
    Alternative {
        name: option.name.to_owned(),
        starts_later,
        causes: (!never(base) && !never(option)).then_some(causes),
        contrasts,
        tasks: task_moves(base, option),
        agents: agent_moves(base, option),
        changes: changes(base.instance, option.instance),
    }
}

/// True if some iteration never finishes.
fn never(variant: &Variant) -> bool {
    variant.outcomes.makespan.iter().any(|at| at.is_never())
}

/// A quantity of a variant, per iteration.
pub(super) struct Quantity {
    pub(super) kind: Kind,
    pub(super) id: String,
    name: String,
    pub(super) due: Option<f64>,
    pub(super) values: Vec<f64>,
}

impl Quantity {
    /// True for what was reached by the start of its plan, and by then too where it `was` something else: when, nobody
    /// knows.
    pub(super) fn is_over(&self, start: f64, was: Option<f64>) -> bool {
        let is_reached = self.kind != Kind::Cost && self.values.iter().all(|hours| *hours == start);
        is_reached && was.is_none_or(|was| was <= start)
    }

    fn figures(&self, objective: Objective) -> Figures {
        Figures {
            mean: Objective::Mean.of(&self.values),
            p50: Objective::Percentile(50).of(&self.values),
            p80: Objective::Percentile(80).of(&self.values),
            objective: objective.of(&self.values),
            probability: self.due.map(|due| spread::share_within(&self.values, due)),
        }
    }
}

/// Finish and cost, then milestones, then phases; times from the start of the `base`.
pub(super) fn quantities(variant: &Variant, base: &Instance) -> Vec<Quantity> {
    let (instance, outcomes) = (variant.instance, variant.outcomes);
    // Whole ticks, so that the same moment is the same number from either start.
    let later = instance.starts_after(base);
    let hours = |at: Ticks| if at.is_never() { f64::INFINITY } else { Ticks(at.0 + later.0).hours() };
    let times = |column: &[Ticks]| -> Vec<f64> { column.iter().copied().map(hours).collect() };
    let whole = |kind: Kind, name: &str, due, values| Quantity {
        kind,
        id: kind.word().to_owned(),
        name: name.to_owned(),
        due,
        values,
    };
    let mut all = vec![
        whole(Kind::Finish, "Finish", instance.last_due().map(hours), times(&outcomes.makespan)),
        whole(Kind::Cost, "Cost", instance.budget, costs(outcomes)),
    ];
    all.extend(instance.milestones.iter().zip(&outcomes.milestones).map(|(milestone, column)| Quantity {
        kind: Kind::Milestone,
        id: milestone.id.clone(),
        name: milestone.name.clone(),
        due: milestone.due.map(hours),
        values: times(column),
    }));
    all.extend(instance.phases.iter().zip(&outcomes.phases).map(|(phase, column)| Quantity {
        kind: Kind::Phase,
        id: phase.id.clone(),
        name: phase.name.clone(),
        due: phase.due.map(hours),
        values: times(column),
    }));
    all
}

fn contrast(before: &Quantity, after: &Quantity, rule: Rule) -> Contrast {
    let pairs = || before.values.iter().zip(&after.values);
    let count = before.values.len();
    let objective = rule.objective.difference(&before.values, &after.values);
    let (ours, theirs) = (before.figures(rule.objective), after.figures(rule.objective));
    let margin = rule.threshold.margin(ours.objective, before.kind != Kind::Cost);
    let values = [ours.objective, theirs.objective];
    let verdict = Verdict::of(values, before.values == after.values, objective, margin);
    Contrast {
        kind: before.kind,
        id: before.id.clone(),
        name: before.name.clone(),
        before: ours,
        after: theirs,
        mean: Objective::Mean.difference(&before.values, &after.values),
        p50: Objective::Percentile(50).difference(&before.values, &after.values),
        p80: Objective::Percentile(80).difference(&before.values, &after.values),
        objective,
        less: stats::proportion(pairs().filter(|(b, a)| a < b).count(), count),
        equal: spread::share(pairs().filter(|(b, a)| a == b).count() as u64, count as u64),
        verdict,
    }
}
