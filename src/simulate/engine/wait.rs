//! Rule 10, what a job waited for: the agents and resources that it was short of.
//!
//! An agent is short while she has no room for another job, a resource while fewer units of it are free than the job
//! needs. Who lets go of something that nobody was short of ends no wait.

use super::Engine;
use super::state::{NO_STRETCH, WaitKind};
use crate::model::{Candidate, ResourceId};
use crate::simulate::program::{JobKind, Needs};
use crate::units::Ticks;

/// When something was no longer short, for what kind of wait, and the stretch that let go of it.
type Freed = (Ticks, WaitKind, u32);

impl Engine<'_> {
    /// Notes which needs the units of a resource that are free now, and were not before, are enough for.
    pub(super) fn note_freed(&mut self, resource: ResourceId, before: u32, stretch: u32) {
        let (needs, now) = (&self.program.resource_needs, self.state.now);
        let free = self.state.resources[resource.index()];
        for (place, &need) in needs.range(resource.index()).zip(needs.of(resource.index())) {
            if before < need && need <= free {
                self.state.resource_let_go[place] = (now, stretch);
            }
        }
    }

    /// Notes what held the job of a task up: of what it was short of, what it got last.
    pub(super) fn note_wait(&mut self, task: usize) {
        if !self.program.details {
            return;
        }
        let (ready, now) = (self.state.tasks[task].job.ready, self.state.now);
        let mut found = (ready, WaitKind::Nothing, NO_STRETCH);
        let mut is_tied = false;
        if ready < now {
            found.1 = WaitKind::OffHours;
            // Resources first: what was missing was missing, while beside an agent somebody else may have been idle.
            for place in 0..self.uses(task).len() + self.places(task).len() {
                let freed = self.freed(task, place);
                is_tied |= freed.0 == found.0 && freed.0 > ready;
                if freed.0 > found.0 {
                    (found, is_tied) = (freed, false);
                }
            }
        }
        let ties = self.state.ties.len() as u32;
        if is_tied {
            found = self.note_ties(task, found);
        }
        let job = &mut self.state.tasks[task].job;
        (job.held_until, job.wait, job.holder) = found;
        job.ties = (ties, self.state.ties.len() as u32);
    }

    /// What ended the shortage of one of the things that the job needs: its resources, then its agents.
    fn freed(&self, task: usize, place: usize) -> Freed {
        let uses = self.uses(task);
        if let Some(&(resource, units)) = uses.get(place) {
            let needs = &self.program.resource_needs;
            // OK because every need of a task is listed.
            let at = needs.of(resource.index()).binary_search(&units).expect("a need of some task");
            let (moment, holder) = self.state.resource_let_go[needs.offset(resource.index()) + at];
            return (moment, WaitKind::Resource(resource.0), holder);
        }
        let agent = self.crew(task)[place - uses.len()];
        let (moment, holder) = self.state.let_go[agent as usize];
        (moment, WaitKind::Agent(agent), holder)
    }

    /// Of several things that came at one instant, the first that the job was short of; notes who held the others.
    #[cold]
    fn note_ties(&mut self, task: usize, found: Freed) -> Freed {
        let resources = self.uses(task).len();
        let mut first = None;
        for place in 0..resources + self.places(task).len() {
            let freed = self.freed(task, place);
            let is_short = place < resources || !self.had_another(task, place - resources, found.0);
            if freed.0 != found.0 || !is_short {
                continue;
            }
            if first.is_none() {
                first = Some(freed);
            } else {
                self.state.ties.push(freed.2);
            }
        }
        first.unwrap_or(found)
    }

    /// True if somebody else could have had this place in the crew all along since before this moment.
    fn had_another(&self, task: usize, place: usize, since: Ticks) -> bool {
        let program = self.program;
        let job = &self.state.tasks[task].job;
        let kind = if job.resumed { JobKind::Resumed } else { job.kind };
        let Some(seat) = program.tasks[task].seats[kind as usize] else { return false };
        let (set, excluded): (u32, &[u32]) = match &program.classes[seat.class as usize].needs {
            Needs::Slots(slots) => (slots[place], &[]),
            Needs::Reviewer(set) => (*set, self.authors(task)),
            Needs::SameAgents => return false,
        };
        let is_idle = |candidate: &Candidate| {
            let agent = candidate.agent;
            let hours = &program.instance.agents[agent.index()];
            let is_there = hours.from <= self.state.now && self.state.now < hours.until;
            self.state.free[agent.index()] > 0
                && self.state.let_go[agent.index()].0 < since
                && is_there
                && program.instance.calendar(hours.calendar).is_open(self.state.now)
                && !self.crew(task).contains(&agent.0)
                && !excluded.contains(&agent.0)
        };
        program.candidate_sets[set as usize].by_pace.iter().any(is_idle)
    }
}
