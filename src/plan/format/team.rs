//! Who works and when.

use super::list::{List, Name, Skills};
use super::moment::Since;
use super::record::record;
use super::scalar::{At, Count, Money, Share};
use crate::plan::estimate::{Clock, WorkHours};

record! {
    /// Working time of a week.
    Calendar "a calendar" {
        /// Working days: days and ranges of days, such as `mon-fri` or `[mon, wed]`. Default `mon-fri`.
        days: List<At<String>>,
        /// Hours of a working day, such as `"09:00-17:00"`, or several in a list. Default the whole day.
        hours: List<At<String>>,
        /// IANA name of the zone in which the hours are meant. Default the plan's `timezone`.
        timezone: At<String>,
        /// Days without work: dates, or first and last with a slash between (`2025-12-24/2026-01-01`).
        off: List<At<String>>,
    }
}

record! {
    /// Somebody who works on tasks.
    Agent "an agent" {
        /// Name to show. Default: the id.
        name: String,
        /// What the agent can do: a list, or a map with the speed at each (1 = what estimates assume, 2 = twice as fast).
        skills: Skills,
        /// Jobs held at once, each at full speed. Default 1.
        capacity: Count<1>,
        /// How many agents of this kind there are, at most 1000. Default 1.
        count: At<Count<0, 1000>>,
        /// Cost of an hour worked, in the plan's currency. Default 0.
        cost: Money,
        /// When the agent works: `always`, or an id of `calendars`. Default the plan's `calendar`.
        calendar: Name,
        /// Date from which on jobs may start. Default the start of the plan.
        from: At<Since>,
        /// Date before which jobs may start. Default no end.
        until: At<Since>,
        /// Share of time lost to check-ins and reports. Default that of `defaults`.
        overhead: At<Share>,
        /// How the agent fails. Default never.
        failures: Failures,
    }
}

record! {
    /// How an agent fails while working.
    Failures "failures of an agent" {
        /// Mean busy hours between two failures. Required.
        every: At<WorkHours>,
        /// Time on the clock until the agent works again. Required.
        repair: Clock,
        /// Share of the job's work so far that is lost and done again. Default 0.
        lost: Share,
        /// Restarts allowed in one job. Default no limit.
        restarts: At<Count<0>>,
        /// Escalation level that takes over when the restarts are used up.
        then: Name,
    }
}
