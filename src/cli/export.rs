//! `plancast export`.

use super::arguments::{Export, Format};
use super::evidence::gather;
use super::failure::Failure;
use super::talk;
use crate::analyse;
use crate::plan::some_listed;
use crate::report;

/// Prints the plan, with dates of the forecast, in the format of another tool.
///
/// # Errors
/// [`Failure`] when the plan has errors, or has no start and the format needs dates.
pub(super) fn export(arguments: &Export) -> Result<(), Failure> {
    let evidence = gather(&arguments.plan, &arguments.run)?;
    let dates = analyse::task_dates(&evidence.outcomes, arguments.percentile);
    let export = report::Export {
        instance: &evidence.plan.instance,
        forecast: &evidence.forecast,
        schedule: &evidence.schedule,
        dates: &dates,
        percent: arguments.percentile,
    };
    let instance = &evidence.plan.instance;
    let undated = instance.tasks.iter().zip(&dates).filter(|(_, dates)| dates.1.is_none());
    let undated: Vec<&str> = undated.map(|(task, _)| task.id.as_str()).collect();
    if !undated.is_empty() {
        talk::say(&format!(
            "warning: these tasks have no date at P{}, because too many iterations never finish them: {}\n",
            arguments.percentile,
            some_listed(&undated)
        ));
    }
    let text = match arguments.format {
        Format::Mermaid => Some(report::mermaid_gantt(&export)),
        Format::MermaidFlow => Some(report::mermaid_flowchart(&export)),
        Format::Dot => Some(report::dot(&export)),
        Format::Csv => Some(report::dates_csv(&export)),
        Format::Ics => report::icalendar(&export),
        Format::Msproject => report::ms_project(&export),
    };
    let text = text.ok_or_else(|| {
        Failure::lacking(
            "the plan has no `start`, and this format has no dates without one",
            "add one to the plan, or with `--set start=2025-01-06`",
        )
    })?;
    talk::print(&text)
}
