//! Where the time goes in each phase: under the bars of the whole plan, a bar for each phase near the P80, and a
//! thin one for the mean.

use super::axis::round_numbers;
use super::causes::stacked;
use super::svg::{Anchor, Area, Font, Paint, Svg, TEXT, n};
use super::theme::Role;
use super::{Material, measure};
use crate::analyse::PhaseHours;
use crate::report::number::hours_text;
use crate::simulate::ByCause;

/// Most phases: those with most hours.
const MOST: usize = 24;
/// Height of a row, of its bar near the P80, and of the bar of the mean [pixels].
const ROW: f64 = 30.0;
const BAR: f64 = 14.0;
const MEAN: f64 = 6.0;
/// Least and greatest width of the column of names.
const NAMES: (f64, f64) = (110.0, 280.0);

/// Draws the phases from `top` on; the result is where they end. Nothing for a plan without phases.
pub(super) fn draw(svg: &mut Svg, material: &Material, top: f64) -> f64 {
    let rows = rows(material);
    let total = |hours: &ByCause<f64>| hours.iter().sum::<f64>();
    let most = rows.iter().flat_map(|(_, hours)| [total(&hours.mean), total(&hours.near_p80)]).fold(0.0, f64::max);
    if rows.is_empty() || most <= 0.0 {
        return top - 26.0;
    }
    let widest = rows.iter().map(|(name, _)| measure::width(name, TEXT)).fold(0.0, f64::max);
    let names = (widest + 14.0).clamp(NAMES.0, NAMES.1);
    svg.text((16.0, top + 4.0), "By phase", Font::BOLD, Anchor::Start);
    let paths = material.paths;
    let note = format!(
        "hours of the finish that belong to each: thick near the P80, thin the mean of {} iterations",
        paths.iterations
    );
    svg.text((16.0 + names, top + 4.0), &note, Font::NOTE, Anchor::Start);
    let area = Area {
        x: 16.0 + names,
        y: top + 16.0,
        width: svg.width - names - 32.0 - 80.0,
        height: ROW * rows.len() as f64,
    };
    for hours in round_numbers(0.0, most, 10.0) {
        let x = area.x + hours / most * area.width;
        svg.line((x, area.y), (x, area.bottom()), Paint::stroke(Role::Grid, 1.0));
        svg.text((x, area.bottom() + 14.0), &format!("{} h", n(hours)), Font::NOTE, Anchor::Middle);
    }
    for (place, (name, hours)) in rows.iter().enumerate() {
        let y = area.y + ROW * place as f64;
        svg.text_within((16.0, y + 17.0), name, Font::PLAIN, Anchor::Start, names - 10.0);
        let (near, mean) = (total(&hours.near_p80), total(&hours.mean));
        let bar = |y: f64, hours: f64, height: f64| Area { y, width: hours / most * area.width, height, ..area };
        stacked(svg, &format!("{name}, near the P80"), &hours.near_p80, bar(y + 4.0, near, BAR));
        stacked(svg, &format!("{name}, mean"), &hours.mean, bar(y + 6.0 + BAR, mean, MEAN));
        let end = area.x + near.max(mean) / most * area.width;
        svg.text((end + 8.0, y + 17.0), &hours_text(near), Font::PLAIN, Anchor::Start);
    }
    area.bottom() + 22.0
}

/// Names and hours, in file order.
fn rows<'a>(material: &Material<'a>) -> Vec<(&'a str, &'a PhaseHours)> {
    let phases = material.instance.phases.iter().map(|phase| phase.name.as_str());
    let all = phases.chain(["outside all phases"]).zip(&material.paths.phases);
    let size = |hours: &PhaseHours| hours.near_p80.iter().sum::<f64>();
    let mut rows: Vec<(usize, (&str, &PhaseHours))> =
        all.enumerate().filter(|(_, (_, hours))| size(hours) > 0.0).collect();
    if material.instance.phases.is_empty() {
        return Vec::new();
    }
    rows.sort_by(|a, b| size(b.1.1).total_cmp(&size(a.1.1)));
    rows.truncate(MOST);
    rows.sort_by_key(|(place, _)| *place);
    rows.into_iter().map(|(_, row)| row).collect()
}
