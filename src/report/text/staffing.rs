//! What `staff` prints: the grid, the next step on each axis, the knee, and the cheapest that is good enough.

use std::fmt::Write as _;

use super::super::names::{COST, axis_names};
use super::super::number::{asked_percent, found_percent, hours_text, money, percent, plain, thousands};
use super::super::words;
use super::compare::{estimate, short};
use super::layout::{Column, Page, left, right};
use crate::analyse::{Bottleneck, Combination, Staffing, Step, Wish};
use crate::stats::Estimate;

/// Combinations shown; of more only the Pareto front is.
const SHOWN: usize = 40;

/// A grid as text; about 80 columns, more for many axes. `in_full` adds what it says.
#[must_use]
pub fn staffing_text(staffing: &Staffing, in_full: bool) -> String {
    let mut page = Page::default();
    page.heading(&staffing.plan);
    page.paragraph(&about(staffing));
    grid(&mut page, staffing);
    if in_full {
        steps(&mut page, staffing);
        wish(&mut page, staffing);
    }
    page.finish()
}

/// How many combinations were simulated, and how.
fn about(staffing: &Staffing) -> String {
    let question = &staffing.question;
    let count = staffing.combinations.len();
    let iterations = thousands(f64::from(question.iterations));
    let full = staffing.combinations.iter().filter(|c| c.in_full).count();
    let mut text = if full == count {
        format!(
            "{count} combinations, {iterations} iterations of each, seed {}, with the same luck.",
            question.seed
        )
    } else {
        format!(
            "{} combinations in a race with the same luck, seed {}: {full} were simulated in full, with {iterations} \
             iterations, the others until they had fallen behind.",
            thousands(count as f64),
            question.seed
        )
    };
    if let Some(budget) = question.budget {
        let beyond = staffing.combinations.iter().filter(|c| !c.affordable).count();
        // Writing to a string cannot fail, here and below.
        let _ = write!(text, " Beyond the budget of {}: {beyond} of {count}.", money(budget));
    }
    if let Some(schedules) = question.search {
        let assigned = staffing.combinations.iter().filter(|c| c.assigned == Some(true)).count();
        let schedules = thousands(schedules as f64);
        let _ = write!(
            text,
            " For each, a search of {schedules} schedules looked for a better assignment, and found one for {assigned}."
        );
    }
    text
}

fn grid(page: &mut Page, staffing: &Staffing) {
    let number = words::objective(staffing.question.rule.objective);
    page.heading(&format!("Finish, {number}"));
    let has_cost = staffing.combinations.iter().any(|c| c.cost != Some(0.0));
    let mut head = axis_names(&staffing.question.axes);
    let mut columns: Vec<Column> = head.iter().map(|_| right(20)).collect();
    let mut add = |name: &str, column: Column| {
        head.push(name.to_owned());
        columns.push(column);
    };
    add(&number, right(9));
    if has_cost {
        add(COST, right(8));
    }
    add("against the first", right(28));
    if let Some(wish) = &staffing.question.wish {
        add(&format!("P({})", wish.id), right(16));
    }
    add("", left(12));
    add("what binds", left(24));
    let all = staffing.combinations.len() <= SHOWN;
    let knee = staffing.knee();
    let mut rows = vec![head];
    let shown = staffing.combinations.iter().enumerate().filter(|(place, c)| all || c.pareto || *place == knee);
    rows.extend(shown.map(|(place, c)| row(staffing, place, c, has_cost)));
    page.table(&columns, true, &rows);
    let front = "Pareto: none finishes earlier at no higher cost, nor as early at a lower one (where all cost the same, \
                 fewer agents are cheaper). Knee: after it no further step is seen to help. Beyond: beyond the budget.";
    page.paragraph(&if all {
        front.to_owned()
    } else {
        format!("{front} The other combinations are in --csv and --json.")
    });
}

fn row(staffing: &Staffing, place: usize, c: &Combination, has_cost: bool) -> Vec<String> {
    let mut row = c.values.clone();
    row.push(short(c.finish, true));
    if has_cost {
        row.push(c.cost.map_or_else(|| "never".to_owned(), money));
    }
    row.push(if place == 0 { "the first".to_owned() } else { estimate(c.difference, true) });
    if let Some(wish) = &staffing.question.wish {
        row.push(found(c, wish));
    }
    let mark = match (c.pareto, place == staffing.knee()) {
        _ if !c.affordable => "beyond",
        (true, true) => "pareto, knee",
        (_, true) => "knee",
        (true, _) => "pareto",
        _ => "",
    };
    row.push(mark.to_owned());
    row.push(binds(&c.bottleneck));
    row
}

/// For whom a combination waits longest, or which work is critical.
fn binds(bottleneck: &Bottleneck) -> String {
    match (&bottleneck.wait, &bottleneck.task) {
        (Some((id, hours)), _) => format!("{id} {}", hours_text(*hours)),
        (None, Some((id, share))) => format!("work on {id} {}", percent(*share)),
        _ => String::new(),
    }
}

fn steps(page: &mut Page, staffing: &Staffing) {
    if staffing.next.is_empty() {
        return;
    }
    page.heading("The next step of each kind, from the first combination");
    let has_cost = staffing.combinations.iter().any(|c| c.cost != Some(0.0));
    let mut head = vec!["", "", "finish"];
    let mut columns = vec![left(20), left(12), right(27)];
    if has_cost {
        head.extend(["mean cost", "hours per cost"]);
        columns.extend([right(9), right(20)]);
    }
    head.push("");
    columns.push(left(7));
    let mut rows = vec![head.into_iter().map(str::to_owned).collect::<Vec<_>>()];
    let names = axis_names(&staffing.question.axes);
    rows.extend(staffing.next.iter().map(|step| {
        let mut row = vec![names[step.axis].clone(), values(staffing, step), estimate(step.finish, true)];
        if has_cost {
            row.push(step.cost.map(|cost| money(cost.value)).unwrap_or_default());
            row.push(step.hours_per_cost().map(per_cost).unwrap_or_default());
        }
        row.push(step.verdict.word().to_owned());
        row
    }));
    page.table(&columns, true, &rows);
    let mut way = Vec::new();
    for step in &staffing.path {
        let name = &staffing.question.axes[step.axis].name;
        let binds = binds(&staffing.combinations[step.to].bottleneck);
        let saved = estimate(step.finish, true);
        way.push(format!("{name} {}: {saved}, then {binds} binds", values(staffing, step)));
    }
    page.paragraph(&if staffing.next.iter().all(|step| step.finish.is_none()) {
        let why = words::why_unknown(staffing.question.rule.objective, staffing.question.iterations);
        format!("What a step saves is not known: {why}.")
    } else if way.is_empty() {
        "No single step is seen to help.".to_owned()
    } else {
        let first = binds(&staffing.combinations[0].bottleneck);
        format!(
            "Best step after best step: at first {first} binds; {}. No further step is seen to help.",
            way.join("; ")
        )
    });
}

/// Hours saved for each unit of cost, with the interval.
fn per_cost(d: Estimate) -> String {
    format!("{} ({} to {})", plain(d.value), plain(d.low), plain(d.high))
}

/// `1 -> 2`.
fn values(staffing: &Staffing, step: &Step) -> String {
    let value = |place: usize| staffing.combinations[place].values[step.axis].as_str();
    format!("{} -> {}", value(step.from), value(step.to))
}

/// How likely a combination fulfils the wish.
fn found(c: &Combination, wish: &Wish) -> String {
    c.wish.map(|share| found_percent(share.value, wish.at_least)).unwrap_or_default()
}

fn wish(page: &mut Page, staffing: &Staffing) {
    let Some(wish) = &staffing.question.wish else { return };
    page.heading(&format!("P({}) >= {}", wish.id, asked_percent(wish.at_least)));
    let name = |place: usize| {
        let pairs = staffing.question.axes.iter().zip(&staffing.combinations[place].values);
        pairs.map(|(axis, value)| format!("{} {value}", axis.name)).collect::<Vec<_>>().join(", ")
    };
    let within = if staffing.question.budget.is_some() { " within the budget" } else { "" };
    page.paragraph(&match (staffing.cheapest, staffing.nearest()) {
        (Some(place), _) => {
            let c = &staffing.combinations[place];
            let unsure = c.wish.is_some_and(|share| share.low < wish.at_least);
            let unsure = if unsure { "; noise could hide that it does not" } else { "" };
            format!("The cheapest that reaches it: {} ({}{unsure}).", name(place), found(c, wish))
        }
        (None, Some(place)) => {
            let c = &staffing.combinations[place];
            let nearest = format!(
                "No combination{within} reaches it. The nearest is {} with {}",
                name(place),
                found(c, wish)
            );
            // What binds the finish may have nothing to do with a milestone, or with the cost.
            let is_finish = wish.id == "finish";
            if is_finish {
                format!("{nearest}; what binds there: {}.", binds(&c.bottleneck))
            } else {
                nearest + "."
            }
        }
        (None, None) => "No combination is within the budget.".to_owned(),
    });
}
