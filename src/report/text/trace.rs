//! One iteration as a list of what happened, in order of time.

use super::super::clock::Clock;
use super::super::names::{agent_id, resource_id, task_id};
use super::super::number::{hours_text, money};
use super::super::words;
use super::layout::{Page, left, right};
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
        None => "Never finishes: nobody is left who could do what remains, or failures undo it".to_owned(),
        Some(hours) => match clock.date(hours, Style::Full) {
            Some(date) => format!("Finishes {date} ({})", hours_text(hours)),
            None => format!("Finishes after {}", hours_text(hours)),
        },
    };
    let cost = if timeline.cost > 0.0 { format!(", cost {}", money(timeline.cost)) } else { String::new() };
    page.paragraph(&format!("{finish}{cost}. Tasks marked * are critical: they set the finish."));
    happenings(&mut page, instance, timeline, &clock);
    causes(&mut page, timeline);
    page.finish()
}

/// One row per stretch in order of time, with what it waited for under it, day by day if there are dates.
fn happenings(page: &mut Page, instance: &Instance, timeline: &Timeline, clock: &Clock) {
    page.heading("What happened");
    let mut rows = vec![["start", "took", "task", "who", "what"].map(str::to_owned).to_vec()];
    let mut days: Vec<(usize, String)> = Vec::new();
    for segment in &timeline.segments {
        let start = clock.text(segment.start.finite_hours(), Style::Minute);
        let (day, time) = match start.rsplit_once(' ') {
            Some((day, time)) if clock.has_dates() => (day.to_owned(), time.to_owned()),
            _ => (String::new(), start),
        };
        if days.last().map_or(!day.is_empty(), |(_, last)| *last != day) {
            days.push((rows.len(), day));
        }
        rows.push(row(instance, timeline, segment, time));
        rows.extend(wait_row(instance, segment));
    }
    let columns = if clock.has_dates() {
        [right(5), right(8), left(18), left(12), left(27)]
    } else {
        [right(9), right(9), left(16), left(12), left(24)]
    };
    page.titled_table(&columns, true, &rows, &days);
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

fn row(instance: &Instance, timeline: &Timeline, segment: &Segment, start: String) -> Vec<String> {
    let star = if timeline.critical[segment.task.index()] { "*" } else { " " };
    let who: Vec<String> = segment.agents.iter().map(|agent| agent_id(instance, *agent)).collect();
    let activity = words::activity(segment.activity);
    let what = match segment.level {
        Some(level) => format!("{activity}: {}", instance.levels[level.index()].id),
        None => activity.to_owned(),
    };
    vec![
        start,
        took(segment.start, segment.finish),
        format!("{star}{}", task_id(instance, segment.task)),
        who.join(", "),
        what,
    ]
}

/// What a stretch waited for, as a row of its own.
fn wait_row(instance: &Instance, segment: &Segment) -> Option<Vec<String>> {
    let on = |task: Option<_>| task.map(|task| format!(" on {}", task_id(instance, task))).unwrap_or_default();
    let what = match segment.wait {
        Wait::Nothing => return None,
        Wait::Agent(agent, task) => format!("{}{}", agent_id(instance, agent), on(task)),
        Wait::Resource(resource, task) => format!("{}{}", resource_id(instance, resource), on(task)),
        Wait::OffHours => "off hours".to_owned(),
    };
    (segment.start > segment.ready).then(|| {
        let waited = took(segment.ready, segment.start);
        vec![String::new(), format!("+{waited}"), " waited for".to_owned(), String::new(), what]
    })
}

fn took(start: Ticks, finish: Ticks) -> String {
    if finish.is_never() { "for ever".to_owned() } else { hours_text((finish - start).hours()) }
}
