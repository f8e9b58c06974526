//! The dependency network: which tasks are critical how often, which links set the start of a task, who waits for
//! whom, and the most frequent critical path.

use super::graph::{Edge, End, Graph, Item};
use super::layers::{Group, Layout, Nodes, layout};
use super::route::{HEAD, Port, Router};
use super::svg::{Anchor, Area, Font, Paint, SMALL, Svg, n};
use super::theme::Role;
use super::{Chart, Look, Material, heading, measure};
use crate::model::Instance;
use crate::report::number::{percent, thousands};

/// Most tasks whose names are shown; with more, names are tooltips.
const MOST_NAMED: usize = 60;
/// Height of a task with its name, and without [pixels].
const HEIGHT: f64 = 52.0;
const LOW: f64 = 24.0;
/// Room between rows.
const ROW_GAP: f64 = 14.0;
/// Room over each band for a line of the names of its groups, and for what else stands over and under it.
const NAME: f64 = 13.0;
const BAND_HEAD: f64 = 12.0;
const BAND_FOOT: f64 = 14.0;
/// Least distance of columns.
const LEAST_COLUMN: f64 = 112.0;
/// Greatest width of a task.
const MOST_WIDTH: f64 = 150.0;
/// Room inside a group, left and right of its tasks.
const PAD: f64 = 8.0;
/// Room between groups, for an arrow.
const BETWEEN: f64 = 16.0;

/// Least share of the most frequent path that is worth a title.
const LEAST_SHARE: f64 = 0.1;
const GROUP_FONT: Font = Font { size: 12.0, halo: Some(Role::Band), ..Font::BOLD };

/// The chart.
pub(super) fn chart(material: &Material, look: Look) -> Chart {
    let graph = Graph::new(material);
    let nodes = if graph.by_phase { Nodes::phases(material.instance) } else { Nodes::tasks(material.instance) };
    let layout = layout(&nodes);
    let mut svg = look.page("network");
    let columns = layout.width.max(1) as f64;
    // A long plan needs a wide page: tasks must stay wide enough for their ids.
    svg.width = svg.width.max(columns * LEAST_COLUMN + 32.0);
    let title = finding(material);
    let note = if graph.by_phase { "; phases in place of tasks" } else { "" };
    let top = heading(&mut svg, &title, &format!("{}{note}", material.source()));
    let most = svg.width - 32.0;
    svg.text_within((16.0, top), &path(material, &graph), Font::NOTE, Anchor::Start, most);
    legend(&mut svg, top + 12.0);
    let column = ((svg.width - 32.0) / columns).min(MOST_WIDTH * 1.6);
    let mut frame = Frame {
        head: BAND_HEAD,
        top: top + 32.0,
        column,
        width: (column - 2.0 * PAD - BETWEEN).min(MOST_WIDTH),
        height: if graph.items.len() > MOST_NAMED { LOW } else { HEIGHT },
        layout: &layout,
    };
    frame.make_room(material.instance);
    let page = Page { router: frame.router(), frame, graph: &graph, material };
    page.draw(&mut svg);
    let height = page.frame.row(layout.height as f64, layout.bands.max(1) - 1) - ROW_GAP + BAND_FOOT;
    let about = format!(
        "Dependency network of {} {} in {} columns. Darker ones with thicker outlines are critical more often; thicker \
         links set the start of what they lead to more often; dashed ones wait for an agent or a resource. {}",
        graph.items.len(),
        if graph.by_phase { "phases" } else { "tasks" },
        layout.width,
        path(material, &graph)
    );
    Chart { file: "network.svg", svg: svg.finish(height, &title, &about), title, about }
}

/// How many tasks are critical in most iterations, and how far the most frequent path leads.
fn finding(material: &Material) -> String {
    let tasks = &material.forecast.tasks;
    let most = tasks.iter().map(|task| task.criticality).fold(0.0, f64::max);
    let often = tasks.iter().filter(|task| task.criticality >= 0.5).count();
    let critical = match tasks.iter().find(|task| task.criticality >= most) {
        None => return "No tasks".to_owned(),
        Some(_) if often > 1 => format!("{often} of {} tasks are critical in most iterations", tasks.len()),
        Some(task) => format!("{} {} is critical most often: in {}", task.id, task.name, percent(most)),
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
fn path(material: &Material, graph: &Graph) -> String {
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

/// The outline of a task: the darker and thicker, the more often it is critical; doubled on the path.
fn node_box(svg: &mut Svg, area: Area, criticality: f64, on_path: bool) {
    svg.rect(area, 4.0, Paint::fill(Role::Paper));
    svg.rect(area, 4.0, Paint::fill(Role::Blue).opacity(0.04 + 0.4 * criticality));
    let (role, width) = if criticality >= 0.5 { (Role::Ink, 1.0 + 2.0 * criticality) } else { (Role::Rule, 1.2) };
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

/// Where rows and columns stand.
struct Frame<'a> {
    top: f64,
    /// Room over each band.
    head: f64,
    /// Distance of columns.
    column: f64,
    /// Width and height of a task.
    width: f64,
    height: f64,
    layout: &'a Layout,
}

impl Frame<'_> {
    fn area(&self, item: usize) -> Area {
        let group = &self.layout.groups[self.layout.group_of[item]];
        Area {
            x: self.left() + self.layout.columns[item] as f64 * self.column,
            y: self.row(self.layout.places[item], group.band),
            width: self.width,
            height: self.height,
        }
    }

    /// Leaves room for the lines that names of groups take.
    fn make_room(&mut self, instance: &Instance) {
        let lines = |group: &Group| {
            let name = &instance.phases[group.phase?.index()].name;
            Some(measure::lines(name, GROUP_FONT.size, self.group_area(group).width - 14.0).len())
        };
        let lines = self.layout.groups.iter().filter_map(lines).max().unwrap_or(0);
        self.head = BAND_HEAD + NAME * lines as f64;
    }

    /// Left end of the tasks of the first column.
    fn left(&self) -> f64 {
        16.0 + (self.column - self.width) / 2.0
    }

    fn row(&self, place: f64, band: usize) -> f64 {
        let bands = band as f64 * (self.head + BAND_FOOT);
        self.top + bands + self.head + place * (self.height + ROW_GAP)
    }

    fn group_area(&self, group: &Group) -> Area {
        let x = self.left() + group.first as f64 * self.column - PAD;
        let right = self.left() + group.last as f64 * self.column + self.width + PAD;
        let y = self.row(group.top as f64, group.band) - self.head + 2.0;
        let height = self.head + group.rows as f64 * (self.height + ROW_GAP) - 2.0;
        Area { x, y, width: right - x, height: height - ROW_GAP + PAD }
    }

    fn router(&self) -> Router {
        let mut boxes = vec![Vec::new(); self.layout.width];
        for (item, &column) in self.layout.columns.iter().enumerate() {
            boxes[column].push(self.area(item));
        }
        Router { boxes, left: self.left(), pitch: self.column, width: self.width }
    }
}

struct Page<'a> {
    frame: Frame<'a>,
    router: Router,
    graph: &'a Graph,
    material: &'a Material<'a>,
}

impl Page<'_> {
    fn draw(&self, svg: &mut Svg) {
        let groups = || self.frame.layout.groups.iter().filter(|group| group.phase.is_some());
        for group in groups() {
            svg.rect(self.frame.group_area(group), 6.0, Paint::fill(Role::Band).outline(Role::Grid, 1.0));
        }
        // What matters lies above what does not.
        let mut edges: Vec<&Edge> = self.graph.edges.iter().collect();
        edges.sort_by(|a, b| a.on_path.cmp(&b.on_path).then(a.share.total_cmp(&b.share)));
        for (track, edge) in edges.into_iter().enumerate() {
            self.edge(svg, edge, track);
        }
        for group in groups() {
            self.name(svg, group);
        }
        for (place, item) in self.graph.items.iter().enumerate() {
            self.item(svg, item, self.frame.area(place));
        }
    }

    fn name(&self, svg: &mut Svg, group: &Group) {
        let Some(phase) = group.phase else { return };
        let area = self.frame.group_area(group);
        let name = &self.material.instance.phases[phase.index()].name;
        for (line, text) in measure::lines(name, GROUP_FONT.size, area.width - 14.0).iter().enumerate() {
            let at = (area.x + 8.0, area.y + 14.0 + NAME * line as f64);
            svg.text_within(at, text, GROUP_FONT, Anchor::Start, area.width - 12.0);
        }
    }

    /// Where lines leave an end, or reach it; absent for a phase without tasks.
    fn port(&self, end: End, leaves: bool) -> Option<Port> {
        let (area, column) = match end {
            End::Item(item) => (self.frame.area(item), self.frame.layout.columns[item]),
            End::Phase(phase) => {
                let groups = &self.frame.layout.groups;
                let group = groups.iter().find(|group| group.phase.is_some_and(|of| of.index() == phase))?;
                let area = self.frame.group_area(group);
                // In the middle of the first row.
                let inner = Area { y: area.y + self.frame.head - 2.0, height: self.frame.height, ..area };
                (inner, if leaves { group.last } else { group.first })
            }
        };
        let x = if leaves { area.right() } else { area.x };
        Some(Port { column, at: (x, area.y + area.height / 2.0) })
    }

    fn edge(&self, svg: &mut Svg, edge: &Edge, track: usize) {
        let Some((from, to)) = self.port(edge.from, true).zip(self.port(edge.to, false)) else { return };
        svg.group("link", &edge.tip);
        let paint = link_paint(edge.share, edge.is_hold, edge.on_path);
        svg.path(&self.router.path(from, to, track), paint);
        let (half, (x, y)) = (3.5 + edge.share * 2.0, to.at);
        let head = format!("M{} {}L{} {}L{} {}Z", n(x), n(y), n(x - HEAD), n(y - half), n(x - HEAD), n(y + half));
        svg.path(&head, Paint::fill(paint.stroke.unwrap_or(Role::Ink)));
        svg.end();
    }

    fn item(&self, svg: &mut Svg, item: &Item, area: Area) {
        svg.group("node", &item.tip);
        node_box(svg, area, item.criticality, item.on_path);
        let share = percent(item.criticality);
        let (left, most) = (area.x + 5.0, area.width - 10.0);
        let font = Font { size: SMALL, ..Font::PLAIN };
        let id = Font { size: 12.0, ..Font::BOLD };
        let room = most - 4.0 - measure::width(&share, SMALL);
        let (first, last) = (area.y + 16.0, area.bottom() - 6.5);
        let low = self.frame.height <= LOW;
        svg.text((left + most, if low { first } else { last }), &share, font, Anchor::End);
        svg.text_within((left, first), &item.id, id, Anchor::Start, if low { room } else { most });
        if !low {
            // The second line of the name shares its line with the number.
            let lines = measure::lines(&item.name, SMALL, most);
            for (place, text) in lines.iter().enumerate() {
                let (y, most) = if place == 0 { (first + 14.0, most) } else { (last, room) };
                svg.text_within((left, y), text, font, Anchor::Start, most);
            }
        }
        svg.end();
    }
}
