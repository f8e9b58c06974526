//! The dispatch order that a plan states.

use super::scope::{Named, Scope, Subject, unknown};
use crate::diagnostic::Code;
use crate::model::TaskId;
use crate::plan::format::field::{Context, shortened};

/// Tasks of `order`; names that are no tasks, and those that come twice, are reported.
pub(super) fn order(scope: &Scope<'_>, context: &mut Context<'_>) -> Vec<TaskId> {
    let mut tasks = Vec::new();
    let mut is_listed = vec![false; scope.tasks.len()];
    for name in scope.document.order.iter().flat_map(|list| &list.items) {
        let Some(Named::Task(task)) = scope.names.get(&*name.value) else {
            let known = scope.tasks.iter().map(|entry| entry.name.value.as_str());
            unknown(name, "task", known, Subject { kind: "the list", id: "order" }, context);
            continue;
        };
        if std::mem::replace(&mut is_listed[task.index()], true) {
            let message = format!("the list `order` names `{}` twice", shortened(&name.value));
            context.report(Code::E106, name.span, message, "keep one of the two".to_owned());
        } else {
            tasks.push(*task);
        }
    }
    tasks
}
