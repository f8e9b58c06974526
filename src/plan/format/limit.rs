//! What `check` enforces. The only map whose keys are partly numbers: `p80`, `p99.5`.

use serde_json::{Value as Json, json};

use super::field::{Context, Definitions, Field};
use super::record::words;
use super::scalar::{At, Chance, number};
use crate::diagnostic::Code;
use crate::plan::tree::{Entry, Node};

words! {
    /// How hard a limit is.
    Hardness {
        /// Breaking it fails a check.
        Error "error",
        /// Breaking it is reported.
        Warn "warn",
        /// Not looked at.
        Off "off",
    }
}

/// A limit; its values are dates or money, which only its subject says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Limit {
    /// Percent and value.
    pub(crate) percentiles: Vec<(f64, Node)>,
    pub(crate) mean: Option<Node>,
    pub(crate) probability: Option<At<Chance>>,
    pub(crate) level: Option<Hardness>,
}

const KEYS: &[&str] = &["p50", "p80", "p90", "p95", "mean", "probability", "level"];

impl Field for Limit {
    fn read<'a>(node: &'a Node, context: &mut Context<'a>) -> Option<Self> {
        let mut limit = Self::default();
        let mut flawed = Vec::new();
        for entry in context.entries(node, "a limit")? {
            match &*entry.key.text {
                "probability" => limit.probability = context.field(entry, &mut flawed, "probability"),
                "level" => limit.level = context.field(entry, &mut flawed, "level"),
                _ if entry.node.is_null() => {}
                "mean" => limit.mean = Some(entry.node.clone()),
                _ => match percent(entry, context) {
                    Some(percent) => limit.percentiles.push((percent, entry.node.clone())),
                    None => flawed.push("p"),
                },
            }
        }
        if limit.percentiles.is_empty() && limit.mean.is_none() && limit.probability.is_none() && flawed.is_empty()
        {
            let message = format!("`{}` limits nothing", context.path());
            let help = "give a percentile such as `p80`, a `mean` or a `probability`".to_owned();
            context.report(Code::E108, node.span, message, help);
        }
        Some(limit)
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let value = json!({ "type": ["string", "number", "null"], "description": "Greatest value allowed at this percentile: a date, a time from the start, or money." });
        let limit = json!({
            "description": "A limit on a finish or a cost.",
            "type": "object",
            "properties": {
                "mean": { "type": ["string", "number", "null"], "description": "Greatest mean allowed: a date, a time from the start, or money." },
                "probability": { "anyOf": [Chance::schema(definitions), { "type": "null" }], "description": "Least probability of meeting the due date, or the budget." },
                "level": { "anyOf": [{ "enum": Hardness::WORDS }, { "type": "null" }], "description": "Whether breaking it is an `error`, a `warn`ing, or `off`. Default `error`." },
            },
            "patternProperties": { "^p[0-9]{1,2}(\\.[0-9]+)?$": value },
            "additionalProperties": false,
        });
        definitions.insert("Limit", limit);
        json!({ "$ref": "#/$defs/Limit" })
    }
}

/// The percent of a key such as `p80`.
fn percent(entry: &Entry, context: &mut Context<'_>) -> Option<f64> {
    let percent = entry.key.text.strip_prefix('p').and_then(number);
    if percent.is_none() {
        context.unknown_key(entry, "a limit", KEYS);
        return None;
    }
    let percent = percent.filter(|p| *p > 0.0 && *p < 100.0);
    if percent.is_none() {
        let message = format!("`{}` must be a percentile above 0 and below 100", entry.key.text);
        context.report(Code::E111, entry.key.span, message, "write `p80`".to_owned());
    }
    percent
}
