//! Text to tree: the events of the YAML parser, with limits on depth, size and the growth through aliases.
//! JSON is read the same way.

use std::collections::BTreeMap;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Tag};

use super::{Entry, Key, Node, Value};
use crate::diagnostic::Code;
use crate::plan::format::field::{PROBLEM_LIMIT, shortened};
use crate::plan::source::{Problem, Span, TEXT_LIMIT};

/// Deepest nesting: far beyond any plan, far below any stack.
const DEPTH_LIMIT: usize = 64;
/// Most nodes: a plan of 50,000 tasks has about a million; this many are read in about a second.
const NODE_LIMIT: usize = 2_000_000;
/// Most nodes that aliases may add.
const COPY_LIMIT: usize = 500_000;

/// Reads `text`, which begins at byte `offset` of the source `source`: the tree, if there is one, and what is
/// wrong with the text. An empty text gives neither.
pub(crate) fn read(text: &str, source: u32, offset: usize) -> (Option<Node>, Vec<Problem>) {
    let mut reader = Reader {
        source,
        offset,
        nodes: 0,
        copies: 0,
        frames: Vec::new(),
        anchors: BTreeMap::new(),
        problems: Vec::new(),
    };
    if text.len() > TEXT_LIMIT {
        let message = format!("the text is larger than {} MB", TEXT_LIMIT >> 20);
        return (None, vec![reader.limit(0, message)]);
    }
    let root = reader.run(text).unwrap_or_else(|problem| {
        reader.problems.push(problem);
        None
    });
    (root, reader.problems)
}

/// A list or map that is not closed yet.
struct Frame {
    start: usize,
    anchor: usize,
    /// Nodes in it, itself included.
    nodes: usize,
    /// Levels below it.
    height: usize,
    inside: Inside,
}

enum Inside {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, key: Option<Key>, merges: bool },
}

/// A node that aliases may name.
struct Anchored {
    node: Node,
    nodes: usize,
    height: usize,
}

struct Reader {
    source: u32,
    offset: usize,
    nodes: usize,
    copies: usize,
    frames: Vec<Frame>,
    anchors: BTreeMap<usize, Anchored>,
    problems: Vec<Problem>,
}

type Fatal<T> = Result<T, Problem>;

impl Reader {
    fn run(&mut self, text: &str) -> Fatal<Option<Node>> {
        let options = granit_parser::options! {
            emit_comments: false,
            flow_nesting_limit: DEPTH_LIMIT,
            block_nesting_limit: DEPTH_LIMIT,
        };
        let mut root = None;
        let mut documents = 0;
        for event in Parser::new_from_str_with_options(text, options) {
            let (event, place) = event.map_err(|error| self.syntax(&error, text))?;
            let range = place.byte_range().unwrap_or(0..0);
            let done = match event {
                Event::DocumentStart(..) => {
                    documents += 1;
                    if documents > 1 {
                        let message = "the text holds more than one document";
                        let help = "keep one plan per file: remove the line `---` before the second";
                        return Err(self.fatal(Code::E103, range, message, help));
                    }
                    None
                }
                Event::Scalar(text, style, anchor, tag) => {
                    let quoted = style != ScalarStyle::Plain || self.is_text(tag.as_deref(), &range)?;
                    let null = !quoted && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
                    let node = self.scalar(&text, quoted, null, range);
                    self.complete(node, anchor, 1, 0, null.then_some(text))?
                }
                Event::SequenceStart(_, anchor, tag) => {
                    self.open(range, anchor, tag.as_deref(), Inside::List(Vec::new()))?;
                    None
                }
                Event::MappingStart(_, anchor, tag) => {
                    let inside = Inside::Map { entries: Vec::new(), key: None, merges: false };
                    self.open(range, anchor, tag.as_deref(), inside)?;
                    None
                }
                Event::SequenceEnd | Event::MappingEnd => self.close(range)?,
                Event::Alias(anchor) => self.alias(anchor, range)?,
                _ => None,
            };
            root = root.or(done);
        }
        Ok(root)
    }

    fn scalar(&self, text: &str, quoted: bool, null: bool, range: std::ops::Range<usize>) -> Node {
        let value = if null { Value::Null } else { Value::Text { text: text.into(), quoted } };
        Node { span: self.span(range.start, range.end), value }
    }

    fn open(
        &mut self,
        range: std::ops::Range<usize>,
        anchor: usize,
        tag: Option<&Tag>,
        inside: Inside,
    ) -> Fatal<()> {
        self.is_text(tag, &range)?;
        if self.frames.len() >= DEPTH_LIMIT {
            return Err(self.too_deep(range.start));
        }
        self.frames.push(Frame { start: range.start, anchor, nodes: 1, height: 0, inside });
        Ok(())
    }

    fn close(&mut self, range: std::ops::Range<usize>) -> Fatal<Option<Node>> {
        let Some(frame) = self.frames.pop() else { return Ok(None) };
        let value = match frame.inside {
            Inside::List(items) => Value::List(items),
            Inside::Map { entries, merges, .. } => {
                let entries = self.without_duplicates(entries);
                Value::Map(if merges { self.merged(entries) } else { entries })
            }
        };
        let node = Node { span: self.span(frame.start, range.end), value };
        self.complete(node, frame.anchor, frame.nodes, frame.height, None)
    }

    fn alias(&mut self, anchor: usize, range: std::ops::Range<usize>) -> Fatal<Option<Node>> {
        let Some(anchored) = self.anchors.get(&anchor) else {
            let help = "an alias (`*name`) can only stand after the end of what it names";
            return Err(self.fatal(Code::E101, range, "an alias stands inside of what it names", help));
        };
        let (nodes, height) = (anchored.nodes, anchored.height);
        if self.frames.len() + height > DEPTH_LIMIT {
            return Err(self.too_deep(range.start));
        }
        self.copy(nodes, range.start)?;
        let node = self.anchors[&anchor].node.clone();
        self.complete(node, 0, nodes, height, None)
    }

    /// Counts nodes that are copied for an anchor or an alias.
    fn copy(&mut self, nodes: usize, at: usize) -> Fatal<()> {
        self.copies += nodes;
        if self.copies > COPY_LIMIT {
            return Err(self.limit(at, format!("aliases add more than {COPY_LIMIT} values")));
        }
        Ok(())
    }

    /// Puts a node where it belongs; returns it if it is the root.
    fn complete(
        &mut self,
        node: Node,
        anchor: usize,
        nodes: usize,
        height: usize,
        null: Option<std::borrow::Cow<'_, str>>,
    ) -> Fatal<Option<Node>> {
        self.nodes += 1;
        if self.nodes > NODE_LIMIT {
            return Err(self.limit(
                node.span.start as usize - self.offset,
                format!("the text holds more than {NODE_LIMIT} values"),
            ));
        }
        if anchor > 0 {
            self.copy(nodes, node.span.start as usize - self.offset)?;
            self.anchors.insert(anchor, Anchored { node: node.clone(), nodes, height });
        }
        let Some(frame) = self.frames.last_mut() else { return Ok(Some(node)) };
        frame.nodes += nodes;
        frame.height = frame.height.max(height + 1);
        match &mut frame.inside {
            Inside::List(items) => items.push(node),
            Inside::Map { entries, key, merges } => {
                if let Some(key) = key.take() {
                    entries.push(Entry { key, node });
                } else {
                    *merges |= matches!(&node.value, Value::Text { text, quoted: false } if &**text == "<<");
                    *key = Some(as_key(node, null.unwrap_or_default().into())?);
                }
            }
        }
        Ok(None)
    }

    /// Reports keys that are given twice; the first counts.
    fn without_duplicates(&mut self, mut entries: Vec<Entry>) -> Vec<Entry> {
        let mut order: Vec<usize> = (0..entries.len()).collect();
        order.sort_by(|&a, &b| entries[a].key.text.cmp(&entries[b].key.text).then(a.cmp(&b)));
        let same =
            |a: usize, b: usize| entries[a].key.text == entries[b].key.text && &*entries[a].key.text != "<<";
        let mut twice: Vec<usize> = order.windows(2).filter(|w| same(w[0], w[1])).map(|w| w[1]).collect();
        twice.sort_unstable();
        for &place in twice.iter().take(PROBLEM_LIMIT.saturating_sub(self.problems.len())) {
            let key = &entries[place].key;
            self.problems.push(Problem {
                code: Code::E106,
                span: key.span,
                message: format!("`{}` is given twice", shortened(&key.text)),
                help: Some("remove one of the two, or give it a name of its own".into()),
            });
        }
        if !twice.is_empty() {
            let mut place = 0;
            entries.retain(|_| {
                place += 1;
                twice.binary_search(&(place - 1)).is_err()
            });
        }
        entries
    }

    /// Entries with the maps behind `<<` put in; keys of the map itself win, then those of earlier maps.
    fn merged(&mut self, entries: Vec<Entry>) -> Vec<Entry> {
        let mut known: std::collections::BTreeSet<Box<str>> =
            entries.iter().map(|e| e.key.text.clone()).filter(|k| &**k != "<<").collect();
        let mut merged = Vec::with_capacity(entries.len());
        for entry in entries {
            if &*entry.key.text != "<<" {
                merged.push(entry);
                continue;
            }
            let maps = match entry.node.value {
                Value::List(items) => items,
                _ => vec![entry.node],
            };
            for map in maps {
                let span = map.span;
                let Value::Map(inner) = map.value else {
                    self.problems.push(Problem {
                        code: Code::E107,
                        span,
                        message: "`<<` takes a map or a list of maps".into(),
                        help: Some("name a map: `<<: *anchor`".into()),
                    });
                    continue;
                };
                merged.extend(inner.into_iter().filter(|e| known.insert(e.key.text.clone())));
            }
        }
        merged
    }

    /// True for the tag that makes text of any scalar; other tags than the standard ones are refused.
    fn is_text(&self, tag: Option<&Tag>, range: &std::ops::Range<usize>) -> Fatal<bool> {
        let Some(tag) = tag else { return Ok(false) };
        let name = tag.to_string();
        match name.rsplit([':', '!']).next().unwrap_or_default() {
            "str" => Ok(true),
            "map" | "seq" | "int" | "float" | "bool" | "null" => Ok(false),
            _ => Err(self.fatal(
                Code::E101,
                range.clone(),
                &format!("the tag `{}` has no meaning in a plan", shortened(&name)),
                "remove the tag",
            )),
        }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, self.offset + start, self.offset + end)
    }

    fn fatal(&self, code: Code, range: std::ops::Range<usize>, message: &str, help: &str) -> Problem {
        let span = self.span(range.start, range.end);
        Problem { code, span, message: message.into(), help: Some(help.into()) }
    }

    fn limit(&self, at: usize, message: String) -> Problem {
        let help = "split the plan, or check that this is a plan file";
        Problem { code: Code::E102, span: self.span(at, at + 1), message, help: Some(help.into()) }
    }

    fn too_deep(&self, at: usize) -> Problem {
        self.limit(at, format!("the text is nested more than {DEPTH_LIMIT} levels deep"))
    }

    /// What the parser says, with the next step for the usual mistakes.
    fn syntax(&self, error: &ScanError, text: &str) -> Problem {
        let at = error.marker().byte_offset().unwrap_or(0).min(text.len());
        let help = match error.kind() {
            ErrorKind::RecursionLimitExceeded => return self.too_deep(at),
            ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabAtBlockScalarStart
            | ErrorKind::TabInIndentation => "indent with blanks instead of tabs",
            ErrorKind::UnknownAnchor => {
                "define the anchor (`&name`) before its alias, or put quotes around the text"
            }
            ErrorKind::UnclosedFlowCollection { .. }
            | ErrorKind::UnexpectedEofFlowMapping
            | ErrorKind::UnexpectedEofFlowSequence => "close the bracket",
            ErrorKind::UnclosedQuotedScalar => "close the quote",
            _ => "check indentation, brackets and quotes; text with `: ` or ` #` needs quotes",
        };
        let info = error.info();
        let message = format!("the text is neither YAML nor JSON: {}", info.trim_end_matches('.'));
        Problem { code: Code::E101, span: self.span(at, at + 1), message, help: Some(help.into()) }
    }
}

/// A node as the key of a map; nothing at all is the key that it is written as.
fn as_key(node: Node, null: Box<str>) -> Fatal<Key> {
    let span = node.span;
    match node.value {
        Value::Text { text, .. } => Ok(Key { text, span }),
        Value::Null => Ok(Key { text: null, span }),
        Value::List(_) | Value::Map(_) => Err(Problem {
            code: Code::E107,
            span,
            message: "a key must be a plain value, but is a list or a map".into(),
            help: Some("write `key: value`, with quotes around a key with brackets".into()),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<Code> {
        read(text, 0, 0).1.iter().map(|problem| problem.code).collect()
    }

    #[test]
    fn yaml_and_json_give_the_same_tree() {
        let yaml = read("a: [1, two]\nb: {c: null}\n", 0, 0).0.unwrap();
        let json = read("\u{20}{\"a\": [\"1\", \"two\"],\n\t\"b\": {\"c\": null}}", 0, 0).0.unwrap();
        assert_eq!(super::super::fingerprint(&yaml), super::super::fingerprint(&json));
    }

    #[test]
    fn merge_keys_fill_in_what_is_not_there() {
        let tree = read("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: {<<: [*a, {z: 4, x: 9}]}", 0, 0).0.unwrap();
        let text =
            |map: &str, key: &str| tree.get(map).and_then(|m| m.get(key)).and_then(Node::text).map(str::to_owned);
        assert_eq!(text("b", "x").as_deref(), Some("1"));
        assert_eq!(text("b", "y").as_deref(), Some("3"));
        assert_eq!(text("c", "z").as_deref(), Some("4"));
        assert_eq!(text("c", "x").as_deref(), Some("1"));
    }

    #[test]
    fn keys_may_look_like_numbers_or_nothing() {
        let tree = read("1: a\n1.50: b\n~: c\ntrue: d", 0, 0).0.unwrap();
        for key in ["1", "1.50", "~", "true"] {
            assert!(tree.get(key).is_some(), "{key}");
        }
    }

    #[test]
    fn hostile_texts_are_refused() {
        assert_eq!(codes(&"[".repeat(1_000_000)), [Code::E102]);
        assert_eq!(codes(&"{a: ".repeat(1_000_000)), [Code::E102]);
        assert_eq!(
            codes(&(0..100_000).fold(String::new(), |text, i| text + &" ".repeat(i % 300) + "a:\n")),
            [Code::E102]
        );
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for i in 1..20 {
            let line = format!("a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 9].join(", "));
            bomb.push_str(&line);
        }
        assert_eq!(codes(&bomb), [Code::E102]);
        let chain = (1..200).map(|i| format!("a{i}: &a{i} [*a{}]\n", i - 1)).collect::<Vec<_>>().concat();
        assert_eq!(codes(&format!("a0: &a0 []\n{chain}")), [Code::E102]);
        assert_eq!(codes("a: &a [*a]"), [Code::E101]);
        assert_eq!(codes("a: *b"), [Code::E101]);
        assert_eq!(codes("a: b\n---\nc: d"), [Code::E103]);
        assert_eq!(codes("a: 1\nb: 2\na: 3"), [Code::E106]);
        assert_eq!(codes("a:\n\tb: 1"), [Code::E101]);
        assert_eq!(codes("a: !include x"), [Code::E101]);
        assert_eq!(codes("[a]: b"), [Code::E107]);
        assert_eq!(codes(""), []);
    }
}
