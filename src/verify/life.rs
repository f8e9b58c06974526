//! A task's life: its segments in order, and the job that each belongs to.

use std::borrow::Cow;

use super::Violation;
use crate::model::{AgentId, Calendar, Instance, Slot, Status, Task, TaskId, Work};
use crate::simulate::{Activity, Segment, Timeline, Wait};
use crate::units::Ticks;

/// What kind of job a segment belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Job {
    /// An attempt, counted from 0.
    Attempt(u32),
    Rework,
    Review,
}

/// A segment in its task's life.
pub(super) struct Moment<'a> {
    /// Place in the timeline's list.
    pub(super) place: usize,
    pub(super) segment: &'a Segment,
    pub(super) job: Job,
}

/// The segments of one task, in the timeline's order.
#[derive(Default)]
pub(super) struct Life<'a> {
    pub(super) moments: Vec<Moment<'a>>,
}

/// The lives of all tasks, and what is wrong within each.
pub(super) fn lives<'a>(instance: &Instance, timeline: &'a Timeline, found: &mut Vec<Violation>) -> Vec<Life<'a>> {
    let mut segments: Vec<Vec<(usize, &Segment)>> = vec![Vec::new(); instance.tasks.len()];
    for (place, segment) in timeline.segments.iter().enumerate() {
        segments[segment.task.index()].push((place, segment));
    }
    let mut lives = Vec::with_capacity(segments.len());
    for (task, segments) in segments.into_iter().enumerate() {
        let id = TaskId::from(task);
        if instance.tasks[task].status == Status::Done {
            let untouched = timeline.start[task] == Ticks::ZERO && timeline.finish[task] == Ticks::ZERO;
            if !untouched || !segments.is_empty() {
                found.push(Violation::Done { task: id });
            }
            lives.push(Life::default());
            continue;
        }
        sequence(timeline, id, &segments, found);
        let mut reader = Reader::new(instance, &instance.tasks[task], found);
        let moments: Vec<Moment> =
            segments.into_iter().map(|(place, segment)| reader.read(place, segment)).collect();
        reader.end(id, timeline.finish[task], &moments);
        lives.push(Life { moments });
    }
    lives
}

/// Segments follow each other without gaps but waits, from the task's start on.
fn sequence(timeline: &Timeline, task: TaskId, segments: &[(usize, &Segment)], found: &mut Vec<Violation>) {
    let start = timeline.start[task.index()];
    match segments.first() {
        Some((_, first)) if first.start != start => found.push(Violation::Start { task }),
        None if !timeline.finish[task.index()].is_never() => found.push(Violation::Start { task }),
        _ => {}
    }
    let mut before: Option<Ticks> = None;
    for &(segment, this) in segments {
        let follows = before.is_none_or(|finish| finish == this.ready);
        if !follows || this.ready > this.start || this.start > this.finish || this.finish > Ticks::NEVER {
            found.push(Violation::Gap { segment });
        }
        if (this.ready == this.start) != (this.wait == Wait::Nothing) {
            found.push(Violation::Wait { segment });
        }
        before = Some(this.finish);
    }
}

/// The common calendar of agents; of nobody, always open.
pub(super) fn common_calendar<'a>(instance: &'a Instance, agents: &[AgentId]) -> Cow<'a, Calendar> {
    let calendar = |agent: &AgentId| instance.calendar(instance.agents[agent.index()].calendar);
    match agents {
        [only] => Cow::Borrowed(calendar(only)),
        _ => Cow::Owned(Calendar::intersect(&agents.iter().map(calendar).collect::<Vec<_>>())),
    }
}

/// Reads a life segment by segment, and knows where in it the task is.
struct Reader<'a> {
    instance: &'a Instance,
    task: &'a Task,
    found: &'a mut Vec<Violation>,
    job: Job,
    /// Agents of the job, from its first segment until it ends.
    crew: Option<Vec<AgentId>>,
    /// Agents of the last attempt.
    authors: Vec<AgentId>,
    /// The job's agents were freed while a ticket is open.
    aside: bool,
    reworks: u32,
}

impl<'a> Reader<'a> {
    fn new(instance: &'a Instance, task: &'a Task, found: &'a mut Vec<Violation>) -> Self {
        Self {
            instance,
            task,
            found,
            job: Job::Attempt(0),
            crew: None,
            authors: Vec::new(),
            aside: false,
            reworks: 0,
        }
    }

    fn read<'s>(&mut self, place: usize, segment: &'s Segment) -> Moment<'s> {
        use Activity as A;
        if self.is_strange(segment) {
            self.found.push(Violation::Misplaced { segment: place });
        }
        match segment.activity {
            A::Handoff | A::Work | A::Risk | A::Retry => self.work(place, segment),
            A::Rework => self.take_part(place, segment, Job::Rework),
            A::Review => self.take_part(place, segment, Job::Review),
            A::Redo | A::Resolve | A::Repair => self.take_part(place, segment, self.job_of(&segment.agents)),
            A::Response | A::Queue | A::Handling => {
                self.aside = segment.agents.is_empty();
                if !self.aside && self.crew.as_ref() != Some(&segment.agents) {
                    self.found.push(Violation::Agents { segment: place });
                }
            }
            A::Backoff | A::ReviewResponse => {
                if !segment.agents.is_empty() {
                    self.found.push(Violation::Agents { segment: place });
                }
                self.crew = None;
            }
        }
        let job = self.job;
        match (segment.activity, job) {
            (A::Backoff, Job::Attempt(attempt)) => self.job = Job::Attempt(attempt + 1),
            (A::ReviewResponse, _) => self.job = Job::Review,
            _ => {}
        }
        Moment { place, segment, job }
    }

    /// True if this cannot go on in such a task, or after what went on before.
    fn is_strange(&self, segment: &Segment) -> bool {
        use Activity as A;
        let activity = segment.activity;
        let needs_level = matches!(activity, A::Response | A::Queue | A::Handling);
        if needs_level != segment.level.is_some() {
            return true;
        }
        if self.task.work == Work::Elapsed {
            return !matches!(activity, A::Work | A::Risk);
        }
        let attempts = matches!(self.job, Job::Attempt(_));
        let retries = matches!(self.job, Job::Attempt(1..));
        match activity {
            A::Handoff | A::Work | A::Risk => self.job != Job::Attempt(0),
            A::Retry => !retries,
            A::Backoff => !attempts || self.crew.is_none() || self.task.attempts.is_none(),
            A::ReviewResponse => self.task.review.is_none() || self.job == Job::Review || self.crew.is_none(),
            A::Review => self.task.review.is_none() || self.authors.is_empty(),
            A::Rework => attempts || self.crew.is_none(),
            A::Redo | A::Resolve | A::Repair | A::Response | A::Queue | A::Handling => false,
        }
    }

    /// The job that agents who try, fail or do work again are in: that of the last segment, unless they are
    /// others. An author then begins rework, and anybody else a review.
    fn job_of(&self, agents: &[AgentId]) -> Job {
        match &self.crew {
            Some(crew) if crew != agents => {
                if self.authors == agents {
                    Job::Rework
                } else {
                    Job::Review
                }
            }
            _ => self.job,
        }
    }

    fn work(&mut self, place: usize, segment: &Segment) {
        let job = if matches!(self.job, Job::Attempt(_)) { self.job } else { Job::Attempt(0) };
        self.take_part(place, segment, job);
    }

    /// The agents of a segment work on the job, begin it, or resume it.
    fn take_part(&mut self, place: usize, segment: &Segment, job: Job) {
        let begins = self.crew.is_none() || job != self.job;
        if begins {
            self.job = job;
            self.begin(place, segment);
            self.crew = Some(segment.agents.clone());
        } else if self.crew.as_ref() != Some(&segment.agents) {
            self.found.push(Violation::Agents { segment: place });
        }
        self.check_calendar(place, segment, begins || self.aside);
        self.aside = false;
    }

    fn begin(&mut self, place: usize, segment: &Segment) {
        let agents = &segment.agents;
        match self.job {
            Job::Attempt(attempt) => {
                let known = agents.len() == self.task.slots.len()
                    && self.task.slots.iter().zip(agents).all(|(slot, &agent)| fills(self.instance, slot, agent));
                let distinct = (1..agents.len()).all(|n| !agents[..n].contains(&agents[n]));
                if !known || !distinct {
                    self.found.push(Violation::Agents { segment: place });
                }
                self.authors.clone_from(agents);
                let most = self.task.attempts.as_ref().map_or(1, |a| a.max.max(1));
                if attempt == most {
                    self.found.push(Violation::TooOften { task: segment.task });
                }
                self.check_presence(place, segment);
            }
            Job::Rework => {
                if *agents != self.authors {
                    self.found.push(Violation::Agents { segment: place });
                }
                self.reworks += 1;
                let most = self.task.review.as_ref().map_or(0, |r| r.rounds);
                if self.reworks == most + 1 {
                    self.found.push(Violation::TooOften { task: segment.task });
                }
            }
            Job::Review => {
                let skill = self.task.review.as_ref().map(|review| review.skill);
                let able = |agent: &AgentId| {
                    let reviewers = self.task.review.as_ref().map(|review| &review.reviewers);
                    let listed = reviewers.is_some_and(|list| list.iter().any(|c| c.agent == *agent));
                    listed && skill.is_some_and(|skill| self.instance.agents[agent.index()].speed(skill).is_some())
                };
                if agents.len() != 1 || !agents.iter().all(able) {
                    self.found.push(Violation::Agents { segment: place });
                }
                if agents.iter().any(|agent| self.authors.contains(agent)) {
                    self.found.push(Violation::SelfReview { segment: place });
                }
                self.check_presence(place, segment);
            }
        }
    }

    /// A job is taken up by agents who are there.
    fn check_presence(&mut self, place: usize, segment: &Segment) {
        for &id in &segment.agents {
            let agent = &self.instance.agents[id.index()];
            if segment.start < agent.from || segment.start >= agent.until {
                self.found.push(Violation::Absent { segment: place, agent: id });
            }
        }
    }

    /// A job is taken up with all calendars open; agent time ends while all are open, because it passes then.
    fn check_calendar(&mut self, place: usize, segment: &Segment, taken_up: bool) {
        let calendar = common_calendar(self.instance, &segment.agents);
        let opens = !taken_up || calendar.is_open(segment.start);
        let ends = !segment.activity.is_agent_time() || ends_open(&calendar, segment);
        if !opens || !ends {
            self.found.push(Violation::Closed { segment: place });
        }
    }

    /// A finished task ends with an attempt's work, or with a review if it needs one.
    fn end(&mut self, task: TaskId, finish: Ticks, moments: &[Moment]) {
        if finish.is_never() {
            return;
        }
        let needs_review = self.task.work == Work::Effort && self.task.review.is_some();
        let exhausted = self.task.attempts.as_ref().is_some_and(|attempts| attempts.then.is_some());
        let ends_well = match moments.last().map(|m| m.segment.activity) {
            None | Some(Activity::Backoff | Activity::ReviewResponse | Activity::Rework) => false,
            // Of those without agents, only a ticket that ends a task's attempts ends its work.
            Some(Activity::Response | Activity::Queue | Activity::Handling) if self.aside => {
                exhausted && !needs_review
            }
            Some(_) => !needs_review || self.job == Job::Review,
        };
        if !ends_well {
            self.found.push(Violation::Unapproved { task });
        }
    }
}

/// True if the agent is a candidate of the slot and has all of its skills.
fn fills(instance: &Instance, slot: &Slot, agent: AgentId) -> bool {
    let agent_data = &instance.agents[agent.index()];
    let skilled = slot.skills.iter().all(|&skill| agent_data.speed(skill).is_some());
    skilled && slot.candidates.iter().any(|c| c.agent == agent)
}

/// True if the last tick of the segment is open, or if it has none or no end.
pub(super) fn ends_open(calendar: &Calendar, segment: &Segment) -> bool {
    segment.finish <= segment.start || segment.finish.is_never() || calendar.is_open(segment.finish - Ticks(1))
}
