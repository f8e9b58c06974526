//! The queue of future events.
//!
//! Events of one instant come in the order of their kind, then of their entity, so that the order does not
//! depend on the order in which they were put in.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::units::Ticks;

/// What happens. The order of kinds is the order within an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum EventKind {
    /// Work of a task comes to its end or to something that interrupts it.
    StintEnd,
    /// Start conditions of a node hold.
    Release,
    /// An agent of the task works again.
    RepairEnd,
    /// The task may be tried again.
    BackoffEnd,
    /// The task's review may start.
    ReviewResponseEnd,
    /// The response to a task's ticket is over.
    ResponseEnd,
    /// The handling of a task's ticket is over.
    HandlingEnd,
    /// A task's ticket has waited long enough at its level.
    Timeout,
    /// A level's calendar opens.
    LevelOpens,
    /// A task that waited for its finish bounds finishes.
    Finish,
    /// A calendar opens, or an agent arrives, while tasks wait for it.
    AgentOpens,
}

impl EventKind {
    const ALL: [Self; 11] = [
        Self::StintEnd,
        Self::Release,
        Self::RepairEnd,
        Self::BackoffEnd,
        Self::ReviewResponseEnd,
        Self::ResponseEnd,
        Self::HandlingEnd,
        Self::Timeout,
        Self::LevelOpens,
        Self::Finish,
        Self::AgentOpens,
    ];
}

/// An event as one number, which two instructions compare: the time, which is never negative, in the high
/// half; then the kind, then the entity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Entry(u128);

impl Entry {
    fn new(at: Ticks, kind: EventKind, entity: usize) -> Self {
        Self((at.0 as u128) << 64 | (kind as u128) << 32 | entity as u128)
    }

    fn at(self) -> Ticks {
        Ticks((self.0 >> 64) as i64)
    }

    fn kind(self) -> EventKind {
        EventKind::ALL[(self.0 >> 32) as usize & 0xf]
    }

    fn entity(self) -> usize {
        self.0 as u32 as usize
    }
}

/// Events that stand in order; the rest are in the heap.
const NEAR: usize = 32;

/// Events to come: the next few in order, the next of all last, and the others in a binary heap. Most plans have
/// few events pending, and a new one goes a short way from one end of a short column.
#[derive(Clone, Debug, Default)]
pub(crate) struct EventQueue {
    near: [Entry; NEAR],
    /// How many of those there are.
    count: usize,
    /// None comes before any of those.
    far: BinaryHeap<Reverse<Entry>>,
}

impl EventQueue {
    /// Forgets all events.
    pub(crate) fn clear(&mut self) {
        self.count = 0;
        self.far.clear();
    }

    /// Adds an event; what never happens is not kept.
    #[inline]
    pub(crate) fn push(&mut self, at: Ticks, kind: EventKind, entity: usize) {
        if at.is_never() {
            return;
        }
        let entry = Entry::new(at, kind, entity);
        if self.count >= NEAR {
            self.make_room();
        }
        if self.far.peek().is_some_and(|far| far.0 < entry) {
            self.far.push(Reverse(entry));
            return;
        }
        let near = &mut self.near[..=self.count];
        let mut place = self.count;
        while place > 0 && near[place - 1] < entry {
            near[place] = near[place - 1];
            place -= 1;
        }
        near[place] = entry;
        self.count += 1;
    }

    /// Moves the later half of the near events to the far ones.
    #[cold]
    fn make_room(&mut self) {
        self.far.extend(self.near[..NEAR / 2].iter().copied().map(Reverse));
        self.near.copy_within(NEAR / 2.., 0);
        self.count = NEAR / 2;
    }

    /// When the next event happens.
    #[inline]
    pub(crate) fn next_time(&self) -> Option<Ticks> {
        // Far events are fetched as soon as no near one is left.
        self.near.get(self.count.wrapping_sub(1)).map(|entry| entry.at())
    }

    /// Takes the next event, if it happens at that time.
    #[inline]
    pub(crate) fn pop_at(&mut self, now: Ticks) -> Option<(EventKind, usize)> {
        (self.next_time() == Some(now)).then(|| self.pop()).flatten().map(|(_, kind, entity)| (kind, entity))
    }

    /// Takes the next event.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<(Ticks, EventKind, usize)> {
        let entry = *self.near.get(self.count.wrapping_sub(1))?;
        self.count -= 1;
        if self.count == 0 && !self.far.is_empty() {
            self.fetch();
        }
        Some((entry.at(), entry.kind(), entry.entity()))
    }

    /// Brings the next of the far events near.
    #[cold]
    fn fetch(&mut self) {
        while self.count < NEAR / 2
            && let Some(next) = self.far.pop()
        {
            self.near[self.count] = next.0;
            self.count += 1;
        }
        self.near[..self.count].reverse();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn kinds_are_numbered_by_their_place() {
        for (place, kind) in EventKind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, place);
        }
    }

    proptest! {
        #[test]
        fn events_come_by_time_then_kind_then_entity(
            events in prop::collection::vec((0i64..99, 0usize..11, 0usize..9, 0usize..4), 0..300),
        ) {
            let (mut queue, mut expected) = (EventQueue::default(), Vec::new());
            let told = |(at, kind, entity): (Ticks, EventKind, usize)| (at.0, kind as usize, entity);
            for (at, kind, entity, pops) in events {
                queue.push(Ticks(at), EventKind::ALL[kind], entity);
                expected.push((at, kind, entity));
                expected.sort_unstable_by(|a, b| b.cmp(a));
                // More are put in than taken out for a while, then fewer.
                for _ in 0..if expected.len() > 100 { 3 * pops } else { pops / 3 } {
                    prop_assert_eq!(queue.next_time().map(|t| t.0), expected.last().map(|e| e.0));
                    prop_assert_eq!(queue.pop().map(told), expected.pop());
                }
            }
            let rest: Vec<_> = std::iter::from_fn(|| queue.pop()).map(told).collect();
            expected.reverse();
            prop_assert_eq!(rest, expected);
        }
    }
}
