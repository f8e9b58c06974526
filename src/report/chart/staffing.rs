//! Staffing: what each combination of a grid costs and when it finishes, with those that no other beats, and what
//! the next step of each kind saves.

use super::axis::round_numbers;
use super::plot::Plot;
use super::svg::{Anchor, Area, Font, Paint, SMALL, Svg, n};
use super::theme::Role;
use super::{Chart, Look, heading, measure};
use crate::analyse::{Combination, Expense, Staffing, Step, Verdict};
use crate::dates::Style;
use crate::report::clock::Clock;
use crate::report::names::axis_names;
use crate::report::number::{asked_percent, hours_text, money, rounded, thousands};
use crate::report::words;

/// Most combinations that have a letter and a row of the table.
const MOST: usize = 12;
/// Height of the scatter [pixels].
const HEIGHT: f64 = 320.0;
/// Height of a row of the table, and of a bar.
const ROW: f64 = 22.0;
const BAR: f64 = 30.0;
/// Height of a bar where there are few.
const MOST_BAR: f64 = 54.0;

/// The chart; absent where no combination finishes.
#[must_use]
pub fn staffing_chart(staffing: &Staffing, look: Look) -> Option<Chart> {
    let view = View::new(staffing)?;
    let mut svg = look.page("staffing");
    let title = view.finding();
    let source = format!(
        "{}; {} combinations, {}{} iterations each, seed {}",
        staffing.plan,
        staffing.combinations.len(),
        if staffing.combinations.iter().all(|combination| combination.in_full) { "" } else { "up to " },
        thousands(f64::from(staffing.question.iterations)),
        staffing.question.seed
    );
    let top = heading(&mut svg, &title, &source);
    // Where nothing is known of the steps, which the title says, the scatter has their room too.
    let split = if view.is_unknown() { svg.width + 20.0 } else { svg.width * 0.62 };
    let right = svg.width - 16.0;
    let below = view.scatter(&mut svg, Area { x: 84.0, y: top + 26.0, width: split - 120.0, height: HEIGHT });
    let side = view.steps(&mut svg, (split, right), top);
    let bottom = view.table(&mut svg, below.max(side) + 22.0);
    let front = view.front.iter().map(|&place| view.spoken(place));
    let about = format!(
        "Scatter of {} combinations: {} against {}. Those that no other beats: {}.",
        staffing.combinations.len(),
        words::objective(staffing.question.rule.objective),
        view.expense_word(),
        front.collect::<Vec<String>>().join("; ")
    );
    Some(Chart { file: "staffing.svg", svg: svg.finish(bottom, &title, &about), title, about })
}

/// A grid with what is needed to draw it.
struct View<'a> {
    staffing: &'a Staffing,
    clock: Clock,
    /// Places of the combinations that no other beats, the cheapest first; of too many the first ones.
    front: Vec<usize>,
    by_cost: bool,
}

impl<'a> View<'a> {
    fn new(staffing: &'a Staffing) -> Option<Self> {
        let all = &staffing.combinations;
        all.iter().find(|combination| combination.finish.is_some())?;
        let by_cost = staffing.expense == Expense::Cost;
        let clock = Clock::new(staffing.origin.as_ref());
        let mut view = Self { staffing, clock, front: Vec::new(), by_cost };
        let mut front: Vec<usize> = (0..all.len()).filter(|place| all[*place].pareto).collect();
        front.sort_by(|&a, &b| {
            let key = |place: usize| view.expense(&all[place]).unwrap_or(f64::INFINITY);
            key(a).total_cmp(&key(b)).then(a.cmp(&b))
        });
        front.truncate(MOST);
        view.front = front;
        Some(view)
    }

    fn expense(&self, combination: &Combination) -> Option<f64> {
        if self.by_cost { combination.cost } else { Some(combination.agents as f64) }
    }

    fn expense_word(&self) -> &'static str {
        if self.by_cost { "cost" } else { "number of agents" }
    }

    /// `alpha=2, beta=1`.
    fn values(&self, place: usize) -> String {
        let values = &self.staffing.combinations[place].values;
        let axes = axis_names(&self.staffing.question.axes).into_iter().zip(values);
        axes.map(|(name, value)| format!("{name}={value}")).collect::<Vec<String>>().join(", ")
    }

    fn date(&self, hours: Option<f64>) -> String {
        self.clock.text(hours, Style::Minute)
    }

    fn expense_text(&self, combination: &Combination) -> String {
        match self.expense(combination) {
            None => "unknown".to_owned(),
            Some(cost) if self.by_cost => money(cost),
            Some(agents) => format!("{agents:.0}"),
        }
    }

    fn spoken(&self, place: usize) -> String {
        let combination = &self.staffing.combinations[place];
        let (finish, expense) = (self.date(combination.finish), self.expense_text(combination));
        format!("{} finishes {finish}, {} {expense}", self.values(place), self.expense_word())
    }

    /// How far the knee gets, or that no step is seen to help.
    fn finding(&self) -> String {
        let all = &self.staffing.combinations;
        let objective = words::objective(self.staffing.question.rule.objective);
        if let (Some(place), Some(wish)) = (self.staffing.cheapest, &self.staffing.question.wish) {
            let share = asked_percent(wish.at_least);
            return format!("Cheapest with P({}) of at least {share}: {}", wish.id, self.values(place));
        }
        let knee = self.staffing.knee();
        match (all[0].finish, all[knee].finish) {
            (Some(before), Some(after)) if knee != 0 => format!(
                "More than {} is not seen to help: {objective} {}, {} earlier than with {}",
                self.values(knee),
                self.date(Some(after)),
                hours_text(before - after),
                self.values(0)
            ),
            (None, Some(after)) => format!("{}: {objective} {}", self.values(knee), self.date(Some(after))),
            _ if self.is_unknown() => {
                format!("What a step from {} saves is not known: {}", self.values(0), self.why_unknown())
            }
            _ => format!(
                "No step from {} is seen to help: {objective} {}",
                self.values(0),
                self.date(all[0].finish)
            ),
        }
    }

    /// True if there are steps, and what none of them saves is known.
    fn is_unknown(&self) -> bool {
        let next = &self.staffing.next;
        !next.is_empty() && next.iter().all(|step| step.finish.is_none())
    }

    fn why_unknown(&self) -> String {
        let question = &self.staffing.question;
        words::why_unknown(question.rule.objective, question.iterations)
    }

    /// Finish against expense; the result is where the rest may begin.
    fn scatter(&self, svg: &mut Svg, area: Area) -> f64 {
        let all = &self.staffing.combinations;
        let points: Vec<(usize, f64, f64)> = all
            .iter()
            .enumerate()
            .filter_map(|(place, combination)| Some((place, self.expense(combination)?, combination.finish?)))
            .collect();
        let plot = Plot {
            area,
            x: range(points.iter().map(|(_, x, _)| *x)),
            y: range(points.iter().map(|(_, _, y)| *y)),
        };
        self.grid(svg, &plot);
        self.front_line(svg, &plot);
        for &(place, x, y) in points.iter().filter(|(place, ..)| !self.front.contains(place)) {
            self.point(svg, (plot.pixel_x(x), plot.pixel_y(y)), place, None);
        }
        // Letters of points on each other stand beside each other.
        let mut taken: Vec<(f64, f64)> = Vec::new();
        for (letter, &place) in ('A'..='Z').zip(&self.front) {
            let Some(&(_, x, y)) = points.iter().find(|point| point.0 == place) else { continue };
            let (mut x, y) = (plot.pixel_x(x), plot.pixel_y(y));
            while taken.iter().any(|(a, b): &(f64, f64)| (a - x).abs() < 20.0 && (b - y).abs() < 20.0) {
                x += 20.0;
            }
            taken.push((x, y));
            self.point(svg, (x, y), place, Some(letter));
        }
        self.legend(svg, &area)
    }

    fn grid(&self, svg: &mut Svg, plot: &Plot) {
        let area = plot.area;
        let objective = words::objective(self.staffing.question.rule.objective);
        let head = format!("{objective} of the finish, hours from the start");
        svg.text((16.0, area.y - 12.0), &head, Font::BOLD, Anchor::Start);
        for hours in round_numbers(plot.y.0, plot.y.1, 7.0) {
            let y = plot.pixel_y(hours);
            svg.line((area.x, y), (area.right(), y), Paint::stroke(Role::Grid, 1.0));
            svg.text((area.x - 8.0, y + 4.0), &format!("{} h", n(hours)), Font::NOTE, Anchor::End);
        }
        let most = if self.by_cost { 7.0 } else { (plot.x.1 - plot.x.0).clamp(1.0, 8.0) };
        let ticks = round_numbers(plot.x.0, plot.x.1, most);
        for value in ticks.into_iter().filter(|value| self.by_cost || value.fract() == 0.0) {
            let x = plot.pixel_x(value);
            svg.line((x, area.y), (x, area.bottom()), Paint::stroke(Role::Grid, 1.0));
            svg.text((x, area.bottom() + 16.0), &money(value), Font::NOTE, Anchor::Middle);
        }
        svg.text((area.right(), area.bottom() + 34.0), self.expense_word(), Font::NOTE, Anchor::End);
    }

    /// From each combination that no other beats down to the next: what is left of it can be had.
    fn front_line(&self, svg: &mut Svg, plot: &Plot) {
        let all = &self.staffing.combinations;
        let ends = self.front.iter().filter_map(|place| Some((self.expense(&all[*place])?, all[*place].finish?)));
        let ends: Vec<(f64, f64)> = ends.map(|(x, y)| (plot.pixel_x(x), plot.pixel_y(y))).collect();
        let Some(&(x, y)) = ends.first() else { return };
        let mut steps = format!("M{} {}", n(x), n(y));
        for (x, y) in &ends[1..] {
            steps = format!("{steps}H{}V{}", n(*x), n(*y));
        }
        svg.path(&steps, Paint::stroke(Role::Blue, 2.0));
    }

    fn point(&self, svg: &mut Svg, (x, y): (f64, f64), place: usize, letter: Option<char>) {
        let is_affordable = self.staffing.combinations[place].affordable;
        let note = if is_affordable { "" } else { "; above the budget" };
        svg.group("point", &format!("{}{note}", self.spoken(place)));
        if place == 0 {
            square(svg, (x, y), if letter.is_some() { 12.5 } else { 8.0 });
        }
        let radius = if letter.is_some() { 9.0 } else { 4.5 };
        let disc = Area { x: x - radius, y: y - radius, width: 2.0 * radius, height: 2.0 * radius };
        match letter {
            Some(letter) => {
                svg.rect(disc, radius, Paint::fill(Role::Paper).outline(Role::Blue, 2.0));
                svg.text((x, y + 4.5), &letter.to_string(), Font::BOLD, Anchor::Middle);
            }
            None if is_affordable => svg.rect(disc, radius, Paint::fill(Role::Grey).opacity(0.7)),
            None => {
                let cross = format!(
                    "M{} {}L{} {}M{} {}L{} {}",
                    n(x - 4.0),
                    n(y - 4.0),
                    n(x + 4.0),
                    n(y + 4.0),
                    n(x - 4.0),
                    n(y + 4.0),
                    n(x + 4.0),
                    n(y - 4.0)
                );
                svg.path(&cross, Paint::stroke(Role::Faint, 1.4));
            }
        }
        svg.end();
    }

    fn legend(&self, svg: &mut Svg, area: &Area) -> f64 {
        let y = area.bottom() + 30.0;
        let mut x = area.x;
        let beyond = self.staffing.combinations.iter().any(|combination| !combination.affordable);
        let say = |svg: &mut Svg, x: &mut f64, text: &str| {
            svg.text((*x + 16.0, y + 4.0), text, Font::NOTE, Anchor::Start);
            *x += 30.0 + measure::width(text, SMALL);
        };
        let disc = |x: f64| Area { x: x + 1.0, y: y - 4.5, width: 9.0, height: 9.0 };
        svg.rect(disc(x), 4.5, Paint::fill(Role::Paper).outline(Role::Blue, 2.0));
        say(svg, &mut x, "no other is better");
        svg.rect(disc(x), 4.5, Paint::fill(Role::Grey).opacity(0.7));
        say(svg, &mut x, "beaten");
        square(svg, (x + 5.0, y), 5.5);
        say(svg, &mut x, "first combination");
        if beyond {
            let cross = format!("M{} {}l8 8m-8 0l8 -8", n(x + 1.0), n(y - 4.0));
            svg.path(&cross, Paint::stroke(Role::Faint, 1.4));
            say(svg, &mut x, "above the budget");
        }
        area.bottom() + 40.0
    }

    /// What the next step on each axis saves, and the steps on the way to the knee; the result is where they end.
    fn steps(&self, svg: &mut Svg, (left, right): (f64, f64), top: f64) -> f64 {
        let staffing = self.staffing;
        let mut rows: Vec<(String, &Step)> = staffing.next.iter().map(|step| (self.step(step), step)).collect();
        // The first step of the path is one of those already.
        rows.extend(staffing.path.iter().skip(1).map(|step| (format!("then {}", self.step(step)), step)));
        rows.truncate(MOST);
        if rows.is_empty() || self.is_unknown() {
            return top;
        }
        svg.text((left, top + 14.0), "What the next step saves", Font::BOLD, Anchor::Start);
        let pitch = (HEIGHT / rows.len() as f64).clamp(BAR, MOST_BAR);
        let ends = rows.iter().filter_map(|(_, step)| step.finish).flat_map(|d| [-d.value, -d.low, -d.high]);
        let ends = ends.filter(|end| end.is_finite());
        let (least, most) = ends.fold((0.0_f64, 0.1_f64), |(least, most), end| (least.min(end), most.max(end)));
        let room = (most - least) * 0.05;
        let names = (right - left) * 0.34;
        let area = Area {
            x: left + names,
            y: top + 26.0,
            width: right - left - names - 78.0,
            height: pitch * rows.len() as f64,
        };
        let plot = Plot { area, x: (if least < 0.0 { least - room } else { 0.0 }, most + room), y: (0.0, 1.0) };
        for hours in round_numbers(plot.x.0, plot.x.1, 4.0) {
            let x = plot.pixel_x(hours);
            svg.line((x, area.y), (x, area.bottom()), Paint::stroke(Role::Grid, 1.0));
            svg.text((x, area.bottom() + 15.0), &format!("{} h", n(hours)), Font::NOTE, Anchor::Middle);
        }
        for (place, (name, step)) in rows.iter().enumerate() {
            bar(svg, &plot, area.y + pitch * (place as f64 + 0.5), (name, step), (left, right));
        }
        svg.line((plot.pixel_x(0.0), area.y), (plot.pixel_x(0.0), area.bottom()), Paint::stroke(Role::Ink, 1.2));
        let caption = "hours earlier, with 95 % interval; grey: within noise";
        svg.text_within((right, area.bottom() + 34.0), caption, Font::NOTE, Anchor::End, right - left);
        area.bottom() + 40.0
    }

    /// `alpha 1 to 2`.
    fn step(&self, step: &Step) -> String {
        let all = &self.staffing.combinations;
        let value = |place: usize| all[place].values[step.axis].as_str();
        let names = axis_names(&self.staffing.question.axes);
        format!("{} {} to {}", names[step.axis], value(step.from), value(step.to))
    }

    /// The combinations with letters; the result is where they end.
    fn table(&self, svg: &mut Svg, top: f64) -> f64 {
        let columns = [84.0, 0.42 * svg.width, 0.58 * svg.width, 0.68 * svg.width, 0.78 * svg.width];
        let heads = ["combination", "finish", "cost", "agents", "waits longest for"];
        for (x, head) in columns.into_iter().zip(heads) {
            svg.text((x, top), head, Font::NOTE, Anchor::Start);
        }
        let mut y = top + ROW;
        for (letter, &place) in ('A'..='Z').zip(&self.front) {
            let combination = &self.staffing.combinations[place];
            svg.text((56.0, y), &letter.to_string(), Font::BOLD, Anchor::Start);
            let waits = combination.bottleneck.wait.as_ref();
            let cells = [
                self.values(place),
                self.date(combination.finish),
                combination.cost.map_or_else(|| "unknown".to_owned(), money),
                combination.agents.to_string(),
                waits.map_or_else(|| "nobody".to_owned(), |(id, hours)| format!("{id} ({})", hours_text(*hours))),
            ];
            let ends = columns[1..].iter().copied().chain([svg.width - 8.0]);
            for ((x, end), cell) in columns.into_iter().zip(ends).zip(&cells) {
                svg.text_within((x, y), cell, Font::PLAIN, Anchor::Start, end - x - 8.0);
            }
            y += ROW;
        }
        y
    }
}

/// A square around the combination that the others are compared with.
fn square(svg: &mut Svg, (x, y): (f64, f64), half: f64) {
    let around = Area { x: x - half, y: y - half, width: 2.0 * half, height: 2.0 * half };
    svg.rect(around, 0.0, Paint::stroke(Role::Vermilion, 1.6));
}

fn bar(svg: &mut Svg, plot: &Plot, y: f64, (name, step): (&String, &Step), (left, right): (f64, f64)) {
    let Some(saved) = step.finish else {
        svg.text_within((plot.area.x - 8.0, y + 4.5), name, Font::PLAIN, Anchor::End, plot.area.x - left - 10.0);
        svg.text((right, y + 4.5), "not known", Font::NOTE, Anchor::End);
        return;
    };
    // Also turns -0 into 0.
    let text = hours_text(rounded(-saved.value));
    svg.group("row", &format!("{name}: {text} earlier ({:.1} to {:.1})", -saved.high, -saved.low));
    svg.text_within((plot.area.x - 8.0, y + 4.5), name, Font::PLAIN, Anchor::End, plot.area.x - left - 10.0);
    svg.text_within((right, y + 4.5), &text, Font::NOTE, Anchor::End, 70.0);
    let (zero, end) = (plot.pixel_x(0.0), plot.pixel_x(-saved.value));
    let role = match step.verdict {
        Verdict::Better => Role::Blue,
        Verdict::Worse => Role::Orange,
        _ => Role::Grey,
    };
    let area = Area { x: zero.min(end), y: y - 8.0, width: (end - zero).abs().max(0.8), height: 16.0 };
    svg.rect(area, 0.0, Paint::fill(role).opacity(0.85));
    if saved.low.is_finite() && saved.high.is_finite() {
        let (from, to) = (plot.pixel_x(-saved.high), plot.pixel_x(-saved.low));
        svg.line((from, y), (to, y), Paint::stroke(Role::Ink, 1.4));
        for x in [from, to] {
            svg.line((x, y - 4.0), (x, y + 4.0), Paint::stroke(Role::Ink, 1.4));
        }
    }
    svg.end();
}

/// The ends of the values with some room; of equal ones something around them.
fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (least, most) =
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), v| (least.min(v), most.max(v)));
    let room = ((most - least) * 0.08).max(least.abs() * 0.01).max(0.5);
    (least - room, most + room)
}
