//! When the iterations finish, as bars: one row for each day, or for a step that suits the span.

use super::super::clock::{Clock, MINUTE};
use super::super::number::percent;
use super::layout::{Page, left, right};
use super::steps::{Step, steps};
use crate::analyse::Forecast;
use crate::stats;

/// Rows at most, of the steps that hold most of the iterations.
const MOST_ROWS: usize = 12;

/// A row: how many finish in it, and what lies in it.
struct Row {
    label: String,
    count: usize,
    marks: Vec<&'static str>,
}

/// Rows from before the P1 to beyond the P99, with P50, P80, P95, the due date and the plan's own date beside
/// those in which they lie. `finishes` are those of all iterations [hours], infinite for those that never do.
pub(super) fn histogram(page: &mut Page, forecast: &Forecast, finishes: &[f64], clock: &Clock) {
    let finite: Vec<f64> = finishes.iter().copied().filter(|hours| hours.is_finite()).collect();
    if finite.is_empty() {
        return;
    }
    let finite = stats::sorted(&finite);
    let last = finite.len() - 1;
    let range = (finite[last / 100], finite[last - last / 100]);
    let rows = rows(&marks(forecast, clock), &finite, &steps(clock, range, MOST_ROWS), finishes.len());
    page.heading("When it finishes");
    page.table(&[left(18), right(5), right(7), left(usize::MAX)], true, &cells(page, &rows, finishes.len()));
}

/// Rows for `steps`, with what is earlier or later in rows of their own.
fn rows(marks: &[(f64, &'static str)], finite: &[f64], steps: &[Step], all: usize) -> Vec<Row> {
    let row = |label: &str, from: f64, to: f64| Row {
        label: label.to_owned(),
        count: finite.partition_point(|at| *at < to) - finite.partition_point(|at| *at < from),
        marks: marks.iter().filter(|(at, _)| *at >= from && *at < to).map(|(_, mark)| *mark).collect(),
    };
    let (first, last) = (steps[0].from, steps[steps.len() - 1].to);
    let mut rows = vec![row("earlier", f64::NEG_INFINITY, first)];
    rows.extend(steps.iter().map(|step| row(&step.label, step.from, step.to)));
    rows.push(row("later", last, f64::MAX));
    let never = marks.iter().filter(|(at, _)| at.is_infinite()).map(|(_, mark)| *mark);
    rows.push(Row { label: "never".to_owned(), count: all - finite.len(), marks: never.collect() });
    let seen = |row: &Row| row.count > 0 || !row.marks.is_empty();
    let (from, to) = (rows.iter().position(seen).unwrap_or(0), rows.iter().rposition(seen).unwrap_or(0));
    rows.into_iter()
        .take(to + 1)
        .skip(from)
        .filter(|row| seen(row) || !["later", "earlier"].contains(&&*row.label))
        .collect()
}

/// Dates to mark [hours], with what they are called.
fn marks(forecast: &Forecast, clock: &Clock) -> Vec<(f64, &'static str)> {
    let at = |percent| forecast.finish.spread.percentile(percent).value.unwrap_or(f64::INFINITY);
    let mut marks = vec![(at(50), "P50"), (at(80), "P80"), (at(95), "P95")];
    // A due date at the end of a day stands on that day, as its text does.
    let due = |due: f64| if clock.is_day_end(due) { due - MINUTE } else { due };
    marks.extend(forecast.finish.due.map(|hours| (due(hours), "due")));
    marks.extend(forecast.deterministic.schedule.map(|hours| (hours, "the plan says")));
    marks
}

/// The cells of the table, its head first.
fn cells(page: &Page, rows: &[Row], all: usize) -> Vec<Vec<String>> {
    let screen = page.screen();
    let label = rows.iter().map(|row| row.label.len()).max().unwrap_or(0);
    let marks: Vec<String> = rows.iter().map(|row| row.marks.join(", ")).collect();
    // Beside label, shares, marks and the blanks around them; on a narrow screen the marks win.
    let taken = label + marks.iter().map(String::len).max().unwrap_or(0) + 5 + 7 + 5 * 2;
    let room = screen.columns.saturating_sub(taken).max(4) as f64;
    let most = rows.iter().map(|row| row.count).max().unwrap_or(0).max(1) as f64;
    let mut before = 0;
    let mut cells = vec![["", "share", "by then", ""].map(str::to_owned).to_vec()];
    for (row, marks) in rows.iter().zip(marks) {
        before += row.count;
        let by_then = if row.label == "never" { String::new() } else { percent(before as f64 / all as f64) };
        let share = if row.count > 0 { percent(row.count as f64 / all as f64) } else { String::new() };
        let bar = screen.bar(row.count as f64 / most * room);
        let gap = if bar.is_empty() || marks.is_empty() { "" } else { "  " };
        cells.push(vec![row.label.clone(), share, by_then, format!("{bar}{gap}{marks}")]);
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(finite: &[f64], marks: &[(f64, &'static str)], edges: &[f64]) -> Vec<(String, usize, String)> {
        let step = |edge: &[f64]| Step { from: edge[0], to: edge[1], label: format!("{} h", edge[0]) };
        let steps: Vec<Step> = edges.windows(2).map(step).collect();
        let rows = rows(marks, finite, &steps, finite.len());
        rows.into_iter().map(|row| (row.label, row.count, row.marks.join(", "))).collect()
    }

    #[test]
    fn a_value_at_an_edge_and_its_marks_stand_in_the_row_that_begins_there() {
        let row = |label: &str, count, marks: &str| (label.to_owned(), count, marks.to_owned());
        let at_start = shown(&[0.0, 0.0], &[(0.0, "P50"), (1.0, "due")], &[0.0, 1.0, 2.0]);
        assert_eq!(at_start, [row("0 h", 2, "P50"), row("1 h", 0, "due")]);
        let samples = shown(&[3.9, 4.0, 6.0, 8.0], &[(6.0, "P80"), (8.0, "P95")], &[4.0, 6.0, 8.0]);
        let rows = [row("earlier", 1, ""), row("4 h", 1, ""), row("6 h", 1, "P80"), row("later", 1, "P95")];
        assert_eq!(samples, rows);
    }
}
