//! The queue of future events: a binary heap in one flat column.
//!
//! Events of one instant come in the order of their kind, then of their entity, so that the order does not
//! depend on the order in which they were put in.

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

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    at: Ticks,
    /// Kind in the high half, entity in the low half.
    what: u64,
}

/// Events to come.
#[derive(Clone, Debug, Default)]
pub(crate) struct EventQueue {
    heap: Vec<Entry>,
}

impl EventQueue {
    /// Forgets all events.
    pub(crate) fn clear(&mut self) {
        self.heap.clear();
    }

    /// Adds an event; what never happens is not kept.
    #[inline]
    pub(crate) fn push(&mut self, at: Ticks, kind: EventKind, entity: usize) {
        if at.is_never() {
            return;
        }
        let entry = Entry { at, what: (kind as u64) << 32 | entity as u64 };
        let mut hole = self.heap.len();
        self.heap.push(entry);
        while hole > 0 {
            let parent = (hole - 1) / 2;
            if self.heap[parent] <= entry {
                break;
            }
            self.heap[hole] = self.heap[parent];
            hole = parent;
        }
        self.heap[hole] = entry;
    }

    /// When the next event happens.
    #[inline]
    pub(crate) fn next_time(&self) -> Option<Ticks> {
        self.heap.first().map(|e| e.at)
    }

    /// Takes the next event.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<(Ticks, EventKind, usize)> {
        let last = self.heap.pop()?;
        let first = match self.heap.first().copied() {
            None => last,
            Some(first) => {
                self.sink(last);
                first
            }
        };
        let kind = EventKind::ALL[(first.what >> 32) as usize];
        Some((first.at, kind, first.what as u32 as usize))
    }

    /// Puts `entry` where the first was, in its right place.
    fn sink(&mut self, entry: Entry) {
        let heap = self.heap.as_mut_slice();
        let mut hole = 0;
        loop {
            let mut child = 2 * hole + 1;
            if child >= heap.len() {
                break;
            }
            if child + 1 < heap.len() && heap[child + 1] < heap[child] {
                child += 1;
            }
            if heap[child] >= entry {
                break;
            }
            heap[hole] = heap[child];
            hole = child;
        }
        heap[hole] = entry;
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
        fn events_come_by_time_then_kind_then_entity(events in prop::collection::vec((0i64..20, 0usize..11, 0usize..9), 0..60)) {
            let mut queue = EventQueue::default();
            for &(at, kind, entity) in &events {
                queue.push(Ticks(at), EventKind::ALL[kind], entity);
            }
            let mut expected = events;
            expected.sort_unstable();
            let popped: Vec<_> = std::iter::from_fn(|| queue.pop()).map(|(at, k, e)| (at.0, k as usize, e)).collect();
            prop_assert_eq!(popped, expected);
        }
    }
}
