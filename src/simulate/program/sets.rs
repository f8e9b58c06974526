//! Who may fill a slot: candidates by speed, and when each of them is there.
//!
//! A dispatch looks at many candidates for each job that starts. So whoever is idle is a bit in a word of each set
//! that holds the agent, and candidates who are there at the same hours are looked at as a group: of those, the one
//! who needs least time finishes first.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::model::{Agent, CalendarId, Candidate};
use crate::simulate::columns::Rows;
use crate::units::Ticks;

/// When agents may start jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Presence {
    pub(crate) calendar: Option<CalendarId>,
    pub(crate) from: Ticks,
    pub(crate) until: Ticks,
}

impl Presence {
    fn of(agent: &Agent) -> Self {
        Self { calendar: agent.calendar, from: agent.from, until: agent.until }
    }

    /// There day and night.
    const ALWAYS: Self = Self { calendar: None, from: Ticks::ZERO, until: Ticks::NEVER };
}

/// What takes longer takes those who are not equally fast different numbers of ticks: a thousandth of it is some.
pub(crate) const LONG: Ticks = Ticks(10_000);

/// Agents, each with the bits of its pace.
type Key = Vec<(u32, u64)>;

/// Sets of candidates, each of them once.
pub(super) struct Sets<'a> {
    agents: &'a [Agent],
    presences: &'a [Presence],
    pub(super) all: Vec<CandidateSet>,
    /// Places by candidates: the fastest first, and as plans list them.
    by_pace: BTreeMap<Key, u32>,
    listed: BTreeMap<Key, u32>,
    /// The candidates at hand, kept to save allocation.
    key: Key,
}

impl<'a> Sets<'a> {
    pub(super) fn new(agents: &'a [Agent], presences: &'a [Presence]) -> Self {
        let (by_pace, listed) = (BTreeMap::new(), BTreeMap::new());
        Self { agents, presences, all: Vec::new(), by_pace, listed, key: Vec::new() }
    }

    /// The place of the set of these candidates.
    pub(super) fn place(&mut self, candidates: &[Candidate]) -> u32 {
        let key = |c: &Candidate| (c.agent.0, c.pace.to_bits());
        self.key.clear();
        self.key.extend(candidates.iter().map(key));
        // Most tasks list the same candidates in the same order as another one does.
        if let Some(&place) = self.listed.get(self.key.as_slice()) {
            return place;
        }
        let mut by_pace = candidates.to_vec();
        by_pace.sort_by(|a, b| b.pace.total_cmp(&a.pace).then(a.agent.cmp(&b.agent)));
        let next = self.all.len() as u32;
        let place = *self.by_pace.entry(by_pace.iter().map(key).collect()).or_insert(next);
        if place == next {
            let words = self.all.last().map_or(0, |set| set.words.end);
            self.all.push(CandidateSet::new(by_pace, words, self.agents, self.presences));
        }
        self.listed.insert(self.key.clone(), place);
        place
    }
}

/// Agents who may fill a slot.
#[derive(Clone, Debug)]
pub(crate) struct CandidateSet {
    /// The fastest first, ties to the lower id.
    pub(crate) by_pace: Vec<Candidate>,
    /// True if all of them are there day and night, so that the fastest free one finishes first.
    pub(crate) always: bool,
    /// No two of them are as good as equally fast without being so.
    pub(crate) distinct: bool,
    /// For each candidate, bits of those of its word who are slower.
    pub(crate) slower: Vec<u64>,
    pub(crate) groups: Vec<Group>,
    /// Where the words of who is idle begin in a column of the words of all sets: a bit for each candidate, by pace.
    pub(crate) words: Range<usize>,
}

/// Candidates of one word of a set who are there at the same hours.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// Place in [`super::Program::presences`]; absent if they are there day and night.
    pub(crate) presence: Option<u32>,
    /// Place of the word in the column of all words.
    pub(crate) word: usize,
    /// Place of the candidate that the lowest bit of the word stands for.
    pub(crate) first: usize,
    pub(crate) members: u64,
}

/// A bit that says that an agent is idle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IdleBit {
    pub(crate) bit: u64,
    /// Place of its word in the column of all words.
    pub(crate) word: u32,
    /// The set of that word.
    pub(crate) set: u32,
}

impl CandidateSet {
    /// A set of these candidates, whose words begin at `word`.
    fn new(by_pace: Vec<Candidate>, word: usize, agents: &[Agent], presences: &[Presence]) -> Self {
        let of = |candidate: &Candidate| Presence::of(&agents[candidate.agent.index()]);
        let words = word..word + by_pace.len().div_ceil(64);
        let (mut groups, mut slower): (Vec<Group>, _) = (Vec::new(), Vec::with_capacity(by_pace.len()));
        for (part, candidates) in by_pace.chunks(64).enumerate() {
            for (place, candidate) in candidates.iter().enumerate() {
                let hours = of(candidate);
                let place_of = || presences.partition_point(|presence| *presence < hours) as u32;
                let presence = (hours != Presence::ALWAYS).then(place_of);
                let word = words.start + part;
                let known = groups.iter_mut().find(|group| group.presence == presence && group.word == word);
                match known {
                    Some(group) => group.members |= 1 << place,
                    None => groups.push(Group { presence, word, first: part * 64, members: 1 << place }),
                }
                let as_fast = candidates.partition_point(|other| other.pace >= candidate.pace);
                slower.push(u64::MAX.checked_shl(as_fast as u32).unwrap_or(0));
            }
        }
        // A thousandth: what differs by that differs in whole ticks too, of any work that takes longer than a few.
        let distinct =
            by_pace.windows(2).all(|pair| pair[0].pace == pair[1].pace || pair[1].pace < 0.999 * pair[0].pace);
        let always = groups.iter().all(|group| group.presence.is_none());
        Self { by_pace, always, distinct, slower, groups, words }
    }
}

/// The presences of these agents, ascending, and the place of each agent's among them.
pub(super) fn presences(agents: &[Agent]) -> (Vec<Presence>, Vec<u32>) {
    let mut all: Vec<Presence> = agents.iter().map(Presence::of).collect();
    all.sort_unstable();
    all.dedup();
    let place = |agent: &Agent| all.partition_point(|presence| *presence < Presence::of(agent)) as u32;
    let places = agents.iter().map(place).collect();
    (all, places)
}

/// The words of all sets while everybody is idle.
pub(super) fn all_idle(sets: &[CandidateSet]) -> Vec<u64> {
    let mut words = vec![0; sets.last().map_or(0, |set| set.words.end)];
    for group in sets.iter().flat_map(|set| &set.groups) {
        words[group.word] |= group.members;
    }
    words
}

/// For each agent, the bits which say that it is idle.
pub(super) fn idle_bits(sets: &[CandidateSet], agents: usize) -> Rows<IdleBit> {
    let mut bits = vec![Vec::new(); agents];
    for (id, set) in sets.iter().enumerate() {
        for (place, candidate) in set.by_pace.iter().enumerate() {
            let (word, bit) = ((set.words.start + place / 64) as u32, 1 << (place % 64));
            bits[candidate.agent.index()].push(IdleBit { bit, word, set: id as u32 });
        }
    }
    Rows::new(bits)
}
