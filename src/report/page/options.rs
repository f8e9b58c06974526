//! Options side by side, and what each changes.

use super::super::changes::sentence;
use super::super::clock::Clock;
use super::super::number::{hours_text, money, percent, plain};
use super::super::words;
use super::super::xml::escape;
use super::View;
use super::tables::{self, Cell};
use crate::analyse::{Alternative, Verdict};
use crate::dates::Style;
use crate::stats::Estimate;

/// Causes and changes that are listed.
const LISTED: usize = 4;

/// A row for each option.
pub(super) fn table(views: &[View]) -> String {
    let columns = [
        ("Option", false),
        ("P50", true),
        ("P80", true),
        ("P95", true),
        ("In time", true),
        ("Cost P80", true),
        ("P80 against the first", true),
        ("Earlier in", true),
        ("Verdict", false),
    ];
    let has_cost = views.iter().any(|view| cost(view).is_some());
    let has_due = views.iter().any(|view| view.material.forecast.finish.probability.is_some());
    let seen = |place: usize| (place != 4 || has_due) && (place != 5 || has_cost);
    let shown: Vec<(&str, bool)> =
        columns.into_iter().enumerate().filter(|(place, _)| seen(*place)).map(|(_, column)| column).collect();
    let mut out = String::new();
    tables::head(&mut out, "options-table", "Options side by side", "options", &shown);
    for view in views {
        let cells = cells(view).into_iter().enumerate().filter(|(place, _)| seen(*place));
        tables::row(&mut out, &cells.map(|(_, cell)| cell).collect::<Vec<_>>());
    }
    out + tables::FOOT
}

fn cost(view: &View) -> Option<f64> {
    view.material.forecast.cost.spread.percentile(80).value.filter(|cost| *cost > 0.0)
}

fn cells(view: &View) -> [Cell; 9] {
    let forecast = view.material.forecast;
    let clock = Clock::new(forecast.origin.as_ref());
    let at = |percent: u8| {
        let hours = forecast.finish.spread.percentile(percent).value;
        // Sorted by moments.
        let later = view.change.map_or(0.0, |change| change.starts_later);
        tables::number(clock.text(hours, Style::Minute), hours.map(|hours| hours + later))
    };
    let share = forecast.finish.probability;
    let finish = view.change.map(Alternative::finish);
    let difference = finish.map_or_else(
        || "first".to_owned(),
        |finish| finish.p80.map_or_else(|| "not known".to_owned(), words::hours_difference),
    );
    let verdict = finish.map(|finish| finish.verdict.word()).unwrap_or_default();
    [
        tables::text(view.name),
        at(50),
        at(80),
        at(95),
        tables::number(share.map(percent).unwrap_or_default(), share),
        tables::number(cost(view).map(money).unwrap_or_default(), cost(view)),
        tables::number(difference, finish.and_then(|finish| finish.p80).map_or(Some(0.0), |d| Some(d.value))),
        tables::number(finish.map(|f| percent(f.less.value)).unwrap_or_default(), finish.map(|f| f.less.value)),
        tables::text(verdict),
    ]
}

/// What an option does to the plan: how much, where from, what differs.
pub(super) fn reasons(change: &Alternative) -> String {
    let finish = change.finish();
    let mut lines = vec![verdict(finish.verdict, finish.p80)];
    let causes = words::reasons(change, LISTED);
    if !causes.is_empty() {
        lines.push(format!("Where the difference of the means comes from: {}.", causes.join("; ")));
    }
    let mut changes: Vec<String> = change.changes.iter().take(LISTED).map(sentence).collect();
    if change.changes.len() > LISTED {
        changes.push(format!("and {} more", change.changes.len() - LISTED));
    }
    if !changes.is_empty() {
        lines.push(format!("What differs in the plan: {}.", changes.join("; ")));
    }
    let item = |line: &String| format!("<li>{}</li>\n", escape(line));
    format!("<ul class=\"change\">\n{}</ul>\n", lines.iter().map(item).collect::<String>())
}

/// A sentence on the P80.
fn verdict(verdict: Verdict, p80: Option<Estimate>) -> String {
    let Some(d) = p80 else { return "How the P80 compares with the first is not known.".to_owned() };
    let interval = |low: f64, high: f64| format!("95 % interval {} to {} h", plain(low), plain(high));
    // What is known to lie on one side is told in the words of that side.
    let (word, on_side) =
        if d.value < 0.0 { ("earlier", interval(-d.high, -d.low)) } else { ("later", interval(d.low, d.high)) };
    match verdict {
        Verdict::Same => "The P80 is the same as that of the first.".to_owned(),
        Verdict::Unclear => {
            let both = interval(d.low, d.high);
            format!("Noise hides whether the P80 is earlier or later than that of the first ({both}).")
        }
        Verdict::Better | Verdict::Worse => {
            format!("The P80 is {} {word} than that of the first ({on_side}).", hours_text(d.value.abs()))
        }
    }
}
