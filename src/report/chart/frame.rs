//! Pixels of the network: where rows, columns, channels and tracks of its grid stand, and lines through them with
//! rounded corners.

use super::floor::{Floor, Place};
use super::graph::End;
use super::route::Exit;
use super::svg::{Area, n};
use super::tracks::{Line, Run, Tracks};

/// Distance of tracks, and the greatest width of all tracks of a channel.
const TRACK: f64 = 6.5;
const MOST_TRACKS: f64 = 60.0;
/// Room left and right of the tracks between two columns: for frames, and for the heads of arrows.
const LEFT: f64 = 12.0;
const RIGHT: f64 = 17.0;
/// From a task to the frame of its phase.
pub(super) const PAD: f64 = 8.0;
/// Least room between rows, for the head of an arrow.
const ROW_GAP: f64 = 19.0;
/// Radius of corners.
const CORNER: f64 = 5.0;
/// Length of an arrow's head.
pub(super) const HEAD: f64 = 7.0;
/// Left and right edge of the page.
const EDGE: f64 = 16.0;

/// Sizes that do not follow from the grid [pixels].
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    /// Where the grid begins.
    pub(super) top: f64,
    /// Of the page.
    pub(super) width: f64,
    /// Of a task.
    pub(super) height: f64,
    pub(super) least_width: f64,
    pub(super) most_width: f64,
    /// Of a line of a title.
    pub(super) line: f64,
}

/// Where everything stands.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// Width of the page.
    pub(super) width: f64,
    /// Where the grid ends.
    pub(super) bottom: f64,
    /// Left ends of columns and tops of rows.
    columns: Vec<f64>,
    rows: Vec<f64>,
    /// Size of a task.
    pub(super) task: (f64, f64),
    /// Middle of the first track and distance of tracks, by channel and by row.
    channels: Vec<(f64, f64)>,
    levels: Vec<(f64, f64)>,
    /// Room for titles over each row.
    heads: Vec<f64>,
    /// Height of a line of a title.
    line: f64,
}

/// Distance of so many tracks.
fn distance(count: usize) -> f64 {
    if count == 0 { TRACK } else { TRACK.min(MOST_TRACKS / count as f64) }
}

impl Frame {
    /// The frame of a grid; `lines` has the number of lines of each block's title.
    pub(super) fn new(floor: &Floor, tracks: &Tracks, lines: &[usize], sizes: Sizes) -> Self {
        let room = |channel: usize| {
            let all = tracks.steep[channel] as f64 * distance(tracks.steep[channel]);
            match channel {
                0 => all + if all > 0.0 { RIGHT } else { PAD + 2.0 },
                channel if channel == floor.width => all + if all > 0.0 { LEFT } else { PAD + 2.0 },
                _ => LEFT + all.max(TRACK) + RIGHT,
            }
        };
        let rooms: Vec<f64> = (0..=floor.width).map(room).collect();
        let count = floor.width.max(1) as f64;
        let between: f64 = rooms.iter().sum();
        let task = (sizes.width - 2.0 * EDGE - between) / count;
        let width = sizes.width + (sizes.least_width - task).max(0.0) * count;
        let task = task.clamp(sizes.least_width, sizes.most_width);
        // What tasks do not need widens the channels.
        let spare = (width - 2.0 * EDGE - between - task * count) / (floor.width + 1) as f64;
        let mut frame = Self {
            width,
            task: (task, sizes.height),
            columns: Vec::new(),
            rows: Vec::new(),
            channels: Vec::new(),
            levels: Vec::new(),
            heads: Vec::new(),
            bottom: 0.0,
            line: sizes.line,
        };
        let mut x = EDGE;
        for (channel, room) in rooms.iter().enumerate() {
            let step = distance(tracks.steep[channel]);
            let lead = if channel == 0 { 0.0 } else { LEFT };
            frame.channels.push((x + lead + spare / 2.0 + step / 2.0, step));
            x += room + spare;
            frame.columns.push(x);
            x += task;
        }
        frame.stack(floor, tracks, lines, sizes);
        frame
    }

    fn stack(&mut self, floor: &Floor, tracks: &Tracks, lines: &[usize], sizes: Sizes) {
        let titled = || floor.places.iter().zip(lines).filter(|(place, _)| place.is_titled);
        let mut y = sizes.top;
        for row in 0..=floor.height {
            let ends = titled().any(|(place, _)| place.row + place.height == row);
            let lines = titled().filter(|(place, _)| place.row == row).map(|(_, lines)| *lines).max();
            let head = lines.map_or(0.0, |lines| lines as f64 * sizes.line + 12.0);
            let (above, below) = (if ends { PAD + 4.0 } else { 6.0 }, if head > 0.0 { head + 4.0 } else { 8.0 });
            let step = distance(tracks.level[3 * row]);
            let all = tracks.level[3 * row] as f64 * step;
            let (above, below) = match row {
                0 => (0.0, below),
                row if row == floor.height => (above, 4.0),
                _ => (above, below),
            };
            let room = above + all + below;
            let spare = if row == 0 || row == floor.height { 0.0 } else { (ROW_GAP - room).max(0.0) };
            self.levels.push((y + above + spare / 2.0 + step / 2.0, step));
            y += room + spare;
            self.heads.push(head);
            self.rows.push(y);
            y += sizes.height;
        }
        self.bottom = y - sizes.height;
    }

    pub(super) fn area(&self, (column, row): (usize, usize)) -> Area {
        Area { x: self.columns[column], y: self.rows[row], width: self.task.0, height: self.task.1 }
    }

    /// The frame of a block.
    pub(super) fn block(&self, place: &Place) -> Area {
        let first = self.area((place.column, place.row));
        let last = self.area((place.column + place.width - 1, place.row + place.height - 1));
        let (x, y) = (first.x - PAD, first.y - self.heads[place.row]);
        Area { x, y, width: last.right() + PAD - x, height: last.bottom() + PAD - y }
    }

    /// Middle of a level, where lines leave and reach what stands there.
    fn middle(&self, level: usize) -> f64 {
        let row = level / 3;
        match level % 3 {
            1 => self.rows[row] - self.heads[row] + 5.0 + self.line / 2.0,
            _ => self.rows[row] + self.task.1 / 2.0,
        }
    }

    fn x(&self, channel: usize, track: usize) -> f64 {
        let (first, step) = self.channels[channel];
        first + track as f64 * step
    }

    fn y(&self, level: usize, track: usize, is_pinned: bool) -> f64 {
        if level.is_multiple_of(3) {
            let (first, step) = self.levels[level / 3];
            return first + track as f64 * step;
        }
        if is_pinned {
            return self.middle(level);
        }
        // Above and below the middle in turn.
        let away = (track / 2 + 1) as f64 * TRACK * 1.2;
        self.middle(level) + if track.is_multiple_of(2) { -away } else { away }
    }

    /// Corners of a line. `ends` are the cells or blocks it leaves and reaches, with the right end of the one and the
    /// left end of the other; `aside` moves the place where it leaves, where another line would be taken for it.
    pub(super) fn corners(&self, line: &Line, tracks: &[usize], ends: Ends) -> Vec<(f64, f64)> {
        if line.exit == Exit::Straight {
            let (from, to) = (self.area(ends.from), self.area(ends.to));
            let x = from.x + from.width / 2.0;
            let is_down = to.y > from.y;
            return vec![
                (x, if is_down { from.bottom() } else { from.y }),
                (x, if is_down { to.y } else { to.bottom() }),
            ];
        }
        let from = self.area(ends.from);
        let start_level = 3 * ends.from.1 + if ends.leaves_phase { 1 } else { 2 };
        let goal_level = 3 * ends.to.1 + if ends.reaches_phase { 1 } else { 2 };
        let goal_x = self.area(ends.to).x - if ends.reaches_phase { PAD } else { 0.0 };
        let mut at = match line.exit {
            Exit::Below => (from.x + from.width * 0.5, from.bottom()),
            Exit::Above => (from.x + from.width * 0.5, from.y),
            _ => (from.right() + if ends.leaves_phase { PAD } else { 0.0 }, self.middle(start_level) + ends.aside),
        };
        if line.runs.first().is_none_or(|_| line.is_pinned(0)) && line.exit == Exit::Right {
            at.1 = self.middle(start_level);
        }
        let mut corners = vec![at];
        for (part, run) in line.runs.iter().enumerate() {
            at = match *run {
                Run::Steep { channel, .. } => (self.x(channel, tracks[part]), at.1),
                Run::Level { level, .. } => (at.0, self.y(level, tracks[part], line.is_pinned(part))),
            };
            corners.push(at);
        }
        let end = (goal_x, self.middle(goal_level));
        if matches!(line.runs.last(), Some(Run::Steep { .. })) {
            corners.push((at.0, end.1));
        }
        corners.push(end);
        tidy(corners)
    }
}

/// What a line leads from and to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends {
    /// Column and row; of a phase those that it leaves or reaches.
    pub(super) from: (usize, usize),
    pub(super) to: (usize, usize),
    pub(super) leaves_phase: bool,
    pub(super) reaches_phase: bool,
    /// Pixels.
    pub(super) aside: f64,
}

impl Ends {
    pub(super) fn new(floor: &Floor, from: End, to: End) -> Option<Self> {
        let ((_, last, row), (first, _, below)) = floor.span(from).zip(floor.span(to))?;
        Some(Self {
            from: (last, row),
            to: (first, below),
            leaves_phase: matches!(from, End::Phase(_)),
            reaches_phase: matches!(to, End::Phase(_)),
            aside: 0.0,
        })
    }
}

/// Without points that lie on each other or on the line between their neighbours.
fn tidy(corners: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    let mut kept: Vec<(f64, f64)> = Vec::new();
    for at in corners {
        if kept.last().is_some_and(|last| (last.0 - at.0).abs() < 0.01 && (last.1 - at.1).abs() < 0.01) {
            continue;
        }
        if let [.., a, b] = kept[..] {
            let is_level = (a.1 - b.1).abs() < 0.01 && (b.1 - at.1).abs() < 0.01;
            let is_steep = (a.0 - b.0).abs() < 0.01 && (b.0 - at.0).abs() < 0.01;
            if is_level || is_steep {
                kept.pop();
            }
        }
        kept.push(at);
    }
    kept
}

/// Path commands through these corners, which end where the head of the arrow begins; and the head.
pub(super) fn path(corners: &[(f64, f64)], half: f64) -> (String, String) {
    let [.., before, end] = *corners else { return (String::new(), String::new()) };
    let away = towards(end, before, HEAD - 1.0);
    let mut commands = format!("M{} {}", n(corners[0].0), n(corners[0].1));
    for place in 1..corners.len() - 1 {
        let (before, at, after) = (corners[place - 1], corners[place], corners[place + 1]);
        let reach = |other: (f64, f64)| CORNER.min((other.0 - at.0).abs().midpoint((other.1 - at.1).abs()));
        let (enter, leave) = (towards(at, before, reach(before)), towards(at, after, reach(after)));
        commands = format!(
            "{commands}L{} {}Q{} {} {} {}",
            n(enter.0),
            n(enter.1),
            n(at.0),
            n(at.1),
            n(leave.0),
            n(leave.1)
        );
    }
    commands = format!("{commands}L{} {}", n(away.0), n(away.1));
    let back = towards(end, before, HEAD);
    // Across the line.
    let (dx, dy) = if (before.1 - end.1).abs() < 0.01 { (0.0, half) } else { (half, 0.0) };
    let head = format!(
        "M{} {}L{} {}L{} {}Z",
        n(end.0),
        n(end.1),
        n(back.0 + dx),
        n(back.1 + dy),
        n(back.0 - dx),
        n(back.1 - dy)
    );
    (commands, head)
}

/// The point so many pixels from `from` towards `to`, which lies level with it or above or below it.
fn towards(from: (f64, f64), to: (f64, f64), by: f64) -> (f64, f64) {
    let step = |a: f64, b: f64| if (a - b).abs() < 0.01 { 0.0 } else { by.min((b - a).abs()) * (b - a).signum() };
    (from.0 + step(from.0, to.0), from.1 + step(from.1, to.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_no_needless_corners() {
        let corners = vec![(0.0, 0.0), (5.0, 0.0), (5.0, 0.0), (9.0, 0.0), (9.0, 4.0)];
        assert_eq!(tidy(corners), [(0.0, 0.0), (9.0, 0.0), (9.0, 4.0)]);
    }

    #[test]
    fn corners_are_round_and_lines_end_at_the_head_of_their_arrow() {
        let (line, head) = path(&[(0.0, 0.0), (20.0, 0.0), (20.0, 40.0), (60.0, 40.0)], 3.0);
        assert_eq!(line, "M0 0L15 0Q20 0 20 5L20 35Q20 40 25 40L54 40");
        assert_eq!(head, "M60 40L53 43L53 37Z");
    }
}
