//! `check --json`: of which the other views of a check are made.

use serde_json::{Value, json};

use super::super::findings::{CheckReport, Finding, Source};
use super::super::number::rounded;
use super::compare::{changes, estimate, rule, task};
use super::parts::number;
use crate::analyse::{Aim, Regression, Requirement};
use crate::model::Severity;

/// A check as JSON, ending with a line break: the same bytes for the same check.
#[must_use]
pub fn check_json(report: &CheckReport) -> String {
    let findings = report.findings();
    let of = |source: Source| findings.iter().filter(move |finding| finding.source == source);
    let limits = report.checked.requirements.iter().zip(of(Source::Limit));
    let since = report.checked.regressions.as_ref().map(|regressions| {
        json!({
            "against": report.against,
            "rule": rule(report.rule),
            "notes": report.notes,
            "quantities":
                regressions.all.iter().zip(of(Source::Regression)).map(|(r, f)| regression(r, f)).collect::<Vec<_>>(),
            "blame": regressions.blame.iter().map(task).collect::<Vec<_>>(),
            "changes": changes(&regressions.changes),
        })
    });
    super::text(&json!({
        "schema_version": super::SCHEMA_VERSION,
        "plan": {
            "name": report.instance.name,
            "hash": report.about.hash,
            "option": report.about.option,
            "changes": report.about.changes,
        },
        "run": { "iterations": report.iterations, "seed": report.seed, "version": report.about.version },
        "verdict": report.verdict(),
        "decided_by": report.checked.decided_by(),
        "limits": limits.map(|(r, finding)| limit(r, finding)).collect::<Vec<_>>(),
        "baseline": since,
    }))
}

fn limit(r: &Requirement, finding: &Finding) -> Value {
    let aim = match r.aim {
        Aim::Percentile(percent) => format!("p{percent}"),
        Aim::Mean => "mean".to_owned(),
        Aim::Probability => "probability".to_owned(),
    };
    json!({
        "id": r.id,
        "aim": aim,
        "level": if r.severity == Severity::Error { "error" } else { "warn" },
        "allowed": rounded(r.allowed),
        "value": number(r.value),
        "low": number(r.low),
        "high": number(r.high),
        "status": r.status.word(),
        "decided_by": r.decided_by,
        "message": finding.message,
        "file": finding.place.file,
        "line": finding.place.line,
    })
}

fn regression(r: &Regression, finding: &Finding) -> Value {
    json!({
        "kind": r.kind.word(),
        "id": r.id,
        "before": number(r.before),
        "after": number(r.after),
        "difference": r.difference.map(estimate),
        "allowed": rounded(r.margin),
        "status": r.status.word(),
        "decided_by": r.decided_by,
        "message": finding.message,
        "file": finding.place.file,
        "line": finding.place.line,
    })
}
