//! What a check found, limit by limit and regression by regression, with a sentence and a line of the plan for
//! each: all views of a check are made of these.

use std::collections::BTreeMap;

use super::about::About;
use super::changes::sentence;
use super::clock::Clock;
use super::number::{asked_percent, found_percent, hours_text, money, percent, rounded, thousands};
use super::words;
use crate::analyse::{
    Aim, Checked, Difference, Entity, Kind, PlanChange, Reading, Regression, Regressions, Requirement, Rule,
    Status, TaskMove,
};
use crate::dates::Style;
use crate::model::{self, Instance, Severity};

/// Why more iterations would decide nothing.
const CAPPED: &str = "no more times of tasks are kept of plans of this size";
const HIDDEN: &str = "that of the baseline, which should be run again with more iterations";

/// Tasks and changes named in one sentence.
const NAMED: usize = 3;

/// A line of a plan's text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Name of the text: a file's path, or the option that holds it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
}

/// Where things stand in the plan's text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// The plan itself.
    pub plan: Line,
    /// Limits, in the order of the instance.
    pub limits: Vec<Line>,
    /// Tasks and milestones, by id.
    pub entities: BTreeMap<String, Line>,
}

/// A check as reports see it.
#[derive(Clone, Copy, Debug)]
pub struct CheckReport<'a> {
    /// The plan.
    pub instance: &'a Instance,
    /// Number of iterations.
    pub iterations: u32,
    /// Seed of all draws.
    pub seed: u64,
    /// What finish, cost and milestones are.
    pub readings: &'a [Reading],
    /// What its limits and its baseline say.
    pub checked: &'a Checked,
    /// What the baseline is called.
    pub against: Option<&'a str>,
    /// How it was compared with the baseline.
    pub rule: Rule,
    /// What a reader should know about the baseline, in sentences.
    pub notes: &'a [String],
    /// Lines of the plan.
    pub places: &'a Places,
    /// Where the numbers come from.
    pub about: &'a About,
}

/// What is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Limit,
    Regression,
}

/// One limit, or one quantity against the baseline.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Finding {
    pub(super) source: Source,
    /// `finish p80`, `demo probability`, `finish since main`.
    pub(super) id: String,
    /// The same without what all findings of its source share.
    pub(super) short: String,
    /// True if it fails the check when it is broken.
    pub(super) is_error: bool,
    pub(super) status: Status,
    /// What is so, and what was allowed.
    pub(super) message: String,
    /// Value and what is allowed, as cells of a table.
    pub(super) value: String,
    pub(super) allowed: String,
    pub(super) place: Line,
    pub(super) decided_by: Option<u64>,
}

impl CheckReport<'_> {
    /// In one word: passed, broken, inconclusive.
    pub(super) fn verdict(&self) -> &'static str {
        match self.checked.status() {
            Status::Held => "passed",
            Status::Unclear => "inconclusive",
            Status::Broken => "broken",
        }
    }

    /// All findings: limits in file order, then regressions.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let clock = &Clock::new(self.instance.origin.as_ref());
        let limits = self.checked.requirements.iter().map(|requirement| self.limit(requirement, clock));
        let since =
            self.checked.regressions.iter().flat_map(|regressions| {
                regressions.all.iter().map(move |r| self.regression(regressions, r, clock))
            });
        limits.chain(since).collect()
    }

    fn limit(&self, r: &Requirement, clock: &Clock) -> Finding {
        let when = |value: Option<f64>| value_text(value, r.is_time, clock);
        let (aim, value, allowed, message) = match r.aim {
            Aim::Probability => {
                let due = r.due.map(|due| if r.is_time { clock.due_text(due, Style::Full) } else { money(due) });
                let chance = r.value.map(|share| found_percent(share, r.allowed)).unwrap_or_default();
                let asked = format!("at least {}", asked_percent(r.allowed));
                let word = if r.is_time { "by" } else { "within" };
                let message = match due {
                    Some(due) => format!("P({} {word} {due}) is {chance}, asked for: {asked}", r.id),
                    // Its date is before the start.
                    None => format!("{} is done, asked for: {asked}", r.id),
                };
                ("probability".to_owned(), chance, asked, message)
            }
            Aim::Percentile(_) | Aim::Mean => {
                let aim = if let Aim::Percentile(p) = r.aim { format!("p{p}") } else { "mean".to_owned() };
                let allowed = if r.is_time { clock.due_text(r.allowed, Style::Full) } else { money(r.allowed) };
                // What is broken by less than is shown says by how much.
                let more = match r.value.filter(|value| *value > r.allowed) {
                    Some(value) if when(r.value) == when(Some(r.allowed)) => {
                        let unit = if r.is_time { " h" } else { "" };
                        format!(", {}{unit} more", rounded(value - r.allowed).max(1e-6))
                    }
                    _ => String::new(),
                };
                let allowed = format!("at most {allowed}");
                let message =
                    format!("{} of {} is {}{more}, allowed: {allowed}", capital(&aim), r.id, when(r.value));
                (aim, when(r.value), allowed, message)
            }
        };
        Finding {
            source: Source::Limit,
            id: format!("{} {aim}", r.id),
            short: format!("{} {aim}", r.id),
            is_error: r.severity == Severity::Error,
            status: r.status,
            message: message + &undecided(r.status, r.decided_by, r.is_capped.then_some(CAPPED)),
            value,
            allowed,
            place: self.places.limits.get(r.limit).unwrap_or(&self.places.plan).clone(),
            decided_by: r.decided_by,
        }
    }

    fn regression(&self, regressions: &Regressions, r: &Regression, clock: &Clock) -> Finding {
        let is_time = r.kind != Kind::Cost;
        let number = words::objective(self.rule.objective);
        let amount = |value: f64| if is_time { hours_text(value) } else { money(value) };
        let base = self.against.unwrap_or("the baseline");
        let (less, more) = if is_time { ("earlier", "later") } else { ("less", "more") };
        let mut message = match (r.before, r.after) {
            (_, None) => format!("{number} of {} is never reached", r.id),
            (None, Some(_)) => format!("{number} of {} is reached now, unlike in {base}", r.id),
            (Some(before), Some(after)) if before == after => format!("{number} of {} is as in {base}", r.id),
            (Some(before), Some(after)) => {
                let word = if after > before { more } else { less };
                let by = amount((after - before).abs());
                format!("{number} of {} is {by} {word} than in {base}, allowed: {}", r.id, amount(r.margin))
            }
        };
        let because = if r.status == Status::Held { String::new() } else { self.because(regressions, r) };
        if !because.is_empty() {
            message.push_str("; ");
            message.push_str(&because);
        }
        let known = |id: &String| self.places.entities.get(id).cloned();
        let culprit = r.culprits.first().and_then(|task| known(&task.id));
        let place = culprit.or_else(|| known(&r.id));
        Finding {
            source: Source::Regression,
            id: format!("{} since {base}", r.id),
            short: r.id.clone(),
            is_error: true,
            status: r.status,
            message: message + &undecided(r.status, r.decided_by, r.is_hidden.then_some(HIDDEN)),
            value: value_text(r.after, is_time, clock),
            allowed: r
                .before
                .map_or_else(|| "never".to_owned(), |b| format!("{} + {}", amount(b), amount(r.margin))),
            place: place.unwrap_or_else(|| self.places.plan.clone()),
            decided_by: r.decided_by,
        }
    }

    /// Which tasks take longer on the critical path, or before a milestone; if none does, what differs in the plan.
    fn because(&self, regressions: &Regressions, r: &Regression) -> String {
        let (place, text): (_, fn(&TaskMove) -> String) = if r.kind == Kind::Milestone {
            ("before it", longer_text)
        } else {
            ("on the critical path", blame_text)
        };
        let tasks: Vec<String> = r.culprits.iter().take(NAMED).map(text).collect();
        if !tasks.is_empty() {
            return format!("{place}, {}", tasks.join(", "));
        }
        let changes =
            regressions.changes.iter().filter(|change| r.kind == Kind::Cost || !self.is_progress(change));
        let changes: Vec<String> = changes.take(NAMED).map(sentence).collect();
        if changes.is_empty() { String::new() } else { format!("in the plan, {}", changes.join(", ")) }
    }

    /// True for what only tells how far work has come: that makes nothing later.
    fn is_progress(&self, change: &PlanChange) -> bool {
        let tasks = &self.instance.tasks;
        let is_done = || tasks.iter().any(|task| task.id == change.id && task.status == model::Status::Done);
        let tells = match change.difference {
            Difference::Status(before, after) => before < after,
            Difference::Number("progress", before, after) => before < after,
            Difference::Number("spent", ..) => true,
            _ => is_done(),
        };
        change.entity == Entity::Task && tells
    }
}

/// The number with two digits, rounded up: it is an estimate itself.
fn about(needed: u64) -> f64 {
    let digits = 10_u64.pow(needed.checked_ilog10().unwrap_or(0).saturating_sub(1));
    (needed.div_ceil(digits) * digits) as f64
}

/// What to do about noise; `because` says why no number of iterations would help, where there is a reason.
fn undecided(status: Status, decided_by: Option<u64>, because: Option<&str>) -> String {
    let advice = match (status, decided_by) {
        (Status::Unclear, Some(needed)) => {
            format!("about {} iterations would decide, as far as these tell", thousands(about(needed)))
        }
        (Status::Unclear, None) => because
            .unwrap_or("as far as these tell, more iterations would have to decide than a run may have")
            .to_owned(),
        _ => return String::new(),
    };
    format!("; noise hides whether it holds: {advice}")
}

/// `3A takes 16.0 h longer (critical in 100 %)`.
pub(super) fn blame_text(task: &TaskMove) -> String {
    format!("{} (critical in {})", longer_text(task), percent(task.criticality_after.unwrap_or(0.0)))
}

/// `3A takes 16.0 h longer`.
fn longer_text(task: &TaskMove) -> String {
    match task.hours_before {
        Some(_) => format!("{} takes {} longer", task.id, hours_text(task.longer())),
        None => format!("{} is new and takes {}", task.id, hours_text(task.longer())),
    }
}

fn value_text(value: Option<f64>, is_time: bool, clock: &Clock) -> String {
    match value {
        None => "never".to_owned(),
        Some(value) if !is_time => money(value),
        Some(hours) => match clock.date(hours, Style::Full) {
            Some(date) => format!("{date} ({})", hours_text(hours)),
            None => hours_text(hours),
        },
    }
}

/// `P80` of `p80`.
fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
