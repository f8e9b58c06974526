//! Fields of several values: lists, maps by id, and the short forms that stand for them.

use serde_json::{Value as Json, json};

use super::field::{Context, Definitions, Field, or_nothing, shortened};
use super::scalar::{At, Count, Speed};
use crate::diagnostic::Code;
use crate::plan::source::Span;
use crate::plan::tree::{Entry, Node, Value};

/// An id and its place.
pub(crate) type Name = At<String>;

/// A list; a single value stands for a list of one.
#[derive(Clone, Debug)]
pub(crate) struct List<T> {
    pub(crate) items: Vec<T>,
    pub(crate) span: Span,
}

impl<T: Field> Field for List<T> {
    fn read<'a>(node: &'a Node, context: &mut Context<'a>) -> Option<Self> {
        let nodes = match &node.value {
            Value::List(nodes) => nodes.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let before = nodes.len();
        let items: Vec<T> = nodes.iter().filter_map(|node| T::read(node, context)).collect();
        // A list with a hole would stand for something else.
        (items.len() == before).then_some(Self { items, span: node.span })
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let item = T::schema(definitions);
        json!({ "anyOf": [{ "type": "array", "items": item.clone() }, item] })
    }
}

/// A map by id, in file order.
#[derive(Clone, Debug)]
pub(crate) struct Map<T> {
    pub(crate) entries: Vec<(Name, T)>,
    /// True if an entry is left out because it was reported as wrong.
    pub(crate) holes: bool,
}

impl<T> Default for Map<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), holes: false }
    }
}

impl<T: Field> Field for Map<T> {
    const MAY_BE_EMPTY: bool = true;

    fn read<'a>(node: &'a Node, context: &mut Context<'a>) -> Option<Self> {
        let mut map = Self::default();
        for entry in context.entries(node, "ids and what belongs to each")? {
            let value = context.at(&entry.key.text, |context| T::read(&entry.node, context));
            if let (Some(name), Some(value)) = (id(entry, context), value) {
                map.entries.push((name, value));
            } else {
                map.holes = true;
            }
        }
        Some(map)
    }

    fn schema(definitions: &mut Definitions) -> Json {
        let value = T::schema(definitions);
        let value = if T::MAY_BE_EMPTY { or_nothing(value) } else { value };
        json!({ "type": "object", "additionalProperties": value })
    }
}

/// The key of an entry as an id.
fn id(entry: &Entry, context: &mut Context<'_>) -> Option<Name> {
    const LONGEST: usize = 200;
    let (text, span) = (&*entry.key.text, entry.key.span);
    let flaw = if text.trim().is_empty() {
        "is empty"
    } else if text.len() > LONGEST {
        "is longer than 200 bytes"
    } else if text.chars().any(char::is_control) {
        "holds a control character"
    } else {
        return Some(At { value: text.to_owned(), span });
    };
    context.report(
        Code::E133,
        span,
        format!("the id `{}` {flaw}", shortened(text)),
        "choose a short name".to_owned(),
    );
    None
}

/// Skills of an agent: a list, or a map with the speed of each.
#[derive(Clone, Debug)]
pub(crate) struct Skills(pub(crate) Vec<(Name, f64)>);

impl Field for Skills {
    fn read<'a>(node: &'a Node, context: &mut Context<'a>) -> Option<Self> {
        if let Value::Map(_) = &node.value {
            let map = Map::<Speed>::read(node, context).filter(|map| !map.holes)?;
            return Some(Self(map.entries.into_iter().map(|(name, speed)| (name, speed.0)).collect()));
        }
        let list = List::<Name>::read(node, context)?;
        Some(Self(list.items.into_iter().map(|name| (name, 1.0)).collect()))
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "anyOf": [List::<Name>::schema(definitions), Map::<Speed>::schema(definitions)] })
    }
}

/// Resources of a task: a map with the units of each, or a list for one unit of each.
#[derive(Clone, Debug)]
pub(crate) struct Uses(pub(crate) Vec<(Name, u32)>);

impl Field for Uses {
    fn read<'a>(node: &'a Node, context: &mut Context<'a>) -> Option<Self> {
        if let Value::Map(_) = &node.value {
            let map = Map::<Count<1>>::read(node, context).filter(|map| !map.holes)?;
            return Some(Self(map.entries.into_iter().map(|(name, units)| (name, units.0)).collect()));
        }
        let list = List::<Name>::read(node, context)?;
        Some(Self(list.items.into_iter().map(|name| (name, 1)).collect()))
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "anyOf": [List::<Name>::schema(definitions), Map::<Count<1>>::schema(definitions)] })
    }
}

/// A map that is only looked at when it is chosen: taken from the tree then.
#[derive(Clone, Debug)]
pub(crate) struct Patch;

impl Field for Patch {
    fn read<'a>(node: &'a Node, context: &mut Context<'a>) -> Option<Self> {
        if matches!(node.value, Value::Map(_)) {
            return Some(Self);
        }
        context.wrong_type(node, "a map: the parts of the plan that change");
        None
    }

    fn schema(_: &mut Definitions) -> Json {
        json!({ "type": "object" })
    }
}
