//! Rule 3, dispatch: ready jobs start in order, each with the agents that would finish it first.

use std::ops::Range;

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
            let is_review = kind == JobKind::Review;
            job.crew = if is_review { self.program.reviewer(task) } else { self.program.authors(task) };
            job.holds_resources = kind == JobKind::New && !self.program.instance.tasks[task].uses.is_empty();
        }
        if let Some(seat) = self.program.tasks[task].seats[kind as usize] {
            self.state.ready.insert(seat);
            self.state.must_dispatch = true;
        } else {
            // An elapsed task that uses nothing waits for nobody.
            self.note_wait(task);
            self.begin_job(task, 1.0);
        }
    }

    /// Starts every ready job that can start now.
    pub(super) fn dispatch(&mut self) {
        self.state.must_dispatch = false;
        while let Some((class, rank)) = self.state.ready.first() {
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

    fn try_start(&mut self, task: usize, class: usize) -> Start {
        let program = self.program;
        let needs = &program.classes[class].needs;
        let lacking = |&(resource, units): &(ResourceId, u32)| self.state.resources[resource.index()] < units;
        if self.uses(task).iter().any(lacking) {
            return if *needs == Needs::SameAgents { Start::NotThisOne } else { Start::NoneOfClass };
        }
        let pace = match needs {
            Needs::Slots(slots) => match slots.as_slice() {
                [] => Some(1.0),
                [slot] => self.choose(task, &program.candidate_sets[*slot as usize]),
                slots => self.choose_crew(task, slots),
            },
            Needs::Reviewer(set) => self.choose_reviewer(task, &program.candidate_sets[*set as usize]),
            Needs::SameAgents => self.take_again(task).then_some(1.0),
        };
        match (pace, needs) {
            (Some(pace), _) => {
                self.state.ready.take(class);
                self.take_up(task, pace);
                Start::Started
            }
            (None, Needs::Slots(_)) => Start::NoneOfClass,
            (None, _) => Start::NotThisOne,
        }
    }

    /// True if the agents who had the task's job before can all go on with it.
    fn take_again(&mut self, task: usize) -> bool {
        self.places(task).all(|place| {
            let agent = self.state.crews[place];
            self.is_idle(agent) && self.can_start(agent, true)
        })
    }

    /// What the task's job holds besides agents: an attempt holds what the task uses, a review or rework
    /// nothing.
    fn uses(&self, task: usize) -> &'a [(ResourceId, u32)] {
        let holds = self.state.tasks[task].job.holds_resources;
        if holds { &self.program.instance.tasks[task].uses } else { &[] }
    }

    /// Takes agents and resources, notes what the job waited for, and begins it at the pace of its crew.
    fn take_up(&mut self, task: usize, pace: f64) {
        self.note_wait(task);
        for place in self.places(task) {
            let agent = self.state.crews[place] as usize;
            self.state.free[agent] -= 1;
            if self.state.free[agent] == 0 {
                for &class in self.program.classes_of.of(agent) {
                    self.state.ready.unstaff(class);
                }
            }
        }
        for &(resource, units) in self.uses(task) {
            self.state.resources[resource.index()] -= units;
        }
        self.begin_job(task, pace);
    }

    /// Places in the column of crews of the agents that the task's job holds.
    #[inline]
    pub(super) fn places(&self, task: usize) -> Range<usize> {
        self.state.tasks[task].job.crew.places()
    }

    /// The agents that the task's job holds.
    #[inline]
    pub(super) fn crew(&self, task: usize) -> &[u32] {
        &self.state.crews[self.places(task)]
    }

    /// Those who worked on a task last.
    #[inline]
    pub(super) fn authors(&self, task: usize) -> &[u32] {
        &self.state.crews[self.program.authors(task).places()]
    }

    /// What held the job up: of its agents and resources, the one that was let go of last.
    fn note_wait(&mut self, task: usize) {
        let (ready, now) = (self.state.tasks[task].job.ready, self.state.now);
        let mut found = (ready, WaitKind::Nothing, NO_STRETCH);
        if ready < now {
            found.1 = WaitKind::OffHours;
            for place in self.places(task) {
                let agent = self.state.crews[place];
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

    /// Gives the attempt to the free candidate who would finish it first. Returns the pace.
    fn choose(&mut self, task: usize, set: &CandidateSet) -> Option<f64> {
        let program = self.program;
        let hands_over = self.state.tasks[task].attempt == 0 && !program.tasks[task].handoff_from.is_empty();
        self.give_to_soonest(task, set, self.mean_hours(task), |engine, agent| {
            let takes_over = hands_over && engine.takes_over(task, &[agent]);
            Some(if takes_over { program.mean_handoff } else { Ticks::ZERO })
        })
    }

    /// Gives the review to the free reviewer, no author of the task, who would finish it first. Returns the pace.
    fn choose_reviewer(&mut self, task: usize, set: &CandidateSet) -> Option<f64> {
        let hours = self.program.tasks[task].review.as_ref().map_or(0.0, |r| r.mean_hours);
        self.give_to_soonest(task, set, hours, |engine, agent| {
            (!engine.authors(task).contains(&agent)).then_some(Ticks::ZERO)
        })
    }

    /// Gives the task's job of so many hours to the free candidate who would finish it first on expectation, ties
    /// to the lower id. `added` tells the time that an agent needs besides; nothing of one who may not have it.
    #[inline]
    fn give_to_soonest(
        &mut self,
        task: usize,
        set: &CandidateSet,
        hours: f64,
        added: impl Fn(&Self, u32) -> Option<Ticks>,
    ) -> Option<f64> {
        let instance = self.program.instance;
        let mut best: Option<(Ticks, Candidate)> = None;
        // Of two agents with one calendar, the one who needs less time finishes first.
        let mut least = (None, Ticks::NEVER);
        for candidate in &set.by_pace {
            let agent = candidate.agent.0;
            let Some(added) = self.is_idle(agent).then(|| added(self, agent)).flatten() else { continue };
            if set.always && best.is_none() && added == Ticks::ZERO && hours > 0.0 {
                // The fastest comes first, and nobody is idle who may not start.
                best = Some((self.state.now, *candidate));
                break;
            }
            if !self.can_start(agent, false) {
                continue;
            }
            let amount = Ticks::from_hours(hours / candidate.pace) + added;
            let calendar = instance.agents[agent as usize].calendar;
            if best.is_some_and(|b| !b.0.is_never()) && least.0 == calendar && amount > least.1 {
                continue;
            }
            let expected = instance.calendar(calendar).advance(self.state.now, amount);
            if best.is_none_or(|b| (expected, agent) < (b.0, b.1.agent.0)) {
                (best, least) = (Some((expected, *candidate)), (calendar, amount));
            }
        }
        let chosen = best?.1;
        let place = self.places(task).start;
        self.state.crews[place] = chosen.agent.0;
        Some(chosen.pace)
    }

    #[inline]
    fn is_idle(&self, agent: u32) -> bool {
        self.state.free[agent as usize] > 0
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
        self.program.tasks[task].handoff_from.iter().any(|&before| {
            let authors = self.authors(before as usize);
            !crew.iter().any(|agent| authors.contains(agent))
        })
    }

    /// Fills the slots in order, each with the fastest free agent not yet in the crew. Returns the least pace;
    /// nothing if a slot is left open: the column of crews then holds nothing of use.
    fn choose_crew(&mut self, task: usize, slots: &[u32]) -> Option<f64> {
        let program = self.program;
        let places = self.places(task);
        let mut pace = f64::INFINITY;
        for (place, &slot) in places.clone().zip(slots) {
            let mut candidates = program.candidate_sets[slot as usize].by_pace.iter();
            let found = candidates.find(|c| {
                let is_taken = self.state.crews[places.start..place].contains(&c.agent.0);
                !is_taken && self.can_start(c.agent.0, false)
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

    /// The job of a task ends or is put aside now: its agents and resources are free again.
    pub(super) fn let_go(&mut self, task: usize) {
        let (now, stretch) = (self.state.now, self.state.last[task]);
        for place in self.places(task) {
            let agent = self.state.crews[place] as usize;
            self.state.free[agent] += 1;
            if self.state.free[agent] == 1 {
                for &class in self.program.classes_of.of(agent) {
                    self.state.ready.staff(class);
                }
            }
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
}
