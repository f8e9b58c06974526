//! The program as a person or a script meets it: what it accepts, what it says, how it ends.

mod common;

use std::fs::File;
use std::process::{Command, Stdio};

use common::{Folder, SCENARIOS, plancast, root, scenario, stable, with_input};

#[test]
fn without_arguments_it_prints_help_with_an_example() {
    let ran = plancast::<&str>(&[]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    insta::assert_snapshot!(ran.out);
    assert_eq!(plancast(&["-h"]).out, ran.out);
}

#[test]
fn every_command_has_help_with_an_example() {
    let help = plancast(&["--help"]).out;
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // What a command does may take several lines.
    let names = listed.filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with(' '));
    let commands: Vec<&str> = names.filter_map(|line| line.split(' ').next()).collect();
    assert!(commands.len() >= 14 && commands.contains(&"assign"), "{commands:?}");
    for command in commands {
        let ran = plancast(&[command, "--help"]);
        assert_eq!(ran.code, 0, "{command}");
        assert!(ran.out.contains("Example") && ran.out.contains("plancast "), "{command}: {}", ran.out);
    }
    insta::assert_snapshot!(plancast(&["simulate", "--help"]).out);
}

#[test]
fn a_command_line_without_sense_is_code_2() {
    let quickstart = scenario("quickstart");
    let plan = quickstart.as_str();
    let lines: [&[&str]; 12] = [
        &["frobnicate"],
        &["simulate"],
        &["simulate", plan, "--threads", "0"],
        &["simulate", plan, "--iterations", "0"],
        &["simulate", plan, "--iterations", "1000000000"],
        &["simulate", plan, "--seed", "-1"],
        &["simulate", plan, "--set", "budget"],
        &["simulate", plan, "--frob"],
        &["trace", plan, "--quantile", "2"],
        &["trace", plan, "--quantile", "0.5", "--iteration", "3"],
        &["trace", plan, "--iteration", "10", "--iterations", "10"],
        &["completions", "klingon"],
    ];
    for line in lines {
        let ran = plancast(line);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line:?}: {}", ran.err);
        assert!(ran.err.starts_with("error: "), "{line:?}: {}", ran.err);
    }
}

#[test]
fn a_plan_that_cannot_be_read_is_code_3_and_says_why() {
    let folder = Folder::new();
    let huge = folder.path("huge.yaml");
    File::create(&huge).expect("created").set_len(100 << 20).expect("a sparse file");
    let files = [
        folder.path("plan.yml"),
        folder.path("."),
        folder.file("empty.yaml", ""),
        folder.file("latin.yaml", b"plan: caf\xe9\n"),
        huge,
        folder.file("broken.yaml", "plan: a\n  b: [\n"),
        folder.file("plan.yaml", "plan: a\nagents: { ada: {} }\ntasks: { t: { efort: 1h } }\n"),
    ];
    let mut told = String::new();
    for file in &files {
        let ran = plancast(&["simulate", file]);
        assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{file}: {}", ran.err);
        told += &folder.hide(&ran.err);
        told.push('\n');
    }
    insta::assert_snapshot!(told);
}

#[test]
fn what_is_not_in_the_plan_is_code_3() {
    let folder = Folder::new();
    let undated = folder.file("undated.yaml", "agents: { ada: {} }\ntasks: { t: { effort: 1h } }\n");
    let plan = scenario("quickstart");
    let mut told = String::new();
    let lines: [&[&str]; 6] = [
        &["schedule", &plan, "--option", "clear-brif"],
        &["schedule", &plan, "--set", "agents.adda.capacity=2"],
        &["schedule", &plan, "--set", "agents.ada.capacity=0"],
        &["export", &undated, "--iterations", "50", "--format", "ics"],
        &["assign", &plan, "--why", "pgae"],
        &["staff", &plan, "--vary", "ada=1..2", "--until", "P(lve) >= 80%"],
    ];
    for line in lines {
        let ran = plancast(line);
        assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{line:?}: {}", ran.err);
        told += &ran.err;
        told.push('\n');
    }
    insta::assert_snapshot!(told);
}

#[test]
fn what_a_plan_calls_its_things_cannot_steer_the_terminal() {
    let folder = Folder::new();
    let id = r#""b\e[31m\u202Ered""#;
    let plan = format!("agents: {{ a: {{}} }}\ntasks: {{ t: {{ effort: 1h }}, {id}: {{ effort: 1h }} }}\n");
    let option = r#"options: { o: { patch: { tasks: { "b\e[31m\u202Eredx": null } } } }"#;
    let file = folder.file("hostile.yaml", format!("{plan}{option}"));
    let out = folder.path("out");
    for line in [
        &["simulate", &file, "--option", "o", "--iterations", "50", "--out", &out][..],
        &["validate", &file],
        &["schedule", &file],
        &["assign", &file, "--why", "b[31mred"],
        &["trace", &file],
    ] {
        let ran = plancast(line);
        let told = ran.out + &ran.err;
        assert!(told.contains("[31m"), "{line:?}: {told}");
        assert!(!told.contains(['\u{1b}', '\u{202e}']), "{line:?}: {told}");
    }
}

#[test]
fn validate_looks_at_every_file_and_reports_every_problem() {
    let folder = Folder::new();
    let bad = folder.file("bad.yaml", "plan: a\nagents: { ada: {} }\ntasks: { t: { efort: 1h, after: [u] } }\n");
    let ran = plancast(&["validate", &bad, &scenario("quickstart"), &folder.path("none.yaml")]);
    assert_eq!(ran.code, 3);
    assert_eq!(ran.out, "scenarios/quickstart.yaml: valid: 4 tasks, 3 agents, 0 phases, 1 milestone\n");
    for part in ["efort", "unknown", "none.yaml"] {
        assert!(ran.err.contains(part), "{part} is missing: {}", ran.err);
    }
    let option = folder.file(
        "option.yaml",
        "agents: { ada: {} }\ntasks: { t: { effort: 1-2h } }\noptions: { o: { patch: { tasks: { t: null } } } }\n",
    );
    let ran = plancast(&["validate", &option]);
    assert_eq!((ran.code, ran.out.as_str()), (3, ""));
    assert!(ran.err.contains("error[E134]: with the option `o`: the plan has no tasks"), "{}", ran.err);
    let paths = SCENARIOS.map(scenario);
    let all: Vec<&str> = std::iter::once("validate").chain(paths.iter().map(String::as_str)).collect();
    let ran = plancast(&all);
    assert_eq!((ran.code, ran.out.lines().count()), (0, 5), "{}", ran.err);
}

#[test]
fn a_plan_can_come_from_standard_input() {
    let folder = Folder::new();
    let text = std::fs::read_to_string(root().join(scenario("quickstart"))).expect("the scenario");
    let out = folder.path("out");
    let piped = with_input(&["simulate", "-", "--iterations", "50", "--out", &out], &text);
    let read = plancast(&["simulate", &scenario("quickstart"), "--iterations", "50", "--out", &out]);
    assert_eq!((piped.code, &piped.out), (0, &read.out), "{}", piped.err);
    assert_eq!(with_input(&["validate", "-"], "plan: [").code, 3);
}

#[test]
fn standard_input_named_twice_is_code_2() {
    let folder = Folder::new();
    let text = std::fs::read_to_string(root().join(scenario("quickstart"))).expect("the scenario");
    let plan = scenario("quickstart");
    let lines: [&[&str]; 5] = [
        &["compare", "-", "-"],
        &["compare", &plan, "--patch", "-", "--patch", "-"],
        &["simulate", "-", "--patch", "-"],
        &["staff", "-", "--vary", "ada=1..2", "--patch", "-"],
        &["validate", "-", "-"],
    ];
    for line in lines {
        let ran = with_input(line, &text);
        assert_eq!(ran.code, 2, "{line:?}: {}", ran.err);
        assert!(ran.err.contains("standard input is named twice"), "{line:?}: {}", ran.err);
    }
    // Once is enough for all options that a report shows.
    let out = folder.path("out");
    let line = ["report", &plan, "--patch", "-", "--option", "clear-brief", "--iterations", "50", "--out", &out];
    let ran = with_input(&line, "{ budget: 900 }");
    assert_eq!(ran.code, 0, "{}", ran.err);
}

#[test]
fn output_that_cannot_be_written_is_code_74_and_changes_nothing() {
    let folder = Folder::new();
    let plan = scenario("quickstart");
    let in_the_way = folder.file("file", "");
    let ran = plancast(&["schedule", &plan, "--out", &in_the_way]);
    assert_eq!((ran.code, ran.out.as_str()), (74, ""));
    assert!(ran.err.contains("a file is in the way"), "{}", ran.err);

    let out = folder.path("out");
    std::fs::create_dir_all(folder.path("out/tasks.csv")).expect("made");
    folder.file("out/summary.json", "the run before");
    let ran = plancast(&["simulate", &plan, "--iterations", "20", "--out", &out]);
    assert_eq!((ran.code, ran.out.as_str()), (74, ""));
    assert_eq!(folder.read("out/summary.json"), "the run before");
    assert_eq!(folder.list("out"), ["summary.json", "tasks.csv"], "drafts are gone");
}

/// Nobody can make a file in `/proc`.
#[cfg(target_os = "linux")]
#[test]
fn a_place_where_nobody_can_write_is_named_with_its_option() {
    for command in ["simulate", "explain", "report", "check", "compare", "staff", "trace"] {
        let option = if ["compare", "staff", "trace"].contains(&command) { "--chart" } else { "--out" };
        let more: &[&str] = if command == "staff" { &["--vary", "agents.ada.count=1..2"] } else { &[] };
        let ran = plancast(&[&[command, "scenarios/quickstart.yaml", option, "/proc/x.svg"], more].concat());
        let said = format!(
            "error: cannot write `/proc/x.svg`: there is no such file or folder\n help: choose another place with {option}\n"
        );
        assert!(ran.code == 74 && ran.out.is_empty() && ran.err.ends_with(&said), "{command}: {}", ran.err);
    }
    let folder = Folder::new();
    let file = folder.file("notes.txt", "not a folder");
    let ran = plancast(&["simulate", &scenario("quickstart"), "--out", &format!("{file}/deep/results")]);
    assert_eq!((ran.code, ran.out.as_str()), (74, ""));
    assert!(ran.err.contains("notes.txt/deep/results`: "), "{}", ran.err);
    assert_eq!(folder.list("."), ["notes.txt"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_code_74() {
    let full = File::options().write(true).open("/dev/full").expect("/dev/full");
    let program =
        Command::new(env!("CARGO_BIN_EXE_plancast")).arg("schema").stdout(full).stderr(Stdio::piped()).output();
    let output = program.expect("the program ends");
    assert_eq!(output.status.code(), Some(74));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: cannot write to standard output"));
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    // It must outlast the program, not only the start of it.
    let folder = Folder::new();
    let mut child = Command::new(env!("CARGO_BIN_EXE_plancast"))
        .args(["simulate", &scenario("week-one-demo"), "--iterations", "20", "--json", "--out"])
        .arg(folder.path("out"))
        .current_dir(root())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!String::from_utf8_lossy(&output.stderr).contains("bug"));
}

#[test]
fn only_terminals_get_styles() {
    let folder = Folder::new();
    let out = folder.path("out");
    let ran = plancast(&["simulate", &scenario("quickstart"), "--iterations", "50", "--out", &out]);
    assert!(!ran.out.contains('\u{1b}') && !ran.err.contains('\u{1b}'));
    assert!(!plancast(&["--help"]).out.contains('\u{1b}'));
}

#[test]
fn schema_completions_and_manual_are_printed() {
    let schema = plancast(&["schema"]);
    let schema: serde_json::Value = serde_json::from_str(&schema.out).expect("JSON");
    assert!(schema.get("$schema").is_some());
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(plancast(&["completions", shell]).out.contains("simulate"), "{shell}");
    }
    assert!(plancast(&["manual"]).out.contains(".TH plancast"));
    assert_eq!(stable(&plancast(&["--version"]).out), "plancast [version]\n");
}

/// The test runs itself once more with a word in the environment, and that run panics as a bug would.
#[test]
fn a_panic_is_code_70_and_says_how_to_report_it() {
    const WORD: &str = "PLANCAST_TEST_PANIC";
    if std::env::var_os(WORD).is_some() {
        plancast::cli::report_panics();
        panic!("two and two are five");
    }
    let this = std::env::current_exe().expect("this test");
    let name = "a_panic_is_code_70_and_says_how_to_report_it";
    let output =
        Command::new(this).args(["--exact", name, "--nocapture"]).env(WORD, "1").output().expect("it ends");
    assert_eq!(output.status.code(), Some(i32::from(plancast::cli::Exit::Bug.code())));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("has a bug: two and two are five") && told.contains("please report"), "{told}");
}
