//! Rule 3, who does it: each job goes to the agents that would finish it first.

use super::Engine;
use super::state::NO_AGENT;
use crate::model::{CalendarId, Candidate, Span};
use crate::simulate::program::{CandidateSet, Crew, Group, LONG};
use crate::simulate::queue::EventKind;
use crate::units::Ticks;

/// Who may have a job, and what it takes them.
#[derive(Clone, Copy)]
struct Offer<'o> {
    set: &'o CandidateSet,
    /// Mean hours at pace 1.
    hours: f64,
    /// Who may not have it.
    excluded: Crew,
    /// Who need not take over from somebody else.
    familiar: &'o [u32],
    /// What all others need to take over.
    handoff: Ticks,
}

impl Offer<'_> {
    /// Of these idle members of a group the place of the one who needs least time, and that time without a
    /// handoff; ties to the lower id. There must be one.
    #[inline]
    fn fastest(&self, group: &Group, idle: u64) -> (Ticks, usize) {
        let candidates = &self.set.by_pace;
        let mut best = group.first + idle.trailing_zeros() as usize;
        let time = Ticks::from_hours(self.hours / candidates[best].pace);
        if self.set.distinct && time > LONG {
            return (time, best);
        }
        // Whoever is slower may take the same time, rounded to ticks.
        let mut slower = idle & self.set.slower[best];
        while slower != 0 {
            let next = group.first + slower.trailing_zeros() as usize;
            if Ticks::from_hours(self.hours / candidates[next].pace) > time {
                break;
            }
            if candidates[next].agent < candidates[best].agent {
                best = next;
            }
            slower &= self.set.slower[next];
        }
        (time, best)
    }

    /// The same with handoffs, which these of the group do not need.
    #[inline]
    fn quickest(&self, group: &Group, idle: u64, familiar: u64) -> (Ticks, usize) {
        let (known, others) = (idle & familiar, idle & !familiar);
        if others == 0 {
            return self.fastest(group, known);
        }
        let (time, other) = self.fastest(group, others);
        let more = time + self.handoff;
        if known == 0 {
            return (more, other);
        }
        let (time, best) = self.fastest(group, known);
        let agent = |place: usize| self.set.by_pace[place].agent;
        if (more, agent(other)) < (time, agent(best)) { (more, other) } else { (time, best) }
    }

    /// The place of the one of these with the lowest id.
    #[cold]
    fn lowest(&self, group: &Group, idle: u64) -> usize {
        let members = (0..64).filter(|place| idle >> place & 1 == 1).map(|place| group.first + place);
        // OK because it is asked of somebody who is idle.
        members.min_by_key(|&place| self.set.by_pace[place].agent).expect("somebody is idle")
    }
}

impl Engine<'_> {
    /// True if agents of this presence can take up another job now; sees to a dispatch when they can, otherwise.
    /// `known` agents (who had the job before) may do so outside their availability, but not while their calendar
    /// is closed.
    pub(super) fn is_present(&mut self, presence: u32, known: bool) -> bool {
        let now = self.state.now;
        let hours = &self.program.presences[presence as usize];
        if now < hours.from || (now >= hours.until && !known) {
            self.wake(presence as usize, hours.from);
            return false;
        }
        let Some(calendar) = hours.calendar else { return true };
        let window = &mut self.state.windows[calendar.index()];
        if now >= window.finish {
            let span = self.program.instance.calendars[calendar.index()].1.span_from(now);
            // A calendar that has closed for good is a window that never comes.
            *window = span.unwrap_or(Span { start: Ticks::NEVER, finish: Ticks::NEVER });
        }
        let opens = window.start;
        if opens > now {
            self.wake(presence as usize, opens);
        }
        opens <= now
    }

    /// Sees to a dispatch when the time of agents passes again.
    fn wake(&mut self, presence: usize, at: Ticks) {
        if at > self.state.now && self.state.opens_at[presence] != at {
            self.state.opens_at[presence] = at;
            self.state.queue.push(at, EventKind::AgentOpens, presence);
        }
    }

    /// Gives the attempt to the free candidate who would finish it first. Returns the pace.
    pub(super) fn choose(&mut self, task: usize, set: &CandidateSet) -> Option<f64> {
        let program = self.program;
        let hours = self.mean_hours(task);
        let anybody = Offer { set, hours, excluded: Crew::NOBODY, familiar: &[], handoff: Ticks::ZERO };
        let before = match program.tasks[task].handoff_from.first() {
            // Of a single candidate nobody asks whether she is the first to finish.
            Some(&before) if self.state.tasks[task].attempt == 0 && set.by_pace.len() > 1 => before,
            _ => return self.give_to_soonest(task, anybody),
        };
        // Whoever worked on the first predecessor and on the others need not take over from anybody.
        let mut familiar = std::mem::take(&mut self.state.at_hand);
        familiar.clear();
        for place in program.authors(before as usize).places() {
            let agent = self.state.crews[place];
            if !self.takes_over(task, &[agent]) {
                familiar.push(agent);
            }
        }
        let offer = Offer { familiar: &familiar, handoff: program.mean_handoff, ..anybody };
        let pace = self.give_to_soonest(task, offer);
        self.state.at_hand = familiar;
        pace
    }

    /// Gives the review to the free reviewer, no author of the task, who would finish it first. Returns the pace.
    pub(super) fn choose_reviewer(&mut self, task: usize, set: &CandidateSet) -> Option<f64> {
        let hours = self.program.tasks[task].review.as_ref().map_or(0.0, |r| r.mean_hours);
        let excluded = self.program.authors(task);
        self.give_to_soonest(task, Offer { set, hours, excluded, familiar: &[], handoff: Ticks::ZERO })
    }

    /// Gives the task's job to the free candidate who would finish it first on expectation, ties to the lower id.
    fn give_to_soonest(&mut self, task: usize, offer: Offer) -> Option<f64> {
        let (set, now) = (offer.set, self.state.now);
        if let ([only], [group]) = (set.by_pace.as_slice(), set.groups.as_slice()) {
            let is_idle = self.state.idle[group.word] != 0;
            let is_excluded = self.state.crews[offer.excluded.places()].contains(&only.agent.0);
            let may_start =
                is_idle && !is_excluded && group.presence.is_none_or(|hours| self.is_present(hours, false));
            return may_start.then(|| self.give_to(task, *only));
        }
        if set.always && offer.hours > 0.0 {
            let (fastest, is_familiar) = self.fastest_idle(&offer)?;
            // Nobody finishes before the fastest, unless she has to take over and others need not.
            if is_familiar {
                return Some(self.give_to(task, fastest));
            }
        }
        let mut best: Option<(Ticks, usize)> = None;
        let (mut word, mut excluded, mut familiar) = (usize::MAX, 0, !0);
        for group in &set.groups {
            if group.word != word {
                word = group.word;
                excluded = self.bits(&self.state.crews[offer.excluded.places()], word);
                if offer.handoff > Ticks::ZERO {
                    familiar = self.bits(offer.familiar, word);
                }
            }
            let idle = self.state.idle[word] & group.members & !excluded;
            if idle == 0 {
                continue;
            }
            let (amount, mut place) = offer.quickest(group, idle, familiar);
            let mut expected = now.plus(amount);
            if let Some(presence) = group.presence {
                // Closed hours make it no earlier.
                let is_beaten = best.is_some_and(|best| expected > best.0);
                if is_beaten || !self.is_present(presence, false) {
                    continue;
                }
                expected = self.advance_in(self.program.presences[presence as usize].calendar, now, amount);
            }
            if expected.is_never() {
                // Nobody there ever finishes it, however fast.
                place = offer.lowest(group, idle);
            }
            let agent = |place: usize| set.by_pace[place].agent;
            if best.is_none_or(|b| expected < b.0 || (expected == b.0 && agent(place) < agent(b.1))) {
                best = Some((expected, place));
            }
        }
        Some(self.give_to(task, set.by_pace[best?.1]))
    }

    /// The fastest idle candidate, and whether she need not take over.
    #[inline]
    fn fastest_idle(&self, offer: &Offer) -> Option<(Candidate, bool)> {
        let excluded = &self.state.crews[offer.excluded.places()];
        for (word, candidates) in self.state.idle[offer.set.words.clone()].iter().zip(offer.set.by_pace.chunks(64))
        {
            let mut idle = *word;
            while idle != 0 {
                let candidate = candidates[idle.trailing_zeros() as usize];
                if !excluded.contains(&candidate.agent.0) {
                    let takes_over = offer.handoff > Ticks::ZERO && !offer.familiar.contains(&candidate.agent.0);
                    return Some((candidate, !takes_over));
                }
                idle &= idle - 1;
            }
        }
        None
    }

    /// Gives the task's job to this candidate. Returns the pace.
    #[inline]
    fn give_to(&mut self, task: usize, candidate: Candidate) -> f64 {
        let place = self.places(task).start;
        self.state.crews[place] = candidate.agent.0;
        candidate.pace
    }

    /// The bits of these agents in a word of who is idle.
    #[inline]
    fn bits(&self, agents: &[u32], word: usize) -> u64 {
        let mut bits = 0;
        for &agent in agents {
            for idle in self.program.idle_bits.of(agent as usize) {
                if idle.word as usize == word {
                    bits |= idle.bit;
                    break;
                }
            }
        }
        bits
    }

    /// The moment at which `amount` of a calendar's time has passed since `from`.
    pub(super) fn advance_in(&self, calendar: Option<CalendarId>, from: Ticks, amount: Ticks) -> Ticks {
        let Some(calendar) = calendar else { return from.plus(amount) };
        let (window, end) = (self.state.windows[calendar.index()], from.plus(amount));
        if window.start <= from && end <= window.finish {
            return end;
        }
        self.program.instance.calendars[calendar.index()].1.advance(from, amount)
    }

    /// Mean hours of the attempt that comes next, at pace 1.
    fn mean_hours(&self, task: usize) -> f64 {
        if self.state.tasks[task].attempt == 0 {
            self.program.tasks[task].mean_hours
        } else {
            self.program.instance.tasks[task].estimate.mean()
        }
    }

    /// True if none of these agents worked on some direct predecessor that agents worked on.
    pub(super) fn takes_over(&self, task: usize, crew: &[u32]) -> bool {
        self.program.tasks[task].handoff_from.iter().any(|&before| match (self.authors(before as usize), crew) {
            // Most work is done alone.
            (&[author], &[agent]) => author != agent,
            (authors, _) => !crew.iter().any(|agent| authors.contains(agent)),
        })
    }

    /// Fills the slots in order, each with the fastest free agent not yet in the crew. Returns the least pace;
    /// nothing if a slot is left open: the column of crews then holds nothing of use.
    pub(super) fn choose_crew(&mut self, task: usize, slots: &[u32]) -> Option<f64> {
        let program = self.program;
        let places = self.places(task);
        let mut pace = f64::INFINITY;
        for (place, &slot) in places.clone().zip(slots) {
            let mut candidates = program.candidate_sets[slot as usize].by_pace.iter();
            let found = candidates.find(|c| {
                let agent = c.agent.index();
                let is_taken = self.state.crews[places.start..place].contains(&c.agent.0);
                !is_taken && self.state.free[agent] > 0 && self.is_present(program.presence_of[agent], false)
            });
            let Some(found) = found else {
                self.state.crews[places].fill(NO_AGENT);
                return None;
            };
            self.state.crews[place] = found.agent.0;
            pace = pace.min(found.pace);
        }
        Some(pace)
    }
}
