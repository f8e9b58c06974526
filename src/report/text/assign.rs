//! Recommendations as text.

use super::super::clock::Clock;
use super::super::names::{agent_id, task_id};
use super::super::number::{hours_text, money, plain, thousands};
use super::super::words;
use super::layout::{Page, left, right};
use crate::dates::Style;
use crate::model::{AgentId, Instance, TaskId};
use crate::optimise::{Doer, Objective, Recommendation, Search, Solution};
use crate::stats::Estimate;

/// The best schedule found on mean durations as text of at most 80 columns.
#[must_use]
pub fn solution_text(instance: &Instance, solution: &Solution) -> String {
    let clock = Clock::new(instance.origin.as_ref());
    let mut page = Page::default();
    page.heading(&format!("{}: best schedule found on mean durations", instance.name));
    page.paragraph(&match solution.makespan.finite_hours() {
        Some(hours) => format!(
            "Finishes after {} (as written: {}). {}",
            hours_text(hours),
            clock_free(solution.as_written.finite_hours()),
            bound_text(solution)
        ),
        None => format!("Never finishes, as written or otherwise: {}.", words::UNDONE),
    });
    page.paragraph(&format!("{} schedules generated.", thousands(solution.schedules as f64)));
    if !solution.is_patient && !solution.is_optimal() && !solution.makespan.is_never() {
        page.paragraph("Only schedules were searched in which nobody waits who could start something.");
    }
    if solution.dispatched != solution.makespan {
        page.paragraph(&format!(
            "The schedule lets somebody wait for better work. Its order alone, in which nobody waits who could start \
             something, takes {}.",
            clock_free(solution.dispatched.finite_hours())
        ));
    }
    let mut rows = vec![["task", "who", "start", "finish"].map(str::to_owned).to_vec()];
    for (index, task) in solution.tasks.iter().enumerate() {
        let who: Vec<String> = task.agents.iter().map(|&agent| agent_id(instance, agent)).collect();
        rows.push(vec![
            task_id(instance, TaskId::from(index)).to_owned(),
            who.join(", "),
            clock.text(task.start.finite_hours(), Style::Minute),
            clock.text(task.finish.finite_hours(), Style::Minute),
        ]);
    }
    page.table(&[left(24), left(14), right(16), right(16)], true, &rows);
    page.finish()
}

fn clock_free(hours: Option<f64>) -> String {
    hours.map_or_else(|| "never".to_owned(), hours_text)
}

fn bound_text(solution: &Solution) -> String {
    let (found, bound) = (solution.makespan.hours(), solution.lower_bound.hours());
    if solution.is_optimal() {
        "No schedule is shorter: it is optimal.".to_owned()
    } else if bound > 0.0 {
        let gap = (found / bound - 1.0) * 100.0;
        format!("No schedule is shorter than {}: the gap is {gap:.1} %.", hours_text(bound))
    } else {
        String::new()
    }
}

/// A recommendation as text of at most 80 columns.
#[must_use]
pub fn assign_text(instance: &Instance, found: &Recommendation, search: &Search) -> String {
    let mut page = Page::default();
    page.heading(&format!("{}: who should do what", instance.name));
    page.paragraph(&verdict(found, search));
    page.paragraph(&format!(
        "{} schedules searched; differences on {} iterations that the search never saw, with 95 % intervals.",
        thousands(found.schedules as f64),
        thousands(f64::from(search.iterations))
    ));
    page.paragraph(&match found.solution.makespan.finite_hours() {
        Some(best) => format!(
            "On mean durations, where nothing goes wrong: {} as written, {} at best. {}",
            clock_free(found.solution.as_written.finite_hours()),
            hours_text(best),
            bound_text(&found.solution)
        ),
        None => format!(
            "On mean durations, where nothing goes wrong, it never finishes, as written or otherwise: {}.",
            words::UNDONE
        ),
    });
    levels(&mut page, found, search.objective);
    if found.is_better {
        tasks(&mut page, instance, found, search);
    }
    page.heading("Load");
    let mut rows = vec![["", "as written", "candidate"].map(str::to_owned).to_vec()];
    for (agent, load) in found.loads.iter().enumerate() {
        let [before, after] = load.map(|hours| hours.map_or_else(|| NOT_KNOWN.to_owned(), hours_text));
        rows.push(vec![agent_id(instance, AgentId::from(agent)), before, after]);
    }
    page.table(&[left(24), right(14), right(14)], true, &rows);
    page.finish()
}

/// What is recommended, and by how much it is better.
fn verdict(found: &Recommendation, search: &Search) -> String {
    let gain = &found.gain;
    let objective = title(search.objective);
    if found.is_better && found.objective[0].is_infinite() {
        return format!(
            "Recommended: too many iterations of the plan as written never finish for it to have a {objective}; with \
             the recommendation it has one."
        );
    }
    let known = |by: Estimate| {
        change(by, search.objective.is_hours()).unwrap_or_else(|| "an amount that is not known".to_owned())
    };
    let change = known(gain.objective);
    let share = gain.objective.value / found.objective[0];
    let share =
        if share.is_finite() { format!(", {}{:.1} %", sign(share), 100.0 * share.abs()) } else { String::new() };
    match gain.blurred.filter(|_| gain.objective.high >= 0.0 && found.is_better) {
        None if found.is_better => {
            format!("Recommended: against the plan as written the {objective} changes by {change}{share}.")
        }
        Some(blurred) => {
            // Hours and what the cost is worth in them end nowhere.
            let comes = if search.objective.is_about_cost() { "comes to" } else { "ends" };
            format!(
                "Recommended: what {comes} about the {objective} (up to five percent before and beyond) {comes} {} on \
                 average. The {objective} itself changes by {change}, which may be luck.",
                known(blurred)
            )
        }
        None if gain.objective.value == 0.0 && gain.mean.value == 0.0 => {
            format!("Keep the plan as written: nothing was found that makes its {objective} smaller.")
        }
        None => format!(
            "Keep the plan as written: nothing was found that makes its {objective} smaller beyond noise (the best \
             candidate changes it by {change})."
        ),
    }
}

/// How tables and sentences call an objective.
fn title(objective: Objective) -> String {
    let word = objective.to_string();
    if matches!(objective, Objective::Quantile(_)) { word.to_uppercase() } else { word }
}

/// The objective where it is none of the others, P50, P80, mean and cost, before and after.
fn levels(page: &mut Page, found: &Recommendation, objective: Objective) {
    let gain = &found.gain;
    let mut rows = vec![["", "as written", "candidate", "change"].map(str::to_owned).to_vec()];
    let word = title(objective);
    // The others have rows of their own.
    if !["P50", "P80", "mean", "cost"].contains(&word.as_str()) {
        rows.push(level(&word, found.objective, gain.objective, true));
    }
    for ((name, [before, after]), by) in
        ["P50", "P80", "mean"].iter().zip(found.levels).zip([gain.p50, gain.p80, gain.mean])
    {
        rows.push(level(name, [before, after], by, true));
    }
    let [.., cost] = found.levels;
    // As in a forecast: no costs, or none that is known, are not shown.
    if cost.iter().any(|cost| cost.is_finite() && *cost != 0.0) {
        rows.push(level("cost", cost, gain.cost, false));
    }
    page.table(&[left(14), right(14), right(14), right(34)], true, &rows);
}

/// A row of such a table.
fn level(name: &str, values: [f64; 2], by: Estimate, is_hours: bool) -> Vec<String> {
    let [before, after] = values.map(|value| match value {
        infinite if infinite.is_infinite() => "never".to_owned(),
        hours if is_hours => hours_text(hours),
        amount => money(amount),
    });
    vec![name.to_owned(), before, after, change(by, is_hours).unwrap_or_else(|| NOT_KNOWN.to_owned())]
}

const NOT_KNOWN: &str = "not known";

fn sign(value: f64) -> &'static str {
    if value < 0.0 { "-" } else { "+" }
}

/// A difference of hours or of money, with its interval; absent where too much never finishes.
fn change(by: Estimate, is_hours: bool) -> Option<String> {
    if !by.low.is_finite() || !by.high.is_finite() {
        return None;
    }
    Some(if is_hours {
        words::hours_difference(by)
    } else {
        format!("{} ({} to {})", plain(by.value), plain(by.low), plain(by.high))
    })
}

/// Tasks in recommended order, with the agent, what speaks for it, and what changes: from whom the task moves, and
/// from which place in the order to which.
fn tasks(page: &mut Page, instance: &Instance, found: &Recommendation, search: &Search) {
    page.heading("Tasks, in the order recommended");
    let mut rows = vec![["task", "agent", "why", "changes", "place"].map(str::to_owned).to_vec()];
    let places = found.places();
    for &task in &found.order {
        let name = |agent: AgentId| instance.agents[agent.index()].id.clone();
        let [before, after] = found.doers(task, search.objective);
        let (agent, why) = match after {
            Doer::Given => (String::new(), String::new()),
            Doer::Only(agent) => (name(agent), "nobody else may".to_owned()),
            Doer::Any => ("any".to_owned(), "whoever is done first".to_owned()),
            Doer::Fastest(agent, pace) => (name(agent), format!("fastest (x{pace:.2})")),
            Doer::Cheaper(agent, pace) => (name(agent), format!("cheaper (x{pace:.2})")),
            Doer::LessBusy(agent, pace) => (name(agent), format!("others are busier (x{pace:.2})")),
            Doer::Found(agent, pace) => (name(agent), format!("better by search (x{pace:.2})")),
        };
        let changes = match before.agent() {
            same if same == after.agent() => String::new(),
            Some(before) => format!("from {}", name(before)),
            None => "from any".to_owned(),
        };
        let place = match places[task.index()] {
            [Some(before), Some(after)] if before != after => format!("{before} to {after}"),
            _ => String::new(),
        };
        rows.push(vec![task_id(instance, task).to_owned(), agent, why, changes, place]);
    }
    page.table(&[left(18), left(12), left(25), left(14), left(10)], true, &rows);
}

/// What each agent allowed for a task would change.
#[must_use]
pub fn alternatives_text(
    found: &Recommendation,
    (task, others): (TaskId, &[(Option<AgentId>, Estimate)]),
    search: &Search,
) -> String {
    let mut page = Page::default();
    let plan = &found.open;
    page.heading(&format!("Who could do {}", task_id(plan, task)));
    if others.is_empty() {
        page.paragraph(
            "There is nothing to choose: it needs no agent or a crew, it is done or under way, or hours are spent on it \
             that are billed to whoever the plan names.",
        );
        return page.finish();
    }
    let [_, chosen] = found.doers(task, search.objective).map(Doer::agent);
    let mut rows = vec![["agent", "changes the P80 by", ""].map(str::to_owned).to_vec()];
    for (agent, by) in others {
        let note = if chosen == *agent { "recommended" } else { "" };
        let never = if by.value == f64::INFINITY { "it never comes" } else { NOT_KNOWN };
        let change = change(*by, true).unwrap_or_else(|| never.to_owned());
        let name = agent.map_or("any", |agent| &plan.agents[agent.index()].id);
        rows.push(vec![name.to_owned(), change, note.to_owned()]);
    }
    page.table(&[left(24), right(36), left(12)], true, &rows);
    page.finish()
}
