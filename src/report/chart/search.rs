//! The search for the places of blocks on the grid of the network: those that lead to each other close by and from
//! left to right, on a page of the aspect of a slide. A greedy start, then one block after the other moves to where
//! it costs least, until none does.

use super::floor::{Floor, Paper, Place, weight};
use super::graph::{Edge, End, Graph};
use super::layers::{Block, Shape};

/// Rounds in which blocks move.
const ROUNDS: usize = 8;
/// Work of all searches, in costs of edges, beyond which no more are begun.
pub(super) const MOST_WORK: usize = 4_000_000;
/// Least room between columns, and usual room between rows [pixels].
pub(super) const BETWEEN: f64 = 36.0;
const ROW_GAP: f64 = 26.0;
/// Height of the page's title, and of the titles of a row of blocks [pixels].
const TITLE: f64 = 110.0;
const HEAD: f64 = 34.0;
/// Height of a page for its width: what a slide has room for. What a pixel of height costs, and one beyond that.
const ASPECT: f64 = 0.66;
const TALL: f64 = 4.0;
const TOO_TALL: f64 = 60.0;
/// What a line back to the left costs, beside a share of its length: to the beginning of the next row is as good as
/// anywhere [pixels].
const BACK: f64 = 300.0;
const BACK_SHARE: f64 = 0.25;
/// What it costs beyond that if it does not lead down: to what comes before in the way people read [pixels].
const AGAINST: f64 = 2000.0;
/// What each pixel costs that a task is too narrow by.
const NARROW: f64 = 8.0;
/// What an arrow to the next task of a column costs [pixels].
const SHORT: f64 = 6.0;
/// What it costs that a phase has to make room for the title of another between its rows [pixels].
const TORN: f64 = 500.0;

/// A grid under construction.
pub(super) struct Search<'a> {
    blocks: Vec<Block>,
    edges: &'a [Edge],
    /// Block of each item, and place of each item in it.
    block_of: Vec<(usize, usize)>,
    /// Edges of each block.
    touching: Vec<Vec<usize>>,
    /// Shape and place of each block that has one.
    at: Vec<Option<(usize, Place)>>,
    columns: usize,
    paper: Paper,
    /// Width of the page [pixels].
    page: f64,
    /// Distance of columns and of rows [pixels].
    pitch: (f64, f64),
    /// Costs of edges that were looked at.
    pub(super) work: usize,
}

impl<'a> Search<'a> {
    pub(super) fn new(blocks: Vec<Block>, graph: &'a Graph, columns: usize, paper: Paper) -> Self {
        let page = paper.width.max(32.0 + columns as f64 * (paper.least + BETWEEN));
        let mut block_of = vec![(0, 0); graph.items.len()];
        for (block, entry) in blocks.iter().enumerate() {
            for (place, &item) in entry.members.iter().enumerate() {
                block_of[item] = (block, place);
            }
        }
        let mut search = Self {
            at: vec![None; blocks.len()],
            touching: vec![Vec::new(); blocks.len()],
            edges: &graph.edges,
            pitch: ((page - 32.0) / columns as f64, paper.height + ROW_GAP),
            paper,
            work: 0,
            block_of,
            columns,
            page,
            blocks,
        };
        for (place, edge) in graph.edges.iter().enumerate() {
            let ends = [edge.from, edge.to].map(|end| search.block(end));
            for block in ends.into_iter().flatten() {
                if search.touching[block].last() != Some(&place) {
                    search.touching[block].push(place);
                }
            }
        }
        search
    }

    fn block(&self, end: End) -> Option<usize> {
        match end {
            End::Item(item) => Some(self.block_of[item].0),
            End::Phase(phase) => {
                self.blocks.iter().position(|block| block.phase.is_some_and(|own| own.index() == phase))
            }
        }
    }

    fn shape(&self, block: usize, shape: usize) -> &Shape {
        &self.blocks[block].shapes[shape]
    }

    /// First and last column and row of an end whose block has a place.
    fn span(&self, end: End) -> Option<(usize, usize, usize)> {
        let block = self.block(end)?;
        let (shape, place) = self.at[block]?;
        match end {
            End::Item(item) => {
                let (column, row) = self.shape(block, shape).cells[self.block_of[item].1];
                Some((place.column + column, place.column + column, place.row + row))
            }
            End::Phase(_) => Some((place.column, place.column + place.width - 1, place.row)),
        }
    }

    /// What the edges of a block cost where it stands, with those blocks that have a place.
    fn cost(&mut self, block: usize) -> f64 {
        self.work += self.touching[block].len();
        let spans = |edge: &usize| {
            let edge = &self.edges[*edge];
            Some((edge, self.span(edge.from)?, self.span(edge.to)?))
        };
        let lines = self.touching[block].iter().filter_map(spans);
        lines.map(|(edge, from, to)| weight(edge) * self.line(edge, from, to)).sum()
    }

    fn line(&self, edge: &Edge, (first, last, row): (usize, usize, usize), to: (usize, usize, usize)) -> f64 {
        let down = row.abs_diff(to.2) as f64 * self.pitch.1;
        if first == to.0 && last == first && row.abs_diff(to.2) == 1 {
            return SHORT;
        }
        if edge.is_hold && first == to.0 {
            return down;
        }
        if to.0 > last {
            down + (to.0 - last - 1) as f64 * self.pitch.0
        } else {
            let against = if to.2 <= row && !edge.is_hold { AGAINST } else { 0.0 };
            down + (last - to.0 + 1) as f64 * self.pitch.0 * BACK_SHARE + BACK + against
        }
    }

    /// What the height of the page costs.
    fn height(&self) -> f64 {
        let places = || self.at.iter().flatten().map(|(_, place)| place);
        let rows = places().map(|place| place.row + place.height).max().unwrap_or(0);
        let begins = |row: usize| places().any(|place| place.is_titled && place.row == row);
        let torn = |place: &Place| (place.row + 1..place.row + place.height).filter(|row| begins(*row)).count();
        let torn: usize = places().map(torn).sum();
        let heads = (0..rows).filter(|row| begins(*row)).count();
        let pixels = TITLE + rows as f64 * self.pitch.1 + heads as f64 * HEAD;
        pixels * TALL + (pixels - self.page * ASPECT).max(0.0) * TOO_TALL + torn as f64 * TORN
    }

    /// Gives a block the cheapest of all places that are free, the first of equal ones, in one of its first shapes.
    fn settle(&mut self, block: usize, shapes: usize) {
        let rows = self.at.iter().flatten().map(|(_, place)| place.row + place.height).max().unwrap_or(0);
        let mut best: Option<(f64, (usize, Place))> = None;
        for shape in 0..self.blocks[block].shapes.len().min(shapes) {
            let Shape { width, height, .. } = *self.shape(block, shape);
            for row in 0..=rows {
                for column in 0..=self.columns.saturating_sub(width) {
                    let is_titled = self.blocks[block].phase.is_some();
                    let place = Place { column, row, width, height, is_titled };
                    if self.at.iter().flatten().any(|(_, other)| place.meets(other)) {
                        continue;
                    }
                    self.at[block] = Some((shape, place));
                    // Of equal ones that nearer to the beginning.
                    let order = (row * 2 + column) as f64 + self.shape(block, shape).cost;
                    let cost = self.cost(block) + self.height() + order;
                    self.at[block] = None;
                    if best.as_ref().is_none_or(|(known, _)| cost < known - 1e-6) {
                        best = Some((cost, (shape, place)));
                    }
                }
            }
        }
        self.at[block] = best.map(|(_, at)| at);
    }

    pub(super) fn start(&mut self, natural: bool) {
        for block in 0..self.blocks.len() {
            self.settle(block, if natural { 1 } else { usize::MAX });
        }
    }

    pub(super) fn improve(&mut self) {
        for _ in 0..ROUNDS {
            let before = self.at.clone();
            for block in 0..self.blocks.len() {
                self.at[block] = None;
                self.settle(block, usize::MAX);
            }
            if self.at == before || self.work > MOST_WORK {
                break;
            }
        }
    }

    /// What the page costs as a whole; narrow tasks cut names short.
    pub(super) fn score(&mut self) -> f64 {
        // Each edge between two blocks is counted at both.
        let lines: f64 = (0..self.blocks.len()).map(|block| self.cost(block)).sum();
        let shapes: f64 = self
            .at
            .iter()
            .zip(&self.blocks)
            .filter_map(|(at, block)| Some(block.shapes[at.as_ref()?.0].cost))
            .sum();
        let narrow = (self.paper.wide + BETWEEN - self.pitch.0).max(0.0) * self.block_of.len() as f64 * NARROW;
        lines / 2.0 + self.height() + shapes + narrow
    }

    pub(super) fn floor(mut self) -> Floor {
        // Columns that nothing needs at the left give way.
        let places = || self.at.iter().flatten().map(|(_, place)| place);
        let first = places().map(|place| place.column).min().unwrap_or(0);
        let top = places().map(|place| place.row).min().unwrap_or(0);
        for (_, place) in self.at.iter_mut().flatten() {
            place.column -= first;
            place.row -= top;
        }

        let mut cells = vec![(0, 0); self.block_of.len()];
        let mut lines = cells.clone();
        for (item, &(block, place)) in self.block_of.iter().enumerate() {
            if let Some((shape, at)) = self.at[block] {
                let (column, row) = self.shape(block, shape).cells[place];
                cells[item] = (at.column + column, at.row + row);
                let (from, to) = self.shape(block, shape).lines[place];
                lines[item] = (at.row + from, at.row + to);
            }
        }
        let places: Vec<Place> = self.at.iter().flatten().map(|(_, place)| *place).collect();
        Floor {
            cells,
            rows: lines,
            block_of: self.block_of.iter().map(|(block, _)| *block).collect(),
            width: places.iter().map(|place| place.column + place.width).max().unwrap_or(0),
            height: places.iter().map(|place| place.row + place.height).max().unwrap_or(0),
            places,
            blocks: self.blocks,
        }
    }
}
