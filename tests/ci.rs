//! `check`: exit codes, baselines from files and from a real git repository, and every view of what it finds.

mod common;

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use common::{Folder, Ran, plancast, root, scenario, stable};
use serde_json::Value;

/// Two agents side by side: `long` sets the finish, `short` never does.
const PLAN: &str = "plan: Side by side
agents: { ada: { skills: [x] }, ben: { skills: [y] } }
tasks:
  long: { skill: x, effort: 30-40h }
  short: { skill: y, effort: 2-3h }
milestones:
  done: { after: [long, short], due: 60h }
limits:
  finish: { p80: 50h }
  done: { probability: 90% }
  short: { p95: 5h, level: warn }
  long: { mean: 1h, level: off }
";

#[track_caller]
fn check(plan: &str, more: &[&str]) -> Ran {
    plancast(&[&["check", plan, "--iterations", "1000"], more].concat())
}

/// Runs the check inside the folder, so that texts hold no path whose length differs between runs.
#[track_caller]
fn check_inside(folder: &Folder, more: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_plancast"))
        .args([&["check", "plan.yaml", "--iterations", "1000", "--against", "main"], more].concat())
        .current_dir(folder.path("."))
        .output()
        .expect("the program ends");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Ran { code: output.status.code().expect("a code"), out: text(output.stdout), err: text(output.stderr) }
}

#[track_caller]
fn git(folder: &Folder, arguments: &[&str]) {
    let identity = ["-c", "user.name=tester", "-c", "user.email=tester@example.org"];
    let place = folder.path(".");
    let line = [&["-C", place.as_str()], &identity[..], arguments].concat();
    let output = Command::new("git").args(&line).output().expect("git");
    assert!(output.status.success(), "{line:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A repository whose branch `main` holds the plan.
fn repository() -> (Folder, String) {
    let folder = Folder::new();
    let plan = folder.file("plan.yaml", PLAN);
    git(&folder, &["init", "-q", "-b", "main"]);
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "-q", "-m", "first"]);
    (folder, plan)
}

#[test]
fn limits_that_hold_pass_and_limits_that_break_fail() {
    let folder = Folder::new();
    let plan = folder.file("plan.yaml", PLAN);
    let ran = check(&plan, &[]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let tight = folder.file("tight.yaml", PLAN.replace("p80: 50h", "p80: 36h"));
    assert_eq!(check(&tight, &[]).code, 1);
    let warned = folder.file("warned.yaml", PLAN.replace("p95: 5h", "p95: 2h"));
    let ran = check(&warned, &[]);
    assert_eq!(ran.code, 0, "a limit that warns does not fail");
    assert!(ran.out.contains("warning"), "{}", ran.out);
    assert_eq!(check(&folder.file("bad.yaml", "plan: ["), &[]).code, 3);
    assert_eq!(check(&plan, &["--threshold", "x"]).code, 2);
}

#[test]
fn a_longer_critical_task_fails_against_the_base_branch_and_is_named() {
    let (folder, plan) = repository();
    assert_eq!(check(&plan, &["--against", "main"]).code, 0, "nothing changed");

    folder.file("plan.yaml", PLAN.replace("effort: 30-40h", "effort: 54-64h"));
    let ran = check(&plan, &["--against", "main", "--format", "github"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    let since = ran.out.lines().find(|line| line.contains("finish since main")).expect("an annotation");
    assert!(since.starts_with("::error file=") && since.contains(",line=4,"), "{since}");
    assert!(since.contains("long takes"), "{since}");

    folder.file("plan.yaml", PLAN.replace("effort: 2-3h", "effort: 10-11h"));
    let ran = check(&plan, &["--against", "main", "--threshold", "0%", "--json"]);
    let found: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(ran.code, 0, "off the critical path: {}", ran.out);
    let finish = &found["baseline"]["quantities"][0];
    assert_eq!((&finish["id"], &finish["difference"]["value"]), (&Value::from("finish"), &Value::from(0.0)));
    assert_eq!(found["baseline"]["changes"][0]["id"], "short");
}

/// A working day more for a task that is nearly always critical, and an hour more for one that never is.
#[test]
fn scenarios_tell_a_critical_edit_from_another() {
    let edits = [
        ("proto-refactor", "phases.proto.tasks.2A.effort=14h", Some("2A takes")),
        ("minimal-backend", "phases.core.tasks.schema.effort=3d", Some("schema")),
        ("week-one-demo", "tasks.bug-fixes.effort=10h", Some("bug-fixes takes")),
        ("week-one-demo", "phases.design.tasks.readability.effort=75m", None),
    ];
    for (name, edit, blamed) in edits {
        let plan = scenario(name);
        let ran = check(&plan, &["--set", edit, "--against", &plan]);
        assert_eq!(ran.code, i32::from(blamed.is_some()), "{name} {edit}: {}", ran.out);
        assert!(ran.out.contains(blamed.unwrap_or("passed")), "{name} {edit}: {}", ran.out);
    }
}

#[test]
fn a_revision_is_looked_up_with_care() {
    let (folder, plan) = repository();
    for (revision, part) in
        [("nowhere", "neither a plan file nor a git revision"), ("--output=x", "neither"), ("main:x", "neither")]
    {
        let ran = check(&plan, &[&format!("--against={revision}")]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{revision}: {}", ran.err);
        assert!(ran.err.contains(part), "{revision}: {}", ran.err);
    }
    let fresh = folder.file("fresh.yaml", PLAN);
    let ran = check(&fresh, &["--against", "main"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("There is no such plan in main"), "{}", ran.out);
    // A plan file as the baseline needs no repository.
    assert_eq!(check(&fresh, &["--against", &plan]).code, 0);
}

#[test]
fn a_stored_summary_is_a_baseline_and_a_wrong_one_is_refused() {
    let folder = Folder::new();
    let plan = folder.file("plan.yaml", PLAN);
    let out = folder.path("out");
    let ran = plancast(&["simulate", &plan, "--iterations", "1000", "--out", &out]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let baseline = folder.path("out/summary.json");
    let against = |plan: &str, more: &[&str]| check(plan, &[&["--baseline", baseline.as_str()], more].concat());
    assert_eq!(against(&plan, &["--threshold", "0%"]).code, 0, "the same run is no worse");
    let ran = against(&plan, &["--seed", "7"]);
    assert_eq!(ran.code, 0, "another seed is noise: {}", ran.out);
    assert!(ran.out.contains("The baseline ran with seed 1, this run with seed 7"), "{}", ran.out);
    let longer = folder.file("longer.yaml", PLAN.replace("effort: 30-40h", "effort: 44-54h"));
    let ran = against(&longer, &[]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("long takes"), "{}", ran.out);

    let text = folder.read("out/summary.json");
    let flawed = [
        (text.replacen("\"schema_version\": 1", "\"schema_version\": 9", 1), "its schema version is 9"),
        (text.replace("Side by side", "Another plan"), "it is of the plan `Another plan`"),
        ("[]".to_owned(), "it is no summary.json"),
        ("{".to_owned(), "it is not JSON"),
        (text.replace("p80_interval", "p80_range"), "it has no `p80` of the finish"),
    ];
    for (text, part) in flawed {
        let flawed = folder.file("flawed.json", text);
        let ran = check(&plan, &["--baseline", &flawed]);
        assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{part}: {}", ran.err);
        assert!(ran.err.contains(part), "{part}: {}", ran.err);
    }
    assert_eq!(check(&plan, &["--baseline", &folder.path("none.json")]).code, 3);
}

#[test]
fn what_noise_hides_is_inconclusive_until_enough_iterations_decide() {
    let folder = Folder::new();
    let plan = folder.file("plan.yaml", PLAN);
    let out = folder.path("out");
    plancast(&["simulate", &plan, "--iterations", "20000", "--out", &out]);
    let summary: Value = serde_json::from_str(&folder.read("out/summary.json")).expect("JSON");
    let p80 = summary["finish"]["p80"].as_f64().expect("a number") + 0.05;
    let near = folder.file("near.yaml", PLAN.replace("p80: 50h", &format!("p80: {:.0}m", p80 * 60.0)));
    let ran = plancast(&["check", &near, "--iterations", "200"]);
    assert_eq!(ran.code, 4, "{}", ran.out);
    assert!(ran.out.contains("iterations would decide"), "{}", ran.out);
    let ran = plancast(&["check", &near, "--iterations", "200", "--auto"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
}

#[test]
fn every_view_stays_as_it_is() {
    let (folder, _) = repository();
    folder.file("plan.yaml", PLAN.replace("30-40h", "54-64h").replace("short: { p95: 5h", "short: { p95: 2h"));
    for format in ["text", "json", "markdown", "github", "junit", "sarif", "bench"] {
        let ran = check_inside(&folder, &["--format", format]);
        assert_eq!(ran.code, 1, "{format}: {}", ran.err);
        let text = stable(&ran.out);
        // The rules of SARIF are those of the documentation, and many.
        let text = if format == "sarif" { without_rules(&text) } else { text };
        insta::assert_snapshot!(format!("check-{format}"), text);
        assert_eq!(ran, check_inside(&folder, &["--format", format]), "{format} differs between runs");
    }
    let ran = check_inside(&folder, &["--format", "github,markdown,junit", "--out", "out"]);
    assert!(ran.out.starts_with("::error "), "the first is printed: {}", ran.out);
    assert_eq!(folder.list("out"), ["annotations.txt", "check.md", "check.xml"]);
    assert_eq!(folder.read("out/annotations.txt"), ran.out);
}

fn without_rules(text: &str) -> String {
    let mut sarif: Value = serde_json::from_str(text).expect("JSON");
    sarif["runs"][0]["tool"]["driver"]["rules"] = Value::Null;
    for result in sarif["runs"][0]["results"].as_array_mut().into_iter().flatten() {
        result["ruleIndex"] = Value::Null;
    }
    format!("{sarif:#}")
}

#[test]
fn findings_of_validate_are_sarif() {
    let folder = Folder::new();
    let bad = folder.file("bad.yaml", "plan: a\nagents: { ada: {} }\ntasks: { t: { efort: 1h, after: [u] } }\n");
    let ran = plancast(&["validate", &bad, &scenario("quickstart"), "--format", "sarif"]);
    assert_eq!(ran.code, 3, "{}", ran.err);
    let sarif: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let results = run["results"].as_array().expect("results");
    assert!(results.len() >= 2, "{results:?}");
    for result in results {
        let rule = &rules[result["ruleIndex"].as_u64().expect("an index") as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(["error", "warning", "note"].iter().any(|level| result["level"] == *level), "{result}");
        assert!(result["message"]["text"].as_str().is_some_and(|text| !text.is_empty()), "{result}");
        let region = &result["locations"][0]["physicalLocation"]["region"];
        let number = |field: &str| region[field].as_u64().expect("a number");
        assert!(number("startLine") >= 1 && number("startColumn") >= 1, "{result}");
        assert!(number("endColumn") > number("startColumn"), "{result}");
    }
    let ran = plancast(&["validate", &bad, "--format", "github"]);
    assert!(ran.out.starts_with("::error file="), "{}", ran.out);
}

#[test]
fn a_large_plan_fits_a_comment_and_ten_annotations() {
    let folder = Folder::new();
    let mut text = "plan: Many\nagents: { ada: { count: 50 } }\ntasks:\n".to_owned();
    let (mut milestones, mut limits) = ("milestones:\n".to_owned(), "limits:\n".to_owned());
    for i in 0..1000 {
        let _ = writeln!(text, "  task-{i}: {{ name: \"{}\", effort: 1-2h }}", "@team <b>|`".repeat(20));
        let _ = writeln!(milestones, "  milestone-{i}: {{ after: [task-{i}], due: 1h }}");
        let _ = writeln!(limits, "  milestone-{i}: {{ p80: 1h }}");
    }
    let base = folder.file("base.yaml", &text);
    let plan = folder.file("plan.yaml", text.replace("1-2h", "3-4h") + &milestones + &limits);
    let line = ["check", plan.as_str(), "--iterations", "100", "--against", &base];
    let comment = plancast(&[&line[..], &["--format", "markdown"]].concat());
    assert_eq!(comment.code, 1, "{}", comment.err);
    assert!(comment.out.starts_with("<!-- plancast check -->\n"), "{}", comment.out);
    assert!(comment.out.len() < 60_000, "{} bytes", comment.out.len());
    let annotations = plancast(&[&line[..], &["--format", "github"]].concat());
    assert_eq!(annotations.out.lines().filter(|line| line.starts_with("::error ")).count(), 10);
}

/// The script of a step of the action: what stands behind its `run: |`, or behind `run:` in one line.
fn script(step: &str) -> String {
    let action = fs::read_to_string(root().join("action.yml")).expect("action.yml");
    let step = action.split("\n    - ").find(|part| part.starts_with(step)).expect("a step");
    let (_, script) = step.split_once("run: ").expect("a script");
    let lines = script.strip_prefix("|\n").unwrap_or(script).lines();
    lines.map(|line| line.strip_prefix("        ").unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

/// Runs the check step of the action as GitHub would for a pull request against `main`, then its last step.
/// Gives the exit code of the last, the summary, and what the first printed.
fn action(folder: &Folder) -> (i32, String, String) {
    for file in ["summary", "output"] {
        folder.file(file, "");
    }
    let run = |script: &str, code: &str| {
        let output = Command::new("bash")
            .args(["-c", script])
            .current_dir(folder.path("."))
            .envs([("PLAN", "plan.yaml"), ("AGAINST", ""), ("BASE_REF", "main"), ("THRESHOLD", "1%")])
            .envs([("ITERATIONS", "500"), ("PLANCAST", env!("CARGO_BIN_EXE_plancast")), ("CODE", code)])
            .envs([("RUNNER_TEMP", folder.path("temp")), ("GITHUB_STEP_SUMMARY", folder.path("summary"))])
            .env("GITHUB_OUTPUT", folder.path("output"))
            .output()
            .expect("bash");
        (output.status.code().expect("a code"), String::from_utf8(output.stdout).expect("text"))
    };
    let (code, annotations) = run(&script("id: check"), "");
    assert_eq!(code, 0, "the step itself always ends well, so that the comment is written");
    let output = folder.read("output");
    let code = output.lines().find_map(|line| line.strip_prefix("code=")).expect("the code of the check");
    let (code, _) = run(&script("shell: bash\n      env:\n        CODE"), code);
    (code, folder.read("summary"), annotations)
}

#[test]
fn the_action_turns_red_for_a_longer_critical_task_and_stays_green_for_another() {
    let (folder, _) = repository();
    git(&folder, &["update-ref", "refs/remotes/origin/main", "main"]);
    folder.file("plan.yaml", PLAN.replace("effort: 30-40h", "effort: 54-64h"));
    let (code, summary, annotations) = action(&folder);
    assert_eq!(code, 1, "{summary}");
    assert!(summary.starts_with("<!-- plancast check -->") && summary.contains("long takes"), "{summary}");
    assert!(annotations.contains("::error file=plan.yaml,line=4,"), "{annotations}");

    folder.file("plan.yaml", PLAN.replace("effort: 2-3h", "effort: 3-4h"));
    let (code, summary, annotations) = action(&folder);
    assert_eq!((code, annotations.as_str()), (0, ""), "{summary}");
    assert!(summary.contains("passed"), "{summary}");
}
