//! The plan with the dates of one percentile, as a table for spreadsheets and planners.

use super::super::clock::Clock;
use super::super::export::Export;
use super::super::export::network::{End, Tie, ties, word};
use super::cells::{number, table, text};
use crate::analyse::Goal;
use crate::model::LinkKind;

/// One row per phase, task and milestone: dates, who does it, what it waits for.
#[must_use]
pub fn dates_csv(export: &Export) -> String {
    const HEAD: [&str; 11] = [
        "kind",
        "id",
        "name",
        "phase",
        "agents",
        "start",
        "finish",
        "start_date",
        "finish_date",
        "criticality",
        "after",
    ];
    let file = File { export, clock: Clock::new(export.forecast.origin.as_ref()), ties: ties(export.instance) };
    let forecast = export.forecast;
    let mut rows: Vec<Vec<String>> = Vec::new();
    rows.extend(forecast.phases.iter().enumerate().map(|(i, phase)| file.phase(i, phase)));
    rows.extend((0..forecast.tasks.len()).map(|task| file.task(task)));
    rows.extend(forecast.milestones.iter().enumerate().map(|(i, goal)| file.milestone(i, goal)));
    table(&HEAD, rows)
}

struct File<'a> {
    export: &'a Export<'a>,
    clock: Clock,
    ties: Vec<Tie>,
}

impl File<'_> {
    fn task(&self, index: usize) -> Vec<String> {
        let task = &self.export.forecast.tasks[index];
        let agents = &self.export.schedule.tasks[index].agents;
        let agents: Vec<&str> =
            agents.iter().map(|agent| &*self.export.instance.agents[agent.index()].id).collect();
        let phase = task.phase.as_deref().unwrap_or_default();
        let mut row =
            vec!["task".to_owned(), text(&task.id), text(&task.name), text(phase), text(&agents.join(" + "))];
        row.extend(self.dates(self.export.dates[index]));
        row.extend([number(Some(task.criticality)), self.after(End::Task(index))]);
        row
    }

    /// A phase reaches from the first start of its tasks to its finish.
    fn phase(&self, index: usize, phase: &Goal) -> Vec<String> {
        let tasks = self.export.forecast.tasks.iter().zip(self.export.dates);
        let own = tasks.filter(|(task, _)| task.phase.as_ref() == Some(&phase.id));
        let start = own.filter_map(|(_, dates)| dates.0).min_by(f64::total_cmp);
        let finish = phase.finish.spread.percentile(self.export.percent).value;
        self.goal("phase", phase, (start, finish), End::Phase(index))
    }

    fn milestone(&self, index: usize, goal: &Goal) -> Vec<String> {
        let at = goal.finish.spread.percentile(self.export.percent).value;
        self.goal("milestone", goal, (at, at), End::Milestone(index))
    }

    fn goal(&self, kind: &str, goal: &Goal, dates: (Option<f64>, Option<f64>), end: End) -> Vec<String> {
        let mut row = vec![kind.to_owned(), text(&goal.id), text(&goal.name), String::new(), String::new()];
        row.extend(self.dates(dates));
        row.extend([String::new(), self.after(end)]);
        row
    }

    fn dates(&self, (start, finish): (Option<f64>, Option<f64>)) -> [String; 4] {
        let date = |hours| self.clock.iso(hours).unwrap_or_default();
        [number(start), number(finish), date(start), date(finish)]
    }

    /// Ids of what it waits for, with the kind of the link where that is not from finish to start.
    fn after(&self, end: End) -> String {
        let instance = self.export.instance;
        let id = |end: End| match end {
            End::Task(index) => &*instance.tasks[index].id,
            End::Milestone(index) => &*instance.milestones[index].id,
            End::Phase(index) => &*instance.phases[index].id,
        };
        let name = |tie: &Tie| match tie.kind {
            LinkKind::FinishStart => id(tie.from).to_owned(),
            kind => format!("{} {}", id(tie.from), word(kind)),
        };
        let names: Vec<String> = self.ties.iter().filter(|tie| tie.to == end).map(name).collect();
        text(&names.join("; "))
    }
}
