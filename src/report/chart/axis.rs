//! Axes: from hours to pixels, with ticks at round numbers, or at hours, days and weeks of the plan's calendar
//! where the plan has a start.

use super::measure;
use super::svg::{Anchor, Area, Font, Paint, SMALL, Svg};
use super::theme::Role;
use crate::dates::Style;
use crate::model::Instance;
use crate::report::Clock;
use crate::units::Ticks;

/// A mark on an axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    /// Where, in the axis's unit.
    pub(super) at: f64,
    /// What stands there.
    pub(super) label: String,
}

/// Time from left to right.
#[derive(Clone, Debug)]
pub(super) struct TimeAxis {
    /// Hours at the left end.
    pub(super) from: f64,
    /// Hours at the right end, greater than `from`.
    pub(super) to: f64,
    /// Pixels of the left end.
    left: f64,
    /// Pixels of the right end.
    right: f64,
    ticks: Vec<Tick>,
    /// When nobody works, as hours from and to.
    closed: Vec<(f64, f64)>,
    /// What the numbers are.
    pub(super) caption: String,
}

impl TimeAxis {
    /// The axis from hour `from` to hour `to` over the width of `area`. Ends that no axis can have are moved.
    pub(super) fn new(instance: &Instance, (from, to): (f64, f64), area: &Area) -> Self {
        let (from, to) = checked(from, to);
        let clock = Clock::new(instance.origin.as_ref());
        let most = (area.width / 84.0).clamp(2.0, 16.0);
        let (ticks, closed, caption) = match clock.zone() {
            Some(zone) => {
                let calendar = Dated { clock: &clock, from, to };
                let closed = calendar.closed(instance);
                let shaded = if closed.is_empty() { "" } else { "; shaded: nobody works" };
                let caption = format!("date, {zone} time{shaded}");
                (calendar.ticks(most), closed, caption)
            }
            None => (hour_ticks(from, to, most), Vec::new(), "hours from the start".to_owned()),
        };
        Self { from, to, left: area.x, right: area.right(), ticks, closed, caption }
    }

    /// Pixels of an hour; what lies beyond an end stands at that end.
    pub(super) fn x(&self, hours: f64) -> f64 {
        let share = ((hours - self.from) / (self.to - self.from)).clamp(0.0, 1.0);
        self.left + share * (self.right - self.left)
    }

    /// Closed hours and the grid, behind everything else.
    pub(super) fn draw_back(&self, svg: &mut Svg, area: &Area) {
        for &(from, to) in &self.closed {
            let (x, right) = (self.x(from), self.x(to));
            svg.rect(Area { x, width: right - x, ..*area }, 0.0, Paint::fill(Role::Band));
        }
        for tick in &self.ticks {
            let x = self.x(tick.at);
            svg.line((x, area.y), (x, area.bottom()), Paint::stroke(Role::Grid, 1.0));
        }
    }

    /// Labels with their baseline at `y`; those that would touch the one before, or an edge of the chart, are
    /// left out.
    pub(super) fn draw_labels(&self, svg: &mut Svg, y: f64) {
        let mut free_from = 0.0;
        for tick in &self.ticks {
            let (x, half) = (self.x(tick.at), measure::width(&tick.label, SMALL) / 2.0);
            if x - half >= free_from && x + half <= svg.width {
                svg.text((x, y), &tick.label, Font::NOTE, Anchor::Middle);
                free_from = x + half + 6.0;
            }
        }
    }
}

/// Finite ends, the right one greater.
fn checked(from: f64, to: f64) -> (f64, f64) {
    let from = if from.is_finite() { from } else { 0.0 };
    let to = if to.is_finite() { to } else { from + 1.0 };
    if to - from > 1e-3 { (from, to) } else { (from, from + 1.0) }
}

/// Round steps of 1, 2 and 5 times a power of ten, the smallest that makes at most `most` of them.
fn round_step(span: f64, most: f64) -> f64 {
    let rough = span / most;
    let mut power = 1e-3;
    while power * 10.0 <= rough {
        power *= 10.0;
    }
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|step| step * power).find(|step| *step >= rough).unwrap_or(rough)
}

/// Round numbers from `from` to `to`, at most `most` or one more.
pub(super) fn round_numbers(from: f64, to: f64, most: f64) -> Vec<f64> {
    let (from, to) = checked(from, to);
    let step = round_step(to - from, most);
    let first = (from / step - 1e-9).ceil();
    let count = ((to / step + 1e-9).floor() - first).max(0.0) as u32;
    (0..=count).map(|i| (first + f64::from(i)) * step).collect()
}

/// Ticks at round hours.
fn hour_ticks(from: f64, to: f64, most: f64) -> Vec<Tick> {
    let hours = round_numbers(from, to, most);
    hours.into_iter().map(|at| Tick { at, label: format!("{} h", super::svg::n(at)) }).collect()
}

/// A stretch of the plan's calendar.
struct Dated<'a> {
    clock: &'a Clock,
    from: f64,
    to: f64,
}

/// Longest stretch whose closed hours are shown; of a longer one the closed days [hours].
const MOST_HOURS: f64 = 200.0;
/// Most stretches that are asked whether somebody works in them.
const MOST_SPANS: usize = 402;
/// Longest list of days that is walked through one by one.
const MOST_DAYS: i32 = 4000;

impl Dated<'_> {
    /// Midnights from the one before the left end to the one after the right end, as hours; none beyond all dates.
    fn midnights(&self) -> Vec<f64> {
        let days = (((self.to - self.from) / 24.0).ceil() as i32 + 1).min(MOST_DAYS);
        (0..=days).filter_map(|day| self.clock.day_start(self.from, day)).collect()
    }

    fn label(&self, hours: f64, style: Style) -> String {
        self.clock.date(hours, style).unwrap_or_default()
    }

    fn ticks(&self, most: f64) -> Vec<Tick> {
        let span = self.to - self.from;
        let inside = |tick: &Tick| tick.at >= self.from - 1e-9 && tick.at <= self.to + 1e-9;
        let midnights = self.midnights();
        let step = [1.0, 2.0, 3.0, 6.0, 12.0].into_iter().find(|step| span / step <= most);
        if let Some(step) = step {
            let of_day = |midnight: &f64| {
                let midnight = *midnight;
                (0..(24.0 / step) as u32).map(move |i| midnight + f64::from(i) * step).collect::<Vec<_>>()
            };
            let label = |at: f64| {
                let minute = self.label(at, Style::Minute);
                match minute.strip_suffix(" 00:00") {
                    Some(day) => day.to_owned(),
                    None => minute.rsplit(' ').next().unwrap_or_default().to_owned(),
                }
            };
            let hours = midnights.iter().flat_map(of_day);
            return hours.map(|at| Tick { at, label: label(at) }).filter(inside).collect();
        }
        let days = span / 24.0;
        let step = [1, 2, 3, 7, 14, 28, 56, 91, 182, 364].into_iter().find(|step| days / f64::from(*step) <= most);
        let step = step.unwrap_or(364) as usize;
        // Steps of whole weeks begin on a Monday.
        let monday = midnights.iter().position(|at| self.label(*at, Style::Minute).starts_with("Mon"));
        let first = if step >= 7 { monday.unwrap_or(0) } else { 0 };
        let days = midnights.iter().skip(first).step_by(step);
        days.map(|&at| Tick { at, label: self.day_label(at, step) }).filter(inside).collect()
    }

    fn day_label(&self, at: f64, step: usize) -> String {
        if step > 7 {
            return self.label(at, Style::Short);
        }
        let minute = self.label(at, Style::Minute);
        minute.rsplit_once(' ').map_or(minute.clone(), |(day, _)| day.to_owned())
    }

    /// When no agent works, neighbours joined: in half hours of a short stretch, else in whole days; none if there
    /// are too many to be seen.
    fn closed(&self, instance: &Instance) -> Vec<(f64, f64)> {
        let ends: Vec<f64> = if self.to - self.from <= MOST_HOURS {
            let first = (self.from * 2.0).floor();
            let count = (self.to * 2.0).ceil() - first;
            (0..=count as u32).map(|half| (first + f64::from(half)) * 0.5).collect()
        } else {
            self.midnights()
        };
        if ends.len() > MOST_SPANS {
            return Vec::new();
        }
        let mut closed: Vec<(f64, f64)> = Vec::new();
        for span in ends.windows(2) {
            let (from, to) = (Ticks::from_hours(span[0].max(0.0)), Ticks::from_hours(span[1].max(0.0)));
            let works = instance
                .agents
                .iter()
                .any(|agent| instance.calendar(agent.calendar).worked(from, to) > Ticks::ZERO);
            if works || instance.agents.is_empty() || to <= from {
                continue;
            }
            match closed.last_mut() {
                Some(last) if last.1 == span[0] => last.1 = span[1],
                _ => closed.push((span[0], span[1])),
            }
        }
        let clip = |(from, to): (f64, f64)| (from.max(self.from), to.min(self.to));
        closed.into_iter().map(clip).filter(|(from, to)| to > from).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Builder, Origin};

    const AREA: Area = Area { x: 100.0, y: 0.0, width: 840.0, height: 100.0 };

    fn labels(to: f64, dated: bool) -> Vec<String> {
        let mut plan = Builder::new();
        // Monday 2025-01-06T09:00:00Z.
        let origin = Origin { unix_micros: 1_736_154_000_000_000, zone: "UTC".to_owned() };
        plan.instance.origin = dated.then_some(origin);
        let axis = TimeAxis::new(&plan.build(), (0.0, to), &AREA);
        axis.ticks.into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn ticks_are_hours_days_or_weeks_by_the_span() {
        assert_eq!(labels(6.0, true), ["09:00", "10:00", "11:00", "12:00", "13:00", "14:00", "15:00"]);
        assert_eq!(labels(48.0, true)[..3], ["12:00", "18:00", "Tue 7 Jan"]);
        assert_eq!(labels(150.0, true)[..2], ["Tue 7 Jan", "Wed 8 Jan"]);
        assert_eq!(labels(1000.0, true)[..2], ["Mon 13 Jan", "Mon 20 Jan"]);
        assert_eq!(labels(9000.0, true)[0], "3 Mar");
        assert_eq!(labels(95.0, false)[..3], ["0 h", "10 h", "20 h"]);
    }

    #[test]
    fn ends_that_no_axis_can_have_are_moved() {
        for (from, to) in [(0.0, f64::INFINITY), (3.0, 3.0), (f64::NAN, 1.0), (5.0, 1.0)] {
            let axis = TimeAxis::new(&Builder::new().build(), (from, to), &AREA);
            assert!(axis.from.is_finite() && axis.to > axis.from, "{from} to {to}");
            assert!(axis.x(1e300) <= AREA.right() && axis.x(-1e300) >= AREA.x);
        }
    }

    #[test]
    fn round_numbers_stay_inside() {
        assert_eq!(round_numbers(0.0, 1.0, 2.0), [0.0, 0.5, 1.0]);
        assert_eq!(round_numbers(-3.0, 12.0, 4.0), [0.0, 5.0, 10.0]);
    }
}
