//! When the plan finishes: the share of iterations that are done by each date (S-curve), over a histogram of
//! their finishes, with the dates that people ask for.

use super::axis::TimeAxis;
use super::measure;
use super::plot::{Mark, Plot};
use super::svg::{Anchor, Area, Font, Paint, SMALL, Svg};
use super::theme::Role;
use super::{Chart, Look, Material, heading};
use crate::report::number::percent;

/// Bars of the histogram at most.
const MOST_BARS: usize = 48;
/// Height of the highest bar as a share of the chart.
const HIGHEST: f64 = 0.5;
/// A due date beyond the curve by more than so many times its width is told at the right end.
const FURTHEST: f64 = 1.5;
/// Distance of rows of labels over the curve [pixels].
const LABEL_ROW: f64 = 17.0;

/// The chart.
pub(super) fn chart(material: &Material, look: Look) -> Chart {
    let mut svg = look.page("finish");
    let title = material.promise();
    let top = heading(&mut svg, &title, &material.source());
    let mut area = Area { x: 64.0, y: top, width: svg.width - 64.0 - 40.0, height: 330.0 };
    let axis = TimeAxis::new(material.instance, range(material), &area);
    let labels = labels(dates(material), &axis, svg.width);
    area.y += 10.0 + LABEL_ROW * labels.iter().map(|label| label.row + 1).max().unwrap_or(0) as f64;
    let plot = Plot { area, x: (axis.from, axis.to), y: (0.0, 1.0) };
    axis.draw_back(&mut svg, &area);
    plot.draw_shares(&mut svg);
    let mut marks = bars(material.finishes, (axis.from, axis.to));
    marks.push(Mark::Line(curve(material), Role::Blue, 3));
    plot.draw(&mut svg, &marks);
    draw_dates(&mut svg, &plot, &axis, &labels);
    svg.line((area.x, area.bottom()), (area.right(), area.bottom()), Paint::stroke(Role::Rule, 1.2));
    axis.draw_labels(&mut svg, area.bottom() + 16.0);
    svg.text((area.right(), area.bottom() + 34.0), &axis.caption, Font::NOTE, Anchor::End);
    let key = "Line: share of iterations finished by then. Bars: how many finish when.";
    svg.text((area.x, area.bottom() + 34.0), key, Font::NOTE, Anchor::Start);
    let about = format!("{key} {}", spoken(material));
    Chart { file: "finish.svg", svg: svg.finish(area.bottom() + 46.0, &title, &about), title, about }
}

/// Hours that the axis spans: all percentiles and all dates, but for a due date so late that it would leave no room
/// for the curve.
fn range(material: &Material) -> (f64, f64) {
    let spread = &material.forecast.finish.spread;
    let ends = [spread.percentile(1).value, spread.percentile(99).value];
    let dates = dates(material);
    let is_due = |date: &&Date| Some(date.hours) == material.forecast.finish.due;
    let others = dates.iter().filter(|date| !is_due(date)).map(|date| Some(date.hours));
    let all = || ends.into_iter().chain(others.clone()).flatten();
    let (least, most) = (all().fold(f64::INFINITY, f64::min), all().fold(0.0, f64::max));
    let due = material.forecast.finish.due.filter(|due| *due <= most + (most - least) * FURTHEST || least > most);
    let (least, most) = due.map_or((least, most), |due| (least.min(due), most.max(due)));
    let room = ((most - least) * 0.05).max(0.25);
    ((least - room).max(0.0), most + room)
}

/// The curve through all percentiles, level before the first.
fn curve(material: &Material) -> Vec<(f64, f64)> {
    let percentiles = material.forecast.finish.spread.percentiles.iter();
    let points = percentiles.filter_map(|p| Some((p.value?, f64::from(p.percent) / 100.0)));
    let mut points: Vec<(f64, f64)> = points.collect();
    if let Some(&(first, _)) = points.first() {
        points.insert(0, (first, 0.0));
    }
    points
}

/// Bars whose areas are as the numbers of iterations.
fn bars(finishes: &[f64], (from, to): (f64, f64)) -> Vec<Mark> {
    let inside: Vec<f64> = finishes.iter().copied().filter(|at| (from..to).contains(at)).collect();
    let count = ((inside.len() as f64).sqrt() as usize).clamp(1, MOST_BARS);
    let width = (to - from) / count as f64;
    let mut counts = vec![0_u32; count];
    for at in &inside {
        let bar = ((at - from) / width) as usize;
        counts[bar.min(count - 1)] += 1;
    }
    let most = f64::from(counts.iter().copied().max().unwrap_or(0).max(1));
    let bar = |(place, count): (usize, u32)| {
        let left = from + place as f64 * width;
        let height = f64::from(count) / most * HIGHEST;
        Mark::Bar([(left + width * 0.06, 0.0), (left + width * 0.94, height)], Role::Sky, 0.55)
    };
    counts.into_iter().enumerate().filter(|(_, count)| *count > 0).map(bar).collect()
}

/// A date to mark.
struct Date {
    hours: f64,
    label: String,
    role: Role,
    dash: &'static str,
    /// Height of its line.
    share: f64,
}

/// P50, P80, P95, the due date and the plan's own date.
fn dates(material: &Material) -> Vec<Date> {
    let forecast = material.forecast;
    let percentile = |percent: u8| {
        let hours = forecast.finish.spread.percentile(percent).value?;
        let label = format!("P{percent}: {}", material.date(Some(hours)));
        Some(Date { hours, label, role: Role::Ink, dash: "", share: f64::from(percent) / 100.0 })
    };
    let mut dates: Vec<Date> = [50, 80, 95].into_iter().filter_map(percentile).collect();
    let chance =
        |share: Option<f64>| share.map_or_else(String::new, |share| format!(" ({} in time)", percent(share)));
    if let Some(hours) = forecast.finish.due {
        let day = material.clock().due_text(hours, crate::dates::Style::Minute);
        let label = format!("due {day}{}", chance(forecast.finish.probability));
        dates.push(Date { hours, label, role: Role::Vermilion, dash: "7 4", share: 1.0 });
    }
    if let Some(hours) = forecast.deterministic.schedule {
        let day = material.date(Some(hours));
        let label = format!("plan says {day}{}", chance(forecast.deterministic.probability));
        dates.push(Date { hours, label, role: Role::Faint, dash: "2 3", share: 1.0 });
    }
    dates.sort_by(|a, b| a.hours.total_cmp(&b.hours));
    dates
}

/// A date with the place of its label.
struct Label {
    date: Date,
    /// Left end of the text [pixels].
    left: f64,
    /// From the lowest.
    row: usize,
}

/// Labels from the right to the left, each in the lowest row where it is free: so its line, which ends in that
/// row, crosses no label further right.
fn labels(dates: Vec<Date>, axis: &TimeAxis, width: f64) -> Vec<Label> {
    let mut rows: Vec<f64> = Vec::new();
    let place = |mut date: Date| {
        if date.hours > axis.to {
            date.label.push_str(" \u{2192}");
        }
        let (x, long) = (axis.x(date.hours), measure::width(&date.label, SMALL));
        // Right of its line; at the end of the page left of it.
        let left = if x + 4.0 + long <= width - 2.0 { x + 4.0 } else { (x - 4.0 - long).max(2.0) };
        let row = rows.iter().position(|free| left + long + 8.0 <= *free).unwrap_or(rows.len());
        if row == rows.len() {
            rows.push(f64::INFINITY);
        }
        rows[row] = left.min(x);
        // Its line goes down through the rows below.
        rows[..row].iter_mut().for_each(|free| *free = free.min(x));
        Label { date, left, row }
    };
    dates.into_iter().rev().map(place).collect()
}

/// Lines, then labels over them.
fn draw_dates(svg: &mut Svg, plot: &Plot, axis: &TimeAxis, labels: &[Label]) {
    let y = |label: &Label| plot.area.y - 10.0 - label.row as f64 * LABEL_ROW;
    for label in labels {
        let (x, date) = (axis.x(label.date.hours), &label.date);
        if date.hours > axis.to {
            continue;
        }
        let paint = Paint::stroke(date.role, 1.5).dash(date.dash);
        svg.line((x, y(label) - 10.0), (x, plot.area.bottom()), paint);
        if date.share < 1.0 {
            svg.diamond((x, plot.pixel_y(date.share)), 5.0, Paint::fill(Role::Paper).outline(Role::Ink, 1.8));
        }
    }
    let font = Font { role: Role::Ink, size: SMALL, ..Font::PLAIN };
    for label in labels {
        svg.text((label.left, y(label)), &label.date.label, font.with_halo(), Anchor::Start);
    }
}

/// The dates in words.
fn spoken(material: &Material) -> String {
    let dates: Vec<String> = dates(material).into_iter().map(|date| date.label).collect();
    format!("{}.", dates.join("; "))
}
