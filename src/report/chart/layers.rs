//! Where tasks stand on the chart of the network: in columns by the longest chain of tasks before them, phases
//! side by side or below each other as groups, tasks of a group ordered so that few links cross (the
//! barycentre rule of Sugiyama, Tagawa & Toda 1981).

use crate::model::{Instance, Node, PhaseId};

/// Sweeps over the columns; more hardly change anything.
const SWEEPS: usize = 6;

/// A group of tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// Absent for tasks outside all phases.
    pub(super) phase: Option<PhaseId>,
    /// First column.
    pub(super) first: usize,
    /// Last column.
    pub(super) last: usize,
    /// First row of all its band has.
    pub(super) top: usize,
    /// Rows that its fullest column needs.
    pub(super) rows: usize,
    /// Band, from the top.
    pub(super) band: usize,
}

/// Places of tasks and groups.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layout {
    /// Column of each task.
    pub(super) columns: Vec<usize>,
    /// Row of each task; a half where a short column stands beside a long one.
    pub(super) places: Vec<f64>,
    /// Group of each task.
    pub(super) group_of: Vec<usize>,
    pub(super) groups: Vec<Group>,
    /// Number of columns.
    pub(super) width: usize,
    /// Number of rows.
    pub(super) height: usize,
    /// Number of bands.
    pub(super) bands: usize,
}

/// What is to be placed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Nodes {
    /// Column of each: how many stand before it on the longest chain.
    pub(super) columns: Vec<usize>,
    /// Phase of each.
    pub(super) phases: Vec<Option<PhaseId>>,
    /// Links from one to another.
    pub(super) links: Vec<(usize, usize)>,
}

impl Nodes {
    /// The tasks of a plan.
    pub(super) fn tasks(instance: &Instance) -> Self {
        let task = |node| match node {
            Node::Task(task) => Some(task.index()),
            _ => None,
        };
        Self {
            columns: columns(instance, instance.tasks.len(), task),
            phases: instance.tasks.iter().map(|task| task.phase).collect(),
            links: links(instance, task, task),
        }
    }

    /// The phases of a plan, in place of their tasks.
    pub(super) fn phases(instance: &Instance) -> Self {
        let finish = |node| match node {
            Node::PhaseFinish(phase) => Some(phase.index()),
            _ => None,
        };
        let start = |node| match node {
            Node::PhaseStart(phase) => Some(phase.index()),
            _ => None,
        };
        Self {
            columns: columns(instance, instance.phases.len(), finish),
            phases: vec![None; instance.phases.len()],
            links: links(instance, finish, start),
        }
    }
}

/// The layout of these nodes.
pub(super) fn layout(nodes: &Nodes) -> Layout {
    let columns = nodes.columns.clone();
    let mut members: Vec<(Option<PhaseId>, Vec<usize>)> = Vec::new();
    for (node, phase) in nodes.phases.iter().enumerate() {
        match members.iter_mut().find(|(known, _)| known == phase) {
            Some((_, nodes)) => nodes.push(node),
            None => members.push((*phase, vec![node])),
        }
    }
    let mut layout = Layout {
        group_of: vec![0; columns.len()],
        places: vec![0.0; columns.len()],
        width: columns.iter().map(|column| column + 1).max().unwrap_or(0),
        columns,
        groups: Vec::new(),
        height: 0,
        bands: 0,
    };
    for (group, (phase, nodes)) in members.iter().enumerate() {
        for &node in nodes {
            layout.group_of[node] = group;
        }
        let span = nodes.iter().map(|node| layout.columns[*node]);
        let (first, last) = (span.clone().min().unwrap_or(0), span.max().unwrap_or(0));
        let rows = (first..=last).map(|c| nodes.iter().filter(|node| layout.columns[**node] == c).count());
        let rows = rows.max().unwrap_or(1);
        layout.groups.push(Group { phase: *phase, first, last, top: 0, rows, band: 0 });
    }
    stack(&mut layout);
    for (group, (_, members)) in members.iter().enumerate() {
        place(&mut layout, &nodes.links, group, members);
    }
    layout
}

/// Column of each node that `counted` names by its index: how many of them stand before it on the longest
/// chain.
fn columns(instance: &Instance, count: usize, counted: impl Fn(Node) -> Option<usize>) -> Vec<usize> {
    let network = &instance.network;
    let mut ranks = vec![0; network.len()];
    for &node in network.order() {
        let before = network.incoming(node).into_iter().map(|link| {
            let counts = counted(network.node(link.from)).is_some();
            ranks[link.from.index()] + usize::from(counts)
        });
        ranks[node.index()] = before.max().unwrap_or(0);
    }
    let mut columns = vec![0; count];
    for (id, node) in network.nodes() {
        if let Some(index) = counted(node) {
            columns[index] = ranks[id.index()];
        }
    }
    columns
}

/// Links whose ends are named by index, each once.
fn links(
    instance: &Instance,
    from: impl Fn(Node) -> Option<usize>,
    to: impl Fn(Node) -> Option<usize>,
) -> Vec<(usize, usize)> {
    let network = &instance.network;
    let links = network.links();
    let mut links: Vec<(usize, usize)> =
        links.filter_map(|link| Some((from(network.node(link.from))?, to(network.node(link.to))?))).collect();
    links.sort_unstable();
    links.dedup();
    links
}

/// Gives each group the first band where no other group shares a column with it.
fn stack(layout: &mut Layout) {
    let mut bands: Vec<Vec<(usize, usize)>> = Vec::new();
    for group in &mut layout.groups {
        let clear = |taken: &Vec<(usize, usize)>| {
            taken.iter().all(|(first, last)| group.last < *first || *last < group.first)
        };
        let band = bands.iter().position(clear).unwrap_or(bands.len());
        if band == bands.len() {
            bands.push(Vec::new());
        }
        bands[band].push((group.first, group.last));
        group.band = band;
    }
    let mut top = 0;
    for band in 0..bands.len() {
        let members = layout.groups.iter_mut().filter(|group| group.band == band);
        let mut rows = 0;
        for group in members {
            group.top = top;
            rows = rows.max(group.rows);
        }
        top += rows;
    }
    layout.height = top;
    layout.bands = bands.len();
}

/// Orders the tasks of a group within their columns.
fn place(layout: &mut Layout, links: &[(usize, usize)], group: usize, tasks: &[usize]) {
    let Group { first, last, top, rows, .. } = layout.groups[group];
    let mut order: Vec<Vec<usize>> = (first..=last)
        .map(|column| tasks.iter().copied().filter(|task| layout.columns[*task] == column).collect())
        .collect();
    let set = |layout: &mut Layout, column: &[usize]| {
        let free = (rows - column.len()) as f64 / 2.0;
        for (row, &task) in column.iter().enumerate() {
            layout.places[task] = top as f64 + free + row as f64;
        }
    };
    for column in &order {
        set(layout, column);
    }
    for sweep in 0..SWEEPS {
        let forward = sweep % 2 == 0;
        let places: Vec<usize> =
            if forward { (0..order.len()).collect() } else { (0..order.len()).rev().collect() };
        for place in places {
            let mut weighted: Vec<(f64, usize)> =
                order[place].iter().map(|&task| (barycentre(layout, links, task, forward), task)).collect();
            // Ties keep file order, so that equal plans give equal charts.
            weighted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            order[place] = weighted.into_iter().map(|(_, task)| task).collect();
            set(layout, &order[place]);
        }
    }
}

/// Mean row of the neighbours before the task, or after it; its own row if there is none.
fn barycentre(layout: &Layout, links: &[(usize, usize)], task: usize, forward: bool) -> f64 {
    let neighbours = links.iter().filter_map(|&(from, to)| match (forward, from == task, to == task) {
        (true, _, true) => Some(layout.places[from]),
        (false, true, _) => Some(layout.places[to]),
        _ => None,
    });
    let rows: Vec<f64> = neighbours.collect();
    if rows.is_empty() { layout.places[task] } else { rows.iter().sum::<f64>() / rows.len() as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Builder;

    #[test]
    fn columns_follow_the_longest_chain_and_groups_that_overlap_stand_below_each_other() {
        let mut plan = Builder::new();
        plan.phase("p", 0.0, &[]);
        plan.phase("q", 0.0, &["p"]);
        plan.phase("r", 0.0, &[]);
        plan.elapsed("a", 1.0).in_phase("p");
        plan.elapsed("b", 1.0).in_phase("p").after("a");
        plan.elapsed("c", 1.0).in_phase("q");
        plan.elapsed("d", 1.0).in_phase("r");
        let layout = layout(&Nodes::tasks(&plan.build()));
        assert_eq!(layout.columns, [0, 1, 2, 0]);
        let bands: Vec<usize> = layout.groups.iter().map(|group| group.band).collect();
        assert_eq!(bands, [0, 0, 1]);
        assert_eq!((layout.width, layout.height, layout.bands), (3, 2, 2));
    }

    #[test]
    fn tasks_stand_beside_what_they_follow() {
        let mut plan = Builder::new();
        plan.elapsed("a", 1.0);
        plan.elapsed("b", 1.0);
        plan.elapsed("x", 1.0).after("b");
        plan.elapsed("y", 1.0).after("a");
        let layout = layout(&Nodes::tasks(&plan.build()));
        assert_eq!(layout.places, [0.0, 1.0, 1.0, 0.0], "x follows b, y follows a: no link crosses");
    }
}
