//! What must be known of a plan before the rest of it can be read: units, scales, zone and start.

use super::document::{Defaults, Scales};
use super::field::{Context, Field, Reading};
use super::moment::{Start, bad_date};
use super::scalar::{DayLength, Share};
use crate::dates::Zone;
use crate::diagnostic::Code;
use crate::plan::tree::Node;

/// Reads the header out of the tree. Flaws are left for the reading of the document itself, which meets them
/// again; what is flawed counts as absent here.
pub(crate) fn header(tree: &Node) -> Reading {
    let mut context = Context::default();
    let mut reading = Reading::default();
    if let Some(hours) = value::<DayLength>(tree, "hours_per_day", &mut context) {
        reading.hours_per_day = hours.0;
    }
    if let Some(zone) = tree.get("timezone").and_then(Node::text).and_then(|name| Zone::find(name).ok()) {
        reading.zone = zone;
    }
    context.reading = reading.clone();
    // A start that cannot be read is one problem; that dates have no start to count from must not be another.
    let flawed = tree.get("start").is_some_and(|node| !node.is_null()).then_some(0);
    reading.start = value::<Start>(tree, "start", &mut context).map(|start| start.0).or(flawed);
    if let Some(defaults) = value::<Defaults>(tree, "defaults", &mut context) {
        reading.uncertainty = defaults.uncertainty.unwrap_or(reading.uncertainty);
        reading.range = defaults.range.unwrap_or(reading.range);
    }
    if let Some(scales) = value::<Scales>(tree, "scales", &mut context) {
        let given = [scales.low, scales.medium, scales.high];
        for (known, given) in reading.scales.iter_mut().zip(given) {
            *known = given.map_or(*known, |Share(share)| share);
        }
    }
    reading
}

fn value<'a, T: Field>(tree: &'a Node, key: &str, context: &mut Context<'a>) -> Option<T> {
    tree.get(key).filter(|node| !node.is_null()).and_then(|node| T::read(node, context))
}

/// Reports a zone that is not known.
pub(crate) fn zone(
    name: &super::scalar::At<String>,
    key: &'static str,
    context: &mut Context<'_>,
) -> Option<Zone> {
    match Zone::find(&name.value) {
        Ok(zone) => Some(zone),
        Err(error) => {
            context.at(key, |context| bad_date(Code::E118, error, name.span, context));
            None
        }
    }
}
