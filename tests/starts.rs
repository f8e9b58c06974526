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
limits: {{ m: {{ probability: 80%, mean: 300h }}, finish: {{ p80: 2025-03-11 }} }}
"
    )
}

const WORK: &str = "x: { effort: { fixed: 100h } }";
/// Two days later, with 60 of the hours left: eight hours behind.
const REST: &str = "x: { effort: { fixed: 100h }, status: active, progress: 40%, spent: 40h, agent: a }";

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
    let changes = of("this.yaml")["changes"].as_array().expect("changes");
    let told: Vec<&str> = changes.iter().filter_map(|change| change["text"].as_str()).collect();
    let own = [
        "task x is active instead of to do",
        "task x: progress 0.40 instead of 0",
        "task x: spent 40 instead of 0",
    ];
    assert_eq!((told.len(), &told[..3]), (4, &own[..]));
    let text = run(&folder, "compare", &["last.yaml", "this.yaml"], &[]).out;
    for part in
        ["from Fri 7 Mar 2025 13:00 to Fri 7 Mar 2025 21:00", "It starts 48.0 h later", "its start +48.0 h"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
}

/// What differs between two plan files, in words.
#[track_caller]
fn changes(folder: &Folder, files: [&str; 2]) -> Vec<String> {
    let ran = run(folder, "compare", &files, &["--json"]);
    let told: Value = serde_json::from_str(&ran.out).expect("JSON");
    let changes = told["options"][0]["changes"].as_array().expect("changes");
    changes.iter().filter_map(|change| Some(change["text"].as_str()?.to_owned())).collect()
}

#[test]
fn only_what_is_elsewhere_on_the_calendar_is_a_change() {
    let folder = versions();
    let later = plan("2025-03-05", WORK);
    folder.file("closed.yaml", later.replace("00:00-24:00", "00:00-22:00"));
    folder.file("due.yaml", later.replace("due: 2025-03-12", "due: 2025-03-13"));
    folder.file("limit.yaml", later.replace("p80: 2025-03-11", "p80: 2025-03-12"));
    folder.file("until.yaml", later.replace("until: 2025-04-01", "until: 2025-04-02"));
    // The date has passed, and the task is done: it is left out, as it was.
    let started = |status: &str| format!("w: {{ effort: 1h{status}, due: 2025-03-04 }}, {WORK}");
    folder.file("before.yaml", plan("2025-03-03", &started("")));
    folder.file("after.yaml", plan("2025-03-05", &started(", status: done")));
    for (files, change) in [
        (["last.yaml", "closed.yaml"], "agent a: calendar changed"),
        (["last.yaml", "due.yaml"], "milestone m: due changed"),
        (["last.yaml", "limit.yaml"], "limits changed"),
        (["last.yaml", "until.yaml"], "agent a: availability changed"),
        (["before.yaml", "after.yaml"], "task w is done instead of to do"),
    ] {
        // Of a date that has passed nothing is known the other way round.
        let turned = [files[1], files[0]];
        for files in [files, turned].into_iter().filter(|files| files[0] != "after.yaml") {
            let told = changes(&folder, files);
            assert_eq!(told.len(), 2, "{files:?}: {told:?}");
            assert!(told.iter().any(|text| text.ends_with(change)), "{files:?}: {told:?}");
        }
    }
}

/// The agent comes on the sixth, whenever the plan starts: hours since the start that are no round numbers.
#[test]
fn the_same_moment_is_the_same_from_either_start() {
    let folder = Folder::new();
    for (name, day) in [("one.yaml", "03"), ("other.yaml", "05")] {
        let text = "agents: { a: { from: 2025-03-06 } }\ntasks: { x: { effort: 5-20h } }\nmilestones: { m: { after: x } }\n";
        folder.file(name, format!("plan: P\nstart: 2025-03-{day}\n{text}"));
    }
    for files in [["one.yaml", "other.yaml"], ["other.yaml", "one.yaml"]] {
        let ran = run(&folder, "compare", &files, &["--json"]);
        let told: Value = serde_json::from_str(&ran.out).expect("JSON");
        for contrast in told["options"][0]["contrasts"].as_array().expect("contrasts") {
            assert_eq!(
                (&contrast["verdict"], &contrast["share_equal"]),
                (&"same".into(), &1.0.into()),
                "{contrast}"
            );
        }
        let ran = run(&folder, "check", &files[..1], &["--against", &folder.path(files[1]), "--threshold", "0%"]);
        assert_eq!(ran.code, 0, "{}", ran.out);
    }
}

#[test]
fn an_option_that_starts_earlier_has_room_in_the_chart() {
    let folder = versions();
    let chart = folder.path("chart.svg");
    let ran = run(&folder, "compare", &["later.yaml", "earlier.yaml"], &["--chart", &chart]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    // Hours -24 to 100 of the one, 52 of the other.
    folder.file(
        "week.yaml",
        plan("2025-03-17", WORK)
            .replace("due: 2025-03-12", "due: 2025-03-30")
            .replace("p80: 2025-03-11", "p80: 2025-03-29"),
    );
    let ran = run(&folder, "compare", &["week.yaml", "last.yaml"], &["--chart", &chart]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let svg = folder.read("chart.svg");
    assert!(svg.contains("last.yaml: P80 Fri 7 Mar 13:00"), "{svg}");
    assert!(svg.contains(">Sat 8 Mar<"), "the axis begins before the first plan: {svg}");
}

/// A milestone that is reached before the new start was not reached at that start.
#[test]
fn what_is_over_is_no_regression() {
    let folder = Folder::new();
    let plan = |day: &str, status: &str| {
        format!(
            "plan: Reached\nstart: {day}\nagents: {{ a: {{}} }}\ntasks: {{ x: {{ effort: {{ fixed: 8h }}{status} }}, \
             y: {{ effort: {{ fixed: 90h }}, after: x }} }}\nmilestones: {{ m: {{ after: x }} }}\n"
        )
    };
    folder.file("one.yaml", plan("2025-03-03", ""));
    folder.file("two.yaml", plan("2025-03-04", ", status: done"));
    assert_eq!(run(&folder, "simulate", &["one.yaml"], &["--out", &folder.path("stored")]).code, 0);
    for baseline in [["--against", &folder.path("one.yaml")], ["--baseline", &folder.path("stored/summary.json")]]
    {
        // The finish is 16 hours later, which five percent of 98 do not allow.
        let ran = run(&folder, "check", &["two.yaml"], &[&baseline[..], &["--threshold", "5%"]].concat());
        assert_eq!((ran.code, ran.out.matches("BROKEN").count()), (1, 1), "{}", ran.out);
        let ran = run(&folder, "check", &["two.yaml"], &[&baseline[..], &["--threshold", "20h"]].concat());
        assert_eq!(ran.code, 0, "{}", ran.out);
    }
    let ran = run(&folder, "compare", &["one.yaml", "two.yaml"], &["--json"]);
    let told: Value = serde_json::from_str(&ran.out).expect("JSON");
    let contrasts = told["options"][0]["contrasts"].as_array().expect("contrasts");
    assert!(contrasts.iter().all(|contrast| contrast["id"] != "m"), "{contrasts:?}");
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
    for (now, code) in [("later.yaml", 1), ("last.yaml", 0), ("earlier.yaml", 0)] {
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
