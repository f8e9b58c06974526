//! Tables of the page.

use std::fmt::Write as _;

use super::super::chart::{Material, escape};
use super::super::clock::Clock;
use super::super::number::{hours_text, percent};
use crate::analyse::{Goal, TaskForecast};
use crate::dates::Style;

/// A cell: what is shown, and the number it is sorted by.
struct Cell {
    text: String,
    sort: Option<f64>,
}

fn text(text: &str) -> Cell {
    Cell { text: escape(text), sort: None }
}

fn number(text: String, sort: Option<f64>) -> Cell {
    // What is unknown or never comes stands last.
    Cell { text, sort: Some(sort.unwrap_or(1e12)) }
}

fn row(out: &mut String, cells: &[Cell]) {
    out.push_str("<tr>");
    for (place, cell) in cells.iter().enumerate() {
        let (open, close) = if place == 0 { ("<th scope=\"row\"", "</th>") } else { ("<td", "</td>") };
        let sort = cell.sort.map_or_else(String::new, |sort| {
            format!(" class=\"number\" data-sort=\"{}\"", super::super::number::rounded(sort))
        });
        // Writing to a string cannot fail, here and below.
        let _ = write!(out, "{open}{sort}>{}{close}", cell.text);
    }
    out.push_str("</tr>\n");
}

fn head(out: &mut String, id: &str, caption: &str, columns: &[&str]) {
    let _ = writeln!(
        out,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\"><table id=\"{id}\">\
         <caption>{caption}</caption><thead><tr>"
    );
    for column in columns {
        let _ = write!(out, "<th scope=\"col\">{column}</th>");
    }
    out.push_str("</tr></thead><tbody>\n");
}

const FOOT: &str = "</tbody></table></div>\n";

/// All tasks.
pub(super) fn tasks(material: &Material) -> String {
    let clock = Clock::new(material.forecast.origin.as_ref());
    let columns = [
        "Task",
        "Name",
        "Phase",
        "Agent",
        "Start P50",
        "Finish P10",
        "Finish P50",
        "Finish P90",
        "Critical",
        "Cruciality",
        "Float",
        "In time",
    ];
    let mut out = String::new();
    head(&mut out, "tasks", "Tasks", &columns);
    for (index, task) in material.forecast.tasks.iter().enumerate() {
        let agent = super::super::chart::agents(material.instance, material.schedule, index.into());
        row(&mut out, &task_cells(task, &agent, &clock));
    }
    out + FOOT
}

fn task_cells(task: &TaskForecast, agent: &str, clock: &Clock) -> [Cell; 12] {
    let date = |hours: Option<f64>| number(clock.text(hours, Style::Minute), hours);
    let share = |share: Option<f64>| number(share.map(percent).unwrap_or_default(), share);
    [
        text(&task.id),
        text(&task.name),
        text(task.phase.as_deref().unwrap_or("")),
        text(agent),
        date(task.start.p50),
        date(task.finish.p10),
        date(task.finish.p50),
        date(task.finish.p90),
        share(Some(task.criticality)),
        number(task.cruciality.map(|value| format!("{value:.2}")).unwrap_or_default(), task.cruciality),
        number(hours_text(task.total_float), Some(task.total_float)),
        share(task.probability),
    ]
}

/// Milestones, then phases, with a cell that the slider moves.
pub(super) fn goals(material: &Material) -> String {
    let forecast = material.forecast;
    let clock = Clock::new(forecast.origin.as_ref());
    let columns = ["Milestone or phase", "P50", "P80", "P95", "At the level chosen", "Due", "In time"];
    let mut out = String::new();
    head(&mut out, "goals", "Milestones and phases", &columns);
    for goal in forecast.milestones.iter().chain(&forecast.phases) {
        row(&mut out, &goal_cells(goal, &clock));
    }
    out + FOOT
}

fn goal_cells(goal: &Goal, clock: &Clock) -> [Cell; 7] {
    let at = |percent: u8| {
        let hours = goal.finish.spread.percentile(percent).value;
        number(clock.text(hours, Style::Minute), hours)
    };
    let chosen = at(80);
    let due = goal.finish.due.map(|hours| clock.due_text(hours, Style::Minute));
    [
        text(&goal.name),
        at(50),
        at(80),
        at(95),
        Cell { text: format!("<output class=\"moved\">{}</output>", chosen.text), sort: chosen.sort },
        number(due.unwrap_or_default(), goal.finish.due),
        number(goal.finish.probability.map(percent).unwrap_or_default(), goal.finish.probability),
    ]
}
