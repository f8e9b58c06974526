//! Annotations of GitHub Actions: commands on standard output that point at lines of the plan.
//!
//! GitHub shows at most ten of each level for a step, so that no more are made.

use std::fmt::Write as _;

use super::super::findings::{CheckReport, Finding};
use crate::analyse::Status;
use crate::diagnostic::{Diagnostic, Severity};

/// Most annotations of each level.
const MOST: usize = 10;

/// `::error` for what fails the check, `::warning` for what does not; a line each.
#[must_use]
pub fn check_annotations(report: &CheckReport) -> String {
    let findings = report.findings();
    let mut text = String::new();
    for (level, wanted) in [("error", true), ("warning", false)] {
        let is_error = |f: &Finding| f.is_error && f.status == Status::Broken;
        let found = findings.iter().filter(|f| f.status != Status::Held && is_error(f) == wanted);
        for finding in found.take(MOST) {
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "::{level} file={},line={},title={}::{}",
                property(&finding.place.file),
                finding.place.line,
                property(&format!("plancast: {}", finding.id)),
                message(&finding.message)
            );
        }
    }
    text
}

/// Problems of plan files: `::error` and `::warning`; a line each.
#[must_use]
pub fn annotations(diagnostics: &[Diagnostic]) -> String {
    let mut text = String::new();
    for (level, severity) in [("error", Severity::Error), ("warning", Severity::Warning)] {
        for diagnostic in diagnostics.iter().filter(|d| d.severity() == severity).take(MOST) {
            let help = diagnostic.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "::{level} file={},line={},col={},title={}::{}",
                property(&diagnostic.source),
                diagnostic.line,
                diagnostic.column,
                property(&format!("plancast: {}", diagnostic.code)),
                message(&format!("{}{help}", diagnostic.message))
            );
        }
    }
    text
}

/// Text behind the second pair of colons: a line break would end the command.
fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text between commas and colons.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_cannot_give_commands() {
        assert_eq!(message("80 %\n::error::x"), "80 %25%0A::error::x");
        assert_eq!(property("a:b,c"), "a%3Ab%2Cc");
    }
}
