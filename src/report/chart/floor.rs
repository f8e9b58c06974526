//! The grid of the network: as many columns as give the page the aspect of a slide, blocks where a search puts them,
//! and in each column of a block its tasks in the order that keeps lines short.

use super::graph::{Edge, End, Graph};
use super::layers::{Block, blocks};
use super::search::{MOST_WORK, Search};
use crate::model::Instance;

/// Fewest and most columns of a page of usual width.
const COLUMNS: std::ops::RangeInclusive<usize> = 4..=11;
/// Rounds in which tasks swap their places.
const ROUNDS: usize = 8;

/// Columns and rows that a block fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) column: usize,
    pub(super) row: usize,
    pub(super) width: usize,
    pub(super) height: usize,
    /// True for a phase, which has a title and a frame.
    pub(super) is_titled: bool,
}

impl Place {
    pub(super) fn holds(&self, column: usize, row: usize) -> bool {
        (self.column..self.column + self.width).contains(&column)
            && (self.row..self.row + self.height).contains(&row)
    }

    pub(super) fn meets(&self, other: &Self) -> bool {
        self.column < other.column + other.width
            && other.column < self.column + self.width
            && self.row < other.row + other.height
            && other.row < self.row + self.height
    }
}

/// The grid with everything on it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Floor {
    /// Column and row of each item.
    pub(super) cells: Vec<(usize, usize)>,
    pub(super) blocks: Vec<Block>,
    /// Where each block stands.
    pub(super) places: Vec<Place>,
    /// Rows that each item may take in its column.
    pub(super) rows: Vec<(usize, usize)>,
    /// Block of each item.
    pub(super) block_of: Vec<usize>,
    /// Number of columns and of rows.
    pub(super) width: usize,
    pub(super) height: usize,
}

impl Floor {
    /// First and last column and the row of an end; absent for a phase without tasks.
    pub(super) fn span(&self, end: End) -> Option<(usize, usize, usize)> {
        match end {
            End::Item(item) => self.cells.get(item).map(|&(column, row)| (column, column, row)),
            End::Phase(phase) => {
                let is_it = |block: &Block| block.phase.is_some_and(|own| own.index() == phase);
                let place = self.places[self.blocks.iter().position(is_it)?];
                Some((place.column, place.column + place.width - 1, place.row))
            }
        }
    }
}

/// Sizes that the search has to know [pixels].
#[derive(Clone, Copy, Debug)]
pub(super) struct Paper {
    /// Of the page; more columns than have room widen it.
    pub(super) width: f64,
    /// Height of a task, and its least width.
    pub(super) height: f64,
    pub(super) least: f64,
    /// Width of a task that has room for what it says.
    pub(super) wide: f64,
}

/// The best grid on this paper.
pub(super) fn floor(instance: &Instance, graph: &Graph, paper: Paper) -> Floor {
    let most = (*COLUMNS.end() as f64 * (paper.width / 1200.0).max(1.0)) as usize;
    let fewest = *COLUMNS.start();
    // Many tasks need a wider page, or it would be a tower.
    let most = most.max((graph.items.len() as f64).sqrt().ceil() as usize);
    let mut best: Option<(f64, Floor)> = None;
    let mut work = 0;
    // From the most columns on: of large plans only few numbers are tried.
    for columns in (fewest..=most).rev() {
        // Blocks that begin in the shape of their chains end elsewhere than those that begin as low as possible.
        for natural in [true, false] {
            let mut search = Search::new(blocks(instance, graph, columns), graph, columns, paper);
            search.start(natural);
            search.improve();
            let score = search.score();
            work += search.work;
            if best.as_ref().is_none_or(|(known, _)| score < *known) {
                best = Some((score, search.floor()));
            }
        }
        if work > MOST_WORK {
            break;
        }
    }
    let mut floor = best.map(|(_, floor)| floor).unwrap_or_default();
    settle(&mut floor, graph);
    floor
}

/// How much an edge counts.
pub(super) fn weight(edge: &Edge) -> f64 {
    1.0 + 2.0 * edge.share + if edge.on_path { 1.0 } else { 0.0 }
}

/// Swaps tasks, and empty places, of a column of a block as long as that makes lines shorter.
fn settle(floor: &mut Floor, graph: &Graph) {
    let mut own: Vec<Vec<&Edge>> = vec![Vec::new(); floor.cells.len()];
    for edge in &graph.edges {
        for end in [edge.from, edge.to] {
            if let End::Item(item) = end {
                own[item].push(edge);
            }
        }
    }
    // What stands in each cell, by row and column.
    let mut standing = vec![None; floor.width * floor.height];
    for (item, &(column, row)) in floor.cells.iter().enumerate() {
        standing[row * floor.width + column] = Some(item);
    }
    for _ in 0..ROUNDS {
        let mut is_changed = false;
        for item in 0..floor.cells.len() {
            let (from, to) = floor.rows[item];
            for row in from..to {
                let (column, old) = floor.cells[item];
                let [here, there] = [old, row].map(|row| row * floor.width + column);
                if row != old && swap(floor, &own, item, (row, standing[there])) {
                    standing.swap(here, there);
                    is_changed = true;
                }
            }
        }
        if !is_changed {
            break;
        }
    }
}

/// Moves an item to another row of its column, and what stands there to its own, if that makes lines shorter.
fn swap(floor: &mut Floor, own: &[Vec<&Edge>], item: usize, (row, other): (usize, Option<usize>)) -> bool {
    let old = floor.cells[item].1;
    let members: Vec<usize> = [Some(item), other].into_iter().flatten().collect();
    let cost = |floor: &Floor| -> f64 {
        let edges = members.iter().flat_map(|member| &own[*member]);
        let tops: f64 = members.iter().map(|member| floor.cells[*member].1 as f64 * 0.01).sum();
        edges.map(|edge| weight(edge) * steep(floor, edge)).sum::<f64>() + tops
    };
    let before = cost(floor);
    floor.cells[item].1 = row;
    if let Some(other) = other {
        floor.cells[other].1 = old;
    }
    if cost(floor) < before - 1e-6 {
        return true;
    }
    floor.cells[item].1 = old;
    if let Some(other) = other {
        floor.cells[other].1 = row;
    }
    false
}

/// How far a line goes up or down, in rows.
fn steep(floor: &Floor, edge: &Edge) -> f64 {
    let Some((from, to)) = floor.span(edge.from).zip(floor.span(edge.to)) else { return 0.0 };
    let rows = from.2.abs_diff(to.2) as f64;
    if from.0 == to.0 {
        // Next to each other is best, and rather down than up.
        return (rows - 1.0).max(0.0) * 1.5 + if to.2 < from.2 { 0.5 } else { 0.0 };
    }
    // Nearly level is hardly better than steep: a line bends anyway.
    if rows > 0.0 { rows + 0.5 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::super::graph::sketch;
    use super::*;
    use crate::model::Builder;
    use proptest::prelude::*;

    const PAPER: Paper = Paper { width: 1200.0, height: 52.0, least: 84.0, wide: 132.0 };

    /// Phases of so many tasks each, one after the other.
    fn chain(phases: usize, tasks: usize) -> (Instance, Graph) {
        chain_of(&vec![(tasks, 1); phases])
    }

    /// The same with the tasks of each phase in chains of so many.
    fn chain_of(phases: &[(usize, usize)]) -> (Instance, Graph) {
        let mut plan = Builder::new();
        let (mut links, mut count) = (Vec::new(), 0);
        for (phase, &(tasks, length)) in phases.iter().enumerate() {
            let before = phase.checked_sub(1).map(|before| format!("p{before}"));
            plan.phase(&format!("p{phase}"), 0.0, &before.as_deref().into_iter().collect::<Vec<_>>());
            links.extend(phase.checked_sub(1).map(|before| (End::Phase(before), End::Phase(phase))));
            for task in 0..tasks {
                let mut entry = plan.elapsed(&format!("{phase}-{task}"), 1.0);
                entry.in_phase(&format!("p{phase}"));
                if task % length > 0 {
                    entry.after(&format!("{phase}-{}", task - 1));
                    links.push((End::Item(count - 1), End::Item(count)));
                }
                count += 1;
            }
        }
        (plan.build(), sketch(count, &links))
    }

    #[test]
    fn phases_stand_left_of_those_that_they_lead_to_or_above_them() {
        for width in (1000..1500).step_by(50) {
            for sizes in [
                [(6, 2), (8, 3), (5, 2), (4, 3)],
                [(3, 3), (9, 3), (2, 1), (6, 2)],
                [(8, 2), (2, 2), (7, 3), (3, 1)],
            ] {
                let (plan, graph) = chain_of(&sizes);
                let floor = floor(&plan, &graph, Paper { width: f64::from(width), ..PAPER });
                let place = |phase: usize| {
                    floor.places[floor
                        .blocks
                        .iter()
                        .position(|block| block.phase.is_some_and(|p| p.index() == phase))
                        .expect("a block")]
                };
                for phase in 1..sizes.len() {
                    let (before, after) = (place(phase - 1), place(phase));
                    let is_left = before.column + before.width <= after.column;
                    assert!(is_left || before.row < after.row, "{width} {sizes:?} {phase}: {before:?} {after:?}");
                }
            }
        }
    }

    #[test]
    fn phases_that_follow_each_other_stand_from_left_to_right() {
        let (plan, graph) = chain(4, 3);
        let floor = floor(&plan, &graph, PAPER);
        let columns: Vec<usize> = floor.places.iter().map(|place| place.column).collect();
        assert!(columns.is_sorted() && floor.places.iter().all(|place| place.row == 0), "{:?}", floor.places);
        assert_eq!(columns[0], 0, "no column is left empty");
    }

    #[test]
    fn long_chains_of_phases_take_several_lines() {
        let (plan, graph) = chain(16, 2);
        let floor = floor(&plan, &graph, PAPER);
        let height = 110.0 + floor.height as f64 * (PAPER.height + 40.0);
        assert!(floor.width <= *COLUMNS.end() && height < 900.0, "{} x {}", floor.width, floor.height);
    }

    #[test]
    fn tasks_of_a_column_stand_where_lines_are_short() {
        let mut plan = Builder::new();
        for (task, before) in [("a", ""), ("b", ""), ("x", "b"), ("y", "a")] {
            let mut entry = plan.elapsed(task, 1.0);
            if !before.is_empty() {
                entry.after(before);
            }
        }
        plan.elapsed("end", 1.0).after("x").after("y");
        let links = [(1, 2), (0, 3), (2, 4), (3, 4)].map(|(from, to)| (End::Item(from), End::Item(to)));
        let floor = floor(&plan.build(), &sketch(5, &links), PAPER);
        let row = |item: usize| floor.cells[item].1;
        assert!(row(0) == row(3) && row(1) == row(2) && row(0) != row(1), "{:?}", floor.cells);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn every_task_has_a_cell_of_its_own_in_its_block(
            phases in 1..6_usize,
            tasks in 1..9_usize,
            seeds in prop::collection::vec(0..1000_usize, 0..12),
        ) {
            let (plan, mut graph) = chain(phases, tasks);
            let count = phases * tasks;
            // Waits may lead anywhere.
            for seed in seeds {
                let (from, to) = (seed % count, seed / 7 % count);
                if from != to {
                    let mut wait = sketch(count, &[(End::Item(from), End::Item(to))]);
                    wait.edges[0].is_hold = true;
                    graph.edges.append(&mut wait.edges);
                }
            }
            let floor = floor(&plan, &graph, PAPER);
            for (item, &(column, row)) in floor.cells.iter().enumerate() {
                prop_assert!(column < floor.width && row < floor.height);
                prop_assert!(floor.places[floor.block_of[item]].holds(column, row));
                prop_assert!(!floor.cells[..item].contains(&(column, row)));
            }
            for (place, block) in floor.places.iter().enumerate() {
                prop_assert!(floor.places[..place].iter().all(|other| !block.meets(other)));
            }
        }
    }
}
