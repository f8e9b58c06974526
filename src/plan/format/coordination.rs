//! What goes wrong and who answers.

use super::list::{List, Name};
use super::record::{record, words};
use super::scalar::{At, Chance, Count, Money};
use crate::plan::estimate::{Clock, Factor, Labour, WorkHours};

record! {
    /// Which jobs: within a key any of its ids, between keys all of them; no keys = everything.
    Selector "a selector" {
        /// Tasks.
        tasks: List<Name>,
        /// All tasks of phases.
        phases: List<Name>,
        /// Tasks that need a skill.
        skills: List<Name>,
        /// Jobs done by agents.
        agents: List<Name>,
        /// Tasks with a tag.
        tags: List<Name>,
    }
}

record! {
    /// Something that happens at most once in a run, to all that it affects.
    Risk "a risk" {
        /// Name to show. Default: the id.
        name: String,
        /// Probability that it happens. Default 100 %: a driver that links what it affects.
        probability: Chance,
        /// Whom it affects. Default everything.
        affects: Selector,
        /// Factor on the work of all it affects.
        factor: Factor,
        /// Agent time added to the first affected task that starts.
        delay: Labour,
        /// What could be done about it; what is not given stays as it is.
        mitigation: Mitigation,
    }
}

record! {
    /// A risk after something was done about it.
    Mitigation "a mitigation" {
        /// Probability then.
        probability: Chance,
        /// Factor then.
        factor: Factor,
        /// Delay then.
        delay: Labour,
        /// What it costs, in the plan's currency. Default 0.
        cost: Money,
    }
}

record! {
    /// Something that stops work until it is resolved.
    Blocker "a blocker" {
        /// Name to show. Default: the id.
        name: String,
        /// Probability that it strikes a task once, somewhere in its work. Either this or `every`.
        probability: Chance,
        /// Mean hours of work between two. Either this or `probability`.
        every: At<WorkHours>,
        /// Whom it strikes. Default everything.
        affects: Selector,
        /// Agent time until the agent has resolved it alone. Default never, which needs `escalate`.
        resolve: Labour,
        /// When and to whom it goes if the agent has not resolved it.
        escalate: Escalate,
        /// What the agent does meanwhile: `waits` or `switches` to other work. Default `waits`.
        agent: Hold,
    }
}

record! {
    /// When a blocker becomes a ticket, and whose.
    Escalate "an escalation" {
        /// Agent time of trying before. Default 0.
        after: WorkHours,
        /// Escalation level it goes to. Required.
        to: Name,
    }
}

words! {
    /// What an agent does while a ticket is open.
    Hold {
        /// Holds the job.
        Waits "waits",
        /// Does something else.
        Switches "switches",
    }
}

record! {
    /// People who answer tickets.
    Level "an escalation level" {
        /// Name to show. Default: the id.
        name: String,
        /// Time on the level's calendar until a ticket is looked at. Default 0.
        response: Clock,
        /// Work on a ticket, on the level's calendar. Default 0.
        handling: Labour,
        /// Tickets handled at once. Default 1.
        capacity: Count<1>,
        /// When the level works: `always`, or an id of `calendars`. Default `always`.
        calendar: Name,
        /// Time on the clock without handling after which a ticket moves to `next`. Default never.
        timeout: Clock,
        /// Level that a ticket moves on to.
        next: Name,
    }
}
