//! Texts that a plan is made of, and places in them.

use std::ops::Range;
use std::rc::Rc;

use crate::diagnostic::{Code, Diagnostic, Severity};

/// Largest text that is read [bytes].
pub const TEXT_LIMIT: usize = 32 << 20;

/// A text with the name that messages call it by: a file's path, or the option that holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Name for messages.
    pub name: String,
    /// The text, without a byte order mark.
    pub text: String,
}

impl Source {
    /// A text that is known to be UTF-8.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text: String = text.into();
        let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
        Self { name: name.into(), text }
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// A [`Diagnostic`] when they are not UTF-8 or more than [`TEXT_LIMIT`].
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Result<Self, Box<Diagnostic>> {
        let name = name.into();
        if bytes.len() > TEXT_LIMIT {
            return Err(too_large(name));
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(name, text)),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                let mut sources = Sources::default();
                let id = sources.add(Self { name, text });
                Err(Box::new(sources.diagnostic(&Problem {
                    code: Code::E101,
                    span: Span::new(id, valid, valid + 1),
                    message: "the text is not valid UTF-8".into(),
                    help: Some("save the file in the encoding UTF-8".into()),
                })))
            }
        }
    }
}

/// The message for a text that is refused for its size alone.
#[must_use]
pub fn too_large(name: String) -> Box<Diagnostic> {
    let mut sources = Sources::default();
    let id = sources.add(Source { name, text: String::new() });
    Box::new(sources.diagnostic(&Problem {
        code: Code::E102,
        span: Span::new(id, 0, 0),
        message: format!("the text is larger than {} MB", TEXT_LIMIT >> 20),
        help: Some("split the plan, or check that this is a plan file".into()),
    }))
}

/// Bytes of a source; half open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    /// Which source.
    pub(crate) source: u32,
    /// First byte.
    pub(crate) start: u32,
    /// Byte after the last.
    pub(crate) end: u32,
}

impl Span {
    /// Texts are at most [`TEXT_LIMIT`] bytes, so offsets fit.
    pub(crate) fn new(source: u32, start: usize, end: usize) -> Self {
        Self { source, start: start as u32, end: end.max(start) as u32 }
    }
}

/// A problem before its place is looked up.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) code: Code,
    pub(crate) span: Span,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

impl Problem {
    pub(crate) fn is_error(&self) -> bool {
        self.code.severity() == Severity::Error
    }
}

/// A place that a person can find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Name of the text.
    pub source: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// All texts of a plan, by the number in [`Span::source`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources(Vec<Text>);

#[derive(Clone, Debug)]
struct Text {
    source: Rc<Source>,
    /// Where each line begins.
    lines: Rc<[u32]>,
}

impl Sources {
    /// Adds a text and returns its number.
    pub(crate) fn add(&mut self, source: Source) -> u32 {
        let breaks = source.text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1);
        let lines = std::iter::once(0).chain(breaks).collect();
        self.0.push(Text { source: Rc::new(source), lines });
        self.0.len() as u32 - 1
    }

    /// The text behind a number.
    pub(crate) fn text(&self, source: u32) -> &str {
        &self.0[source as usize].source.text
    }

    /// Line and column of a span's start.
    pub(crate) fn place(&self, span: Span) -> Place {
        let (line, text, before) = self.line(span);
        Place {
            source: self.0[span.source as usize].source.name.clone(),
            line: line + 1,
            column: text[..before].chars().count() + 1,
        }
    }

    /// A problem with its place and the line it is about.
    pub(crate) fn diagnostic(&self, problem: &Problem) -> Diagnostic {
        let place = self.place(problem.span);
        let (_, line, before) = self.line(problem.span);
        let length = (problem.span.end - problem.span.start) as usize;
        let (excerpt, marked) = excerpt(line, before, length);
        Diagnostic {
            code: problem.code,
            message: problem.message.clone(),
            source: place.source,
            line: place.line,
            column: place.column,
            span: problem.span.start as usize..problem.span.end as usize,
            excerpt,
            marked,
            help: problem.help.clone(),
        }
    }

    /// Number of the line from 0, the line without its end, and the byte in it where the span starts.
    fn line(&self, span: Span) -> (usize, &str, usize) {
        let Text { source, lines } = &self.0[span.source as usize];
        let number = lines.partition_point(|&start| start <= span.start).saturating_sub(1);
        let start = lines[number] as usize;
        let end = lines.get(number + 1).map_or(source.text.len(), |&next| next as usize);
        let line = source.text[start..end].trim_end_matches(['\n', '\r']);
        let before = floor(line, (span.start as usize).saturating_sub(start));
        (number, line, before)
    }
}

/// The line, or what is around the place when it is long, and the characters to mark in it.
fn excerpt(line: &str, before: usize, length: usize) -> (String, Range<usize>) {
    const AROUND: usize = 60;
    let after = floor(line, before.saturating_add(length.max(1)));
    let from = if line.len() > 2 * AROUND { floor(line, before.saturating_sub(AROUND)) } else { 0 };
    let to = if line.len() > 2 * AROUND { floor(line, before + AROUND) } else { line.len() };
    let after = after.clamp(before, to.max(before));
    let left = line[from..before].chars().count();
    let marked = line[before..after].chars().count();
    (line[from..to].to_owned(), left..left + marked)
}

/// The last boundary between characters at or before `index`.
fn floor(text: &str, index: usize) -> usize {
    let mut index = index.min(text.len());
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    index
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_a_byte_order_mark_is_no_text() {
        let mut sources = Sources::default();
        let id = sources.add(Source::new("p", "\u{feff}a: é\r\nü: ö"));
        let start = "a: é\r\nü: ".len();
        let place = sources.place(Span::new(id, start, start + 2));
        assert_eq!((place.line, place.column), (2, 4));
        assert_eq!(sources.line(Span::new(id, 0, 1)).1, "a: é");
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let line = format!("{}é{}", "x".repeat(1000), "y".repeat(1000));
        let (text, marked) = excerpt(&line, 1000, 2);
        assert_eq!(text.chars().nth(marked.start), Some('é'));
        assert!(text.len() <= 121 && marked.len() == 1);
    }

    #[test]
    fn bytes_that_are_no_text_are_refused_with_their_place() {
        let error =
            Source::from_bytes("p", b"plan: a\nx: \xff\xfe".to_vec()).map(|_| ()).map_err(|e| (e.line, e.column));
        assert_eq!(error, Err((2, 4)));
    }
}
