//! When tasks start and finish, as bars on one scale.

use unicode_width::UnicodeWidthStr as _;

use super::super::clock::Clock;
use super::super::critical::{is_mostly_critical, most_critical};
use super::super::names::titled;
use super::super::number::thousands;
use super::layout::{Page, left};
use super::screen::Screen;
use super::steps::steps;
use crate::analyse::{Forecast, Goal, Moment, TaskForecast};

/// Tasks shown one by one at most; larger plans show their phases.
const MOST_TASKS: usize = 30;
/// Columns of the names at most.
const NAME: usize = 24;

/// A row of the chart.
struct Bar {
    name: String,
    /// P10 and P50 of the start [hours].
    start: (Option<f64>, Option<f64>),
    /// P50 and P90 of the finish [hours].
    finish: (Option<f64>, Option<f64>),
    due: Option<f64>,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Work,
    Critical,
    Milestone,
}

/// The timeline; nothing for a plan without tasks.
pub(super) fn timeline(page: &mut Page, forecast: &Forecast, clock: &Clock) {
    let (bars, titles, left_out) = bars(forecast);
    if bars.is_empty() {
        return;
    }
    let screen = page.screen();
    let ends = bars.iter().flat_map(|bar| [bar.finish.0, bar.finish.1, bar.due]);
    let to = ends.flatten().fold(0.0, f64::max).max(1e-3);
    let name = bars.iter().map(|bar| bar.name.width()).max().unwrap_or(0).min(NAME);
    let scale = Scale { to, columns: screen.columns - name - 4, screen };
    let mut rows = vec![vec![String::new(), scale.head(clock)]];
    rows.extend(bars.iter().map(|bar| vec![bar.name.clone(), scale.draw(bar, clock)]));
    page.heading("Timeline");
    page.titled_table(&[left(name), left(scale.columns)], true, &rows, &titles);
    key(page, &bars);
    page.paragraph(&left_out);
}

/// Tasks by phase, or phases alone, then milestones; titles with the row that each stands before, the head being
/// row 0; and what was left out.
fn bars(forecast: &Forecast) -> (Vec<Bar>, Vec<(usize, String)>, String) {
    let mut titles = Vec::new();
    let mut bars: Vec<Bar> = Vec::new();
    let mut left_out = String::new();
    if forecast.tasks.len() > MOST_TASKS && !forecast.phases.is_empty() {
        bars.extend(forecast.phases.iter().take(MOST_TASKS).map(|phase| phase_bar(phase, forecast)));
        left_out = format!("Phases in place of their {} tasks; tasks.csv has these.", forecast.tasks.len());
    } else {
        let mut group = None;
        for place in most_critical(&forecast.tasks, MOST_TASKS) {
            let task = &forecast.tasks[place];
            if task.phase != group {
                let found = forecast.phases.iter().find(|phase| Some(&phase.id) == task.phase.as_ref());
                let title = found.map_or("Outside all phases", |phase| phase.name.as_str());
                titles.push((bars.len() + 1, title.to_owned()));
                group.clone_from(&task.phase);
            }
            bars.push(task_bar(task));
        }
        let hidden = forecast.tasks.len() - bars.len();
        if hidden > 0 {
            let count = thousands(hidden as f64);
            left_out = format!("{count} tasks that are critical no more often are left out; tasks.csv has them.");
        }
    }
    if !forecast.milestones.is_empty() && !bars.is_empty() {
        titles.push((bars.len() + 1, "Milestones".to_owned()));
        bars.extend(forecast.milestones.iter().map(milestone_bar));
    }
    (bars, titles, left_out)
}

fn task_bar(task: &TaskForecast) -> Bar {
    Bar {
        name: titled(&task.id, &task.name),
        start: (task.start.p10, task.start.p50),
        finish: (task.finish.p50, task.finish.p90),
        due: task.due,
        kind: if is_mostly_critical(task.criticality) { Kind::Critical } else { Kind::Work },
    }
}

/// A phase reaches from the first start among its tasks to its finish.
fn phase_bar(phase: &Goal, forecast: &Forecast) -> Bar {
    let own = || forecast.tasks.iter().filter(|task| task.phase.as_ref() == Some(&phase.id));
    let first =
        |part: fn(&Moment) -> Option<f64>| own().filter_map(|task| part(&task.start)).min_by(f64::total_cmp);
    let at = |percent| phase.finish.spread.percentile(percent).value;
    Bar {
        name: phase.name.clone(),
        start: (first(|start| start.p10), first(|start| start.p50)),
        finish: (at(50), at(90)),
        due: phase.finish.due,
        kind: if own().any(|task| is_mostly_critical(task.criticality)) { Kind::Critical } else { Kind::Work },
    }
}

fn milestone_bar(goal: &Goal) -> Bar {
    let at = |percent| goal.finish.spread.percentile(percent).value;
    Bar {
        name: goal.name.clone(),
        start: (at(10), at(50)),
        finish: (at(50), at(90)),
        due: goal.finish.due,
        kind: Kind::Milestone,
    }
}

/// From hours to columns.
struct Scale {
    /// Hours at the right end; the left one is the start.
    to: f64,
    columns: usize,
    screen: Screen,
}

impl Scale {
    fn column(&self, hours: f64) -> usize {
        ((hours / self.to * self.columns as f64) as usize).min(self.columns - 1)
    }

    /// Round times that stand about a label apart: days, and times of day between them.
    fn ticks(&self, clock: &Clock) -> Vec<(usize, String)> {
        let steps = steps(clock, (0.0, self.to), (self.columns / 10).max(2));
        let inside = steps.into_iter().filter(|step| step.from >= 0.0 && step.from < self.to);
        let label = |label: String| match label.rsplit_once(' ') {
            Some((day, "00:00")) => day.to_owned(),
            Some((_, time)) if time.contains(':') => time.to_owned(),
            _ => label,
        };
        inside.map(|step| (self.column(step.from), label(step.label))).collect()
    }

    /// The labels of the ticks, those that have room.
    fn head(&self, clock: &Clock) -> String {
        let mut line = String::new();
        for (column, label) in self.ticks(clock) {
            let used = line.len();
            if (used == 0 || used < column) && column + label.len() <= self.columns {
                line.push_str(&" ".repeat(column - used));
                line.push_str(&label);
            }
        }
        line
    }

    fn draw(&self, bar: &Bar, clock: &Clock) -> String {
        let mut line = vec![' '; self.columns];
        for (column, _) in self.ticks(clock) {
            line[column] = self.screen.letter('\u{250a}', ':');
        }
        let letters = Letters::new(self.screen);
        if let Some(from) = bar.start.0 {
            // What may never come has no end.
            let to = bar.finish.1.map_or(self.columns - 1, |hours| self.column(hours));
            line[self.column(from)..=to.max(self.column(from))].fill(letters.range);
        }
        let fill = |line: &mut Vec<char>| {
            if let (Some(from), Some(to)) = (bar.start.1, bar.finish.0) {
                let (from, to) = (self.column(from), self.column(to.max(from)));
                line[from..=to].fill(letters.of(bar.kind));
            }
        };
        fill(&mut line);
        if let Some(due) = bar.due {
            // A date that had passed at the start lies to the left.
            line[self.column(due)] = if due < 0.0 { '<' } else { letters.due };
        }
        // Its own date must not hide a milestone.
        if bar.kind == Kind::Milestone {
            fill(&mut line);
        }
        line.into_iter().collect()
    }
}

/// What bars are made of.
struct Letters {
    range: char,
    work: char,
    critical: char,
    milestone: char,
    due: char,
}

impl Letters {
    fn new(screen: Screen) -> Self {
        Self {
            range: screen.letter('\u{2591}', '-'),
            work: screen.letter('\u{2592}', '='),
            critical: screen.letter('\u{2588}', '#'),
            milestone: screen.letter('\u{25c6}', '*'),
            due: screen.letter('\u{2503}', '|'),
        }
    }

    fn of(&self, kind: Kind) -> char {
        match kind {
            Kind::Work => self.work,
            Kind::Critical => self.critical,
            Kind::Milestone => self.milestone,
        }
    }
}

/// What the letters mean, those that are there; lines break between them.
fn key(page: &mut Page, bars: &[Bar]) {
    let letters = Letters::new(page.screen());
    let any = |kind: Kind| bars.iter().any(|bar| bar.kind == kind);
    let work = if any(Kind::Critical) { "in fewer" } else { "P50 of start to finish" };
    let has_due = bars.iter().any(|bar| bar.due.is_some());
    let parts = [
        (any(Kind::Critical), letters.critical, "P50 of start to finish, critical in most iterations"),
        (any(Kind::Work), letters.work, work),
        (any(Kind::Milestone), letters.milestone, "milestone"),
        (true, letters.range, "from P10 to P90"),
        (has_due, letters.due, "due"),
    ];
    let mut line = String::new();
    for (_, letter, text) in parts.iter().filter(|(there, ..)| *there) {
        let part = format!("{letter} {text}");
        if !line.is_empty() && line.width() + 2 + part.width() + 2 > page.screen().columns {
            page.paragraph(&line);
            line.clear();
        }
        line += if line.is_empty() { "" } else { "; " };
        line += &part;
    }
    page.paragraph(&line);
}
