//! Lines of the network: from one box to another without crossing a third. Neighbouring columns are joined by a
//! curve in the gap between them; longer lines run level where no box of the columns between stands.

use super::svg::{Area, n};

/// Distance of a level stretch from the boxes above and below it [pixels].
const CLEAR: f64 = 5.0;
/// How far a curve reaches into the gap between columns.
const BEND: f64 = 22.0;
/// Length of an arrow's head.
pub(super) const HEAD: f64 = 7.0;

/// Where a line leaves or reaches a box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Port {
    /// Column of the box.
    pub(super) column: usize,
    /// Pixels.
    pub(super) at: (f64, f64),
}

/// Boxes by column, between which lines find their way.
#[derive(Clone, Debug, Default)]
pub(super) struct Router {
    /// Boxes by column.
    pub(super) boxes: Vec<Vec<Area>>,
    /// Left end of the boxes of the first column, and the distance of columns.
    pub(super) left: f64,
    pub(super) pitch: f64,
    /// Width of boxes.
    pub(super) width: f64,
}

impl Router {
    /// Path commands from one port to another, ending where the arrow's head begins. `track` sets lines apart that
    /// run in the same place.
    pub(super) fn path(&self, from: Port, to: Port, track: usize) -> String {
        let (start, end) = (from.at, (to.at.0 - HEAD + 1.0, to.at.1));
        if to.column == from.column + 1 {
            return format!("M{} {}{}", n(start.0), n(start.1), curve(start, end));
        }
        let forward = to.column > from.column;
        let between = if forward { from.column + 1..=to.column - 1 } else { to.column..=from.column };
        let y = self.level(*between.start(), *between.end(), (start.1, end.1), forward);
        let y = y + ((track % 3) as f64 - 1.0) * 2.5;
        let left = self.left + *between.start() as f64 * self.pitch;
        let right = self.left + *between.end() as f64 * self.pitch + self.width;
        let head = format!("M{} {}", n(start.0), n(start.1));
        if forward {
            return format!("{head}{}H{}{}", curve(start, (left, y)), n(right), curve((right, y), end));
        }
        // Round the box, back above or below it, and round again to reach the other from the left.
        let turn = |from: (f64, f64), to: (f64, f64), bend: f64| {
            format!("C{} {} {} {} {} {}", n(from.0 + bend), n(from.1), n(to.0 + bend), n(to.1), n(to.0), n(to.1))
        };
        format!("{head}{}H{}{}", turn(start, (right, y), BEND), n(left), turn((left, y), end, -BEND))
    }

    /// The height nearest to both ends at which no box of these columns stands.
    fn level(&self, first: usize, last: usize, (from, to): (f64, f64), forward: bool) -> f64 {
        let boxes: Vec<&Area> = (first..=last).filter_map(|column| self.boxes.get(column)).flatten().collect();
        let is_clear =
            |y: f64| boxes.iter().all(|area| y <= area.y - CLEAR + 0.1 || y >= area.bottom() + CLEAR - 0.1);
        let own = if forward { vec![to, from] } else { Vec::new() };
        let beside = boxes.iter().flat_map(|area| [area.y - CLEAR, area.bottom() + CLEAR]);
        let way = |y: f64| (y - from).abs() + (y - to).abs();
        let mut best: Option<f64> = None;
        for y in own.into_iter().chain(beside).filter(|y| is_clear(*y)) {
            // Ties keep the first: rather at the end of the line than at its beginning.
            if best.is_none_or(|known| way(y) < way(known) - 0.1) {
                best = Some(y);
            }
        }
        best.unwrap_or(to)
    }
}

/// A curve that leaves and arrives level.
fn curve(from: (f64, f64), to: (f64, f64)) -> String {
    let bend = ((to.0 - from.0) / 2.0).clamp(6.0, 60.0);
    format!("C{} {} {} {} {} {}", n(from.0 + bend), n(from.1), n(to.0 - bend), n(to.1), n(to.0), n(to.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three columns, the middle one with two boxes.
    fn router() -> Router {
        let area = |column: usize, y: f64| Area { x: column as f64 * 100.0, y, width: 60.0, height: 40.0 };
        let boxes = vec![vec![area(0, 0.0)], vec![area(1, 0.0), area(1, 50.0)], vec![area(2, 0.0)]];
        Router { boxes, left: 0.0, pitch: 100.0, width: 60.0 }
    }

    #[test]
    fn neighbours_are_joined_by_one_curve() {
        let [from, to] = [(0, (60.0, 20.0)), (1, (100.0, 20.0))].map(|(column, at)| Port { column, at });
        assert_eq!(router().path(from, to, 1), "M60 20C77 20 77 20 94 20");
    }

    #[test]
    fn long_lines_pass_between_the_boxes() {
        let [from, to] = [(0, (60.0, 20.0)), (2, (200.0, 20.0))].map(|(column, at)| Port { column, at });
        assert_eq!(router().path(from, to, 1), "M60 20C80 20 80 -5 100 -5H160C177 -5 177 20 194 20");
    }

    #[test]
    fn lines_back_go_round_both_boxes() {
        let [from, to] = [(1, (160.0, 20.0)), (1, (100.0, 70.0))].map(|(column, at)| Port { column, at });
        assert!(router().path(from, to, 1).contains("45H100"), "between the two: {}", router().path(from, to, 1));
    }
}
