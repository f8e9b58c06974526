//! Tables of comparisons and grids.

use super::cells::{number, table, text};
use crate::analyse::{Comparison, Staffing};
use crate::stats::Estimate;

/// One row per option and quantity.
#[must_use]
pub fn compare_csv(comparison: &Comparison) -> String {
    const HEAD: [&str; 21] = [
        "option",
        "kind",
        "id",
        "name",
        "before_mean",
        "before_p50",
        "before_p80",
        "after_mean",
        "after_p50",
        "after_p80",
        "mean_difference",
        "mean_low",
        "mean_high",
        "p50_difference",
        "p50_low",
        "p50_high",
        "p80_difference",
        "p80_low",
        "p80_high",
        "probability_less",
        "verdict",
    ];
    let rows = comparison.options.iter().flat_map(|option| {
        option.contrasts.iter().map(|contrast| {
            let mut row = vec![
                text(&option.name),
                contrast.kind.word().to_owned(),
                text(&contrast.id),
                text(&contrast.name),
            ];
            for figures in [&contrast.before, &contrast.after] {
                row.extend([figures.mean, figures.p50, figures.p80].map(number));
            }
            row.extend([contrast.mean, contrast.p50, contrast.p80].iter().flat_map(|d| interval(*d)));
            row.push(number(Some(contrast.less.value)));
            row.push(contrast.verdict.word().to_owned());
            row
        })
    });
    table(&HEAD, rows)
}

/// One row per combination, a column per axis in front.
#[must_use]
pub fn staffing_csv(staffing: &Staffing) -> String {
    const REST: [&str; 15] = [
        "agents",
        "finish",
        "cost",
        "difference",
        "difference_low",
        "difference_high",
        "probability",
        "waits_for",
        "waits_hours",
        "critical",
        "criticality",
        "affordable",
        "pareto",
        "iterations",
        "assigned",
    ];
    let head: Vec<String> = staffing.question.axes.iter().map(|axis| text(&axis.name)).collect();
    let head: Vec<&str> = head.iter().map(String::as_str).chain(REST).collect();
    let rows = staffing.combinations.iter().map(|c| {
        let mut row: Vec<String> = c.values.iter().map(|value| text(value)).collect();
        row.push(c.agents.to_string());
        row.extend([c.finish, c.cost].map(number));
        row.extend(interval(c.difference));
        row.push(number(c.wish.map(|share| share.value)));
        for found in [&c.bottleneck.wait, &c.bottleneck.task] {
            row.push(found.as_ref().map(|(id, _)| text(id)).unwrap_or_default());
            row.push(number(found.as_ref().map(|(_, value)| *value)));
        }
        row.extend([c.affordable.to_string(), c.pareto.to_string(), c.iterations.to_string()]);
        row.push(c.assigned.map(|assigned| assigned.to_string()).unwrap_or_default());
        row
    });
    table(&head, rows)
}

fn interval(estimate: Option<Estimate>) -> [String; 3] {
    [estimate.map(|d| d.value), estimate.map(|d| d.low), estimate.map(|d| d.high)].map(number)
}
