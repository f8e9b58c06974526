//! `path=value`: one value of the plan. What the path leads through is made where it is not there yet, as a patch
//! would; but an id that looks like a misspelt one is refused, because it would add an agent or a task that nobody
//! meant, and so is the removal of an id that is not there.

use super::merge;
use super::path::{Keys, quoted, split};
use crate::diagnostic::{Code, nearest};
use crate::plan::format::field::shortened;
use crate::plan::format::schema::fields;
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
    let nothing = Node { span: tree.span, value: Value::Null };
    let mut at = tree;
    for (depth, (key, range)) in keys.iter().enumerate() {
        let span = Span::new(source, range.start, range.end);
        let before: Vec<&str> = keys[..depth].iter().map(|(key, _)| key.as_str()).collect();
        let entries = match &at.value {
            Value::Map(entries) => entries.as_slice(),
            Value::Null => &[],
            Value::Text { .. } | Value::List(_) => return Some(no_map(at, &before, key, span)),
        };
        if let Some(next) = at.get(key) {
            at = next;
            continue;
        }
        if depth == 0 && keys.len() > 1 {
            if holds_ids(&[key]) {
                at = &nothing;
                continue;
            }
            if let Some(place) = place_of(tree, key).filter(|_| !fields().contains(key)) {
                let rest: Vec<String> = keys[1..].iter().map(|(key, _)| quoted(key)).collect();
                let help = format!("did you mean `{place}.{}`?", rest.join("."));
                return Some(problem(span, format!("a plan has no field `{}`", shortened(key)), Some(help)));
            }
        }
        let whole = depth + 1 == keys.len() && matches!(value.value, Value::Map(_));
        // Of other fields that are not there yet the reading of the document knows whether there are such, and so it
        // does of what limits are on.
        if !holds_ids(&before) || (!value.is_null() && (whole || before == ["limits"])) {
            return removed_id(keys, depth, value, source);
        }
        return unknown_id(tree, &before, key, entries, value, span);
    }
    None
}

fn no_map(at: &Node, before: &[&str], key: &str, span: Span) -> Problem {
    let message = format!("`{}` is {}, so it has no `{key}`", before.join("."), at.kind());
    problem(span, message, Some("give the whole value, such as `after=[a, b]` for a list".to_owned()))
}

/// Fields of a plan whose keys are ids.
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

/// True if the keys below this path are ids.
fn holds_ids(path: &[&str]) -> bool {
    matches!(path, [one] if MAPS.contains(one)) || matches!(path, ["phases", _, "tasks"])
}

/// The problem of a path that removes something below an id that is not there, from the key at `depth` on.
fn removed_id(keys: &Keys, depth: usize, value: &Node, source: u32) -> Option<Problem> {
    let path: Vec<&str> = keys.iter().map(|(key, _)| key.as_str()).collect();
    let at = (depth..keys.len()).find(|&at| value.is_null() && holds_ids(&path[..at]))?;
    let (key, range) = &keys[at];
    Some(absent(&path[..at], key, Span::new(source, range.start, range.end), None))
}

/// The problem of an id that is not there, if it should be: it looks like another one, or is to be removed.
fn unknown_id(
    tree: &Node,
    before: &[&str],
    key: &str,
    entries: &[Entry],
    value: &Node,
    span: Span,
) -> Option<Problem> {
    let in_phase = |phase: &str| format!("`phases.{}.tasks.{}`", quoted(phase), quoted(key));
    let elsewhere = phase_of(tree, key).map(in_phase);
    let elsewhere = elsewhere.filter(|_| before.last() == Some(&"tasks"));
    let near = || nearest(key, entries.iter().map(|e| &*e.key.text)).map(|near| format!("`{near}`"));
    let meant = elsewhere.or_else(near);
    (meant.is_some() || value.is_null()).then(|| absent(before, key, span, meant.as_deref()))
}

fn absent(before: &[&str], key: &str, span: Span, meant: Option<&str>) -> Problem {
    let path = before.join(".");
    let help = match meant {
        Some(meant) => {
            format!("did you mean {meant}? to add one, give all of it as a map: `{path}.{key}={{ .. }}`")
        }
        None => "there is nothing to remove: check the path".to_owned(),
    };
    problem(span, format!("`{path}` has no `{}`", shortened(key)), Some(help))
}

/// The path of what has this id.
fn place_of(tree: &Node, id: &str) -> Option<String> {
    let map = MAPS.iter().find(|map| tree.get(map).is_some_and(|entries| entries.get(id).is_some()));
    let own = quoted(id);
    let in_phase = || phase_of(tree, id).map(|phase| format!("phases.{}.tasks.{own}", quoted(phase)));
    map.map(|map| format!("{map}.{own}")).or_else(in_phase)
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
    use crate::plan::tree::fingerprint;

    const PLAN: &str =
        "agents: {alpha: {capacity: 1}}\nphases: {p: {tasks: {1A: {effort: 2h}}}}\ntasks: {x: {after: [a]}}";

    fn set(text: &str) -> Result<Node, String> {
        set_in(PLAN, text)
    }

    fn set_in(plan: &str, text: &str) -> Result<Node, String> {
        let mut tree = read(plan, 0, 0).0.unwrap();
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
        assert!(set("agents.alhpa.capacity=2").unwrap_err().contains("did you mean `alpha`?"));
        assert!(set("tasks.1A.effort=2h").unwrap_err().contains("did you mean `phases.p.tasks.1A`?"));
        let in_phases = "phases: {p: {tasks: {1A: {effort: 2h}}}}";
        assert!(
            set_in(in_phases, "tasks.1A.effort=2h").unwrap_err().contains("did you mean `phases.p.tasks.1A`?")
        );
        assert!(set("alpha.capacity=2").unwrap_err().contains("did you mean `agents.alpha.capacity`?"));
        assert!(set("1A.effort=2h").unwrap_err().contains("did you mean `phases.p.tasks.1A.effort`?"));
        assert!(set("tasks.x.after.1=a").unwrap_err().starts_with("`tasks.x.after` is a list"));
        assert!(set("agents.alpha.capacity.x=2").unwrap_err().contains("is a plain value"));
        assert!(set("agents.alpha.capacity").unwrap_err().contains("not of the form"));
        assert!(set("agents.alpha.capacity=[").is_err());
    }

    #[test]
    fn what_a_path_leads_through_is_made() {
        #[track_caller]
        fn same(plan: &str, text: &str, expected: &str) {
            let found = set_in(plan, text).unwrap();
            assert_eq!(fingerprint(&found), fingerprint(&read(expected, 0, 0).0.unwrap()), "{text}: {found:?}");
        }
        same("{}", "milestones.m.after=a", "milestones: {m: {after: a}}");
        same("milestones: {}", "milestones.m.after=a", "milestones: {m: {after: a}}");
        same("milestones:", "milestones.m.after=a", "milestones: {m: {after: a}}");
        same("milestones: {end: {}}", "milestones.m.after=a", "milestones: {end: {}, m: {after: a}}");
        same("agents: {a: }", "agents.a.capacity=2", "agents: {a: {capacity: 2}}");
        same("{}", "phases.p.tasks.a.effort=1h", "phases: {p: {tasks: {a: {effort: 1h}}}}");
        same("agents: {alpha: {}}", "agents.alhpa={}", "agents: {alpha: {}, alhpa: {}}");
    }

    #[test]
    fn what_is_not_there_cannot_be_removed() {
        for path in
            ["agents.gamma=null", "tasks.z=null", "tasks.z.agent=null", "milestones.m=null", "risks.r.delay="]
        {
            assert!(set(path).unwrap_err().contains("there is nothing to remove"), "{path}");
        }
        assert!(set("tasks.1A=null").unwrap_err().contains("did you mean `phases.p.tasks.1A`?"));
        assert!(set("limits.finish=null").is_err());
    }
}
