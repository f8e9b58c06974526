//! Due dates before the start of the plan, as plans in progress have them: of what is done they are no question any more.

use super::scope::Scope;
use crate::diagnostic::Code;
use crate::model::{Instance, Node, Status};
use crate::plan::format::field::Context;
use crate::plan::source::Span;
use crate::units::Ticks;

/// Takes them away where nothing is left to do, and reports all others.
pub(super) fn settle(instance: &mut Instance, scope: &Scope<'_>, context: &mut Context<'_>) {
    let over = over(instance);
    let mut settle = |node: Node, due: &mut Option<Ticks>, (word, id): (&str, &str), span: Option<Span>| {
        let (Some(_), Some(span)) = (due.filter(|due| *due < Ticks::ZERO), span) else { return };
        if over.contains(&node) {
            *due = None;
            return;
        }
        let message = format!("{word} `{id}` is due before the start of the plan, and not done");
        let help = "check the year, and the plan's `start`; or move a date that has passed".to_owned();
        context.report(Code::E117, span, message, help);
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

/// What is reached when the plan starts: done tasks, and what waits for nothing else.
fn over(instance: &Instance) -> Vec<Node> {
    let network = &instance.network;
    let mut over = vec![false; network.len()];
    for &id in network.order() {
        let waits_for_others = || network.incoming(id).iter().any(|link| !over[link.from.index()]);
        over[id.index()] = match network.node(id) {
            Node::Task(task) => instance.tasks[task.index()].status == Status::Done,
            _ => !waits_for_others(),
        };
    }
    network.nodes().filter(|(id, _)| over[id.index()]).map(|(_, node)| node).collect()
}
