//! What every field of a plan file can do: be read from the tree, and be described for the JSON Schema.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::dates::Zone;
use crate::diagnostic::{Code, nearest};
use crate::plan::estimate::{Range, Uncertainty, Usage};
use crate::plan::source::{Problem, Span};
use crate::plan::tree::{Entry, Node, Value};

/// Problems kept; whoever has more of them has the wrong file.
pub(crate) const PROBLEM_LIMIT: usize = 500;
/// Beyond so many problems nobody reads suggestions, and looking for them takes time.
const SUGGESTION_LIMIT: usize = 40;

/// A field's value.
pub(crate) trait Field: Sized {
    /// The value of a node; absent when it is none, and then the problem has been reported.
    fn read<'a>(node: &'a Node, context: &mut Context<'a>) -> Option<Self>;

    /// Its JSON Schema; records put theirs into `definitions` and return a reference.
    fn schema(definitions: &mut Definitions) -> Json;

    /// True if nothing at all (`key:`) is a value too.
    const MAY_BE_EMPTY: bool = false;
}

/// The named parts of the JSON Schema.
pub(crate) type Definitions = BTreeMap<&'static str, Json>;

/// A schema that takes nothing at all (`key:`), too.
pub(crate) fn or_nothing(mut schema: Json) -> Json {
    let nothing = json!({ "type": "null" });
    match schema.get_mut("anyOf").and_then(Json::as_array_mut) {
        Some(shapes) => {
            shapes.push(nothing);
            schema
        }
        None => json!({ "anyOf": [schema, nothing] }),
    }
}

/// What the meaning of values depends on: known before the document is read.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    /// Working hours of a day.
    pub(crate) hours_per_day: f64,
    /// How ranges are read.
    pub(crate) range: Range,
    /// Spread put on a bare point.
    pub(crate) uncertainty: Uncertainty,
    /// Probabilities behind `low`, `medium`, `high`.
    pub(crate) scales: [f64; 3],
    /// Zone of dates without one.
    pub(crate) zone: Zone,
    /// Start of the plan [microseconds since 1970].
    pub(crate) start: Option<i64>,
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            hours_per_day: 8.0,
            range: Range::P10ToP90,
            uncertainty: Uncertainty::Medium,
            scales: [0.1, 0.3, 0.6],
            zone: Zone::utc(),
            start: None,
        }
    }
}

/// The state of reading a document: where in it we are, how values are read, and what was wrong so far.
#[derive(Debug, Default)]
pub(crate) struct Context<'a> {
    pub(crate) reading: Reading,
    pub(crate) usage: Usage,
    pub(crate) problems: Vec<Problem>,
    path: Vec<&'a str>,
    /// Kinds of entities of which some could not be read, so that a reference to nothing may be their echo.
    pub(crate) unsure: Vec<&'static str>,
}

impl<'a> Context<'a> {
    /// At the root of a document.
    pub(crate) fn new(reading: Reading, usage: Usage, problems: Vec<Problem>) -> Self {
        Self { reading, usage, problems, path: Vec::new(), unsure: Vec::new() }
    }

    /// Reports a problem, once: each task finds again what is wrong with the defaults.
    pub(crate) fn report(&mut self, code: Code, span: Span, message: String, help: impl Into<Option<String>>) {
        let is_known = |p: &Problem| p.span == span && p.code == code && p.message == message;
        if self.problems.len() < PROBLEM_LIMIT && !self.problems.iter().any(is_known) {
            self.problems.push(Problem { code, span, message, help: help.into() });
        }
    }

    /// False if there are so many problems that suggestions are of no use.
    pub(crate) fn has_patience(&self) -> bool {
        self.problems.len() < SUGGESTION_LIMIT
    }

    /// The keys that lead to where we are, with dots between.
    pub(crate) fn path(&self) -> String {
        self.path.join(".")
    }

    /// Reports that something else should stand here. `wanted` follows "must be".
    pub(crate) fn wrong_type(&mut self, node: &Node, wanted: &str) {
        let given = node.text().map_or_else(|| node.kind().to_owned(), |text| format!("`{}`", shortened(text)));
        let message = format!("`{}` must be {wanted}, but is {given}", self.path());
        self.report(Code::E107, node.span, message, None);
    }

    /// Reads the value of an entry; nothing (`key:` or `null`) counts as absent.
    pub(crate) fn field<T: Field>(
        &mut self,
        entry: &'a Entry,
        flawed: &mut Vec<&'static str>,
        key: &'static str,
    ) -> Option<T> {
        if entry.node.is_null() && !T::MAY_BE_EMPTY {
            return None;
        }
        let value = self.at(&entry.key.text, |context| T::read(&entry.node, context));
        if value.is_none() {
            flawed.push(key);
        }
        value
    }

    /// Runs `inside` one step further down.
    pub(crate) fn at<T>(&mut self, key: &'a str, inside: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(key);
        let value = inside(self);
        self.path.pop();
        value
    }

    /// The entries of a map; of nothing, none.
    pub(crate) fn entries(&mut self, node: &'a Node, what: &str) -> Option<&'a [Entry]> {
        match &node.value {
            Value::Map(entries) => Some(entries),
            Value::Null => Some(&[]),
            _ => {
                self.wrong_type(node, &format!("a map: {what}"));
                None
            }
        }
    }

    /// Reports a key that `what` does not have; returns the one that was probably meant.
    pub(crate) fn unknown_key(
        &mut self,
        entry: &Entry,
        what: &str,
        known: &[&'static str],
    ) -> Option<&'static str> {
        let given = &*entry.key.text;
        let place = if self.path.is_empty() { String::new() } else { format!(" in `{}`", self.path()) };
        let patient = self.has_patience();
        let find = || synonym(given, known).or_else(|| nearest(given, known.iter().copied()));
        let meant = patient.then(find).flatten();
        let help = match meant {
            Some(key) => Some(format!("did you mean `{key}`?")),
            None => patient.then(|| format!("{what} has the fields {}", listed(known))),
        };
        self.report(Code::E105, entry.key.span, format!("unknown field `{}`{place}", shortened(given)), help);
        meant
    }
}

/// Names that other tools use for our fields.
fn synonym(given: &str, known: &[&'static str]) -> Option<&'static str> {
    const NAMES: &[(&[&str], &[&str])] = &[
        (
            &[
                "depends_on",
                "depends",
                "dependson",
                "dependencies",
                "needs",
                "requires",
                "predecessors",
                "blocked_by",
            ],
            &["after"],
        ),
        (&["assignee", "assigned_to", "owner", "who", "assigned"], &["agent", "to"]),
        (&["estimate", "work", "hours", "time"], &["effort"]),
        (&["wait", "delay", "duration"], &["elapsed", "lag"]),
        (&["deadline", "until", "finish_by", "date"], &["due"]),
        (&["title", "label", "description"], &["name", "plan"]),
        (&["tz", "zone", "time_zone"], &["timezone"]),
        (&["labels"], &["tags"]),
        (&["locks", "files", "areas", "area"], &["touches"]),
        (&["resources", "resource"], &["uses"]),
        (&["rate", "price"], &["cost"]),
        (&["chance", "likelihood", "p"], &["probability"]),
        (&["levels", "escalations", "levels_of_escalation"], &["escalation"]),
        (&["holidays", "vacation"], &["off"]),
        (&["done", "complete", "completed", "percent_complete"], &["progress"]),
    ];
    let given = given.to_ascii_lowercase().replace('-', "_");
    NAMES
        .iter()
        .filter(|(names, _)| names.contains(&given.as_str()))
        .flat_map(|(_, ours)| ours.iter())
        .find_map(|ours| known.iter().find(|key| *key == ours).copied())
}

/// Words with commas between, each in backticks.
pub(crate) fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// The same of the first few, and how many more there are.
pub(crate) fn some_listed(words: &[&str]) -> String {
    const SHOWN: usize = 8;
    let shown = listed(&words[..words.len().min(SHOWN)]);
    if words.len() > SHOWN { format!("{shown} and {} more", words.len() - SHOWN) } else { shown }
}

/// Text of a file for a message: long ones are cut.
pub(crate) fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    if text.chars().count() <= MOST {
        text.to_owned()
    } else {
        text.chars().take(MOST).chain("..".chars()).collect()
    }
}
