//! Project XML as Microsoft Project and most planners read it: tasks with the dates of a percentile, phases as
//! summaries, links, agents as resources. Field meanings after Microsoft's Project XML reference.

use std::fmt::Write as _;

use super::network::{End, Tie, ties};
use super::{Export, escape};
use crate::model::{Instance, LinkKind};
use crate::report::Clock;
use crate::report::names::titled;

/// Elapsed hours, as the format counts them.
const ELAPSED_HOURS: u32 = 6;

/// The project; absent for a plan without a start, which has no dates.
#[must_use]
pub fn ms_project(export: &Export) -> Option<String> {
    let clock = Clock::new(Some(export.origin()?));
    let date = |hours: f64| clock.local_iso(hours);
    let file = File { export, instance: export.instance, date: &date };
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str("<Project xmlns=\"http://schemas.microsoft.com/project\">\n");
    element(&mut out, "Name", &escape(&export.forecast.plan));
    element(&mut out, "Title", &escape(&format!("{} (P{})", export.forecast.plan, export.percent)));
    element(&mut out, "ScheduleFromStart", "1");
    element(&mut out, "StartDate", &date(0.0)?);
    if let Some(finish) = export.finish().and_then(date) {
        element(&mut out, "FinishDate", &finish);
    }
    out.push_str("<Tasks>\n");
    file.tasks(&mut out);
    out.push_str("</Tasks>\n<Resources>\n");
    for (place, agent) in export.instance.agents.iter().enumerate() {
        out.push_str("<Resource>");
        element(&mut out, "UID", &(place + 1).to_string());
        element(&mut out, "ID", &(place + 1).to_string());
        element(&mut out, "Name", &escape(&agent.name));
        element(&mut out, "Type", "1");
        out.push_str("</Resource>\n");
    }
    out.push_str("</Resources>\n<Assignments>\n");
    file.assignments(&mut out);
    out.push_str("</Assignments>\n</Project>\n");
    Some(out)
}

/// An element with text that is XML already.
fn element(out: &mut String, name: &str, text: &str) {
    // Writing to a string cannot fail.
    let _ = write!(out, "<{name}>{text}</{name}>");
}

struct File<'a> {
    export: &'a Export<'a>,
    instance: &'a Instance,
    date: &'a dyn Fn(f64) -> Option<String>,
}

impl File<'_> {
    /// Numbers of the file: phases first, then tasks, then milestones, each from 1.
    fn uid(&self, end: End) -> usize {
        let (phases, tasks) = (self.instance.phases.len(), self.instance.tasks.len());
        match end {
            End::Phase(index) => 1 + index,
            End::Task(index) => 1 + phases + index,
            End::Milestone(index) => 1 + phases + tasks + index,
        }
    }

    fn tasks(&self, out: &mut String) {
        let ties = ties(self.instance);
        let mut place = 0;
        for (index, phase) in self.instance.phases.iter().enumerate() {
            place += 1;
            let own = (0..self.instance.tasks.len())
                .filter(|task| self.instance.tasks[*task].phase.is_some_and(|p| p.index() == index));
            let own: Vec<usize> = own.collect();
            let starts = own.iter().filter_map(|task| self.export.dates[*task].0).min_by(f64::total_cmp);
            let finish = self.export.forecast.phases[index].finish.spread.percentile(self.export.percent).value;
            let row = Row { end: End::Phase(index), place, name: &phase.name, level: 1, dates: (starts, finish) };
            self.task(out, &row, &ties);
            for task in own {
                place += 1;
                self.plain_task(out, task, place, 2, &ties);
            }
        }
        for task in (0..self.instance.tasks.len()).filter(|task| self.instance.tasks[*task].phase.is_none()) {
            place += 1;
            self.plain_task(out, task, place, 1, &ties);
        }
        for (index, goal) in self.export.forecast.milestones.iter().enumerate() {
            place += 1;
            let at = goal.finish.spread.percentile(self.export.percent).value;
            let row = Row { end: End::Milestone(index), place, name: &goal.name, level: 1, dates: (at, at) };
            self.task(out, &row, &ties);
        }
    }

    fn plain_task(&self, out: &mut String, task: usize, place: usize, level: u32, ties: &[Tie]) {
        let name = titled(&self.instance.tasks[task].id, &self.instance.tasks[task].name);
        let row = Row { end: End::Task(task), place, name: &name, level, dates: self.export.dates[task] };
        self.task(out, &row, ties);
    }

    fn task(&self, out: &mut String, row: &Row, ties: &[Tie]) {
        out.push_str("<Task>");
        element(out, "UID", &self.uid(row.end).to_string());
        element(out, "ID", &row.place.to_string());
        element(out, "Name", &escape(row.name));
        // Placed by hand: the dates are a forecast, which the planner's own calculation must not move.
        element(out, "Active", "1");
        element(out, "Manual", "1");
        element(out, "Type", "1");
        element(out, "OutlineLevel", &row.level.to_string());
        if let (Some(start), Some(finish)) = row.dates {
            let finish = finish.max(start);
            for (name, hours) in [("Start", start), ("Finish", finish)] {
                if let Some(date) = (self.date)(hours) {
                    element(out, name, &date);
                }
            }
            let minutes = ((finish - start) * 60.0).round() as u64;
            let duration = format!("PT{}H{}M0S", minutes / 60, minutes % 60);
            element(out, "Duration", &duration);
            // Planners show these for tasks that are placed by hand.
            for (name, hours) in [("ManualStart", start), ("ManualFinish", finish)] {
                if let Some(date) = (self.date)(hours) {
                    element(out, name, &date);
                }
            }
            element(out, "ManualDuration", &duration);
            element(out, "DurationFormat", &ELAPSED_HOURS.to_string());
        }
        element(out, "Milestone", if matches!(row.end, End::Milestone(_)) { "1" } else { "0" });
        element(out, "Summary", if matches!(row.end, End::Phase(_)) { "1" } else { "0" });
        if let End::Task(task) = row.end {
            element(out, "Critical", if self.export.is_critical(task) { "1" } else { "0" });
        }
        for tie in ties.iter().filter(|tie| tie.to == row.end) {
            out.push_str("<PredecessorLink>");
            element(out, "PredecessorUID", &self.uid(tie.from).to_string());
            element(out, "Type", link_type(tie.kind));
            // Tenths of a minute.
            element(out, "LinkLag", &format!("{:.0}", tie.lag * 600.0));
            element(out, "LagFormat", &ELAPSED_HOURS.to_string());
            out.push_str("</PredecessorLink>");
        }
        out.push_str("</Task>\n");
    }

    fn assignments(&self, out: &mut String) {
        let mut number = 0;
        for (task, scheduled) in self.export.schedule.tasks.iter().enumerate() {
            for agent in &scheduled.agents {
                number += 1;
                out.push_str("<Assignment>");
                element(out, "UID", &number.to_string());
                element(out, "TaskUID", &self.uid(End::Task(task)).to_string());
                element(out, "ResourceUID", &(agent.index() + 1).to_string());
                element(out, "Units", "1");
                out.push_str("</Assignment>\n");
            }
        }
    }
}

/// A line of the planner.
struct Row<'a> {
    end: End,
    /// Place in the file, from 1.
    place: usize,
    name: &'a str,
    /// Depth in the outline, from 1.
    level: u32,
    /// Start and finish [hours].
    dates: (Option<f64>, Option<f64>),
}

/// The format's number of a kind of link. It knows no link that waits for a share of the work: that is taken
/// for one to the start, the nearest that does not hold the successor back too long.
fn link_type(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::FinishFinish => "0",
        LinkKind::FinishStart => "1",
        LinkKind::StartFinish => "2",
        LinkKind::StartStart | LinkKind::Progress(_) => "3",
    }
}
