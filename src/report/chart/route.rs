//! Ways of the network's lines: along the channels between rows and columns of the grid, and through cells where
//! nothing stands, so that they cross neither a task nor the title of a phase. Each line takes the cheapest way
//! (Dijkstra 1959): short, with few turns, not through phases that it has nothing to do with, and together with
//! lines of the same origin.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::floor::{Floor, Place};
use super::graph::End;

/// What ways cost, in about pixels: a column, the way down a row in three parts, and a turn.
const COLUMN: u32 = 110;
const DOWN: [u32; 3] = [14, 18, 42];
const TURN: u32 = 40;
/// What a step costs beside its length: inside a phase that the line has nothing to do with; where lines of another
/// origin run; across a line.
const INSIDE: u32 = 110;
const SHARED: u32 = 12;
const CROSSING: u32 = 16;
/// Where a line runs in the middle of a row between tasks, lines of another origin would be taken for it.
const MIXED: u32 = 150;
/// What it costs to leave a task above or below.
const ASIDE: u32 = 30;

/// A channel between columns (column 0 is right of channel 0), and a level: of row r, 3r is the channel above it,
/// 3r + 1 the titles of the phases that begin there, 3r + 2 its middle.
pub(super) type Point = (usize, usize);

/// How a line leaves what it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Exit {
    /// To the right, into the channel.
    Right,
    /// Downwards, into the channel below.
    Below,
    /// Upwards, into the channel above.
    Above,
    /// Straight down or up to the next task of the column.
    Straight,
}

/// The way of a line, from where it turns off to where it enters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) exit: Exit,
    /// Neighbours differ in one step of either the channel or the level.
    pub(super) points: Vec<Point>,
}

/// The grid with the lines that have their way already.
pub(super) struct Router<'a> {
    floor: &'a Floor,
    levels: usize,
    /// By row and column: what stands there.
    taken: Vec<Option<usize>>,
    /// Rows in which phases begin.
    heads: Vec<bool>,
    /// By block: how many of its inner channels its title covers.
    covered: Vec<usize>,
    /// Origins of the lines that go right from a point, and down from it.
    right: Vec<Vec<usize>>,
    down: Vec<Vec<usize>>,
}

/// Which way the last step went.
const LEVEL: usize = 0;
const STEEP: usize = 1;

impl<'a> Router<'a> {
    /// A router for this grid; `covered` says how many inner channels the title of each block covers.
    pub(super) fn new(floor: &'a Floor, covered: Vec<usize>) -> Self {
        let levels = 3 * floor.height + 1;
        let mut taken = vec![None; floor.width * floor.height];
        for (item, &(column, row)) in floor.cells.iter().enumerate() {
            taken[row * floor.width + column] = Some(item);
        }
        let is_head = |row: usize| floor.places.iter().any(|place| place.is_titled && place.row == row);
        let points = (floor.width + 1) * levels;
        Self {
            heads: (0..floor.height).map(is_head).collect(),
            right: vec![Vec::new(); points],
            down: vec![Vec::new(); points],
            floor,
            levels,
            taken,
            covered,
        }
    }

    /// What stands in a cell.
    pub(super) fn item(&self, column: usize, row: usize) -> Option<usize> {
        if column >= self.floor.width { None } else { self.taken[row * self.floor.width + column] }
    }

    fn place(&self, (channel, level): Point) -> usize {
        channel * self.levels + level
    }

    /// The cheapest way from one end to the other; absent where one of them has no place. `origin` tells lines of
    /// the same origin, which may run together.
    pub(super) fn way(&mut self, from: End, to: End, origin: usize) -> Option<Way> {
        let ((_, last, row), (first, _, below)) = self.floor.span(from).zip(self.floor.span(to))?;
        if let (End::Item(a), End::Item(b)) = (from, to)
            && last == first
            && row.abs_diff(below) == 1
            && self.floor.block_of[a] == self.floor.block_of[b]
        {
            return Some(Way { exit: Exit::Straight, points: Vec::new() });
        }
        let level = |end: End, row: usize| 3 * row + if matches!(end, End::Item(_)) { 2 } else { 1 };
        let goal = (first, level(to, below));
        let mut starts = vec![(Exit::Right, (last + 1, level(from, row)), 0)];
        if matches!(from, End::Item(_)) && first <= last {
            for channel in [last, last + 1] {
                starts.push((Exit::Below, (channel, 3 * row + 3), ASIDE));
                // A title is in the way.
                if !self.heads[row] {
                    starts.push((Exit::Above, (channel, 3 * row), ASIDE));
                }
            }
        }
        let own = [from, to].map(|end| match end {
            End::Item(item) => Some(self.floor.block_of[item]),
            End::Phase(_) => None,
        });
        let way = self.search(&starts, goal, origin, &own)?;
        for pair in way.points.windows(2) {
            let (from, to) = (pair[0].min(pair[1]), pair[0].max(pair[1]));
            let place = self.place(from);
            let lines = if from.1 == to.1 { &mut self.right[place] } else { &mut self.down[place] };
            if !lines.contains(&origin) {
                lines.push(origin);
            }
        }
        Some(way)
    }

    fn search(
        &self,
        starts: &[(Exit, Point, u32)],
        goal: Point,
        origin: usize,
        own: &[Option<usize>; 2],
    ) -> Option<Way> {
        let states = (self.floor.width + 1) * self.levels * 2;
        let mut least = vec![u32::MAX; states];
        let mut came = vec![usize::MAX; states];
        let mut open = BinaryHeap::new();
        for &(_, point, cost) in starts {
            let state = self.place(point) * 2 + LEVEL;
            if cost < least[state] {
                least[state] = cost;
                open.push(Reverse((cost, state)));
            }
        }
        while let Some(Reverse((cost, state))) = open.pop() {
            if cost > least[state] {
                continue;
            }
            let point = (state / 2 / self.levels, state / 2 % self.levels);
            // A line enters level: after a steep step it has to turn once more.
            if point == goal && state % 2 == LEVEL {
                return Some(self.trace(starts, &came, state));
            }
            let mut reach = |next: usize, cost: u32| {
                if cost < least[next] {
                    least[next] = cost;
                    came[next] = state;
                    open.push(Reverse((cost, next)));
                }
            };
            reach(state ^ 1, cost + TURN);
            for (to, kind, step) in self.steps(point, origin, own) {
                if kind == state % 2 {
                    reach(self.place(to) * 2 + kind, cost + step);
                }
            }
        }
        None
    }

    fn trace(&self, starts: &[(Exit, Point, u32)], came: &[usize], goal: usize) -> Way {
        let mut points = Vec::new();
        let mut state = goal;
        loop {
            let point = (state / 2 / self.levels, state / 2 % self.levels);
            if points.last() != Some(&point) {
                points.push(point);
            }
            if came[state] == usize::MAX {
                break;
            }
            state = came[state];
        }
        points.reverse();
        let begins = |(_, point, _): &&(Exit, Point, u32)| Some(point) == points.first();
        let exit = starts.iter().find(begins).map_or(Exit::Right, |start| start.0);
        Way { exit, points }
    }

    /// Steps from a point: where to, level or steep, and what they cost.
    fn steps(&self, (channel, level): Point, origin: usize, own: &[Option<usize>; 2]) -> Vec<(Point, usize, u32)> {
        let mut steps = Vec::with_capacity(4);
        let mut add = |to: Point, kind: usize, cost: Option<u32>| {
            steps.extend(cost.map(|cost| (to, kind, cost)));
        };
        if channel < self.floor.width {
            add((channel + 1, level), LEVEL, self.level((channel, level), origin, own));
        }
        if channel > 0 {
            add((channel - 1, level), LEVEL, self.level((channel - 1, level), origin, own));
        }
        if level + 1 < self.levels {
            add((channel, level + 1), STEEP, self.steep((channel, level), origin, own));
        }
        if level > 0 {
            add((channel, level - 1), STEEP, self.steep((channel, level - 1), origin, own));
        }
        steps
    }

    /// The step from a point to the next channel; absent where something stands.
    fn level(&self, (channel, level): Point, origin: usize, own: &[Option<usize>; 2]) -> Option<u32> {
        let row = level / 3;
        let titled = |place: &&Place| place.is_titled && place.holds(channel, row);
        match level % 3 {
            1 if !self.heads[row] || self.floor.places.iter().any(|place| titled(&place)) => return None,
            2 if self.item(channel, row).is_some() => return None,
            _ => {}
        }
        let inside = |block: usize, place: &Place| {
            // The channel above the first row is outside.
            let is_within = if level % 3 == 0 { row > place.row } else { true };
            place.is_titled
                && !own.contains(&Some(block))
                && row < self.floor.height
                && is_within
                && place.holds(channel, row)
        };
        let blocks = self.floor.places.iter().enumerate().filter(|(block, place)| inside(*block, place)).count();
        let lines = &self.right[self.place((channel, level))];
        let others = lines.iter().filter(|line| **line != origin).count() as u32;
        let shared = if level % 3 == 0 { SHARED } else { MIXED };
        let way = if lines.contains(&origin) { COLUMN / 2 } else { COLUMN };
        Some(way + others * shared + blocks as u32 * INSIDE + self.crossed((channel, level), LEVEL, origin))
    }

    /// The step from a point down to the next level; absent where a title stands.
    fn steep(&self, (channel, level): Point, origin: usize, own: &[Option<usize>; 2]) -> Option<u32> {
        let row = level / 3;
        let inner = |place: &Place| channel > place.column && channel < place.column + place.width;
        let mut blocks = 0;
        for (block, place) in self.floor.places.iter().enumerate().filter(|(_, place)| place.is_titled) {
            if !inner(place) || !(place.row..place.row + place.height).contains(&row) {
                continue;
            }
            if level < 3 * place.row + 2 && channel - place.column <= self.covered[block] {
                return None;
            }
            blocks += u32::from(!own.contains(&Some(block)));
        }
        let lines = &self.down[self.place((channel, level))];
        let others = lines.iter().filter(|line| **line != origin).count() as u32;
        let way = DOWN[level % 3];
        let way = if lines.contains(&origin) { way / 2 } else { way };
        Some(way + others * SHARED / 3 + blocks * INSIDE + self.crossed((channel, level), STEEP, origin))
    }

    /// What it costs to pass this point in this direction, across lines of other origin.
    fn crossed(&self, (channel, level): Point, kind: usize, origin: usize) -> u32 {
        let lines = if kind == STEEP {
            channel.checked_sub(1).map(|left| &self.right[self.place((left, level))])
        } else {
            level.checked_sub(1).map(|above| &self.down[self.place((channel, above))])
        };
        lines.map_or(0, |lines| lines.iter().filter(|line| **line != origin).count() as u32 * CROSSING)
    }
}

#[cfg(test)]
mod tests {
    use super::super::floor::{Paper, floor};
    use super::super::graph::sketch;
    use super::*;
    use crate::model::Builder;

    /// A row of three tasks, of a phase or of none.
    fn row(is_phase: bool) -> Floor {
        let mut plan = Builder::new();
        plan.phase("p", 0.0, &[]);
        for (id, before) in [("a", ""), ("b", "a"), ("c", "b")] {
            let mut task = plan.elapsed(id, 1.0);
            if is_phase {
                task.in_phase("p");
            }
            if !before.is_empty() {
                task.after(before);
            }
        }
        let links = [(0, 1), (1, 2)].map(|(from, to)| (End::Item(from), End::Item(to)));
        floor(&plan.build(), &sketch(3, &links), Paper { width: 1200.0, height: 52.0, least: 84.0, wide: 132.0 })
    }

    #[test]
    fn neighbours_are_joined_without_a_turn() {
        let floor = row(false);
        let way = Router::new(&floor, vec![0]).way(End::Item(0), End::Item(1), 0);
        assert_eq!(way, Some(Way { exit: Exit::Right, points: vec![(1, 2)] }));
    }

    #[test]
    fn lines_go_round_tasks_and_titles() {
        let over = [(1, 2), (1, 1), (1, 0), (2, 0), (2, 1), (2, 2)];
        let under = [(1, 2), (1, 3), (2, 3), (2, 2)];
        let way = |covered: usize| {
            let floor = row(true);
            Router::new(&floor, vec![covered]).way(End::Item(0), End::Item(2), 0).expect("a way").points
        };
        assert_eq!(way(0), over);
        assert_eq!(way(2), under, "above is the title");
    }

    #[test]
    fn lines_back_leave_below() {
        let floor = row(true);
        let way = Router::new(&floor, vec![2]).way(End::Item(2), End::Item(0), 0).expect("a way");
        assert_eq!((way.exit, way.points.last()), (Exit::Below, Some(&(0, 2))));
    }
}
