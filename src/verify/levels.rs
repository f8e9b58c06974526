//! Escalation levels: capacity, calendars, and who comes first.

use super::Violation;
use super::capacity::{Hold, overbooked};
use super::life::{Life, ends_open};
use crate::model::{Instance, LevelId};
use crate::simulate::{Activity, Segment};
use crate::units::Ticks;

/// A ticket at a level.
struct Visit {
    level: LevelId,
    /// When it came into the queue, after the response.
    queued: Ticks,
    /// When it left the queue: to be handled, or to the next level.
    left: Ticks,
    /// Segment of the handling, if it was handled here.
    handling: Option<usize>,
}

/// Levels handle tickets in order of arrival, within their capacity and calendar.
pub(super) fn check(instance: &Instance, lives: &[Life], found: &mut Vec<Violation>) {
    let mut handled: Vec<Vec<Hold>> = vec![Vec::new(); instance.levels.len()];
    let mut visits: Vec<Vec<Visit>> = instance.levels.iter().map(|_| Vec::new()).collect();
    for life in lives {
        for visit in read(instance, life, found) {
            visits[visit.level.index()].push(visit);
        }
        for moment in life.moments.iter().filter(|m| m.segment.activity == Activity::Handling) {
            let segment = moment.segment;
            if let Some(level) = segment.level {
                handled[level.index()].push(Hold { start: segment.start, finish: segment.finish, units: 1 });
            }
        }
    }
    for (id, (level, (holds, visits))) in instance.levels.iter().zip(handled.into_iter().zip(visits)).enumerate() {
        if let Some(at) = overbooked(holds, level.capacity) {
            found.push(Violation::LevelOverbooked { level: LevelId::from(id), at });
        }
        check_turns(visits, found);
    }
}

/// The tickets of a task: one visit for each level that one of them came to.
fn read(instance: &Instance, life: &Life, found: &mut Vec<Violation>) -> Vec<Visit> {
    let stage = |segment: &Segment| match segment.activity {
        Activity::Response => Some(0),
        Activity::Queue => Some(1),
        Activity::Handling => Some(2),
        _ => None,
    };
    let mut visits: Vec<Visit> = Vec::new();
    // Level and stage of the segment before, if it was part of a ticket.
    let mut before: Option<(LevelId, i32)> = None;
    for moment in &life.moments {
        let (segment, place) = (moment.segment, moment.place);
        let (Some(stage), Some(level)) = (stage(segment), segment.level) else {
            before = None;
            continue;
        };
        let calendar = instance.calendar(instance.levels[level.index()].calendar);
        let closed = stage == 2 && !(calendar.is_open(segment.start) && ends_open(calendar, segment));
        if closed {
            found.push(Violation::Closed { segment: place });
        }
        let same = before.is_some_and(|(at, earlier)| at == level && earlier < stage);
        if !same {
            // A ticket that was not handled where it was has moved on.
            let due =
                before.filter(|(_, earlier)| *earlier < 2).and_then(|(at, _)| instance.levels[at.index()].next);
            if before.is_some_and(|(_, earlier)| earlier < 2) && due != Some(level) {
                found.push(Violation::NextLevel { segment: place });
            }
            visits.push(Visit { level, queued: segment.start, left: segment.start, handling: None });
        }
        if let Some(visit) = visits.last_mut() {
            match stage {
                0 => (visit.queued, visit.left) = (segment.finish, segment.finish),
                1 => visit.left = segment.finish,
                _ => (visit.left, visit.handling) = (segment.start, Some(place)),
            }
        }
        before = Some((level, stage));
    }
    visits
}

/// First come, first served; tickets that came at the same instant in any order.
fn check_turns(mut visits: Vec<Visit>, found: &mut Vec<Violation>) {
    visits.sort_by_key(|visit| visit.queued);
    let mut earlier_left = Ticks::ZERO;
    for together in visits.chunk_by(|a, b| a.queued == b.queued) {
        for visit in together {
            if let Some(segment) = visit.handling.filter(|_| visit.left < earlier_left) {
                found.push(Violation::OutOfTurn { segment });
            }
        }
        earlier_left = together.iter().map(|visit| visit.left).fold(earlier_left, Ticks::max);
    }
}
