//! Reports and exports: what others see of a plan, whatever its author wrote into it.

mod common;

use std::fs;

use common::{Folder, SCENARIOS, plancast, scenario};
use roxmltree::{Document, Node};

/// A plan whose names try to be markup, formulas and commands.
const HOSTILE: &str = r#"
plan: "<script>alert(1)</script> ]]> =cmd()"
start: 2025-01-06T09:00:00Z
agents:
  a: { name: "<b>A</b> & 'x'", skills: [s] }
phases:
  p: { name: "</title><!-- ", tasks: { one: { name: "<script>alert('x')</script>", skill: s, effort: 1-2h } } }
tasks:
  two: { name: "]]> --> =cmd()|' /C calc'!A0", skill: s, effort: 2-3h, after: [one] }
  three: { name: "</style><img src=x onerror=alert(1)>", skill: s, effort: 2-3h, after: [{ task: one, type: SS, lag: 1h }] }
milestones:
  m: { name: "\"quoted\"; a, b: c", after: [two], due: 8h }
"#;

fn hostile(folder: &Folder) -> String {
    folder.file("hostile.yaml", HOSTILE)
}

#[track_caller]
fn report(plan: &str, folder: &Folder) -> String {
    let out = folder.path("out");
    let ran = plancast(&["report", plan, "--iterations", "200", "--out", &out]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
    out
}

fn read(folder: &str, name: &str) -> String {
    fs::read_to_string(format!("{folder}/{name}")).expect("a file")
}

#[track_caller]
fn export(plan: &str, format: &str) -> String {
    let ran = plancast(&["export", plan, "--format", format, "--iterations", "200"]);
    assert_eq!(ran.code, 0, "{format}: {}", ran.err);
    ran.out
}

#[test]
fn every_scenario_has_a_page_and_charts_that_are_xml() {
    for name in SCENARIOS {
        let folder = Folder::new();
        let out = report(&scenario(name), &folder);
        let page = read(&out, "report.html");
        assert!(page.len() < 500_000, "{name}: {} bytes", page.len());
        let markdown = read(&out, "report.md");
        for file in fs::read_dir(&out).expect("a folder").map(|file| file.expect("a file").file_name()) {
            let file = file.into_string().expect("text");
            if file.split('.').next_back() == Some("svg") {
                let svg = read(&out, &file);
                assert!(Document::parse(&svg).is_ok(), "{name}: {file}");
                assert!(markdown.contains(&format!("]({file})")), "{name}: {file}");
            }
        }
    }
}

#[test]
fn the_page_needs_nothing_from_elsewhere() {
    let folder = Folder::new();
    let page = read(&report(&scenario("proto-refactor"), &folder), "report.html");
    let elsewhere = page.replace("http://www.w3.org/2000/svg", "");
    for word in ["http:", "https:", "//cdn", "src=", "@import", "url(h", " style=\"", " onclick="] {
        assert!(!elsewhere.contains(word), "{word}");
    }
    assert!(page.contains("default-src 'none'") && !page.contains("unsafe-inline"));
}

#[test]
fn the_page_is_the_same_bytes_for_the_same_seed() {
    let folders = [Folder::new(), Folder::new()];
    let pages = folders.each_ref().map(|folder| read(&report(&scenario("quickstart"), folder), "report.html"));
    assert_eq!(pages[0], pages[1]);
}

#[test]
fn names_that_try_to_be_markup_stay_text() {
    let folder = Folder::new();
    let out = report(&hostile(&folder), &folder);
    let page = read(&out, "report.html");
    assert_eq!(page.matches("<script").count(), 2, "the data and the page's own");
    assert_eq!(page.matches("</style>").count(), 1);
    assert_eq!(
        page.matches("</title><!--").count() + page.matches("<img").count() + page.matches("<b>").count(),
        0
    );
    let markdown = read(&out, "report.md");
    assert!(!markdown.contains("<script") && !markdown.contains("<img"), "{markdown}");
    for file in ["timeline.svg", "network.svg", "trace.svg"] {
        let svg = read(&out, file);
        let document = Document::parse(&svg).expect("XML");
        let names: Vec<&str> =
            document.descendants().filter(Node::is_element).map(|n| n.tag_name().name()).collect();
        assert!(!names.contains(&"script") && !names.contains(&"img"), "{file}");
    }
}

#[test]
fn the_project_file_holds_every_task_link_and_agent() {
    let folder = Folder::new();
    let xml = export(&hostile(&folder), "msproject");
    let document = Document::parse(&xml).expect("XML");
    let all = |name: &str| document.descendants().filter(|node| node.tag_name().name() == name).count();
    // A phase, three tasks and a milestone; one agent, who does all three tasks.
    assert_eq!([all("Task"), all("Resource"), all("Assignment")], [5, 1, 3]);
    assert_eq!(all("PredecessorLink"), 3);
    let text = |node: &Node, name: &str| {
        let child = node.children().find(|child| child.tag_name().name() == name);
        child.and_then(|child| child.text()).map(str::to_owned)
    };
    let tasks: Vec<Node> = document.descendants().filter(|node| node.tag_name().name() == "Task").collect();
    let named: Vec<String> = tasks.iter().filter_map(|task| text(task, "Name")).collect();
    assert_eq!(named[0], "</title><!-- ");
    assert!(named.contains(&"two ]]> --> =cmd()|' /C calc'!A0".to_owned()), "{named:?}");
    for task in &tasks {
        let (start, finish) = (text(task, "Start").expect("a start"), text(task, "Finish").expect("a finish"));
        assert!(start.len() == 19 && start <= finish, "{start} to {finish}");
    }
}

#[test]
fn the_calendar_has_an_event_for_each_milestone_and_the_finish() {
    let folder = Folder::new();
    let calendar = export(&hostile(&folder), "ics");
    assert!(calendar.starts_with("BEGIN:VCALENDAR\r\n") && calendar.ends_with("END:VCALENDAR\r\n"));
    assert_eq!(calendar.matches("BEGIN:VEVENT").count(), 2);
    assert!(calendar.contains("\r\nDTSTART:20250106T") && calendar.contains("\r\nDTSTAMP:20250106T090000Z"));
    assert!(calendar.contains("SUMMARY:\"quoted\"\\; a\\, b: c (P80)"), "{calendar}");
    assert!(calendar.split("\r\n").all(|line| line.len() <= 75));
}

#[test]
fn text_formats_name_every_task_once() {
    let folder = Folder::new();
    let plan = hostile(&folder);
    insta::assert_snapshot!("mermaid", export(&plan, "mermaid"));
    insta::assert_snapshot!("mermaid-flow", export(&plan, "mermaid-flow"));
    insta::assert_snapshot!("dot", export(&plan, "dot"));
}

#[test]
fn formats_that_need_dates_say_so() {
    let folder = Folder::new();
    let plan = folder.file("plan.yaml", "plan: p\nagents: { a: {} }\ntasks: { t: { effort: 1h } }\n");
    for format in ["ics", "msproject"] {
        let ran = plancast(&["export", &plan, "--format", format, "--iterations", "10"]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{format}");
        assert!(ran.err.contains("has no `start`") && ran.err.contains("--set start="), "{}", ran.err);
    }
    assert_eq!(plancast(&["export", &plan, "--format", "dot", "--iterations", "10"]).code, 0);
}
