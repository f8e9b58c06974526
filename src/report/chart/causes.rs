//! Where the time goes: the hours of the makespan by cause, in the plan's own schedule, on average, and near
//! the P80, each as one bar whose parts add up; below it the numbers, and the same for each phase.

use super::axis::round_numbers;
use super::svg::{Anchor, Area, Font, Paint, Pattern, Svg};
use super::theme::Role;
use super::{Chart, Look, Material, heading};
use crate::analyse::Forecast;
use crate::report::number::{column_hours, hours_text, shows, signed_hours};
use crate::report::words;
use crate::simulate::{ByCause, Cause};

/// Height of a bar and distance of bars [pixels].
const BAR: f64 = 34.0;
const PITCH: f64 = 50.0;
/// Height of a row of the table.
const ROW: f64 = 21.0;
/// Width of the column of names.
const NAMES: f64 = 130.0;

/// Colour and pattern of a cause: one hue for each kind of trouble, patterns within it.
pub(super) fn look_of(cause: Cause) -> (Role, Option<Pattern>) {
    match cause {
        Cause::Work => (Role::Blue, None),
        Cause::Risk => (Role::Vermilion, None),
        Cause::Handoff => (Role::Vermilion, Some(Pattern::Dots)),
        Cause::Retry => (Role::Orange, None),
        Cause::Rework => (Role::Orange, Some(Pattern::Rising)),
        Cause::Review => (Role::Purple, None),
        Cause::Blocker => (Role::Green, None),
        Cause::Response => (Role::Green, Some(Pattern::Rising)),
        Cause::Queue => (Role::Green, Some(Pattern::Dots)),
        Cause::Handling => (Role::Green, Some(Pattern::Upright)),
        Cause::Failure => (Role::Vermilion, Some(Pattern::Falling)),
        Cause::Lag => (Role::Yellow, None),
        Cause::Gate => (Role::Yellow, Some(Pattern::Rising)),
        Cause::Agent => (Role::Sky, None),
        Cause::Resource => (Role::Sky, Some(Pattern::Falling)),
        Cause::OffHours => (Role::Grid, Some(Pattern::Dots)),
    }
}

/// The paint of a cause.
pub(super) fn paint_of(cause: Cause) -> Paint {
    let (role, pattern) = look_of(cause);
    Paint::fill(role).pattern(pattern)
}

/// Hours by cause with what they are called beside a bar and over a column.
struct View<'a> {
    bar: &'static str,
    column: &'static str,
    hours: &'a ByCause<f64>,
}

impl View<'_> {
    fn total(&self) -> f64 {
        self.hours.iter().sum()
    }
}

/// What is known: a schedule, a mean, a P80 that never come have no hours.
fn views(forecast: &Forecast) -> Vec<View<'_>> {
    let mean = if forecast.finish.spread.unfinished > 0.0 { "Mean if finished" } else { "Mean" };
    let all = [
        ("Plan's schedule", "plan", forecast.causes.spent.plan.as_ref()),
        (mean, "mean", forecast.causes.mean.as_ref()),
        ("Near the P80", "near P80", forecast.causes.spent.near_p80.as_ref()),
    ];
    all.into_iter().filter_map(|(bar, column, hours)| Some(View { bar, column, hours: hours? })).collect()
}

/// The chart; absent if the plan never finishes, neither on its own dates nor in any iteration.
pub(super) fn chart(material: &Material, look: Look) -> Option<Chart> {
    let views = views(material.forecast);
    let most = views.iter().map(View::total).reduce(f64::max)?;
    let mut svg = look.page("causes");
    let title = finding(material.forecast);
    let top = heading(&mut svg, &title, &material.source());
    let area = Area {
        x: 16.0 + NAMES,
        y: top + 8.0,
        width: svg.width - NAMES - 32.0 - 70.0,
        height: PITCH * views.len() as f64,
    };
    let scale = |hours: f64| if most > 0.0 { hours / most * area.width } else { 0.0 };
    for hours in round_numbers(0.0, most, 10.0) {
        let x = area.x + scale(hours);
        svg.line((x, area.y - 4.0), (x, area.bottom()), Paint::stroke(Role::Grid, 1.0));
        svg.text((x, area.bottom() + 14.0), &format!("{} h", super::svg::n(hours)), Font::NOTE, Anchor::Middle);
    }
    for (place, view) in views.iter().enumerate() {
        let y = area.y + PITCH * place as f64 + (PITCH - BAR) / 2.0;
        svg.text_within((16.0, y + 21.0), view.bar, Font::BOLD, Anchor::Start, NAMES - 8.0);
        stacked(&mut svg, view.bar, view.hours, Area { y, width: scale(view.total()), height: BAR, ..area });
        let end = area.x + scale(view.total()) + 8.0;
        svg.text((end, y + 21.0), &hours_text(view.total()), Font::PLAIN, Anchor::Start);
    }
    let bottom =
        table(&mut svg, &views, material.forecast.causes.spent.more_than_plan().as_ref(), area.bottom() + 34.0);
    let bottom = super::phases::draw(&mut svg, material, bottom + 26.0);
    let bars: Vec<String> =
        views.iter().map(|view| format!("{} {}", view.bar, hours_text(view.total()))).collect();
    let about = format!("Stacked bars. {}. The table under them has the hours of each cause.", bars.join("; "));
    Some(Chart { file: "causes.svg", svg: svg.finish(bottom + 10.0, &title, &about), title, about })
}

/// A bar over the whole area whose parts are as the hours of the causes.
pub(super) fn stacked(svg: &mut Svg, name: &str, hours: &ByCause<f64>, area: Area) {
    let total: f64 = hours.iter().sum();
    let mut x = area.x;
    for (cause, &hours) in Cause::ALL.into_iter().zip(hours) {
        let width = if total > 0.0 { hours / total * area.width } else { 0.0 };
        if width > 0.0 {
            svg.group("part", &format!("{name}, {}: {}", words::cause(cause), hours_text(hours)));
            let outline = if area.height >= BAR { 0.8 } else { 0.4 };
            svg.rect(Area { x, width, ..area }, 0.0, paint_of(cause).outline(Role::Paper, outline));
            svg.end();
        }
        x += width;
    }
}

/// What makes the P80 later than the plan's own schedule most, or what takes longest where one of the two never
/// comes. Closed hours follow from the others: they are told apart.
fn finding(forecast: &Forecast) -> String {
    let Some(more) = forecast.causes.spent.more_than_plan() else { return longest(forecast) };
    let Some((cause, hours)) = greatest(&more).filter(|(_, hours)| *hours >= 0.05) else {
        return "Where the time goes: hardly more than the plan says".to_owned();
    };
    let closed = more[Cause::OffHours as usize];
    let closed = if closed >= 0.05 { format!("; {} are off hours", hours_text(closed)) } else { String::new() };
    format!(
        "Where the time goes: near the P80 {} more than planned, above all {} ({}){closed}",
        hours_text(more.iter().sum()),
        words::cause(cause),
        hours_text(hours)
    )
}

/// What takes longest near the P80, else in the iterations that finish.
fn longest(forecast: &Forecast) -> String {
    let (when, hours, missing) = match (forecast.causes.spent.near_p80.as_ref(), forecast.causes.mean.as_ref()) {
        (Some(near), _) => ("near the P80", Some(near), "the plan's own schedule never finishes"),
        (None, mean) => ("on average", mean, "there is no P80, too many iterations never finish"),
    };
    match hours.and_then(greatest) {
        Some((cause, hours)) => format!(
            "Where the time goes: above all {} ({} {when}); {missing}",
            words::cause(cause),
            hours_text(hours)
        ),
        None => format!("Where the time goes: {missing}"),
    }
}

/// The cause of the most hours but for closed ones; of equal ones the first.
fn greatest(hours: &ByCause<f64>) -> Option<(Cause, f64)> {
    let open = Cause::ALL.into_iter().zip(*hours).filter(|(cause, _)| *cause != Cause::OffHours);
    open.reduce(|best, row| if row.1 > best.1 { row } else { best })
}

/// Key and numbers of all causes that occur; the result is where it ends.
fn table(svg: &mut Svg, views: &[View], more: Option<&ByCause<f64>>, top: f64) -> f64 {
    let most = views.iter().map(View::total).fold(0.0, f64::max);
    let mut columns: Vec<(&str, f64)> =
        views.iter().zip([330.0, 420.0, 510.0]).map(|(view, right)| (view.column, right)).collect();
    columns.extend(more.map(|_| ("more than plan", 630.0)));
    for &(name, right) in &columns {
        svg.text((16.0 + right, top), name, Font::NOTE, Anchor::End);
    }
    let mut y = top + 6.0;
    for (place, cause) in Cause::ALL.into_iter().enumerate() {
        if views.iter().all(|view| !shows(view.hours[place], most)) {
            continue;
        }
        let key = Area { x: 16.0, y: y + 3.0, width: 22.0, height: 14.0 };
        svg.rect(key, 2.0, paint_of(cause).outline(Role::Rule, 0.8));
        let font = Font { size: 12.0, ..Font::PLAIN };
        svg.text((46.0, y + 14.5), words::cause(cause), font, Anchor::Start);
        let texts = views.iter().map(|view| column_hours(view.hours[place], most));
        let texts = texts.chain(more.map(|more| signed_hours(more[place], most)));
        for (text, (_, right)) in texts.zip(&columns) {
            svg.text((16.0 + right, y + 14.5), &text, font, Anchor::End);
        }
        if let Some(more) = more {
            difference(svg, more, place, y);
        }
        y += ROW;
    }
    y
}

/// A bar for the difference, to the right of the numbers.
fn difference(svg: &mut Svg, more: &ByCause<f64>, place: usize, y: f64) {
    let room = svg.width - 700.0;
    let widest = more.iter().map(|hours| hours.abs()).fold(0.0, f64::max);
    if widest > 0.0 && room > 60.0 {
        let width = more[place].abs() / widest * room * 0.9;
        let role = if more[place] < 0.0 { Role::Green } else { Role::Vermilion };
        svg.rect(Area { x: 670.0, y: y + 5.0, width, height: 10.0 }, 1.0, Paint::fill(role).opacity(0.75));
    }
}
