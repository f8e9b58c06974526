//! The numbers that the page's script moves, as one block of JSON inside the page.

use serde::Serialize;

use crate::analyse::{Forecast, Goal, Spread};

#[derive(Serialize)]
struct Data<'a> {
    /// Milliseconds since 1970 of hour 0; absent without a start.
    start: Option<i64>,
    zone: Option<&'a str>,
    /// Percentiles 1 to 99 of the finish [hours].
    finish: Vec<Option<f64>>,
    /// The plan's own finish [hours].
    plan: Option<f64>,
    /// Milestones, then phases, in the order of the page's rows.
    goals: Vec<GoalData>,
}

#[derive(Serialize)]
struct GoalData {
    due: Option<f64>,
    at: Vec<Option<f64>>,
}

/// The block's text; harmless inside a script element whatever the plan says.
pub(super) fn data(forecast: &Forecast) -> String {
    let goal =
        |goal: &Goal| GoalData { due: goal.finish.due.map(hundredth), at: percentiles(&goal.finish.spread) };
    let origin = forecast.origin.as_ref();
    let data = Data {
        start: origin.map(|origin| origin.unix_micros.div_euclid(1000)),
        zone: origin.map(|origin| origin.zone.as_str()),
        finish: percentiles(&forecast.finish.spread),
        plan: forecast.deterministic.schedule.map(hundredth),
        goals: forecast.milestones.iter().chain(&forecast.phases).map(goal).collect(),
    };
    // OK because every key is text and numbers that are not finite became `None`.
    let text = serde_json::to_string(&data).expect("plain data");
    // Only these could end the element or begin a comment; in JSON they stand inside text alone.
    text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

fn percentiles(spread: &Spread) -> Vec<Option<f64>> {
    spread.percentiles.iter().map(|p| p.value.map(hundredth)).collect()
}

/// To 36 seconds: enough for a date that is shown to the minute.
fn hundredth(hours: f64) -> f64 {
    (hours * 100.0).round() / 100.0
}
