//! Fields that take a date, or an elapsed time from the start of the plan.

use serde_json::{Value as Json, json};

use super::field::{Context, Definitions, Field, shortened};
use crate::dates::{DateError, Day, parse_moment};
use crate::diagnostic::Code;
use crate::plan::estimate::{Unit, amount, length_schema};
use crate::plan::source::Span;
use crate::plan::tree::Node;
use crate::units::Ticks;

/// A date to meet: a bare day is its end. Below 0 before the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Due(pub(crate) Ticks);

/// A date from which on something holds: a bare day is its beginning. Below 0 before the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Since(pub(crate) Ticks);

/// The start of the plan [microseconds since 1970].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Start(pub(crate) i64);

/// A day is four digits, a dash and more; anything else is a length of time.
fn is_date(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    text.contains(':')
        || (digits == 4 && text.as_bytes().get(4) == Some(&b'-'))
        || text.matches(['-', '/']).count() > 1
}

/// Ticks from the start, below 0 before it.
fn moment(node: &Node, context: &mut Context<'_>, day: Day) -> Option<Ticks> {
    let Some(text) = node.text() else {
        context.wrong_type(node, "a date, or an elapsed time from the start");
        return None;
    };
    if !is_date(text) {
        return match amount(text, Unit::Clock) {
            Ok(hours) => Some(Ticks::from_hours(hours)),
            Err(flaw) => {
                let message = format!(
                    "`{}` is `{}`, which is neither a date nor a length of time",
                    context.path(),
                    shortened(text)
                );
                let code = if flaw.code == Code::E111 { Code::E111 } else { Code::E115 };
                context.report(
                    code,
                    node.span,
                    message,
                    "write `2025-01-24`, `2025-01-24T16:30`, or `7d`".to_owned(),
                );
                None
            }
        };
    }
    match parse_moment(text, &context.reading.zone, day) {
        Err(error) => {
            bad_date(Code::E115, error, node.span, context);
            None
        }
        Ok(micros) => {
            let Some(start) = context.reading.start else {
                let message = format!("`{}` is a date, but the plan has no `start`", context.path());
                let help =
                    "add `start: 2025-01-06T09:00:00Z`, or write an elapsed time from the start such as `7d`";
                context.report(Code::E116, node.span, message, help.to_owned());
                return None;
            };
            Some(Ticks(micros.saturating_sub(start).clamp(-Ticks::NEVER.0, Ticks::NEVER.0)))
        }
    }
}

/// Reports what the date layer refused.
pub(crate) fn bad_date(code: Code, error: DateError, span: Span, context: &mut Context<'_>) {
    let message = format!(
        "`{}` is `{}`, which is not {}; allowed: {}",
        context.path(),
        shortened(&error.given),
        error.what,
        error.allowed
    );
    context.report(code, span, message, error.help);
}

impl Field for Due {
    fn read<'a>(node: &'a Node, context: &mut Context<'a>) -> Option<Self> {
        moment(node, context, Day::End).map(Self)
    }

    fn schema(_: &mut Definitions) -> Json {
        length_schema()
    }
}

impl Field for Since {
    fn read<'a>(node: &'a Node, context: &mut Context<'a>) -> Option<Self> {
        moment(node, context, Day::Start).map(Self)
    }

    fn schema(_: &mut Definitions) -> Json {
        length_schema()
    }
}

impl Field for Start {
    fn read<'a>(node: &'a Node, context: &mut Context<'a>) -> Option<Self> {
        let Some(text) = node.text() else {
            context.wrong_type(node, "a date");
            return None;
        };
        match parse_moment(text, &context.reading.zone, Day::Start) {
            Ok(micros) => Some(Self(micros)),
            Err(error) => {
                bad_date(Code::E115, error, node.span, context);
                None
            }
        }
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": "string" })
    }
}
