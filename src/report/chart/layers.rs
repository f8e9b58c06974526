//! Blocks of the network: each phase, and what hangs together outside all phases, in columns by the longest chain
//! of its own tasks; in several shapes, of which the page takes the one that fits.

use super::graph::{End, Graph};
use crate::model::{Instance, Node, PhaseId};

/// Most shapes of a block that are tried.
const MOST_SHAPES: usize = 6;

/// What it costs to split a column of a block, also of one with links, and to fold its rows [pixels].
const SPLIT: f64 = 25.0;
const PARTED: f64 = 150.0;
const FOLD: f64 = 500.0;

/// Tasks that stand together.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Block {
    /// Absent for tasks outside all phases.
    pub(super) phase: Option<PhaseId>,
    pub(super) members: Vec<usize>,
    /// The one closest to its chains first.
    pub(super) shapes: Vec<Shape>,
}

/// Columns and rows of a block's members.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shape {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Column and row of each member.
    pub(super) cells: Vec<(usize, usize)>,
    /// Pixels that it costs, for chains that it folds and columns that it splits.
    pub(super) cost: f64,
    /// Rows of the line that each member stands in, where long rows are folded.
    pub(super) lines: Vec<(usize, usize)>,
}

/// The blocks of a graph, none wider than `most` columns.
pub(super) fn blocks(instance: &Instance, graph: &Graph, most: usize) -> Vec<Block> {
    let block = |(phase, members): (Option<PhaseId>, Vec<usize>)| {
        let columns = columns(graph, &members, &ranks(instance, graph, &members));
        Block { phase, shapes: shapes(&columns, most), members }
    };
    members(instance, graph).into_iter().map(block).collect()
}

/// What tells members of one block from those of another: the phase, or what they are joined with.
type Key = (Option<PhaseId>, usize);

/// Members of each phase; outside all phases of what dependencies join, and of all that nothing joins.
fn members(instance: &Instance, graph: &Graph) -> Vec<(Option<PhaseId>, Vec<usize>)> {
    let count = graph.items.len();
    let phase = |item: usize| graph.phase(instance, item);
    let mut root: Vec<usize> = (0..count).collect();
    let mut is_tied = vec![false; count];
    for edge in graph.edges.iter().filter(|edge| !edge.is_hold) {
        for end in [edge.from, edge.to] {
            if let End::Item(item) = end {
                is_tied[item] = true;
            }
        }
        let (End::Item(from), End::Item(to)) = (edge.from, edge.to) else { continue };
        if phase(from).is_none() && phase(to).is_none() && root[from] != root[to] {
            let (old, new) = (root[from].max(root[to]), root[from].min(root[to]));
            root.iter_mut().filter(|known| **known == old).for_each(|known| *known = new);
        }
    }
    let key = |item: usize| -> Key {
        match phase(item) {
            Some(phase) => (Some(phase), 0),
            None if is_tied[item] => (None, root[item] + 1),
            None => (None, 0),
        }
    };
    let mut known: Vec<(Key, Vec<usize>)> = Vec::new();
    for item in 0..count {
        match known.iter_mut().find(|(other, _)| *other == key(item)) {
            Some((_, members)) => members.push(item),
            None => known.push((key(item), vec![item])),
        }
    }
    known.into_iter().map(|((phase, _), members)| (phase, members)).collect()
}

/// Number of members before each member on the longest chain to it, whatever else lies on that.
fn ranks(instance: &Instance, graph: &Graph, members: &[usize]) -> Vec<usize> {
    let network = &instance.network;
    let place = |node: Node| {
        let item = match node {
            Node::Task(task) if !graph.by_phase => graph.place(instance, task)?,
            Node::PhaseFinish(phase) if graph.by_phase => phase.index(),
            _ => return None,
        };
        members.binary_search(&item).ok()
    };
    let mut chain = vec![0; network.len()];
    let mut ranks = vec![0; members.len()];
    for &node in network.order() {
        let before = network.incoming(node).into_iter().map(|link| chain[link.from.index()]).max().unwrap_or(0);
        let place = place(network.node(node));
        chain[node.index()] = before + usize::from(place.is_some());
        if let Some(place) = place {
            ranks[place] = before;
        }
    }
    ranks
}

/// Places of members by column. Of a full column those that can wait move to the right.
fn columns(graph: &Graph, members: &[usize], ranks: &[usize]) -> Vec<Vec<usize>> {
    let count = ranks.iter().map(|rank| rank + 1).max().unwrap_or(0);
    let fair = members.len().div_ceil(count.max(1));
    let mut columns: Vec<Vec<usize>> =
        (0..count).map(|column| (0..members.len()).filter(|place| ranks[*place] == column).collect()).collect();
    let leads = |place: usize| {
        let own = |edge: &&super::graph::Edge| !edge.is_hold && edge.from == End::Item(members[place]);
        graph.edges.iter().filter(own).any(|edge| match edge.to {
            End::Item(item) => members.binary_search(&item).is_ok(),
            End::Phase(_) => false,
        })
    };
    for column in 0..count.saturating_sub(1) {
        while columns[column].len() > fair.max(1) {
            let next = columns[column].iter().rposition(|place| !leads(*place));
            let Some(next) = next.filter(|_| columns[column + 1].len() < columns[column].len()) else { break };
            let moved = columns[column].remove(next);
            columns[column + 1].push(moved);
        }
    }
    for column in &mut columns {
        column.sort_unstable();
    }
    columns
}

/// Shapes that these columns can take: tall ones side by side, long rows below each other.
fn shapes(columns: &[Vec<usize>], most: usize) -> Vec<Shape> {
    let tallest = columns.iter().map(Vec::len).max().unwrap_or(0);
    let mut shapes: Vec<Shape> = Vec::new();
    for split in 1..=tallest.max(1) {
        let rows = tallest.div_ceil(split).max(1);
        let narrow: Vec<&[usize]> = columns.iter().flat_map(|column| column.chunks(rows)).collect();
        let least = narrow.len().div_ceil(most).max(1);
        for lines in least..least + if narrow.len() > 3 { 2 } else { 1 } {
            let mut shape = fold(&narrow, narrow.len().div_ceil(lines));
            let parted = if columns.len() > 1 { PARTED } else { SPLIT };
            shape.cost = (split - 1) as f64 * parted + (lines - least) as f64 * FOLD;
            if shapes.iter().all(|known| (known.width, known.height) != (shape.width, shape.height)) {
                shapes.push(shape);
            }
        }
        if shapes.len() >= MOST_SHAPES {
            break;
        }
    }
    shapes
}

/// These columns in lines of `width`.
fn fold(columns: &[&[usize]], width: usize) -> Shape {
    let (count, width) = (columns.iter().map(|column| column.len()).sum(), width.max(1));
    let mut shape = Shape { width, height: 0, cost: 0.0, cells: vec![(0, 0); count], lines: vec![(0, 1); count] };
    for line in columns.chunks(width) {
        let bottom = shape.height + line.iter().map(|column| column.len()).max().unwrap_or(0);
        for (column, places) in line.iter().enumerate() {
            for (row, &place) in places.iter().enumerate() {
                shape.cells[place] = (column, shape.height + row);
                shape.lines[place] = (shape.height, bottom);
            }
        }
        shape.height = bottom;
    }
    shape.height = shape.height.max(1);
    shape
}

#[cfg(test)]
mod tests {
    use super::super::graph::sketch;
    use super::*;
    use crate::model::Builder;

    fn link((from, to): (usize, usize)) -> (End, End) {
        (End::Item(from), End::Item(to))
    }

    #[test]
    fn tasks_stand_right_of_what_leads_to_them_through_other_phases_too() {
        let mut plan = Builder::new();
        plan.phase("p", 0.0, &[]);
        plan.phase("q", 0.0, &[]);
        plan.elapsed("a", 1.0).in_phase("p");
        plan.elapsed("b", 1.0).in_phase("q").after("a");
        plan.elapsed("c", 1.0).in_phase("p").after("b");
        let blocks = blocks(&plan.build(), &sketch(3, &[(0, 1), (1, 2)].map(link)), 8);
        let cells: Vec<&[(usize, usize)]> = blocks.iter().map(|block| block.shapes[0].cells.as_slice()).collect();
        assert_eq!(cells, [&[(0, 0), (1, 0)][..], &[(0, 0)]], "a and c in p, b in q");
    }

    #[test]
    fn tasks_outside_all_phases_stand_together_where_links_join_them() {
        let mut plan = Builder::new();
        for id in ["a", "b", "c", "d"] {
            plan.elapsed(id, 1.0);
        }
        let blocks = blocks(&plan.build(), &sketch(4, &[(0, 2)].map(link)), 8);
        let members: Vec<&[usize]> = blocks.iter().map(|block| block.members.as_slice()).collect();
        assert_eq!(members, [&[0, 2][..], &[1, 3]], "those without links share a block");
    }

    #[test]
    fn tasks_without_links_fit_any_shape_and_chains_fold() {
        let shapes_of = |columns: &[Vec<usize>], most| -> Vec<(usize, usize)> {
            shapes(columns, most).iter().map(|shape| (shape.width, shape.height)).collect()
        };
        assert_eq!(shapes_of(&[vec![0, 1, 2, 3]], 8), [(1, 4), (2, 2), (4, 1)]);
        let chain: Vec<Vec<usize>> = (0..10).map(|place| vec![place]).collect();
        assert_eq!(shapes_of(&chain, 4), [(4, 3), (3, 4)]);
        let folded = &shapes(&chain, 4)[0];
        assert_eq!(folded.cells[3..6], [(3, 0), (0, 1), (1, 1)]);
        assert_eq!(folded.lines[4], (1, 2), "its row is the whole of its line");
    }
}
