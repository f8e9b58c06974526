//! A list of numbers for trackers of benchmarks: smaller is better for each.

use serde_json::json;

use super::super::findings::CheckReport;
use super::super::number::rounded;
use crate::analyse::Kind;

/// `[{name, unit, value, range}]`, ending with a line break. What is never reached is left out, since a series
/// cannot hold it.
#[must_use]
pub fn check_bench(report: &CheckReport) -> String {
    let number = report.rule.objective.word();
    let entries = report.readings.iter().filter_map(|reading| {
        let half = reading.low.zip(reading.high).map(|(low, high)| format!("± {}", rounded((high - low) / 2.0)));
        let unit = if reading.kind == Kind::Cost { "cost" } else { "hours" };
        let mut entry = json!({
            "name": format!("{} {} {number}", report.instance.name, reading.id),
            "unit": unit,
            "value": rounded(reading.value?),
        });
        if let Some(half) = half {
            entry["range"] = half.into();
        }
        Some(entry)
    });
    super::super::json::text(&entries.collect::<Vec<_>>())
}
