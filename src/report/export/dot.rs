//! DOT, the language of Graphviz: the network with phases as clusters and criticality as shade.

use std::fmt::Write as _;

use super::Export;
use super::network::{End, ties, word};
use crate::model::LinkKind;
use crate::report::names::titled;
use crate::report::number::percent;

/// The network.
#[must_use]
pub fn dot(export: &Export) -> String {
    let instance = export.instance;
    let mut out = format!(
        "digraph plan {{\n  label={};\n  rankdir=LR;\n  compound=true;\n  node [shape=box, style=\"filled,rounded\", \
         fontname=\"Helvetica\", fillcolor=white];\n  edge [fontname=\"Helvetica\"];\n",
        quoted(&export.forecast.plan)
    );
    let node = |index: usize| {
        let task = &export.forecast.tasks[index];
        let label = format!("{}\n{}", titled(&task.id, &task.name), percent(task.criticality));
        let saturation = 0.6 * task.criticality;
        let width = if export.is_critical(index) { 3 } else { 1 };
        format!("t{index} [label={}, fillcolor=\"0.56 {saturation:.3} 1.000\", penwidth={width}];", quoted(&label))
    };
    let phase_of = |index: usize| instance.tasks[index].phase.map(crate::model::PhaseId::index);
    for (place, phase) in instance.phases.iter().enumerate() {
        // Writing to a string cannot fail, here and below. The point stands for the phase in its ties.
        let _ = writeln!(out, "  subgraph cluster_p{place} {{\n    label={};", quoted(&phase.name));
        let _ = writeln!(out, "    p{place} [shape=point, style=invis];");
        for index in (0..instance.tasks.len()).filter(|index| phase_of(*index) == Some(place)) {
            let _ = writeln!(out, "    {}", node(index));
        }
        out.push_str("  }\n");
    }
    for index in (0..instance.tasks.len()).filter(|index| phase_of(*index).is_none()) {
        let _ = writeln!(out, "  {}", node(index));
    }
    for (index, milestone) in instance.milestones.iter().enumerate() {
        let _ = writeln!(out, "  m{index} [shape=diamond, label={}];", quoted(&milestone.name));
    }
    for tie in ties(instance) {
        let mut attributes = Vec::new();
        let mut name = |end: End, cluster: &str| match end {
            End::Task(index) => format!("t{index}"),
            End::Milestone(index) => format!("m{index}"),
            End::Phase(index) => {
                attributes.push(format!("{cluster}=cluster_p{index}"));
                format!("p{index}")
            }
        };
        let (from, to) = (name(tie.from, "ltail"), name(tie.to, "lhead"));
        if tie.kind != LinkKind::FinishStart {
            attributes.push(format!("label={}", quoted(&word(tie.kind))));
        }
        let _ = writeln!(out, "  {from} -> {to} [{}];", attributes.join(", "));
    }
    out.push_str("}\n");
    out
}

/// A quoted string of DOT.
fn quoted(text: &str) -> String {
    let mut safe = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => safe.push_str("\\\""),
            // Graphviz reads entities.
            '&' => safe.push_str("&amp;"),
            '\\' => safe.push_str("\\\\"),
            '\n' => safe.push_str("\\n"),
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_end_their_string() {
        assert_eq!(quoted("a\" b\\N\n"), "\"a\\\" b\\\\N\\n\"");
        assert_eq!(quoted("&#65;"), "\"&amp;#65;\"");
    }
}
