//! Whether a job can ever start: when agents are there, and whether a crew is ever filled.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Agent, AgentId, Calendar, CalendarId, Candidate};
use crate::units::Ticks;

/// When agents may start jobs; remembers what was asked before.
pub(super) struct Presence<'a> {
    agents: &'a [Agent],
    calendars: &'a [(String, Calendar)],
    /// Whether these agents ever meet, by agents.
    meetings: BTreeMap<Vec<AgentId>, bool>,
    /// Agents who may start a job at some time.
    present: Vec<bool>,
}

impl<'a> Presence<'a> {
    pub(super) fn new(agents: &'a [Agent], calendars: &'a [(String, Calendar)]) -> Self {
        let mut presence = Self { agents, calendars, meetings: BTreeMap::new(), present: Vec::new() };
        presence.present = (0..agents.len()).map(|agent| presence.is_met(&[AgentId::from(agent)])).collect();
        presence
    }

    /// True if the agent may start a job at some time: its window and its calendar have a moment in common.
    pub(super) fn is_ever_there(&self, agent: AgentId) -> bool {
        self.present[agent.index()]
    }

    /// True if these agents may start a job together at some time.
    pub(super) fn ever_meet(&mut self, agents: Vec<AgentId>) -> bool {
        if let Some(known) = self.meetings.get(&agents) {
            return *known;
        }
        let meet = self.is_met(&agents);
        self.meetings.insert(agents, meet);
        meet
    }

    fn is_met(&self, agents: &[AgentId]) -> bool {
        let agents = || agents.iter().map(|agent| &self.agents[agent.index()]);
        let from = agents().map(|agent| agent.from).max().unwrap_or(Ticks::ZERO);
        let until = agents().map(|agent| agent.until).min().unwrap_or(Ticks::NEVER);
        let hours: BTreeSet<usize> = agents().filter_map(|agent| agent.calendar).map(CalendarId::index).collect();
        let hours: Vec<&Calendar> = hours.into_iter().map(|id| &self.calendars[id].1).collect();
        Calendar::intersect(&hours).next_open(from) < until
    }
}

/// The first slot for which nobody is left when slots are filled in this order, each with the fastest who is not in
/// the crew yet, ties to the lower id, as a simulated run does.
///
/// If that fails while everybody is free, it fails whoever else is busy or away: with more agents around, each step
/// takes one who is not among the fewer, or the very one that the fewer would take, so that those left over are never
/// less.
pub(super) fn left_open(slots: &[Vec<Candidate>], order: &[usize]) -> Option<usize> {
    let mut crew: Vec<AgentId> = Vec::with_capacity(order.len());
    order.iter().position(|&slot| {
        let free = slots[slot].iter().filter(|candidate| !crew.contains(&candidate.agent));
        let fastest = free.min_by(|a, b| b.pace.total_cmp(&a.pace).then(a.agent.cmp(&b.agent)));
        crew.extend(fastest.map(|candidate| candidate.agent));
        fastest.is_none()
    })
}

/// An order in which all slots are filled: whoever comes short goes first.
pub(super) fn order_that_fills(slots: &[Vec<Candidate>]) -> Option<Vec<usize>> {
    let mut order: Vec<usize> = (0..slots.len()).collect();
    for _ in 0..slots.len() * slots.len() {
        match left_open(slots, &order) {
            None => return Some(order),
            Some(place) => order[..=place].rotate_right(1),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::can_fill;

    /// Slots of up to four with candidates among six agents, each with a pace of its own in each slot.
    fn crews() -> impl Strategy<Value = Vec<Vec<Candidate>>> {
        let slot = prop::collection::vec(prop::option::of(1..4_u8), 6).prop_map(|paces| {
            let able = paces.iter().enumerate().filter_map(|(agent, pace)| Some((agent, (*pace)?)));
            able.map(|(agent, pace)| Candidate { agent: AgentId::from(agent), pace: f64::from(pace) }).collect()
        });
        prop::collection::vec(slot, 1..5)
    }

    proptest! {
        #[test]
        fn a_crew_that_some_agents_fill_is_filled_by_all(slots in crews()) {
            let order: Vec<usize> = (0..slots.len()).collect();
            let fills = |around: u32| {
                let there = |candidate: &&Candidate| around >> candidate.agent.index() & 1 == 1;
                let some: Vec<Vec<Candidate>> =
                    slots.iter().map(|slot| slot.iter().filter(there).copied().collect()).collect();
                left_open(&some, &order).is_none()
            };
            prop_assert_eq!(fills(0b11_1111), (0..64).any(fills));
        }

        #[test]
        fn an_order_that_fills_is_found_whenever_there_is_one(slots in crews()) {
            let found = order_that_fills(&slots);
            let all: Vec<&[Candidate]> = slots.iter().map(Vec::as_slice).collect();
            prop_assert_eq!(found.is_some(), can_fill(&all, 0.0), "{:?}", found);
        }
    }
}
