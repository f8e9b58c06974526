//! Views of results: text for the terminal, JSON, CSV; computes nothing and touches no file.

mod about;
mod changes;
mod chart;
mod ci;
mod clock;
mod critical;
mod csv;
mod explanation;
mod export;
mod findings;
mod json;
mod markdown;
mod names;
mod number;
mod page;
mod text;
mod words;
mod xml;

pub use about::About;
pub use chart::{
    CHART_NAMES, Chart, Lever, Look, Material, OptionFinish, PLAN_AS_IT_IS, Painter, PngError, Theme, charts,
    letter_without_shape, levers, options_chart, staffing_chart, trace_chart,
};
pub use ci::{
    annotations, check_annotations, check_bench, check_junit, check_markdown, comment_marker, problems_junit,
    problems_markdown, sarif,
};
pub use clock::Clock;
pub use csv::{
    agents_csv, compare_csv, dates_csv, iterations_csv, milestones_csv, percentiles_csv, schedule_csv,
    staffing_csv, tasks_csv,
};
pub use export::{Export, dot, icalendar, mermaid_flowchart, mermaid_gantt, ms_project};
pub use findings::{CheckReport, Line, Places};
pub use json::{
    SCHEMA_VERSION, SUMMARY_PERCENTS, assign_json, check_json, compare_json, explain_json, schedule_json,
    solution_json, staffing_json, summary_json, trace_json,
};
pub use markdown::{explain_markdown, report_markdown};
pub use page::{View, report_html};
pub use text::{
    Screen, alternatives_text, assign_text, check_text, compare_text, explain_text, readings_text, schedule_text,
    solution_text, staffing_text, summary_text, trace_text,
};
