//! Problems of plan files in SARIF 2.1.0, which code scanning services read.
//!
//! OASIS 2020, "Static Analysis Results Interchange Format (SARIF) version 2.1.0".

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::diagnostic::{Code, Diagnostic, Severity};

/// All problems as one run, ending with a line break.
#[must_use]
pub fn sarif(diagnostics: &[Diagnostic], version: &str) -> String {
    let rules: Vec<Value> = Code::ALL
        .iter()
        .map(|code| {
            json!({
                "id": code.name(),
                "shortDescription": { "text": code.meaning() },
                "defaultConfiguration": { "level": level(code.severity()) },
            })
        })
        .collect();
    super::super::json::text(&json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "plancast", "version": version, "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": diagnostics.iter().map(result).collect::<Vec<_>>(),
        }],
    }))
}

fn result(diagnostic: &Diagnostic) -> Value {
    let help = diagnostic.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
    let rule = Code::ALL.iter().position(|code| *code == diagnostic.code);
    json!({
        "ruleId": diagnostic.code.name(),
        "ruleIndex": rule,
        "level": level(diagnostic.severity()),
        "message": { "text": format!("{}{help}", diagnostic.message) },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": uri(&diagnostic.source) },
                "region": {
                    "startLine": diagnostic.line,
                    "startColumn": diagnostic.column,
                    "endColumn": diagnostic.column + diagnostic.marked.len().max(1),
                },
            },
        }],
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// A path as a relative reference: what a URI does not allow is written in percents (RFC 3986, section 2.1).
fn uri(path: &str) -> String {
    let mut text = String::new();
    for byte in path.replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_reference() {
        assert_eq!(uri("a b\\plan.yaml"), "a%20b/plan.yaml");
        assert_eq!(uri("<stdin>"), "%3Cstdin%3E");
    }
}
