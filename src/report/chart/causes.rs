//! Where the time goes: the hours of the makespan by cause, in the plan's own schedule, on average, and near
//! the P80, each as one bar whose parts add up; below it the numbers, and the same for each phase.

use super::axis::round_numbers;
use super::svg::{Anchor, Area, Font, Paint, Pattern, Svg};
use super::theme::Role;
use super::{Chart, Look, Material, heading};
use crate::report::number::{column_hours, hours_text, shows, signed_hours};
use crate::report::words;
use crate::simulate::Cause;

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

/// The chart.
pub(super) fn chart(material: &Material, look: Look) -> Chart {
    let causes = &material.forecast.causes;
    let bars = [("Plan's schedule", &causes.plan), ("Mean", &causes.mean), ("Near the P80", &causes.near_p80)];
    let totals = bars.map(|(_, hours)| hours.iter().sum::<f64>());
    let most = totals.into_iter().fold(0.0, f64::max);
    let mut svg = look.page("causes");
    let title = finding(material);
    let top = heading(&mut svg, &title, &material.source());
    let area = Area {
        x: 16.0 + NAMES,
        y: top + 8.0,
        width: svg.width - NAMES - 32.0 - 70.0,
        height: PITCH * bars.len() as f64,
    };
    let scale = |hours: f64| if most > 0.0 { hours / most * area.width } else { 0.0 };
    for hours in round_numbers(0.0, most, 10.0) {
        let x = area.x + scale(hours);
        svg.line((x, area.y - 4.0), (x, area.bottom()), Paint::stroke(Role::Grid, 1.0));
        svg.text((x, area.bottom() + 14.0), &format!("{} h", super::svg::n(hours)), Font::NOTE, Anchor::Middle);
    }
    for (place, ((name, hours), total)) in bars.into_iter().zip(totals).enumerate() {
        let y = area.y + PITCH * place as f64 + (PITCH - BAR) / 2.0;
        svg.text_within((16.0, y + 21.0), name, Font::BOLD, Anchor::Start, NAMES - 8.0);
        stacked(&mut svg, name, hours, Area { y, width: scale(total), height: BAR, ..area });
        svg.text((area.x + scale(total) + 8.0, y + 21.0), &hours_text(total), Font::PLAIN, Anchor::Start);
    }
    let bottom = table(&mut svg, material, area.bottom() + 34.0, most);
    let bottom = super::phases::draw(&mut svg, material, bottom + 26.0);
    let about = format!(
        "Three stacked bars. Plan's own schedule {}, mean {}, near the P80 {}. The table under them has the hours of \
         each cause.",
        hours_text(totals[0]),
        hours_text(totals[1]),
        hours_text(totals[2])
    );
    Chart { file: "causes.svg", svg: svg.finish(bottom + 10.0, &title, &about), title, about }
}

/// A bar over the whole area whose parts are as the hours of the causes.
pub(super) fn stacked(svg: &mut Svg, name: &str, hours: &[f64; 16], area: Area) {
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

/// What makes the P80 later than the plan's own schedule most. Closed hours follow from the others: they are told
/// apart.
fn finding(material: &Material) -> String {
    let causes = &material.forecast.causes;
    let more = causes.more_than_plan();
    let open = Cause::ALL.into_iter().zip(more).filter(|(cause, _)| *cause != Cause::OffHours);
    // Of equal ones the first.
    let most = open.reduce(|best, row| if row.1 > best.1 { row } else { best });
    let Some((cause, hours)) = most.filter(|(_, hours)| causes.near > 0 && *hours >= 0.05) else {
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

/// Key and numbers of all causes that occur; the result is where it ends.
fn table(svg: &mut Svg, material: &Material, top: f64, most: f64) -> f64 {
    let causes = &material.forecast.causes;
    let more = causes.more_than_plan();
    let columns = [("plan", 330.0), ("mean", 420.0), ("near P80", 510.0), ("more than plan", 630.0)];
    for (name, right) in columns {
        svg.text((16.0 + right, top), name, Font::NOTE, Anchor::End);
    }
    let mut y = top + 6.0;
    for (place, cause) in Cause::ALL.into_iter().enumerate() {
        let hours = [causes.plan[place], causes.mean[place], causes.near_p80[place]];
        if hours.iter().all(|hours| !shows(*hours, most)) {
            continue;
        }
        let key = Area { x: 16.0, y: y + 3.0, width: 22.0, height: 14.0 };
        svg.rect(key, 2.0, paint_of(cause).outline(Role::Rule, 0.8));
        let font = Font { size: 12.0, ..Font::PLAIN };
        svg.text((46.0, y + 14.5), words::cause(cause), font, Anchor::Start);
        let texts =
            hours.map(|hours| column_hours(hours, most)).into_iter().chain([signed_hours(more[place], most)]);
        for (text, (_, right)) in texts.zip(columns) {
            svg.text((16.0 + right, y + 14.5), &text, font, Anchor::End);
        }
        // A bar for the difference, to the right of the numbers.
        let room = svg.width - 700.0;
        let widest = more.iter().map(|hours| hours.abs()).fold(0.0, f64::max);
        if widest > 0.0 && room > 60.0 {
            let width = more[place].abs() / widest * room * 0.9;
            let role = if more[place] < 0.0 { Role::Green } else { Role::Vermilion };
            svg.rect(Area { x: 670.0, y: y + 5.0, width, height: 10.0 }, 1.0, Paint::fill(role).opacity(0.75));
        }
        y += ROW;
    }
    y
}
