//! The plan file as a whole.

use super::coordination::{Blocker, Level, Risk};
use super::limit::Limit;
use super::list::{List, Map, Name, Patch};
use super::moment::Start;
use super::record::record;
use super::scalar::{At, Count, DayLength, Money, Share, Switch};
use super::team::{Agent, Calendar};
use super::work::{Attempts, Milestone, Phase, Review, Task};
use crate::plan::estimate::{Effort, Labour, Range, Uncertainty};

record! {
    /// A plan: who there is, what is to be done, what can go wrong, and by when it should be finished.
    Document "a plan" {
        /// Name of the plan. Default: the name of its file.
        plan: String,
        /// For editors only: where the JSON Schema of plan files is.
        schema = "$schema": String,
        /// The moment from which time counts, as a date. Without it there are only hours from the start, and no other dates.
        start: At<Start>,
        /// IANA name of the zone in which dates without a zone are read and reports show dates. Default `UTC`.
        timezone: At<String>,
        /// Working hours of a day: `1d` of effort, agent time or a phase's duration is so many hours, `1w` five times that. Default 8. On the clock (`elapsed`, `lag`, `gate`, `response`, `repair`, `backoff`, `timeout`, `due`, `from`, `until`) `1d` is 24 hours, `1w` 168.
        hours_per_day: DayLength,
        /// Calendar of agents that name none: `always`, or an id of `calendars`. Default `always`.
        calendar: At<String>,
        /// Working times by id. They need the plan's `start`.
        calendars: Map<Calendar>,
        /// Money that may be spent, in the plan's currency.
        budget: Money,
        /// What fields that are not given stand for.
        defaults: Defaults,
        /// Probabilities behind the words `low`, `medium` and `high`. Default 10 %, 30 %, 60 %.
        scales: Scales,
        /// Agents by id.
        agents: Map<Agent>,
        /// Shared, renewable things by id, with the number of units of each.
        resources: Map<Count<0>>,
        /// Phases by id. A phase waits for the one listed before unless its `after` says otherwise.
        phases: Map<Phase>,
        /// Tasks outside any phase, by id.
        tasks: Map<Task>,
        /// Milestones by id.
        milestones: Map<Milestone>,
        /// Risks by id: what happens at most once in a run, to all that it affects.
        risks: Map<Risk>,
        /// Blockers by id: what stops work until it is resolved.
        blockers: Map<Blocker>,
        /// Escalation levels by id: who answers when an agent cannot go on alone.
        escalation: Map<Level>,
        /// What `check` enforces: by `finish`, `cost`, or the id of a task, phase or milestone.
        limits: Map<Limit>,
        /// Tasks by id in the order in which they are dispatched: a task named earlier takes free agents and resources before those named later, whatever its priority; tasks that are not named come after them. `assign` writes it. Default none.
        order: List<Name>,
        /// What-ifs by id, each a patch of this plan.
        options: Map<PlanOption>,
    }
}

record! {
    /// What fields that are not given stand for.
    Defaults "the defaults" {
        /// Spread put on a bare point of an effort, a phase's duration or a task's elapsed time, which is its median: P10 and P90 at x0.8 and x1.25 (`low`), x0.67 and x1.5 (`medium`), x0.5 and x2 (`high`), x0.25 and x4 (`extreme`), or `none`. Default `medium`.
        uncertainty: Uncertainty,
        /// How a range such as `2-3d` is read: `p10-p90`, `p5-p95` or `bounds` (all between alike). Default `p10-p90`. A range from 0 is always bounds.
        range: Range,
        /// Effort of a task that has none of its own and no phase to take it from.
        effort: Effort,
        /// Agent time for taking over when a predecessor was finished by somebody else. Default none.
        handoff: Labour,
        /// Share of every agent's time lost to check-ins and reports. Default 0.
        overhead: At<Share>,
        /// Review of every task with effort that has no `review` of its own.
        review: Switch<Review>,
        /// Attempts of every task with effort that has no `attempts` of its own.
        attempts: Switch<Attempts>,
    }
}

record! {
    /// Probabilities behind words.
    Scales "the scales" {
        /// Default 10 %.
        low: Share,
        /// Default 30 %.
        medium: Share,
        /// Default 60 %.
        high: Share,
    }
}

record! {
    /// A what-if.
    PlanOption "an option" {
        /// Name to show. Default: the id.
        name: String,
        /// What changes: a JSON Merge Patch (RFC 7396) of the plan; `null` removes.
        patch: Patch,
    }
}
