//! Milestones: the share of iterations in which each is reached by a date, with its due date and P80.

use super::axis::TimeAxis;
use super::plot::{Mark, Plot};
use super::svg::{Anchor, Area, Font, Paint, Svg};
use super::theme::Role;
use super::{Chart, Look, Material, heading};
use crate::analyse::Goal;
use crate::dates::Style;
use crate::report::number::percent;

/// Most curves; with more, those that are most at risk are shown.
const MOST: usize = 7;
/// Colours of the curves; letters tell them apart as well.
const ROLES: [Role; MOST] =
    [Role::Blue, Role::Vermilion, Role::Green, Role::Purple, Role::Orange, Role::Sky, Role::Ink];
/// Height of a row of the table [pixels].
const ROW: f64 = 22.0;

/// The chart; absent for a plan without milestones.
pub(super) fn chart(material: &Material, look: Look) -> Option<Chart> {
    let goals = chosen(&material.forecast.milestones);
    if goals.is_empty() {
        return None;
    }
    let mut svg = look.page("milestones");
    let title = finding(material);
    let top = heading(&mut svg, &title, &material.source());
    let area = Area { x: 64.0, y: top + 22.0, width: svg.width - 64.0 - 40.0, height: 280.0 };
    let axis = TimeAxis::new(material.instance, range(&goals), &area);
    let plot = Plot { area, x: (axis.from, axis.to), y: (0.0, 1.0) };
    axis.draw_back(&mut svg, &area);
    plot.draw_shares(&mut svg);
    let curve = |goal: &Goal| -> Vec<(f64, f64)> {
        let percentiles = goal.finish.spread.percentiles.iter();
        percentiles.filter_map(|p| Some((p.value?, f64::from(p.percent) / 100.0))).collect()
    };
    let lines = goals.iter().zip(ROLES).map(|((_, goal), role)| Mark::Line(curve(goal), role, 3));
    plot.draw(&mut svg, &lines.collect::<Vec<_>>());
    letters(&mut svg, &plot, &axis, &goals);
    axis.draw_labels(&mut svg, area.bottom() + 16.0);
    svg.text((area.right(), area.bottom() + 34.0), &axis.caption, Font::NOTE, Anchor::End);
    let key = "Curve: share of iterations in which it is reached by then. Letter on a dashed line: its due date.";
    svg.text((area.x, area.bottom() + 34.0), key, Font::NOTE, Anchor::Start);
    let bottom = table(&mut svg, material, &goals, area.bottom() + 62.0);
    let spoken: Vec<String> = goals
        .iter()
        .map(|(_, goal)| {
            let chance =
                goal.finish.probability.map_or_else(String::new, |share| format!(", {} in time", percent(share)));
            format!("{}: P80 {}{chance}", goal.name, material.date(goal.finish.spread.percentile(80).value))
        })
        .collect();
    let about = format!("{key} {}.", spoken.join("; "));
    Some(Chart { file: "milestones.svg", svg: svg.finish(bottom + 8.0, &title, &about), title, about })
}

/// At most [`MOST`] milestones, in file order, each with its letter.
fn chosen(all: &[Goal]) -> Vec<(char, &Goal)> {
    let mut places: Vec<usize> = (0..all.len()).collect();
    places.sort_by(|&a, &b| {
        let chance = |place: usize| all[place].finish.probability.unwrap_or(2.0);
        chance(a).total_cmp(&chance(b)).then(a.cmp(&b))
    });
    places.truncate(MOST);
    places.sort_unstable();
    ('A'..='Z').zip(places.into_iter().map(|place| &all[place])).collect()
}

fn finding(material: &Material) -> String {
    let goals = &material.forecast.milestones;
    let known = goals.iter().filter_map(|goal| Some((goal, goal.finish.probability?)));
    let all = material
        .forecast
        .all_due
        .map_or_else(String::new, |share| format!("; every due date of the plan is met in {}", percent(share)));
    match known.min_by(|a, b| a.1.total_cmp(&b.1)) {
        None => "When milestones are reached".to_owned(),
        Some((goal, share)) => format!("Least likely in time: {} ({}){all}", goal.name, percent(share)),
    }
}

fn range(goals: &[(char, &Goal)]) -> (f64, f64) {
    let ends = goals.iter().flat_map(|(_, goal)| {
        let spread = &goal.finish.spread;
        [spread.percentile(1).value, spread.percentile(99).value, spread.percentile(80).value, goal.finish.due]
    });
    let (least, most) =
        ends.flatten().fold((f64::INFINITY, 0.0_f64), |(least, most), end| (least.min(end), most.max(end)));
    let least = least.min(most);
    let room = ((most - least) * 0.04).max(0.25);
    ((least - room).max(0.0), most + room)
}

/// Letters at the P50 of each curve and over its due date.
fn letters(svg: &mut Svg, plot: &Plot, axis: &TimeAxis, goals: &[(char, &Goal)]) {
    let mut dues: Vec<(f64, String)> = Vec::new();
    for ((letter, goal), role) in goals.iter().zip(ROLES) {
        if let Some(hours) = goal.finish.due {
            let x = axis.x(hours);
            svg.line((x, plot.area.y), (x, plot.area.bottom()), Paint::stroke(role, 1.4).dash("6 4"));
            match dues.iter_mut().find(|(at, _)| (at - x).abs() < 22.0) {
                Some((_, text)) => *text = format!("{text} {letter}"),
                None => dues.push((x, letter.to_string())),
            }
        }
    }
    for (x, text) in dues {
        svg.text((x, plot.area.y - 5.0), &text, Font::BOLD, Anchor::Middle);
    }
    for (place, ((letter, goal), role)) in goals.iter().zip(ROLES).enumerate() {
        // Curves that lie on each other carry their letters at different heights.
        let percent = 50 + 12 * (place % 3) as u8;
        if let Some(hours) = goal.finish.spread.percentile(percent).value {
            let (x, y) = (axis.x(hours), plot.pixel_y(f64::from(percent) / 100.0));
            let disc = Area { x: x - 9.0, y: y - 9.0, width: 18.0, height: 18.0 };
            svg.group("curve", &goal.name);
            svg.rect(disc, 9.0, Paint::fill(Role::Paper).outline(role, 2.0));
            svg.text((x, y + 4.5), &letter.to_string(), Font::BOLD, Anchor::Middle);
            svg.end();
        }
    }
}

fn table(svg: &mut Svg, material: &Material, goals: &[(char, &Goal)], top: f64) -> f64 {
    let columns = [84.0, 420.0, 580.0, 740.0, 900.0];
    for (x, text) in columns.into_iter().zip(["", "P50", "P80", "due", "in time"]) {
        if !text.is_empty() {
            svg.text((x, top), text, Font::NOTE, Anchor::Start);
        }
    }
    let mut y = top + ROW;
    for ((letter, goal), role) in goals.iter().zip(ROLES) {
        svg.line((16.0, y - 4.0), (44.0, y - 4.0), Paint::stroke(role, 3.0));
        svg.text((56.0, y), &letter.to_string(), Font::BOLD, Anchor::Start);
        svg.text_within((columns[0], y), &goal.name, Font::PLAIN, Anchor::Start, columns[1] - columns[0] - 12.0);
        let at = |percent| material.date(goal.finish.spread.percentile(percent).value);
        let due = goal.finish.due.map(|hours| material.clock().due_text(hours, Style::Minute));
        let cells =
            [at(50), at(80), due.unwrap_or_default(), goal.finish.probability.map(percent).unwrap_or_default()];
        for (x, cell) in columns[1..].iter().zip(&cells) {
            svg.text((*x, y), cell, Font::PLAIN, Anchor::Start);
        }
        y += ROW;
    }
    y - ROW + 8.0
}
