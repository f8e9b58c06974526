//! The numbers that the page's script moves, as one block of JSON inside the page.

use serde::Serialize;

use super::View;
use crate::analyse::{Goal, Spread};

#[derive(Serialize)]
struct Data<'a> {
    /// One for each option, in the order of the page.
    views: Vec<ViewData<'a>>,
}

#[derive(Serialize)]
struct ViewData<'a> {
    name: &'a str,
    /// Milliseconds since 1970 of hour 0; absent without a start.
    start: Option<i64>,
    zone: Option<&'a str>,
    finish: Rising,
    /// The plan's own finish [hours].
    plan: Option<f64>,
    /// Milestones, then phases, in the order of the page's rows.
    goals: Vec<GoalData>,
    /// Finish of each task, in the order of the page's rows.
    tasks: Vec<Rising>,
}

#[derive(Serialize)]
struct GoalData {
    due: Option<f64>,
    at: Rising,
}

/// Percentiles 1 to 99 in hundredths of an hour: the first as it is, then by how much each is more than the one
/// before; those that are infinite are left out at the end. Far shorter than the numbers themselves.
#[derive(Serialize)]
#[serde(transparent)]
struct Rising(Vec<i64>);

impl Rising {
    fn new(percentiles: impl Iterator<Item = Option<f64>>) -> Self {
        let mut before = 0;
        // 36 seconds are enough for a date that is shown to the minute.
        let hundredths = percentiles.map_while(|hours| hours.map(|hours| (hours * 100.0).round() as i64));
        Self(hundredths.map(|at| at - std::mem::replace(&mut before, at)).collect())
    }

    fn of(spread: &Spread) -> Self {
        Self::new(spread.percentiles.iter().map(|percentile| percentile.value))
    }
}

/// The block's text; harmless inside a script element whatever the plan says.
pub(super) fn data(views: &[View]) -> String {
    let data = Data { views: views.iter().map(view).collect() };
    // OK because every key is text and no number is a float that is not finite.
    let text = serde_json::to_string(&data).expect("plain data");
    // Only these could end the element or begin a comment; in JSON they stand inside text alone.
    text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

fn view<'a>(view: &View<'a>) -> ViewData<'a> {
    let forecast = view.material.forecast;
    let origin = forecast.origin.as_ref();
    let hundredth = |hours: f64| (hours * 100.0).round() / 100.0;
    let goal = |goal: &Goal| GoalData { due: goal.finish.due.map(hundredth), at: Rising::of(&goal.finish.spread) };
    ViewData {
        name: view.name,
        start: origin.map(|origin| origin.unix_micros.div_euclid(1000)),
        zone: origin.map(|origin| origin.zone.as_str()),
        finish: Rising::of(&forecast.finish.spread),
        plan: forecast.deterministic.schedule.map(hundredth),
        goals: forecast.milestones.iter().chain(&forecast.phases).map(goal).collect(),
        tasks: view.task_finishes.iter().map(|finishes| Rising::new(finishes.iter().copied())).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_written_as_what_they_add() {
        let rising = Rising::new([Some(1.004), Some(1.5), Some(1.5), None, None].into_iter());
        assert_eq!(rising.0, [100, 50, 0]);
        assert!(Rising::new([None].into_iter()).0.is_empty());
    }
}
