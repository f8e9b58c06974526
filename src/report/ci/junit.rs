//! Test results in the format of JUnit: one case per limit and per quantity that has a baseline.

use std::fmt::Write as _;

use super::super::findings::{CheckReport, Finding, Source};
use super::super::xml::escape;
use crate::analyse::Status;
use crate::diagnostic::{Diagnostic, Severity};

/// The whole file.
#[must_use]
pub fn check_junit(report: &CheckReport) -> String {
    let findings = report.findings();
    let count = |wanted: Status| findings.iter().filter(|f| f.is_error && f.status == wanted).count();
    let mut cases = String::new();
    for finding in &findings {
        case(&mut cases, finding);
    }
    suite(&report.instance.name, [findings.len(), count(Status::Broken), count(Status::Unclear)], &cases)
}

/// The file of a plan of this path that has errors: a case for each of them.
#[must_use]
pub fn problems_junit(diagnostics: &[Diagnostic], path: &str) -> String {
    let errors: Vec<&Diagnostic> = diagnostics.iter().filter(|d| d.severity() == Severity::Error).collect();
    let mut cases = String::new();
    for error in &errors {
        let place = format!("{}:{}", escape(&error.source), error.line);
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(
            cases,
            "    <testcase classname=\"plan\" name=\"{} at {place}\">\n      <error type=\"invalid\" \
             message=\"{}\">{place}</error>\n    </testcase>",
            error.code,
            escape(&error.message)
        );
    }
    suite(path, [errors.len(), 0, errors.len()], &cases)
}

/// A file of one suite with these cases, of which so many there are, fail, and end in an error.
fn suite(name: &str, [tests, failures, errors]: [usize; 3], cases: &str) -> String {
    let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\"");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"plancast\" {counts}>\n  \
         <testsuite name=\"{}\" {counts}>\n{cases}  </testsuite>\n</testsuites>\n",
        escape(name)
    )
}

fn case(text: &mut String, finding: &Finding) {
    let group = if finding.source == Source::Limit { "limits" } else { "baseline" };
    let (id, message) = (escape(&finding.id), escape(&finding.message));
    let place = format!("{}:{}", escape(&finding.place.file), finding.place.line);
    let _ = write!(text, "    <testcase classname=\"{group}\" name=\"{id}\"");
    let _ = match (finding.status, finding.is_error) {
        (Status::Held, _) => writeln!(text, "/>"),
        (_, false) => writeln!(text, ">\n      <system-out>{place}: {message}</system-out>\n    </testcase>"),
        (Status::Broken, true) => {
            writeln!(
                text,
                ">\n      <failure type=\"broken\" message=\"{message}\">{place}</failure>\n    </testcase>"
            )
        }
        (Status::Unclear, true) => {
            writeln!(
                text,
                ">\n      <error type=\"inconclusive\" message=\"{message}\">{place}</error>\n    </testcase>"
            )
        }
    };
}
