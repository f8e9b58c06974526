//! Rule 3, dispatch: ready jobs start in order.

use std::ops::Range;

use super::Engine;
use crate::model::ResourceId;
use crate::simulate::program::{Class, IdleBit, JobKind, Needs};

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
                Start::NotThisOne => self.state.ready.skip(class),
                Start::NoneOfClass => self.state.ready.skip_class(class),
            }
        }
        self.state.ready.rewind();
        self.settle();
    }

    fn try_start(&mut self, task: usize, class: usize) -> Start {
        let program = self.program;
        let Class { needs, uses } = &program.classes[class];
        let lacking = |&(resource, units): &(ResourceId, u32)| self.state.resources[resource.index()] < units;
        if !uses.is_empty() && self.uses(task).iter().any(lacking) {
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
            self.state.free[agent as usize] > 0 && self.is_present(self.program.presence_of[agent as usize], true)
        })
    }

    /// What the task's job holds besides agents: an attempt holds what the task uses, a review or rework
    /// nothing.
    pub(super) fn uses(&self, task: usize) -> &'a [(ResourceId, u32)] {
        let holds = self.state.tasks[task].job.holds_resources;
        if holds { &self.program.instance.tasks[task].uses } else { &[] }
    }

    /// Takes agents and resources, notes what the job waited for, and begins it at the pace of its crew.
    fn take_up(&mut self, task: usize, pace: f64) {
        self.note_wait(task);
        for place in self.places(task) {
            let agent = self.state.crews[place] as usize;
            let free = &mut self.state.free[agent];
            *free -= 1;
            if *free == 0 {
                self.make_busy(agent);
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

    /// A calendar opens, or agents arrive.
    pub(super) fn open_agents(&mut self) {
        self.state.must_dispatch = self.state.ready.len() > 0;
    }

    /// The job of a task ends or is put aside now: its agents and resources are free again.
    pub(super) fn let_go(&mut self, task: usize) {
        let (now, stretch) = (self.state.now, self.state.last[task]);
        for place in self.places(task) {
            let agent = self.state.crews[place] as usize;
            let free = &mut self.state.free[agent];
            *free += 1;
            if *free == 1 {
                self.make_idle(agent);
                self.state.let_go[agent] = (now, stretch);
            }
        }
        for &(resource, units) in self.uses(task) {
            let free = &mut self.state.resources[resource.index()];
            let before = *free;
            *free += units;
            self.note_freed(resource, before, stretch);
        }
        if self.state.ready.len() > 0 {
            self.state.must_dispatch = true;
        }
    }

    /// An agent cannot take up any more jobs.
    #[inline]
    fn make_busy(&mut self, agent: usize) {
        let program = self.program;
        for &IdleBit { bit, word, set } in program.idle_bits.of(agent) {
            let words = &mut self.state.idle;
            words[word as usize] &= !bit;
            let is_last = words[word as usize] == 0
                && words[program.candidate_sets[set as usize].words.clone()].iter().all(|&word| word == 0);
            if is_last {
                for &class in program.classes_of_set.of(set as usize) {
                    self.state.ready.unstaff(class);
                }
            }
        }
    }

    /// An agent can take up a job again.
    #[inline]
    fn make_idle(&mut self, agent: usize) {
        let program = self.program;
        for &IdleBit { bit, word, set } in program.idle_bits.of(agent) {
            let idle = &mut self.state.idle[word as usize];
            let may_be_first = *idle == 0;
            *idle |= bit;
            if may_be_first {
                for &class in program.classes_of_set.of(set as usize) {
                    self.state.ready.staff(class);
                }
            }
        }
    }
}
