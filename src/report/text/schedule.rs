//! The plan's own schedule as a table.

use super::super::clock::Clock;
use super::super::names::{agent_id, resource_id, task_id, titled};
use super::super::number::hours_text;
use super::super::words;
use super::layout::{Page, left, right};
use crate::dates::Style;
use crate::model::{Instance, Status, TaskId};
use crate::schedule::{CriticalPath, Schedule, Waited};

/// The schedule as text of at most 80 columns.
#[must_use]
pub fn schedule_text(instance: &Instance, path: &CriticalPath, schedule: &Schedule) -> String {
    let clock = Clock::new(instance.origin.as_ref());
    let mut page = Page::default();
    page.heading(&format!("{}: schedule on mean durations", instance.name));
    let chain: Vec<&str> = path.chain.iter().map(|task| task_id(instance, *task)).collect();
    if !chain.is_empty() {
        page.paragraph(&format!("Critical path {}: {}.", hours_text(path.length.hours()), chain.join(", ")));
        page.paragraph("It knows no limits of agents, resources and calendars; the finish below does.");
    }
    let is_reviewed = instance.tasks.iter().any(|task| task.review.is_some() && task.status != Status::Done);
    let and_reviews = if is_reviewed { " and nothing is reviewed" } else { "" };
    page.paragraph(&match schedule.makespan.finite_hours() {
        None => format!("Never finishes: {}.", words::UNDONE),
        Some(hours) => match clock.date(hours, Style::Full) {
            Some(date) => format!("Finishes {date} ({}), if nothing goes wrong{and_reviews}.", hours_text(hours)),
            None => format!("Finishes after {}, if nothing goes wrong{and_reviews}.", hours_text(hours)),
        },
    });
    page.heading("Tasks");
    let mut rows = vec![["", "who", "start", "finish", "float"].map(str::to_owned).to_vec()];
    for (index, scheduled) in schedule.tasks.iter().enumerate() {
        let task = TaskId::from(index);
        let who: Vec<String> = scheduled.agents.iter().map(|agent| agent_id(instance, *agent)).collect();
        let star = if path.is_critical(task) { "*" } else { " " };
        rows.push(vec![
            format!("{star}{}", title(instance, task)),
            who.join(", "),
            clock.text(scheduled.start.finite_hours(), Style::Minute),
            clock.text(scheduled.finish.finite_hours(), Style::Minute),
            hours_text(path.tasks[index].total_float.hours()),
        ]);
    }
    page.table(&[left(20), left(10), right(16), right(16), right(8)], true, &rows);
    page.paragraph("* without float on the critical path");
    waits(&mut page, instance, schedule);
    page.finish()
}

fn title(instance: &Instance, task: TaskId) -> String {
    let task = &instance.tasks[task.index()];
    titled(&task.id, &task.name)
}

/// Tasks that could have started earlier, had everything been free.
fn waits(page: &mut Page, instance: &Instance, schedule: &Schedule) {
    let rows: Vec<Vec<String>> = (0..schedule.tasks.len())
        .filter_map(|index| {
            let scheduled = &schedule.tasks[index];
            let why = match scheduled.waited {
                Waited::Nothing => return None,
                Waited::Agent(agent, on) => {
                    format!("for {} on {}", agent_id(instance, agent), task_id(instance, on))
                }
                Waited::Resource(resource, on) => {
                    format!("for {} held by {}", resource_id(instance, resource), task_id(instance, on))
                }
                Waited::OffHours => "off hours".to_owned(),
            };
            let hours = (scheduled.start - scheduled.ready).hours();
            Some(vec![title(instance, TaskId::from(index)), hours_text(hours), why])
        })
        .collect();
    if !rows.is_empty() {
        page.heading("Waits");
        page.table(&[left(28), right(9), left(36)], false, &rows);
    }
}
