//! The explanation as Markdown.

use super::super::about::About;
use super::super::clock::Clock;
use super::super::explanation::tables;
use super::super::number::{hours_text, thousands};
use super::{escaped, table};
use crate::analyse::Explanation;
use crate::dates::Style;

/// The explanation as Markdown, ending with a line break.
#[must_use]
pub fn explain_markdown(explanation: &Explanation, about: &About) -> String {
    let clock = Clock::new(explanation.origin.as_ref());
    let run = about.run_line(&thousands(f64::from(explanation.iterations)), explanation.seed);
    let p80 = match explanation.p80.map(|hours| (hours, clock.date(hours, Style::Full))) {
        None => "infinite".to_owned(),
        Some((hours, Some(date))) => format!("{date} ({})", hours_text(hours)),
        Some((hours, None)) => hours_text(hours),
    };
    let head = format!("# {}\n\nP80 of the finish: {p80}. {}.\n", escaped(&explanation.plan), escaped(&run));
    let mut parts = vec![head];
    for part in tables(explanation) {
        parts.push(format!("## {}\n", part.title));
        parts.extend((!part.rows.is_empty()).then(|| table(&part.head, &part.rows)));
        parts.extend(part.notes.iter().map(|note| escaped(note) + "\n"));
    }
    let readings = about.readings_line();
    parts.extend((!readings.is_empty()).then(|| escaped(&readings) + "\n"));
    parts.join("\n")
}
