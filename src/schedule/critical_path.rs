//! Critical path on mean durations, with all kinds of links (Kelley 1961; overlapping links after Elmaghraby
//! & Kamburowski 1992).
//!
//! A task's finish may be later than its start plus its duration, because FF and SF links bound it. So start
//! and finish have an early and a late time each, and the total float is the lesser of the two differences.
//! Late times and floats refer to the finish of the last task; what comes after all tasks (milestones) does
//! not press them.

use super::duration::best_duration;
use crate::model::{Instance, Link, LinkKind, Node, NodeId, Status, TaskId};
use crate::units::Ticks;

/// Times of a node of the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NodeTimes {
    /// Mean work left at the pace of the best candidates; zero for phases and milestones.
    pub duration: Ticks,
    /// Earliest start.
    pub early_start: Ticks,
    /// Earliest finish: after the duration, and not before what bounds the finish.
    pub early_finish: Ticks,
    /// Latest start that leaves the last task's finish as it is.
    pub late_start: Ticks,
    /// Latest finish that leaves the last task's finish as it is.
    pub late_finish: Ticks,
    /// How far start and finish may slip without moving the last task's finish.
    pub total_float: Ticks,
    /// How far start and finish may slip without moving anything else.
    pub free_float: Ticks,
}

/// The plan without agents, resources and calendars, on mean values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CriticalPath {
    /// Finish of the last task; zero without tasks.
    pub length: Ticks,
    /// Times by node of the network.
    pub nodes: Vec<NodeTimes>,
    /// Times by task.
    pub tasks: Vec<NodeTimes>,
    /// One longest chain of tasks, from the first to the last; where several are as long, by lower ids.
    pub chain: Vec<TaskId>,
    critical: Vec<bool>,
}

impl CriticalPath {
    /// True if the task has no float; a done task is never critical.
    #[must_use]
    pub fn is_critical(&self, task: TaskId) -> bool {
        self.critical[task.index()]
    }

    /// Latest start of a task that leaves the last task's finish as it is.
    #[must_use]
    pub fn late_start(&self, task: TaskId) -> Ticks {
        self.tasks[task.index()].late_start
    }
}

/// Early and late times, floats and a critical chain.
///
/// Durations, lags and gates are mean values, each rounded to ticks once; there are no handoffs, reviews,
/// risks or blockers. A done task lies at time 0; an active task starts at 0 whatever its start waits for,
/// while what bounds its finish holds.
#[must_use]
pub fn critical_path(instance: &Instance) -> CriticalPath {
    let mut pass = Pass::new(instance);
    pass.forward();
    pass.backward();
    let mut tasks = vec![NodeTimes::default(); instance.tasks.len()];
    let mut critical = vec![false; instance.tasks.len()];
    for (id, node) in instance.network.nodes() {
        if let Node::Task(task) = node {
            tasks[task.index()] = pass.times[id.index()];
            let done = instance.tasks[task.index()].status == Status::Done;
            critical[task.index()] = !done && tasks[task.index()].total_float == Ticks::ZERO;
        }
    }
    let chain = pass.chain();
    CriticalPath { length: pass.length, nodes: pass.times, tasks, chain, critical }
}

/// What was latest among the things that a moment waits for.
#[derive(Clone, Copy, Default)]
struct Bound {
    at: Ticks,
    /// The predecessor that set it; absent at the start of the plan.
    by: Option<Moment>,
}

/// A node's start or its finish.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Moment {
    node: NodeId,
    finish: bool,
}

impl Bound {
    fn raise(&mut self, at: Ticks, by: Moment) {
        let first = self.by.is_some_and(|before| by < before);
        if at > self.at || (at == self.at && first) {
            *self = Self { at, by: Some(by) };
        }
    }
}

/// A link with its lengths in ticks.
struct Tie {
    to: NodeId,
    kind: LinkKind,
    lag: Ticks,
    /// From the predecessor's start until the share of a [`LinkKind::Progress`] is done.
    part: Ticks,
}

impl Tie {
    /// When the successor's start or finish may be, by the predecessor's times.
    fn arrival(&self, start: Ticks, finish: Ticks) -> Ticks {
        let from = if self.kind.leaves_finish() { finish } else { start.plus(self.part) };
        from.plus(self.lag)
    }
}

struct Pass<'a> {
    instance: &'a Instance,
    nodes: Vec<Node>,
    /// Links out of node `n`: `ties[first[n]..first[n + 1]]`, without those that do not bind.
    ties: Vec<Tie>,
    first: Vec<usize>,
    times: Vec<NodeTimes>,
    start: Vec<Bound>,
    finish: Vec<Bound>,
    length: Ticks,
}

impl<'a> Pass<'a> {
    fn new(instance: &'a Instance) -> Self {
        let nodes: Vec<Node> = instance.network.nodes().map(|(_, node)| node).collect();
        let durations = nodes.iter().map(|&node| match node {
            Node::Task(task) => best_duration(&instance.tasks[task.index()]),
            _ => Ticks::ZERO,
        });
        let times: Vec<_> = durations.map(|duration| NodeTimes { duration, ..NodeTimes::default() }).collect();
        let count = nodes.len();
        let mut pass = Self {
            instance,
            nodes,
            ties: Vec::new(),
            first: vec![0; count + 1],
            times,
            start: vec![Bound::default(); count],
            finish: vec![Bound::default(); count],
            length: Ticks::ZERO,
        };
        pass.sort_ties();
        pass
    }

    /// Sorts the links by predecessor, in file order among those of one (a counting sort).
    fn sort_ties(&mut self) {
        let links: Vec<&Link> = self.instance.network.links().filter(|link| self.binds(link)).collect();
        for link in &links {
            self.first[link.from.index() + 1] += 1;
        }
        for node in 1..self.first.len() {
            self.first[node] += self.first[node - 1];
        }
        let mut place = self.first.clone();
        let mut sorted = vec![0; links.len()];
        for (index, link) in links.iter().enumerate() {
            let next = &mut place[link.from.index()];
            sorted[*next] = index;
            *next += 1;
        }
        self.ties = sorted.into_iter().map(|index| self.tie(links[index])).collect();
    }

    fn status(&self, node: NodeId) -> Status {
        match self.nodes[node.index()] {
            Node::Task(task) => self.instance.tasks[task.index()].status,
            _ => Status::Todo,
        }
    }

    /// False for a link whose successor does not wait for it any more.
    fn binds(&self, link: &Link) -> bool {
        match self.status(link.to) {
            Status::Todo => true,
            Status::Active => link.kind.bounds_finish(),
            Status::Done => false,
        }
    }

    fn tie(&self, link: &Link) -> Tie {
        let part = match (link.kind, self.nodes[link.from.index()]) {
            (LinkKind::Progress(share), Node::Task(task)) => {
                let left = self.instance.tasks[task.index()].share_left(share);
                self.times[link.from.index()].duration.part(left)
            }
            _ => Ticks::ZERO,
        };
        Tie { to: link.to, kind: link.kind, lag: Ticks::from_hours(link.lag.mean()), part }
    }

    fn ties(&self, node: usize) -> &[Tie] {
        &self.ties[self.first[node]..self.first[node + 1]]
    }

    fn forward(&mut self) {
        for &id in self.instance.network.order() {
            let node = id.index();
            let start = self.start[node].at;
            let finish = start.plus(self.times[node].duration).max(self.finish[node].at);
            self.times[node].early_start = start;
            self.times[node].early_finish = finish;
            if matches!(self.nodes[node], Node::Task(_)) {
                self.length = self.length.max(finish);
            }
            for tie in &self.ties[self.first[node]..self.first[node + 1]] {
                let by = Moment { node: id, finish: tie.kind.leaves_finish() };
                let bounds = if tie.kind.bounds_finish() { &mut self.finish } else { &mut self.start };
                bounds[tie.to.index()].raise(tie.arrival(start, finish), by);
            }
        }
    }

    fn backward(&mut self) {
        // True for tasks and for what a task comes after.
        let mut presses = vec![false; self.nodes.len()];
        for &id in self.instance.network.order().iter().rev() {
            let node = id.index();
            let followed = self.ties(node).iter().any(|tie| presses[tie.to.index()]);
            presses[node] = followed || matches!(self.nodes[node], Node::Task(_));
            let mut times = self.times[node];
            let (start, finish) = (times.early_start, times.early_finish);
            let (mut late_start, mut late_finish) = (Ticks::NEVER, self.length.max(finish));
            for tie in self.ties(node).iter().filter(|tie| presses[tie.to.index()]) {
                let next = &self.times[tie.to.index()];
                let late = if tie.kind.bounds_finish() { next.late_finish } else { next.late_start } - tie.lag;
                if tie.kind.leaves_finish() {
                    late_finish = late_finish.min(late);
                } else {
                    late_start = late_start.min(late - tie.part);
                }
            }
            // Late is before early only where times beyond the range were cut off.
            times.late_finish = late_finish.max(finish);
            times.late_start = late_start.min(late_finish - times.duration).max(start);
            times.total_float = (times.late_start - start).min(times.late_finish - finish);
            times.free_float = self.gap(node).unwrap_or(times.total_float).min(times.total_float);
            self.times[node] = times;
        }
    }

    /// The least time between what leaves the node and the early times of what waits for it.
    fn gap(&self, node: usize) -> Option<Ticks> {
        let (start, finish) = (self.times[node].early_start, self.times[node].early_finish);
        let gaps = self.ties(node).iter().map(|tie| {
            let next = &self.times[tie.to.index()];
            let early = if tie.kind.bounds_finish() { next.early_finish } else { next.early_start };
            early - tie.arrival(start, finish)
        });
        gaps.min()
    }

    /// Walks back from the task that finishes last along what set each moment.
    fn chain(&self) -> Vec<TaskId> {
        let finishes =
            |node: usize| matches!(self.nodes[node], Node::Task(_)).then(|| self.times[node].early_finish);
        let last = (0..self.nodes.len()).find(|&node| finishes(node) == Some(self.length));
        let mut at = last.map(|node| Moment { node: NodeId::from(node), finish: true });
        let mut chain: Vec<TaskId> = Vec::new();
        while let Some(moment) = at {
            if self.status(moment.node) == Status::Done {
                break;
            }
            let node = moment.node.index();
            if let Node::Task(task) = self.nodes[node] {
                chain.push(task);
            }
            let times = &self.times[node];
            let worked = times.early_start.plus(times.duration) == times.early_finish;
            at = if moment.finish && !worked { self.finish[node].by } else { self.start[node].by };
        }
        chain.reverse();
        chain
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{Builder, Distribution};

    fn samples(values: &[f64]) -> Distribution {
        Distribution::Samples(values.to_vec())
    }

    /// Early start and finish, late start and finish, total and free float [hours].
    #[track_caller]
    fn case(path: &CriticalPath, task: u32, hours: [f64; 6]) {
        let t = path.tasks[TaskId(task).index()];
        let given = [t.early_start, t.early_finish, t.late_start, t.late_finish, t.total_float, t.free_float]
            .map(Ticks::hours);
        assert_eq!(given, hours, "task {task}");
        assert_eq!(path.is_critical(TaskId(task)), hours[4] == 0.0);
    }

    /// The worked example of five tasks whose 32 outcomes can be listed: on mean durations 4, 5, 4, 16/3 and
    /// 8/5 its longest chain A, C, E takes 9.6.
    #[test]
    fn the_worked_example_takes_9_6_on_mean_durations() {
        let mut plan = Builder::new();
        plan.elapsed("A", samples(&[3.0, 5.0]));
        plan.elapsed("B", samples(&[4.0, 4.0, 4.0, 8.0]));
        plan.elapsed("C", samples(&[2.0, 6.0])).after("A");
        plan.elapsed("D", samples(&[5.0, 5.0, 6.0])).after("A");
        plan.elapsed("E", samples(&[1.0, 1.0, 1.0, 1.0, 4.0])).after("B").after("C");
        let path = critical_path(&plan.build());
        assert_eq!(path.length, Ticks::from_hours(9.6));
        assert_eq!(path.chain, [0, 2, 4].map(TaskId));
        case(&path, 0, [0.0, 4.0, 0.0, 4.0, 0.0, 0.0]);
        case(&path, 1, [0.0, 5.0, 3.0, 8.0, 3.0, 3.0]);
    }

    /// By hand. B starts 2 h after A starts; C finishes 4 h after B, hence at 9; D finishes 10 h after A
    /// starts; E starts 1 h after C; F starts 1 h after half of A, hence at 3. E ends at 11. Late: E may start
    /// at 10, so C must finish by 9, but its 5 h of work may start as late as 4; B must finish by 5; A must
    /// start at 0, while its finish may wait until 11.
    #[test]
    fn every_kind_of_link_binds_the_moment_it_names() {
        let mut plan = Builder::new();
        plan.elapsed("A", 4.0);
        plan.elapsed("B", 3.0).link("A", LinkKind::StartStart, 2.0);
        plan.elapsed("C", 5.0).link("B", LinkKind::FinishFinish, 4.0);
        plan.elapsed("D", 2.0).link("A", LinkKind::StartFinish, 10.0);
        plan.elapsed("E", 1.0).link("C", LinkKind::FinishStart, 1.0);
        plan.elapsed("F", 2.0).link("A", LinkKind::Progress(0.5), 1.0);
        let path = critical_path(&plan.build());
        assert_eq!(path.length, Ticks::from_hours(11.0));
        assert_eq!(path.chain, [0, 1, 2, 4].map(TaskId));
        case(&path, 0, [0.0, 4.0, 0.0, 11.0, 0.0, 0.0]);
        case(&path, 1, [2.0, 5.0, 2.0, 5.0, 0.0, 0.0]);
        case(&path, 2, [0.0, 9.0, 4.0, 9.0, 0.0, 0.0]);
        case(&path, 3, [0.0, 10.0, 9.0, 11.0, 1.0, 1.0]);
        case(&path, 4, [10.0, 11.0, 10.0, 11.0, 0.0, 0.0]);
        case(&path, 5, [3.0, 5.0, 9.0, 11.0, 6.0, 6.0]);
    }

    #[test]
    fn a_gate_stands_between_phases_and_a_tie_goes_to_the_lower_id() {
        let mut plan = Builder::new();
        plan.phase("p", 0.25, &[]);
        plan.phase("q", 0.0, &["p"]);
        plan.elapsed("a", 2.0).in_phase("p");
        plan.elapsed("b", 2.0).in_phase("p");
        plan.elapsed("c", 1.0).in_phase("q");
        let path = critical_path(&plan.build());
        assert_eq!(path.length, Ticks::from_hours(3.25));
        assert_eq!(path.chain, [0, 2].map(TaskId));
        assert!((0..3).all(|task| path.is_critical(TaskId(task))), "both chains are critical");
    }

    #[test]
    fn what_is_done_binds_nothing_and_what_is_active_starts_at_once() {
        let mut plan = Builder::new();
        plan.elapsed("first", 8.0);
        plan.elapsed("done", 3.0).after("first").status = Status::Done;
        let mut active = plan.elapsed("active", 10.0);
        (active.status, active.progress) = (Status::Active, 0.5);
        active.after("first");
        // Half of the active task is left; 80 % of it all is 60 % of that.
        plan.elapsed("next", 4.0).link("active", LinkKind::Progress(0.8), 0.0).after("done");
        plan.elapsed("other", 1.0).link("active", LinkKind::Progress(0.5), 0.0);
        let path = critical_path(&plan.build());
        assert_eq!(path.tasks[1].early_finish, Ticks::ZERO);
        assert_eq!(path.tasks[2].early_finish, Ticks::from_hours(5.0));
        assert_eq!(path.tasks[3].early_start, Ticks::from_hours(3.0));
        assert_eq!(path.tasks[4].early_start, Ticks::ZERO);
        assert_eq!(path.tasks[0].total_float, Ticks::ZERO, "the longest is the one that nothing waits for");
        assert_eq!(path.chain, [TaskId(0)]);
    }

    #[test]
    fn a_milestone_after_the_last_task_presses_no_task() {
        let mut plan = Builder::new();
        plan.elapsed("long", 10.0);
        plan.elapsed("short", 5.0);
        plan.milestone("shown", &["short"]);
        let mut instance = plan.build();
        let links: Vec<Link> =
            instance.network.links().map(|link| Link { lag: 8.0.into(), ..link.clone() }).collect();
        let nodes = instance.network.nodes().map(|(_, node)| node).collect();
        instance.network = crate::model::Network::new(nodes, links).expect("no cycle");
        let path = critical_path(&instance);
        assert_eq!(path.length, Ticks::from_hours(10.0));
        assert_eq!(path.nodes[2].early_finish, Ticks::from_hours(13.0));
        case(&path, 1, [0.0, 5.0, 5.0, 10.0, 5.0, 0.0]);
    }

    #[test]
    fn a_plan_of_nothing_takes_no_time() {
        let path = critical_path(&Builder::new().build());
        assert_eq!((path.length, path.chain.len()), (Ticks::ZERO, 0));
    }

    /// A plan of elapsed tasks with up to 3 links into each from tasks before it.
    fn plans() -> impl Strategy<Value = Builder> {
        let link = (any::<prop::sample::Index>(), 0..5_usize, 0..4_u32);
        let task = (0..9_u32, 0..12_usize, prop::collection::vec(link, 0..4));
        prop::collection::vec(task, 1..12).prop_map(|tasks| {
            let mut plan = Builder::new();
            for (place, (hours, status, links)) in tasks.iter().enumerate() {
                let mut task = plan.elapsed(&place.to_string(), f64::from(*hours));
                match status {
                    0 => task.status = Status::Done,
                    1 => (task.status, task.progress) = (Status::Active, 0.25),
                    _ => {}
                }
                for (from, kind, lag) in links.iter().filter(|_| place > 0) {
                    let kind = [
                        LinkKind::FinishStart,
                        LinkKind::StartStart,
                        LinkKind::FinishFinish,
                        LinkKind::StartFinish,
                        LinkKind::Progress(0.4),
                    ][*kind];
                    task.link(&from.index(place).to_string(), kind, f64::from(*lag) / 2.0);
                }
            }
            plan
        })
    }

    /// Start and finish of every task: pushed later along every link, again and again until nothing moves.
    /// `hold` keeps the start or the finish of one task until a given time.
    fn longest_paths(instance: &Instance, hold: (usize, Ticks, Ticks)) -> Vec<(Ticks, Ticks)> {
        let tasks = &instance.tasks;
        let length = |task: usize| Ticks::from_hours(tasks[task].mean_hours());
        let mut times: Vec<_> = (0..tasks.len()).map(|task| (Ticks::ZERO, length(task))).collect();
        times[hold.0].0 = hold.1;
        times[hold.0].1 = times[hold.0].1.max(hold.1 + length(hold.0)).max(hold.2);
        for _ in 0..=2 * tasks.len() {
            for link in instance.network.links() {
                let (from, to, lag) = (link.from.index(), link.to.index(), Ticks::from_hours(link.lag.mean()));
                let (start, finish) = times[from];
                let share = |p: f64| length(from).part(tasks[from].share_left(p));
                let status = tasks[to].status;
                let (start_bound, finish_bound) = match link.kind {
                    LinkKind::FinishStart => (finish + lag, Ticks::ZERO),
                    LinkKind::StartStart => (start + lag, Ticks::ZERO),
                    LinkKind::Progress(p) => (start + share(p) + lag, Ticks::ZERO),
                    LinkKind::FinishFinish => (Ticks::ZERO, finish + lag),
                    LinkKind::StartFinish => (Ticks::ZERO, start + lag),
                };
                if status == Status::Todo {
                    times[to].0 = times[to].0.max(start_bound);
                }
                if status != Status::Done {
                    times[to].1 = times[to].1.max(times[to].0 + length(to)).max(finish_bound);
                }
            }
        }
        times
    }

    fn last(times: &[(Ticks, Ticks)]) -> Ticks {
        times.iter().map(|t| t.1).max().unwrap_or(Ticks::ZERO)
    }

    proptest! {
        #[test]
        fn early_times_are_longest_paths_and_late_times_the_last_that_do_no_harm(plan in plans()) {
            let instance = plan.build();
            let path = critical_path(&instance);
            let none = (0, Ticks::ZERO, Ticks::ZERO);
            let early = longest_paths(&instance, none);
            prop_assert_eq!(path.length, last(&early));
            for (task, times) in path.tasks.iter().enumerate() {
                prop_assert_eq!((times.early_start, times.early_finish), early[task]);
                prop_assert!(times.early_start + times.duration <= times.late_finish);
                prop_assert!(times.free_float >= Ticks::ZERO && times.free_float <= times.total_float);
                let held = |start, finish| last(&longest_paths(&instance, (task, start, finish)));
                prop_assert_eq!(held(times.late_start, Ticks::ZERO), path.length);
                prop_assert_eq!(held(Ticks::ZERO, times.late_finish), path.length);
                prop_assert!(held(times.late_start + Ticks(1), Ticks::ZERO) > path.length);
                prop_assert!(held(Ticks::ZERO, times.late_finish + Ticks(1)) > path.length);
            }
        }

        #[test]
        fn the_chain_is_critical_and_where_links_are_plain_it_is_as_long_as_the_plan(plan in plans(), plain in any::<bool>()) {
            let mut instance = plan.build();
            if plain {
                let links = instance.network.links().map(|link| {
                    Link { kind: LinkKind::FinishStart, lag: 0.0.into(), ..link.clone() }
                });
                let nodes = instance.network.nodes().map(|(_, node)| node).collect();
                instance.network = crate::model::Network::new(nodes, links.collect()).expect("no cycle");
            }
            let path = critical_path(&instance);
            prop_assert!(path.chain.iter().all(|&task| path.is_critical(task)));
            if plain {
                let sum: Ticks = path.chain.iter().map(|task| path.tasks[task.index()].duration).sum();
                prop_assert_eq!(sum, path.length);
            }
        }
    }
}
