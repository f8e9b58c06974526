//! A comment for a pull request, and the summary of a step.
//!
//! It begins with a marker that nobody sees, so that a bot finds its last comment on the same plan and replaces
//! it.

use std::fmt::Write as _;

use super::super::changes::sentence;
use super::super::findings::{CheckReport, Finding, Source, blame_text};
use super::super::markdown::escaped;
use super::super::number::thousands;
use crate::analyse::Status;
use crate::diagnostic::{Diagnostic, Severity};

/// Longest comment [bytes]; GitHub refuses more than 65,536 characters.
const MOST_BYTES: usize = 58_000;
/// Rows of a table; what is broken comes first.
const MOST_ROWS: usize = 60;
/// Lines of a list.
const MOST_LINES: usize = 30;
/// Longest text of a plan's author in a cell.
const MOST_LETTERS: usize = 300;

/// The comment, ending with a line break, below 60,000 bytes whatever the plan is.
#[must_use]
pub fn check_markdown(report: &CheckReport) -> String {
    let sign = match report.checked.status() {
        Status::Held => "✅",
        Status::Unclear => "❔",
        Status::Broken => "❌",
    };
    let marker = comment_marker(&report.places.plan.file);
    let mut text = format!("{marker}\n## {sign} plancast: {}\n\n", report.verdict());
    let against = report.against.map(|name| format!(", against {}", cell(name))).unwrap_or_default();
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(
        text,
        "**{}**: {} iterations, seed {}{against}.",
        cell(&report.instance.name),
        thousands(f64::from(report.iterations)),
        report.seed
    );
    for note in report.notes {
        let _ = writeln!(text, "\n> {}", cell(note));
    }
    text.push('\n');
    let findings = report.findings();
    for finding in findings.iter().filter(|f| f.status != Status::Held).take(MOST_LINES) {
        let _ = writeln!(text, "- {} **{}**: {}", mark(finding), cell(&finding.id), cell(&finding.message));
    }
    table(&mut text, "Limits", &findings, Source::Limit);
    table(&mut text, "Since the baseline", &findings, Source::Regression);
    if let Some(regressions) = &report.checked.regressions {
        list(&mut text, "Longer on the critical path", regressions.blame.iter().map(blame_text));
        list(&mut text, "What differs in the plan", regressions.changes.iter().map(sentence));
    }
    let readings = report.about.readings_line();
    if !readings.is_empty() {
        let _ = writeln!(text, "\n{}", cell(&readings));
    }
    text
}

/// The comment on the plan of this path if it has errors, ending with a line break; below 60,000 bytes as well.
#[must_use]
pub fn problems_markdown(diagnostics: &[Diagnostic], path: &str) -> String {
    let mut text = format!("{}\n## ❌ plancast: the plan has errors\n\n", comment_marker(path));
    let errors: Vec<&Diagnostic> = diagnostics.iter().filter(|d| d.severity() == Severity::Error).collect();
    for error in errors.iter().take(MOST_LINES) {
        let help = error.help.as_ref().map(|help| format!(" ({})", cell(help))).unwrap_or_default();
        let (place, message) = (cell(&format!("{}:{}", error.source, error.line)), cell(&error.message));
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(text, "- **{}** at {place}: {message}{help}", error.code);
    }
    if errors.len() > MOST_LINES {
        let _ = writeln!(text, "\nand {} more", errors.len() - MOST_LINES);
    }
    text
}

/// The first line of every comment on the plan of this path. Letters that could end it, or that a shell or a
/// query would take for more than letters, are left out.
#[must_use]
pub fn comment_marker(path: &str) -> String {
    let mut plain: String = path.chars().filter(|c| c.is_ascii_alphanumeric() || "/._-".contains(*c)).collect();
    while plain.contains("--") {
        plain = plain.replace("--", "-");
    }
    format!("<!-- plancast check {plain} -->")
}

fn table(text: &mut String, title: &str, findings: &[Finding], source: Source) {
    let mut rows: Vec<&Finding> = findings.iter().filter(|finding| finding.source == source).collect();
    if rows.is_empty() {
        return;
    }
    // Stable, so that equals stay in file order.
    rows.sort_by_key(|finding| std::cmp::Reverse(finding.status));
    let _ = write!(text, "\n### {title}\n\n| | | forecast | allowed |\n|---|---|---|---|\n");
    let mut shown = 0;
    for finding in rows.iter().take(MOST_ROWS) {
        if text.len() > MOST_BYTES {
            break;
        }
        let [id, value, allowed] = [&finding.short, &finding.value, &finding.allowed].map(|part| cell(part));
        let _ = writeln!(text, "| {} | {id} | {value} | {allowed} |", mark(finding));
        shown += 1;
    }
    if rows.len() > shown {
        let _ = writeln!(text, "\nand {} more", rows.len() - shown);
    }
}

fn list(text: &mut String, title: &str, lines: impl ExactSizeIterator<Item = String>) {
    let count = lines.len();
    if count == 0 || text.len() > MOST_BYTES {
        return;
    }
    let _ = write!(text, "\n<details><summary>{title} ({count})</summary>\n\n");
    let mut shown = 0;
    for line in lines.take(MOST_LINES) {
        if text.len() > MOST_BYTES {
            break;
        }
        let _ = writeln!(text, "- {}", cell(&line));
        shown += 1;
    }
    if count > shown {
        let _ = writeln!(text, "- and {} more", count - shown);
    }
    text.push_str("\n</details>\n");
}

fn mark(finding: &Finding) -> &'static str {
    match (finding.status, finding.is_error) {
        (Status::Held, _) => "✅",
        (Status::Unclear, _) => "❔",
        (Status::Broken, true) => "❌",
        (Status::Broken, false) => "⚠️",
    }
}

/// Text that can neither leave its cell nor become markup, a mention or an image; a long one is cut.
fn cell(text: &str) -> String {
    let kept: String = text.chars().take(MOST_LETTERS).collect();
    escaped(&kept) + if kept.len() < text.len() { "…" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_one_line_that_nothing_ends_early() {
        assert_eq!(comment_marker("plans/my sprint-2.yaml"), "<!-- plancast check plans/mysprint-2.yaml -->");
        assert_eq!(comment_marker("--> \"$(x)\"\n"), "<!-- plancast check -x -->");
    }

    #[test]
    fn a_plan_cannot_write_markup() {
        assert_eq!(cell("a|b <img> `x`\n@team"), "a\\|b &lt;img> \\`x\\` @<!-- -->team");
        assert!(cell(&"x".repeat(1000)).chars().count() <= MOST_LETTERS + 1);
    }
}
