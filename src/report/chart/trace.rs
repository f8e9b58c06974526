//! One iteration: who did what when, in a lane for each agent, with reviews, blockers, escalations and waits.

use super::axis::TimeAxis;
use super::causes::paint_of;
use super::svg::{Anchor, Area, Font, Paint, SMALL, Svg};
use super::theme::Role;
use super::{Chart, Look, Material, heading, measure};
use crate::dates::Style;
use crate::model::{AgentId, Instance};
use crate::report::clock::Clock;
use crate::report::names::titled;
use crate::report::number::hours_text;
use crate::report::words;
use crate::simulate::{Cause, Segment, Timeline};
use crate::units::Ticks;

/// Least and greatest height of a line of a lane, and that of all lines where there are few [pixels].
const LINE: (f64, f64) = (26.0, 44.0);
const LINES: f64 = 240.0;
/// Room between lanes.
const GAP: f64 = 6.0;
/// Least and greatest width of the column of names.
const NAMES: (f64, f64) = (90.0, 230.0);
/// Most lines of one lane; what finds no place is drawn in the last.
const MOST_LINES: usize = 8;

/// A lane with its stretches, each in a line where it meets no other.
struct Lane<'a> {
    name: String,
    lines: usize,
    stretches: Vec<(usize, &'a Segment)>,
}

/// The chart; absent without an iteration, or if that never finishes.
pub(super) fn chart(material: &Material, look: Look) -> Option<Chart> {
    draw(material.instance, material.timeline?, &material.source(), look)
}

/// One iteration of a plan: who did what when. Absent if it never finishes.
#[must_use]
pub fn trace_chart(instance: &Instance, timeline: &Timeline, seed: u64, look: Look) -> Option<Chart> {
    draw(instance, timeline, &format!("{}; seed {seed}", instance.name), look)
}

fn draw(instance: &Instance, timeline: &Timeline, source: &str, look: Look) -> Option<Chart> {
    let end = timeline.makespan.finite_hours()?;
    let lanes = lanes(instance, timeline);
    let mut svg = look.page("trace");
    let clock = Clock::new(instance.origin.as_ref());
    let title = finding(timeline, end, &clock);
    let top = heading(&mut svg, &title, source);
    let top = legend(&mut svg, timeline, top);
    let lines: usize = lanes.iter().map(|lane| lane.lines).sum();
    let line = (LINES / lines.max(1) as f64).clamp(LINE.0, LINE.1);
    let widest = lanes.iter().map(|lane| measure::width(&lane.name, Font::BOLD.plain_size())).fold(0.0, f64::max);
    let names = (widest + 14.0).clamp(NAMES.0, NAMES.1);
    let area = Area {
        x: 16.0 + names,
        y: top + 8.0,
        width: svg.width - names - 48.0,
        height: lines as f64 * line + lanes.len() as f64 * GAP,
    };
    let axis = TimeAxis::new(instance, (0.0, end * 1.01), &area);
    axis.draw_back(&mut svg, &area);
    let mut page = Page { svg, instance, timeline, axis, clock, height: line };
    let mut y = area.y;
    for lane in &lanes {
        page.svg.line((16.0, y), (page.svg.width - 16.0, y), Paint::stroke(Role::Rule, 0.8));
        page.svg.text_within(
            (16.0, y + GAP / 2.0 + line / 2.0 + 4.5),
            &lane.name,
            Font::BOLD,
            Anchor::Start,
            names - 10.0,
        );
        for (place, segment) in &lane.stretches {
            page.stretch(segment, y + GAP / 2.0 + *place as f64 * line);
        }
        y += lane.lines as f64 * line + GAP;
    }
    let Page { mut svg, axis, .. } = page;
    let x = axis.x(end);
    svg.line((x, area.y), (x, area.bottom()), Paint::stroke(Role::Ink, 1.5).dash("6 3"));
    axis.draw_labels(&mut svg, area.bottom() + 16.0);
    svg.text((area.right(), area.bottom() + 34.0), &axis.caption, Font::NOTE, Anchor::End);
    let about = format!(
        "What {} lanes did in iteration {}, {} stretches; outlined ones belong to tasks that were critical.",
        lanes.len(),
        timeline.iteration,
        timeline.segments.len()
    );
    Some(Chart { file: "trace.svg", svg: svg.finish(area.bottom() + 46.0, &title, &about), title, about })
}

/// How long it took, and what besides work and closed hours took most.
fn finding(timeline: &Timeline, end: f64, clock: &Clock) -> String {
    let trouble = Cause::ALL.into_iter().zip(timeline.causes);
    let trouble = trouble.filter(|(cause, _)| !matches!(cause, Cause::Work | Cause::OffHours));
    // Of equal ones the first.
    let most = trouble.reduce(|best, row| if row.1 > best.1 { row } else { best });
    let most = most.filter(|(_, ticks)| ticks.hours() >= 0.05);
    let most = most.map_or_else(String::new, |(cause, t)| {
        format!(", {} of it {}", hours_text(t.hours()), words::cause(cause))
    });
    let finish = if clock.has_dates() {
        format!("finished {} after {}", clock.text(Some(end), Style::Minute), hours_text(end))
    } else {
        format!("finished after {}", hours_text(end))
    };
    format!("One iteration of many, number {}: {finish}{most}", timeline.iteration)
}

/// One lane for each agent, and one for what passes without any.
fn lanes<'a>(instance: &Instance, timeline: &'a Timeline) -> Vec<Lane<'a>> {
    let long = |segment: &&Segment| segment.finish > segment.start && !segment.finish.is_never();
    let agents = instance.agents.iter().enumerate().map(|(place, agent)| {
        let id = AgentId::from(place);
        let own = timeline.segments.iter().filter(long).filter(move |s| s.agents.contains(&id));
        lane(agent.name.clone(), own.collect())
    });
    let mut lanes: Vec<Lane> = agents.collect();
    let nobody: Vec<&Segment> = timeline.segments.iter().filter(long).filter(|s| s.agents.is_empty()).collect();
    if !nobody.is_empty() {
        lanes.push(lane("no agent".to_owned(), nobody));
    }
    lanes
}

fn lane(name: String, mut segments: Vec<&Segment>) -> Lane<'_> {
    segments.sort_by_key(|segment| segment.start);
    let mut free_from: Vec<Ticks> = Vec::new();
    let mut stretches = Vec::new();
    for segment in segments {
        let line = match free_from.iter().position(|free| *free <= segment.start) {
            Some(line) => line,
            None if free_from.len() < MOST_LINES => {
                free_from.push(Ticks::ZERO);
                free_from.len() - 1
            }
            None => MOST_LINES - 1,
        };
        free_from[line] = free_from[line].max(segment.finish);
        stretches.push((line, segment));
    }
    Lane { name, lines: free_from.len().max(1), stretches }
}

struct Page<'a> {
    svg: Svg,
    instance: &'a Instance,
    timeline: &'a Timeline,
    axis: TimeAxis,
    clock: Clock,
    /// Of a line [pixels].
    height: f64,
}

impl Page<'_> {
    fn stretch(&mut self, segment: &Segment, y: f64) {
        let task = &self.instance.tasks[segment.task.index()];
        let date = |at: Ticks| self.clock.text(at.finite_hours(), Style::Minute);
        let tip = format!(
            "{}: {}, {} to {} ({})",
            titled(&task.id, &task.name),
            words::activity(segment.activity),
            date(segment.start),
            date(segment.finish),
            hours_text((segment.finish - segment.start).hours())
        );
        self.svg.group("stretch", &tip);
        let (from, to) = (self.axis.x(segment.start.hours()), self.axis.x(segment.finish.hours()));
        let area = Area { x: from, y: y + 2.0, width: (to - from).max(0.8), height: self.height - 4.0 };
        let critical = self.timeline.critical[segment.task.index()];
        let (role, width) = if critical && area.width >= 4.0 { (Role::Ink, 1.6) } else { (Role::Paper, 0.6) };
        self.svg.rect(area, 1.5, paint_of(segment.activity.cause()).outline(role, width));
        let font = Font { size: SMALL, ..Font::BOLD };
        if measure::width(&task.id, font.plain_size()) + 8.0 <= area.width {
            let at = (from + area.width / 2.0, y + self.height / 2.0 + 4.0);
            self.svg.text(at, &task.id, font.with_halo(), Anchor::Middle);
        }
        self.svg.end();
    }
}

/// Keys of the causes that occur; the result is where the rest may begin.
fn legend(svg: &mut Svg, timeline: &Timeline, top: f64) -> f64 {
    let (mut x, mut y) = (16.0, top);
    let seen = |cause: &Cause| timeline.segments.iter().any(|segment| segment.activity.cause() == *cause);
    let causes = Cause::ALL.into_iter().filter(seen);
    let keys = causes.map(|cause| (words::cause(cause), paint_of(cause).outline(Role::Rule, 0.8)));
    let critical = ("outlined: critical", Paint::fill(Role::Paper).outline(Role::Ink, 1.6));
    for (text, paint) in keys.chain([critical]) {
        let width = 28.0 + measure::width(text, SMALL) + 18.0;
        if x + width > svg.width - 16.0 {
            (x, y) = (16.0, y + 20.0);
        }
        svg.rect(Area { x, y, width: 22.0, height: 13.0 }, 2.0, paint);
        svg.text((x + 28.0, y + 10.5), text, Font::NOTE, Anchor::Start);
        x += width;
    }
    y + 22.0
}
