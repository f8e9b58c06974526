//! The kinds of fields that take an estimate, and the count of how they were written.

use std::marker::PhantomData;

use serde_json::{Value as Json, json};

use super::amount::{Flaw, Form, MOST_HOURS, Unit, amount, form};
use super::{Range, Uncertainty, fit, named};
use crate::model::Distribution;
use crate::plan::format::field::{Context, Definitions, Field, Reading, shortened};
use crate::plan::format::scalar::quoted_number;
use crate::plan::source::Span;
use crate::plan::tree::{Node, Value};

/// What an estimate counts.
pub(crate) trait Quantity: Clone + std::fmt::Debug {
    /// The unit under these settings.
    fn unit(reading: &Reading) -> Unit;
    /// Whether a bare point gets the plan's spread; else it is fixed.
    const SPREAD: bool;
    /// What it is, for the schema.
    const WHAT: &'static str;
}

/// Defines quantities.
macro_rules! quantities {
    ($($(#[doc = $about:literal])* $name:ident $unit:expr, $spread:literal, $what:literal;)*) => {$(
        $(#[doc = $about])*
        #[derive(Clone, Debug)]
        pub(crate) struct $name;

        impl Quantity for $name {
            fn unit(reading: &Reading) -> Unit {
                let unit: fn(&Reading) -> Unit = $unit;
                unit(reading)
            }

            const SPREAD: bool = $spread;
            const WHAT: &'static str = $what;
        }
    )*};
}

quantities! {
    /// Hours of work; a bare point is uncertain.
    OfEffort work, true, "hours of work";
    /// Hours on the clock of a task that waits; a bare point is uncertain.
    OfWait |_| Unit::Clock, true, "hours on the clock";
    /// Hours of work; a bare point is fixed.
    OfLabour work, false, "hours of work";
    /// Hours on the clock; a bare point is fixed.
    OfClock |_| Unit::Clock, false, "hours on the clock";
    /// A number; a bare one is fixed.
    OfFactor |_| Unit::Plain, false, "a factor";
}

fn work(reading: &Reading) -> Unit {
    Unit::Work { hours_per_day: reading.hours_per_day }
}

/// Effort of a task, phase or review.
pub(crate) type Effort = Estimate<OfEffort>;
/// Elapsed time of a task.
pub(crate) type Wait = Estimate<OfWait>;
/// Other agent time.
pub(crate) type Labour = Estimate<OfLabour>;
/// Other elapsed time.
pub(crate) type Clock = Estimate<OfClock>;
/// A factor on work.
pub(crate) type Factor = Estimate<OfFactor>;

/// An estimate.
#[derive(Clone, Debug)]
pub(crate) struct Estimate<Q> {
    pub(crate) distribution: Distribution,
    pub(crate) span: Span,
    quantity: PhantomData<Q>,
}

/// How often numbers were written in the forms whose meaning the plan decides, with the first of each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Usage {
    /// Bare points with a spread.
    pub(crate) points: (usize, String),
    /// Ranges with percentiles or bounds.
    pub(crate) ranges: (usize, String),
    /// Ranges narrower than 5 %, with the field and the text.
    pub(crate) narrow: Vec<(Span, String)>,
}

impl Usage {
    fn count(&mut self, form: Form, text: &str, spread: bool) {
        let kind = match form {
            Form::Point(value) if spread && value > 0.0 => &mut self.points,
            Form::Range(low, high) if low > 0.0 && low < high => &mut self.ranges,
            _ => return,
        };
        if kind.0 == 0 {
            text.clone_into(&mut kind.1);
        }
        kind.0 += 1;
    }
}

impl<Q: Quantity> Estimate<Q> {
    fn from_text(text: &str, span: Span, context: &mut Context<'_>) -> Result<Distribution, Flaw> {
        let form = form(text, Q::unit(&context.reading))?;
        context.usage.count(form, text, Q::SPREAD);
        Ok(match form {
            Form::Point(value) => {
                let spread = if Q::SPREAD { context.reading.uncertainty } else { Uncertainty::None };
                fit::point(value, spread)
            }
            Form::Range(low, high) => {
                if high > 0.0 && high - low < 0.05 * high {
                    context.usage.narrow.push((span, context.path()));
                }
                fit::range(low, high, context.reading.range)
            }
            Form::Three(low, mode, high) => fit::pert(low, mode, high, 4.0),
        })
    }
}

impl<Q: Quantity> Field for Estimate<Q> {
    fn read<'a>(node: &'a Node, context: &mut Context<'a>) -> Option<Self> {
        let distribution = match &node.value {
            Value::Text { text, .. } => match Self::from_text(text, node.span, context) {
                Ok(distribution) => distribution,
                Err(flaw) => {
                    report(node, text, flaw, context);
                    return None;
                }
            },
            Value::Map(entries) => {
                let unit = Q::unit(&context.reading);
                named::read(node, entries, unit, context)?
            }
            _ => {
                context.wrong_type(node, &format!("an estimate ({})", Q::WHAT));
                return None;
            }
        };
        Some(Self { distribution, span: node.span, quantity: PhantomData })
    }

    fn schema(definitions: &mut Definitions) -> Json {
        if !definitions.contains_key("Distribution") {
            let shapes: serde_json::Map<String, Json> =
                named::NAMES.iter().map(|name| ((*name).to_owned(), json!({}))).collect();
            let mut properties = shapes;
            let lambda = json!({ "anyOf": [{ "type": "number", "exclusiveMinimum": 0 }, quoted_number()] });
            properties.insert("lambda".into(), lambda);
            definitions.insert(
                "Distribution",
                json!({
                    "description": "A distribution by its name, such as `{ triangular: [2h, 4h, 9h] }`.",
                    "type": "object",
                    "properties": properties,
                    "additionalProperties": false,
                    "minProperties": 1,
                }),
            );
        }
        let number = if Q::unit(&Reading::default()) == Unit::Plain {
            json!({ "type": "number", "minimum": 0, "maximum": MOST_HOURS })
        } else {
            json!({ "const": 0 })
        };
        json!({ "anyOf": [{ "type": "string" }, number, { "$ref": "#/$defs/Distribution" }] })
    }
}

/// Schema of a length of time, or of a date: the only number without unit is 0.
pub(crate) fn length_schema() -> Json {
    json!({ "anyOf": [{ "type": "string" }, { "const": 0 }] })
}

/// A single length of agent time [hours].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct WorkHours(pub(crate) f64);

impl Field for WorkHours {
    fn read<'a>(node: &'a Node, context: &mut Context<'a>) -> Option<Self> {
        let Some(text) = node.text() else {
            context.wrong_type(node, "a length of time");
            return None;
        };
        match amount(text, work(&context.reading)) {
            Ok(hours) => Some(Self(hours)),
            Err(flaw) => {
                report(node, text, flaw, context);
                None
            }
        }
    }

    fn schema(_: &mut Definitions) -> Json {
        length_schema()
    }
}

fn report(node: &Node, text: &str, flaw: Flaw, context: &mut Context<'_>) {
    let message = format!("`{}` is `{}`, which {}", context.path(), shortened(text), flaw.message);
    context.report(flaw.code, node.span, message, flaw.help);
}

/// What the numbers of a plan mean, in sentences for its report.
pub(crate) fn sentences(usage: &Usage, reading: &Reading) -> Vec<String> {
    let mut lines = Vec::new();
    let many = |count: usize| if count == 1 { "1 estimate".to_owned() } else { format!("{count} estimates") };
    let (points, example) = &usage.points;
    if *points > 0 {
        let factor = reading.uncertainty.factor();
        let spread = match reading.uncertainty {
            Uncertainty::None => "exact".to_owned(),
            word => format!("a median with P10 at x{:.2} and P90 at x{factor} ({})", 1.0 / factor, word.word()),
        };
        lines.push(format!("{} of a single number, such as `{example}`: {spread}", many(*points)));
    }
    let (ranges, example) = &usage.ranges;
    if *ranges > 0 {
        let meaning = match reading.range {
            Range::P10ToP90 => "P10 and P90",
            Range::P5ToP95 => "P5 and P95",
            Range::Bounds => "least and greatest value",
        };
        lines.push(format!("{} with a range, such as `{example}`: {meaning}", many(*ranges)));
    }
    lines
}
