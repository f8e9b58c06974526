//! Reports and exports: what others see of a plan, whatever its author wrote into it.

mod common;

use std::fs;

use common::{Folder, SCENARIOS, plancast, scenario};
use roxmltree::{Document, Node};

/// A plan whose names try to be markup and formulas.
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

/// A plan of 15 phases of 20 tasks each, done by 12 agents, with reviews and blockers.
fn large() -> String {
    let mut plan = "plan: A large plan\nstart: 2025-01-06T09:00:00Z\ncalendar: office\ncalendars:\n  office: { days: mon-fri, \
                    hours: [\"09:00-17:00\"] }\ndefaults: { uncertainty: medium, review: { skill: work, effort: 20m, \
                    response: 0-2h, reject: 20%, rework: 30%, rounds: 2 } }\nagents:\n"
        .to_owned();
    plan.extend((0..12).map(|agent| format!("  a{agent}: {{ name: Agent number {agent}, skills: [work] }}\n")));
    plan += "blockers:\n  stuck: { every: 40h, resolve: 30m-4h, agent: waits }\nphases:\n";
    for phase in 0..15 {
        let due = 10 + phase * 3;
        plan.extend([format!("  p{phase}:\n    name: Phase number {phase}\n    due: {due}d\n    tasks:\n")]);
        for task in 0..20 {
            let after = if task >= 4 { format!(", after: [t{phase}-{}]", task - 4) } else { String::new() };
            let name = format!("Piece of work {task} of phase {phase}");
            let effort = 2 + task % 5;
            plan.extend([format!(
                "      t{phase}-{task}: {{ name: {name}, skill: work, effort: {effort}h{after} }}\n"
            )]);
        }
    }
    plan
}

#[test]
fn a_page_of_300_tasks_is_light() {
    let folder = Folder::new();
    let plan = folder.file("large.yaml", large());
    let page = read(&report(&plan, &folder), "report.html");
    assert!(page.len() < 2_000_000, "{} bytes", page.len());
    assert_eq!(page.matches("<tr><th scope=\"row\">t").count(), 300);
}
