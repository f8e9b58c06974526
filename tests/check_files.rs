//! What `check` writes into a folder: plain text, and nothing of an earlier check that no longer holds.

mod common;

use common::{Folder, plancast};

const PLAN: &str = "plan: Short
agents: { ada: { skills: [x], cost: 10.00 } }
tasks: { a: { skill: x, effort: 2-4h } }
milestones: { end: { after: a, due: 9h } }
limits: { end: { probability: 50% } }
";

#[test]
fn files_hold_no_codes_of_terminals() {
    let folder = Folder::new();
    let (plan, out) = (folder.file("plan.yaml", PLAN), folder.path("out"));
    let ran = plancast(&["check", &plan, "--format", "text,markdown,json,junit,github", "--out", &out]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    for name in folder.list("out") {
        assert!(!folder.read(&format!("out/{name}")).contains('\u{1b}'), "{name}");
    }
    assert!(folder.read("out/check.txt").starts_with("Short: passed"));
}

#[test]
fn a_format_that_is_named_twice_is_written_once() {
    let folder = Folder::new();
    let (plan, out) = (folder.file("plan.yaml", PLAN), folder.path("out"));
    let ran = plancast(&["check", &plan, "--format", "json,text", "--format", "text", "--out", &out]);
    assert_eq!(
        (ran.code, folder.list("out")),
        (0, vec!["check.json".to_owned(), "check.txt".to_owned()]),
        "{}",
        ran.err
    );
}

#[test]
fn a_plan_with_errors_leaves_nothing_of_the_check_before() {
    let folder = Folder::new();
    let (plan, out) = (folder.file("plan.yaml", PLAN), folder.path("out"));
    let line = ["check", &plan, "--format", "junit,json,text,bench", "--out", &out];
    assert_eq!(plancast(&line).code, 0);
    assert_eq!(folder.list("out"), ["bench.json", "check.json", "check.txt", "check.xml"]);
    // Nor do views stay that are not asked for this time.
    assert_eq!(plancast(&["check", &plan, "--format", "markdown,sarif,junit", "--out", &out]).code, 0);
    assert_eq!(folder.list("out"), ["check.md", "check.sarif", "check.xml"]);
    folder.file("plan.yaml", PLAN.replace("skill: x", "skill: y"));
    assert_eq!(plancast(&line).code, 3);
    assert_eq!(folder.list("out"), ["check.xml"]);
    let results = folder.read("out/check.xml");
    assert!(results.contains("errors=\"1\"") && results.contains("plan.yaml:3"), "{results}");
}

/// An agent who costs a thousandth more is within it.
#[test]
fn a_threshold_of_hours_allows_one_percent_of_money() {
    let folder = Folder::new();
    let (plan, before) =
        (folder.file("plan.yaml", PLAN.replace("10.00", "10.01")), folder.file("before.yaml", PLAN));
    let check = |more: &[&str]| plancast(&[&["check", &plan, "--against", &before], more].concat()).code;
    assert_eq!((check(&[]), check(&["--threshold", "4h"]), check(&["--threshold", "0%"])), (0, 0, 1));
    folder.file("plan.yaml", PLAN.replace("10.00", "10.50"));
    assert_eq!(check(&["--threshold", "4h"]), 1);
}
