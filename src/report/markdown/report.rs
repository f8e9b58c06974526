//! The report as Markdown, for repositories: key numbers, and the charts as pictures beside it.

use std::fmt::Write as _;

use super::super::chart::Chart;
use super::super::clock::Clock;
use super::super::number::{hours_text, percent, thousands};
use super::super::page::View;
use super::{escaped, table};
use crate::analyse::Forecast;
use crate::dates::Style;

/// The page; the charts, those of the first view, are files with this ending in the same folder. Nothing without a
/// view.
#[must_use]
pub fn report_markdown(views: &[View], charts: &[Chart], ending: &str) -> String {
    let Some(first) = views.first() else { return String::new() };
    let forecast = first.material.forecast;
    let clock = Clock::new(forecast.origin.as_ref());
    let mut out = format!("# {}\n\n", escaped(&forecast.plan));
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(
        out,
        "{} iterations, seed {}, plancast {}\n\n| | date | hours |\n|---|---|---|",
        thousands(f64::from(forecast.iterations)),
        forecast.seed,
        escaped(&first.about.version)
    );
    let mut row = |name: &str, hours: Option<f64>| {
        let text = hours.map(hours_text).unwrap_or_default();
        let _ = writeln!(out, "| {name} | {} | {text} |", clock.text(hours, Style::Full));
    };
    for percent in [50, 80, 95] {
        row(&format!("P{percent}"), forecast.finish.spread.percentile(percent).value);
    }
    row("The plan says", forecast.deterministic.schedule);
    let readings = first.about.readings_line();
    if !readings.is_empty() {
        let _ = writeln!(out, "\n{}", escaped(&readings));
    }
    if views.len() > 1 {
        let _ = write!(out, "\n{}", options(views));
    }
    if !forecast.milestones.is_empty() {
        let _ = write!(out, "\n{}", milestones(forecast, &clock));
    }
    for chart in charts {
        let (title, about, name) = (escaped(&chart.title), escaped(&chart.about), chart.name());
        let _ = writeln!(out, "\n## {title}\n\n![{about}]({name}.{ending})");
    }
    out
}

/// The options side by side.
fn options(views: &[View]) -> String {
    let row = |view: &View| {
        let forecast = view.material.forecast;
        let clock = Clock::new(forecast.origin.as_ref());
        let at = |percent| clock.text(forecast.finish.spread.percentile(percent).value, Style::Minute);
        let finish = view.change.map(crate::analyse::Alternative::finish);
        vec![
            view.name.to_owned(),
            at(50),
            at(80),
            at(95),
            forecast.finish.probability.map(percent).unwrap_or_default(),
            finish.map(|finish| finish.verdict.word().to_owned()).unwrap_or_default(),
        ]
    };
    let rows: Vec<Vec<String>> = views.iter().map(row).collect();
    table(&["option", "P50", "P80", "P95", "in time", "P80 against the first"], &rows)
}

fn milestones(forecast: &Forecast, clock: &Clock) -> String {
    let row = |goal: &crate::analyse::Goal| {
        vec![
            goal.name.clone(),
            clock.text(goal.finish.spread.percentile(80).value, Style::Minute),
            goal.finish.due.map(|hours| clock.due_text(hours, Style::Minute)).unwrap_or_default(),
            goal.finish.probability.map(percent).unwrap_or_default(),
        ]
    };
    let rows: Vec<Vec<String>> = forecast.milestones.iter().map(row).collect();
    table(&["milestone", "P80", "due", "in time"], &rows)
}
