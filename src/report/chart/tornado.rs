//! What drives the date: by how much the P80 becomes earlier when one thing in the plan is changed, with 95 %
//! intervals; and beside it the tasks whose durations the finish follows most closely.

use super::axis::round_numbers;
use super::plot::Plot;
use super::svg::{Anchor, Area, Font, Paint, Pattern, Svg, TEXT, n};
use super::theme::Role;
use super::{Chart, Lever, Look, Material, heading, measure};
use crate::analyse::{Effect, Explanation, SwitchKind, TaskForecast};
use crate::report::explanation::what;
use crate::report::names::titled;
use crate::report::number::hours_text;

/// Most rows of either side.
const MOST: usize = 15;
/// Height of a row [pixels].
const ROW: f64 = 26.0;
/// Room over the rows for what they are.
const HEAD: f64 = 24.0;
/// Width of the column of numbers.
const NUMBERS: f64 = 150.0;
/// Least and greatest width of the column of changes.
const CHANGES: (f64, f64) = (130.0, 310.0);
/// Width of the column of tasks.
const TASKS: f64 = 200.0;
/// Least correlation that is shown.
const LEAST: f64 = 0.05;
/// A bar that is so many times as long as the next is cut.
const CUT: f64 = 3.0;

/// Levers of an explanation, those that do nothing left out.
#[must_use]
pub fn levers(explanation: &Explanation) -> Vec<Lever> {
    let lever = |effect: &Effect| {
        let gain = effect.change.gain.filter(|gain| gain.value != 0.0)?;
        let is_calendar = effect.kind == SwitchKind::Calendars;
        Some(Lever { name: what(effect), gain: gain.value, low: gain.low, high: gain.high, is_calendar })
    };
    explanation.effects.iter().filter_map(lever).collect()
}

/// The chart; absent if nothing was changed and no task's duration matters.
pub(super) fn chart(material: &Material, look: Look) -> Option<Chart> {
    let mut levers: Vec<&Lever> = material.levers.iter().filter(|lever| lever.gain.is_finite()).collect();
    levers.sort_by(|a, b| b.gain.total_cmp(&a.gain));
    levers.truncate(MOST);
    let tasks = sensitive(material);
    if levers.is_empty() && tasks.is_empty() {
        return None;
    }
    let mut svg = look.page("tornado");
    let title = finding(&levers, &tasks);
    let top = heading(&mut svg, &title, &material.source());
    let share = match (levers.is_empty(), tasks.is_empty()) {
        (true, _) => 0.0,
        (_, true) => 1.0,
        _ => 0.6,
    };
    let right = svg.width - 16.0;
    let middle = 16.0 + (svg.width - 32.0) * share;
    let mut bottom = top;
    if share > 0.0 {
        bottom =
            bottom.max(changes(&mut svg, &levers, (16.0, middle - if share < 1.0 { 24.0 } else { 0.0 }), top));
    }
    if share < 1.0 {
        bottom = bottom.max(sensitivities(&mut svg, &tasks, (middle, right), top));
    }
    let rows = levers.iter().map(|lever| format!("{} {}", lever.name, hours_text(lever.gain)));
    let rows: Vec<String> =
        rows.chain(tasks.iter().map(|(task, value)| format!("task {} {value:.2}", task.id))).collect();
    let about = format!("Bars: {GAIN}; {CORRELATION} {}.", rows.join("; "));
    Some(Chart { file: "tornado.svg", svg: svg.finish(bottom + 12.0, &title, &about), title, about })
}

const GAIN: &str = "hours by which the P80 would be earlier with each change, 95 % interval; gains do not add up";
const CORRELATION: &str = "rank correlation (Spearman) of each task's duration with the finish.";

/// Tasks whose durations the finish follows most, the most first.
fn sensitive<'a>(material: &Material<'a>) -> Vec<(&'a TaskForecast, f64)> {
    let tasks = material.forecast.tasks.iter();
    let mut tasks: Vec<(&TaskForecast, f64)> = tasks.filter_map(|task| Some((task, task.cruciality?))).collect();
    tasks.retain(|(_, value)| value.abs() >= LEAST);
    // Stable, so that ties stay in file order.
    tasks.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    tasks.truncate(MOST);
    tasks
}

/// What helps most, and which task matters most. Nobody works at night to be earlier: closed hours are no lever.
fn finding(levers: &[&Lever], tasks: &[(&TaskForecast, f64)]) -> String {
    let task = tasks.first().map(|(task, value)| format!("{} ({value:.2})", task.name));
    let best = levers.iter().find(|lever| !lever.is_calendar && lever.gain > 0.0 && lever.low > 0.0);
    match (best, task) {
        (Some(lever), _) => {
            let is_longest = levers.iter().all(|other| !other.is_calendar || other.gain <= lever.gain);
            let aside = if is_longest { "" } else { ", off hours aside" };
            let (name, gain) = (quoted(&lever.name), hours_text(lever.gain));
            format!("What drives the date{aside}: {name} (P80 {gain} earlier)")
        }
        (None, Some(task)) if levers.is_empty() => {
            format!("The finish follows the duration of {task} most closely")
        }
        (None, Some(task)) => {
            format!("No single change moves the P80 beyond noise; the finish follows {task} most")
        }
        (None, None) => "Nothing that was tried makes the P80 earlier beyond noise".to_owned(),
    }
}

/// `one more: Alpha` as words of a sentence.
fn quoted(name: &str) -> String {
    match name.split_once(": ") {
        Some((kind, name)) => format!("{kind} \u{201c}{name}\u{201d}"),
        None => name.to_owned(),
    }
}

/// A side of the chart: names, bars, numbers.
struct Side {
    plot: Plot,
    /// Left end of the names [pixels].
    left: f64,
    right: f64,
}

impl Side {
    /// The side from `left` to `right` for so many rows, with the widths of the columns of names and numbers.
    fn new((left, right): (f64, f64), top: f64, (names, numbers): (f64, f64), rows: usize, x: (f64, f64)) -> Self {
        let area = Area {
            x: left + names,
            y: top + HEAD,
            width: right - left - names - numbers,
            height: ROW * rows as f64,
        };
        Self { plot: Plot { area, x, y: (0.0, 1.0) }, left, right }
    }

    fn draw_grid(&self, svg: &mut Svg, most: f64, label: impl Fn(f64) -> String) {
        let Area { y, .. } = self.plot.area;
        let bottom = self.plot.area.bottom();
        for value in round_numbers(self.plot.x.0, self.plot.x.1, most) {
            let at = self.plot.pixel_x(value);
            svg.line((at, y), (at, bottom), Paint::stroke(Role::Grid, 1.0));
            svg.text((at, bottom + 15.0), &label(value), Font::NOTE, Anchor::Middle);
        }
    }

    /// The line at zero and what the bars are.
    fn draw_frame(&self, svg: &mut Svg, head: &str, caption: &str) -> f64 {
        let (area, zero) = (self.plot.area, self.plot.pixel_x(0.0));
        svg.line((zero, area.y), (zero, area.bottom()), Paint::stroke(Role::Ink, 1.2));
        svg.text_within((self.left, area.y - 10.0), head, Font::BOLD, Anchor::Start, self.right - self.left);
        svg.text_within(
            (self.left, area.bottom() + 34.0),
            caption,
            Font::NOTE,
            Anchor::Start,
            self.right - self.left,
        );
        area.bottom() + 36.0
    }

    /// Name and number of a row; the result is its middle.
    fn draw_row(&self, svg: &mut Svg, place: usize, name: &str, number: &str) -> f64 {
        let area = self.plot.area;
        let y = area.y + ROW * (place as f64 + 0.5);
        svg.text_within((area.x - 10.0, y + 4.5), name, Font::PLAIN, Anchor::End, area.x - self.left - 12.0);
        svg.text_within((self.right, y + 4.5), number, Font::NOTE, Anchor::End, self.right - area.right() - 8.0);
        y
    }

    fn bar(&self, y: f64, value: f64) -> Area {
        let (zero, end) = (self.plot.pixel_x(0.0), self.plot.pixel_x(value));
        Area { x: zero.min(end), y: y - 7.5, width: (end - zero).abs().max(0.8), height: 15.0 }
    }
}

fn changes(svg: &mut Svg, levers: &[&Lever], ends: (f64, f64), top: f64) -> f64 {
    let widest = levers.iter().map(|lever| measure::width(&lever.name, TEXT)).fold(0.0, f64::max);
    let names = (widest + 14.0).clamp(CHANGES.0, CHANGES.1);
    let side = Side::new(ends, top, (names, NUMBERS), levers.len(), range(levers));
    side.draw_grid(svg, 6.0, |hours| format!("{} h", n(hours)));
    for (place, lever) in levers.iter().enumerate() {
        let span = span(lever);
        svg.group("row", &format!("{}: {span} earlier", lever.name));
        let y = side.draw_row(svg, place, &lever.name, &span);
        // What noise may explain is hatched, not filled.
        let is_noise = lever.low <= 0.0 && lever.high >= 0.0;
        let role = if lever.gain < 0.0 { Role::Orange } else { Role::Blue };
        let paint = if is_noise {
            Paint::fill(Role::Paper).outline(role, 1.2).pattern(Some(Pattern::Rising))
        } else {
            Paint::fill(role).opacity(0.85)
        };
        svg.rect(side.bar(y, lever.gain), 0.0, paint);
        if lever.gain > side.plot.x.1 {
            cut(svg, side.plot.area.right(), y);
        } else if lever.low.is_finite() && lever.high.is_finite() {
            let (from, to) = (side.plot.pixel_x(lever.low), side.plot.pixel_x(lever.high));
            svg.line((from, y), (to, y), Paint::stroke(Role::Ink, 1.4));
            for end in [from, to] {
                svg.line((end, y - 4.0), (end, y + 4.0), Paint::stroke(Role::Ink, 1.4));
            }
        }
        svg.end();
    }
    side.draw_frame(
        svg,
        "P80 earlier by",
        "each change alone, under the same draws; 95 % interval; hatched: within noise",
    )
}

/// `1.5 h (1.4 to 1.6)`, the ends as precise as the middle.
fn span(lever: &Lever) -> String {
    let digits = if lever.gain.abs() < 0.995 { 2 } else { 1 };
    let end = |hours: f64| {
        // What would be shown as -0.0 is 0.
        let hours = if hours.abs() < 0.5 / [1.0, 10.0, 100.0][digits] { 0.0 } else { hours };
        format!("{hours:.digits$}")
    };
    format!("{} ({} to {})", hours_text(lever.gain), end(lever.low), end(lever.high))
}

/// From the least end of an interval to the greatest; a bar that dwarfs all others ends beyond the page.
fn range(levers: &[&Lever]) -> (f64, f64) {
    let finite = |end: &f64| end.is_finite();
    let least = levers.iter().flat_map(|l| [l.gain, l.low]).filter(finite).fold(0.0, f64::min);
    let ends = |levers: &[&Lever]| levers.iter().flat_map(|l| [l.gain, l.high]).filter(finite).fold(0.1, f64::max);
    let (most, next) = (ends(levers), levers.get(1..).map_or(0.1, ends));
    let most = if levers.len() > 1 && levers[0].gain > CUT * next { next * 1.4 } else { most };
    let room = (most - least) * 0.04;
    (if least < 0.0 { least - room } else { 0.0 }, most + room)
}

/// Two strokes across the end of a bar that goes on beyond the page.
fn cut(svg: &mut Svg, right: f64, y: f64) {
    for x in [right - 14.0, right - 9.0] {
        let stroke = format!("M{} {}L{} {}", n(x - 3.0), n(y + 10.0), n(x + 3.0), n(y - 10.0));
        svg.path(&stroke, Paint::stroke(Role::Paper, 3.0));
    }
}

fn sensitivities(svg: &mut Svg, tasks: &[(&TaskForecast, f64)], ends: (f64, f64), top: f64) -> f64 {
    let least = tasks.iter().map(|(_, value)| *value).fold(0.0, f64::min);
    let most = tasks.iter().map(|(_, value)| *value).fold(0.1, f64::max);
    let x = (if least < 0.0 { least * 1.1 } else { 0.0 }, most * 1.1);
    let side = Side::new(ends, top, (TASKS, 44.0), tasks.len(), x);
    side.draw_grid(svg, 4.0, |value| format!("{value:.1}"));
    // Rather whole names than ids with parts of them.
    let label = |task: &TaskForecast| titled(&task.id, &task.name);
    let by_name = tasks.iter().any(|(task, _)| measure::width(&label(task), TEXT) > TASKS - 12.0);
    for (place, (task, value)) in tasks.iter().enumerate() {
        svg.group("row", &format!("{}: {value:.2}", label(task)));
        let name = if by_name { task.name.clone() } else { label(task) };
        let y = side.draw_row(svg, place, &name, &format!("{value:.2}"));
        let role = if *value < 0.0 { Role::Orange } else { Role::Green };
        svg.rect(side.bar(y, *value), 0.0, Paint::fill(role).opacity(0.85));
        svg.end();
    }
    side.draw_frame(svg, "Finish follows the duration of", "rank correlation (Spearman) of duration and finish")
}
