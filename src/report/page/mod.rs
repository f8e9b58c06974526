//! The report as one page of HTML that needs nothing else: no network, no font, no script from elsewhere. It
//! reads without JavaScript; with it, one option of the plan is shown at a time, tables sort and filter, and a
//! slider moves the dates.

mod data;
mod digest;
mod html;
mod options;
mod tables;
mod view;

pub use html::report_html;

use super::about::About;
use super::chart::{Chart, Material};
use crate::analyse::Alternative;

/// What the page says of one option of the plan.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// What the option is called.
    pub name: &'a str,
    /// Its results.
    pub material: Material<'a>,
    /// Its charts, in light colours.
    pub charts: &'a [Chart],
    /// Percentiles 1 to 99 of the finish of each task [hours].
    pub task_finishes: &'a [Vec<Option<f64>>],
    /// Where its numbers come from.
    pub about: &'a About,
    /// What it changes; absent for the first, with which the others are compared.
    pub change: Option<&'a Alternative>,
}

/// Beginning of the ids of a view: those of the first stay as they are.
fn prefix(place: usize) -> String {
    if place == 0 { String::new() } else { format!("v{place}-") }
}
