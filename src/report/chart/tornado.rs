//! What drives the date: by how much the P80 becomes earlier when one thing in the plan is changed, the greatest
//! gain first, with 95 % intervals.

use super::axis::round_numbers;
use super::plot::{Mark, Plot};
use super::svg::{Anchor, Area, Font, Paint};
use super::theme::Role;
use super::{Chart, Lever, Look, Material, heading};
use crate::analyse::{Effect, Explanation};
use crate::report::explanation::what;
use crate::report::number::hours_text;

/// Most rows.
const MOST: usize = 20;
/// Height of a row [pixels].
const ROW: f64 = 28.0;
/// Width of the column of names.
const NAMES: f64 = 330.0;

/// Levers of an explanation, those that do nothing left out.
#[must_use]
pub fn levers(explanation: &Explanation) -> Vec<Lever> {
    let lever = |effect: &Effect| {
        let gain = effect.change.gain.filter(|gain| gain.value != 0.0)?;
        Some(Lever { name: what(effect), gain: gain.value, low: gain.low, high: gain.high })
    };
    explanation.effects.iter().filter_map(lever).collect()
}

/// The chart; absent if nothing was changed.
pub(super) fn chart(material: &Material, look: Look) -> Option<Chart> {
    let mut levers: Vec<&Lever> = material.levers.iter().filter(|lever| lever.gain.is_finite()).collect();
    levers.sort_by(|a, b| b.gain.total_cmp(&a.gain));
    levers.truncate(MOST);
    let first = *levers.first()?;
    let mut svg = look.page("tornado");
    let title = if first.gain > 0.0 {
        format!("What drives the date: {} (P80 {} earlier)", first.name, hours_text(first.gain))
    } else {
        "Nothing that was tried makes the P80 earlier".to_owned()
    };
    let top = heading(&mut svg, &title, &material.source());
    let area = Area {
        x: 16.0 + NAMES,
        y: top + 8.0,
        width: svg.width - NAMES - 32.0 - 130.0,
        height: ROW * levers.len() as f64,
    };
    let ends = levers.iter().flat_map(|lever| [lever.gain, lever.low, lever.high]).filter(|end| end.is_finite());
    let (least, most) = ends.fold((0.0_f64, 0.1_f64), |(least, most), end| (least.min(end), most.max(end)));
    let room = (most - least) * 0.04;
    let x = (if least < 0.0 { least - room } else { 0.0 }, most + room);
    let plot = Plot { area, x, y: (0.0, levers.len() as f64) };
    for hours in round_numbers(x.0, x.1, 8.0) {
        let at = plot.pixel_x(hours);
        svg.line((at, area.y), (at, area.bottom()), Paint::stroke(Role::Grid, 1.0));
        svg.text((at, area.bottom() + 15.0), &format!("{} h", super::svg::n(hours)), Font::NOTE, Anchor::Middle);
    }
    let bar = |(place, lever): (usize, &&Lever)| {
        let top = (levers.len() - place) as f64;
        let role = if lever.gain < 0.0 { Role::Orange } else { Role::Blue };
        Mark::Bar([(0.0, top - 0.8), (lever.gain, top - 0.2)], role, 0.8)
    };
    plot.draw(&mut svg, &levers.iter().enumerate().map(bar).collect::<Vec<_>>());
    svg.line((plot.pixel_x(0.0), area.y), (plot.pixel_x(0.0), area.bottom()), Paint::stroke(Role::Ink, 1.2));
    for (place, lever) in levers.iter().enumerate() {
        let y = area.y + ROW * (place as f64 + 0.5);
        let span = format!("{} ({:.1} to {:.1})", hours_text(lever.gain), lever.low, lever.high);
        svg.group("row", &format!("{}: {span} earlier", lever.name));
        svg.text_within((area.x - 10.0, y + 4.5), &lever.name, Font::PLAIN, Anchor::End, NAMES - 14.0);
        if lever.low.is_finite() && lever.high.is_finite() {
            let (from, to) = (plot.pixel_x(lever.low), plot.pixel_x(lever.high));
            svg.line((from, y), (to, y), Paint::stroke(Role::Ink, 1.6));
            for end in [from, to] {
                svg.line((end, y - 4.0), (end, y + 4.0), Paint::stroke(Role::Ink, 1.6));
            }
        }
        svg.text_within((svg.width - 16.0, y + 4.5), &span, Font::NOTE, Anchor::End, 138.0);
        svg.end();
    }
    let caption = "hours by which the P80 would be earlier, with 95 % interval; gains do not add up";
    svg.text((area.right(), area.bottom() + 34.0), caption, Font::NOTE, Anchor::End);
    let rows: Vec<String> =
        levers.iter().map(|lever| format!("{} {}", lever.name, hours_text(lever.gain))).collect();
    let about = format!("Bars: {caption}. {}.", rows.join("; "));
    Some(Chart { file: "tornado.svg", svg: svg.finish(area.bottom() + 46.0, &title, &about), title, about })
}
