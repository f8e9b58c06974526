//! `plancast assign` as a person or a script meets it: what it reads, writes, prints and refuses.

mod common;

use common::{Folder, plancast, root, scenario, with_input};
use serde_json::Value;

/// A plan that a search improves: the slow one of two has the long task.
const PLAN: &str = r"
agents: { slow: { skills: { x: 0.5 }, cost: 1 }, fast: { skills: { x: 1, y: 1 }, cost: 3 } }
tasks:
  long: { effort: 5-15h, skill: x, agent: slow, due: 8h }
  short: { effort: 1-3h, skill: x, agent: fast }
  own: { effort: 1-3h, skill: y, agent: fast }
  free: { effort: 1-3h, skill: x }
  wait: { elapsed: 1h }
";

/// What `assign` prints as JSON for this plan.
#[track_caller]
fn json(plan: &str, more: &[&str]) -> Value {
    let ran = with_input(&[&["assign", "-", "--evaluations", "2000", "--json"], more].concat(), plan);
    assert_eq!(ran.code, 0, "{}", ran.err);
    serde_json::from_str(&ran.out).expect("JSON")
}

/// The same as text.
#[track_caller]
fn text(plan: &str, more: &[&str]) -> String {
    let ran = with_input(&[&["assign", "-", "--evaluations", "2000"], more].concat(), plan);
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.out
}

#[test]
fn nothing_that_is_read_is_written_over() {
    let folder = Folder::new();
    let (plan, patch) = (folder.file("p.yaml", PLAN), folder.file("q.json", "{}"));
    let elsewhere = folder.path("./p.yaml");
    let mut spellings = vec![&plan, &patch, &elsewhere];
    #[cfg(unix)]
    let link = folder.path("link.yaml");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&plan, &link).expect("a link");
        spellings.push(&link);
    }
    for target in spellings {
        let line = ["assign", &plan, "--patch", &patch, "--evaluations", "500", "--write", target];
        let ran = plancast(&line);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{target}: {}", ran.err);
        assert!(ran.err.contains("which is read") && ran.err.contains("help: "), "{}", ran.err);
    }
    assert_eq!((folder.read("p.yaml").as_str(), folder.read("q.json").as_str()), (PLAN, "{}"));
}

#[test]
fn a_written_patch_may_be_written_again() {
    let folder = Folder::new();
    let (plan, target) = (folder.file("p.yaml", PLAN), folder.path("better.json"));
    for _ in 0..2 {
        let ran = plancast(&["assign", &plan, "--evaluations", "1000", "--write", &target]);
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
    assert!(folder.read("better.json").contains("\"order\""));
}

#[test]
fn a_plan_from_standard_input_gives_the_patch_of_its_file() {
    let folder = Folder::new();
    let plan = folder.file("p.yaml", PLAN);
    for more in [&["--evaluations", "1000"][..], &["--evaluations", "100", "--deterministic"]] {
        let written = |plan: &str, input: &str, target: &str| {
            let target = folder.path(target);
            let ran = with_input(&[&["assign", plan, "--write", &target], more].concat(), input);
            assert_eq!(ran.code, 0, "{}", ran.err);
        };
        written(&plan, "", "read.json");
        written("-", PLAN, "piped.json");
        assert_eq!(folder.read("read.json"), folder.read("piped.json"));
    }
}

#[test]
fn a_patch_is_written_to_a_file_and_not_to_standard_output() {
    if cfg!(target_os = "linux") {
        let ran = plancast(&["assign", "scenarios/quickstart.yaml", "--write", "/proc/patch.yaml"]);
        assert_eq!((ran.code, ran.out.as_str()), (74, ""), "nothing is searched for");
    }
    let ran = plancast(&["assign", "scenarios/quickstart.yaml", "--evaluations", "500", "--write", "-"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("a file, such as better.json"), "{}", ran.err);
}

#[test]
fn what_a_search_on_mean_durations_cannot_do_is_refused() {
    for more in [["--objective", "cost"], ["--objective", "p80"], ["--iterations", "500"], ["--why", "api"]] {
        let line = ["assign", "scenarios/quickstart.yaml", "--deterministic", "--evaluations", "10"];
        let ran = plancast(&[&line[..], &more].concat());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{more:?}");
        assert!(ran.err.contains("cannot be used with"), "{}", ran.err);
    }
}

#[test]
fn text_and_json_name_the_same_agents_and_reasons() {
    let mut reasons = Vec::new();
    for more in [&[][..], &["--keep-fixed", "--objective", "cost"]] {
        let (text, json) = (text(PLAN, more), json(PLAN, more));
        assert_eq!(json["better"], true);
        for task in ["long", "short", "own", "free"] {
            let line = text.lines().find(|line| line.trim_start().starts_with(task)).expect("a row of the task");
            let row = line.split_whitespace().skip(1).collect::<Vec<_>>().join(" ");
            let told = &json["tasks"][task];
            let reason = match told["reason"].as_str().expect("a reason") {
                "only" => "nobody else may",
                "any" => "whoever is done first",
                "fastest" => "fastest",
                "cheaper" => "cheaper",
                "others_busier" => "others are busier",
                "found" => "better by search",
                other => panic!("{other}"),
            };
            let agent = told["agent"].as_str().unwrap_or("any");
            assert!(row.starts_with(&format!("{agent} {reason}")), "{task}: {text}\n{told}");
            assert!(!row.contains('…'), "{task}: {text}");
            assert_eq!(row.contains("from "), told["before"] != told["agent"], "{task}: {text}\n{told}");
            reasons.push(reason);
        }
        assert_eq!(json["tasks"]["wait"]["reason"], Value::Null);
    }
    reasons.sort_unstable();
    reasons.dedup();
    assert_eq!(reasons.len(), 4, "{reasons:?}");
}

#[test]
fn where_the_plan_stays_so_do_all_of_its_agents() {
    let plan = std::fs::read_to_string(root().join(scenario("quickstart"))).expect("the scenario");
    let json = json(&plan, &[]);
    assert_eq!(json["better"], false);
    for (task, agent) in [("api", "ada"), ("page", "ben"), ("tests", "tess")] {
        let told = &json["tasks"][task];
        assert_eq!((&told["before"], &told["agent"]), (&agent.into(), &agent.into()), "{task}");
    }
}

#[test]
fn the_objective_is_told_before_and_after() {
    for (objective, name) in [("p95", "P95"), ("lateness", "lateness"), ("p80+cost:0.05", "p80+cost:0.05")] {
        let (text, json) = (text(PLAN, &["--objective", objective]), json(PLAN, &["--objective", objective]));
        let [before, after] = ["before", "after"].map(|when| json[when]["objective"].as_f64().expect("a number"));
        let gain = json["gain"]["objective"]["value"].as_f64().expect("a number");
        // Each of the three is rounded to a millionth.
        assert!((after - before - gain).abs() < 2e-6, "{objective}: {before} {after} {gain}");
        let row = format!("{name} {before:.1} h {after:.1} h");
        assert!(text.split_whitespace().collect::<Vec<_>>().join(" ").contains(&row), "{row}: {text}");
    }
    let cost = json(PLAN, &["--objective", "cost"]);
    assert_eq!(cost["before"]["objective"], cost["before"]["cost"]);
}

/// Half of a task is done, at ten times what the other agent costs.
const BEGUN: &str = r"
agents: { dear: { skills: [x], cost: 100 }, cheap: { skills: [x], cost: 10 } }
tasks:
  begun: { effort: { fixed: 10h }, skill: x, agent: dear, progress: 50%, spent: 10h }
  open: { effort: { fixed: 10h }, skill: x, agents: [dear, cheap], spent: 1h }
";

#[test]
fn what_is_spent_is_neither_saved_nor_billed_to_somebody_else() {
    let told = json(BEGUN, &["--objective", "cost"]);
    assert_eq!(told["tasks"]["begun"]["agent"], "dear", "{told}");
    assert_eq!(told["tasks"]["open"]["reason"], Value::Null, "{told}");
    // Spent 1,000, the rest of what is begun 500, and the other task, by order alone, 100 instead of 1,000.
    assert_eq!((&told["before"]["cost"], &told["after"]["cost"]), (&2500.0.into(), &1600.0.into()), "{told}");
}

#[test]
fn objectives_that_the_plan_cannot_have_are_refused() {
    let plan = "agents: { a: {} }\ntasks: { t: { effort: 2-4h, agent: a } }\n";
    for (objective, code, part) in [
        ("lateness", 3, "due date"),
        ("cost", 3, "no agent has a cost"),
        ("p80+cost:1", 3, "no agent has a cost"),
        ("p80+cost:1e308", 2, "1000000 hours"),
        ("p80+cost:nan", 2, "1000000 hours"),
    ] {
        let ran = with_input(&["assign", "-", "--evaluations", "500", "--objective", objective], plan);
        assert_eq!((ran.code, ran.out.as_str()), (code, ""), "{objective}: {}", ran.err);
        assert!(ran.err.contains(part), "{objective}: {}", ran.err);
    }
}

#[cfg(unix)]
#[test]
fn a_patch_is_written_whoever_reads_the_text() {
    use std::process::{Command, Stdio};
    let folder = Folder::new();
    let (plan, target) = (folder.file("p.yaml", PLAN), folder.path("better.json"));
    let mut child = Command::new(env!("CARGO_BIN_EXE_plancast"))
        .args(["assign", &plan, "--evaluations", "500", "--write", &target])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("the program ends").code(), Some(0));
    assert!(folder.read("better.json").contains("\"order\""));
}

/// The command between the quotes, run by a shell.
#[cfg(unix)]
#[test]
fn the_command_that_is_told_gives_the_same_numbers() {
    let folder = Folder::new();
    let plan = folder.file(
        "my plan.yaml",
        format!("{PLAN}options: {{ quick: {{ patch: {{ tasks: {{ own: {{ effort: 1h }} }} }} }} }}\n"),
    );
    let patch = folder.file("it's.json", r#"{ "tasks": { "short": { "effort": "9h" } } }"#);
    let target = folder.path("my better.json");
    let what_if = ["--option", "quick", "--patch", &patch, "--set", "tasks.free.effort=7-9h"];
    let search = ["--durations", "u1", "--evaluations", "2000", "--iterations", "500", "--seed", "3", "--json"];
    let ran = plancast(&[&["assign", &plan, "--write", &target], &what_if[..], &search[..]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let told: Value = serde_json::from_str(&ran.out).expect("JSON");
    let told_last = ran.err.lines().find(|line| line.starts_with("wrote ")).expect("what to do next");
    let command = told_last.split("`plancast ").nth(1).and_then(|rest| rest.strip_suffix('`')).expect("a command");
    let line = format!("{} {command} --json", env!("CARGO_BIN_EXE_plancast"));
    let again = std::process::Command::new("sh").args(["-c", &line]).output().expect("a shell");
    let again: Value = serde_json::from_slice(&again.stdout).expect("JSON");
    for percentile in ["p50", "p80"] {
        assert_eq!(told["after"][percentile], again["finish"][percentile], "{line}");
    }
}

/// The only one who may leaves before the work is done.
const ENDLESS: &str = r"
agents: { a: { cost: 10, until: 3h }, b: { skills: [z] } }
tasks: { t: { effort: { fixed: 4h }, agent: a }, u: { effort: { fixed: 1h }, agent: a, after: t } }
";

#[test]
fn what_never_finishes_is_said_to_and_has_no_gap_and_no_cost() {
    for more in [&[][..], &["--deterministic"]] {
        let told = text(ENDLESS, more).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains("never") && told.contains("nobody is there who could do what remains"), "{told}");
        assert!(!["inf", "gap", "cost"].iter().any(|word| told.contains(word)), "{told}");
    }
    let told = json(ENDLESS, &[]);
    for field in ["objective", "p50", "p80", "mean", "cost"] {
        assert_eq!(told["gain"][field], Value::Null, "{field}");
    }
    for when in ["before", "after"] {
        assert_eq!([&told[when]["p80"], &told[when]["cost"], &told["agents"]["a"][when]], [&Value::Null; 3]);
    }
    let told = json(ENDLESS, &["--deterministic"]);
    assert_eq!((&told["makespan"], &told["optimal"]), (&Value::Null, &false.into()));
}

#[test]
fn whoever_ends_what_would_never_end_is_recommended() {
    let plan = ENDLESS.replace("agent: a", "skill: z, agent: a").replace("{ cost", "{ skills: [z], cost");
    assert_eq!(json(&plan, &["--keep-fixed"])["better"], false);
    let told = json(&plan, &[]);
    assert_eq!((&told["better"], &told["before"]["p80"]), (&true.into(), &Value::Null));
    assert!(told["after"]["p80"].as_f64().is_some_and(|p80| p80 >= 5.0), "{told}");
    let text = text(&plan, &[]);
    assert!(text.contains("Recommended: too many iterations of the plan as written never finish"), "{text}");
}

/// What docs/assign.md and the help say.
#[test]
fn a_first_look_takes_so_many_schedules_at_most() {
    for (name, most) in [("quickstart", 520), ("backend-hardening", 2500), ("week-one-demo", 2500)] {
        let plan = std::fs::read_to_string(root().join(scenario(name))).expect("the scenario");
        let ran = with_input(&["assign", "-", "--evaluations", "1", "--json"], &plan);
        let told: Value = serde_json::from_str(&ran.out).expect("JSON");
        let spent = told["run"]["evaluations"].as_u64().expect("a number");
        assert!((400..=most).contains(&spent), "{name}: {spent}");
    }
}

/// Who is named by a selector need not do anything of what it affects.
#[test]
fn a_recommendation_may_take_all_work_from_an_agent_whom_a_blocker_names() {
    let folder = Folder::new();
    let text = "agents: { a: { skills: { s: 1 } }, b: { skills: { s: 4 } } }
tasks: { t1: { effort: 4h, skill: s, agent: a } }
blockers: { x: { probability: 50%, affects: { agents: [a] }, resolve: 1h } }
";
    let (plan, patch) = (folder.file("plan.yaml", text), folder.path("better.json"));
    let ran = plancast(&["assign", &plan, "--iterations", "500", "--evaluations", "600", "--write", &patch]);
    assert!(ran.code == 0 && ran.out.contains("Recommended"), "{}{}", ran.out, ran.err);
    let ran =
        plancast(&["simulate", &plan, "--patch", &patch, "--iterations", "500", "--out", &folder.path("out")]);
    assert!(ran.code == 0 && ran.err.contains("blocker `x` never strikes"), "{}", ran.err);
}
