//! What `check` prints for people.

use super::super::changes::sentence;
use super::super::findings::{CheckReport, Finding, Source, blame_text};
use super::super::number::thousands;
use super::layout::{Page, left};
use crate::analyse::Status;

/// Lines of each list.
const MOST: usize = 10;

/// A check as text of at most 80 columns.
#[must_use]
pub fn check_text(report: &CheckReport) -> String {
    let mut page = Page::default();
    page.heading(&format!("{}: {}", report.instance.name, report.verdict()));
    let against = report.against.map(|name| format!(", against {name}")).unwrap_or_default();
    let iterations = thousands(f64::from(report.iterations));
    page.paragraph(&format!("{iterations} iterations, seed {}{against}", report.seed));
    for note in report.notes {
        page.paragraph(note);
    }
    page.paragraph(&report.about.readings_line());
    let findings = report.findings();
    section(&mut page, "Limits", &findings, Source::Limit);
    section(&mut page, "Since the baseline", &findings, Source::Regression);
    if findings.is_empty() {
        page.paragraph("The plan has no limits: add some under `limits`, or give a baseline.");
    }
    if let Some(regressions) = &report.checked.regressions {
        list(&mut page, "Longer on the critical path", regressions.blame.iter().map(blame_text).collect());
        list(&mut page, "What differs in the plan", regressions.changes.iter().map(sentence).collect());
    }
    page.finish()
}

fn section(page: &mut Page, title: &str, findings: &[Finding], source: Source) {
    let found: Vec<&Finding> = findings.iter().filter(|finding| finding.source == source).collect();
    if found.is_empty() {
        return;
    }
    page.heading(title);
    let row = |finding: &&Finding| vec![mark(finding).to_owned(), finding.short.clone(), finding.value.clone()];
    page.table(&[left(8), left(28), left(36)], false, &found.iter().map(row).collect::<Vec<_>>());
    for finding in found.iter().filter(|finding| finding.status != Status::Held) {
        page.paragraph(&format!("{}:{}: {}", finding.place.file, finding.place.line, finding.message));
    }
}

/// What became of a finding, in a word.
fn mark(finding: &Finding) -> &'static str {
    match (finding.status, finding.is_error) {
        (Status::Held, _) => "ok",
        (Status::Unclear, _) => "unclear",
        (Status::Broken, true) => "BROKEN",
        (Status::Broken, false) => "warning",
    }
}

fn list(page: &mut Page, title: &str, mut lines: Vec<String>) {
    if lines.is_empty() {
        return;
    }
    page.heading(title);
    let more = lines.len().saturating_sub(MOST);
    lines.truncate(MOST);
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    for line in lines {
        page.paragraph(&line);
    }
}
