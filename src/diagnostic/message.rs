//! One message, and its text with the line it is about.

use std::fmt::Write as _;
use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use super::{Code, Severity, printable};

/// A problem at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of problem.
    pub code: Code,
    /// What is wrong: what was given and what is allowed.
    pub message: String,
    /// Name of the text it is in: a file's path, or the option of the command line that holds it.
    pub source: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Bytes of the text it is about.
    pub span: Range<usize>,
    /// The line of the text, without its end; a long one is cut to what is around the place.
    pub excerpt: String,
    /// Characters of the excerpt that are marked.
    pub marked: Range<usize>,
    /// The next step.
    pub help: Option<String>,
}

impl Diagnostic {
    /// Whether it is an error or a warning.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// The message with its place and the line it is about, without colour, ending in a line break.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{}[{}]: {}\n", self.severity(), self.code, printable(&self.message));
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(text, "{margin}--> {}:{}:{}", printable(&self.source), self.line, self.column);
        if !self.excerpt.is_empty() {
            // Each character is shown as one, so that those of the excerpt keep their places.
            let excerpt = printable(&self.excerpt);
            let columns = |part: Range<usize>| -> usize {
                excerpt.chars().skip(part.start).take(part.len()).filter_map(UnicodeWidthChar::width).sum()
            };
            let (skip, mark) = (columns(0..self.marked.start), columns(self.marked.clone()).max(1));
            let _ = writeln!(text, "{margin} |\n{number} | {excerpt}");
            let _ = writeln!(text, "{margin} | {}{}", " ".repeat(skip), "^".repeat(mark));
        }
        if let Some(help) = &self.help {
            let _ = writeln!(text, "{margin} help: {}", printable(help));
        }
        text
    }
}

/// All messages, errors first, with an empty line between them, and how many there are of each kind.
#[must_use]
pub fn render(diagnostics: &[Diagnostic]) -> String {
    let mut text = String::new();
    for severity in [Severity::Error, Severity::Warning] {
        for diagnostic in diagnostics.iter().filter(|d| d.severity() == severity) {
            text += &diagnostic.text();
            text.push('\n');
        }
    }
    let errors = diagnostics.iter().filter(|d| d.severity() == Severity::Error).count();
    let counts: Vec<String> = [(errors, "error"), (diagnostics.len() - errors, "warning")]
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}{}", if *count == 1 { "" } else { "s" }))
        .collect();
    if !counts.is_empty() {
        text += &counts.join(", ");
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_marked_and_the_next_step_named() {
        let diagnostic = Diagnostic {
            code: Code::E104,
            message: "task `deploy` needs unknown task `biuld`".into(),
            source: "release.yaml".into(),
            line: 41,
            column: 9,
            span: 900..905,
            excerpt: "after: [biuld]".into(),
            marked: 8..13,
            help: Some("did you mean `build`?".into()),
        };
        assert_eq!(
            diagnostic.text(),
            "error[E104]: task `deploy` needs unknown task `biuld`\n  --> release.yaml:41:9\n   |\n41 | after: [biuld]\n   |         ^^^^^\n   help: did you mean `build`?\n"
        );
    }
}
