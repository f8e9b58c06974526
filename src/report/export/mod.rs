//! The plan with forecast dates for other tools: one format per file.

mod dot;
mod ics;
mod mermaid;
mod msproject;
pub(super) mod network;

pub use dot::dot;
pub use ics::icalendar;
pub use mermaid::{mermaid_flowchart, mermaid_gantt};
pub use msproject::ms_project;

use super::critical::is_mostly_critical;
use super::xml::escape;
use crate::analyse::Forecast;
use crate::model::{Instance, Origin};
use crate::schedule::Schedule;

/// What goes out.
#[derive(Clone, Copy, Debug)]
pub struct Export<'a> {
    /// The plan.
    pub instance: &'a Instance,
    /// What the run says about it.
    pub forecast: &'a Forecast,
    /// The plan's own schedule, for who does what.
    pub schedule: &'a Schedule,
    /// Start and finish of each task at the percentile asked for [hours]; absent if it falls among iterations
    /// in which the task never gets there.
    pub dates: &'a [(Option<f64>, Option<f64>)],
    /// That percentile, 1 to 99.
    pub percent: u8,
}

impl Export<'_> {
    /// When everything is done, at the percentile [hours].
    fn finish(&self) -> Option<f64> {
        self.forecast.finish.spread.percentile(self.percent).value
    }

    fn origin(&self) -> Option<&Origin> {
        self.forecast.origin.as_ref()
    }

    /// True for tasks that are critical in most iterations.
    fn is_critical(&self, task: usize) -> bool {
        is_mostly_critical(self.forecast.tasks[task].criticality)
    }
}
