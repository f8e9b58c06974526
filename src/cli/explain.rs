//! `plancast explain`.

use super::arguments::Explain;
use super::failure::Failure;
use super::folder::{self, Product};
use super::{open, run, talk};
use crate::report;

/// Tells what each thing in the plan costs: files first, then the ranking.
///
/// # Errors
/// [`Failure`] when the plan has errors, or something cannot be written.
pub(super) fn explain(arguments: &Explain) -> Result<(), Failure> {
    let plan = open::open(&arguments.plan)?;
    let about = open::about(&arguments.plan, &plan);
    let folder = folder::chosen(arguments.output.out.as_deref(), &arguments.plan.path)?;
    let explanation = run::explanation(&arguments.run, &plan.instance)?;
    let json = report::explain_json(&explanation, &about);
    let products = vec![
        Product::text("explain.json", json.clone()),
        Product::text("explain.md", report::explain_markdown(&explanation, &about)),
    ];
    folder::write(&folder, &products, &[])?;
    talk::print(&if arguments.output.json { json } else { report::explain_text(&explanation, &about) })?;
    talk::say(&folder::written(&folder, &products));
    Ok(())
}
