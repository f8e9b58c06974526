//! Exports: every format is read again by a parser that is not ours, whatever a plan's author wrote into it.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{Folder, SCENARIOS, plancast, scenario};
use layout::gv::DotParser;
use layout::gv::parser::ast::{Graph, Stmt};
use roxmltree::{Document, Node};

/// Names that try to be markup, formulas, commands, separators and statements of the formats.
fn hostile_names() -> Vec<String> {
    let mut names: Vec<String> = [
        "<script>alert('x')</script>",
        "]]> --> =cmd()|' /C calc'!A0",
        "=cmd()",
        "@SUM(A1:A9)",
        "\"double\" 'single' `back`",
        "</title><!-- <img src=x onerror=alert(1)>",
        "&amp; & &#65; &lt;b&gt;",
        "a; b, c: d\\n\\N %%{init}%% #35;",
        "section of the end",
        "subgraph end; graph TD",
        "|cell| *bold* _it_ [x](y) ~no~ # h",
        "\u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{645}\u{631}\u{62d}\u{628}\u{627}",
        "\u{1f680}\u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467} \u{8a2d}\u{8a08}",
        "}}{{ }] [(",
    ]
    .map(str::to_owned)
    .to_vec();
    names.push("x".repeat(200));
    names
}

/// A plan with these names for its tasks, milestones, phases and agents.
fn hostile(folder: &Folder) -> String {
    let names = hostile_names();
    let quoted = |name: &String| serde_json::to_string(name).expect("text");
    let mut plan = format!("plan: {}\nstart: 2025-01-06T09:00:00Z\nagents:\n", quoted(&names.concat()));
    let list = |make: &dyn Fn(usize, String) -> String| -> String {
        names.iter().enumerate().map(|(i, name)| make(i, quoted(name))).collect()
    };
    plan += &list(&|i, name| format!("  a{i}: {{ name: {name}, skills: [s{i}] }}\n"));
    plan += "phases:\n";
    plan += &list(&|i, name| {
        let after =
            if i > 0 { format!(", after: [{{ task: t{}, type: SS, lag: 1h }}]", i - 1) } else { String::new() };
        format!(
            "  p{i}:\n    name: {name}\n    after: []\n    tasks: {{ t{i}: {{ name: {name}, skill: s{i}, effort: 1-2h{after} }} }}\n"
        )
    });
    plan += "milestones:\n";
    plan += &list(&|i, name| format!("  m{i}: {{ name: {name}, after: [t{i}], due: 40h }}\n"));
    folder.file("hostile.yaml", plan)
}

#[test]
fn what_never_finishes_is_named() {
    let folder = Folder::new();
    let plan = "start: 2025-03-03T09:00
agents: { a: { skills: [x], until: 2025-03-03T14:00 } }
tasks: { build: { skill: x, effort: { fixed: 6h } }, ship: { skill: x, after: build, effort: { fixed: 9h } } }
";
    let plan = folder.file("plan.yaml", plan);
    for format in ["mermaid", "ics", "csv"] {
        let ran = plancast(&["export", &plan, "--format", format, "--iterations", "100"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let undated = ran.err.lines().find(|line| line.contains("no date at P80"));
        assert!(undated.is_some_and(|line| line.ends_with(": `ship`")), "{format}: {}", ran.err);
    }
}

#[track_caller]
fn export(plan: &str, format: &str) -> String {
    let ran = plancast(&["export", plan, "--format", format, "--iterations", "200"]);
    assert_eq!(ran.code, 0, "{format}: {}", ran.err);
    ran.out
}

fn child(node: Node, name: &str) -> Option<String> {
    let child = node.children().find(|child| child.tag_name().name() == name);
    child.and_then(|child| child.text()).map(str::to_owned)
}

fn elements<'a>(document: &'a Document, name: &str) -> Vec<Node<'a, 'a>> {
    document.descendants().filter(|node| node.tag_name().name() == name).collect()
}

#[test]
fn the_project_file_holds_every_task_link_and_agent() {
    let folder = Folder::new();
    let xml = export(&hostile(&folder), "msproject");
    let document = Document::parse(&xml).expect("XML");
    let names = hostile_names();
    let count = names.len();
    let tasks = elements(&document, "Task");
    // Phases, tasks and milestones.
    assert_eq!(tasks.len(), 3 * count);
    assert_eq!([elements(&document, "Resource").len(), elements(&document, "Assignment").len()], [count, count]);
    // Each task but the first waits for the one before, each milestone for a task.
    assert_eq!(elements(&document, "PredecessorLink").len(), 2 * count - 1);
    let known: BTreeMap<String, Node> =
        tasks.iter().map(|task| (child(*task, "UID").expect("a number"), *task)).collect();
    assert_eq!(known.len(), tasks.len(), "numbers are unique");
    for link in elements(&document, "PredecessorLink") {
        assert!(known.contains_key(&child(link, "PredecessorUID").expect("a number")));
    }
    let shown: Vec<String> = tasks.iter().map(|task| child(*task, "Name").expect("a name")).collect();
    for (i, name) in names.iter().enumerate() {
        for wanted in [name.clone(), format!("t{i} {name}")] {
            assert!(shown.contains(&wanted), "{wanted} is not in {shown:?}");
        }
    }
    for task in &tasks {
        let [start, finish] = ["Start", "Finish"].map(|name| child(*task, name).expect("a date"));
        assert!(start.len() == 19 && start <= finish, "{start} to {finish}");
        assert_eq!([child(*task, "ManualStart"), child(*task, "ManualFinish")], [Some(start), Some(finish)]);
    }
}

#[test]
fn the_calendar_has_an_event_for_each_milestone_and_the_finish() {
    let folder = Folder::new();
    let text = export(&hostile(&folder), "ics");
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    let calendars: Vec<_> = ical::IcalParser::new(text.as_bytes()).collect();
    assert_eq!(calendars.len(), 1);
    let calendar = calendars[0].as_ref().expect("a calendar");
    let names = hostile_names();
    assert_eq!(calendar.events.len(), names.len() + 1);
    let value = |event: &ical::parser::ical::component::IcalEvent, name: &str| {
        let found = event.properties.iter().find(|property| property.name == name);
        found.and_then(|property| property.value.clone()).unwrap_or_else(|| panic!("{name} is missing"))
    };
    for (event, name) in calendar.events.iter().zip(&names) {
        let summary = value(event, "SUMMARY");
        // Separators are escaped once; nothing else is.
        let plain =
            summary.replace("\\\\", "\u{1}").replace("\\;", ";").replace("\\,", ",").replace('\u{1}', "\\");
        assert_eq!(plain, format!("{name} (P80)"));
        assert_eq!((value(event, "DTSTART").len(), value(event, "DTSTAMP").as_str()), (16, "20250106T090000Z"));
    }
    let ids: BTreeSet<String> = calendar.events.iter().map(|event| value(event, "UID")).collect();
    assert_eq!(ids.len(), calendar.events.len());
    // Of another plan they are others, so that a calendar can hold both.
    let name = value(&calendar.events[0], "UID");
    assert!(ids.iter().all(|id| id.split('/').next() == name.split('/').next()), "{ids:?}");
    assert!(!name.starts_with('/'), "{name}");
}

/// Labels of nodes by id, and ids at both ends of edges, subgraphs included.
fn walk(graph: &Graph, nodes: &mut BTreeMap<String, String>, edges: &mut Vec<(String, String)>) {
    for statement in &graph.list.list {
        match statement {
            Stmt::Node(node) => {
                let label = node.list.iter().find(|(key, _)| key == "label");
                nodes.insert(node.id.name.clone(), label.map(|(_, label)| label.clone()).unwrap_or_default());
            }
            Stmt::Edge(edge) => {
                edges.extend(edge.to.iter().map(|(to, _)| (edge.from.name.clone(), to.name.clone())));
            }
            Stmt::SubGraph(inner) => walk(inner, nodes, edges),
            Stmt::Attribute(_) => {}
        }
    }
}

#[test]
fn the_network_for_graphviz_has_every_task_and_link() {
    let folder = Folder::new();
    let text = export(&hostile(&folder), "dot");
    let graph = DotParser::new(&text).process().unwrap_or_else(|error| panic!("{error}: {text}"));
    let (mut nodes, mut edges) = (BTreeMap::new(), Vec::new());
    walk(&graph, &mut nodes, &mut edges);
    for (i, name) in hostile_names().iter().enumerate() {
        let label = nodes[&format!("t{i}")].replace("&amp;", "&");
        assert!(label.starts_with(&format!("t{i} {name}\n")), "{label}");
        assert_eq!(nodes[&format!("m{i}")].replace("&amp;", "&"), *name);
        assert!(edges.contains(&(format!("t{i}"), format!("m{i}"))));
    }
    assert_eq!(edges.len(), 2 * hostile_names().len() - 1);
}

#[test]
fn the_table_has_every_row_and_no_formula() {
    let folder = Folder::new();
    let text = export(&hostile(&folder), "csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let names = hostile_names();
    assert_eq!(rows.len(), 3 * names.len());
    assert!(rows.iter().flatten().all(|cell| !cell.starts_with(['=', '+', '-', '@'])), "{text}");
    let tasks: Vec<&csv::StringRecord> = rows.iter().filter(|row| &row[0] == "task").collect();
    for (i, (row, name)) in tasks.iter().zip(&names).enumerate() {
        assert_eq!((&row[1], row[2].trim_start_matches('\'')), (format!("t{i}").as_str(), name.as_str()));
        assert!(row[5].parse::<f64>().expect("hours") <= row[6].parse::<f64>().expect("hours"));
        assert_eq!(row[10], if i > 0 { format!("t{} SS", i - 1) } else { String::new() });
    }
}

/// The text without what stands between quotation marks, which must come in pairs.
#[track_caller]
fn without_quoted(line: &str) -> String {
    let parts: Vec<&str> = line.split('"').collect();
    assert!(parts.len() % 2 == 1, "quotation marks in pairs: {line}");
    parts.into_iter().step_by(2).collect()
}

#[test]
fn flowcharts_are_statements_with_quoted_names() {
    let folder = Folder::new();
    let text = export(&hostile(&folder), "mermaid-flow");
    for line in text.lines().skip(1) {
        let bare = without_quoted(line.trim());
        let harmless = |c: char| c.is_ascii_alphanumeric() || " []{}:->|=#,".contains(c);
        assert!(bare.chars().all(harmless) && bare.len() < 80, "{line}");
        assert!(line.split('"').skip(1).step_by(2).all(|name| !name.contains(['<', '>', '`'])), "{line}");
    }
    let count = hostile_names().len();
    assert_eq!(text.matches("[\"t").count(), count, "{text}");
    assert_eq!(text.matches(" -->").count(), 2 * count - 1);
}

#[test]
fn gantt_charts_have_one_line_for_each_task() {
    let folder = Folder::new();
    let text = export(&hostile(&folder), "mermaid");
    let lines = || text.lines().skip(4).filter(|line| !line.starts_with("    section "));
    let count = hostile_names().len();
    assert_eq!(lines().count(), 2 * count);
    for line in lines() {
        let (name, rest) = line.split_once(" :").expect("a name and its dates");
        assert!(!name.contains([':', ';', '#', '%', '<', '>']), "{line}");
        let first = name.split_whitespace().next().expect("a word");
        assert!(!["section", "title", "click"].contains(&first), "{line}");
        let parts: Vec<&str> = rest.split(", ").collect();
        let dates = parts.iter().filter(|part| part.len() == 19 && part.as_bytes()[10] == b'T').count();
        assert_eq!(dates, if rest.starts_with("milestone") { 1 } else { 2 }, "{line}");
    }
}

#[test]
fn what_has_no_name_is_called_by_its_id_once() {
    let folder = Folder::new();
    let plan = "plan: nameless\nstart: 2026-03-02T09:00Z\nagents: { ada: { skills: { core: 1 } } }\ntasks: { alone: { skill: core, effort: 2h } }\n";
    let plan = folder.file("nameless.yaml", plan);
    for format in ["mermaid", "mermaid-flow", "dot", "msproject"] {
        let text = export(&plan, format);
        assert!(text.contains("alone") && !text.contains("alone alone"), "{format}: {text}");
    }
}

#[test]
fn text_formats_of_a_small_plan_stay_as_they_are() {
    for format in ["mermaid", "mermaid-flow", "dot", "csv"] {
        insta::assert_snapshot!(format, export(&scenario("quickstart"), format));
    }
}

#[test]
fn every_scenario_goes_out_in_every_format() {
    for name in SCENARIOS {
        let plan = scenario(name);
        let xml = export(&plan, "msproject");
        let document = Document::parse(&xml).expect("XML");
        let text = export(&plan, "dot");
        let graph = DotParser::new(&text).process().unwrap_or_else(|error| panic!("{name}: {error}"));
        let (mut nodes, mut edges) = (BTreeMap::new(), Vec::new());
        walk(&graph, &mut nodes, &mut edges);
        let tasks = nodes.keys().filter(|id| id.starts_with('t')).count();
        let table = export(&plan, "csv");
        let rows = csv::Reader::from_reader(table.as_bytes()).into_records().map(|row| row.expect("a row"));
        assert_eq!(rows.filter(|row| &row[0] == "task").count(), tasks, "{name}");
        let summaries = elements(&document, "Summary").iter().filter(|node| node.text() == Some("0")).count();
        let milestones = nodes.keys().filter(|id| id.starts_with('m')).count();
        assert_eq!(summaries, tasks + milestones, "{name}");
        assert_eq!(elements(&document, "PredecessorLink").len(), edges.len(), "{name}");
        let calendar = export(&plan, "ics");
        let events = ical::IcalParser::new(calendar.as_bytes()).next().expect("one").expect("a calendar").events;
        assert_eq!(events.len(), milestones + 1, "{name}");
    }
}

#[test]
fn dates_are_those_of_the_percentile_asked_for() {
    let plan = scenario("proto-refactor");
    let at = |percentile: &str| {
        let ran =
            plancast(&["export", &plan, "--format", "csv", "--iterations", "500", "--percentile", percentile]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let rows = csv::Reader::from_reader(ran.out.as_bytes()).into_records().map(|row| row.expect("a row"));
        rows.map(|row| row[6].parse::<f64>().expect("hours")).collect::<Vec<_>>()
    };
    let (half, most) = (at("50"), at("95"));
    assert!(half.iter().zip(&most).all(|(half, most)| half < most), "{half:?} {most:?}");
}

#[test]
fn formats_that_need_dates_say_so() {
    let folder = Folder::new();
    let plan = folder.file("plan.yaml", "plan: p\nagents: { a: {} }\ntasks: { t: { effort: 1h } }\n");
    for format in ["ics", "msproject"] {
        let ran = plancast(&["export", &plan, "--format", format, "--iterations", "10"]);
        assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{format}");
        assert!(ran.err.contains("has no `start`") && ran.err.contains("--set start="), "{}", ran.err);
    }
    assert_eq!(plancast(&["export", &plan, "--format", "dot", "--iterations", "10"]).code, 0);
}

/// The order of phases with the gate of the first, and a link of a task of the second with a lag of its own.
#[test]
fn of_several_links_between_the_same_two_the_longest_is_told_once() {
    let folder = Folder::new();
    let text = "start: 2025-01-06T09:00:00Z
agents: { a: { skills: [x] } }
phases:
  one: { gate: 30m, tasks: { t: { skill: x, effort: 2h } } }
  two: { tasks: { u: { skill: x, effort: 2h, after: [{ phase: one, lag: 4h }, { phase: one, lag: 1h }, t] } } }
";
    let plan = folder.file("plan.yaml", text);
    let export = |format: &str| plancast(&["export", &plan, "--format", format, "--iterations", "50"]).out;
    let row = export("csv").lines().find(|line| line.contains(",u,")).map(str::to_owned).expect("a row");
    assert!(row.contains("one; t") || row.contains("t; one"), "{row}");
    assert!(!row.contains("one; one"), "{row}");
    let project = export("msproject");
    let project = Document::parse(&project).expect("XML");
    let task = |name: &str| {
        let is_it = |node: &Node| node.has_tag_name("Name") && node.text() == Some(name);
        project.descendants().find(is_it).and_then(|node| node.parent()).expect("a task")
    };
    let lags: BTreeSet<&str> =
        task("u").descendants().filter(|n| n.has_tag_name("LinkLag")).filter_map(|n| n.text()).collect();
    assert_eq!(lags, BTreeSet::from(["0", "2400"]), "tenths of minutes");
    assert_eq!(task("u").descendants().filter(|n| n.has_tag_name("PredecessorLink")).count(), 2);
}
