//! The timeline (Gantt chart): when each task may start and finish, how often it is critical, what the plan's
//! own schedule says, and whether milestones meet their dates.

use super::axis::TimeAxis;
use super::rows::{Bar, Row, rows};
use super::svg::{Anchor, Area, Font, Paint, SMALL, Svg};
use super::theme::Role;
use super::{Chart, Look, Material, heading};
use crate::analyse::Goal;
use crate::report::critical::is_mostly_critical;
use crate::report::number::{hours_text, percent};

/// Height of a row [pixels]; the more rows, the less, so that all fit on a page of a presentation as long as they
/// can be read.
const LEAST_ROW: f64 = 17.0;
const MOST_ROW: f64 = 24.0;
/// Height of all rows, where they can be as low.
const ROWS: f64 = 820.0;
/// Rows from which on dates stand above them too.
const MANY: usize = 40;
/// Widths of the columns left of the bars.
const NAMES: f64 = 240.0;
const AGENTS: f64 = 150.0;
/// A due date up to so many times as late as the last bar widens the axis.
const FURTHEST: f64 = 1.4;
/// Width of the column of probabilities right of the bars.
const SHARES: f64 = 62.0;

/// The chart.
pub(super) fn chart(material: &Material, look: Look) -> Chart {
    let (rows, note) = rows(material);
    let mut svg = look.page("timeline");
    let title = finding(material, &rows);
    let top = heading(&mut svg, &title, &material.source_and(&note));
    let left = 16.0 + NAMES + AGENTS + 8.0;
    let milestones = &material.forecast.milestones;
    let extra = if milestones.is_empty() { 0 } else { milestones.len() + 1 };
    let row = (ROWS / (rows.len() + extra) as f64).clamp(LEAST_ROW, MOST_ROW);
    // Whoever reads a long one should not have to go to its end for the dates.
    let dates_above = rows.len() + extra > MANY;
    let area = Area {
        x: left,
        y: top + if dates_above { 52.0 } else { 34.0 },
        width: svg.width - left - SHARES - 16.0,
        height: row * (rows.len() + extra) as f64,
    };
    let axis = TimeAxis::new(material.instance, (0.0, latest(material, &rows)), &area);
    legend(&mut svg, top + 2.0);
    svg.text((svg.width - 16.0, area.y - 8.0), "critical", Font::NOTE, Anchor::End);
    axis.draw_back(&mut svg, &area);
    let mut page = Page { svg, area, axis, row, material };
    let mut y = area.y;
    for entry in &rows {
        match entry {
            Row::Group(name) => page.group(y, name),
            Row::Bar(bar) => page.bar(y, bar),
        }
        y += row;
    }
    if extra > 0 {
        page.group(y, "Milestones");
        page.svg.text_within(
            (page.svg.width - 16.0, page.baseline(y)),
            "in time",
            Font::NOTE,
            Anchor::End,
            SHARES,
        );
        for (place, goal) in milestones.iter().enumerate() {
            page.milestone(y + row * (place + 1) as f64, goal);
        }
    }
    page.finish_lines();
    let Page { mut svg, area, axis, .. } = page;
    axis.draw_labels(&mut svg, area.bottom() + 16.0);
    if dates_above {
        axis.draw_labels(&mut svg, area.y - 22.0);
    }
    svg.text((area.right(), area.bottom() + 34.0), &axis.caption, Font::NOTE, Anchor::End);
    let about = format!(
        "Gantt chart of {} rows. For each: the range of its start and finish over all iterations, how often it is \
         critical, and its place in the plan's own schedule.",
        rows.iter().filter(|row| matches!(row, Row::Bar(_))).count()
    );
    Chart { file: "timeline.svg", svg: svg.finish(area.bottom() + 46.0, &title, &about), title, about }
}

/// Who is furthest behind the plan's own schedule, where anybody is.
fn finding(material: &Material, rows: &[Row]) -> String {
    let bars = rows.iter().filter_map(|row| match row {
        Row::Bar(bar) => Some((bar, bar.finish.p50? - bar.planned?.1)),
        Row::Group(_) => None,
    });
    // Of equal ones the first.
    let most = bars.reduce(|best, row| if row.1 > best.1 { row } else { best });
    match most.filter(|(_, hours)| *hours >= 0.05) {
        Some((bar, hours)) => {
            format!("{}: {} slips most, by {} at P50", material.promise_in_short(), bar.name, hours_text(hours))
        }
        None => material.promise(),
    }
}

/// The latest hour that is shown.
fn latest(material: &Material, rows: &[Row]) -> f64 {
    let bars = || {
        rows.iter().filter_map(|row| match row {
            Row::Bar(bar) => Some(bar),
            Row::Group(_) => None,
        })
    };
    let goals = || material.forecast.milestones.iter().map(|goal| &goal.finish);
    let finish = &material.forecast.finish.spread;
    let ends = bars().flat_map(|bar| [bar.finish.p90.or(bar.finish.p50), bar.planned.map(|(_, to)| to)]);
    let ends = ends.chain(goals().map(|goal| goal.spread.percentile(90).value));
    let ends = ends.chain([finish.percentile(90).value, finish.percentile(80).value]);
    let end = ends.flatten().fold(0.0, f64::max);
    // A due date far away would leave no room for the bars: it is drawn as an arrow at the right end.
    let dues = bars().map(|bar| bar.due).chain(goals().map(|goal| goal.due));
    let dues = dues.flatten().filter(|due| *due <= end * FURTHEST);
    dues.fold(end, f64::max) * 1.02
}

fn legend(svg: &mut Svg, y: f64) {
    let mut x = 16.0;
    let mut entry = |svg: &mut Svg, text: &str, draw: &dyn Fn(&mut Svg, f64)| {
        draw(svg, x);
        svg.text((x + 34.0, y + 9.0), text, Font::NOTE, Anchor::Start);
        x += 34.0 + super::measure::width(text, super::svg::SMALL) + 18.0;
    };
    entry(svg, "P50 of start to P50 of finish", &|svg, x| {
        svg.rect(Area { x, y, width: 28.0, height: 10.0 }, 2.0, Paint::fill(Role::Blue).opacity(0.6));
    });
    entry(svg, "P10 of start to P90 of finish", &|svg, x| {
        svg.rect(Area { x, y: y + 2.0, width: 28.0, height: 6.0 }, 2.0, Paint::fill(Role::Blue).opacity(0.22));
    });
    entry(svg, "critical in most iterations (fuller colour: more often)", &|svg, x| {
        let paint = Paint::fill(Role::Blue).outline(Role::Ink, 1.4);
        svg.rect(Area { x, y, width: 28.0, height: 10.0 }, 2.0, paint);
    });
    entry(svg, "the plan's own schedule", &|svg, x| planned(svg, x, x + 28.0, y + 5.0));
    entry(svg, "due", &|svg, x| due(svg, x + 14.0, y - 2.0, 14.0));
}

/// A thin line with feet.
fn planned(svg: &mut Svg, from: f64, to: f64, y: f64) {
    let paint = Paint::stroke(Role::Faint, 1.4);
    svg.path(
        &format!(
            "M{a} {t}V{b}M{a} {y}H{c}M{c} {t}V{b}",
            a = super::svg::n(from),
            c = super::svg::n(to),
            t = super::svg::n(y - 2.5),
            b = super::svg::n(y + 2.5),
            y = super::svg::n(y)
        ),
        paint,
    );
}

fn due(svg: &mut Svg, x: f64, y: f64, height: f64) {
    svg.line((x, y), (x, y + height), Paint::stroke(Role::Vermilion, 2.5));
}

struct Page<'a> {
    svg: Svg,
    area: Area,
    axis: TimeAxis,
    /// Height of a row [pixels].
    row: f64,
    material: &'a Material<'a>,
}

impl Page<'_> {
    /// Where the text of a row stands.
    fn baseline(&self, y: f64) -> f64 {
        y + self.row / 2.0 + 4.0
    }

    /// Names of low rows are smaller.
    fn font(&self) -> Font {
        Font { size: if self.row < 20.0 { SMALL } else { Font::PLAIN.size }, ..Font::PLAIN }
    }

    fn group(&mut self, y: f64, name: &str) {
        let band = Area { x: 16.0, y: y + 2.0, width: self.area.x - 24.0, height: self.row - 4.0 };
        self.svg.rect(band, 3.0, Paint::fill(Role::Band));
        self.svg.line((16.0, y), (self.svg.width - 16.0, y), Paint::stroke(Role::Rule, 1.0));
        let font = Font { bold: true, ..self.font() };
        self.svg.text_within((20.0, self.baseline(y)), name, font, Anchor::Start, NAMES + AGENTS - 8.0);
    }

    fn bar(&mut self, y: f64, bar: &Bar) {
        self.svg.group("row", &self.tip(bar));
        let (base, middle) = (self.baseline(y), y + self.row * 0.42);
        self.svg.text_within((24.0, base), &bar.label(), self.font(), Anchor::Start, NAMES - 14.0);
        let agents = 16.0 + NAMES;
        self.svg.text_within((agents, base), &bar.agent, Font::NOTE, Anchor::Start, AGENTS - 4.0);
        let x = |hours: Option<f64>| hours.map(|hours| self.axis.x(hours));
        let (outer, inner) = ((x(bar.start.p10), x(bar.finish.p90)), (x(bar.start.p50), x(bar.finish.p50)));
        if let (Some(from), to) = outer {
            // A finish that is infinite in too many iterations leaves the bar open to the right.
            let to = to.unwrap_or(self.area.right());
            let range = Area { x: from, y: middle - 3.5, width: (to - from).max(1.0), height: 7.0 };
            self.svg.rect(range, 2.0, Paint::fill(Role::Blue).opacity(0.22));
        }
        if let (Some(from), Some(to)) = inner {
            let middle = Area { x: from, y: middle - 5.5, width: (to - from).max(1.5), height: 11.0 };
            let paint = Paint::fill(Role::Blue).opacity(shade(bar.criticality));
            let paint = if is_mostly_critical(bar.criticality) { paint.outline(Role::Ink, 1.4) } else { paint };
            self.svg.rect(middle, 2.0, paint);
        }
        if let Some((from, to)) = bar.planned {
            planned(&mut self.svg, self.axis.x(from), self.axis.x(to), y + self.row - 3.5);
        }
        if let Some(hours) = bar.due {
            self.due(hours, y);
        }
        let right = self.svg.width - 16.0;
        self.svg.text((right, base), &percent(bar.criticality), Font::NOTE, Anchor::End);
        self.svg.end();
    }

    /// A stroke at a due date; an arrow to the left or the right where it lies beyond the axis.
    fn due(&mut self, hours: f64, y: f64) {
        if (self.axis.from..=self.axis.to).contains(&hours) {
            due(&mut self.svg, self.axis.x(hours), y + 2.0, self.row - 4.0);
            return;
        }
        let (start, way) = if hours < self.axis.from {
            (self.area.x + 8.0, "h-8m4 -4l-4 4l4 4")
        } else {
            (self.area.right() - 8.0, "h8m-4 -4l4 4l-4 4")
        };
        let arrow = format!("M{} {}{way}", super::svg::n(start), super::svg::n(y + self.row / 2.0));
        self.svg.path(&arrow, Paint::stroke(Role::Vermilion, 2.0));
    }

    fn tip(&self, bar: &Bar) -> String {
        let date = |hours| self.material.date(hours);
        let range = |moment: &crate::analyse::Moment| {
            format!("P10 {}, P50 {}, P90 {}", date(moment.p10), date(moment.p50), date(moment.p90))
        };
        let due = match (bar.due, bar.probability) {
            (Some(due), Some(share)) => format!("; due {}, met in {}", date(Some(due)), percent(share)),
            _ => String::new(),
        };
        format!(
            "{}: start {}; finish {}; critical in {}{due}",
            bar.label(),
            range(&bar.start),
            range(&bar.finish),
            percent(bar.criticality)
        )
    }

    fn milestone(&mut self, y: f64, goal: &Goal) {
        let spread = &goal.finish.spread;
        let at = |percent| spread.percentile(percent).value;
        let chance = goal.finish.probability.map(percent);
        let tip = format!(
            "{}: P10 {}, P50 {}, P90 {}{}",
            goal.name,
            self.material.date(at(10)),
            self.material.date(at(50)),
            self.material.date(at(90)),
            chance.as_ref().map_or_else(String::new, |chance| format!("; in time in {chance}"))
        );
        self.svg.group("row", &tip);
        self.svg.text_within(
            (24.0, self.baseline(y)),
            &goal.name,
            self.font(),
            Anchor::Start,
            NAMES + AGENTS - 16.0,
        );
        let middle = y + self.row / 2.0;
        if let Some(from) = at(10) {
            let to = at(90).map_or(self.area.right(), |hours| self.axis.x(hours));
            self.svg.line(
                (self.axis.x(from), middle),
                (to, middle),
                Paint::stroke(Role::Purple, 3.0).opacity(0.6),
            );
        }
        if let Some(hours) = goal.finish.due {
            self.due(hours, y);
        }
        if let Some(hours) = at(50) {
            let paint = Paint::fill(Role::Purple).outline(Role::Ink, 1.0);
            self.svg.diamond((self.axis.x(hours), middle), 6.0, paint);
        }
        if let Some(chance) = chance {
            self.svg.text((self.svg.width - 16.0, self.baseline(y)), &chance, Font::NOTE, Anchor::End);
        }
        self.svg.end();
    }

    /// Lines through all rows at the P80 and at the plan's own finish.
    fn finish_lines(&mut self) {
        let forecast = self.material.forecast;
        let p80 = forecast.finish.spread.percentile(80).value.map(|hours| self.axis.x(hours));
        let plan = forecast.deterministic.schedule.map(|hours| self.axis.x(hours));
        let (top, bottom) = (self.area.y - 4.0, self.area.bottom());
        if let Some(x) = plan {
            self.svg.line((x, top), (x, bottom), Paint::stroke(Role::Faint, 1.2).dash("2 3"));
        }
        if let Some(x) = p80 {
            self.svg.line((x, top), (x, bottom), Paint::stroke(Role::Ink, 1.5).dash("6 3"));
            self.svg.text((x, top - 4.0), "P80", Font::NOTE, Anchor::Middle);
        }
        if let Some(x) = plan.filter(|x| p80.is_none_or(|p80| (p80 - x).abs() > 40.0)) {
            self.svg.text((x, top - 4.0), "plan", Font::NOTE, Anchor::Middle);
        }
    }
}

/// How dark a bar is.
fn shade(criticality: f64) -> f64 {
    0.4 + 0.6 * (criticality * 4.0).round() / 4.0
}
