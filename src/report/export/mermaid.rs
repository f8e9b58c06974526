//! Mermaid: a Gantt chart at a percentile, and a flowchart of the dependencies. Both are shown by the pages of
//! most repositories.

use std::fmt::Write as _;

use super::Export;
use super::network::{End, ties, word};
use crate::model::{LinkKind, Origin};
use crate::report::Clock;
use crate::report::names::titled;

/// A Gantt chart with the dates of the percentile. Without a start the dates begin on 1 January 2000.
#[must_use]
pub fn mermaid_gantt(export: &Export) -> String {
    let clock = clock(export);
    let date = |hours: f64| clock.local_iso(hours).unwrap_or_default();
    let mut out = format!(
        "gantt\n    title {} (P{})\n    dateFormat YYYY-MM-DDTHH:mm:ss\n    axisFormat %d %b\n",
        plain(&export.forecast.plan),
        export.percent
    );
    let mut section: Option<&str> = None;
    for (index, task) in export.forecast.tasks.iter().enumerate() {
        let phase = task.phase.as_deref().unwrap_or("");
        if section != Some(phase) {
            let name = export.forecast.phases.iter().find(|p| p.id == phase).map_or("Tasks", |p| p.name.as_str());
            // Writing to a string cannot fail, here and below.
            let _ = writeln!(out, "    section {}", plain(name));
            section = Some(phase);
        }
        let (Some(start), Some(finish)) = export.dates[index] else { continue };
        let critical = if export.is_critical(index) { "crit, " } else { "" };
        let _ = writeln!(
            out,
            "    {} :{critical}t{index}, {}, {}",
            line_start(&titled(&task.id, &task.name)),
            date(start),
            date(finish.max(start))
        );
    }
    if !export.forecast.milestones.is_empty() {
        out.push_str("    section Milestones\n");
    }
    for (index, goal) in export.forecast.milestones.iter().enumerate() {
        if let Some(hours) = goal.finish.spread.percentile(export.percent).value {
            let _ = writeln!(out, "    {} :milestone, m{index}, {}, 0d", line_start(&goal.name), date(hours));
        }
    }
    out
}

/// The clock of the plan; of one without a start one that begins on 1 January 2000.
fn clock(export: &Export) -> Clock {
    // 2000-01-01T00:00:00Z.
    const STAND_IN: i64 = 946_684_800_000_000;
    let stand_in = Origin { unix_micros: STAND_IN, zone: "UTC".to_owned() };
    Clock::new(Some(export.origin().unwrap_or(&stand_in)))
}

/// The dependencies as a flowchart, phases as boxes, tasks that are critical in most iterations marked.
#[must_use]
pub fn mermaid_flowchart(export: &Export) -> String {
    let instance = export.instance;
    let mut out = "flowchart LR\n".to_owned();
    let node = |index: usize| {
        let task = &export.forecast.tasks[index];
        let class = if export.is_critical(index) { ":::critical" } else { "" };
        format!("t{index}[\"{}\"]{class}", quoted(&titled(&task.id, &task.name)))
    };
    for (place, phase) in instance.phases.iter().enumerate() {
        let _ = writeln!(out, "    subgraph p{place}[\"{}\"]", quoted(&phase.name));
        for (index, _) in
            instance.tasks.iter().enumerate().filter(|(_, t)| t.phase.is_some_and(|p| p.index() == place))
        {
            let _ = writeln!(out, "        {}", node(index));
        }
        out.push_str("    end\n");
    }
    for (index, _) in instance.tasks.iter().enumerate().filter(|(_, task)| task.phase.is_none()) {
        let _ = writeln!(out, "    {}", node(index));
    }
    for (index, milestone) in instance.milestones.iter().enumerate() {
        let _ = writeln!(out, "    m{index}{{{{\"{}\"}}}}", quoted(&milestone.name));
    }
    let name = |end: End| match end {
        End::Task(index) => format!("t{index}"),
        End::Milestone(index) => format!("m{index}"),
        End::Phase(index) => format!("p{index}"),
    };
    for tie in ties(instance) {
        let label =
            if tie.kind == LinkKind::FinishStart { String::new() } else { format!("|{}|", word(tie.kind)) };
        let _ = writeln!(out, "    {} -->{label} {}", name(tie.from), name(tie.to));
    }
    out.push_str("    classDef critical stroke:#D55E00,stroke-width:3px\n");
    out
}

/// Words that the Gantt format takes as they are: its separators become blanks.
fn plain(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| {
            if c.is_control() || matches!(c, ':' | ';' | '#' | ',' | '%' | '<' | '>' | '"' | '`') {
                ' '
            } else {
                c
            }
        })
        .collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    if words.is_empty() { "-".to_owned() } else { words.join(" ") }
}

/// The same at the beginning of a line, where the words of the format's own statements would begin one.
fn line_start(text: &str) -> String {
    const STATEMENTS: [&str; 18] = [
        "gantt",
        "title",
        "section",
        "dateformat",
        "axisformat",
        "tickinterval",
        "excludes",
        "includes",
        "todaymarker",
        "inclusiveenddates",
        "topaxis",
        "weekday",
        "weekend",
        "click",
        "acctitle",
        "accdescr",
        "vert",
        "displaymode",
    ];
    let text = plain(text);
    let lower = text.to_lowercase();
    if STATEMENTS.iter().any(|word| lower.starts_with(word)) { format!("- {text}") } else { text }
}

/// Text inside quotation marks, by Mermaid's entity codes.
fn quoted(text: &str) -> String {
    let mut safe = String::new();
    for letter in text.chars() {
        match letter {
            c if c.is_control() => safe.push(' '),
            c if matches!(c, '"' | '#' | '<' | '>' | '&' | '`' | ';') => {
                let _ = write!(safe, "#{};", u32::from(c));
            }
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_end_their_statement() {
        assert_eq!(plain("a: b, c;\n#d"), "a b c d");
        assert_eq!(plain(":;"), "-");
        assert_eq!([line_start("Section 2"), line_start("2 sections")], ["- Section 2", "2 sections"]);
        assert_eq!(quoted("say \"x\" <b>"), "say #34;x#34; #60;b#62;");
    }
}
