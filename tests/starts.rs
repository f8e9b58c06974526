//! Versions of a plan that start at different moments are compared by moments, not by hours from each one's start.

mod common;

use common::{Folder, Ran, git, plancast};
use serde_json::Value;

/// A plan that starts on this day at nine, with this task.
fn plan(day: &str, tasks: &str) -> String {
    format!(
        "plan: Week by week
start: {day}T09:00Z
calendars: {{ round: {{ days: mon-sun, hours: [\"00:00-24:00\"] }} }}
agents: {{ a: {{ calendar: round, from: 2025-02-01, until: 2025-04-01 }} }}
tasks: {{ {tasks} }}
milestones: {{ m: {{ after: x, due: 2025-03-12 }} }}
limits: {{ m: {{ probability: 80% }}, finish: {{ p80: 2025-03-11 }} }}
"
    )
}

const WORK: &str = "x: { effort: { fixed: 100h } }";
/// Two days later, with 60 of the hours left: eight hours behind.
const REST: &str = "x: { effort: { fixed: 100h }, status: active, progress: 40%, agent: a }";

/// Last week's plan and others beside it.
fn versions() -> Folder {
    let folder = Folder::new();
    folder.file("last.yaml", plan("2025-03-03", WORK));
    folder.file("this.yaml", plan("2025-03-05", REST));
    folder.file("later.yaml", plan("2025-03-05", WORK));
    folder.file(
        "earlier.yaml",
        plan("2025-02-28", &format!("w: {{ elapsed: 72h }}, {WORK}")).replace("after: x", "after: [w, x]"),
    );
    folder
}

/// Runs a command on these files of the folder.
#[track_caller]
fn run(folder: &Folder, command: &str, files: &[&str], more: &[&str]) -> Ran {
    let files: Vec<String> = files.iter().map(|name| folder.path(name)).collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    plancast(&[&[command], &files[..], more, &["--iterations", "400"]].concat())
}

#[test]
fn a_later_start_makes_a_later_finish() {
    let folder = versions();
    let ran = run(&folder, "compare", &["last.yaml", "later.yaml", "this.yaml"], &["--json"]);
    let told: Value = serde_json::from_str(&ran.out).expect("JSON");
    let of = |name: &str| {
        let options = told["options"].as_array().expect("options");
        options.iter().find(|option| option["name"] == name).expect("an option")
    };
    for (name, hours) in [("later.yaml", 48.0), ("this.yaml", 8.0)] {
        let option = of(name);
        let finish = &option["contrasts"][0];
        assert_eq!(finish["difference"]["p80"]["value"], hours, "{name}");
        assert_eq!((&finish["verdict"], &option["starts_later"]), (&"worse".into(), &48.0.into()), "{name}");
        let causes = option["causes"].as_object().expect("causes");
        let sum: f64 = causes.values().filter_map(Value::as_f64).sum();
        assert!((sum + 48.0 - hours).abs() < 1e-6, "{name}: {causes:?}");
    }
    // Dates that stay are no change of the plan.
    let changes = of("later.yaml")["changes"].as_array().expect("changes");
    assert_eq!(changes.len(), 1, "{changes:?}");
    let text = run(&folder, "compare", &["last.yaml", "this.yaml"], &[]).out;
    for part in
        ["from Fri 7 Mar 2025 13:00 to Fri 7 Mar 2025 21:00", "It starts 48.0 h later", "its start +48.0 h"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_check_compares_moments_too() {
    let folder = versions();
    for (now, code) in [("later.yaml", 1), ("this.yaml", 1), ("last.yaml", 0), ("earlier.yaml", 0)] {
        let ran = run(&folder, "check", &[now], &["--against", &folder.path("last.yaml")]);
        assert_eq!(ran.code, code, "{now}: {}", ran.out);
    }
    let stored = run(&folder, "simulate", &["last.yaml"], &["--out", &folder.path("stored")]);
    assert_eq!(stored.code, 0);
    for (now, code) in [("later.yaml", 1), ("last.yaml", 0)] {
        let ran = run(&folder, "check", &[now], &["--baseline", &folder.path("stored/summary.json")]);
        assert_eq!(ran.code, code, "{now}: {}", ran.out);
    }
    git(&folder.path("."), &["init", "-q", "-b", "main"]);
    git(&folder.path("."), &["add", "last.yaml"]);
    git(&folder.path("."), &["commit", "-q", "-m", "first"]);
    folder.file("last.yaml", plan("2025-03-10", WORK));
    assert_eq!(run(&folder, "check", &["last.yaml"], &["--against", "HEAD"]).code, 1);
}

#[test]
fn options_that_start_later_are_shown_later() {
    let folder = Folder::new();
    let options = "options: { week: { patch: { start: 2025-03-10T09:00Z } } }\n";
    folder.file("plan.yaml", plan("2025-03-03", WORK) + options);
    let out = folder.path("out");
    let ran = run(&folder, "report", &["plan.yaml"], &["--option", "week", "--out", &out]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let page = folder.read("out/report.md");
    let row = page.lines().find(|line| line.starts_with("| week |")).expect("a row");
    assert!(row.contains("Fri 14 Mar 13:00") && row.ends_with("| worse |"), "{row}");
    let chart = folder.read("out/options.svg");
    assert!(chart.contains("week: P80 Fri 14 Mar 13:00"), "the curve of the option");
}

#[test]
fn combinations_that_start_later_finish_later() {
    let folder = versions();
    let vary = ["--vary", "start=2025-03-03T09:00Z,2025-03-05T09:00Z", "--json"];
    let ran = run(&folder, "staff", &["last.yaml"], &vary);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let told: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(told["combinations"][1]["difference"]["value"], 48.0, "{}", ran.out);
}
