//! A plan file as a tree of located nodes: scalars as written, lists, maps in file order.

mod hash;
mod read;

pub(crate) use hash::fingerprint;
pub(crate) use read::read;

use super::source::Span;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) value: Value,
}

/// What stands there.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// A scalar as written; a quoted one is text whatever it looks like.
    Text { text: Box<str>, quoted: bool },
    /// A list.
    List(Vec<Node>),
    /// A map; keys are unique.
    Map(Vec<Entry>),
}

/// A key and its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: Key,
    pub(crate) node: Node,
}

/// A key and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) text: Box<str>,
    pub(crate) span: Span,
}

impl Node {
    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Value::Map(entries) => entries.iter().find(|e| &*e.key.text == key).map(|e| &e.node),
            _ => None,
        }
    }

    /// The scalar as written.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text { text, .. } => Some(text),
            _ => None,
        }
    }

    /// True if nothing stands there.
    pub(crate) fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// What it is, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.value {
            Value::Null => "nothing",
            Value::Text { .. } => "a plain value",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
    }
}
