//! Each mechanism alone against what is known of it: exact by hand where nothing is random, else within four
//! standard errors of the exact mean at a fixed seed.

mod attempts;
mod blockers;
mod escalation;
#[path = "../support/exact.rs"]
mod exact;
mod failures;
mod luck;
mod reviews;
mod waits;

use exact::{assert_mean, exponential};
use plancast::model::{Calendar, Instance, Span};
use plancast::simulate::{Activity, Outcomes, Segment, Settings, Timeline, run, trace};
use plancast::units::{Probability, TICKS_PER_HOUR, Ticks};

const ITERATIONS: u32 = 20_000;

fn outcomes(instance: &Instance, iterations: u32) -> Outcomes {
    run(instance, &Settings::new(iterations, 7), &|_| ())
}

/// Makespans [hours] of 20,000 iterations.
fn makespans(instance: &Instance) -> Vec<f64> {
    outcomes(instance, ITERATIONS).makespan.iter().map(|m| m.hours()).collect()
}

/// Makespan [hours] of a plan without luck, the same in each of ten iterations.
#[track_caller]
fn makespan(instance: &Instance) -> f64 {
    let found = outcomes(instance, 10).makespan;
    assert!(found.iter().all(|&m| m == found[0]), "luck in {found:?}");
    found[0].hours()
}

/// What goes on in the first iteration: activity, start and finish [hours], in order.
fn story(instance: &Instance) -> Vec<(Activity, f64, f64)> {
    let timeline = trace(instance, &Settings::new(1, 7), 0);
    timeline.segments.iter().map(|s| (s.activity, s.start.hours(), s.finish.hours())).collect()
}

/// Timelines of the first iterations.
fn timelines(instance: &Instance, count: u32) -> Vec<Timeline> {
    let iterations: Vec<u32> = (0..count).collect();
    plancast::simulate::traces(instance, &Settings::new(count, 7), &iterations)
}

/// Hours of an activity in a timeline, on the clock.
fn hours_of(timeline: &Timeline, activity: Activity) -> f64 {
    of(timeline, activity).map(|s| (s.finish - s.start).hours()).sum()
}

fn of(timeline: &Timeline, activity: Activity) -> impl Iterator<Item = &Segment> {
    timeline.segments.iter().filter(move |s| s.activity == activity)
}

fn probability(value: f64) -> Probability {
    Probability::new(value).expect("a probability")
}

/// Open from 9 to 17 on each day, day 0 being the first.
fn office() -> Calendar {
    let day = 24 * TICKS_PER_HOUR;
    let spans = (0..7).map(|d| Span {
        start: Ticks(d * day + 9 * TICKS_PER_HOUR),
        finish: Ticks(d * day + 17 * TICKS_PER_HOUR),
    });
    Calendar::weekly(spans.collect(), Ticks::ZERO)
}
