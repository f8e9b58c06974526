//! `tasks.csv`, `agents.csv`, `milestones.csv`.

use super::super::clock::Clock;
use super::super::json::{SUMMARY_PERCENTS, source_word};
use super::cells::{number, table, text};
use crate::analyse::{AgentShares, Forecast, Goal, Moment};

/// One row per task.
#[must_use]
pub fn tasks_csv(forecast: &Forecast) -> String {
    const HEAD: [&str; 33] = [
        "id",
        "name",
        "phase",
        "estimate",
        "start_mean",
        "start_p10",
        "start_p50",
        "start_p90",
        "finish_mean",
        "finish_p10",
        "finish_p50",
        "finish_p90",
        "start_p50_date",
        "finish_p50_date",
        "finish_p90_date",
        "due",
        "probability",
        "planned_start",
        "planned_finish",
        "total_float",
        "free_float",
        "criticality",
        "cruciality",
        "ssi",
        "reviews",
        "review_wait",
        "set_by_dependency",
        "set_by_agent",
        "set_by_resource",
        "set_by_calendar",
        "set_by_plan_start",
        "driver",
        "driver_share",
    ];
    let clock = Clock::new(forecast.origin.as_ref());
    let rows = forecast.tasks.iter().map(|task| {
        let mut row = vec![
            text(&task.id),
            text(&task.name),
            text(task.phase.as_deref().unwrap_or_default()),
            source_word(task.estimate).to_owned(),
        ];
        row.extend(moment(&task.start));
        row.extend(moment(&task.finish));
        let dates = [task.start.p50, task.finish.p50, task.finish.p90];
        row.extend(dates.map(|hours| clock.iso(hours).unwrap_or_default()));
        let set_by = &task.start_set_by;
        let numbers = [
            task.due,
            task.probability,
            task.planned_start,
            task.planned_finish,
            Some(task.total_float),
            Some(task.free_float),
            Some(task.criticality),
            task.cruciality,
            task.ssi,
            Some(task.reviews),
            task.review_wait,
            Some(set_by.dependency),
            Some(set_by.agent),
            Some(set_by.resource),
            Some(set_by.calendar),
            Some(set_by.plan_start),
        ];
        row.extend(numbers.map(number));
        let driver = task.drivers.first();
        row.push(driver.map(|(id, _)| text(id)).unwrap_or_default());
        row.push(number(driver.map(|(_, share)| *share)));
        row
    });
    table(&HEAD, rows)
}

fn moment(moment: &Moment) -> [String; 4] {
    [moment.mean, moment.p10, moment.p50, moment.p90].map(number)
}

/// One row per agent, all its copies together.
#[must_use]
pub fn agents_csv(forecast: &Forecast) -> String {
    let head = [
        "id",
        "name",
        "count",
        "busy",
        "blocked",
        "reviewing",
        "idle",
        "hours",
        "reviews",
        "review_wait",
        "waited_for",
    ];
    let rows = forecast.agents.iter().map(|agent| {
        let share = |of: fn(AgentShares) -> f64| agent.shares.map(of);
        let shares = [share(|s| s.busy), share(|s| s.blocked), share(|s| s.reviewing), share(|s| s.idle)];
        let mut row = vec![text(&agent.id), text(&agent.name), agent.count.to_string()];
        row.extend(shares.map(number));
        row.extend(
            [Some(agent.hours), Some(agent.reviews), agent.review_wait, Some(agent.waited_for)].map(number),
        );
        row
    });
    table(&head, rows)
}

/// One row per milestone, then one per phase.
#[must_use]
pub fn milestones_csv(forecast: &Forecast) -> String {
    let head = [
        "id",
        "name",
        "kind",
        "mean",
        "sd",
        "p5",
        "p10",
        "p25",
        "p50",
        "p75",
        "p80",
        "p90",
        "p95",
        "unfinished",
        "due",
        "probability",
        "p50_date",
        "p80_date",
        "p95_date",
        "due_date",
    ];
    let clock = Clock::new(forecast.origin.as_ref());
    let row = |goal: &Goal, kind: &str| {
        let spread = &goal.finish.spread;
        let at = |percent| spread.percentile(percent).value;
        let mut row = vec![text(&goal.id), text(&goal.name), kind.to_owned()];
        row.extend([spread.mean, spread.sd].map(number));
        row.extend(SUMMARY_PERCENTS.map(|percent| number(at(percent))));
        row.extend([Some(spread.unfinished), goal.finish.due, goal.finish.probability].map(number));
        row.extend([at(50), at(80), at(95), goal.finish.due].map(|h| clock.iso(h).unwrap_or_default()));
        row
    };
    let milestones = forecast.milestones.iter().map(|goal| row(goal, "milestone"));
    table(&head, milestones.chain(forecast.phases.iter().map(|goal| row(goal, "phase"))))
}
