//! Reviews and attempts: a task's own fields over those of the defaults.

use super::scope::{Scope, Subject, TaskEntry, find};
use super::staffing::Staffing;
use crate::diagnostic::Code;
use crate::model::{self, Distribution, Slot, Work};
use crate::plan::format::field::Context;
use crate::plan::format::scalar::Switch;
use crate::plan::format::work::{Attempts, Review, Status};
use crate::plan::source::Span;
use crate::units::Probability;

/// Times that work may be sent back if the plan does not say.
const ROUNDS: u32 = 3;
/// Attempts if the plan does not say.
const ATTEMPTS: u32 = 3;

/// The two maps that fields are taken from: the task's first.
fn layers<'d, T>(own: Option<&'d Switch<T>>, default: Option<&'d Switch<T>>, by_default: bool) -> Vec<&'d T> {
    let default = match default {
        Some(Switch::On(map)) => Some(map),
        Some(Switch::Off) | None => None,
    };
    match own {
        Some(Switch::Off) => Vec::new(),
        Some(Switch::On(own)) => std::iter::once(own).chain(default).collect(),
        None => default.filter(|_| by_default).into_iter().collect(),
    }
}

/// Reports a field that no layer has, unless one has it wrong.
fn missing(key: &'static str, what: &str, layers: &[(Span, &[&'static str])], context: &mut Context<'_>) {
    if layers.iter().all(|(_, flawed)| !flawed.contains(&key)) {
        context.report(Code::E108, layers[0].0, format!("{what} has no `{key}`"), format!("add `{key}`"));
    }
}

/// The review of a task, if it has one.
pub(super) fn review<'d>(
    entry: TaskEntry<'d>,
    slots: &[Slot],
    staffing: &mut Staffing<'_>,
    scope: &mut Scope<'d>,
    context: &mut Context<'_>,
) -> Option<model::Review> {
    let subject = Subject { kind: "task", id: &entry.name.value };
    let defaults = scope.document.defaults.as_ref().and_then(|defaults| defaults.review.as_ref());
    let wait = entry.task.elapsed.is_some();
    let layers: Vec<&'d Review> = layers(entry.task.review.as_ref(), defaults, !wait);
    let first = layers.first()?;
    if wait {
        let message = format!("{subject} is a wait (`elapsed`), so that there is no work to review");
        context.report(Code::E109, first.span, message, "remove `review`, or write `effort`".to_owned());
        return None;
    }
    let places: Vec<(Span, &[&'static str])> = layers.iter().map(|l| (l.span, l.flawed.as_slice())).collect();
    let skill = layers.iter().find_map(|l| l.skill.as_ref());
    let effort = layers.iter().find_map(|l| l.effort.as_ref());
    let reject = layers.iter().find_map(|l| l.reject).map_or(Probability::NEVER, |reject| reject.0);
    let rework = layers.iter().find_map(|l| l.rework);
    if skill.is_none() {
        missing("skill", "a review", &places, context);
    }
    if effort.is_none() {
        missing("effort", "a review", &places, context);
    }
    if rework.is_none() && reject.value() > 0.0 {
        missing("rework", "a review that may reject", &places, context);
    }
    let (name, effort) = (skill?, effort?);
    let skill = scope.skill(name);
    let reviewers = staffing.reviewers(skill, entry.name.span, context)?;
    let moot = entry.task.status == Some(Status::Done) || context.unsure.contains(&"skill");
    if reviewers.is_empty() && !moot {
        let review = Subject { kind: "the review of task", id: &entry.name.value };
        staffing.report_skill(skill, name, review, scope, context);
    } else if !moot && !staffing.is_one_there(&reviewers) {
        let review = Subject { kind: "the review of task", id: &entry.name.value };
        staffing.report_absent(&reviewers, review, name.span, context);
    } else if !moot && only_authors(slots, &reviewers) {
        let message =
            format!("{subject}: nobody has the review skill `{}` but those who may do the task", name.value);
        let help =
            "give the skill to one more agent, or keep a reviewer from doing the task with `agent`".to_owned();
        let span = if entry.task.review.is_some() { first.span } else { entry.name.span };
        context.report(Code::E129, span, message, help);
    }
    let response = layers.iter().find_map(|l| l.response.as_ref());
    Some(model::Review {
        skill,
        effort: effort.distribution.clone(),
        response: response.map_or(Distribution::Fixed(0.0), |response| response.distribution.clone()),
        reject,
        rework: rework.map_or(0.0, |rework| rework.0),
        rounds: layers.iter().find_map(|l| l.rounds).map_or(ROUNDS, |rounds| rounds.0),
        reviewers,
    })
}

/// True if all reviewers could be the task's authors at once, so that nobody is left to review.
fn only_authors(slots: &[Slot], reviewers: &[model::Candidate]) -> bool {
    let author = |agent| slots.iter().any(|slot| slot.candidates.iter().any(|c| c.agent == agent));
    reviewers.len() <= slots.len() && reviewers.iter().all(|reviewer| author(reviewer.agent))
}

/// The attempts of a task, if they may fail.
pub(super) fn attempts(
    entry: TaskEntry<'_>,
    work: Work,
    scope: &Scope<'_>,
    context: &mut Context<'_>,
) -> Option<model::Attempts> {
    let subject = Subject { kind: "task", id: &entry.name.value };
    let defaults = scope.document.defaults.as_ref().and_then(|defaults| defaults.attempts.as_ref());
    let layers: Vec<&Attempts> = layers(entry.task.attempts.as_ref(), defaults, work == Work::Effort);
    let places: Vec<(Span, &[&'static str])> = layers.iter().map(|l| (l.span, l.flawed.as_slice())).collect();
    let first = layers.first()?;
    if work == Work::Elapsed {
        let message = format!("{subject} is a wait (`elapsed`), which no agent attempts");
        context.report(Code::E109, first.span, message, "remove `attempts`, or write `effort`".to_owned());
        return None;
    }
    let then = layers.iter().find_map(|l| l.then.as_ref());
    let then = then.and_then(|then| {
        let owner = if entry.task.attempts.is_some() {
            subject
        } else {
            Subject { kind: "the map", id: "defaults.attempts" }
        };
        find(&scope.levels, then, "escalation level", owner, context)
    });
    let success = layers.iter().find_map(|l| l.success);
    if success.is_none() {
        missing("success", "`attempts`", &places, context);
    }
    Some(model::Attempts {
        success: success?.0,
        max: layers.iter().find_map(|l| l.max).map_or(ATTEMPTS, |max| max.0),
        backoff: layers
            .iter()
            .find_map(|l| l.backoff.as_ref())
            .map_or(Distribution::Fixed(0.0), |b| b.distribution.clone()),
        then,
    })
}
