//! Dates before the start of the plan, as plans in progress have them: of what is done they are no question any more, of
//! the rest they are missed.

use super::scope::Scope;
use crate::diagnostic::Code;
use crate::model::{Distribution, Instance, LimitSubject, Node, Status};
use crate::plan::format::field::Context;
use crate::plan::source::Span;
use crate::units::Ticks;

/// What to do about one of something that is not done.
pub(super) const HELP: &str = "check the year, and the plan's `start`; or move a date that has passed";

/// A promise that has not been kept is no older than this, half a year: what is, has the wrong year.
const OLDEST: Ticks = Ticks(-183 * 24 * 3_600_000_000);

/// What is done when the plan starts.
pub(super) struct Over {
    /// Absent where dependencies form a cycle, which is reported: then nothing is said of dates.
    nodes: Option<Vec<Node>>,
    is_all: bool,
}

impl Over {
    pub(super) fn new(instance: &Instance) -> Self {
        let network = &instance.network;
        let is_done = |task: usize| instance.tasks[task].status == Status::Done;
        let mut over = vec![false; network.len()];
        for &id in network.order() {
            over[id.index()] = match network.node(id) {
                Node::Task(task) => is_done(task.index()),
                // A phase that is done waits for nothing but its own tasks.
                _ => network
                    .incoming(id)
                    .iter()
                    .all(|link| over[link.from.index()] && link.lag == Distribution::Fixed(0.0)),
            };
        }
        let nodes = network.nodes().filter(|(id, _)| over[id.index()]).map(|(_, node)| node);
        Self { nodes: (!over.is_empty()).then(|| nodes.collect()), is_all: (0..instance.tasks.len()).all(is_done) }
    }

    fn holds(&self, node: Node) -> bool {
        self.nodes.as_ref().is_none_or(|nodes| nodes.contains(&node))
    }

    /// True if what a limit is set on is done.
    pub(super) fn holds_subject(&self, subject: LimitSubject) -> bool {
        match subject {
            LimitSubject::Finish => self.is_all,
            LimitSubject::Cost => false,
            LimitSubject::Task(task) => self.holds(Node::Task(task)),
            LimitSubject::Phase(phase) => self.holds(Node::PhaseFinish(phase)),
            LimitSubject::Milestone(milestone) => self.holds(Node::Milestone(milestone)),
        }
    }
}

/// Takes due dates before the start away from what is done, and reports all others: they stay if they may have been
/// missed, so that a plan in progress goes on saying so.
pub(super) fn settle(instance: &mut Instance, over: &Over, scope: &Scope<'_>, context: &mut Context<'_>) {
    let mut settle = |node: Node, due: &mut Option<Ticks>, (word, id): (&str, &str), span: Option<Span>| {
        let (Some(_), Some(span)) = (due.filter(|due| *due < Ticks::ZERO), span) else { return };
        if over.holds(node) {
            *due = None;
            return;
        }
        if due.is_some_and(|due| due >= OLDEST) {
            let message =
                format!("{word} `{id}` was due before the start of the plan, and is not done: it is late");
            let help = "finish it, or agree on another date".to_owned();
            context.report(Code::W211, span, message, help);
            return;
        }
        let message = format!("{word} `{id}` is due before the start of the plan, and not done");
        context.report(Code::E117, span, message, HELP.to_owned());
    };
    for (index, (task, entry)) in instance.tasks.iter_mut().zip(&scope.tasks).enumerate() {
        let span = entry.task.due.as_ref().map(|due| due.span);
        settle(Node::Task(index.into()), &mut task.due, ("task", &task.id), span);
    }
    for (index, (phase, (_, entry))) in instance.phases.iter_mut().zip(&scope.phases).enumerate() {
        let span = entry.due.as_ref().map(|due| due.span);
        settle(Node::PhaseFinish(index.into()), &mut phase.due, ("phase", &phase.id), span);
    }
    for (index, (milestone, (_, entry))) in instance.milestones.iter_mut().zip(&scope.milestones).enumerate() {
        let span = entry.due.as_ref().map(|due| due.span);
        settle(Node::Milestone(index.into()), &mut milestone.due, ("milestone", &milestone.id), span);
    }
}
