//! What `simulate` prints: the answer first, then what stands behind it.

use super::super::about::About;
use super::super::clock::Clock;
use super::super::critical::by_criticality;
use super::super::names::titled;
use super::super::number::{column_hours, hours_text, money, percent, shows, signed_hours, thousands};
use super::super::words;
use super::layout::{Page, left, right};
use super::screen::Screen;
use super::{histogram, team, timeline};
use crate::analyse::{Forecast, Goal, JoinKind, TaskForecast};
use crate::dates::Style;
use crate::simulate::{ByCause, Cause};

/// Tasks listed by criticality.
const TASKS_SHOWN: usize = 5;

/// Tasks with due dates of their own that are shown.
const DUE_SHOWN: usize = 10;

/// The forecast as text that fits `screen`, with ANSI styles that a caller may strip. `finishes` are those of all
/// iterations [hours], infinite for those that never do.
#[must_use]
pub fn summary_text(forecast: &Forecast, finishes: &[f64], about: &About, screen: Screen) -> String {
    let clock = Clock::new(forecast.origin.as_ref());
    let mut page = Page::on(screen);
    page.heading(&forecast.plan);
    page.paragraph(&about.run_line(&thousands(f64::from(forecast.iterations)), forecast.seed));
    finish(&mut page, forecast, &clock);
    histogram::histogram(&mut page, forecast, finishes, &clock);
    cost(&mut page, forecast);
    goals(&mut page, forecast, &clock);
    due_tasks(&mut page, forecast, &clock);
    timeline::timeline(&mut page, forecast, &clock);
    critical_tasks(&mut page, forecast);
    team::agents(&mut page, forecast);
    team::levels(&mut page, forecast);
    causes(&mut page, forecast);
    joins(&mut page, forecast);
    readings(&mut page, about);
    page.finish()
}

fn finish(page: &mut Page, forecast: &Forecast, clock: &Clock) {
    page.heading("Finish");
    let spread = &forecast.finish.spread;
    let rows = [50, 80, 95].map(|percent| {
        let percentile = spread.percentile(percent);
        let mut row = vec![format!("P{percent}")];
        if clock.has_dates() {
            row.push(clock.text(percentile.value, Style::Full));
        }
        row.push(percentile.value.map_or_else(|| "never".to_owned(), hours_text));
        row.push(interval(percentile.low, percentile.high));
        row
    });
    let dates = if clock.has_dates() { vec![right(24)] } else { Vec::new() };
    let columns: Vec<_> = [vec![left(4)], dates, vec![right(10), left(28)]].concat();
    page.table(&columns, false, &rows);
    if spread.unfinished > 0.0 {
        let share = percent(spread.unfinished);
        page.paragraph(&format!(
            "{share} of the iterations never finish: nobody is left who could do what remains, or failures undo \
             work faster than it is done. Percentiles count them as infinite, and there is no mean."
        ));
    }
    page.paragraph(&against_the_plan(forecast, clock));
    if let Some(due) = forecast.finish.due {
        let last = format!("P(by {}, the last due date)", clock.due_text(due, Style::Full));
        let rows = [
            (last, forecast.finish.probability),
            ("P(every due date met)".to_owned(), forecast.all_due),
            ("P(last due date and budget met)".to_owned(), forecast.finish_and_budget),
        ];
        let rows: Vec<Vec<String>> =
            rows.into_iter().filter_map(|(what, p)| Some(vec![what, percent(p?)])).collect();
        page.table(&[left(60), right(5)], false, &rows);
    }
}

fn interval(low: Option<f64>, high: Option<f64>) -> String {
    match (low, high) {
        (Some(low), Some(high)) => {
            let text = hours_text(low);
            format!("({} to {})", text.trim_end_matches(" h"), hours_text(high))
        }
        (Some(low), None) => format!("({} or later)", hours_text(low)),
        _ => String::new(),
    }
}

fn against_the_plan(forecast: &Forecast, clock: &Clock) -> String {
    let when = |hours: f64| match clock.date(hours, Style::Full) {
        Some(date) => format!("{date} ({})", hours_text(hours)),
        None => hours_text(hours),
    };
    let Some(schedule) = forecast.deterministic.schedule else {
        return "The plan's own schedule never finishes: nobody is there who could do what remains.".to_owned();
    };
    let without = if forecast.tasks.iter().any(|task| task.reviews > 0.0) { " without reviews" } else { "" };
    let says = format!("The plan says {}{without}", when(schedule));
    let chance = match forecast.deterministic.probability {
        Some(1.0) => "which every iteration meets".to_owned(),
        Some(share) if share > 0.0 => format!("which {} of the iterations meet", percent(share)),
        _ => "which no iteration meets".to_owned(),
    };
    match (forecast.finish.spread.percentile(80).value, forecast.later_than_plan(80)) {
        (Some(p80), Some(later)) if later >= 0.0 => {
            format!("{says}, {chance}. To be 80 % sure, say {}: {} later.", when(p80), hours_text(later))
        }
        (Some(p80), Some(later)) => {
            format!("{says}, {chance}. To be 80 % sure, say {}: {} earlier.", when(p80), hours_text(-later))
        }
        _ => format!("{says}, {chance}. There is no date to be 80 % sure of."),
    }
}

fn cost(page: &mut Page, forecast: &Forecast) {
    let spread = &forecast.cost.spread;
    let at = [50, 80, 95].map(|percent| (percent, spread.percentile(percent).value));
    let costs = |cost: f64| cost > 0.0 || forecast.cost.due.is_some();
    if !at.iter().any(|(_, cost)| cost.is_some_and(costs)) {
        return;
    }
    page.heading("Cost");
    let text = |cost: Option<f64>| cost.map_or_else(|| "never".to_owned(), money);
    let parts: Vec<String> = at.iter().map(|(percent, cost)| format!("P{percent} {}", text(*cost))).collect();
    let budget = forecast.cost.due.zip(forecast.cost.probability);
    let within = budget.map(|(budget, p)| format!("; {} within the budget of {}", percent(p), money(budget)));
    page.paragraph(&(parts.join(", ") + &within.unwrap_or_default()));
}

fn goals(page: &mut Page, forecast: &Forecast, clock: &Clock) {
    let tables = [("Milestones", &forecast.milestones), ("Phases", &forecast.phases)];
    for (title, goals) in tables.into_iter().filter(|(_, goals)| !goals.is_empty()) {
        page.heading(title);
        let any_due = goals.iter().any(|goal| goal.finish.due.is_some());
        // Three dates and a probability do not fit 80 columns: where there are due dates, the median goes.
        let (head, columns) = if any_due {
            (["", "P80", "due", "P(by)"].as_slice(), vec![left(34), right(16), right(16), right(5)])
        } else {
            (["", "P50", "P80"].as_slice(), vec![left(38), right(16), right(16)])
        };
        let mut rows = vec![head.iter().map(|&word| word.to_owned()).collect::<Vec<_>>()];
        rows.extend(goals.iter().map(|goal| goal_row(goal, clock, any_due)));
        page.table(&columns, true, &rows);
    }
}

/// Tasks that have due dates of their own; of many, those that are least likely to meet them.
fn due_tasks(page: &mut Page, forecast: &Forecast, clock: &Clock) {
    let mut tasks: Vec<(&TaskForecast, f64, f64)> =
        forecast.tasks.iter().filter_map(|task| Some((task, task.due?, task.probability?))).collect();
    if tasks.is_empty() {
        return;
    }
    let count = tasks.len();
    if count > DUE_SHOWN {
        tasks.sort_by(|a, b| a.2.total_cmp(&b.2));
        tasks.truncate(DUE_SHOWN);
    }
    page.heading(&if count > DUE_SHOWN {
        format!("Tasks with a due date, the {DUE_SHOWN} of {count} that are least likely in time")
    } else {
        "Tasks with a due date".to_owned()
    });
    let mut rows = vec![["", "P90", "due", "P(by)"].map(str::to_owned).to_vec()];
    rows.extend(tasks.into_iter().map(|(task, due, probability)| {
        let p90 = clock.text(task.finish.p90, Style::Minute);
        vec![titled(&task.id, &task.name), p90, clock.due_text(due, Style::Minute), percent(probability)]
    }));
    page.table(&[left(34), right(16), right(16), right(5)], true, &rows);
}

fn goal_row(goal: &Goal, clock: &Clock, any_due: bool) -> Vec<String> {
    let at = |percent| clock.text(goal.finish.spread.percentile(percent).value, Style::Minute);
    let mut row = vec![goal.name.clone()];
    if !any_due {
        row.push(at(50));
    }
    row.push(at(80));
    if any_due {
        row.push(goal.finish.due.map(|due| clock.due_text(due, Style::Minute)).unwrap_or_default());
        row.push(goal.finish.probability.map(percent).unwrap_or_default());
    }
    row
}

fn critical_tasks(page: &mut Page, forecast: &Forecast) {
    let ranked = by_criticality(&forecast.tasks).into_iter().map(|place| &forecast.tasks[place]);
    let tasks: Vec<&TaskForecast> = ranked.take_while(|task| task.criticality > 0.0).take(TASKS_SHOWN).collect();
    if tasks.is_empty() {
        return;
    }
    page.heading("Tasks that drive the finish");
    let mut rows = vec![["", "critical", "its start is set by"].map(str::to_owned).to_vec()];
    let row =
        |task: &TaskForecast| vec![titled(&task.id, &task.name), percent(task.criticality), start_set_by(task)];
    rows.extend(tasks.into_iter().map(row));
    page.table(&[left(30), right(8), left(36)], true, &rows);
}

/// What set a task's start in at least one iteration of ten, the most frequent first.
fn start_set_by(task: &TaskForecast) -> String {
    let set_by = &task.start_set_by;
    let mut parts = vec![
        ("busy agents".to_owned(), set_by.agent),
        ("resources in use".to_owned(), set_by.resource),
        ("off hours".to_owned(), set_by.calendar),
        ("the plan's start".to_owned(), set_by.plan_start),
    ];
    // Who of several was last is known, and how often that set the start, but not both at once.
    let last: f64 = task.drivers.iter().map(|(_, share)| share).sum();
    parts.extend(task.drivers.iter().map(|(id, share)| (id.clone(), set_by.dependency * share / last)));
    if task.drivers.is_empty() {
        parts.push(("dependencies".to_owned(), set_by.dependency));
    }
    parts.retain(|(_, share)| *share >= 0.1);
    parts.sort_by(|a, b| b.1.total_cmp(&a.1));
    let parts: Vec<String> = parts.iter().map(|(what, share)| format!("{what} {}", percent(*share))).collect();
    parts.join(", ")
}

fn causes(page: &mut Page, forecast: &Forecast) {
    let sum = |hours: &ByCause<f64>| hours.iter().sum::<f64>();
    let more = forecast.causes.spent.more_than_plan();
    let parts = [
        ("plan", forecast.causes.spent.plan.as_ref()),
        ("mean", forecast.causes.mean.as_ref()),
        ("near P80", forecast.causes.spent.near_p80.as_ref()),
    ];
    // What is not known has no column.
    let parts: Vec<(&str, &ByCause<f64>)> =
        parts.into_iter().filter_map(|(title, hours)| Some((title, hours?))).collect();
    let most = parts.iter().map(|(_, hours)| sum(hours)).fold(0.0, f64::max);
    let row = |name: &str, part: &dyn Fn(&ByCause<f64>) -> f64| {
        let mut cells = vec![name.to_owned()];
        cells.extend(parts.iter().map(|(_, hours)| column_hours(part(hours), most)));
        cells.extend(more.as_ref().map(|hours| signed_hours(part(hours), most)));
        cells
    };
    let seen: Vec<usize> =
        (0..Cause::ALL.len()).filter(|&i| parts.iter().any(|(_, hours)| shows(hours[i], most))).collect();
    if seen.is_empty() {
        return;
    }
    page.heading("Where the time goes");
    let mut head = vec![String::new()];
    head.extend(parts.iter().map(|(title, _)| (*title).to_owned()));
    head.extend(more.map(|_| "P80 - plan".to_owned()));
    let mut rows = vec![head];
    rows.extend(seen.into_iter().map(|i| row(words::cause(Cause::ALL[i]), &|hours| hours[i])));
    rows.push(row("in all", &sum));
    page.table(&[left(28), right(11), right(11), right(11), right(11)], true, &rows);
    page.paragraph(&team::longest_waits(forecast));
}

/// The join that makes the plan latest, if any does so by an amount worth a line.
fn joins(page: &mut Page, forecast: &Forecast) {
    let worst = forecast
        .joins
        .iter()
        .filter_map(|join| Some((join, join.merge_bias?)))
        .filter(|(_, bias)| *bias >= 0.1)
        .max_by(|a, b| a.1.total_cmp(&b.1));
    let Some((join, bias)) = worst else { return };
    let place = match join.kind {
        JoinKind::Task => format!("before task {}", join.id),
        JoinKind::PhaseStart => format!("before phase {}", join.id),
        JoinKind::PhaseFinish => format!("at the end of phase {}", join.id),
        JoinKind::Milestone => format!("at milestone {}", join.id),
    };
    page.paragraph(&format!(
        "Merge bias: {} branches meet {place}; the last of them is {} later on average than the mean of any.",
        join.branches,
        hours_text(bias)
    ));
}

fn readings(page: &mut Page, about: &About) {
    let lines = about.readings();
    if !lines.is_empty() {
        page.heading("How the plan was read");
    }
    for line in lines {
        page.paragraph(&line);
    }
}
