//! `check`: exit codes, baselines from files and from a real git repository, and every view of what it finds.

mod common;

use std::fmt::Write as _;
use std::process::Command;

use common::{Folder, Ran, SCENARIOS, git, plancast, scenario, stable, with_input};
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

/// A repository whose branch `main` holds the plan.
fn repository() -> (Folder, String) {
    let folder = Folder::new();
    let plan = folder.file("plan.yaml", PLAN);
    git(&folder.path("."), &["init", "-q", "-b", "main"]);
    git(&folder.path("."), &["add", "."]);
    git(&folder.path("."), &["commit", "-q", "-m", "first"]);
    (folder, plan)
}

/// Of a milestone, only tasks that it waits for; of the finish, those on the critical path; of the cost, none.
#[test]
fn what_became_worse_is_blamed_on_tasks_that_lead_to_it() {
    let folder = Folder::new();
    let text = "plan: Two ways
agents: { ada: { skills: [x], cost: 10 }, ben: { skills: [y], cost: 10 } }
tasks:
  t1: { skill: x, effort: 10h }
  u1: { skill: y, effort: 20h }
  u2: { skill: y, effort: 20h, after: [u1] }
phases: { first: { tasks: { t0: { skill: x, effort: 1h } } } }
milestones: { before: { after: [first, t1] }, m: { after: [before] } }
";
    let base = folder.file("base.yaml", text);
    let longer = text.replace("effort: 10h", "effort: 13h").replace("effort: 20h, after", "effort: 60h, after");
    let longer = folder.file("longer.yaml", longer);
    let summary = folder.path("out/summary.json");
    assert_eq!(plancast(&["simulate", &base, "--out", &folder.path("out")]).code, 0);
    for more in [["--against", &base], ["--baseline", &summary]] {
        let ran = check(&longer, &[&more[..], &["--json"]].concat());
        let json: Value = serde_json::from_str(&ran.out).expect("JSON");
        let found = |id: &str| {
            let quantities = json["baseline"]["quantities"].as_array().expect("quantities");
            let found = quantities.iter().find(|quantity| quantity["id"] == id).expect("an entry");
            (found["message"].as_str().expect("text").to_owned(), found["line"].clone())
        };
        let (message, line) = found("m");
        assert!(message.contains("before it, t1 takes ") && !message.contains("u2"), "{message}");
        assert_eq!(line, 4);
        let (message, line) = found("finish");
        assert!(message.contains("on the critical path, u2 takes ") && !message.contains("t1"), "{message}");
        assert_eq!(line, 6);
        assert!(!found("cost").0.contains("takes"), "{}", found("cost").0);
    }
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
    let ran = with_input(&["check", "-", "--against", "main"], PLAN);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
    assert!(ran.err.contains("a plan from standard input has no version at `main`"), "{}", ran.err);
    let fresh = folder.file("fresh.yaml", PLAN);
    let ran = check(&fresh, &["--against", "main"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("There is no such plan in main"), "{}", ran.out);
    folder.file("plan.yaml", "plan: [");
    git(&folder.path("."), &["commit", "-q", "-a", "-m", "break it"]);
    folder.file("plan.yaml", PLAN);
    let ran = check(&plan, &["--against", "main"]);
    assert_eq!(ran.code, 0, "whoever repairs the plan may: {}", ran.err);
    assert!(ran.out.contains("The plan has errors in main"), "{}", ran.out);
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

    let ran =
        plancast(&["simulate", &plan, "--iterations", "1000", "--sampling", "lhs", "--out", &folder.path("lhs")]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let ran = check(&plan, &["--baseline", &folder.path("lhs/summary.json")]);
    assert_eq!(ran.code, 0, "other draws are noise: {}", ran.out);
    assert!(ran.out.contains("The baseline drew by Latin hypercubes"), "{}", ran.out);

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

/// Another seed of the same plan is no change of it, and what the baseline does not know no run of the plan tells.
#[test]
fn the_noise_of_a_baseline_is_neither_news_nor_learnt_away() {
    const PLAN: &str = "
agents: { a: { skills: [x] }, b: { skills: [y] } }
tasks:
  s: { skill: x, effort: { exponential: 20h } }
  t: { skill: x, effort: { exponential: 9h }, after: s }
  u: { skill: y, effort: { exponential: 30h } }
";
    let folder = Folder::new();
    let (plan, out) = (folder.file("plan.yaml", PLAN), folder.path("out"));
    let runs = (2..8).map(|seed| {
        let seed = seed.to_string();
        let stored = plancast(&["simulate", &plan, "--iterations", "200", "--seed", &seed, "--out", &out]);
        assert_eq!(stored.code, 0, "{}", stored.err);
        check(&plan, &["--baseline", &folder.path("out/summary.json"), "--auto", "--threshold", "0%"])
    });
    let runs: Vec<Ran> = runs.collect();
    assert!(runs.iter().all(|ran| !ran.out.contains("longer")), "a task is blamed");
    let unclear: Vec<&Ran> = runs.iter().filter(|ran| ran.code == 4).collect();
    let codes: Vec<i32> = runs.iter().map(|ran| ran.code).collect();
    assert!(unclear.len() >= 2, "half of them are later by chance: {codes:?}");
    for ran in unclear {
        let said = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("that of the baseline, which should be run again with more iterations"), "{said}");
        assert!(!said.contains("would decide"), "{said}");
    }
}

#[test]
fn a_limit_and_what_is_found_are_told_with_the_same_decimals() {
    let folder = Folder::new();
    let tasks = "tasks: { t: { skill: x, effort: { uniform: [0h, 10h] } } }";
    let goal = "milestones: { m: { after: t, due: 9.945h } }\nlimits: { m: { probability: 99.4% } }";
    let plan = folder.file("plan.yaml", format!("agents: {{ a: {{ skills: [x] }} }}\n{tasks}\n{goal}\n"));
    let ran = plancast(&["check", &plan, "--iterations", "400"]);
    // All of them are in time.
    let said = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("asked for: at least 99.4 %") && said.contains(" is 100.0 %"), "{said}");
    // What is broken by less than is shown says by how much.
    let plan = folder.file(
        "fixed.yaml",
        "agents: { a: {} }\ntasks: { t: { effort: { fixed: 8.004h } } }\nlimits: { finish: { p80: 8h } }\n",
    );
    let said =
        plancast(&["check", &plan, "--iterations", "400"]).out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("is 8.0 h, 0.004 h more, allowed: at most 8.0 h"), "{said}");
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

/// Names of an object's fields are among these, which the standard knows there.
#[track_caller]
fn only(object: &Value, known: &[&str]) {
    for name in object.as_object().expect("an object").keys() {
        assert!(known.contains(&name.as_str()), "{name}: {object}");
    }
}

/// What the OASIS standard "SARIF version 2.1.0" (2020) asks of the parts that we use; section numbers are its.
/// The published JSON Schema is too large to keep here; it accepted the same files when this was written.
#[track_caller]
fn is_sarif(text: &str) -> Value {
    let sarif: Value = serde_json::from_str(text).expect("JSON");
    only(&sarif, &["$schema", "version", "runs"]);
    assert_eq!(sarif["version"], "2.1.0", "3.13.2");
    assert!(sarif["$schema"].as_str().is_some_and(|uri| uri.ends_with("sarif-schema-2.1.0.json")), "3.13.3");
    let run = &sarif["runs"][0];
    only(run, &["tool", "columnKind", "results"]);
    assert_eq!(run["columnKind"], "unicodeCodePoints", "3.14.17");
    let driver = &run["tool"]["driver"];
    only(driver, &["name", "version", "rules"]);
    assert_eq!(driver["name"], "plancast", "3.19.8");
    let rules = driver["rules"].as_array().expect("3.19.23");
    let levels = ["error", "warning", "note", "none"];
    for (i, rule) in rules.iter().enumerate() {
        only(rule, &["id", "shortDescription", "defaultConfiguration"]);
        let is_new = rules[..i].iter().all(|other| other["id"] != rule["id"]);
        assert!(is_new && rule["id"].is_string(), "3.49.3: {rule}");
        assert!(rule["shortDescription"]["text"].is_string(), "3.12.3: {rule}");
        assert!(levels.iter().any(|level| rule["defaultConfiguration"]["level"] == *level), "3.50.3: {rule}");
    }
    for result in run["results"].as_array().expect("3.14.23") {
        only(result, &["ruleId", "ruleIndex", "level", "message", "locations"]);
        let rule = &rules[result["ruleIndex"].as_u64().expect("3.27.6") as usize];
        assert_eq!(rule["id"], result["ruleId"], "3.27.5");
        assert!(levels.iter().any(|level| result["level"] == *level), "3.27.10: {result}");
        assert!(result["message"]["text"].as_str().is_some_and(|text| !text.is_empty()), "3.11.8: {result}");
        let place = &result["locations"][0]["physicalLocation"];
        only(place, &["artifactLocation", "region"]);
        let uri = place["artifactLocation"]["uri"].as_str().expect("3.4.3");
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~/%".contains(c);
        assert!(uri.chars().all(allowed), "RFC 3986: {uri}");
        let region = &place["region"];
        only(region, &["startLine", "startColumn", "endColumn"]);
        let number = |field: &str| region[field].as_u64().expect("a number");
        assert!(number("startLine") >= 1 && number("startColumn") >= 1, "3.30.5, 3.30.6: {result}");
        // The column behind the last letter.
        assert!(number("endColumn") > number("startColumn"), "3.30.8: {result}");
    }
    sarif
}

#[test]
fn findings_of_validate_and_check_are_sarif() {
    let folder = Folder::new();
    let bad = folder.file("b ad.yaml", "plan: a\nagents: { ada: {} }\ntasks: { t: { efort: 1h, after: [u] } }\n");
    let ran = plancast(&["validate", &bad, &scenario("quickstart"), "--format", "sarif"]);
    assert_eq!(ran.code, 3, "{}", ran.err);
    let results = is_sarif(&ran.out)["runs"][0]["results"].clone();
    assert!(results.as_array().is_some_and(|results| results.len() >= 2), "{results}");
    let ran = check(&bad, &["--format", "sarif"]);
    assert_eq!((ran.code, is_sarif(&ran.out)["runs"][0]["results"].is_array()), (3, true), "{}", ran.err);
    for name in SCENARIOS {
        is_sarif(&check(&scenario(name), &["--format", "sarif"]).out);
    }
    let ran = plancast(&["validate", &bad, "--format", "github"]);
    assert!(ran.out.starts_with("::error file="), "{}", ran.out);
}

/// What Jenkins' junit-10.xsd (xunit-plugin) asks for: the schema that most readers of this format follow.
#[track_caller]
fn is_junit(text: &str) -> (usize, usize, usize) {
    let document = roxmltree::Document::parse(text).expect("XML");
    let suites = document.root_element();
    assert_eq!(suites.tag_name().name(), "testsuites");
    let only = |node: roxmltree::Node, known: &[&str]| {
        for attribute in node.attributes() {
            assert!(known.contains(&attribute.name()), "{}: {}", node.tag_name().name(), attribute.name());
        }
    };
    only(suites, &["name", "tests", "failures", "errors"]);
    let mut counts = (0, 0, 0);
    for suite in suites.children().filter(roxmltree::Node::is_element) {
        assert_eq!(suite.tag_name().name(), "testsuite");
        only(suite, &["name", "tests", "failures", "errors"]);
        let count = |name: &str| suite.attribute(name).and_then(|n| n.parse::<usize>().ok()).expect(name);
        assert!(suite.attribute("name").is_some());
        let mut cases = (0, 0, 0);
        for case in suite.children().filter(roxmltree::Node::is_element) {
            assert_eq!(case.tag_name().name(), "testcase");
            only(case, &["name", "classname"]);
            assert!(case.attribute("name").is_some_and(|name| !name.is_empty()));
            cases.0 += 1;
            for outcome in case.children().filter(roxmltree::Node::is_element) {
                match outcome.tag_name().name() {
                    "failure" => cases.1 += 1,
                    "error" => cases.2 += 1,
                    "system-out" => continue,
                    other => panic!("a {other} in a test case"),
                }
                only(outcome, &["type", "message"]);
            }
        }
        assert_eq!(cases, (count("tests"), count("failures"), count("errors")), "the suite counts its cases");
        counts = (counts.0 + cases.0, counts.1 + cases.1, counts.2 + cases.2);
    }
    let count = |name: &str| suites.attribute(name).and_then(|n| n.parse::<usize>().ok()).expect(name);
    assert_eq!(counts, (count("tests"), count("failures"), count("errors")), "the file counts its cases");
    counts
}

#[test]
fn results_are_junit_one_case_for_each_limit_and_quantity() {
    let (folder, plan) = repository();
    assert_eq!(is_junit(&check(&plan, &["--format", "junit"]).out), (3, 0, 0), "three limits that are not off");
    let hostile = PLAN.replace("Side by side", "\"<&]]>\\e\\\"\"").replace("30-40h", "54-64h");
    folder.file("plan.yaml", hostile.replace("short: { p95: 5h", "short: { p95: 2h"));
    let ran = check(&plan, &["--format", "junit", "--against", "main"]);
    // Both limits on the longer task and both quantities; the limit that only warns is no failure.
    assert_eq!(is_junit(&ran.out), (5, 4, 0), "{}", ran.out);
}

#[test]
fn a_series_for_trackers_has_a_name_a_unit_and_a_value_for_each_number() {
    for name in SCENARIOS {
        let ran = check(&scenario(name), &["--format", "bench"]);
        let series: Value = serde_json::from_str(&ran.out).expect("JSON");
        let series = series.as_array().expect("a list");
        assert!(!series.is_empty());
        for entry in series {
            only(entry, &["name", "unit", "value", "range"]);
            assert!(
                entry["name"].is_string() && entry["unit"].is_string() && entry["value"].is_number(),
                "{entry}"
            );
            assert!(entry["range"].is_string(), "{entry}");
        }
    }
}

#[test]
fn a_check_ends_the_same_way_every_time_on_any_number_of_threads() {
    let plan = scenario("week-one-demo");
    let base = scenario("week-one-demo");
    let edit = "phases.tests.tasks.load-tests.effort=3h";
    let line = ["check", &plan, "--set", edit, "--against", &base, "--iterations", "300", "--auto", "--json"];
    let first = plancast(&line);
    assert!([0, 1, 4].contains(&first.code), "{}", first.err);
    for threads in ["1", "2", "8"] {
        assert_eq!(plancast(&[&line[..], &["--threads", threads]].concat()), first, "{threads} threads");
    }
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
    let marker = comment.out.lines().next().expect("a line");
    assert!(marker.starts_with("<!-- plancast check ") && marker.ends_with(" -->"), "{marker}");
    // The summary of a step is the same text (see the tests of the action).
    assert!(comment.out.len() < 60_000, "{} bytes", comment.out.len());
    let annotations = plancast(&[&line[..], &["--format", "github"]].concat());
    assert_eq!(annotations.out.lines().filter(|line| line.starts_with("::error ")).count(), 10);
}
