//! Lines and words of a text with their places, and trees that are made of them.

use crate::diagnostic::Code;
use crate::plan::source::{Problem, Span};
use crate::plan::tree::{Entry, Key, Node, Value};

/// A word of the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) span: Span,
}

impl Word<'_> {
    /// The word as a whole number, or a problem that says what it should be.
    pub(super) fn number(&self, what: &str) -> Result<u32, Problem> {
        self.text.parse().map_err(|_| {
            let message = format!("{what} must be a whole number, but is `{}`", self.text);
            problem(self.span, message)
        })
    }
}

/// Lines that are not blank, as words with their places.
pub(super) fn lines(text: &str, source: u32) -> Vec<Vec<Word<'_>>> {
    let mut lines = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let mut words = Vec::new();
        let mut place = at;
        for piece in line.split_inclusive(char::is_whitespace) {
            let word = piece.trim_end();
            if !word.is_empty() {
                words.push(Word { text: word, span: Span::new(source, place, place + word.len()) });
            }
            place += piece.len();
        }
        if !words.is_empty() {
            lines.push(words);
        }
        at += line.len();
    }
    lines
}

/// A file that is not understood.
pub(super) fn problem(span: Span, message: String) -> Problem {
    let help = Some("check that the file is whole and its ending names its format".to_owned());
    Problem { code: Code::E135, span, message, help }
}

/// A scalar.
pub(super) fn scalar(span: Span, text: impl Into<String>) -> Node {
    Node { span, value: Value::Text { text: text.into().into_boxed_str(), quoted: false } }
}

/// A map.
pub(super) fn map(span: Span, entries: Vec<(Span, String, Node)>) -> Node {
    let entry =
        |(span, text, node): (Span, String, Node)| Entry { key: Key { text: text.into_boxed_str(), span }, node };
    Node { span, value: Value::Map(entries.into_iter().map(entry).collect()) }
}

/// A list.
pub(super) fn list(span: Span, items: Vec<Node>) -> Node {
    Node { span, value: Value::List(items) }
}

/// A length of so many hours that does not vary.
pub(super) fn fixed(span: Span, hours: u32) -> Node {
    map(span, vec![(span, "fixed".to_owned(), scalar(span, format!("{hours}h")))])
}
