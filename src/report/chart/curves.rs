//! Several curves over time on one plot, each told apart by its letter, and the table of what they are.

use super::axis::TimeAxis;
use super::plot::{Mark, Plot};
use super::svg::{Anchor, Area, Font, Paint, Svg};
use super::theme::Role;
use crate::analyse::Outlook;
use crate::dates::Style;
use crate::model::Instance;
use crate::report::clock::Clock;
use crate::report::number::percent;

/// Most curves.
pub(super) const MOST: usize = 7;
/// Colours of the curves; letters tell them apart as well.
const ROLES: [Role; MOST] =
    [Role::Blue, Role::Vermilion, Role::Green, Role::Purple, Role::Orange, Role::Sky, Role::Ink];
/// Height of a row of the table [pixels].
const ROW: f64 = 22.0;
/// A due date beyond the curves by more than so many times their width is not drawn.
const FURTHEST: f64 = 1.5;
/// Radius of the disc around a letter.
const DISC: f64 = 9.0;

/// A quantity over time.
pub(super) struct Curve<'a> {
    pub(super) name: &'a str,
    pub(super) outlook: &'a Outlook,
    /// When the plan's own schedule says it is.
    pub(super) planned: Option<f64>,
}

/// Curves with their plot, by letter.
pub(super) struct Curves<'a> {
    pub(super) instance: &'a Instance,
    pub(super) all: Vec<Curve<'a>>,
    /// Words for what a curve is reached by: the head of the table's first column.
    pub(super) head: &'static str,
}

impl Curves<'_> {
    fn rows(&self) -> impl Iterator<Item = (char, Role, &Curve<'_>)> {
        ('A'..='Z').zip(ROLES).zip(&self.all).map(|((letter, role), curve)| (letter, role, curve))
    }

    /// Hours that the axis spans: all curves and all dates.
    fn range(&self) -> (f64, f64) {
        let ends = self.all.iter().flat_map(|curve| {
            let at = |percent| curve.outlook.spread.percentile(percent).value;
            [at(1), at(80), at(99), curve.planned]
        });
        let wider = |(least, most): (f64, f64), end: f64| (least.min(end), most.max(end));
        let (least, most) = ends.flatten().fold((f64::INFINITY, f64::NEG_INFINITY), wider);
        // Nothing finishes.
        let most = if most.is_finite() { most } else { 0.0 };
        // A due date far beyond all curves would leave no room for them: the table has it.
        let last = if least > most { f64::INFINITY } else { most + (most - least) * FURTHEST };
        // Nor does one that had passed at the start, unless others started before.
        let first = if least < 0.0 { f64::NEG_INFINITY } else { 0.0 };
        let dues =
            self.all.iter().filter_map(|curve| curve.outlook.due).filter(|due| (first..=last).contains(due));
        let (least, most) = dues.fold((least, most), wider);
        let least = least.min(most);
        let room = ((most - least) * 0.04).max(0.25);
        // Only what starts before the first may end before hour 0.
        (if least < 0.0 { least - room } else { (least - room).max(0.0) }, most + room)
    }

    /// Draws plot and table from `top` on; the result is where they end.
    pub(super) fn draw(&self, svg: &mut Svg, top: f64, key: &str) -> f64 {
        let area = Area { x: 64.0, y: top + 22.0, width: svg.width - 64.0 - 40.0, height: 280.0 };
        let axis = TimeAxis::new(self.instance, self.range(), &area);
        let plot = Plot { area, x: (axis.from, axis.to), y: (0.0, 1.0) };
        axis.draw_back(svg, &area);
        plot.draw_shares(svg);
        let lines: Vec<Mark> = self.rows().map(|(_, role, curve)| Mark::Line(points(curve), role, 3)).collect();
        plot.draw(svg, &lines);
        self.dates(svg, &plot, &axis);
        self.letters(svg, &plot, &axis);
        axis.draw_labels(svg, area.bottom() + 16.0);
        svg.text((area.right(), area.bottom() + 34.0), &axis.caption, Font::NOTE, Anchor::End);
        svg.text((area.x, area.bottom() + 34.0), key, Font::NOTE, Anchor::Start);
        self.table(svg, area.bottom() + 62.0)
    }

    /// Lines at due dates and at the plan's own dates, with the letters of their curves; one line for those that
    /// fall together.
    fn dates(&self, svg: &mut Svg, plot: &Plot, axis: &TimeAxis) {
        let mut labels: Vec<(f64, String)> = Vec::new();
        let dues = self.rows().filter_map(|(letter, role, curve)| Some((letter, role, curve.outlook.due?, true)));
        let planned = self.rows().filter_map(|(letter, role, curve)| Some((letter, role, curve.planned?, false)));
        let mut drawn: Vec<(f64, bool)> = Vec::new();
        for (letter, role, hours, is_due) in
            dues.chain(planned).filter(|row| (axis.from..=axis.to).contains(&row.2))
        {
            let x = axis.x(hours);
            // A due date that all share belongs to none of them.
            let shared = self.all.iter().filter(|curve| curve.outlook.due == Some(hours)).count() > 1;
            let role = if is_due && shared { Role::Ink } else { role };
            if !drawn.contains(&(x, is_due)) {
                let dash = if is_due { "6 4" } else { "2 3" };
                svg.line((x, plot.area.y), (x, plot.area.bottom()), Paint::stroke(role, 1.4).dash(dash));
                drawn.push((x, is_due));
            }
            let text = match is_due {
                true if shared => "due".to_owned(),
                true => letter.to_string(),
                false => letter.to_lowercase().to_string(),
            };
            match labels.iter_mut().find(|(at, _)| (at - x).abs() < 40.0) {
                Some((_, known)) if known.split(' ').any(|word| word == text) => {}
                Some((_, known)) => *known = format!("{known} {text}"),
                None => labels.push((x, text)),
            }
        }
        for (x, text) in labels {
            svg.text((x, plot.area.y - 5.0), &text, Font::BOLD, Anchor::Middle);
        }
    }

    /// Letters on the curves, where no other letter stands.
    fn letters(&self, svg: &mut Svg, plot: &Plot, axis: &TimeAxis) {
        let mut taken: Vec<(f64, f64)> = Vec::new();
        for (letter, role, curve) in self.rows() {
            let place = |percent: u8| {
                let hours = curve.outlook.spread.percentile(percent).value?;
                Some((axis.x(hours), plot.pixel_y(f64::from(percent) / 100.0)))
            };
            let is_free = |&(x, y): &(f64, f64)| {
                taken.iter().all(|(a, b)| (a - x).abs() > 2.2 * DISC || (b - y).abs() > 2.2 * DISC)
            };
            let heights = [50, 62, 38, 74, 26, 86, 14, 94, 6];
            let Some((x, y)) = heights.into_iter().filter_map(place).find(is_free) else { continue };
            taken.push((x, y));
            svg.group("curve", &self.told(curve));
            let disc = Area { x: x - DISC, y: y - DISC, width: 2.0 * DISC, height: 2.0 * DISC };
            svg.rect(disc, DISC, Paint::fill(Role::Paper).outline(role, 2.0));
            svg.text((x, y + 4.5), &letter.to_string(), Font::BOLD, Anchor::Middle);
            svg.end();
        }
    }

    /// The numbers of a curve.
    fn told(&self, curve: &Curve) -> String {
        let clock = Clock::new(self.instance.origin.as_ref());
        let at = |percent: u8| clock.text(curve.outlook.spread.percentile(percent).value, Style::Minute);
        let chance =
            curve.outlook.probability.map_or_else(String::new, |share| format!("; in time in {}", percent(share)));
        format!("{}: P50 {}, P80 {}, P95 {}{chance}", curve.name, at(50), at(80), at(95))
    }

    fn table(&self, svg: &mut Svg, top: f64) -> f64 {
        let clock = Clock::new(self.instance.origin.as_ref());
        let has_plan = self.all.iter().any(|curve| curve.planned.is_some());
        let mut heads = vec!["P50", "P80", "P95", "due", "in time"];
        if has_plan {
            heads.insert(0, "plan says");
        }
        let (left, step) = (84.0, 132.0);
        let from = svg.width - 16.0 - step * heads.len() as f64;
        svg.text((left, top), self.head, Font::NOTE, Anchor::Start);
        for (place, head) in heads.iter().enumerate() {
            svg.text((from + step * place as f64, top), head, Font::NOTE, Anchor::Start);
        }
        let mut y = top + ROW;
        for (letter, role, curve) in self.rows() {
            svg.line((16.0, y - 4.0), (44.0, y - 4.0), Paint::stroke(role, 3.0));
            svg.text((56.0, y), &letter.to_string(), Font::BOLD, Anchor::Start);
            svg.text_within((left, y), curve.name, Font::PLAIN, Anchor::Start, from - left - 12.0);
            let at = |percent| clock.text(curve.outlook.spread.percentile(percent).value, Style::Minute);
            let due = curve.outlook.due.map(|hours| clock.due_text(hours, Style::Minute));
            let chance = curve.outlook.probability.map(percent);
            let mut cells = vec![at(50), at(80), at(95), due.unwrap_or_default(), chance.unwrap_or_default()];
            if has_plan {
                cells.insert(0, clock.text(curve.planned, Style::Minute));
            }
            for (place, cell) in cells.iter().enumerate() {
                let x = from + step * place as f64;
                svg.text_within((x, y), cell, Font::PLAIN, Anchor::Start, step - 6.0);
            }
            y += ROW;
        }
        y
    }
}

/// The curve through all percentiles.
fn points(curve: &Curve) -> Vec<(f64, f64)> {
    let percentiles = curve.outlook.spread.percentiles.iter();
    percentiles.filter_map(|p| Some((p.value?, f64::from(p.percent) / 100.0))).collect()
}
