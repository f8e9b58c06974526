//! Limits that a check enforces.

use super::dues::{HELP, Over};
use super::scope::{Named, REFERENCE, Scope, Subject, unknown};
use crate::diagnostic::Code;
use crate::model::{self, Instance, LimitSubject};
use crate::plan::format::field::{Context, Field, shortened};
use crate::plan::format::limit::{Hardness, Limit};
use crate::plan::format::list::Name;
use crate::plan::format::moment::Due;
use crate::plan::format::scalar::Money;
use crate::plan::tree::Node;
use crate::units::Ticks;

/// All limits of the plan.
pub(super) fn limits<'d>(
    instance: &Instance,
    over: &Over,
    scope: &Scope<'d>,
    context: &mut Context<'d>,
) -> Vec<model::Limit> {
    let entries = scope.document.limits.iter().flat_map(|m| &m.entries);
    entries.filter_map(|(name, limit)| lower((name, limit), (instance, over), scope, context)).collect()
}

fn lower<'d>(
    (name, limit): (&'d Name, &'d Limit),
    (instance, over): (&Instance, &Over),
    scope: &Scope<'d>,
    context: &mut Context<'d>,
) -> Option<model::Limit> {
    let subject = match (name.value.as_str(), scope.names.get(&*name.value)) {
        ("finish", _) => LimitSubject::Finish,
        ("cost", _) => LimitSubject::Cost,
        (_, Some(Named::Task(task))) => LimitSubject::Task(*task),
        (_, Some(Named::Phase(phase))) => LimitSubject::Phase(*phase),
        (_, Some(Named::Milestone(milestone))) => LimitSubject::Milestone(*milestone),
        (_, None) => {
            let known = scope.names.keys().copied().chain(["finish", "cost"]);
            let map = Subject { kind: "the map", id: "limits" };
            unknown(name, REFERENCE, known, map, context);
            return None;
        }
    };
    let money = subject == LimitSubject::Cost;
    let mut value = |node: &'d Node| {
        context.at("limits", |context| {
            context.at(&name.value, |context| {
                if money {
                    Money::read(node, context).map(|m| m.0)
                } else {
                    let due = Due::read(node, context)?.0;
                    if due >= Ticks::ZERO {
                        return Some(due.hours());
                    }
                    // What is done by then may be asked to be done by then.
                    if !over.holds_subject(subject) {
                        let given = shortened(node.text().unwrap_or_default());
                        let message =
                            format!("`{}` is `{given}`, which is before the start of the plan", context.path());
                        context.report(Code::E117, node.span, message, HELP.to_owned());
                    }
                    None
                }
            })
        })
    };
    let percentiles = limit.percentiles.iter().filter_map(|(p, node)| Some((*p, value(node)?))).collect();
    let mean = limit.mean.as_ref().and_then(value);
    let has_aim = instance.subject_due(subject).is_some();
    if let Some(probability) = limit.probability.as_ref().filter(|_| !has_aim) {
        let aim = if money { "`budget`" } else { "`due` date" };
        let message =
            format!("the limit on `{}` asks for a probability, but there is no {aim} to meet", name.value);
        context.report(
            Code::E132,
            probability.span,
            message,
            format!("add a {aim}, or limit a percentile such as `p80`"),
        );
    }
    Some(model::Limit {
        subject,
        percentiles,
        mean,
        probability: limit.probability.as_ref().map(|chance| chance.value.0),
        severity: match limit.level.unwrap_or(Hardness::Error) {
            Hardness::Error => model::Severity::Error,
            Hardness::Warn => model::Severity::Warn,
            Hardness::Off => model::Severity::Off,
        },
    })
}
