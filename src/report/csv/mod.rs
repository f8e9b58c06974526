//! Tables for spreadsheets and scripts, one file each: comma separated, with a head, numbers with a point.
//!
//! Times are hours from the start; where the plan has a start, columns that end in `_date` stand beside them.
//! A cell of text that a spreadsheet would take for a formula gets an apostrophe in front. Empty = unknown or
//! infinite.

mod cells;
mod dates;
mod entities;
mod options;
mod runs;
mod schedule;

pub use dates::dates_csv;
pub use entities::{agents_csv, milestones_csv, tasks_csv};
pub use options::{compare_csv, staffing_csv};
pub use runs::{iterations_csv, percentiles_csv};
pub use schedule::schedule_csv;
