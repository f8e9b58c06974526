//! Agents and the resources they share.

use super::{CalendarId, Distribution, LevelId, SkillId};
use crate::units::Ticks;

/// Somebody who works on tasks.
#[derive(Clone, Debug)]
pub struct Agent {
    /// Id in the plan file; copies of an agent with `count` share it.
    pub id: String,
    /// Name to show; copies carry their number (`Beta 2`).
    pub name: String,
    /// Which copy this is, from 0; always 0 without `count`.
    pub copy: u32,
    /// Draw key of this copy.
    pub key: u64,
    /// Skills with the speed of each (1 = the estimates' basis), by skill id.
    pub skills: Vec<(SkillId, f64)>,
    /// Jobs held at once, each at full speed; at least 1.
    pub capacity: u32,
    /// When this agent's time passes; absent = always.
    pub calendar: Option<CalendarId>,
    /// Jobs may start from here on.
    pub from: Ticks,
    /// Jobs may start before this; [`Ticks::NEVER`] = no end.
    pub until: Ticks,
    /// Share of every hour lost to check-ins and reports, 0 <= overhead < 1.
    pub overhead: f64,
    /// Cost of an hour worked, in the plan's currency.
    pub cost: f64,
    /// Failures while working.
    pub failures: Option<Failures>,
}

impl Agent {
    /// Speed with `skill`; absent if this agent does not have it.
    #[must_use]
    pub fn speed(&self, skill: SkillId) -> Option<f64> {
        self.skills.iter().find(|(s, _)| *s == skill).map(|(_, speed)| *speed)
    }

    /// Work per hour on a task that needs all of these skills: the least of the speeds, less the overhead; absent if
    /// this agent lacks one.
    #[must_use]
    pub fn pace(&self, skills: &[SkillId]) -> Option<f64> {
        let speeds = skills.iter().map(|&skill| self.speed(skill));
        let speed = speeds.reduce(|a, b| Some(a?.min(b?))).unwrap_or(Some(1.0))?;
        Some(speed * (1.0 - self.overhead))
    }
}

/// How an agent fails.
#[derive(Clone, Debug)]
pub struct Failures {
    /// Mean busy hours between failures (exponential).
    pub every_hours: f64,
    /// Elapsed hours until the agent works again.
    pub repair: Distribution,
    /// Share of the job's work done so far that is done again.
    pub lost: f64,
    /// Restarts allowed in one job; absent = no limit.
    pub restarts: Option<u32>,
    /// Who takes over once the restarts are used up.
    pub then: Option<LevelId>,
}

/// Something renewable that several tasks share: a staging environment, or an area only one may touch.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Id in the plan file.
    pub id: String,
    /// Units that exist.
    pub capacity: u32,
    /// True for an area (`touches`), false for a resource (`uses`).
    pub area: bool,
}
