//! Links, gates, and the moments of phases and milestones.

use super::Violation;
use super::life::{Job, Life, common_calendar};
use crate::model::{Instance, Link, LinkKind, Node, NodeId, Status, TaskId};
use crate::simulate::{Activity, Timeline};
use crate::units::Ticks;

/// A share of a task's work is a whole number of ticks only after rounding, on either side.
const ROUNDING: Ticks = Ticks(1);

/// Start and finish of a node.
#[derive(Clone, Copy)]
struct Times {
    start: Ticks,
    finish: Ticks,
}

/// What is checked, and what was found.
struct Checker<'a> {
    instance: &'a Instance,
    timeline: &'a Timeline,
    lives: &'a [Life<'a>],
    links: Vec<&'a Link>,
    /// By node, known for those that have been looked at.
    times: Vec<Times>,
    found: &'a mut Vec<Violation>,
}

/// Every link holds, gates are shared, and what has no length happens when what it waits for has happened.
pub(super) fn check(instance: &Instance, timeline: &Timeline, lives: &[Life], found: &mut Vec<Violation>) {
    let links: Vec<&Link> = instance.network.links().collect();
    let mut incoming = vec![Vec::new(); instance.network.len()];
    for (place, link) in links.iter().enumerate() {
        incoming[link.to.index()].push(place);
    }
    let times = vec![Times { start: Ticks::ZERO, finish: Ticks::ZERO }; instance.network.len()];
    let mut checker = Checker { instance, timeline, lives, links, times, found };
    for &id in instance.network.order() {
        let arrival = |&place: &usize| (place, checker.moment(checker.links[place]).plus(timeline.lags[place]));
        let arrivals: Vec<_> = incoming[id.index()].iter().map(arrival).collect();
        checker.times[id.index()] = match instance.network.node(id) {
            Node::Task(task) => checker.check_task(task, &arrivals),
            node => checker.check_instant(id, node, &arrivals),
        };
    }
    checker.check_gates();
}

fn bounds_finish(link: &Link) -> bool {
    matches!(link.kind, LinkKind::FinishFinish | LinkKind::StartFinish)
}

/// When this share of the work of the first attempt was done, within rounding; absent if it takes no work.
fn progress(instance: &Instance, life: &Life, share: f64) -> Option<Ticks> {
    let work: Vec<_> = life
        .moments
        .iter()
        .filter(|m| m.job == Job::Attempt(0) && matches!(m.segment.activity, Activity::Work | Activity::Risk))
        .map(|m| {
            let calendar = common_calendar(instance, &m.segment.agents);
            let amount = calendar.worked(m.segment.start, m.segment.finish);
            (m.segment.start, calendar, amount)
        })
        .collect();
    let mut needed = work.iter().map(|(_, _, amount)| *amount).sum::<Ticks>().part(share) - ROUNDING;
    if needed <= Ticks::ZERO {
        return None;
    }
    for (start, calendar, amount) in work {
        if needed <= amount {
            return Some(calendar.advance(start, needed));
        }
        needed -= amount;
    }
    None
}

impl Checker<'_> {
    /// When the predecessor lets the link's lag begin.
    fn moment(&self, link: &Link) -> Ticks {
        let from = self.times[link.from.index()];
        match (link.kind, self.instance.network.node(link.from)) {
            (LinkKind::FinishStart | LinkKind::FinishFinish, _) => from.finish,
            (LinkKind::Progress(share), Node::Task(task)) => {
                let left = self.instance.tasks[task.index()].share_left(share);
                // How much work there is in all is known only once it is done.
                let known = left > 0.0 && !from.finish.is_never();
                let done = || progress(self.instance, &self.lives[task.index()], left);
                known.then(done).flatten().unwrap_or(from.start)
            }
            _ => from.start,
        }
    }

    /// `arrivals` = by link into the task, when it lets the task's start or finish go on.
    fn check_task(&mut self, id: TaskId, arrivals: &[(usize, Ticks)]) -> Times {
        let status = self.instance.tasks[id.index()].status;
        let (start, finish) = (self.timeline.start[id.index()], self.timeline.finish[id.index()]);
        if status == Status::Done {
            return Times { start, finish };
        }
        let last = self.lives[id.index()].moments.last().map(|m| m.segment.finish);
        let mut finishes_well = finish.is_never() || last == Some(finish);
        for &(link, due) in arrivals {
            let bounds = bounds_finish(self.links[link]);
            let at = if bounds { finish } else { start };
            if at < due && (bounds || status == Status::Todo) {
                self.found.push(Violation::Link { link, due, at });
            }
            finishes_well |= bounds && due == finish;
        }
        if !finishes_well || last.is_some_and(|last| last > finish) {
            self.found.push(Violation::Finish { task: id });
        }
        Times { start, finish }
    }

    /// A phase's start or finish, or a milestone, happens when the last link into it lets it.
    fn check_instant(&mut self, id: NodeId, kind: Node, arrivals: &[(usize, Ticks)]) -> Times {
        let (mut start, mut finish) = (Ticks::ZERO, Ticks::ZERO);
        for &(link, at) in arrivals {
            let bound = if bounds_finish(self.links[link]) { &mut finish } else { &mut start };
            *bound = at.max(*bound);
        }
        let expected = start.max(finish);
        let found = match kind {
            Node::PhaseFinish(phase) => self.timeline.phase_finish[phase.index()],
            Node::Milestone(milestone) => self.timeline.milestone[milestone.index()],
            Node::PhaseStart(_) | Node::Task(_) => expected,
        };
        if found != expected {
            self.found.push(Violation::Node { node: id, expected, found });
        }
        Times { start, finish: expected }
    }

    /// A gate has one length, before whichever phase it stands. Links that were never set off have no lag.
    fn check_gates(&mut self) {
        let mut gates: Vec<(u64, usize)> = Vec::new();
        for (place, link) in self.links.iter().enumerate() {
            if link.gate && !self.times[link.from.index()].finish.is_never() {
                gates.push((link.lag_key, place));
            }
        }
        gates.sort_unstable();
        for pair in gates.windows(2) {
            let ((key, other), (next_key, link)) = (pair[0], pair[1]);
            if key == next_key && self.timeline.lags[other] != self.timeline.lags[link] {
                self.found.push(Violation::Gate { link, other });
            }
        }
    }
}
