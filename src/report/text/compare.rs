//! What `compare` prints: a table of all options, then each with its reasons.

use super::super::changes::sentence;
use super::super::clock::Clock;
use super::super::number::{hours_text, money, percent, plain, thousands};
use super::super::words;
use super::layout::{Column, Page, left, right};
use crate::analyse::{Alternative, Comparison, Contrast, Kind, Rule, TaskMove, Threshold, Verdict};
use crate::dates::Style;
use crate::stats::Estimate;

/// Lines of each list of reasons.
const REASONS: usize = 4;
/// Changes of the plan that are listed.
const CHANGES: usize = 8;

/// A comparison as text of at most 80 columns; `in_full` adds each option's milestones and reasons.
#[must_use]
pub fn compare_text(comparison: &Comparison, in_full: bool) -> String {
    let mut page = Page::default();
    page.heading(&comparison.plan);
    page.paragraph(&format!(
        "{} iterations of each, seed {}, with the same luck. {}",
        thousands(f64::from(comparison.iterations)),
        comparison.seed,
        rule_text(comparison.rule)
    ));
    overview(&mut page, comparison);
    if in_full {
        page.paragraph("P(<), below: the share of iterations that end earlier, or cost less.");
        let clock = Clock::new(comparison.origin.as_ref());
        for option in &comparison.options {
            one_option(&mut page, comparison, option, &clock);
        }
    }
    page.finish()
}

/// What the words of a verdict stand for.
fn rule_text(rule: Rule) -> String {
    let threshold = match rule.threshold {
        Threshold::Hours(0.0) | Threshold::Share(0.0) => String::new(),
        Threshold::Hours(hours) => format!(" of more than {}", hours_text(hours)),
        Threshold::Share(share) => format!(" of more than {}", percent(share)),
    };
    format!(
        "Differences are of the {}, with 95 % intervals; same: no difference{threshold}; unclear: noise is larger.",
        words::objective(rule.objective)
    )
}

fn overview(page: &mut Page, comparison: &Comparison) {
    page.heading("Finish");
    let number = words::objective(comparison.rule.objective);
    let head = ["", number.as_str(), "difference to the base", "P(earlier)", ""];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    let value = |hours: Option<f64>| hours.map_or_else(|| "never".to_owned(), hours_text);
    rows.push(vec![comparison.base.clone(), value(comparison.finish.objective), "base".to_owned()]);
    rows.extend(comparison.options.iter().map(|option| {
        let finish = option.finish();
        vec![
            option.name.clone(),
            value(finish.after.objective),
            difference(finish),
            percent(finish.less.value),
            finish.verdict.word().to_owned(),
        ]
    }));
    page.table(&[left(20), right(12), right(37), right(10), left(8)], true, &rows);
}

fn one_option(page: &mut Page, comparison: &Comparison, option: &Alternative, clock: &Clock) {
    page.heading(&format!("{} against {}", option.name, comparison.base));
    let finish = option.finish();
    let number = words::objective(comparison.rule.objective);
    if let (true, Some(before), Some(after)) = (clock.has_dates(), finish.before.objective, finish.after.objective)
    {
        let [before, after] = [before, after].map(|hours| clock.text(Some(hours), Style::Full));
        page.paragraph(&if before == after {
            format!("The {number} stays at {before}.")
        } else {
            format!("The {number} moves from {before} to {after}.")
        });
    }
    if option.starts_later != 0.0 {
        let word = if option.starts_later > 0.0 { "later" } else { "earlier" };
        page.paragraph(&format!(
            "It starts {} {word}; its hours, too, are counted from the start of {}.",
            hours_text(option.starts_later.abs()),
            comparison.base
        ));
    }
    let columns: [Column; 6] = [left(18), right(12), right(12), right(37), right(5), left(7)];
    let head = ["", "base", "option", "difference", "P(<)", ""];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for (name, before, after, d) in [
        ("Finish, mean", finish.before.mean, finish.after.mean, finish.mean),
        ("Finish, P50", finish.before.p50, finish.after.p50, finish.p50),
        ("Finish, P80", finish.before.p80, finish.after.p80, finish.p80),
    ] {
        rows.push(vec![name.to_owned(), short(before, true), short(after, true), estimate(d, true)]);
    }
    rows.extend(option.contrasts.iter().skip(1).filter(|c| shown(c)).map(|contrast| {
        let is_time = contrast.kind != Kind::Cost;
        vec![
            contrast.name.clone(),
            short(contrast.before.objective, is_time),
            short(contrast.after.objective, is_time),
            difference(contrast),
            percent(contrast.less.value),
            contrast.verdict.word().to_owned(),
        ]
    }));
    page.table(&columns, true, &rows);
    reasons(page, option);
}

/// Plans without costs have none to compare.
fn shown(contrast: &Contrast) -> bool {
    contrast.kind != Kind::Cost || contrast.before.mean != Some(0.0) || contrast.after.mean != Some(0.0)
}

fn reasons(page: &mut Page, option: &Alternative) {
    say(page, "Where the mean difference comes from", &words::reasons(option, REASONS));
    let tasks = option.tasks.iter().filter(|task| task.criticality() != 0.0).take(REASONS);
    say(page, "Criticality that moved most", &tasks.map(task_text).collect::<Vec<_>>());
    let agents = option.agents.iter().take(REASONS);
    let agents: Vec<String> = agents
        .map(|a| format!("{} {} instead of {}", a.name, hours_text(a.after), hours_text(a.before)))
        .collect();
    say(page, "Mean wait for agents", &agents);
    let mut changes: Vec<String> = option.changes.iter().take(CHANGES).map(sentence).collect();
    if option.changes.len() > CHANGES {
        changes.push(format!("and {} more", option.changes.len() - CHANGES));
    }
    say(page, "What differs in the plan", &changes);
}

fn task_text(task: &TaskMove) -> String {
    match (task.criticality_before, task.criticality_after) {
        (Some(before), Some(after)) => format!("{} {} instead of {}", task.id, percent(after), percent(before)),
        (None, Some(after)) => format!("{} {} (new)", task.id, percent(after)),
        _ => format!("{} is gone", task.id),
    }
}

/// A sentence of several parts; nothing if there are none.
fn say(page: &mut Page, what: &str, parts: &[String]) {
    if !parts.is_empty() {
        page.paragraph(&format!("{what}: {}.", parts.join("; ")));
    }
}

fn difference(contrast: &Contrast) -> String {
    match (contrast.objective, contrast.verdict) {
        (None, Verdict::Worse) => "no longer finishes".to_owned(),
        (None, Verdict::Better) => "now finishes".to_owned(),
        (d, _) => estimate(d, contrast.kind != Kind::Cost),
    }
}

/// Hours or money without more digits than a narrow column holds.
pub(super) fn short(value: Option<f64>, is_time: bool) -> String {
    match value {
        None => "never".to_owned(),
        Some(value) if is_time => hours_text(value),
        Some(value) => money(value),
    }
}

/// A difference with its interval: `-12.3 h (-13.0 to -11.6)`.
pub(super) fn estimate(estimate: Option<Estimate>, is_time: bool) -> String {
    let Some(d) = estimate else { return "not known".to_owned() };
    let number = |value: f64| {
        let text = if is_time { plain(value.abs()) } else { money(value.abs()) };
        let sign = match value {
            _ if text.chars().all(|c| !('1'..='9').contains(&c)) => "",
            v if v < 0.0 => "-",
            _ => "+",
        };
        format!("{sign}{text}")
    };
    let unit = if is_time { " h" } else { "" };
    if d.low == d.high {
        return format!("{}{unit}", number(d.value));
    }
    format!("{}{unit} ({} to {})", number(d.value), number(d.low), number(d.high))
}
