//! Test results in the format of JUnit: one case per limit and per quantity that has a baseline.

use std::fmt::Write as _;

use super::super::findings::{CheckReport, Finding, Source};
use super::super::xml::escape;
use crate::analyse::Status;

/// The whole file.
#[must_use]
pub fn check_junit(report: &CheckReport) -> String {
    let findings = report.findings();
    let count = |wanted: Status| findings.iter().filter(|f| f.is_error && f.status == wanted).count();
    let (failures, errors) = (count(Status::Broken), count(Status::Unclear));
    let counts = format!("tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\"", findings.len());
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(text, "<testsuites name=\"plancast\" {counts}>");
    let _ = writeln!(text, "  <testsuite name=\"{}\" {counts}>", escape(&report.instance.name));
    for finding in &findings {
        case(&mut text, finding);
    }
    text + "  </testsuite>\n</testsuites>\n"
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
