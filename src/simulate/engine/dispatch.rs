//! Rule 3, dispatch: ready jobs start in order, each with the agents that would finish it first.

use super::Engine;
use super::state::{NO_AGENT, NO_STRETCH, WaitKind};
use crate::model::{Candidate, ResourceId};
use crate::simulate::program::{CandidateSet, JobKind, Needs};
use crate::simulate::queue::EventKind;
use crate::units::Ticks;

/// What became of an attempt to start a job.
enum Start {
    Started,
    /// This one cannot, but others of its class may.
    NotThisOne,
    /// None of its class can.
    NoneOfClass,
}

impl<'a> Engine<'a> {
    /// A job of a task could start from now on.
    pub(super) fn make_ready(&mut self, task: usize, kind: JobKind) {
        let job = &mut self.state.tasks[task].job;
        job.ready = self.state.now;
        job.fresh = true;
        if kind == JobKind::Resumed {
            job.resumed = true;
        } else {
            job.kind = kind;
        }
        if let Some(seat) = self.program.tasks[task].seats[kind as usize] {
            self.state.ready.insert(seat);
            self.state.must_dispatch = true;
        } else {
            // An elapsed task that uses nothing waits for nobody.
            self.note_wait(task);
            self.begin_job(task);
        }
    }

    /// Starts every ready job that can start now.
    pub(super) fn dispatch(&mut self) {
        self.state.must_dispatch = false;
        while let Some((class, rank)) = self.first_ready() {
            match self.try_start(self.program.jobs[rank as usize] as usize, class) {
                Start::Started => {}
                Start::NotThisOne => {
                    self.state.ready.skip(class);
                    self.state.skipped.push(class as u32);
                }
                Start::NoneOfClass => {
                    self.state.ready.skip_class(class);
                    self.state.skipped.push(class as u32);
                }
            }
        }
        while let Some(class) = self.state.skipped.pop() {
            self.state.ready.rewind(class as usize);
        }
        self.settle();
    }

    /// The first job of all whose class has someone idle, if it needs anyone: most dispatches find nobody.
    #[inline]
    fn first_ready(&self) -> Option<(usize, u32)> {
        let (anyone, idle) = (&self.program.anyone, self.state.idle.as_slice());
        if let [idle] = idle {
            return self.state.ready.first(|class| anyone[class] & idle != 0);
        }
        let words = idle.len();
        self.state
            .ready
            .first(|class| anyone[class * words..][..words].iter().zip(idle).any(|(mask, idle)| mask & idle != 0))
    }

    fn try_start(&mut self, task: usize, class: usize) -> Start {
        let program = self.program;
        let needs = &program.classes[class].needs;
        let lacking = |&(resource, units): &(ResourceId, u32)| self.state.resources[resource.index()] < units;
        if self.uses(task).iter().any(lacking) {
            return if *needs == Needs::SameAgents { Start::NotThisOne } else { Start::NoneOfClass };
        }
        match needs {
            Needs::Slots(slots) => match slots.as_slice() {
                [] => {}
                [slot] => {
                    let Some(agent) = self.choose(task, &program.candidate_sets[*slot as usize]) else {
                        return Start::NoneOfClass;
                    };
                    self.state.crews[program.slots.offset(task)] = agent;
                }
                slots => {
                    if !self.choose_crew(task, slots) {
                        return Start::NoneOfClass;
                    }
                }
            },
            Needs::Reviewer(set) => {
                let set = &program.candidate_sets[*set as usize];
                let Some(agent) = self.choose_reviewer(task, set) else {
                    return Start::NotThisOne;
                };
                self.state.tasks[task].reviewer = agent;
            }
            Needs::SameAgents => {
                for place in 0..self.crew_size(task) {
                    let agent = self.crew_member(task, place);
                    if !self.is_idle(agent) || !self.can_start(agent, true) {
                        return Start::NotThisOne;
                    }
                }
            }
        }
        self.state.ready.take(class);
        self.take_up(task);
        Start::Started
    }

    /// What the task's job holds besides agents: an attempt holds what the task uses, a review or rework
    /// nothing.
    fn uses(&self, task: usize) -> &'a [(ResourceId, u32)] {
        match self.state.tasks[task].job.kind {
            JobKind::New => &self.program.instance.tasks[task].uses,
            _ => &[],
        }
    }

    /// Takes agents and resources, notes what the job waited for, and begins it.
    fn take_up(&mut self, task: usize) {
        self.note_wait(task);
        for place in 0..self.crew_size(task) {
            let agent = self.crew_member(task, place) as usize;
            self.state.free[agent] -= 1;
            if self.state.free[agent] == 0 {
                self.state.idle[agent / 64] &= !(1 << (agent % 64));
            }
        }
        for &(resource, units) in self.uses(task) {
            self.state.resources[resource.index()] -= units;
        }
        self.begin_job(task);
    }

    /// Number of agents that the task's job holds.
    #[inline]
    pub(super) fn crew_size(&self, task: usize) -> usize {
        if self.state.tasks[task].job.kind == JobKind::Review { 1 } else { self.program.slots.of(task).len() }
    }

    /// The agent at this place of those that the task's job holds.
    #[inline]
    pub(super) fn crew_member(&self, task: usize, place: usize) -> u32 {
        let state = &self.state.tasks[task];
        if state.job.kind == JobKind::Review {
            state.reviewer
        } else {
            self.state.crews[self.program.slots.offset(task) + place]
        }
    }

    /// What held the job up: of its agents and resources, the one that was let go of last.
    fn note_wait(&mut self, task: usize) {
        let (ready, now) = (self.state.tasks[task].job.ready, self.state.now);
        let mut found = (ready, WaitKind::Nothing, NO_STRETCH);
        if ready < now {
            found.1 = WaitKind::OffHours;
            for place in 0..self.crew_size(task) {
                let agent = self.crew_member(task, place);
                let (at, holder) = self.state.let_go[agent as usize];
                if at > found.0 {
                    found = (at, WaitKind::Agent(agent), holder);
                }
            }
            for &(resource, _) in self.uses(task) {
                let (at, holder) = self.state.resource_let_go[resource.index()];
                if at > found.0 {
                    found = (at, WaitKind::Resource(resource.0), holder);
                }
            }
        }
        let job = &mut self.state.tasks[task].job;
        (job.held_until, job.wait, job.holder) = found;
    }

    /// True if the agent can take up another job now. `known` agents (who had the job before) may do so
    /// outside their availability, but not while their calendar is closed.
    fn can_start(&mut self, agent: u32, known: bool) -> bool {
        let (index, now) = (agent as usize, self.state.now);
        if self.state.free[index] == 0 {
            return false;
        }
        let agent = &self.program.instance.agents[index];
        if now < agent.from || (now >= agent.until && !known) {
            self.wake_agent(index, agent.from);
            return false;
        }
        let Some(calendar) = agent.calendar else { return true };
        let (asked, mut open) = self.state.next_open[calendar.index()];
        if asked != now {
            open = self.program.instance.calendars[calendar.index()].1.next_open(now);
            self.state.next_open[calendar.index()] = (now, open);
        }
        if open > now {
            self.wake_agent(index, open);
        }
        open <= now
    }

    /// Sees to a dispatch when the agent's time passes again.
    fn wake_agent(&mut self, agent: usize, at: Ticks) {
        if at > self.state.now && self.state.opens_at[agent] != at {
            self.state.opens_at[agent] = at;
            self.state.queue.push(at, EventKind::AgentOpens, agent);
        }
    }

    /// An agent's calendar opens, or an agent arrives.
    pub(super) fn open_agent(&mut self, _agent: usize) {
        self.state.must_dispatch = self.state.ready.len() > 0;
    }

    /// The free candidate who would finish the attempt first on expectation, ties to the lower id.
    fn choose(&mut self, task: usize, set: &CandidateSet) -> Option<u32> {
        let program = self.program;
        let handoff = self.state.tasks[task].attempt == 0 && !program.tasks[task].handoff_from.is_empty();
        let hours = self.mean_hours(task);
        if set.always && !handoff && hours > 0.0 {
            // OK to take the first: the fastest comes first, and nobody is idle who may not start.
            return set.by_pace.iter().map(|c| c.agent.0).find(|&a| self.is_idle(a));
        }
        let mut best: Option<(Ticks, u32)> = None;
        // Of two agents with one calendar, the one who needs less time finishes first.
        let mut least = (None, Ticks::NEVER);
        for candidate in &set.by_pace {
            let agent = candidate.agent.0;
            if !self.is_idle(agent) || !self.can_start(agent, false) {
                continue;
            }
            let mut amount = Ticks::from_hours(hours / candidate.pace);
            if handoff && self.takes_over(task, &[agent]) {
                amount += program.mean_handoff;
            }
            let calendar = program.instance.agents[agent as usize].calendar;
            if best.is_some_and(|b| !b.0.is_never()) && least.0 == calendar && amount > least.1 {
                continue;
            }
            let expected = (program.instance.calendar(calendar).advance(self.state.now, amount), agent);
            if best.is_none_or(|b| expected < b) {
                (best, least) = (Some(expected), (calendar, amount));
            }
        }
        best.map(|b| b.1)
    }

    #[inline]
    fn is_idle(&self, agent: u32) -> bool {
        self.state.idle[agent as usize / 64] >> (agent % 64) & 1 == 1
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
        let program = self.program;
        program.tasks[task].handoff_from.iter().any(|&before| {
            let before = before as usize;
            let offset = program.slots.offset(before);
            let authors = &self.state.crews[offset..offset + program.slots.of(before).len()];
            !crew.iter().any(|agent| authors.contains(agent))
        })
    }

    /// Fills the slots in order, each with the fastest free agent not yet in the crew. False if one is left
    /// open; the column of crews then holds nothing of use.
    fn choose_crew(&mut self, task: usize, slots: &[u32]) -> bool {
        let program = self.program;
        let offset = program.slots.offset(task);
        for (place, &slot) in slots.iter().enumerate() {
            let mut found = None;
            for candidate in &program.candidate_sets[slot as usize].by_pace {
                let agent = candidate.agent.0;
                let taken = self.state.crews[offset..offset + place].contains(&agent);
                if !taken && self.can_start(agent, false) {
                    found = Some(agent);
                    break;
                }
            }
            let Some(agent) = found else {
                self.state.crews[offset..offset + slots.len()].fill(NO_AGENT);
                return false;
            };
            self.state.crews[offset + place] = agent;
        }
        true
    }

    /// The free reviewer, no author of the task, who would finish the review first on expectation.
    fn choose_reviewer(&mut self, task: usize, set: &CandidateSet) -> Option<u32> {
        let program = self.program;
        let offset = program.slots.offset(task);
        let count = program.slots.of(task).len();
        let hours = program.tasks[task].review.as_ref().map_or(0.0, |r| r.mean_hours);
        let mut best: Option<(Ticks, u32)> = None;
        for candidate in &set.by_pace {
            let agent = candidate.agent.0;
            let wrote = self.state.crews[offset..offset + count].contains(&agent);
            if wrote || !self.is_idle(agent) || !self.can_start(agent, false) {
                continue;
            }
            let calendar = program.instance.calendar(program.instance.agents[agent as usize].calendar);
            let amount = Ticks::from_hours(hours / candidate.pace);
            let expected = (calendar.advance(self.state.now, amount), agent);
            if best.is_none_or(|b| expected < b) {
                best = Some(expected);
            }
        }
        best.map(|b| b.1)
    }

    /// The job of a task ends or is put aside now: its agents and resources are free again.
    pub(super) fn let_go(&mut self, task: usize) {
        let (now, stretch) = (self.state.now, self.state.last[task]);
        for place in 0..self.crew_size(task) {
            let agent = self.crew_member(task, place) as usize;
            self.state.free[agent] += 1;
            self.state.idle[agent / 64] |= 1 << (agent % 64);
            self.state.let_go[agent] = (now, stretch);
        }
        for &(resource, units) in self.uses(task) {
            self.state.resources[resource.index()] += units;
            self.state.resource_let_go[resource.index()] = (now, stretch);
        }
        if self.state.ready.len() > 0 {
            self.state.must_dispatch = true;
        }
    }

    /// Pace of the task's job: the least over its crew's slots, or the reviewer's.
    pub(super) fn pace(&self, task: usize) -> f64 {
        let instance = &self.program.instance.tasks[task];
        let find = |candidates: &[Candidate], agent: u32| {
            candidates.iter().find(|c| c.agent.0 == agent).map_or(1.0, |c| c.pace)
        };
        if self.state.tasks[task].job.kind == JobKind::Review {
            let reviewers = instance.review.as_ref().map_or(&[][..], |r| r.reviewers.as_slice());
            return find(reviewers, self.state.tasks[task].reviewer);
        }
        let offset = self.program.slots.offset(task);
        let slots = instance.slots.iter().enumerate();
        let paces = slots.map(|(place, slot)| find(&slot.candidates, self.state.crews[offset + place]));
        paces.reduce(f64::min).unwrap_or(1.0)
    }
}
