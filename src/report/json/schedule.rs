//! The plan's own schedule as JSON.

use serde::Serialize;

use super::super::about::About;
use super::super::clock::Clock;
use super::super::names::{agent_id, resource_id, task_id};
use super::super::number::rounded;
use super::parts::{Entries, number};
use super::summary::{Plan, SCHEMA_VERSION};
use crate::model::{Instance, TaskId};
use crate::schedule::{CriticalPath, NodeTimes, Schedule, ScheduledTask, Waited};

#[derive(Serialize)]
struct ScheduleView {
    schema_version: u32,
    plan: Plan,
    critical_path: PathView,
    finish: Option<f64>,
    finish_date: Option<String>,
    tasks: Entries<TaskView>,
}

#[derive(Serialize)]
struct PathView {
    length: f64,
    tasks: Vec<String>,
}

#[derive(Serialize)]
struct TaskView {
    name: String,
    agents: Vec<String>,
    start: Option<f64>,
    finish: Option<f64>,
    start_date: Option<String>,
    finish_date: Option<String>,
    waited: f64,
    waited_for: Option<String>,
    early_start: f64,
    early_finish: f64,
    late_start: f64,
    late_finish: f64,
    total_float: f64,
    free_float: f64,
    critical: bool,
}

/// The schedule as JSON, ending with a line break.
#[must_use]
pub fn schedule_json(instance: &Instance, path: &CriticalPath, schedule: &Schedule, about: &About) -> String {
    let clock = Clock::new(instance.origin.as_ref());
    let tasks = (0..instance.tasks.len()).map(|index| {
        let task = TaskId::from(index);
        let critical = path.is_critical(task);
        let view = view(instance, (&path.tasks[index], critical), &schedule.tasks[index], (task, &clock));
        (task_id(instance, task).to_owned(), view)
    });
    super::text(&ScheduleView {
        schema_version: SCHEMA_VERSION,
        plan: Plan::new(&instance.name, instance.hours_per_day, about, &clock),
        critical_path: PathView {
            length: rounded(path.length.hours()),
            tasks: path.chain.iter().map(|task| task_id(instance, *task).to_owned()).collect(),
        },
        finish: number(schedule.makespan.finite_hours()),
        finish_date: clock.iso(schedule.makespan.finite_hours()),
        tasks: tasks.collect(),
    })
}

fn view(
    instance: &Instance,
    (times, critical): (&NodeTimes, bool),
    scheduled: &ScheduledTask,
    (task, clock): (TaskId, &Clock),
) -> TaskView {
    let (start, finish) = (scheduled.start.finite_hours(), scheduled.finish.finite_hours());
    let waited = start.map_or(0.0, |start| start - scheduled.ready.hours());
    TaskView {
        name: instance.tasks[task.index()].name.clone(),
        agents: scheduled.agents.iter().map(|agent| agent_id(instance, *agent)).collect(),
        start: number(start),
        finish: number(finish),
        start_date: clock.iso(start),
        finish_date: clock.iso(finish),
        waited: rounded(waited.max(0.0)),
        waited_for: match scheduled.waited {
            Waited::Nothing => None,
            Waited::Agent(agent, _) => Some(agent_id(instance, agent)),
            Waited::Resource(resource, _) => Some(resource_id(instance, resource).to_owned()),
            Waited::OffHours => Some("off_hours".to_owned()),
        },
        early_start: rounded(times.early_start.hours()),
        early_finish: rounded(times.early_finish.hours()),
        late_start: rounded(times.late_start.hours()),
        late_finish: rounded(times.late_finish.hours()),
        total_float: rounded(times.total_float.hours()),
        free_float: rounded(times.free_float.hours()),
        critical,
    }
}
