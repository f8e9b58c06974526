//! Rows of charts that list tasks: grouped by phase, and by phases alone where there are too many tasks.

use super::Material;
use crate::analyse::{Moment, TaskForecast};
use crate::model::{Instance, TaskId};
use crate::report::critical::most_critical;
use crate::report::names::titled;
use crate::report::number::thousands;
use crate::schedule::Schedule;

/// Most tasks that are shown one by one.
pub(super) const MOST_TASKS: usize = 300;

/// A line of a chart.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Row {
    /// Heading of a group of tasks.
    Group(String),
    /// A task, or a phase in place of its tasks.
    Bar(Box<Bar>),
}

/// What a row shows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bar {
    pub(super) id: String,
    pub(super) name: String,
    /// Who does it.
    pub(super) agent: String,
    pub(super) start: Moment,
    pub(super) finish: Moment,
    /// Share of iterations in which it was critical.
    pub(super) criticality: f64,
    /// Start and finish in the plan's own schedule.
    pub(super) planned: Option<(f64, f64)>,
    pub(super) due: Option<f64>,
    pub(super) probability: Option<f64>,
}

impl Bar {
    /// Id and name, once if they are the same.
    pub(super) fn label(&self) -> String {
        titled(&self.id, &self.name)
    }
}

/// What charts of the most critical tasks say of the others; empty if there are none.
pub(super) fn hidden(tasks: usize) -> String {
    match tasks.saturating_sub(MOST_TASKS) {
        0 => String::new(),
        hidden => format!("{} tasks that are critical no more often are not shown", thousands(hidden as f64)),
    }
}

/// The rows of a plan, and what was left out, in words.
pub(super) fn rows(material: &Material) -> (Vec<Row>, String) {
    let forecast = material.forecast;
    if forecast.tasks.len() <= MOST_TASKS || forecast.phases.is_empty() {
        return (grouped(material), hidden(forecast.tasks.len()));
    }
    let rows = forecast.phases.iter().map(|phase| {
        let tasks: Vec<(usize, &TaskForecast)> =
            forecast.tasks.iter().enumerate().filter(|(_, task)| task.phase.as_ref() == Some(&phase.id)).collect();
        Row::Bar(Box::new(phase_bar(phase, &tasks)))
    });
    (rows.collect(), format!("phases in place of their {} tasks", forecast.tasks.len()))
}

fn grouped(material: &Material) -> Vec<Row> {
    let forecast = material.forecast;
    let mut rows = Vec::new();
    let mut group: Option<&str> = None;
    for index in most_critical(&forecast.tasks, MOST_TASKS) {
        let task = &forecast.tasks[index];
        let phase = task.phase.as_deref();
        if phase != group || (rows.is_empty() && phase.is_some()) {
            let found = forecast.phases.iter().find(|candidate| Some(candidate.id.as_str()) == phase);
            rows.push(Row::Group(found.map_or("Outside all phases", |phase| phase.name.as_str()).to_owned()));
            group = phase;
        }
        let agent = agents(material.instance, material.schedule, TaskId::from(index));
        rows.push(Row::Bar(Box::new(task_bar(task, agent))));
    }
    rows
}

fn task_bar(task: &TaskForecast, agent: String) -> Bar {
    Bar {
        id: task.id.clone(),
        name: task.name.clone(),
        agent,
        start: task.start,
        finish: task.finish,
        criticality: task.criticality,
        planned: task.planned_start.zip(task.planned_finish),
        due: task.due,
        probability: task.probability,
    }
}

/// A phase reaches from the first start among its tasks to its finish.
fn phase_bar(phase: &crate::analyse::Goal, tasks: &[(usize, &TaskForecast)]) -> Bar {
    let first = |part: fn(&Moment) -> Option<f64>| {
        tasks.iter().filter_map(|(_, task)| part(&task.start)).min_by(f64::total_cmp)
    };
    let spread = &phase.finish.spread;
    let at = |percent| spread.percentile(percent).value;
    let starts = tasks.iter().filter_map(|(_, task)| task.planned_start).min_by(f64::total_cmp);
    let finishes = tasks.iter().filter_map(|(_, task)| task.planned_finish).max_by(f64::total_cmp);
    Bar {
        id: phase.name.clone(),
        name: phase.name.clone(),
        agent: format!("{} tasks", tasks.len()),
        start: Moment {
            mean: first(|m| m.mean),
            p10: first(|m| m.p10),
            p50: first(|m| m.p50),
            p90: first(|m| m.p90),
        },
        finish: Moment { mean: spread.mean, p10: at(10), p50: at(50), p90: at(90) },
        criticality: tasks.iter().map(|(_, task)| task.criticality).fold(0.0, f64::max),
        planned: starts.zip(finishes),
        due: phase.finish.due,
        probability: phase.finish.probability,
    }
}

/// Who does a task: the agents it is given to, else those of the plan's own schedule with a question mark.
pub(in crate::report) fn agents(instance: &Instance, schedule: &Schedule, task: TaskId) -> String {
    let slots = &instance.tasks[task.index()].slots;
    let only = slots.iter().all(|slot| slot.candidates.len() == 1);
    let scheduled = &schedule.tasks[task.index()].agents;
    let name = |agent: crate::model::AgentId| instance.agents[agent.index()].name.as_str();
    if only {
        let names: Vec<&str> = slots.iter().map(|slot| name(slot.candidates[0].agent)).collect();
        return names.join(" + ");
    }
    let names: Vec<&str> = scheduled.iter().map(|agent| name(*agent)).collect();
    if names.is_empty() { String::new() } else { format!("{}?", names.join(" + ")) }
}
