//! The whole plan.

use super::{
    Agent, Blocker, Calendar, CalendarId, Level, Link, Milestone, MilestoneId, Network, Node, Phase, PhaseId,
    Resource, Risk, Task, TaskId,
};
use crate::units::{Probability, Ticks};

use super::Distribution;

/// The moment that ticks count from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub unix_micros: i64,
    /// IANA name of the zone in which dates are shown.
    pub zone: String,
}

impl Origin {
    /// From one moment to another; nothing where one of them is not known.
    #[must_use]
    pub fn between(from: Option<&Self>, to: Option<&Self>) -> Ticks {
        from.zip(to).map_or(Ticks::ZERO, |(from, to)| Ticks(to.unix_micros - from.unix_micros))
    }
}

/// How hard a limit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Breaking it fails a check.
    Error,
    /// Breaking it is reported.
    Warn,
    /// Not looked at.
    Off,
}

/// What a limit is set on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitSubject {
    /// The finish of the plan.
    Finish,
    /// The cost of the plan.
    Cost,
    /// The finish of a task.
    Task(TaskId),
    /// The finish of a phase.
    Phase(PhaseId),
    /// A milestone.
    Milestone(MilestoneId),
}

/// A limit that a check enforces.
#[derive(Clone, Debug)]
pub struct Limit {
    /// On what.
    pub subject: LimitSubject,
    /// Percentiles with the greatest value allowed: (percent, hours from the start or currency).
    pub percentiles: Vec<(f64, f64)>,
    /// Greatest mean allowed: hours from the start, or currency.
    pub mean: Option<f64>,
    /// Least probability of meeting the subject's due date (or, for cost, the budget).
    pub probability: Option<Probability>,
    /// How hard.
    pub severity: Severity,
}

/// A plan: entities by id, the network between them, and the words to show for them.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Name of the plan.
    pub name: String,
    /// The moment of tick 0; absent if the plan has no start.
    pub origin: Option<Origin>,
    /// Calendars, with their ids in the plan file.
    pub calendars: Vec<(String, Calendar)>,
    /// Names of skills.
    pub skills: Vec<String>,
    /// Agents, in file order.
    pub agents: Vec<Agent>,
    /// Resources in file order, then areas in order of first use.
    pub resources: Vec<Resource>,
    /// Phases, in file order.
    pub phases: Vec<Phase>,
    /// Tasks: those of the phases, phase by phase, then those outside, each in file order.
    pub tasks: Vec<Task>,
    /// Milestones, in file order.
    pub milestones: Vec<Milestone>,
    /// What waits for what.
    pub network: Network,
    /// Risks, in file order.
    pub risks: Vec<Risk>,
    /// Blockers, in file order.
    pub blockers: Vec<Blocker>,
    /// Escalation levels, in file order.
    pub levels: Vec<Level>,
    /// Agent time for taking over a task whose predecessor somebody else finished [hours].
    pub handoff: Distribution,
    /// Budget, in the plan's currency.
    pub budget: Option<f64>,
    /// Limits that a check enforces.
    pub limits: Vec<Limit>,
    /// Tasks in the order in which their new work is dispatched, before all tasks that are not in it; empty =
    /// by priority class and latest start.
    pub order: Vec<TaskId>,
    /// Working hours of a day, to show durations in days.
    pub hours_per_day: f64,
}

impl Instance {
    /// How long after another plan this one starts; nothing where one of them has no start.
    #[must_use]
    pub fn starts_after(&self, other: &Self) -> Ticks {
        Origin::between(other.origin.as_ref(), self.origin.as_ref())
    }

    /// The same plan on mean values: no risks, blockers, failures, reviews or failed attempts. Its one iteration is its list
    /// schedule.
    pub(crate) fn on_means(&self) -> Self {
        let mut certain = self.clone();
        certain.risks.clear();
        certain.blockers.clear();
        certain.handoff = self.handoff.at_mean();
        for agent in &mut certain.agents {
            agent.failures = None;
        }
        for task in &mut certain.tasks {
            task.estimate = task.estimate.at_mean();
            task.review = None;
            task.attempts = None;
        }
        certain.network.change_lags(|link| link.lag.at_mean());
        certain
    }

    /// The calendar with this id, or the one that is always open.
    #[must_use]
    pub fn calendar(&self, id: Option<CalendarId>) -> &Calendar {
        const ALWAYS: &Calendar = &Calendar::Always;
        id.map_or(ALWAYS, |id| &self.calendars[id.index()].1)
    }

    /// True if a link says no more than that a task belongs to its phase.
    #[must_use]
    pub fn is_membership(&self, link: &Link) -> bool {
        let is_own = match (self.network.node(link.from), self.network.node(link.to)) {
            (Node::PhaseStart(phase), Node::Task(task)) | (Node::Task(task), Node::PhaseFinish(phase)) => {
                self.tasks[task.index()].phase == Some(phase)
            }
            (Node::PhaseStart(from), Node::PhaseFinish(to)) => from == to,
            _ => false,
        };
        is_own && link.lag.mean() == 0.0
    }

    /// Place of each task in the dispatch order; absent for tasks that are not in it.
    #[must_use]
    pub fn places_in_order(&self) -> Vec<Option<u32>> {
        self.places_in(&self.order)
    }

    /// The same in another order.
    pub(crate) fn places_in(&self, order: &[TaskId]) -> Vec<Option<u32>> {
        let mut places = vec![None; self.tasks.len()];
        for (place, task) in (0..).zip(order) {
            places[task.index()] = Some(place);
        }
        places
    }

    /// Latest due date among tasks, phases and milestones.
    #[must_use]
    pub fn last_due(&self) -> Option<Ticks> {
        let tasks = self.tasks.iter().filter_map(|t| t.due);
        let phases = self.phases.iter().filter_map(|p| p.due);
        tasks.chain(phases).chain(self.milestones.iter().filter_map(|m| m.due)).max()
    }

    /// `finish`, `cost`, or the id of the task, phase or milestone that a limit is on.
    #[must_use]
    pub fn subject_id(&self, subject: LimitSubject) -> &str {
        match subject {
            LimitSubject::Finish => "finish",
            LimitSubject::Cost => "cost",
            LimitSubject::Task(id) => &self.tasks[id.index()].id,
            LimitSubject::Phase(id) => &self.phases[id.index()].id,
            LimitSubject::Milestone(id) => &self.milestones[id.index()].id,
        }
    }

    /// The due date [hours], or for cost the budget, that a limit's probability is about.
    #[must_use]
    pub fn subject_due(&self, subject: LimitSubject) -> Option<f64> {
        let due = match subject {
            LimitSubject::Cost => return self.budget,
            LimitSubject::Finish => self.last_due(),
            LimitSubject::Task(id) => self.tasks[id.index()].due,
            LimitSubject::Phase(id) => self.phases[id.index()].due,
            LimitSubject::Milestone(id) => self.milestones[id.index()].due,
        };
        due.map(Ticks::hours)
    }
}
