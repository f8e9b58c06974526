//! List scheduling on mean durations: the critical path's network with agents, resources and calendars.
//!
//! At every moment at which something becomes free, ready or open, ready tasks start in order of: active
//! before new, place in the plan's order, priority class, latest start on the critical path, id; each as soon as its resources and
//! agents are free (Graham 1966; parallel scheme of Kelley 1963). Written apart from the simulation, whose
//! iterations it must equal, to the tick, where a plan has no spread.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::critical_path::{CriticalPath, critical_path};
use super::duration::at_pace;
use super::moments::Moments;
use crate::model::{
    AgentId, Calendar, Candidate, Instance, LinkKind, Node, NodeId, Priority, ResourceId, Slot, Status, Task,
    TaskId, Work,
};
use crate::units::Ticks;

/// What a task waited for between being ready and its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waited {
    /// Nothing: it started as soon as it was ready.
    Nothing,
    /// An agent, who was on this task until then.
    Agent(AgentId, TaskId),
    /// A resource, which this task held until then.
    Resource(ResourceId, TaskId),
    /// Calendars or availability.
    OffHours,
}

/// A task in a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduledTask {
    /// When its dependencies held; [`Ticks::NEVER`] if they never do.
    pub ready: Ticks,
    /// Start; [`Ticks::NEVER`] if it never starts. A done task starts and finishes at 0.
    pub start: Ticks,
    /// When its work ends, and its agents and resources are free again.
    pub work_end: Ticks,
    /// Finish: the end of its work, or later where links bound it.
    pub finish: Ticks,
    /// Who does it, by slot; nobody for an elapsed task and one that was done before.
    pub agents: Vec<AgentId>,
    /// What it waited for between `ready` and `start`.
    pub waited: Waited,
}

/// A schedule on mean durations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Finish of the last task; [`Ticks::NEVER`] if some task can never finish.
    pub makespan: Ticks,
    /// By task.
    pub tasks: Vec<ScheduledTask>,
    /// Finish of every node of the network: of tasks, phases, milestones.
    pub nodes: Vec<Ticks>,
    /// Agent time spent on jobs, by agent.
    pub busy: Vec<Ticks>,
}

/// Who does what when on mean durations: no risks, blockers, failures, reviews or failed attempts; handoffs,
/// lags and gates at their means.
#[must_use]
pub fn list_schedule(instance: &Instance) -> Schedule {
    let path = critical_path(instance);
    let mut dispatcher = Dispatcher::new(instance, &path);
    dispatcher.run();
    let tasks = dispatcher.tasks;
    let moments = dispatcher.moments;
    let nodes = (0..instance.network.len()).map(|node| moments.finish(NodeId::from(node))).collect();
    let makespan = tasks.iter().map(|task| task.finish).max().unwrap_or(Ticks::ZERO);
    Schedule { makespan, tasks, nodes, busy: dispatcher.busy }
}

/// When something was let go of last, and by which task.
type LetGo = Option<(Ticks, TaskId)>;

/// Order in which ready tasks are looked at; the lesser goes first.
type Rank = (bool, u32, Priority, Ticks, TaskId);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// The task's work ends.
    WorkEnd(TaskId),
    /// The task finishes.
    Finish(TaskId),
    /// The task's dependencies hold.
    Ready(TaskId),
}

struct Dispatcher<'a> {
    instance: &'a Instance,
    path: &'a CriticalPath,
    /// Places in the plan's order, by task.
    places: Vec<Option<u32>>,
    moments: Moments<'a>,
    /// Tasks before which a task is handed over if others work on it: its direct FS predecessors that take
    /// agents.
    taken_over: Vec<Vec<TaskId>>,
    handoff: Ticks,
    now: Ticks,
    events: BinaryHeap<Reverse<(Ticks, Event)>>,
    /// Ready tasks by class: those of a class need the same, so that if one cannot start, none can.
    ready: Vec<BTreeSet<Rank>>,
    classes: Vec<usize>,
    tasks: Vec<ScheduledTask>,
    /// Jobs held, and the last one whose end gave room for another, by agent.
    jobs: Vec<u32>,
    last_job: Vec<LetGo>,
    /// Units held, by resource; and, for each number of units that tasks need at once, the last task whose end freed
    /// so many.
    held: Vec<u32>,
    last_holder: Vec<BTreeMap<u32, LetGo>>,
    busy: Vec<Ticks>,
}

impl<'a> Dispatcher<'a> {
    fn new(instance: &'a Instance, path: &'a CriticalPath) -> Self {
        let nothing = ScheduledTask {
            ready: Ticks::NEVER,
            start: Ticks::NEVER,
            work_end: Ticks::NEVER,
            finish: Ticks::NEVER,
            agents: Vec::new(),
            waited: Waited::Nothing,
        };
        let mut tasks = vec![nothing; instance.tasks.len()];
        for (times, task) in tasks.iter_mut().zip(&instance.tasks) {
            if task.status == Status::Done {
                (times.ready, times.start, times.work_end) = (Ticks::ZERO, Ticks::ZERO, Ticks::ZERO);
            }
        }
        let (agents, resources) = (instance.agents.len(), instance.resources.len());
        let classes = classes(instance);
        Self {
            instance,
            path,
            places: instance.places_in_order(),
            moments: Moments::new(instance),
            taken_over: taken_over(instance),
            handoff: Ticks::from_hours(instance.handoff.mean()),
            now: Ticks::ZERO,
            events: BinaryHeap::new(),
            ready: vec![BTreeSet::new(); classes.iter().max().map_or(0, |last| last + 1)],
            classes,
            tasks,
            jobs: vec![0; agents],
            last_job: vec![None; agents],
            held: vec![0; resources],
            last_holder: nobody_yet(instance),
            busy: vec![Ticks::ZERO; agents],
        }
    }

    fn run(&mut self) {
        self.note_moments();
        // When nothing has happened for a week in which all calendars repeat, nothing ever will.
        let mut give_up = self.week_from_now();
        loop {
            while let Some(&Reverse((at, event))) = self.events.peek() {
                if at > self.now {
                    break;
                }
                self.events.pop();
                self.happen(event);
                give_up = self.week_from_now();
            }
            self.dispatch();
            let next = self.events.peek().map(|Reverse((at, _))| *at);
            let next = next.into_iter().chain(self.next_opening()).min();
            match next {
                Some(at) if !self.events.is_empty() || at <= give_up => self.now = at,
                _ => break,
            }
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::WorkEnd(task) => {
                for agent in &self.tasks[task.index()].agents {
                    if self.jobs[agent.index()] == self.instance.agents[agent.index()].capacity {
                        self.last_job[agent.index()] = Some((self.now, task));
                    }
                    self.jobs[agent.index()] -= 1;
                }
                for &(resource, units) in &self.instance.tasks[task.index()].uses {
                    let free = self.instance.resources[resource.index()].capacity - self.held[resource.index()];
                    self.held[resource.index()] -= units;
                    for (_, last) in self.last_holder[resource.index()].range_mut(free + 1..=free + units) {
                        *last = Some((self.now, task));
                    }
                }
            }
            Event::Finish(task) => self.tasks[task.index()].finish = self.now,
            Event::Ready(id) => {
                let task = &self.instance.tasks[id.index()];
                self.tasks[id.index()].ready = self.now;
                if task.work == Work::Elapsed && task.uses.is_empty() {
                    // What needs nobody and nothing does not queue.
                    self.start(id, Vec::new());
                } else {
                    let rank = self.rank(id);
                    self.ready[self.classes[id.index()]].insert(rank);
                }
            }
        }
    }

    fn rank(&self, id: TaskId) -> Rank {
        let task = &self.instance.tasks[id.index()];
        let waits = task.status != Status::Active;
        match self.places[id.index()] {
            Some(place) => (waits, place, Priority::Critical, Ticks::ZERO, id),
            None => (waits, u32::MAX, task.priority, self.path.late_start(id), id),
        }
    }

    /// Plans for what has become known.
    fn note_moments(&mut self) {
        for (at, task) in self.moments.take_ready() {
            self.events.push(Reverse((at, Event::Ready(task))));
        }
        for (at, task) in self.moments.take_finished().into_iter().filter(|(at, _)| !at.is_never()) {
            self.events.push(Reverse((at, Event::Finish(task))));
        }
    }

    /// Starts every ready task that can start now, in order of rank.
    fn dispatch(&mut self) {
        let mut stuck = vec![false; self.ready.len()];
        loop {
            let open = self.ready.iter().enumerate().filter(|(class, _)| !stuck[*class]);
            let Some((rank, class)) = open.filter_map(|(class, tasks)| Some((*tasks.first()?, class))).min()
            else {
                break;
            };
            if let Some(agents) = self.crew(rank.4) {
                self.ready[class].remove(&rank);
                self.tasks[rank.4.index()].waited = self.waited(rank.4, &agents);
                self.start(rank.4, agents);
            } else {
                stuck[class] = true;
            }
        }
    }

    /// Of the agents and resources that a task which starts now was short of, what it got last. Resources first: beside
    /// an agent who came at the same instant somebody else may have been idle.
    fn waited(&self, id: TaskId, agents: &[AgentId]) -> Waited {
        let ready = self.tasks[id.index()].ready;
        if ready == self.now {
            return Waited::Nothing;
        }
        let (mut latest, mut waited) = (ready, Waited::OffHours);
        for &(resource, units) in &self.instance.tasks[id.index()].uses {
            let last = self.last_holder[resource.index()].get(&units).copied().flatten();
            if let Some((at, task)) = last.filter(|(at, _)| *at > latest) {
                (latest, waited) = (at, Waited::Resource(resource, task));
            }
        }
        for &agent in agents {
            if let Some((at, task)) = self.last_job[agent.index()].filter(|(at, _)| *at > latest) {
                (latest, waited) = (at, Waited::Agent(agent, task));
            }
        }
        waited
    }

    /// The agents who would do the task if it started now, by slot; absent if it cannot.
    fn crew(&self, id: TaskId) -> Option<Vec<AgentId>> {
        let task = &self.instance.tasks[id.index()];
        let lacks = |&(r, units): &(ResourceId, u32)| {
            self.held[r.index()] + units > self.instance.resources[r.index()].capacity
        };
        if task.uses.iter().any(lacks) {
            return None;
        }
        if let [slot] = task.slots.as_slice() {
            let first = self.free(slot, &[]).min_by_key(|c| (self.expected_finish(id, c), c.agent))?;
            return Some(vec![first.agent]);
        }
        let mut crew = Vec::new();
        for slot in &task.slots {
            let by_pace = |a: &&Candidate, b: &&Candidate| a.pace.total_cmp(&b.pace).then(b.agent.cmp(&a.agent));
            crew.push(self.free(slot, &crew).max_by(by_pace)?.agent);
        }
        Some(crew)
    }

    /// Candidates who can take up a job now and are not in the crew yet.
    fn free<'s>(&'s self, slot: &'s Slot, crew: &'s [AgentId]) -> impl Iterator<Item = &'s Candidate> {
        slot.candidates.iter().filter(|c| {
            let has_room = self.jobs[c.agent.index()] < self.instance.agents[c.agent.index()].capacity;
            has_room && !crew.contains(&c.agent) && self.is_there(c.agent)
        })
    }

    fn is_there(&self, agent: AgentId) -> bool {
        let agent = &self.instance.agents[agent.index()];
        agent.from <= self.now
            && self.now < agent.until
            && self.instance.calendar(agent.calendar).is_open(self.now)
    }

    fn expected_finish(&self, id: TaskId, candidate: &Candidate) -> Ticks {
        let work = at_pace(&self.instance.tasks[id.index()], candidate.pace);
        let handoff = self.handoff_of(id, &[candidate.agent]);
        let calendar = self.instance.agents[candidate.agent.index()].calendar;
        self.instance.calendar(calendar).advance(self.now, handoff.plus(work))
    }

    /// Time to take over: if others finished a direct predecessor on which none of these worked. (An active
    /// task may start before its predecessors are finished.)
    fn handoff_of(&self, id: TaskId, crew: &[AgentId]) -> Ticks {
        let by_others = |before: &TaskId| {
            let ScheduledTask { agents: authors, finish, .. } = &self.tasks[before.index()];
            !finish.is_never() && !authors.is_empty() && !crew.iter().any(|agent| authors.contains(agent))
        };
        // Whoever has an active task has taken it over before.
        let is_new = self.instance.tasks[id.index()].status == Status::Todo;
        if is_new && self.taken_over[id.index()].iter().any(by_others) { self.handoff } else { Ticks::ZERO }
    }

    fn start(&mut self, id: TaskId, agents: Vec<AgentId>) {
        let (instance, now) = (self.instance, self.now);
        let task = &instance.tasks[id.index()];
        let (handoff, work) = match task.work {
            Work::Elapsed => (Ticks::ZERO, Ticks::from_hours(task.mean_hours())),
            Work::Effort => (self.handoff_of(id, &agents), at_pace(task, pace(task, &agents))),
        };
        let calendars: Vec<&Calendar> =
            agents.iter().map(|agent| instance.calendar(instance.agents[agent.index()].calendar)).collect();
        let calendar = Calendar::intersect(&calendars);
        let work_end = calendar.advance(now, handoff.plus(work));
        let progress = |share: f64| {
            let left = task.share_left(share);
            // What was done before the plan started does not wait for a handoff.
            if left == 0.0 { now } else { calendar.advance(now, handoff.plus(work.part(left))) }
        };
        self.moments.start_task(id, now, work_end, progress);
        self.note_moments();
        for agent in &agents {
            self.jobs[agent.index()] += 1;
            self.busy[agent.index()] += handoff.plus(work);
        }
        for &(resource, units) in &task.uses {
            self.held[resource.index()] += units;
        }
        if !work_end.is_never() {
            self.events.push(Reverse((work_end, Event::WorkEnd(id))));
        }
        let times = &mut self.tasks[id.index()];
        (times.start, times.work_end, times.agents) = (now, work_end, agents);
    }

    /// When next an agent appears or a calendar opens, if a task waits.
    fn next_opening(&self) -> Option<Ticks> {
        if self.ready.iter().all(BTreeSet::is_empty) {
            return None;
        }
        let openings = self.instance.agents.iter().filter_map(|agent| {
            let at = self.instance.calendar(agent.calendar).next_open(self.now.max(agent.from));
            (at > self.now && at < agent.until && !at.is_never()).then_some(at)
        });
        openings.min()
    }

    /// A week after now, or after the last calendar begins to repeat or the last agent appears.
    fn week_from_now(&self) -> Ticks {
        let calendars = self.instance.calendars.iter().map(|(_, calendar)| calendar.repeats_from());
        let appear = self.instance.agents.iter().map(|agent| agent.from);
        calendars.chain(appear).fold(self.now, Ticks::max).plus(Calendar::WEEK)
    }
}

/// A class for each task, the same for those that need the same agents at the same pace, and resources.
fn classes(instance: &Instance) -> Vec<usize> {
    let mut known = BTreeMap::new();
    let needs = instance.tasks.iter().map(|task| {
        let paces = |slot: &Slot| slot.candidates.iter().map(|c| (c.agent, c.pace.to_bits())).collect::<Vec<_>>();
        (task.slots.iter().map(paces).collect::<Vec<_>>(), task.uses.clone())
    });
    let mut classes = Vec::with_capacity(instance.tasks.len());
    for needs in needs {
        let next = known.len();
        classes.push(*known.entry(needs).or_insert(next));
    }
    classes
}

/// By resource, for each number of units that tasks need at once, that nobody has let go of so many yet.
fn nobody_yet(instance: &Instance) -> Vec<BTreeMap<u32, LetGo>> {
    let mut last = vec![BTreeMap::new(); instance.resources.len()];
    for &(resource, units) in instance.tasks.iter().flat_map(|task| &task.uses) {
        last[resource.index()].insert(units, None);
    }
    last
}

/// The direct FS predecessors of each task that take agents.
fn taken_over(instance: &Instance) -> Vec<Vec<TaskId>> {
    let mut before = vec![Vec::new(); instance.tasks.len()];
    for link in instance.network.links().filter(|link| link.kind == LinkKind::FinishStart) {
        let ends = (instance.network.node(link.from), instance.network.node(link.to));
        if let (Node::Task(from), Node::Task(to)) = ends {
            before[to.index()].push(from);
        }
    }
    before
}

/// Pace of a job: that of the slowest of its crew.
fn pace(task: &Task, agents: &[AgentId]) -> f64 {
    let paces = task.slots.iter().zip(agents).map(|(slot, agent)| {
        let candidate = slot.candidates.iter().find(|c| c.agent == *agent);
        // OK because crews are chosen among candidates.
        candidate.expect("who fills a slot is a candidate").pace
    });
    paces.fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Builder, Span};

    fn hours(hours: f64) -> Ticks {
        Ticks::from_hours(hours)
    }

    /// Monday to Friday, nine to five; the plan starts on a Monday at midnight.
    fn office() -> Calendar {
        let day = |d: i32| Span { start: hours(f64::from(d * 24 + 9)), finish: hours(f64::from(d * 24 + 17)) };
        Calendar::weekly((0..5).map(day).collect(), Ticks::ZERO)
    }

    /// Open every day between these hours.
    fn daily(from: i32, to: i32) -> Calendar {
        let day = |d: i32| Span { start: hours(f64::from(d * 24 + from)), finish: hours(f64::from(d * 24 + to)) };
        Calendar::weekly((0..7).map(day).collect(), Ticks::ZERO)
    }

    /// Start and finish of each task, in order.
    #[track_caller]
    fn case(plan: Builder, expected: &[(f64, f64)]) -> Schedule {
        let schedule = list_schedule(&plan.build());
        let given: Vec<_> = schedule.tasks.iter().map(|t| (t.start.hours(), t.finish.hours())).collect();
        assert_eq!(given, expected);
        schedule
    }

    #[test]
    fn one_agent_does_two_tasks_one_after_the_other() {
        let mut plan = Builder::new();
        plan.agent("a", &[("core", 2.0)]);
        plan.task("short", 2.0, "core");
        plan.task("long", 6.0, "core");
        let schedule = case(plan, &[(3.0, 4.0), (0.0, 3.0)]);
        assert_eq!(schedule.makespan, hours(4.0));
        assert_eq!(schedule.busy, [hours(4.0)]);
        assert_eq!(schedule.tasks[0].waited, Waited::Agent(AgentId(0), TaskId(1)));
        assert_eq!(schedule.tasks[1].waited, Waited::Nothing);
    }

    /// Graham 1966: more workers, or shorter tasks, may finish later. His list is T1 to T9; priorities make
    /// it ours where latest starts would order it better.
    #[test]
    fn grahams_nine_tasks_take_longer_with_a_fourth_worker_and_when_each_is_shorter() {
        let makespan = |workers: usize, shorter: f64| {
            let mut plan = Builder::new();
            for worker in 0..workers {
                plan.agent(&worker.to_string(), &[]);
            }
            for (id, length) in (1..).zip([3.0, 2.0, 2.0, 2.0, 4.0, 4.0, 4.0, 4.0, 9.0]) {
                let mut task = plan.task(&id.to_string(), length - shorter, "");
                task.priority = match id {
                    1..=3 => Priority::High,
                    4..=8 => Priority::Medium,
                    _ => Priority::Low,
                };
                match id {
                    5..=8 => _ = task.after("4"),
                    9 => _ = task.after("1"),
                    _ => {}
                }
            }
            list_schedule(&plan.build()).makespan.hours()
        };
        assert_eq!(makespan(3, 0.0), 12.0);
        assert_eq!(makespan(4, 0.0), 15.0);
        assert_eq!(makespan(3, 1.0), 13.0);
    }

    #[test]
    fn work_goes_on_after_the_weekend() {
        let mut plan = Builder::new();
        let office = plan.calendar("office", office());
        plan.agent("a", &[("core", 1.0)]).calendar = Some(office);
        let friday_afternoon = 4.0 * 24.0 + 15.0;
        let monday = 7.0 * 24.0;
        plan.elapsed("wait", friday_afternoon);
        plan.task("t", 4.0, "core").after("wait");
        plan.elapsed("night", 10.0).after("t");
        plan.task("u", 1.0, "core").after("night");
        let schedule = case(
            plan,
            &[
                (0.0, friday_afternoon),
                (friday_afternoon, monday + 11.0),
                (monday + 11.0, monday + 21.0),
                (monday + 33.0, monday + 34.0),
            ],
        );
        assert_eq!(schedule.tasks[3].waited, Waited::OffHours);
        assert_eq!(schedule.busy, [hours(5.0)]);
    }

    #[test]
    fn a_slower_agent_who_is_there_longer_may_finish_first() {
        let mut plan = Builder::new();
        let morning = plan.calendar("morning", daily(0, 4));
        plan.agent("fast", &[("core", 2.0)]).calendar = Some(morning);
        plan.agent("slow", &[("core", 1.0)]);
        plan.task("t", 10.0, "core");
        plan.task("u", 4.0, "core");
        // Fast would finish t at 25; then fast takes u rather than wait for slow.
        let schedule = case(plan, &[(0.0, 10.0), (0.0, 2.0)]);
        assert_eq!(schedule.tasks[0].agents, [AgentId(1)]);
    }

    #[test]
    fn a_crew_is_held_together_and_works_while_all_are_there() {
        let mut plan = Builder::new();
        let (day, late) = (plan.calendar("day", daily(8, 16)), plan.calendar("late", daily(12, 20)));
        plan.agent("a", &[("core", 4.0), ("docs", 1.0)]).calendar = Some(day);
        plan.agent("b", &[("core", 2.0)]).calendar = Some(late);
        plan.crew("together", 10.0, &["core", "docs"]);
        plan.crew("apart", 12.0, &["docs", "core"]);
        // Both are there from 12 to 16, and `a` must not take both places: for `together` the first slot's
        // fastest is `a`, after whom nobody has docs.
        let schedule = case(plan, &[(Ticks::NEVER.hours(), Ticks::NEVER.hours()), (12.0, 2.0 * 24.0 + 16.0)]);
        assert_eq!(schedule.tasks[1].agents, [AgentId(0), AgentId(1)]);
        assert_eq!(schedule.busy, [hours(12.0), hours(12.0)]);
    }

    #[test]
    fn resources_are_held_by_waits_too_and_let_go_when_work_ends() {
        let mut plan = Builder::new();
        plan.resource("gpu", 3);
        plan.elapsed("slow", 20.0);
        plan.elapsed("training", 8.0).uses("gpu", 2).link("slow", LinkKind::FinishFinish, 1.0);
        plan.elapsed("tuning", 2.0).uses("gpu", 2);
        plan.elapsed("reading", 1.0).uses("gpu", 1);
        let schedule = case(plan, &[(0.0, 20.0), (0.0, 21.0), (8.0, 10.0), (0.0, 1.0)]);
        assert_eq!(schedule.tasks[1].work_end, hours(8.0), "the finish waits, the units do not");
        assert_eq!(schedule.tasks[2].waited, Waited::Resource(ResourceId(0), TaskId(1)));
    }

    #[test]
    fn links_and_handoffs_take_their_mean_time() {
        let mut plan = Builder::new();
        plan.instance.handoff = 0.5.into();
        plan.agent("a", &[("core", 1.0)]);
        plan.agent("b", &[("docs", 1.0)]);
        plan.task("a1", 4.0, "core");
        plan.task("b1", 2.0, "docs").after("a1");
        plan.task("a2", 4.0, "core").link("b1", LinkKind::Progress(0.5), 0.25);
        plan.task("b2", 1.0, "docs").after("b1").link("a2", LinkKind::StartStart, 3.0);
        // b1 is handed over: it ends at 6.5, half of its own work is done at 5.5. b2 follows b1 of the same
        // agent; a2 follows half of b1, which is no handing over.
        let schedule = case(plan, &[(0.0, 4.0), (4.0, 6.5), (5.75, 9.75), (8.75, 9.75)]);
        assert_eq!(schedule.busy, [hours(8.0), hours(3.5)]);
    }

    #[test]
    fn active_tasks_go_first_and_done_tasks_take_nobody() {
        let mut plan = Builder::new();
        plan.agent("a", &[("core", 1.0)]);
        plan.task("todo", 2.0, "core").priority = Priority::Critical;
        let mut active = plan.task("active", 4.0, "core");
        (active.status, active.progress) = (Status::Active, 0.5);
        active.after("todo");
        plan.task("done", 9.0, "core").status = Status::Done;
        plan.elapsed("after", 1.0).link("done", LinkKind::FinishStart, 0.5);
        case(plan, &[(2.0, 4.0), (0.0, 2.0), (0.0, 0.0), (0.5, 1.5)]);
    }

    #[test]
    fn tasks_of_no_length_take_an_agent_for_an_instant() {
        let mut plan = Builder::new();
        plan.agent("a", &[("core", 1.0)]);
        plan.task("long", 5.0, "core");
        plan.task("sign", 0.0, "core");
        plan.task("check", 0.0, "core").after("sign").priority = Priority::High;
        // `sign` has the later latest start; `check` is ready at the instant at which it is done.
        let schedule = case(plan, &[(0.0, 5.0), (5.0, 5.0), (5.0, 5.0)]);
        assert_eq!(schedule.tasks[2].waited, Waited::Nothing);
    }

    #[test]
    fn what_can_never_start_leaves_the_schedule_unfinished() {
        let mut plan = Builder::new();
        plan.agent("a", &[("core", 1.0)]).until = hours(2.0);
        plan.task("first", 3.0, "core");
        plan.task("second", 1.0, "core");
        let never = Ticks::NEVER.hours();
        assert!(case(plan, &[(0.0, 3.0), (never, never)]).makespan.is_never());

        let mut plan = Builder::new();
        let (early, late) = (plan.calendar("early", daily(6, 12)), plan.calendar("late", daily(12, 20)));
        plan.agent("a", &[("core", 1.0)]).calendar = Some(early);
        plan.agent("b", &[("docs", 1.0)]).calendar = Some(late);
        plan.crew("never together", 1.0, &["core", "docs"]);
        assert!(case(plan, &[(never, never)]).makespan.is_never());
    }

    #[test]
    fn an_agent_starts_once_it_is_there() {
        let mut plan = Builder::new();
        let office = plan.calendar("office", office());
        let late = plan.agent("late", &[("core", 1.0)]);
        (late.calendar, late.from) = (Some(office), hours(20.0));
        plan.task("t", 1.0, "core");
        plan.milestone("shown", &["t"]);
        let schedule = case(plan, &[(33.0, 34.0)]);
        assert_eq!(schedule.nodes, [hours(34.0), hours(34.0)]);
    }
}
