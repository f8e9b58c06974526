//! Fields of one value: texts, numbers, shares, probabilities, words.

use serde_json::{Value as Json, json};

use super::field::{Context, Definitions, Field, listed, shortened};
use crate::diagnostic::{Code, nearest};
use crate::plan::source::Span;
use crate::plan::tree::{Node, Value};
use crate::units::Probability;

/// A value with its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

impl<T: Field> Field for At<T> {
    fn read<'a>(node: &'a Node, context: &mut Context<'a>) -> Option<Self> {
        T::read(node, context).map(|value| Self { value, span: node.span })
    }

    fn schema(definitions: &mut Definitions) -> Json {
        T::schema(definitions)
    }
}

impl Field for String {
    fn read<'a>(node: &'a Node, context: &mut Context<'a>) -> Option<Self> {
        if node.text().is_none() {
            context.wrong_type(node, "a text");
        }
        node.text().map(str::to_owned)
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": ["string", "number", "boolean"] })
    }
}

impl Field for bool {
    fn read<'a>(node: &'a Node, context: &mut Context<'a>) -> Option<Self> {
        match node.text() {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ => {
                context.wrong_type(node, "`true` or `false`");
                None
            }
        }
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": "boolean" })
    }
}

/// Reports a word that is not one of those allowed.
pub(crate) fn wrong_word(node: &Node, words: &[&str], context: &mut Context<'_>) {
    let Some(text) = node.text() else {
        context.wrong_type(node, &format!("one of {}", listed(words)));
        return;
    };
    let message = format!("`{}` must be one of {}, but is `{}`", context.path(), listed(words), shortened(text));
    let help = nearest(text, words.iter().copied()).map(|word| format!("did you mean `{word}`?"));
    context.report(Code::E110, node.span, message, help);
}

/// A number as people write it: digits with at most one point, an exponent if need be. Absent for anything
/// else, so that `inf`, `nan`, `0x10` and `1_000` are no numbers.
pub(crate) fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | 'e' | 'E');
    (text.bytes().any(|b| b.is_ascii_digit()) && text.chars().all(plain)).then(|| text.parse().ok()).flatten()
}

/// The number that stands here, reported if it is none or not `fit`; `range` says what is allowed.
fn number_in(node: &Node, context: &mut Context<'_>, range: &str, fit: impl Fn(f64) -> bool) -> Option<f64> {
    let Some(value) = node.text().and_then(number) else {
        let infinite = |t: &str| {
            matches!(
                t.trim_start_matches(['.', '-', '+']).to_ascii_lowercase().as_str(),
                "inf" | "nan" | "infinity"
            )
        };
        if node.text().is_some_and(infinite) {
            out_of_range(node, context, range);
        } else {
            context.wrong_type(node, range);
        }
        return None;
    };
    if !fit(value) {
        out_of_range(node, context, range);
        return None;
    }
    // So that -0 is 0.
    Some(value + 0.0)
}

fn out_of_range(node: &Node, context: &mut Context<'_>, range: &str) {
    let given = node.text().map(shortened).unwrap_or_default();
    let message = format!("`{}` must be {range}, but is `{given}`", context.path());
    context.report(Code::E111, node.span, message, None);
}

/// Schema of a number in quotes, whose range it leaves to the reader.
pub(crate) fn quoted_number() -> Json {
    json!({ "type": "string", "pattern": "^ *[-+]?[0-9.]+([eE][-+]?[0-9]+)? *$" })
}

/// Defines a type around one `f64` that stays in a range.
macro_rules! numbers {
    ($($(#[doc = $about:literal])* $name:ident $range:literal $fit:expr, $schema:tt;)*) => {$(
        $(#[doc = $about])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub(crate) struct $name(pub(crate) f64);

        impl Field for $name {
            fn read<'a>(node: &'a Node, context: &mut Context<'a>) -> Option<Self> {
                number_in(node, context, $range, $fit).map(Self)
            }

            fn schema(_: &mut Definitions) -> Json {
                json!({ "anyOf": [$schema, quoted_number()] })
            }
        }
    )*};
}

numbers! {
    /// Money.
    Money "a number from 0 to 1e12" |x| (0.0..=1e12).contains(&x), { "type": "number", "minimum": 0, "maximum": 1e12 };
    /// Speed with a skill.
    Speed "a number above 0 and at most 1000" |x| x > 0.0 && x <= 1000.0, { "type": "number", "exclusiveMinimum": 0, "maximum": 1000 };
    /// Hours of a working day.
    DayLength "a number above 0 and at most 24" |x| x > 0.0 && x <= 24.0, { "type": "number", "exclusiveMinimum": 0, "maximum": 24 };
}

/// A whole number from `LEAST` to `MOST`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Count<const LEAST: u32, const MOST: u32 = 1_000_000>(pub(crate) u32);

impl<const LEAST: u32, const MOST: u32> Field for Count<LEAST, MOST> {
    fn read<'a>(node: &'a Node, context: &mut Context<'a>) -> Option<Self> {
        let range = format!("a whole number from {LEAST} to {MOST}");
        let fit = |x: f64| x.fract() == 0.0 && (f64::from(LEAST)..=f64::from(MOST)).contains(&x);
        number_in(node, context, &range, fit).map(|x| Self(x as u32))
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "anyOf": [{ "type": "integer", "minimum": LEAST, "maximum": MOST }, quoted_number()] })
    }
}

/// A share as `15%` or `0.15`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Share(pub(crate) f64);

/// A share that may be above the whole, up to ten times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ratio(pub(crate) f64);

/// A probability as `15%`, `0.15`, or one of the words of `scales`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Chance(pub(crate) Probability);

/// Words for probabilities.
const SCALES: [&str; 3] = ["low", "medium", "high"];

fn share(node: &Node, context: &mut Context<'_>, most: f64, what: &str) -> Option<f64> {
    let Some(text) = node.text() else {
        context.wrong_type(node, what);
        return None;
    };
    let percent = text.trim().strip_suffix('%');
    let value = percent.map_or_else(|| number(text), |text| number(text).map(|x| x / 100.0));
    match value {
        Some(value) if (0.0..=most).contains(&value) => return Some(value + 0.0),
        Some(value) if value > 1.0 && value <= 100.0 && percent.is_none() => {
            let message = format!("`{}` must be {what}, but is `{}`", context.path(), shortened(text));
            context.report(Code::E111, node.span, message, format!("did you mean `{value}%`?"));
        }
        Some(_) => out_of_range(node, context, what),
        None if number_like(text) => out_of_range(node, context, what),
        None => context.wrong_type(node, what),
    }
    None
}

fn number_like(text: &str) -> bool {
    matches!(text.trim_start_matches(['.', '-', '+']).to_ascii_lowercase().as_str(), "inf" | "nan" | "infinity")
}

impl Field for Share {
    fn read<'a>(node: &'a Node, context: &mut Context<'a>) -> Option<Self> {
        share(node, context, 1.0, "a share from 0 to 1, or 0% to 100%").map(Self)
    }

    fn schema(_: &mut Definitions) -> Json {
        share_schema(1)
    }
}

impl Field for Ratio {
    fn read<'a>(node: &'a Node, context: &mut Context<'a>) -> Option<Self> {
        share(node, context, 10.0, "a share from 0 to 10, or 0% to 1000%").map(Self)
    }

    fn schema(_: &mut Definitions) -> Json {
        share_schema(10)
    }
}

fn share_schema(most: u32) -> Json {
    json!({ "anyOf": [
        { "type": "number", "minimum": 0, "maximum": most },
        { "type": "string", "pattern": "^ *[-+]?[0-9.]+([eE][-+]?[0-9]+)? *%? *$" },
    ] })
}

impl Field for Chance {
    fn read<'a>(node: &'a Node, context: &mut Context<'a>) -> Option<Self> {
        let word = node.text().and_then(|text| SCALES.iter().position(|word| *word == text));
        let value = match (word, node.text()) {
            (Some(word), _) => context.reading.scales[word],
            (None, Some(text)) if text.starts_with(char::is_alphabetic) && !number_like(text) => {
                wrong_word(node, &SCALES, context);
                return None;
            }
            _ => share(
                node,
                context,
                1.0,
                "a probability from 0 to 1, or 0% to 100%, or one of `low`, `medium`, `high`",
            )?,
        };
        Probability::new(value).ok().map(Self)
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "anyOf": [Share::schema(definitions), { "enum": SCALES }] })
    }
}

/// Something that a plan may switch off with `none` or `false`.
#[derive(Clone, Debug)]
pub(crate) enum Switch<T> {
    Off,
    On(T),
}

impl<T: Field> Field for Switch<T> {
    fn read<'a>(node: &'a Node, context: &mut Context<'a>) -> Option<Self> {
        match &node.value {
            Value::Text { text, .. } if matches!(&**text, "none" | "false" | "off" | "no") => Some(Self::Off),
            Value::Text { .. } => {
                context.wrong_type(node, "a map, or `none`");
                None
            }
            _ => T::read(node, context).map(Self::On),
        }
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "anyOf": [{ "enum": ["none", "off", "no", "false", false] }, T::schema(definitions)] })
    }
}
