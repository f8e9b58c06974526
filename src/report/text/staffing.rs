//! What `staff` prints: the grid, the next step on each axis, the knee, and the cheapest that is good enough.

use super::super::number::{hours_text, money, percent, plain, thousands};
use super::super::words;
use super::compare::{estimate, short};
use super::layout::{Column, Page, left, right};
use crate::analyse::{Bottleneck, Combination, Staffing, Step};

/// Combinations shown; of more only the Pareto front is.
const SHOWN: usize = 40;

/// A grid as text; about 80 columns, more for many axes. `in_full` adds what it says.
#[must_use]
pub fn staffing_text(staffing: &Staffing, in_full: bool) -> String {
    let mut page = Page::default();
    page.heading(&staffing.plan);
    let count = staffing.combinations.len();
    page.paragraph(&format!(
        "{count} combinations, {} iterations of each, seed {}, with the same luck.",
        thousands(f64::from(staffing.iterations)),
        staffing.seed
    ));
    grid(&mut page, staffing);
    if in_full {
        steps(&mut page, staffing);
        wish(&mut page, staffing);
    }
    page.finish()
}

fn grid(page: &mut Page, staffing: &Staffing) {
    let number = words::objective(staffing.rule.objective);
    page.heading(&format!("Finish, {number}"));
    let has_cost = staffing.combinations.iter().any(|c| c.cost != Some(0.0));
    let mut head: Vec<String> = staffing.axes.iter().map(|axis| last_key(&axis.name)).collect();
    let mut columns: Vec<Column> = head.iter().map(|_| right(12)).collect();
    let mut add = |name: &str, column: Column| {
        head.push(name.to_owned());
        columns.push(column);
    };
    add(&number, right(9));
    if has_cost {
        add("cost", right(8));
    }
    add("against the first", right(26));
    if staffing.wish.is_some() {
        add("P", right(5));
    }
    add("", left(6));
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
    if staffing.wish.is_some() {
        row.push(c.wish.map(|share| percent(share.value)).unwrap_or_default());
    }
    row.push(match (c.pareto, place == staffing.knee()) {
        _ if !c.affordable => "beyond".to_owned(),
        (_, true) => "knee".to_owned(),
        (true, _) => "pareto".to_owned(),
        _ => String::new(),
    });
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
    let mut columns = vec![left(18), left(14), right(27)];
    if has_cost {
        head.extend(["cost", "hours per cost"]);
        columns.extend([right(7), right(14)]);
    }
    head.push("");
    columns.push(left(7));
    let mut rows = vec![head.into_iter().map(str::to_owned).collect::<Vec<_>>()];
    rows.extend(staffing.next.iter().map(|step| {
        let name = staffing.axes[step.axis].name.clone();
        let mut row = vec![name, values(staffing, step), estimate(step.finish, true)];
        if has_cost {
            row.push(step.cost.map(|cost| money(cost.value)).unwrap_or_default());
            row.push(step.hours_per_cost().map(plain).unwrap_or_default());
        }
        row.push(step.verdict.word().to_owned());
        row
    }));
    page.table(&columns, true, &rows);
    let mut way = Vec::new();
    for step in &staffing.path {
        let saved = estimate(step.finish, true);
        way.push(format!("{} {}: {saved}", staffing.axes[step.axis].name, values(staffing, step)));
    }
    page.paragraph(&if way.is_empty() {
        "No single step is seen to help.".to_owned()
    } else {
        format!("Best step after best step: {}. Then no single step is seen to help.", way.join("; then "))
    });
}

/// `1 -> 2`.
fn values(staffing: &Staffing, step: &Step) -> String {
    let value = |place: usize| staffing.combinations[place].values[step.axis].as_str();
    format!("{} -> {}", value(step.from), value(step.to))
}

fn wish(page: &mut Page, staffing: &Staffing) {
    let Some(wish) = &staffing.wish else { return };
    page.heading(&format!("P({}) >= {}", wish.id, percent(wish.at_least)));
    let name = |place: usize| {
        let pairs = staffing.axes.iter().zip(&staffing.combinations[place].values);
        pairs.map(|(axis, value)| format!("{} {value}", axis.name)).collect::<Vec<_>>().join(", ")
    };
    let share = |c: &Combination| c.wish.map(|share| percent(share.value)).unwrap_or_default();
    page.paragraph(&match (staffing.cheapest, staffing.nearest()) {
        (Some(place), _) => {
            let c = &staffing.combinations[place];
            let unsure = c.wish.is_some_and(|share| share.low < wish.at_least);
            let unsure = if unsure { "; noise could hide that it does not" } else { "" };
            format!("The cheapest that reaches it: {} ({}{unsure}).", name(place), share(c))
        }
        (None, Some(place)) => {
            let c = &staffing.combinations[place];
            format!(
                "No combination reaches it. The nearest is {} with {}; what binds there: {}.",
                name(place),
                share(c),
                binds(&c.bottleneck)
            )
        }
        (None, None) => String::new(),
    });
}

/// The end of a path: `escalation.lead.response` is a column `response`.
fn last_key(path: &str) -> String {
    path.rsplit('.').next().unwrap_or(path).to_owned()
}
