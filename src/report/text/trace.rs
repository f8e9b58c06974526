//! One iteration as a list of what happened, in order of time.

use super::super::clock::Clock;
use super::super::names::{agent_name, resource_id, task_id};
use super::super::number::{hours_text, money};
use super::layout::{Page, left, right};
use super::words;
use crate::dates::Style;
use crate::model::Instance;
use crate::simulate::{Cause, Segment, Timeline, Wait};
use crate::units::Ticks;

/// The timeline as text of at most 80 columns.
#[must_use]
pub fn trace_text(instance: &Instance, timeline: &Timeline) -> String {
    let clock = Clock::new(instance.origin.as_ref());
    let mut page = Page::default();
    page.heading(&format!("{}: iteration {}", instance.name, timeline.iteration));
    let finish = match timeline.makespan.finite_hours() {
        None => "Never finishes: nobody is left who could do what remains".to_owned(),
        Some(hours) => match clock.date(hours, Style::Full) {
            Some(date) => format!("Finishes {date} ({})", hours_text(hours)),
            None => format!("Finishes after {}", hours_text(hours)),
        },
    };
    let cost = if timeline.cost > 0.0 { format!(", cost {}", money(timeline.cost)) } else { String::new() };
    page.paragraph(&format!("{finish}{cost}. Tasks marked * are critical: they set the finish."));
    page.heading("What happened");
    let mut rows = vec![["start", "took", "task", "what", "who"].map(str::to_owned).to_vec()];
    for segment in &timeline.segments {
        rows.extend(wait_row(instance, timeline, segment, &clock));
        rows.push(row(instance, timeline, segment, &clock));
    }
    page.table(&[right(16), right(9), left(12), left(22), left(11)], true, &rows);
    causes(&mut page, timeline);
    page.finish()
}

fn causes(page: &mut Page, timeline: &Timeline) {
    let seen = Cause::ALL.iter().zip(&timeline.causes).filter(|(_, ticks)| **ticks > Ticks::ZERO);
    let rows: Vec<Vec<String>> =
        seen.map(|(cause, ticks)| vec![words::cause(*cause).to_owned(), hours_text(ticks.hours())]).collect();
    if !rows.is_empty() {
        page.heading("Where the time went");
        page.table(&[left(28), right(11)], false, &rows);
    }
}

fn mark(instance: &Instance, timeline: &Timeline, segment: &Segment) -> String {
    let star = if timeline.critical[segment.task.index()] { "*" } else { " " };
    format!("{star}{}", task_id(instance, segment.task))
}

fn row(instance: &Instance, timeline: &Timeline, segment: &Segment, clock: &Clock) -> Vec<String> {
    let who: Vec<&str> = segment.agents.iter().map(|agent| agent_name(instance, *agent)).collect();
    let level = segment.level.map(|level| instance.levels[level.index()].name.as_str());
    let what = match level {
        Some(level) => format!("{}: {level}", words::activity(segment.activity)),
        None => words::activity(segment.activity).to_owned(),
    };
    vec![
        clock.text(segment.start.finite_hours(), Style::Minute),
        took(segment.start, segment.finish),
        mark(instance, timeline, segment),
        what,
        who.join(", "),
    ]
}

/// What a stretch waited for, as a row of its own.
fn wait_row(instance: &Instance, timeline: &Timeline, segment: &Segment, clock: &Clock) -> Option<Vec<String>> {
    let holder =
        |task: Option<_>| task.map(|task| format!(" (on {})", task_id(instance, task))).unwrap_or_default();
    let what = match segment.wait {
        Wait::Nothing => return None,
        Wait::Agent(agent, task) => format!("waits for {}{}", agent_name(instance, agent), holder(task)),
        Wait::Resource(resource, task) => format!("waits for {}{}", resource_id(instance, resource), holder(task)),
        Wait::OffHours => "off hours".to_owned(),
    };
    (segment.start > segment.ready).then(|| {
        vec![
            clock.text(segment.ready.finite_hours(), Style::Minute),
            took(segment.ready, segment.start),
            mark(instance, timeline, segment),
            what,
            String::new(),
        ]
    })
}

fn took(start: Ticks, finish: Ticks) -> String {
    if finish.is_never() { "for ever".to_owned() } else { hours_text((finish - start).hours()) }
}
