//! Changes to a plan's tree: JSON Merge Patch (RFC 7396), and `path=value` as a patch of one path.

mod path;
mod policy;
mod set;

pub(crate) use path::quoted;
pub(crate) use set::apply_set;

use std::collections::BTreeMap;

use super::source::{Problem, Span};
use super::tree::{Entry, Node, Value};
use crate::diagnostic::Code;

/// Merges `patch` into `target`: maps are merged key by key, `null` removes, anything else replaces. What is
/// removed but not there is added to `problems` as a warning.
pub(crate) fn merge(target: &mut Node, patch: Node, problems: &mut Vec<Problem>) {
    let span = patch.span;
    let Value::Map(changes) = patch.value else {
        *target = patch;
        return;
    };
    if !matches!(target.value, Value::Map(_)) {
        *target = Node { span, value: Value::Map(Vec::new()) };
    }
    let Value::Map(entries) = &mut target.value else { return };
    // An index, because a patch may be as large as the plan.
    let places: BTreeMap<Box<str>, usize> =
        entries.iter().enumerate().map(|(i, e)| (e.key.text.clone(), i)).collect();
    let mut removed = Vec::new();
    for Entry { key, node } in changes {
        match (places.get(&key.text), node.is_null()) {
            (Some(&place), true) => removed.push(place),
            (None, true) => problems.push(removes_nothing(&key.text, key.span)),
            (Some(&place), false) => merge(&mut entries[place].node, node, problems),
            (None, false) => {
                let mut fresh = Node { span: node.span, value: Value::Null };
                merge(&mut fresh, node, problems);
                entries.push(Entry { key, node: fresh });
            }
        }
    }
    removed.sort_unstable();
    for place in removed.into_iter().rev() {
        entries.remove(place);
    }
}

fn removes_nothing(key: &str, span: Span) -> Problem {
    Problem {
        code: Code::W208,
        span,
        message: format!("`{key}` is removed but not there"),
        help: Some("check the spelling, and where in the plan it stands".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::tree::{fingerprint, read};

    fn tree(text: &str) -> Node {
        read(text, 0, 0).0.unwrap()
    }

    #[track_caller]
    fn case(target: &str, patch: &str, result: &str) {
        let mut merged = tree(target);
        merge(&mut merged, tree(patch), &mut Vec::new());
        assert_eq!(fingerprint(&merged), fingerprint(&tree(result)), "{target} with {patch}: {merged:?}");
    }

    /// RFC 7396, appendix A.
    #[test]
    fn the_cases_of_the_standard_hold() {
        case(r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#);
        case(r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#);
        case(r#"{"a":"b"}"#, r#"{"a":null}"#, "{}");
        case(r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#);
        case(r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#);
        case(r#"{"a":"c"}"#, r#"{"a":["b"]}"#, r#"{"a":["b"]}"#);
        case(r#"{"a":{"b":"c"}}"#, r#"{"a":{"b":"d","c":null}}"#, r#"{"a":{"b":"d"}}"#);
        case(r#"{"a":[{"b":"c"}]}"#, r#"{"a":[1]}"#, r#"{"a":[1]}"#);
        case(r#"["a","b"]"#, r#"["c","d"]"#, r#"["c","d"]"#);
        case(r#"{"a":"b"}"#, r#"["c"]"#, r#"["c"]"#);
        case(r#"{"e":null}"#, r#"{"a":1}"#, r#"{"e":null,"a":1}"#);
        case(r"[1,2]", r#"{"a":"b","c":null}"#, r#"{"a":"b"}"#);
        case("{}", r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#);
    }
}
