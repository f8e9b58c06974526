//! `path=value`: one value of the plan. A path must lead somewhere: a misspelt id is refused, because it would
//! add an agent or a task that nobody meant.

use super::merge;
use super::path::{Keys, split};
use crate::diagnostic::{Code, nearest};
use crate::plan::format::field::shortened;
use crate::plan::source::{Problem, Span};
use crate::plan::tree::{Entry, Key, Node, Value, read};

/// Applies `text`, the whole of source `source`.
pub(crate) fn apply_set(tree: &mut Node, text: &str, source: u32, problems: &mut Vec<Problem>) {
    match parse(text, source) {
        Err(flaws) => problems.extend(flaws),
        Ok((keys, value)) => match check(tree, &keys, &value, source) {
            Some(problem) => problems.push(problem),
            None => merge(tree, patch(&keys, value, source), problems),
        },
    }
}

fn parse(text: &str, source: u32) -> Result<(Keys, Node), Vec<Problem>> {
    let Some((keys, at)) = split(text) else {
        let message = format!("`{}` is not of the form `path=value`", shortened(text));
        let help =
            "write keys with dots between, such as `agents.alpha.capacity=2`; put a key with a dot in quotes";
        return Err(vec![problem(Span::new(source, 0, text.len()), message, Some(help.to_owned()))]);
    };
    let (value, flaws) = read(&text[at..], source, at);
    if !flaws.is_empty() {
        return Err(flaws);
    }
    let span = Span::new(source, at, text.len());
    Ok((keys, value.unwrap_or(Node { span, value: Value::Null })))
}

/// A patch that changes one path.
fn patch(keys: &Keys, value: Node, source: u32) -> Node {
    keys.iter().rev().fold(value, |node, (key, range)| {
        let span = Span::new(source, range.start, range.end);
        let key = Key { text: key.as_str().into(), span };
        Node { span: node.span, value: Value::Map(vec![Entry { key, node }]) }
    })
}

/// Why the path does not fit the plan.
fn check(tree: &Node, keys: &Keys, value: &Node, source: u32) -> Option<Problem> {
    let mut at = tree;
    for (depth, (key, range)) in keys.iter().enumerate() {
        let span = Span::new(source, range.start, range.end);
        let before: Vec<&str> = keys[..depth].iter().map(|(key, _)| key.as_str()).collect();
        let Value::Map(entries) = &at.value else {
            let message = format!("`{}` is {}, so it has no `{key}`", before.join("."), at.kind());
            let help = "give the whole value, such as `after=[a, b]` for a list".to_owned();
            return Some(problem(span, message, Some(help)));
        };
        if let Some(next) = at.get(key) {
            at = next;
            continue;
        }
        if !holds_ids(&before) {
            // A field that is not there yet; the reading of the document knows whether there is such a field.
            return None;
        }
        let whole = depth + 1 == keys.len() && matches!(value.value, Value::Map(_));
        if whole || before == ["limits"] {
            return None;
        }
        return Some(unknown_id(tree, &before, key, entries, span));
    }
    None
}

/// True if the keys below this path are ids.
fn holds_ids(path: &[&str]) -> bool {
    const MAPS: &[&str] = &[
        "agents",
        "resources",
        "calendars",
        "phases",
        "tasks",
        "milestones",
        "risks",
        "blockers",
        "escalation",
        "limits",
        "options",
    ];
    matches!(path, [one] if MAPS.contains(one)) || matches!(path, ["phases", _, "tasks"])
}

fn unknown_id(tree: &Node, before: &[&str], key: &str, entries: &[Entry], span: Span) -> Problem {
    let message = format!("`{}` has no `{}`", before.join("."), shortened(key));
    let elsewhere = phase_of(tree, key).map(|phase| format!("`phases.{phase}.tasks.{key}`"));
    let near = nearest(key, entries.iter().map(|e| &*e.key.text)).map(|near| format!("`{near}`"));
    let help = match elsewhere.filter(|_| before.last() == Some(&"tasks")).or(near) {
        Some(meant) => format!("did you mean {meant}?"),
        None => format!("to add one, give all of it as a map: `{}.{key}={{ .. }}`", before.join(".")),
    };
    problem(span, message, Some(help))
}

/// The phase that holds a task.
fn phase_of<'a>(tree: &'a Node, task: &str) -> Option<&'a str> {
    let Value::Map(phases) = &tree.get("phases")?.value else { return None };
    phases
        .iter()
        .find(|phase| phase.node.get("tasks").is_some_and(|tasks| tasks.get(task).is_some()))
        .map(|p| &*p.key.text)
}

fn problem(span: Span, message: String, help: Option<String>) -> Problem {
    Problem { code: Code::E131, span, message, help }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str =
        "agents: {alpha: {capacity: 1}}\nphases: {p: {tasks: {1A: {effort: 2h}}}}\ntasks: {x: {after: [a]}}";

    fn set(text: &str) -> Result<Node, String> {
        let mut tree = read(PLAN, 0, 0).0.unwrap();
        let mut problems = Vec::new();
        apply_set(&mut tree, text, 1, &mut problems);
        problems.first().map_or(Ok(tree), |p| Err(format!("{} {}", p.message, p.help.clone().unwrap_or_default())))
    }

    #[test]
    fn one_value_changes_and_the_rest_stays() {
        let tree = set("phases.p.tasks.1A.effort=2-3d").unwrap();
        let task =
            tree.get("phases").and_then(|n| n.get("p")).and_then(|n| n.get("tasks")).and_then(|n| n.get("1A"));
        assert_eq!(task.and_then(|n| n.get("effort")).and_then(Node::text), Some("2-3d"));
        assert!(set("defaults.review.reject=10%").is_ok(), "fields may be new");
        assert!(set("agents.beta={skills: [core]}").is_ok(), "a whole agent may be new");
        assert!(set("tasks.x.after=[a, b]").is_ok());
        assert!(set("tasks.x=null").unwrap().get("tasks").unwrap().get("x").is_none());
    }

    #[test]
    fn a_path_that_leads_nowhere_is_refused() {
        assert!(set("agents.alhpa.capacity=2").unwrap_err().ends_with("did you mean `alpha`?"));
        assert!(set("tasks.1A.effort=2h").unwrap_err().ends_with("did you mean `phases.p.tasks.1A`?"));
        assert!(set("tasks.x.after.1=a").unwrap_err().starts_with("`tasks.x.after` is a list"));
        assert!(set("agents.alpha.capacity.x=2").unwrap_err().contains("is a plain value"));
        assert!(set("agents.alpha.capacity").unwrap_err().contains("not of the form"));
        assert!(set("agents.alpha.capacity=[").is_err());
        assert!(set("agents.gamma=null").is_err());
    }
}
