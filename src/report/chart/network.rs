//! The dependency network: which tasks are critical how often, which links set the start of a task, who waits for
//! whom, and the most frequent critical path.

use std::collections::BTreeMap;

use super::floor::{Floor, Paper, floor};
use super::frame::{Ends, Frame, Sizes, path};
use super::graph::{Edge, End, Graph, Item};
use super::route::{Exit, Router};
use super::rows::hidden;
use super::search::BETWEEN;
use super::svg::{Anchor, Area, Font, Paint, SMALL, Svg};
use super::theme::Role;
use super::tracks::{Line, Tracks, runs, tracks};
use super::{Chart, Look, Material, heading, measure};
use crate::model::Instance;
use crate::report::critical::is_mostly_critical;
use crate::report::names::titled;
use crate::report::number::{percent, thousands};

/// Most tasks whose names are shown; with more, names are tooltips.
const MOST_NAMED: usize = 60;
/// Height of a task with its name, and without [pixels].
const HEIGHT: f64 = 52.0;
const LOW: f64 = 24.0;
/// Least width of a task with its name; without, for short ids and for long ones.
const NAMED_WIDTH: f64 = 84.0;
const LOW_WIDTH: (f64, f64) = (64.0, 110.0);
const MOST_WIDTH: f64 = 230.0;
/// Where the grid begins, below title, path and legend.
const TOP: f64 = 104.0;
/// Font size of titles of phases, of ids, and of names.
const TITLE: f64 = 12.0;
/// Where the page is lower than so many times its width, tasks and letters grow, by so much at most.
const FLAT: f64 = 0.58;
const MOST_ZOOM: f64 = 1.6;
/// Width of a task that has room for most names; of one that is zoomed in the measure of its letters.
const WIDE: f64 = 132.0;
const ZOOMED: f64 = 122.0;

/// Least share of the most frequent path that is worth a title.
const LEAST_SHARE: f64 = 0.1;

/// The chart.
pub(super) fn chart(material: &Material, look: Look) -> Chart {
    let graph = Graph::new(material);
    let mut svg = look.page("network");
    let page = Page::new(material, &graph, svg.width);
    // A long plan needs a wide page: tasks must stay wide enough for their ids.
    svg.width = page.frame.width;
    let title = finding(material);
    let top = heading(&mut svg, &title, &material.source_and(&left_out(material, &graph)));
    let most = svg.width - 32.0;
    svg.text_within((16.0, top), &path_text(material, &graph), Font::NOTE, Anchor::Start, most);
    legend(&mut svg, top + 12.0);
    page.draw(&mut svg);
    let height = page.frame.bottom + 6.0;
    let about = format!(
        "Dependency network of {} {} in {} columns. Those in a fuller colour, with thicker outlines, are critical more often; thicker \
         links set the start of what they lead to more often; dashed ones wait for an agent or a resource. {}",
        graph.items.len(),
        if graph.by_phase { "phases" } else { "tasks" },
        page.floor.width,
        path_text(material, &graph)
    );
    Chart { file: "network.svg", svg: svg.finish(height, &title, &about), title, about }
}

/// What there is no room for; empty if there is room for all.
fn left_out(material: &Material, graph: &Graph) -> String {
    let tasks =
        if graph.by_phase { "phases in place of tasks".to_owned() } else { hidden(material.forecast.tasks.len()) };
    let lines = match graph.left_out {
        0 => String::new(),
        count => format!("{} lines that set a start no more often are not shown", thousands(count as f64)),
    };
    [tasks, lines].into_iter().filter(|note| !note.is_empty()).collect::<Vec<_>>().join("; ")
}

/// How many tasks are critical in most iterations, and how far the most frequent path leads.
fn finding(material: &Material) -> String {
    let tasks = &material.forecast.tasks;
    let most = tasks.iter().map(|task| task.criticality).fold(0.0, f64::max);
    let often = tasks.iter().filter(|task| is_mostly_critical(task.criticality)).count();
    let critical = match tasks.iter().find(|task| task.criticality >= most) {
        None => return "No tasks".to_owned(),
        Some(_) if often > 1 => format!("{often} of {} tasks are critical in most iterations", tasks.len()),
        Some(task) => {
            format!("{} is critical most often: in {}", titled(&task.id, &task.name), percent(most))
        }
    };
    let paths = material.paths;
    match paths.chains {
        0 => critical,
        1 => format!("{critical}; one path always sets the finish"),
        _ if paths.share >= LEAST_SHARE => {
            format!("{critical}; the most frequent path sets the finish in {}", percent(paths.share))
        }
        chains => format!("{critical}; the path changes: {} different ones", thousands(f64::from(chains))),
    }
}

/// The most frequent critical path in words.
fn path_text(material: &Material, graph: &Graph) -> String {
    let paths = material.paths;
    if paths.chain.is_empty() {
        return "No iteration finishes: there is no critical path.".to_owned();
    }
    if !paths.has_typical_chain() {
        let iterations = thousands(f64::from(paths.iterations));
        return format!("Each of {iterations} iterations has a critical path of its own: none is more frequent.");
    }
    let ids: Vec<&str> = if graph.by_phase {
        graph.items.iter().filter(|item| item.on_path).map(|item| item.id.as_str()).collect()
    } else {
        paths.chain.iter().map(|task| material.instance.tasks[task.index()].id.as_str()).collect()
    };
    let of = match paths.chains {
        1 => "the only one".to_owned(),
        chains => format!("of {} different ones", thousands(f64::from(chains))),
    };
    format!(
        "Most frequent critical path, {} of {} iterations, {of}: {}",
        percent(paths.share),
        thousands(f64::from(paths.iterations)),
        ids.join(" \u{2192} ")
    )
}

fn legend(svg: &mut Svg, y: f64) {
    let mut x = 16.0;
    let mut say = |svg: &mut Svg, text: &str, draw: &dyn Fn(&mut Svg, f64)| {
        draw(svg, x);
        svg.text((x + 32.0, y + 10.5), text, Font::NOTE, Anchor::Start);
        x += 32.0 + measure::width(text, SMALL) + 14.0;
    };
    let area = |x: f64| Area { x, y, width: 26.0, height: 13.0 };
    for (share, text) in [(0.0, "never critical"), (0.5, "in half of the iterations"), (1.0, "always")] {
        say(svg, text, &|svg, x| node_box(svg, area(x), share, false));
    }
    let line = |svg: &mut Svg, x: f64, paint: Paint| svg.line((x, y + 6.5), (x + 26.0, y + 6.5), paint);
    say(svg, "dependency", &|svg, x| line(svg, x, link_paint(0.0, false, false)));
    say(svg, "sets every start", &|svg, x| line(svg, x, link_paint(1.0, false, false)));
    say(svg, "waits for an agent or resource", &|svg, x| line(svg, x, link_paint(0.3, true, false)));
    say(svg, "most frequent path", &|svg, x| line(svg, x, link_paint(0.5, false, true)));
}

/// The outline of a task: the fuller its colour and the thicker, the more often it is critical; doubled on the path.
fn node_box(svg: &mut Svg, area: Area, criticality: f64, on_path: bool) {
    svg.rect(area, 4.0, Paint::fill(Role::Paper));
    svg.rect(area, 4.0, Paint::fill(Role::Blue).opacity(0.04 + 0.4 * criticality));
    let (role, width) =
        if is_mostly_critical(criticality) { (Role::Ink, 1.0 + 2.0 * criticality) } else { (Role::Rule, 1.2) };
    svg.rect(area, 4.0, Paint::stroke(role, width));
    if on_path {
        let Area { x, y, width, height } = area;
        let around = Area { x: x - 3.0, y: y - 3.0, width: width + 6.0, height: height + 6.0 };
        svg.rect(around, 6.0, Paint::stroke(Role::Vermilion, 2.0));
    }
}

/// The thicker, the more often it sets a start; dashed for a wait.
fn link_paint(share: f64, is_hold: bool, on_path: bool) -> Paint {
    let role = match share {
        _ if on_path => Role::Vermilion,
        s if s >= 0.3 || is_hold => Role::Faint,
        _ => Role::Rule,
    };
    let dash = if is_hold { "5 4" } else { "" };
    Paint::stroke(role, 1.0 + 3.0 * share).dash(dash)
}

/// A line with its place.
struct Drawn<'a> {
    edge: &'a Edge,
    corners: Vec<(f64, f64)>,
}

/// What stands where.
struct Page<'a> {
    material: &'a Material<'a>,
    graph: &'a Graph,
    floor: Floor,
    frame: Frame,
    /// In the order in which they are drawn.
    lines: Vec<Drawn<'a>>,
    /// By how much tasks and letters are larger than usual.
    zoom: f64,
}

impl<'a> Page<'a> {
    fn new(material: &'a Material<'a>, graph: &'a Graph, width: f64) -> Self {
        let is_low = graph.items.len() > MOST_NAMED;
        let height = if is_low { LOW } else { HEIGHT };
        let least_width = if is_low { low_width(graph) } else { NAMED_WIDTH };
        let wide = if is_low { least_width } else { WIDE };
        let floor = floor(material.instance, graph, Paper { width, height, least: least_width, wide });
        // What matters takes its way first.
        let mut edges: Vec<&Edge> = graph.edges.iter().collect();
        edges.sort_by(|a, b| b.on_path.cmp(&a.on_path).then(b.share.total_cmp(&a.share)));
        let pitch = (width - 32.0) / floor.width.max(1) as f64;
        let (edges, lines) = ways(&floor, &edges, covered(material.instance, &floor, pitch));
        let tracks = tracks(&lines, floor.width + 1, 3 * floor.height + 1);
        let sizes = Sizes { top: TOP, width, height, least_width, most_width: MOST_WIDTH, line: TITLE + 1.0 };
        let mut zoom = 1.0;
        let mut frame = Frame::new(&floor, &tracks, &vec![1; floor.blocks.len()], sizes);
        for _ in 0..2 {
            let titles = titles(material.instance, &floor, &frame, zoom);
            let titles: Vec<usize> = titles.iter().map(Vec::len).collect();
            frame = Frame::new(&floor, &tracks, &titles, zoomed(sizes, zoom));
            if zoom == 1.0 && !is_low {
                zoom = (width * FLAT / frame.bottom).min(frame.task.0 / ZOOMED).clamp(1.0, MOST_ZOOM);
            }
        }
        let corners = corners(&floor, &frame, &edges, &lines, &tracks);
        let lines = edges.into_iter().zip(corners).map(|(edge, corners)| Drawn { edge, corners }).rev().collect();
        Self { material, graph, floor, frame, lines, zoom }
    }

    fn draw(&self, svg: &mut Svg) {
        for place in self.floor.places.iter().filter(|place| place.is_titled) {
            svg.rect(self.frame.block(place), 6.0, Paint::fill(Role::Band).outline(Role::Grid, 1.0));
        }
        // What matters lies above what does not.
        for line in &self.lines {
            svg.group("link", &line.edge.tip);
            let paint = link_paint(line.edge.share, line.edge.is_hold, line.edge.on_path);
            let (commands, head) = path(&line.corners, 3.5 + line.edge.share * 2.0);
            svg.path(&commands, paint);
            svg.path(&head, Paint::fill(paint.stroke.unwrap_or(Role::Ink)));
            svg.end();
        }
        let titles = titles(self.material.instance, &self.floor, &self.frame, self.zoom);
        for (block, lines) in titles.iter().enumerate() {
            self.title(svg, block, lines);
        }
        for (place, item) in self.graph.items.iter().enumerate() {
            self.item(svg, item, self.frame.area(self.floor.cells[place]));
        }
    }

    fn title(&self, svg: &mut Svg, block: usize, lines: &[String]) {
        let Some(phase) = self.floor.blocks[block].phase else { return };
        let area = self.frame.block(&self.floor.places[block]);
        let font = Font { size: TITLE * self.zoom, halo: Some(Role::Band), ..Font::BOLD };
        svg.group("phase", &self.material.instance.phases[phase.index()].name);
        for (line, text) in lines.iter().enumerate() {
            let y = area.y + 3.0 + (TITLE + 1.0) * self.zoom * (line as f64 + 0.85);
            svg.text_within((area.x + 8.0, y), text, font, Anchor::Start, area.width - 12.0);
        }
        svg.end();
    }

    fn item(&self, svg: &mut Svg, item: &Item, area: Area) {
        svg.group("node", &item.tip);
        node_box(svg, area, item.criticality, item.on_path);
        let share = percent(item.criticality);
        let small = SMALL * self.zoom;
        let (left, most) = (area.x + 5.0, area.width - 10.0);
        let font = Font { size: small, ..Font::PLAIN };
        let id = Font { size: TITLE * self.zoom, ..Font::BOLD };
        let room = most - 4.0 - measure::width(&share, small);
        let low = area.height <= LOW;
        let (first, last) = (area.y + 16.0 * self.zoom, area.bottom() - 6.5 * self.zoom);
        svg.text((left + most, if low { first } else { last }), &share, font, Anchor::End);
        svg.text_within((left, first), &item.id, id, Anchor::Start, if low { room } else { most });
        if !low {
            // The second line of the name shares its line with the number.
            let lines = measure::lines(&item.name, small, most);
            for (place, text) in lines.iter().enumerate() {
                let (y, most) = if place == 0 { (first + 14.0 * self.zoom, most) } else { (last, room) };
                svg.text_within((left, y), text, font, Anchor::Start, most);
            }
        }
        svg.end();
    }
}

/// Width that most ids of low tasks need beside a share.
fn low_width(graph: &Graph) -> f64 {
    let mut widths: Vec<f64> = graph.items.iter().map(|item| measure::width(&item.id, TITLE)).collect();
    widths.sort_by(f64::total_cmp);
    let most = widths.get(widths.len() * 9 / 10).copied().unwrap_or(0.0);
    (most + measure::width("100 %", SMALL) + 18.0).clamp(LOW_WIDTH.0, LOW_WIDTH.1)
}

fn zoomed(sizes: Sizes, zoom: f64) -> Sizes {
    Sizes { height: sizes.height * zoom, line: sizes.line * zoom, ..sizes }
}

/// The ways of all edges that have one, in this order.
fn ways<'a>(floor: &Floor, edges: &[&'a Edge], covered: Vec<usize>) -> (Vec<&'a Edge>, Vec<Line>) {
    let mut router = Router::new(floor, covered);
    // The first line of those that leave the same place for the same reason.
    let mut origins: BTreeMap<(End, bool), usize> = BTreeMap::new();
    let line = |(place, edge): (usize, &&'a Edge)| {
        let origin = *origins.entry((edge.from, edge.is_hold)).or_insert(place);
        let way = router.way(edge.from, edge.to, origin)?;
        let (_, column, _) = floor.span(edge.from)?;
        Some((*edge, Line { origin, exit: way.exit, runs: runs(&way, column) }))
    };
    edges.iter().enumerate().filter_map(line).unzip()
}

/// By block: over how many of its inner channels its title reaches.
fn covered(instance: &Instance, floor: &Floor, pitch: f64) -> Vec<usize> {
    // Letters grow with tasks, so that they cannot cover more than this.
    let zoom = ((pitch - BETWEEN) / ZOOMED).clamp(1.0, MOST_ZOOM);
    let covered = |block: &super::layers::Block| {
        let name = block.phase.map_or("", |phase| instance.phases[phase.index()].name.as_str());
        ((measure::width(name, TITLE * zoom) + 52.0) / pitch) as usize
    };
    floor.blocks.iter().map(covered).collect()
}

/// Titles of blocks in lines.
fn titles(instance: &Instance, floor: &Floor, frame: &Frame, zoom: f64) -> Vec<Vec<String>> {
    let blocks = floor.blocks.iter().zip(&floor.places);
    let lines = |(block, place): (&super::layers::Block, &super::floor::Place)| {
        let Some(phase) = block.phase else { return Vec::new() };
        let name = &instance.phases[phase.index()].name;
        measure::lines(name, TITLE * zoom, frame.block(place).width - 14.0)
    };
    blocks.map(lines).collect()
}

/// Corners of each line. Where a line of another origin comes in at the height at which one leaves, in the same
/// channel, the one that leaves does so a little higher.
fn corners(
    floor: &Floor,
    frame: &Frame,
    edges: &[&Edge],
    lines: &[Line],
    tracks: &Tracks,
) -> Vec<Vec<(f64, f64)>> {
    let entry = |line: &Line| match (line.exit, line.runs.last()) {
        (exit, Some(&super::tracks::Run::Steep { channel, to, .. })) if exit != Exit::Straight => {
            Some((channel, to))
        }
        _ => None,
    };
    let entries: Vec<Option<(usize, usize)>> = lines.iter().map(entry).collect();
    let one = |(place, (edge, line)): (usize, (&&Edge, &Line))| {
        let mut ends = Ends::new(floor, edge.from, edge.to)?;
        if let (Exit::Right, Some(&super::tracks::Run::Steep { channel, from, .. })) =
            (line.exit, line.runs.first())
        {
            let mut others = lines.iter().zip(&entries).filter(|(other, _)| other.origin != line.origin);
            if others.any(|(_, entry)| *entry == Some((channel, from))) {
                ends.aside = if matches!(edge.from, End::Item(_)) { -frame.task.1 * 0.2 } else { 6.0 };
            }
        }
        Some(frame.corners(line, &tracks.of[place], ends))
    };
    edges.iter().zip(lines).enumerate().map(|row| one(row).unwrap_or_default()).collect()
}
