//! Tables of the page.

use std::fmt::Write as _;

use super::super::chart::Material;
use super::super::clock::Clock;
use super::super::number::{hours_text, percent};
use super::super::xml::escape;
use crate::analyse::{Goal, TaskForecast};
use crate::dates::Style;

/// A cell: what is shown, and the number it is sorted by.
pub(super) struct Cell {
    text: String,
    sort: Option<f64>,
}

/// Words.
pub(super) fn text(text: &str) -> Cell {
    Cell { text: escape(text), sort: None }
}

/// A number or a date.
pub(super) fn number(text: String, sort: Option<f64>) -> Cell {
    // What is unknown or never comes stands last.
    Cell { text, sort: Some(sort.unwrap_or(1e12)) }
}

/// A date that the slider moves.
fn moved(text: &str, sort: Option<f64>) -> Cell {
    number(format!("<output class=\"moved\">{text}</output>"), sort)
}

/// Name of the column of such dates.
const MOVED: &str = "At <span class=\"chosen\">80 %</span>";

/// A row, its first cell the head.
pub(super) fn row(out: &mut String, cells: &[Cell]) {
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

/// The head of a table of this class; columns by their names, those of numbers marked.
pub(super) fn head(out: &mut String, id: &str, caption: &str, class: &str, columns: &[(&str, bool)]) {
    let _ = writeln!(
        out,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\"><table id=\"{id}\" \
         class=\"{class}\"><caption>{caption}</caption><thead><tr>"
    );
    for (column, is_number) in columns {
        let class = if *is_number { " class=\"number\"" } else { "" };
        let _ = write!(out, "<th scope=\"col\"{class}>{column}</th>");
    }
    out.push_str("</tr></thead><tbody>\n");
}

/// What ends a table.
pub(super) const FOOT: &str = "</tbody></table></div>\n";

/// All tasks, with the controls of the table: these are shown by the script, without which they would do nothing.
pub(super) fn tasks(material: &Material, prefix: &str) -> String {
    let clock = Clock::new(material.forecast.origin.as_ref());
    let columns = [
        ("Task", false),
        ("Name", false),
        ("Phase", false),
        ("Agent", false),
        ("Start P50", true),
        ("Finish P50", true),
        ("Finish P90", true),
        (MOVED, true),
        ("Critical", true),
        ("Cruciality", true),
        ("Float", true),
        ("In time", true),
    ];
    let mut out = format!(
        "<p class=\"tools\" hidden><label>Filter <input type=\"search\" class=\"filter\" id=\"{prefix}filter\" \
         placeholder=\"id, name, phase or agent\"></label> <label><input type=\"checkbox\" class=\"critical\" \
         id=\"{prefix}critical\"> critical in most iterations</label> <span class=\"shown\" role=\"status\"></span></p>\n"
    );
    head(&mut out, &format!("{prefix}tasks"), "Tasks", "tasks", &columns);
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
        date(task.finish.p50),
        date(task.finish.p90),
        // The script fills it in.
        moved("", None),
        share(Some(task.criticality)),
        number(task.cruciality.map(correlation).unwrap_or_default(), task.cruciality),
        number(hours_text(task.total_float), Some(task.total_float)),
        share(task.probability),
    ]
}

/// Two digits, and no minus before nothing.
fn correlation(value: f64) -> String {
    let text = format!("{value:.2}");
    if text == "-0.00" { "0.00".to_owned() } else { text }
}

/// Milestones, then phases; nothing if there are none.
pub(super) fn goals(material: &Material, prefix: &str) -> Option<String> {
    let forecast = material.forecast;
    let clock = Clock::new(forecast.origin.as_ref());
    let columns = [
        ("Milestone or phase", false),
        ("P50", true),
        ("P80", true),
        ("P95", true),
        (MOVED, true),
        ("Due", true),
        ("In time", true),
    ];
    let mut out = String::new();
    head(&mut out, &format!("{prefix}goals"), "Milestones and phases", "goals", &columns);
    let goals = forecast.milestones.iter().chain(&forecast.phases);
    for goal in goals.clone() {
        row(&mut out, &goal_cells(goal, &clock));
    }
    goals.clone().next().map(|_| out + FOOT)
}

fn goal_cells(goal: &Goal, clock: &Clock) -> [Cell; 7] {
    let hours = |percent: u8| goal.finish.spread.percentile(percent).value;
    let at = |percent: u8| number(clock.text(hours(percent), Style::Minute), hours(percent));
    let due = goal.finish.due.map(|hours| clock.due_text(hours, Style::Minute));
    [
        text(&goal.name),
        at(50),
        at(80),
        at(95),
        moved(&clock.text(hours(80), Style::Minute), hours(80)),
        number(due.unwrap_or_default(), goal.finish.due),
        number(goal.finish.probability.map(percent).unwrap_or_default(), goal.finish.probability),
    ]
}
