//! Up to 64 agents who are always there, one job each: who is idle is a word of bits, and the best of them a
//! trailing zero.

use super::program::{Needs, Program};
use crate::units::{Pace, Ticks};

/// Agents that jobs of a class may go to.
#[derive(Debug)]
pub(super) struct ClassAgents {
    /// Places in order of preference.
    pub(super) order: Vec<u8>,
    /// Pace by place; 0 where the agent does not belong to the class.
    pub(super) paces: Vec<Pace>,
    /// Paces that differ do so by more than a thousandth.
    pub(super) distinct: bool,
    /// Of each set of eight neighbours, which of them comes first in that order, shape [neighbours][set]; beyond all
    /// if none does.
    pub(super) best: Vec<[u8; SETS]>,
}

/// The agents of a plan, in places: the fastest of all comes first.
#[derive(Debug)]
pub(super) struct Team {
    /// Agent at each place.
    pub(super) agents: Vec<u32>,
    pub(super) classes: Vec<ClassAgents>,
    /// Agents of each class, one bit per place; none where the class is that of whoever had the job before.
    pub(super) masks: Vec<u64>,
    /// Classes that somebody of each set of eight neighbours belongs to, one bit each, shape [neighbours][set].
    classes_of: Vec<[u64; SETS]>,
    /// True if every class prefers its agents in the order of their places.
    is_ranked: bool,
}

/// Places, and classes that a word of bits can hold.
pub(super) const MOST: usize = 64;

/// Sets of eight neighbours.
pub(super) const SETS: usize = 256;

impl Team {
    /// The team of a program; absent if it does not fit, or if agents have hours or more than one job at once.
    pub(super) fn new(program: &Program) -> Option<Self> {
        let instance = program.instance;
        let fits = instance.agents.len() <= MOST
            && program.classes.len() <= MOST
            && instance.agents.iter().all(|agent| agent.capacity == 1)
            && program.candidate_sets.iter().all(|set| set.always);
        fits.then(|| {
            let agents = places(program);
            let classes = class_agents(program, &agents);
            let mask = |class: &ClassAgents| class.order.iter().fold(0_u64, |mask, place| mask | 1 << place);
            let masks: Vec<u64> = classes.iter().map(mask).collect();
            let classes_of = |place: usize| {
                masks.iter().enumerate().fold(0, |bits, (class, &mask)| bits | (mask >> place & 1) << class)
            };
            Self {
                classes_of: by_sets(agents.len(), 0, classes_of, |one, rest| one | rest),
                masks,
                is_ranked: classes.iter().all(|c| c.order.is_sorted()),
                agents,
                classes,
            }
        })
    }

    /// True if every class prefers its agents in the order of their places.
    pub(super) fn is_ranked(&self) -> bool {
        self.is_ranked
    }

    /// What an iteration costs in which the agents worked so long, by place.
    pub(super) fn cost(&self, program: &Program, times: impl Iterator<Item = Ticks>) -> f64 {
        let mut by_agent = [Ticks::ZERO; MOST];
        for (&agent, time) in self.agents.iter().zip(times) {
            by_agent[agent as usize] = time;
        }
        program.cost(|agent| by_agent[agent])
    }

    /// Bits of all places.
    pub(super) fn places(&self) -> u64 {
        !0 >> (MOST - self.agents.len().max(1))
    }

    /// Classes that somebody at these places belongs to, one bit each.
    #[inline]
    pub(super) fn classes_of(&self, places: u64) -> u64 {
        self.classes_of.iter().zip(places.to_le_bytes()).fold(0, |bits, (of, set)| bits | of[usize::from(set)])
    }

    /// The place of the fastest of these agents of a class. There must be one.
    #[inline]
    pub(super) fn fastest(&self, class: usize, idle: u64) -> usize {
        if self.is_ranked {
            return idle.trailing_zeros() as usize;
        }
        let ClassAgents { order, best, .. } = &self.classes[class];
        let sets = best.iter().zip(idle.to_le_bytes());
        let first = sets.fold(u8::MAX, |first, (best, set)| first.min(best[usize::from(set)]));
        order.get(usize::from(first)).map_or(0, |&place| place.into())
    }
}

/// What holds of each set of eight neighbours among so many places, shape [neighbours][set]: of one place, and of a set
/// what holds of the last of its places and of the rest.
pub(super) fn by_sets<T: Copy>(
    places: usize,
    none: T,
    of: impl Fn(usize) -> T,
    join: impl Fn(T, T) -> T,
) -> Vec<[T; SETS]> {
    let neighbours = |from: usize| {
        let mut sets = [none; SETS];
        for at in 0..8 {
            let this = if from + at < places { of(from + at) } else { none };
            let (without, with) = sets.split_at_mut(1 << at);
            for (with, without) in with.iter_mut().zip(without) {
                *with = join(this, *without);
            }
        }
        sets
    };
    (0..places).step_by(8).map(neighbours).collect()
}

/// Agents by their best pace in any class, the fastest first, ties to the lower id.
fn places(program: &Program) -> Vec<u32> {
    let mut best = vec![0.0_f64; program.instance.agents.len()];
    for candidate in program.candidate_sets.iter().flat_map(|s| &s.by_pace) {
        let pace = &mut best[candidate.agent.index()];
        *pace = pace.max(candidate.pace);
    }
    let mut agents: Vec<u32> = (0..best.len() as u32).collect();
    agents.sort_by(|&a, &b| best[b as usize].total_cmp(&best[a as usize]).then(a.cmp(&b)));
    agents
}

fn class_agents(program: &Program, agents: &[u32]) -> Vec<ClassAgents> {
    let place_of = |agent: u32| agents.iter().position(|&a| a == agent).unwrap_or(0);
    let class = |needs: &Needs| {
        let (mut order, mut paces) = (Vec::new(), vec![Pace::new(0.0); agents.len()]);
        let set = needs.first_set().map(|set| &program.candidate_sets[set as usize]);
        for candidate in set.iter().flat_map(|set| &set.by_pace) {
            let place = place_of(candidate.agent.0);
            order.push(place as u8);
            paces[place] = Pace::new(candidate.pace);
        }
        let at = |place: usize| order.iter().position(|&p| usize::from(p) == place).map_or(u8::MAX, |at| at as u8);
        let best = by_sets(agents.len(), u8::MAX, at, u8::min);
        ClassAgents { best, order, paces, distinct: set.is_some_and(|set| set.distinct) }
    };
    program.classes.iter().map(|c| class(&c.needs)).collect()
}
