//! The report as Markdown, for repositories: key numbers, and the charts as pictures beside it.

use std::fmt::Write as _;

use super::super::about::About;
use super::super::chart::{Chart, Material};
use super::super::clock::Clock;
use super::super::number::{hours_text, percent, thousands};
use super::escaped;
use crate::dates::Style;

/// The page; charts are files with this ending in the same folder.
#[must_use]
pub fn report_markdown(material: &Material, charts: &[Chart], ending: &str, about: &About) -> String {
    let forecast = material.forecast;
    let clock = Clock::new(forecast.origin.as_ref());
    let mut out = format!("# {}\n\n", escaped(&forecast.plan));
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(
        out,
        "{} iterations, seed {}, plancast {}\n\n| | date | hours |\n|---|---|---|",
        thousands(f64::from(forecast.iterations)),
        forecast.seed,
        escaped(&about.version)
    );
    let mut row = |name: &str, hours: Option<f64>| {
        let text = hours.map(hours_text).unwrap_or_default();
        let _ = writeln!(out, "| {name} | {} | {text} |", clock.text(hours, Style::Full));
    };
    for percent in [50, 80, 95] {
        row(&format!("P{percent}"), forecast.finish.spread.percentile(percent).value);
    }
    row("The plan says", forecast.deterministic.schedule);
    if !forecast.milestones.is_empty() {
        let _ = writeln!(out, "\n| milestone | P80 | due | in time |\n|---|---|---|---|");
        for goal in &forecast.milestones {
            let due = goal.finish.due.map(|hours| clock.due_text(hours, Style::Minute)).unwrap_or_default();
            let _ = writeln!(
                out,
                "| {} | {} | {due} | {} |",
                escaped(&goal.name),
                clock.text(goal.finish.spread.percentile(80).value, Style::Minute),
                goal.finish.probability.map(percent).unwrap_or_default()
            );
        }
    }
    for chart in charts {
        let (title, about, name) = (escaped(&chart.title), escaped(&chart.about), chart.name());
        let _ = writeln!(out, "\n## {title}\n\n![{about}]({name}.{ending})");
    }
    out
}
