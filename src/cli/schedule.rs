//! `plancast schedule`.

use super::arguments::Schedule;
use super::failure::Failure;
use super::folder::{self, Product};
use super::{open, talk};
use crate::report;
use crate::schedule;

/// Schedules a plan on mean durations: files first, then the table.
///
/// # Errors
/// [`Failure`] when the plan has errors, or something cannot be written.
pub(super) fn schedule(arguments: &Schedule) -> Result<(), Failure> {
    let plan = open::open(&arguments.plan)?;
    let about = open::about(&arguments.plan, &plan);
    let instance = &plan.instance;
    let path = schedule::critical_path(instance);
    let scheduled = schedule::list_schedule(instance);
    let json = report::schedule_json(instance, &path, &scheduled, &about);
    let products = [
        Product::text("schedule.json", json.clone()),
        Product::text("schedule.csv", report::schedule_csv(instance, &path, &scheduled)),
    ];
    let folder = folder::chosen(arguments.output.out.as_deref(), &arguments.plan.path)?;
    folder::write(&folder, &products, &[])?;
    talk::print(&if arguments.output.json {
        json
    } else {
        report::schedule_text(instance, &path, &scheduled) + &report::readings_text(&about)
    })?;
    talk::say(&folder::written(&folder, &products));
    Ok(())
}
