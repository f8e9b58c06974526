//! Calendars, agents, resources and escalation levels.

use super::scope::{Scope, Subject, find};
use crate::dates::{DateError, DayHours, DaysOff, Weekdays, WorkingTime, Zone};
use crate::diagnostic::Code;
use crate::model::{self, CalendarId, SkillId};
use crate::plan::estimate::Clock;
use crate::plan::format::coordination::Level;
use crate::plan::format::field::Context;
use crate::plan::format::list::{List, Name};
use crate::plan::format::scalar::{At, Share};
use crate::plan::format::team::{Agent, Calendar, Failures};
use crate::rng::entity_key;
use crate::units::Ticks;

/// Calendars, in file order.
pub(super) fn calendars(scope: &Scope<'_>, context: &mut Context<'_>) -> Vec<(String, model::Calendar)> {
    let entries = scope.document.calendars.iter().flat_map(|m| &m.entries);
    let mut calendars = Vec::new();
    for (name, calendar) in entries {
        if name.value == "always" {
            let help = "the word stands for a calendar that is always open: choose another id".to_owned();
            context.report(Code::E133, name.span, "the id `always` is reserved".to_owned(), help);
        }
        let lowered = working_time(name, calendar, context).unwrap_or(model::Calendar::Always);
        calendars.push((name.value.clone(), lowered));
    }
    calendars
}

fn working_time(name: &Name, calendar: &Calendar, context: &mut Context<'_>) -> Option<model::Calendar> {
    let Some(origin) = context.reading.start else {
        let message = format!("calendar `{}` needs the plan's `start`", name.value);
        let help = "add `start: 2025-01-06T09:00:00Z`: without it there are no weekdays".to_owned();
        context.report(Code::E116, name.span, message, help);
        return None;
    };
    let days = match &calendar.days {
        None => Weekdays::parse("mon-fri").ok(),
        Some(list) => parts(list, Weekdays::parse, context)
            .map(|days| days.into_iter().fold(Weekdays::default(), Weekdays::union)),
    };
    let hours = match &calendar.hours {
        None => Some(vec![DayHours::WHOLE_DAY]),
        Some(list) => parts(list, DayHours::parse, context),
    };
    let off = calendar.off.as_ref().map_or(Some(Vec::new()), |list| parts(list, DaysOff::parse, context));
    let zone = match &calendar.timezone {
        None => Some(context.reading.zone.clone()),
        Some(zone) => part(Code::E118, zone, Zone::find, context),
    };
    let lowered = WorkingTime { days: days?, hours: hours?, zone: zone?, off: off? }.calendar(origin);
    if lowered.weekly_work() == Ticks::ZERO {
        let message = format!("calendar `{}` has no working time", name.value);
        context.report(Code::E119, name.span, message, "give it days and hours".to_owned());
        return None;
    }
    calendar.flawed.is_empty().then_some(lowered)
}

/// All parts of a list, or nothing if one is wrong; each that is wrong is reported.
fn parts<T>(
    list: &List<At<String>>,
    parse: impl Fn(&str) -> Result<T, DateError>,
    context: &mut Context<'_>,
) -> Option<Vec<T>> {
    // All are looked at, so that each one that is wrong is reported.
    let found: Vec<Option<T>> = list.items.iter().map(|item| part(Code::E119, item, &parse, context)).collect();
    found.into_iter().collect()
}

/// What a text says, or nothing if it is wrong, which is reported.
fn part<T>(
    code: Code,
    text: &At<String>,
    parse: impl Fn(&str) -> Result<T, DateError>,
    context: &mut Context<'_>,
) -> Option<T> {
    parse(&text.value).map_err(|error| context.report(code, text.span, error.to_string(), error.help)).ok()
}

/// The calendar of this name; `always` is none.
fn calendar(
    name: Option<&Name>,
    scope: &Scope<'_>,
    subject: Subject<'_>,
    context: &mut Context<'_>,
) -> Option<CalendarId> {
    let name = name.filter(|name| name.value != "always")?;
    find(&scope.calendars, name, "calendar", subject, context)
}

/// Agents in file order, with their copies.
pub(super) fn agents(scope: &mut Scope<'_>, context: &mut Context<'_>) -> Vec<model::Agent> {
    let document = scope.document;
    let plan = Subject { kind: "the field", id: "calendar" };
    let default_calendar = calendar(document.calendar.as_ref(), scope, plan, context);
    let mut agents = Vec::new();
    for (name, agent) in document.agents.iter().flat_map(|m| &m.entries) {
        let subject = Subject { kind: "agent", id: &name.value };
        let calendar = match &agent.calendar {
            Some(own) => calendar(Some(own), scope, subject, context),
            None => default_calendar,
        };
        let skills: Vec<(SkillId, f64)> =
            agent.skills.iter().flat_map(|s| &s.0).map(|(skill, speed)| (scope.skill(skill), *speed)).collect();
        let default_overhead = document.defaults.as_ref().and_then(|d| d.overhead.as_ref());
        let (from, until) = availability(name, agent, context);
        let failures =
            agent.failures.as_ref().and_then(|failures| lower_failures(failures, subject, scope, context));
        let count = agent.count.as_ref().map_or(1, |count| count.value.0);
        let shown = agent.name.as_deref().unwrap_or(&name.value);
        let first = model::Agent {
            id: name.value.clone(),
            name: shown.to_owned(),
            copy: 0,
            key: entity_key("agent", &name.value),
            skills,
            capacity: agent.capacity.map_or(1, |capacity| capacity.0),
            calendar,
            from,
            until,
            overhead: overhead(agent.overhead.as_ref().or(default_overhead), context),
            cost: agent.cost.map_or(0.0, |cost| cost.0),
            failures,
        };
        for copy in 0..count {
            let mut agent = model::Agent { copy, ..first.clone() };
            if count > 1 {
                agent.name = format!("{shown} {}", copy + 1);
            }
            // The first copy keeps the key of a lone agent, so that hiring a second one changes no draw of his.
            if copy > 0 {
                agent.key = entity_key(&format!("agent {copy}"), &name.value);
            }
            agents.push(agent);
        }
    }
    agents
}

fn overhead(share: Option<&At<Share>>, context: &mut Context<'_>) -> f64 {
    let Some(share) = share else { return 0.0 };
    if share.value.0 < 1.0 {
        return share.value.0;
    }
    let message = "an `overhead` of 100% leaves no time for work".to_owned();
    context.report(Code::E111, share.span, message, "give a share below 100%".to_owned());
    0.0
}

fn availability(name: &Name, agent: &Agent, context: &mut Context<'_>) -> (Ticks, Ticks) {
    let from = agent.from.as_ref().map_or(Ticks::ZERO, |from| from.value.0.max(Ticks::ZERO));
    let Some(until) = &agent.until else { return (from, Ticks::NEVER) };
    if until.value.0 <= from {
        let message = format!("agent `{}` is never there: `until` is not after `from` and the start", name.value);
        let help = "check both dates; a bare day is its beginning, so the last day is the one before".to_owned();
        context.report(Code::E117, until.span, message, help);
        return (from, Ticks::NEVER);
    }
    (from, until.value.0)
}

fn lower_failures(
    failures: &Failures,
    subject: Subject<'_>,
    scope: &Scope<'_>,
    context: &mut Context<'_>,
) -> Option<model::Failures> {
    let then = failures.then.as_ref().map(|then| find(&scope.levels, then, "escalation level", subject, context));
    if let (Some(then), None) = (&failures.then, &failures.restarts) {
        let message =
            format!("{subject} names a level for when its restarts are used up, but has no limit on them");
        context.report(Code::E109, then.span, message, "add `restarts: 3`, or remove `then`".to_owned());
    }
    let mut missing = |key: &'static str| {
        if !failures.flawed.contains(&key) {
            let message = format!("the failures of {subject} have no `{key}`");
            context.report(Code::E108, failures.span, message, format!("add `{key}`"));
        }
    };
    if failures.every.is_none() {
        missing("every");
    }
    if failures.repair.is_none() {
        missing("repair");
    }
    let every = failures.every.as_ref()?;
    if every.value.0 <= 0.0 {
        let message = format!("the failures of {subject} come every 0 h: `every` must be above 0");
        context.report(
            Code::E111,
            every.span,
            message,
            "write the busy hours between two failures, such as `every: 40h`, or remove `failures`".to_owned(),
        );
    }
    Some(model::Failures {
        every_hours: every.value.0,
        repair: failures.repair.as_ref()?.distribution.clone(),
        lost: failures.lost.map_or(0.0, |lost| lost.0),
        restarts: failures.restarts.as_ref().map(|restarts| restarts.value.0),
        then: then.flatten(),
    })
}

/// Resources in file order.
pub(super) fn resources(scope: &Scope<'_>) -> Vec<model::Resource> {
    let entries = scope.document.resources.iter().flat_map(|m| &m.entries);
    entries
        .map(|(name, units)| model::Resource { id: name.value.clone(), capacity: units.0, area: false })
        .collect()
}

/// Escalation levels in file order.
pub(super) fn levels(scope: &Scope<'_>, context: &mut Context<'_>) -> Vec<model::Level> {
    let entries: Vec<_> = scope.document.escalation.iter().flat_map(|m| &m.entries).collect();
    let levels: Vec<_> = entries.iter().map(|(name, level)| lower_level(name, level, scope, context)).collect();
    for (start, (name, level)) in entries.iter().enumerate() {
        let mut at = start;
        // A chain that comes back to where it began; those that only lead into a loop are not its cause.
        for _ in 0..levels.len() {
            let Some(next) = levels[at].next else { break };
            at = next.index();
            if at == start {
                let message = format!("tickets of level `{}` come back to it through `next`", name.value);
                let span = level.next.as_ref().map_or(name.span, |next| next.span);
                context.report(
                    Code::E130,
                    span,
                    message,
                    "let the last level of the chain have no `next`".to_owned(),
                );
                break;
            }
        }
    }
    levels
}

fn lower_level(name: &Name, level: &Level, scope: &Scope<'_>, context: &mut Context<'_>) -> model::Level {
    let subject = Subject { kind: "level", id: &name.value };
    let next =
        level.next.as_ref().and_then(|next| find(&scope.levels, next, "escalation level", subject, context));
    if let (Some(timeout), None) = (&level.timeout, &level.next) {
        let message = format!("{subject} has a `timeout` but no `next` level");
        context.report(Code::E130, timeout.span, message, "add `next`, or remove `timeout`".to_owned());
    }
    let hours =
        |clock: &Option<Clock>| clock.as_ref().map_or(model::Distribution::Fixed(0.0), |c| c.distribution.clone());
    model::Level {
        id: name.value.clone(),
        name: level.name.clone().unwrap_or_else(|| name.value.clone()),
        key: entity_key("level", &name.value),
        response: hours(&level.response),
        handling: level.handling.as_ref().map_or(model::Distribution::Fixed(0.0), |h| h.distribution.clone()),
        capacity: level.capacity.map_or(1, |capacity| capacity.0),
        calendar: calendar(level.calendar.as_ref(), scope, subject, context),
        timeout: level.timeout.as_ref().map(|timeout| timeout.distribution.clone()),
        next,
    }
}
