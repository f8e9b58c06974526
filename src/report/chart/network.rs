//! The dependency network: which tasks are critical how often, and which links set the start of a task.

use super::layers::{Group, Layout, Nodes, layout};
use super::rows::MOST_TASKS;
use super::svg::{Anchor, Area, Font, Paint, SMALL, Svg, n};
use super::theme::Role;
use super::{Chart, Look, Material, heading, measure};
use crate::analyse::{Goal, TaskForecast};
use crate::model::{Node, TaskId};
use crate::report::number::percent;

/// Height of a task [pixels].
const HEIGHT: f64 = 64.0;
/// Room between rows.
const ROW_GAP: f64 = 14.0;
/// Room over each band for the names of its groups, and under it.
const BAND_HEAD: f64 = 40.0;
const BAND_FOOT: f64 = 26.0;
/// Least distance of columns.
const LEAST_COLUMN: f64 = 92.0;
/// Greatest width of a task.
const MOST_WIDTH: f64 = 150.0;
/// Room inside a group, left and right of its tasks.
const PAD: f64 = 9.0;

/// The chart.
pub(super) fn chart(material: &Material, look: Look) -> Chart {
    let by_phase = material.instance.tasks.len() > MOST_TASKS && !material.instance.phases.is_empty();
    let nodes = if by_phase { Nodes::phases(material.instance) } else { Nodes::tasks(material.instance) };
    let layout = layout(&nodes);
    let items = if by_phase { phases(material) } else { tasks(material) };
    let mut svg = look.page("network");
    let columns = layout.width.max(1) as f64;
    // A long plan needs a wide page: tasks must stay wide enough for their ids.
    svg.width = svg.width.max(columns * LEAST_COLUMN + 32.0);
    let title = finding(material);
    let note = if by_phase { "; phases in place of tasks" } else { "" };
    let top = heading(&mut svg, &title, &format!("{}{note}", material.source()));
    legend(&mut svg, top);
    let column = ((svg.width - 32.0) / columns).min(MOST_WIDTH * 1.6);
    // The gap holds the padding of two groups and room for an arrow between them.
    let width = (column - 2.0 * PAD - 18.0).min(MOST_WIDTH);
    let mut page = Page { svg, top: top + 34.0, column, width, layout: &layout, items: &items, material };
    page.groups();
    if !by_phase {
        page.group_links();
    }
    for (from, to) in nodes.links {
        page.link(from, to);
    }
    for node in 0..items.len() {
        page.node(node);
    }
    let height =
        page.top + layout.height as f64 * (HEIGHT + ROW_GAP) + layout.bands as f64 * (BAND_HEAD + BAND_FOOT);
    let about = format!(
        "Dependency network of {} {} in {} columns. Darker ones with thicker outlines are critical more often; thicker \
         links set the start of what they lead to more often.",
        items.len(),
        if by_phase { "phases" } else { "tasks" },
        layout.width
    );
    Chart { file: "network.svg", svg: page.svg.finish(height, &title, &about), title, about }
}

/// The task that is critical most often, and how many more are in most iterations.
fn finding(material: &Material) -> String {
    let tasks = &material.forecast.tasks;
    let most = tasks.iter().map(|task| task.criticality).fold(0.0, f64::max);
    let often = tasks.iter().filter(|task| task.criticality >= 0.5).count();
    match tasks.iter().find(|task| task.criticality >= most) {
        None => "No tasks".to_owned(),
        Some(_) if often > 1 => format!("{often} of {} tasks are critical in most iterations", tasks.len()),
        Some(task) => format!("{} {} is critical most often: in {}", task.id, task.name, percent(most)),
    }
}

fn legend(svg: &mut Svg, y: f64) {
    let mut x = 16.0;
    for (share, text) in [(0.0, "never critical"), (0.5, "in half of the iterations"), (1.0, "always")] {
        node_box(svg, Area { x, y, width: 26.0, height: 13.0 }, share);
        svg.text((x + 32.0, y + 10.5), text, Font::NOTE, Anchor::Start);
        x += 32.0 + measure::width(text, SMALL) + 16.0;
    }
    for (share, text) in [(0.0, "dependency"), (1.0, "sets the start in every iteration")] {
        svg.line((x, y + 6.5), (x + 26.0, y + 6.5), link_paint(share, share));
        svg.text((x + 32.0, y + 10.5), text, Font::NOTE, Anchor::Start);
        x += 32.0 + measure::width(text, SMALL) + 16.0;
    }
}

/// The outline of a task: the darker and thicker, the more often it is critical.
fn node_box(svg: &mut Svg, area: Area, criticality: f64) {
    svg.rect(area, 4.0, Paint::fill(Role::Paper));
    svg.rect(area, 4.0, Paint::fill(Role::Blue).opacity(0.04 + 0.4 * criticality));
    let (role, width) = if criticality >= 0.5 { (Role::Ink, 1.0 + 2.0 * criticality) } else { (Role::Rule, 1.2) };
    svg.rect(area, 4.0, Paint::stroke(role, width));
}

/// Thick if the link often sets a start, dark if that start is often critical as well.
fn link_paint(share: f64, criticality: f64) -> Paint {
    let role = if share * criticality >= 0.2 { Role::Ink } else { Role::Rule };
    Paint::stroke(role, 1.0 + 3.0 * share)
}

/// What stands at a node.
struct Item {
    id: String,
    name: String,
    criticality: f64,
    tip: String,
    /// What sets its start, with the share of iterations.
    drivers: Vec<(String, f64)>,
}

fn tasks(material: &Material) -> Vec<Item> {
    let item = |(index, task): (usize, &TaskForecast)| {
        let who = super::rows::agents(material.instance, material.schedule, TaskId::from(index));
        let mut tip = format!("{} {}: critical in {}", task.id, task.name, percent(task.criticality));
        if !who.is_empty() {
            tip = format!("{tip}; {who}");
        }
        if task.finish.p50.is_some() {
            tip = format!("{tip}; finish P50 {}", material.date(task.finish.p50));
        }
        if task.start_set_by.agent >= 0.005 {
            tip = format!("{tip}; waits for an agent in {}", percent(task.start_set_by.agent));
        }
        let name = if task.name == task.id { String::new() } else { task.name.clone() };
        Item { id: task.id.clone(), name, criticality: task.criticality, tip, drivers: task.drivers.clone() }
    };
    material.forecast.tasks.iter().enumerate().map(item).collect()
}

/// Phases as nodes: critical as often as their most critical task.
fn phases(material: &Material) -> Vec<Item> {
    let item = |phase: &Goal| {
        let own = material.forecast.tasks.iter().filter(|task| task.phase.as_ref() == Some(&phase.id));
        let own: Vec<&TaskForecast> = own.collect();
        let criticality = own.iter().map(|task| task.criticality).fold(0.0, f64::max);
        let tip = format!("{}: {} tasks, critical in up to {}", phase.name, own.len(), percent(criticality));
        let drivers = own.iter().flat_map(|task| task.drivers.iter().cloned()).collect();
        Item { id: phase.id.clone(), name: phase.name.clone(), criticality, tip, drivers }
    };
    material.forecast.phases.iter().map(item).collect()
}

/// Greatest share in which `driver` set a start.
fn drive(drivers: &[(String, f64)], driver: &str) -> f64 {
    drivers.iter().filter(|(id, _)| id == driver).map(|(_, share)| *share).fold(0.0, f64::max)
}

struct Page<'a> {
    svg: Svg,
    top: f64,
    /// Distance of columns.
    column: f64,
    /// Width of a task.
    width: f64,
    layout: &'a Layout,
    items: &'a [Item],
    material: &'a Material<'a>,
}

impl Page<'_> {
    fn area(&self, task: usize) -> Area {
        let group = &self.layout.groups[self.layout.group_of[task]];
        Area {
            x: 16.0 + self.layout.columns[task] as f64 * self.column + (self.column - self.width) / 2.0,
            y: self.row(self.layout.places[task], group.band),
            width: self.width,
            height: HEIGHT,
        }
    }

    fn row(&self, place: f64, band: usize) -> f64 {
        let bands = band as f64 * (BAND_HEAD + BAND_FOOT);
        self.top + bands + BAND_HEAD + place * (HEIGHT + ROW_GAP)
    }

    fn group_area(&self, group: &Group) -> Area {
        let side = (self.column - self.width) / 2.0 - PAD;
        let x = 16.0 + group.first as f64 * self.column + side;
        let right = 16.0 + (group.last + 1) as f64 * self.column - side;
        let y = self.row(group.top as f64, group.band) - BAND_HEAD + 2.0;
        let height = BAND_HEAD + group.rows as f64 * (HEIGHT + ROW_GAP) - 2.0;
        Area { x, y, width: right - x, height }
    }

    fn groups(&mut self) {
        let layout = self.layout;
        for group in &layout.groups {
            let Some(phase) = group.phase else { continue };
            let area = self.group_area(group);
            self.svg.rect(area, 6.0, Paint::fill(Role::Band).outline(Role::Grid, 1.0));
            let name = &self.material.instance.phases[phase.index()].name;
            let font = Font { size: 12.0, ..Font::BOLD };
            for (line, text) in measure::lines(name, font.size, area.width - 14.0).iter().enumerate() {
                let at = (area.x + 8.0, area.y + 15.0 + 13.0 * line as f64);
                self.svg.text_within(at, text, font, Anchor::Start, area.width - 12.0);
            }
        }
    }

    /// Arrows from phase to phase.
    fn group_links(&mut self) {
        let (network, layout) = (&self.material.instance.network, self.layout);
        let phases = &self.material.instance.phases;
        for link in network.links() {
            let (Node::PhaseFinish(from), Node::PhaseStart(to)) = (network.node(link.from), network.node(link.to))
            else {
                continue;
            };
            let find = |phase| layout.groups.iter().find(|group| group.phase == Some(phase));
            let (Some(before), Some(after)) = (find(from), find(to)) else { continue };
            let (a, b) = (self.group_area(before), self.group_area(after));
            let (from, to) = (&phases[from.index()], &phases[to.index()]);
            let own = self.material.forecast.tasks.iter().filter(|task| task.phase.as_ref() == Some(&to.id));
            let (mut share, mut critical) = (0.0_f64, 0.0_f64);
            for task in own {
                share = share.max(drive(&task.drivers, &from.id));
                critical = critical.max(task.criticality);
            }
            let middle = |area: &Area| area.y + BAND_HEAD + area.height.min(HEIGHT) / 2.0;
            let tip = format!("{} to {}: sets a start in up to {}", from.name, to.name, percent(share));
            self.arrow([(a.right(), middle(&a)), (b.x, middle(&b))], share, critical, &tip);
        }
    }

    fn link(&mut self, from: usize, to: usize) {
        let (before, after) = (&self.items[from], &self.items[to]);
        let share = drive(&after.drivers, &before.id);
        let (a, b) = (self.area(from), self.area(to));
        let ends = [(a.right(), a.y + HEIGHT / 2.0), (b.x, b.y + HEIGHT / 2.0)];
        let tip = format!("{} to {}: sets the start in {}", before.id, after.id, percent(share));
        self.arrow(ends, share, before.criticality.min(after.criticality), &tip);
    }

    fn arrow(&mut self, [from, to]: [(f64, f64); 2], share: f64, criticality: f64, tip: &str) {
        self.svg.group("link", tip);
        let end = to.0 - 5.0;
        let bend = ((end - from.0) / 2.0).clamp(8.0, 60.0);
        let commands = format!(
            "M{} {}C{} {} {} {} {} {}",
            n(from.0),
            n(from.1),
            n(from.0 + bend),
            n(from.1),
            n(end - bend),
            n(to.1),
            n(end),
            n(to.1)
        );
        let paint = link_paint(share, criticality);
        self.svg.path(&commands, paint);
        let half = 3.5 + share * 2.0;
        let head = format!(
            "M{} {}L{} {}L{} {}Z",
            n(to.0),
            n(to.1),
            n(to.0 - 7.0),
            n(to.1 - half),
            n(to.0 - 7.0),
            n(to.1 + half)
        );
        self.svg.path(&head, Paint::fill(paint.stroke.unwrap_or(Role::Ink)));
        self.svg.end();
    }

    fn node(&mut self, index: usize) {
        let (item, area) = (&self.items[index], self.area(index));
        self.svg.group("node", &item.tip);
        node_box(&mut self.svg, area, item.criticality);
        let inside = area.width - 8.0;
        let middle = area.x + area.width / 2.0;
        self.svg.text_within((middle, area.y + 16.0), &item.id, Font::BOLD, Anchor::Middle, inside);
        let font = Font { size: SMALL, ..Font::PLAIN };
        for (line, text) in measure::lines(&item.name, font.size, inside).iter().enumerate() {
            self.svg.text_within((middle, area.y + 29.5 + 12.0 * line as f64), text, font, Anchor::Middle, inside);
        }
        let font = Font { role: Role::Faint, ..font };
        self.svg.text((middle, area.y + HEIGHT - 6.5), &percent(item.criticality), font, Anchor::Middle);
        self.svg.end();
    }
}
