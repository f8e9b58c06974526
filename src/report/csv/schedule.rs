//! `schedule.csv`.

use super::super::clock::Clock;
use super::super::names::agent_id;
use super::cells::{number, table, text};
use crate::model::{Instance, TaskId};
use crate::schedule::{CriticalPath, Schedule};

/// One row per task of the plan's own schedule.
#[must_use]
pub fn schedule_csv(instance: &Instance, path: &CriticalPath, schedule: &Schedule) -> String {
    let head = [
        "id",
        "name",
        "agents",
        "start",
        "finish",
        "start_date",
        "finish_date",
        "early_start",
        "early_finish",
        "late_start",
        "late_finish",
        "total_float",
        "free_float",
        "critical",
    ];
    let clock = Clock::new(instance.origin.as_ref());
    let rows = instance.tasks.iter().enumerate().map(|(index, task)| {
        let (scheduled, times) = (&schedule.tasks[index], &path.tasks[index]);
        let agents: Vec<String> = scheduled.agents.iter().map(|agent| agent_id(instance, *agent)).collect();
        let (start, finish) = (scheduled.start.finite_hours(), scheduled.finish.finite_hours());
        let mut row = vec![text(&task.id), text(&task.name), text(&agents.join(" "))];
        row.extend([start, finish].map(number));
        row.extend([start, finish].map(|hours| clock.iso(hours).unwrap_or_default()));
        let times = [
            times.early_start,
            times.early_finish,
            times.late_start,
            times.late_finish,
            times.total_float,
            times.free_float,
        ];
        row.extend(times.map(|ticks| number(ticks.finite_hours())));
        row.push(path.is_critical(TaskId::from(index)).to_string());
        row
    });
    table(&head, rows)
}
