//! What each thing in the plan costs: the plan is simulated again under the same draws with one thing switched
//! off at a time, and the difference is what that thing makes the finish later by.
//!
//! Gains do not add up: two things that delay the same stretch gain little each alone, and more together.

mod agent;
mod mitigation;
mod switch;

use super::near::{TimeSpent, time_spent};
use super::objective::Objective;
use super::spread;
use crate::model::{Instance, Origin};
use crate::simulate::{Outcomes, Settings, run};
use crate::stats::{self, Estimate, paired_mean};
use switch::Switch;

/// The percentile of the finish that gains are told of.
pub const EXPLAINED_PERCENT: u8 = 80;

/// What makes a plan late, the most costly first.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// Name of the plan.
    pub plan: String,
    /// The moment of hour 0; absent if the plan has no start.
    pub origin: Option<Origin>,
    /// Working hours of a day, to show durations in days.
    pub hours_per_day: f64,
    /// Number of iterations of each run.
    pub iterations: u32,
    /// Seed of all draws.
    pub seed: u64,
    /// P80 of the finish [hours]; absent if it is infinite.
    pub p80: Option<f64>,
    /// Mean of the finish [hours]; absent if any iteration is unfinished.
    pub mean: Option<f64>,
    /// Where the time goes in the plan's own schedule and in iterations near the P80.
    pub spent: TimeSpent,
    /// What can be switched off, the greatest gain in P80 first; ties in the order of [`SwitchKind`] and file.
    pub effects: Vec<Effect>,
    /// What the mitigations of risks would gain, the greatest gain in P80 first.
    pub mitigations: Vec<MitigationEffect>,
}

/// Kinds of things that can be switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SwitchKind {
    /// A risk never happens.
    Risk,
    /// A blocker never strikes.
    Blocker,
    /// An escalation level answers at once, day and night: no response time, no queue.
    Level,
    /// Work is approved unseen.
    Reviews,
    /// Agents do not fail.
    Failures,
    /// First attempts succeed.
    Attempts,
    /// Taking over from somebody else takes no time.
    Handoffs,
    /// All agents and levels are there day and night.
    Calendars,
    /// What is planned takes its mean: tasks, reviews and their responses, handoffs, lags and gates.
    Spread,
    /// Phases follow each other without their gates.
    Gates,
    /// Dependencies have no lag.
    Lags,
    /// There is one more of an agent.
    Agent,
    /// There is one more unit of a resource, or two tasks may touch an area.
    Resource,
}

impl SwitchKind {
    /// The word for it in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Risk => "risk",
            Self::Blocker => "blocker",
            Self::Level => "level",
            Self::Reviews => "reviews",
            Self::Failures => "failures",
            Self::Attempts => "attempts",
            Self::Handoffs => "handoffs",
            Self::Calendars => "calendars",
            Self::Spread => "spread",
            Self::Gates => "gates",
            Self::Lags => "lags",
            Self::Agent => "agent",
            Self::Resource => "resource",
        }
    }
}

/// What switching one thing off does to the finish.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// What kind of thing.
    pub kind: SwitchKind,
    /// Its id in the plan file; absent for what is switched off in the whole plan.
    pub id: Option<String>,
    /// Its name to show; empty for what is switched off in the whole plan.
    pub name: String,
    /// What that does to the finish.
    pub change: Change,
}

/// A finish beside that of the plan, over the same draws.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// P80 of the finish then [hours]; absent if it is infinite.
    pub p80: Option<f64>,
    /// By how much the P80 is earlier [hours], with the interval of [`Objective::difference`]; absent if one of the
    /// two is infinite, or where finishes differ for fewer than 250 iterations.
    pub gain: Option<Estimate>,
    /// By how much the mean is earlier [hours], likewise.
    pub mean_gain: Option<Estimate>,
    /// Share of the iterations whose finish is another one.
    pub changed: f64,
}

impl Change {
    /// True if so many iterations cannot tell the gain from none.
    #[must_use]
    pub fn is_noise(&self) -> bool {
        self.gain.is_none_or(|gain| gain.low <= 0.0 && gain.high >= 0.0)
    }

    /// For ranking: the gain, where an infinite finish is later than all others.
    fn rank(&self, before: f64) -> f64 {
        match self.p80 {
            Some(after) => before - after,
            None if before.is_finite() => f64::NEG_INFINITY,
            None => 0.0,
        }
    }
}

/// What the mitigation of a risk would gain.
#[derive(Clone, Debug, PartialEq)]
pub struct MitigationEffect {
    /// Id of the risk.
    pub id: String,
    /// Name of the risk.
    pub name: String,
    /// What it does to the finish.
    pub change: Change,
    /// What it costs, in the plan's currency.
    pub cost: f64,
}

impl MitigationEffect {
    /// Hours that the P80 gains for a unit of the plan's currency; absent if it costs nothing or the gain is
    /// not known.
    #[must_use]
    pub fn gain_per_cost(&self) -> Option<f64> {
        self.change.gain.filter(|_| self.cost > 0.0).map(|gain| gain.value / self.cost)
    }
}

/// Number of runs that [`explain`] makes for a plan, for those who show progress.
#[must_use]
pub fn explain_runs(instance: &Instance) -> u32 {
    1 + (switch::all(instance).len() + mitigation::all(instance).len()) as u32
}

/// Runs the plan as it is and with one thing switched off at a time. `progress` is told the number of
/// iterations that each finished block adds.
#[must_use]
pub fn explain(instance: &Instance, settings: &Settings, progress: &(dyn Fn(u32) + Sync)) -> Explanation {
    let outcomes = run(instance, settings, progress);
    let before = spread::hours(&outcomes.makespan);
    let p80 = percentile(&before);
    let quick = settings.clone().for_scores();
    let change = |changed: &Instance| compare(&before, &run(changed, &quick, progress));
    let mut effects: Vec<Effect> =
        switch::all(instance).into_iter().map(|s| effect(instance, s, change(&s.off(instance)))).collect();
    let mut mitigations: Vec<MitigationEffect> = mitigation::all(instance)
        .into_iter()
        .map(|mitigated| MitigationEffect {
            change: change(&mitigated.instance),
            id: mitigated.id,
            name: mitigated.name,
            cost: mitigated.cost,
        })
        .collect();
    // Stable sorts, so that ties keep their order.
    effects.sort_by(|a, b| b.change.rank(p80).total_cmp(&a.change.rank(p80)));
    mitigations.sort_by(|a, b| b.change.rank(p80).total_cmp(&a.change.rank(p80)));
    Explanation {
        plan: instance.name.clone(),
        origin: instance.origin.clone(),
        hours_per_day: instance.hours_per_day,
        iterations: settings.iterations,
        seed: settings.seed,
        p80: spread::finite(p80),
        mean: spread::finite(stats::mean(&before)),
        spent: time_spent(instance, settings, &outcomes),
        effects,
        mitigations,
    }
}

fn effect(instance: &Instance, switch: Switch, change: Change) -> Effect {
    let (id, name) = switch.identity(instance);
    Effect { kind: switch.kind(), id, name, change }
}

/// The finish of `after` beside the finishes `before` [hours] of the plan as it is.
fn compare(before: &[f64], after: &Outcomes) -> Change {
    let after = spread::hours(&after.makespan);
    let changed = before.iter().zip(&after).filter(|(b, a)| b != a).count();
    Change {
        p80: spread::finite(percentile(&after)),
        gain: Objective::Percentile(EXPLAINED_PERCENT).difference(&after, before),
        mean_gain: paired_mean(&after, before),
        changed: changed as f64 / before.len().max(1) as f64,
    }
}

fn percentile(values: &[f64]) -> f64 {
    stats::quantile(&stats::sorted(values), f64::from(EXPLAINED_PERCENT) / 100.0)
}
