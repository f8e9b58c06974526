//! When the plan finishes: the share of iterations that are done by each date (S-curve), over a histogram of
//! their finishes, with the dates that people ask for.

use super::axis::TimeAxis;
use super::measure;
use super::plot::{Mark, Plot};
use super::svg::{Anchor, Area, Font, Paint, SMALL, Svg};
use super::theme::Role;
use super::{Chart, Look, Material, heading};
use crate::report::number::{hours_text, percent, whole_ticks};

/// Bars of the histogram at most.
const MOST_BARS: f64 = 48.0;
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
    let bars = bars(material, (axis.from, axis.to));
    let mut marks = drawn(&bars, (axis.from, axis.to));
    marks.push(Mark::Line(curve(material), Role::Blue, 3));
    plot.draw(&mut svg, &marks);
    draw_dates(&mut svg, &plot, &axis, &labels);
    svg.line((area.x, area.bottom()), (area.right(), area.bottom()), Paint::stroke(Role::Rule, 1.2));
    tell(&mut svg, material, &plot, &bars);
    axis.draw_labels(&mut svg, area.bottom() + 16.0);
    svg.text((area.right(), area.bottom() + 34.0), &axis.caption, Font::NOTE, Anchor::End);
    let key = key(&bars);
    svg.text((area.x, area.bottom() + 34.0), &key, Font::NOTE, Anchor::Start);
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
    let is_near = |due: &f64| *due >= 0.0 && (*due <= most + (most - least) * FURTHEST || least > most);
    let due = material.forecast.finish.due.filter(is_near);
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

/// A bar of the histogram.
struct Bar {
    /// Hours.
    from: f64,
    to: f64,
    /// Shares of all iterations: those that finish in it, and those that finish in it or before.
    share: f64,
    by_then: f64,
}

/// Widths of bars that people think in [hours].
const STEPS: [f64; 15] =
    [1.0 / 12.0, 0.25, 0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 24.0, 48.0, 96.0, 168.0, 336.0];

/// Bars of equal width over the whole axis, those without a finish too.
fn bars(material: &Material, (from, to): (f64, f64)) -> Vec<Bar> {
    let mut sorted = material.finishes.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let before = |hours: f64| sorted.partition_point(|at| *at < hours);
    let inside = before(to) - before(from);
    let least = (to - from) / (inside as f64).sqrt().clamp(1.0, MOST_BARS);
    let width = STEPS.into_iter().find(|step| *step >= least).unwrap_or(least);
    let all = f64::from(material.forecast.iterations.max(1));
    let first = (from / width).floor();
    let edge = |place: u32| whole_ticks((first + f64::from(place)) * width);
    let bar = |place: u32| {
        let (from, to) = (edge(place), edge(place + 1));
        Bar { from, to, share: (before(to) - before(from)) as f64 / all, by_then: before(to) as f64 / all }
    };
    let count = (to / width - first).ceil().max(1.0) as u32;
    (0..count).map(bar).collect()
}

/// The highest bar reaches up to half of the chart.
fn drawn(bars: &[Bar], (from, to): (f64, f64)) -> Vec<Mark> {
    let most = highest(bars);
    let mark = |bar: &Bar| {
        let (gap, height) = ((bar.to - bar.from) * 0.06, bar.share / most * HIGHEST);
        Mark::Bar([((bar.from + gap).max(from), 0.0), ((bar.to - gap).min(to), height)], Role::Sky, 0.55)
    };
    bars.iter().filter(|bar| bar.share > 0.0).map(mark).collect()
}

fn highest(bars: &[Bar]) -> f64 {
    bars.iter().map(|bar| bar.share).fold(0.0, f64::max).max(f64::MIN_POSITIVE)
}

/// `15 min`, `6 h`.
fn width(hours: f64) -> String {
    if hours < 1.0 {
        format!("{:.0} min", hours * 60.0)
    } else if hours.fract() == 0.0 {
        format!("{hours:.0} h")
    } else {
        hours_text(hours)
    }
}

/// What line and bars are.
fn key(bars: &[Bar]) -> String {
    let line = "Line: share of iterations finished by then.";
    match bars.first() {
        Some(bar) if highest(bars) > f64::MIN_POSITIVE => format!(
            "{line} Bars: how many finish in each {}, at most {}.",
            width(bar.to - bar.from),
            percent(highest(bars))
        ),
        _ => line.to_owned(),
    }
}

/// Over the whole height of each bar, an area without colour that tells its numbers.
fn tell(svg: &mut Svg, material: &Material, plot: &Plot, bars: &[Bar]) {
    for bar in bars {
        let (left, right) = (plot.pixel_x(bar.from), plot.pixel_x(bar.to));
        let [from, to] = [bar.from, bar.to].map(|hours| material.date(Some(hours)));
        let (share, by_then) = (percent(bar.share), percent(bar.by_then));
        svg.group("bar", &format!("{from} to {to}: {share} finish; {by_then} by then"));
        let area = Area { x: left, width: right - left, ..plot.area };
        svg.rect(area, 0.0, Paint::fill(Role::Paper).opacity(0.0));
        svg.end();
    }
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
/// row, crosses no label further right. A label at the end of the page stands left of its line, above all those
/// whose lines would cross it.
fn labels(dates: Vec<Date>, axis: &TimeAxis, width: f64) -> Vec<Label> {
    let mut rows: Vec<f64> = Vec::new();
    let mut labels: Vec<Label> = Vec::new();
    let mut last: Vec<Label> = Vec::new();
    for mut date in dates.into_iter().rev() {
        if date.hours > axis.to {
            date.label.push_str(" \u{2192}");
        } else if date.hours < 0.0 {
            // It was due before the start.
            date.label.insert_str(0, "\u{2190} ");
        }
        let (x, long) = (axis.x(date.hours), measure::width(&date.label, SMALL));
        if x + 4.0 + long > width - 2.0 {
            last.push(Label { left: (x - 4.0 - long).max(2.0), date, row: 0 });
            continue;
        }
        let left = x + 4.0;
        let row = rows.iter().position(|free| left + long + 8.0 <= *free).unwrap_or(rows.len());
        if row == rows.len() {
            rows.push(f64::INFINITY);
        }
        // Its line goes down through the rows below.
        rows[..=row].iter_mut().for_each(|free| *free = free.min(x));
        labels.push(Label { date, left, row });
    }
    for mut label in last {
        let right = axis.x(label.date.hours);
        let meets = |other: &&Label| {
            let end = other.left + measure::width(&other.date.label, SMALL);
            other.left.min(axis.x(other.date.hours)) < right + 8.0
                && end.max(axis.x(other.date.hours)) > label.left - 8.0
        };
        label.row = labels.iter().filter(meets).map(|other| other.row + 1).max().unwrap_or(0);
        labels.push(label);
    }
    labels
}

/// Lines, then labels over them.
fn draw_dates(svg: &mut Svg, plot: &Plot, axis: &TimeAxis, labels: &[Label]) {
    let y = |label: &Label| plot.area.y - 10.0 - label.row as f64 * LABEL_ROW;
    for label in labels {
        let (x, date) = (axis.x(label.date.hours), &label.date);
        if date.hours > axis.to || date.hours < 0.0 {
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
