//! `percentiles.csv` and `iterations.csv`.

use super::super::clock::Clock;
use super::cells::{number, table, text};
use crate::analyse::Forecast;
use crate::model::Instance;
use crate::simulate::Outcomes;
use crate::units::Ticks;

/// Percentiles 1 to 99 of finish and cost with their intervals, then of each milestone and phase.
#[must_use]
pub fn percentiles_csv(forecast: &Forecast) -> String {
    let clock = Clock::new(forecast.origin.as_ref());
    let goals = || forecast.milestones.iter().chain(&forecast.phases);
    let names: Vec<String> = goals().map(|goal| text(&goal.id)).collect();
    let mut head = vec!["percent", "finish", "finish_low", "finish_high", "finish_date", "cost"];
    head.extend(names.iter().map(String::as_str));
    let rows = (1..=99).map(|percent: u8| {
        let finish = forecast.finish.spread.percentile(percent);
        let mut row = vec![percent.to_string()];
        row.extend([finish.value, finish.low, finish.high].map(number));
        row.push(clock.iso(finish.value).unwrap_or_default());
        row.push(number(forecast.cost.spread.percentile(percent).value));
        row.extend(goals().map(|goal| number(goal.finish.spread.percentile(percent).value)));
        row
    });
    table(&head, rows)
}

/// One row per iteration: finish and cost, then when each milestone and phase was reached.
#[must_use]
pub fn iterations_csv(instance: &Instance, outcomes: &Outcomes) -> String {
    let milestones = instance.milestones.iter().map(|m| text(&m.id));
    let names: Vec<String> = milestones.chain(instance.phases.iter().map(|p| text(&p.id))).collect();
    let mut head = vec!["iteration", "finish", "cost"];
    head.extend(names.iter().map(String::as_str));
    let rows = outcomes.makespan.iter().zip(&outcomes.cost).enumerate().map(|(iteration, (makespan, cost))| {
        let mut row = vec![iteration.to_string(), hours(*makespan), number(Some(*cost))];
        row.extend(outcomes.milestones.iter().chain(&outcomes.phases).map(|column| hours(column[iteration])));
        row
    });
    table(&head, rows)
}

fn hours(ticks: Ticks) -> String {
    number(ticks.finite_hours())
}
