//! Tracks of the network's lines: lines that share a channel run beside each other in it, those of one origin in one
//! track, in the order of tracks that crosses fewest of them.

use super::route::{Exit, Way};

/// Most tracks of a channel whose order is sought: among more nobody can follow one, and it takes long.
const MOST_ORDERED: usize = 24;

/// A straight part of a way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Run {
    /// Down or up a channel, from level to level.
    Steep { channel: usize, from: usize, to: usize },
    /// Along a level, from place to place: twice the number of a channel, or of a column and one for its middle.
    Level { level: usize, from: usize, to: usize },
}

impl Run {
    /// Lower and upper end.
    fn ends(self) -> (usize, usize) {
        let (Self::Steep { from, to, .. } | Self::Level { from, to, .. }) = self;
        (from.min(to), from.max(to))
    }
}

/// The parts of a way, which leaves from this column.
pub(super) fn runs(way: &Way, column: usize) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let Some(&(channel, level)) = way.points.first() else { return runs };
    if matches!(way.exit, Exit::Above | Exit::Below) {
        runs.push(Run::Level { level, from: 2 * column + 1, to: 2 * channel });
    }
    for pair in way.points.windows(2) {
        let [(channel, from), (next, to)] = [pair[0], pair[1]];
        match runs.last_mut() {
            Some(Run::Steep { to: end, .. }) if channel == next => *end = to,
            Some(Run::Level { to: end, .. }) if channel != next => *end = 2 * next,
            _ if channel == next => runs.push(Run::Steep { channel, from, to }),
            _ => runs.push(Run::Level { level: from, from: 2 * channel, to: 2 * next }),
        }
    }
    runs
}

/// Parts of lines of one origin that meet in a channel.
#[derive(Clone, Debug, Default, PartialEq)]
struct Wire {
    origin: usize,
    ends: (usize, usize),
    /// Where something joins it, and true if from the side of higher tracks.
    joints: Vec<(usize, bool)>,
    /// Line and part.
    parts: Vec<(usize, usize)>,
    track: usize,
}

impl Wire {
    fn meets(&self, other: &Self) -> bool {
        self.ends.0 <= other.ends.1 && other.ends.0 <= self.ends.1
    }
}

/// Tracks of all parts.
#[derive(Clone, Debug, Default)]
pub(super) struct Tracks {
    /// By line and part.
    pub(super) of: Vec<Vec<usize>>,
    /// By channel.
    pub(super) steep: Vec<usize>,
    /// By level.
    pub(super) level: Vec<usize>,
}

/// A line as its parts.
pub(super) struct Line {
    pub(super) origin: usize,
    pub(super) exit: Exit,
    pub(super) runs: Vec<Run>,
}

impl Line {
    /// True for a part whose place is that of the task which it leaves or reaches.
    pub(super) fn is_pinned(&self, part: usize) -> bool {
        let Run::Level { level, .. } = self.runs[part] else { return false };
        let ends_here = (part == 0 && self.exit == Exit::Right) || part + 1 == self.runs.len();
        level % 3 != 0 && ends_here
    }

    /// Where a part is joined, by what stands before and after it; true if from the side of higher tracks.
    fn joints(&self, part: usize) -> [(usize, bool); 2] {
        let before = part.checked_sub(1).map(|place| self.runs[place]);
        let after = self.runs.get(part + 1).copied();
        match self.runs[part] {
            Run::Steep { channel, from, to } => {
                let side = |run: Option<Run>, port: bool| match run {
                    Some(Run::Level { from, to, .. }) => from.max(to) > 2 * channel,
                    _ => port,
                };
                // Lines come from the left and enter to the right.
                [(from, side(before, false)), (to, side(after, true))]
            }
            Run::Level { level, from, to } => {
                let side = |run: Option<Run>, port: bool| match run {
                    Some(Run::Steep { from, to, .. }) => from.max(to) > level,
                    _ => port,
                };
                [(from, side(before, self.exit == Exit::Above)), (to, side(after, false))]
            }
        }
    }
}

/// Gives every part of every line its track, for so many channels and levels.
pub(super) fn tracks(lines: &[Line], channels: usize, levels: usize) -> Tracks {
    let mut tracks = Tracks {
        of: lines.iter().map(|line| vec![0; line.runs.len()]).collect(),
        steep: vec![0; channels],
        level: vec![0; levels],
    };
    for channel in 0..channels {
        let is_here = |run: &Run| matches!(run, Run::Steep { channel: own, .. } if *own == channel);
        tracks.steep[channel] = assign(&mut tracks.of, wires(lines, is_here));
    }
    for level in 0..levels {
        let is_here = |run: &Run| matches!(run, Run::Level { level: own, .. } if *own == level);
        tracks.level[level] = assign(&mut tracks.of, wires(lines, is_here));
    }
    tracks
}

/// What runs in a channel or level.
fn wires(lines: &[Line], is_here: impl Fn(&Run) -> bool) -> Vec<Wire> {
    let mut wires: Vec<Wire> = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        for (part, run) in line.runs.iter().enumerate() {
            if !is_here(run) || line.is_pinned(part) {
                continue;
            }
            let mut wire = Wire {
                origin: line.origin,
                ends: run.ends(),
                joints: line.joints(part).to_vec(),
                parts: vec![(place, part)],
                track: 0,
            };
            // Those that it joins become one with it.
            while let Some(same) = wires.iter().position(|other| other.origin == wire.origin && other.meets(&wire))
            {
                let other = wires.remove(same);
                wire.ends = (wire.ends.0.min(other.ends.0), wire.ends.1.max(other.ends.1));
                wire.joints.extend(other.joints);
                wire.parts.extend(other.parts);
            }
            wires.push(wire);
        }
    }
    wires
}

/// Writes down the tracks of these wires; the result is how many there are.
fn assign(of: &mut [Vec<usize>], mut wires: Vec<Wire>) -> usize {
    wires.sort_by_key(|wire| (wire.ends, wire.origin));
    let mut count = 0;
    for place in 0..wires.len() {
        let is_free = |track: &usize| {
            wires[..place].iter().all(|other| other.track != *track || !other.meets(&wires[place]))
        };
        let track = (0..count).find(is_free).unwrap_or(count);
        wires[place].track = track;
        count = count.max(track + 1);
    }
    let mut best = crossings(&wires);
    let mut is_better = best > 0 && count <= MOST_ORDERED;
    while is_better {
        is_better = false;
        for (a, b) in (0..count).flat_map(|a| (a + 1..count).map(move |b| (a, b))) {
            exchange(&mut wires, a, b);
            let crossings = crossings(&wires);
            if crossings < best {
                (best, is_better) = (crossings, true);
            } else {
                exchange(&mut wires, a, b);
            }
        }
    }
    for wire in &wires {
        for &(line, part) in &wire.parts {
            of[line][part] = wire.track;
        }
    }
    count
}

fn exchange(wires: &mut [Wire], a: usize, b: usize) {
    for wire in wires {
        if wire.track == a {
            wire.track = b;
        } else if wire.track == b {
            wire.track = a;
        }
    }
}

/// How often what joins a wire crosses another.
fn crossings(wires: &[Wire]) -> usize {
    let crosses = |wire: &Wire, (at, higher): (usize, bool)| {
        let is_between = |other: &&Wire| {
            let is_beside = if higher { other.track > wire.track } else { other.track < wire.track };
            is_beside && (other.ends.0..=other.ends.1).contains(&at)
        };
        wires.iter().filter(is_between).count()
    };
    wires.iter().flat_map(|wire| wire.joints.iter().map(move |joint| crosses(wire, *joint))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(origin: usize, points: &[(usize, usize)]) -> Line {
        let way = Way { exit: Exit::Right, points: points.to_vec() };
        Line { origin, exit: way.exit, runs: runs(&way, 0) }
    }

    #[test]
    fn ways_are_parts_that_alternate() {
        let line = line(0, &[(1, 2), (1, 3), (1, 4), (2, 4), (2, 5)]);
        let steep = |channel, from, to| Run::Steep { channel, from, to };
        assert_eq!(line.runs, [steep(1, 2, 4), Run::Level { level: 4, from: 2, to: 4 }, steep(2, 4, 5)]);
    }

    #[test]
    fn lines_of_one_origin_share_a_track_and_others_do_not() {
        let down = [(1, 2), (1, 3), (1, 4), (1, 5)];
        let lines = [line(0, &down), line(0, &down[..3]), line(1, &down[1..])];
        let tracks = tracks(&lines, 2, 7);
        assert_eq!(tracks.of[0], tracks.of[1]);
        assert_ne!(tracks.of[0], tracks.of[2]);
        assert_eq!(tracks.steep, [0, 2]);
    }

    #[test]
    fn tracks_are_in_the_order_that_crosses_least() {
        // The first enters to the right in the middle of the second: right of it, it crosses nothing.
        let lines = [
            line(0, &[(1, 2), (1, 3), (1, 4), (1, 5)]),
            line(1, &[(1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (1, 6)]),
        ];
        let tracks = tracks(&lines, 2, 7);
        // One of its ends comes from the left, the other goes to the right: either way it crosses once.
        assert_eq!(tracks.steep[1], 2);
        let short = [line(0, &[(1, 3), (1, 4), (2, 4)]), line(1, &[(1, 2), (1, 3), (1, 4), (1, 5)])];
        assert_eq!(super::tracks(&short, 3, 7).steep[1], 2);
    }
}
