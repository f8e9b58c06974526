//! Time in equal steps that people count in: hours, days and weeks of the plan's calendar where the plan has a
//! start, else round numbers of hours.

use super::super::clock::Clock;
use super::super::number::whole_ticks;
use crate::dates::Style;

/// A step of time, half open.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    /// Where it begins [hours from the start].
    pub(super) from: f64,
    /// Where it ends, which belongs to the next [hours from the start].
    pub(super) to: f64,
    /// When it begins, in words.
    pub(super) label: String,
}

/// Hours that divide a day.
const HOURS: [u32; 5] = [1, 2, 3, 6, 12];
/// Days, from one on in whole weeks.
const DAYS: [i32; 10] = [1, 2, 7, 14, 28, 91, 364, 3_640, 36_400, 364_000];

/// Steps that together hold `from` to `to` [hours], at most `most` (or two more, since the first begins and the
/// last ends at a round time); at least one. Hours where dates end too early.
pub(super) fn steps(clock: &Clock, (from, to): (f64, f64), most: usize) -> Vec<Step> {
    let from = if from.is_finite() { from.max(0.0) } else { 0.0 };
    let to = if to.is_finite() { to.max(from) } else { from };
    let (span, most) = (to - from, most.max(1) as f64);
    if clock.has_dates() {
        if let Some(hours) = HOURS.into_iter().find(|hours| span / f64::from(*hours) <= most) {
            return of_hours(clock, from, to, hours).unwrap_or_else(|| round(from, to, most));
        }
        if let Some(days) = DAYS.into_iter().find(|days| span / (24.0 * f64::from(*days)) <= most) {
            return of_days(clock, from, to, days).unwrap_or_else(|| round(from, to, most));
        }
    }
    round(from, to, most)
}

/// Steps of so many hours, counted from midnight; absent if the dates end before `to`.
fn of_hours(clock: &Clock, from: f64, to: f64, hours: u32) -> Option<Vec<Step>> {
    let mut edges = Vec::new();
    for day in 0.. {
        let midnight = clock.day_start(from, day)?;
        edges.extend((0..24 / hours).map(|i| midnight + f64::from(i * hours)));
        if midnight > to || day > 32 {
            break;
        }
    }
    // On a day of 23 hours the last steps would reach into the next.
    edges.sort_by(f64::total_cmp);
    edges.dedup();
    Some(between(&edges, from, to, |at| clock.text(Some(at), Style::Minute)))
}

/// Steps of so many days; whole weeks begin on a Monday. Absent if the dates end before `to`.
fn of_days(clock: &Clock, from: f64, to: f64, days: i32) -> Option<Vec<Step>> {
    let label = |at: f64| {
        let style = if days > 28 { Style::Full } else { Style::Minute };
        let text = clock.text(Some(at), style);
        text.rsplit_once(' ').map_or(text.clone(), |(day, _)| day.to_owned())
    };
    let is_monday = |back: &i32| clock.day_start(from, -back).is_some_and(|at| label(at).starts_with("Mon"));
    let back = if days >= 7 { (0..7).find(is_monday).unwrap_or(0) } else { 0 };
    let mut edges = Vec::new();
    for place in 0.. {
        let at = clock.day_start(from, place * days - back)?;
        edges.push(at);
        if at > to {
            break;
        }
    }
    Some(between(&edges, from, to, label))
}

/// Steps of 1, 2 or 5 times a power of ten.
fn round(from: f64, to: f64, most: f64) -> Vec<Step> {
    let rough = ((to - from) / most).max(1e-2);
    let mut power = 1e-2;
    while power * 10.0 <= rough {
        power *= 10.0;
    }
    let step = [1.0, 2.0, 5.0].into_iter().map(|part| part * power).find(|step| *step >= rough);
    let step = step.unwrap_or(10.0 * power);
    let first = (from / step).floor();
    // One more than needed, for a quotient that is too small by its last bit.
    let count = ((to / step).floor() - first) as u32 + 2;
    let edges: Vec<f64> = (0..=count).map(|i| (first + f64::from(i)) * step).collect();
    let digits = if step >= 1.0 { 0 } else { 2 };
    between(&edges, from, to, |at| format!("{at:.digits$} h"))
}

/// The steps between edges that hold any of `from` to `to`.
fn between(edges: &[f64], from: f64, to: f64, label: impl Fn(f64) -> String) -> Vec<Step> {
    let edges: Vec<f64> = edges.iter().map(|&at| whole_ticks(at)).collect();
    let steps = edges.windows(2).filter(|edge| edge[1] > edge[0]);
    let held = steps.filter(|edge| edge[1] > from && edge[0] <= to);
    let all: Vec<Step> = held.map(|edge| Step { from: edge[0], to: edge[1], label: label(edge[0]) }).collect();
    if all.is_empty() { vec![Step { from, to: from + 1.0, label: label(from) }] } else { all }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::Origin;

    /// Monday 2025-01-06, 09:00 in Paris.
    fn paris() -> Clock {
        let origin = Origin { unix_micros: 1_736_150_400_000_000, zone: "Europe/Paris".to_owned() };
        Clock::new(Some(&origin))
    }

    fn labels(clock: &Clock, from: f64, to: f64) -> Vec<String> {
        steps(clock, (from, to), 10).into_iter().map(|step| step.label).collect()
    }

    #[test]
    fn steps_are_hours_days_or_weeks_by_the_span() {
        assert_eq!(
            labels(&paris(), 1.5, 4.0),
            ["Mon 6 Jan 10:00", "Mon 6 Jan 11:00", "Mon 6 Jan 12:00", "Mon 6 Jan 13:00"]
        );
        assert_eq!(labels(&paris(), 0.0, 100.0)[..2], ["Mon 6 Jan 00:00", "Mon 6 Jan 12:00"]);
        assert_eq!(labels(&paris(), 24.0, 240.0)[..2], ["Tue 7 Jan", "Wed 8 Jan"]);
        assert_eq!(labels(&paris(), 48.0, 1000.0)[..2], ["Mon 6 Jan", "Mon 13 Jan"]);
        assert_eq!(labels(&paris(), 0.0, 40_000.0)[..1], ["Mon 6 Jan 2025"]);
        assert_eq!(labels(&Clock::new(None), 13.0, 95.0)[..3], ["10 h", "20 h", "30 h"]);
        assert_eq!(labels(&Clock::new(None), 0.3, 0.3), ["0.30 h"]);
        assert_eq!(labels(&Clock::new(None), 4.0, 10.0)[..2], ["4 h", "5 h"]);
    }

    #[test]
    fn where_dates_end_steps_are_hours() {
        // 9999-06-01T00:00:00Z.
        let origin = Origin { unix_micros: 253_383_811_200_000_000, zone: "UTC".to_owned() };
        let clock = Clock::new(Some(&origin));
        assert_eq!(labels(&clock, 0.0, 48.0)[..2], ["Tue 1 Jun 00:00", "Tue 1 Jun 06:00"]);
        for span in [5_200.0, 9_000.0, 1e5, 1e8] {
            let labels = labels(&clock, 0.0, span);
            assert!(labels.iter().all(|label| label.ends_with(" h")), "{labels:?}");
        }
    }

    #[test]
    fn a_time_at_an_edge_is_in_the_step_that_begins_there() {
        for at in (0..100).map(|part| f64::from(part) / 100.0) {
            assert_eq!(labels(&Clock::new(None), at, at), [format!("{at:.2} h")]);
        }
    }

    proptest! {
        #[test]
        fn every_hour_lies_in_one_step(from in 0.0..20_000.0_f64, span in 0.0..50_000.0_f64, share in 0.0..1.0_f64) {
            for clock in [paris(), Clock::new(None)] {
                let [from, span] = [from, span].map(whole_ticks);
                let steps = steps(&clock, (from, from + span), 12);
                prop_assert!(steps.len() <= 14, "{}", steps.len());
                prop_assert!(steps.windows(2).all(|pair| pair[0].to == pair[1].from));
                let at = from + share * span;
                prop_assert!(steps[0].from <= at && steps[steps.len() - 1].to > at, "{steps:?}");
            }
        }
    }
}
