//! Where tasks stand on the chart of the network: in columns by the longest chain of tasks before them, phases
//! side by side or below each other as groups, tasks of a group ordered so that few links cross (the
//! barycentre rule of Sugiyama, Tagawa & Toda 1981).

use crate::model::{Instance, Node, PhaseId};

/// Sweeps over the columns; more hardly change anything.
const SWEEPS: usize = 6;
/// Columns that tasks may spread over where no chain is as long.
const LEAST_WIDTH: usize = 8;
/// Tasks of one group in one column before those that can wait move to the right.
const LEAST_ROWS: usize = 4;

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
#[derive(Clone, Debug, Default, PartialEq)]
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
    /// Column of each, after the columns of all that come before it.
    pub(super) columns: Vec<usize>,
    /// Phase of each.
    pub(super) phases: Vec<Option<PhaseId>>,
    /// True for phases that nothing outside them waits for: they may stand anywhere.
    pub(super) is_free: Vec<bool>,
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
        let phases: Vec<Option<PhaseId>> = instance.tasks.iter().map(|task| task.phase).collect();
        let mut nodes = Self {
            columns: columns(instance, &phases, task),
            is_free: is_free(instance),
            links: links(instance, task, task),
            phases,
        };
        gather(&mut nodes);
        nodes
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
        let phases = vec![None; instance.phases.len()];
        Self {
            columns: columns(instance, &phases, finish),
            is_free: Vec::new(),
            links: links(instance, finish, start),
            phases,
        }
    }
}

/// The layout of these nodes.
pub(super) fn layout(nodes: &Nodes) -> Layout {
    let mut members: Vec<(Option<PhaseId>, Vec<usize>)> = Vec::new();
    for (node, phase) in nodes.phases.iter().enumerate() {
        match members.iter_mut().find(|(known, _)| known == phase) {
            Some((_, nodes)) => nodes.push(node),
            None => members.push((*phase, vec![node])),
        }
    }
    let mut layout = Layout {
        group_of: vec![0; nodes.columns.len()],
        places: vec![0.0; nodes.columns.len()],
        width: nodes.columns.iter().map(|column| column + 1).max().unwrap_or(0),
        columns: nodes.columns.clone(),
        ..Layout::default()
    };
    for (group, (phase, members)) in members.iter().enumerate() {
        for &node in members {
            layout.group_of[node] = group;
        }
        let span = members.iter().map(|node| layout.columns[*node]);
        let (first, last) = (span.clone().min().unwrap_or(0), span.max().unwrap_or(0));
        let rows = (first..=last).map(|c| members.iter().filter(|node| layout.columns[**node] == c).count());
        let rows = rows.max().unwrap_or(1);
        layout.groups.push(Group { phase: *phase, first, last, top: 0, rows, band: 0 });
    }
    stack(&mut layout, nodes);
    for (group, (_, members)) in members.iter().enumerate() {
        place(&mut layout, &nodes.links, group, members);
    }
    layout
}

/// Column of each node that `counted` names by its index: after all that come before it. Where a column of a
/// group is full, those that nothing waits for yet move to the right.
fn columns(
    instance: &Instance,
    groups: &[Option<PhaseId>],
    counted: impl Fn(Node) -> Option<usize>,
) -> Vec<usize> {
    let network = &instance.network;
    let late = late(instance, &counted);
    let size = |group: Option<PhaseId>| groups.iter().filter(|other| **other == group).count();
    let mut full: Vec<(Option<PhaseId>, Vec<usize>, usize)> = Vec::new();
    for group in groups {
        if full.iter().all(|(known, ..)| known != group) {
            let most = libm::sqrt(size(*group) as f64 * 1.5).ceil() as usize;
            full.push((*group, Vec::new(), most.max(LEAST_ROWS)));
        }
    }
    let mut ranks = vec![0; network.len()];
    let mut columns = vec![0; groups.len()];
    for &node in network.order() {
        let before = network.incoming(node).into_iter().map(|link| {
            let counts = counted(network.node(link.from)).is_some();
            ranks[link.from.index()] + usize::from(counts)
        });
        let mut rank = before.max().unwrap_or(0);
        if let Some(index) = counted(network.node(node)) {
            let (_, taken, most) =
                full.iter_mut().find(|(group, ..)| *group == groups[index]).expect("each group is there");
            taken.resize(taken.len().max(late[node.index()].max(rank) + 1), 0);
            let free = (rank..=late[node.index()]).find(|column| taken[*column] < *most);
            rank = free.unwrap_or(rank);
            taken[rank] += 1;
            columns[index] = rank;
        }
        ranks[node.index()] = rank;
    }
    columns
}

/// Moves tasks of a phase that no link ties to another task to where the rest of their phase stands: so that a
/// phase takes no more columns than it needs.
fn gather(nodes: &mut Nodes) {
    let is_tied = |task: usize| nodes.links.iter().any(|(from, to)| *from == task || *to == task);
    let alone: Vec<usize> = (0..nodes.columns.len()).filter(|task| !is_tied(*task)).collect();
    for &task in &alone {
        let Some(phase) = nodes.phases[task] else { continue };
        let rest = |other: &usize| nodes.phases[*other] == Some(phase) && !alone.contains(other);
        let rest: Vec<usize> = (0..nodes.columns.len()).filter(rest).map(|other| nodes.columns[other]).collect();
        let Some((first, last)) = rest.iter().min().zip(rest.iter().max()) else { continue };
        let own = |column: usize| {
            let same = |other: &usize| nodes.phases[*other] == Some(phase) && nodes.columns[*other] == column;
            (0..nodes.columns.len()).filter(same).count()
        };
        // Not before the phase begins; of columns with as few tasks the first.
        let from = nodes.columns[task].max(*first);
        if let Some(column) = (from..=*last).min_by_key(|column| own(*column)) {
            nodes.columns[task] = column;
        }
    }
}

/// The last column in which each node may stand, so that all that waits for it stands further right.
fn late(instance: &Instance, counted: impl Fn(Node) -> Option<usize>) -> Vec<usize> {
    let network = &instance.network;
    // Longest chain of counted nodes after each, itself included.
    let mut after = vec![0; network.len()];
    for &node in network.order().iter().rev() {
        let next = network.outgoing(node).into_iter().map(|link| after[link.to.index()]).max().unwrap_or(0);
        after[node.index()] = next + usize::from(counted(network.node(node)).is_some());
    }
    let width = after.iter().copied().max().unwrap_or(0).max(LEAST_WIDTH);
    after.into_iter().map(|chain: usize| width - chain.max(1)).collect()
}

/// By phase: nothing outside it waits for it or for one of its tasks.
fn is_free(instance: &Instance) -> Vec<bool> {
    let network = &instance.network;
    let phase = |node| match node {
        Node::Task(task) => instance.tasks[task.index()].phase,
        Node::PhaseStart(phase) | Node::PhaseFinish(phase) => Some(phase),
        Node::Milestone(_) => None,
    };
    let mut free = vec![true; instance.phases.len()];
    for link in network.links() {
        let (from, to) = (network.node(link.from), network.node(link.to));
        // A milestone is not drawn: it matters if something waits for it.
        let is_end = matches!(to, Node::Milestone(_)) && network.outgoing(link.to).is_empty();
        if let Some(from) = phase(from).filter(|from| phase(to) != Some(*from) && !is_end) {
            free[from.index()] = false;
        }
    }
    free
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

/// Gives each group the first band where no other group shares a column with it; a free one is moved to the right
/// where that lets it stand beside others.
fn stack(layout: &mut Layout, nodes: &Nodes) {
    let width = layout.width;
    let mut bands: Vec<Vec<(usize, usize)>> = Vec::new();
    // By how much each may move; those that may move least choose first.
    let freedom = |group: &Group| {
        let is_free = group.phase.is_some_and(|phase| nodes.is_free.get(phase.index()) == Some(&true));
        if is_free { width - 1 - group.last } else { 0 }
    };
    let mut order: Vec<(usize, usize)> = layout.groups.iter().map(freedom).zip(0..).collect();
    order.sort_unstable();
    for (most, group) in order {
        let Group { first, last, .. } = layout.groups[group];
        let clear = |taken: &Vec<(usize, usize)>, by: usize| {
            taken.iter().all(|(from, to)| last + by < *from || *to < first + by)
        };
        let found =
            (0..=most).find_map(|by| bands.iter().position(|taken| clear(taken, by)).map(|band| (band, by)));
        let (band, by) = found.unwrap_or((bands.len(), 0));
        if band == bands.len() {
            bands.push(Vec::new());
        }
        bands[band].push((first + by, last + by));
        let entry = &mut layout.groups[group];
        (entry.first, entry.last, entry.band) = (first + by, last + by, band);
        for (column, _) in layout.columns.iter_mut().zip(&layout.group_of).filter(|(_, of)| **of == group) {
            *column += by;
        }
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
        plan.elapsed("e", 1.0).after("d");
        let layout = layout(&Nodes::tasks(&plan.build()));
        assert_eq!(layout.columns, [0, 1, 2, 0, 1]);
        let bands: Vec<usize> = layout.groups.iter().map(|group| group.band).collect();
        assert_eq!(bands, [0, 0, 1, 1], "r overlaps p, and stands beside what has no phase");
        assert_eq!((layout.width, layout.height, layout.bands), (3, 2, 2));
    }

    #[test]
    fn a_phase_that_nothing_waits_for_moves_to_where_there_is_room() {
        let mut plan = Builder::new();
        plan.phase("p", 0.0, &[]);
        plan.phase("q", 0.0, &[]);
        plan.phase("r", 0.0, &["p"]);
        plan.elapsed("a", 1.0).in_phase("p");
        plan.elapsed("b", 1.0).in_phase("q");
        plan.elapsed("c", 1.0).in_phase("r");
        plan.elapsed("d", 1.0).in_phase("r").after("c");
        for task in 0..4 {
            let mut entry = plan.elapsed(&format!("k{task}"), 1.0);
            if task > 0 {
                entry.after(&format!("k{}", task - 1));
            }
        }
        let layout = layout(&Nodes::tasks(&plan.build()));
        assert_eq!(layout.columns, [0, 3, 1, 2, 0, 1, 2, 3], "b stands right of r, which follows p");
        assert_eq!(layout.bands, 2);
    }

    #[test]
    fn a_task_without_links_stands_where_its_phase_does() {
        let mut plan = Builder::new();
        plan.phase("p", 0.0, &[]);
        plan.elapsed("a", 1.0);
        plan.elapsed("b", 1.0).in_phase("p").after("a");
        plan.elapsed("c", 1.0).in_phase("p");
        assert_eq!(Nodes::tasks(&plan.build()).columns, [0, 1, 1]);
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

    #[test]
    fn tasks_that_can_wait_leave_a_full_column() {
        let mut plan = Builder::new();
        for task in 0..10 {
            plan.elapsed(&format!("t{task}"), 1.0);
        }
        plan.elapsed("end", 1.0).after("t0");
        let layout = layout(&Nodes::tasks(&plan.build()));
        assert_eq!(layout.columns[..10], [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
        assert_eq!((layout.columns[10], layout.height), (2, 5));
    }
}
