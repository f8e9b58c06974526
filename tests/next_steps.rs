//! What errors advise: each next step is one that the command can take.

mod common;

use common::{Folder, plancast, scenario};

/// Runs a command that must fail with this code, and gives what it says.
#[track_caller]
fn refused(code: i32, line: &[&str]) -> String {
    let ran = plancast(line);
    assert_eq!((ran.code, ran.out.as_str()), (code, ""), "{line:?}: {}", ran.err);
    ran.err
}

#[test]
fn a_negative_number_after_an_option_is_refused_as_its_value() {
    let quickstart = scenario("quickstart");
    let plan = quickstart.as_str();
    let lines: [&[&str]; 7] = [
        &["simulate", plan, "--seed", "-1"],
        &["simulate", plan, "--iterations", "-5"],
        &["simulate", plan, "--until", "-1%"],
        &["trace", plan, "--quantile", "-0.5"],
        &["check", plan, "--threshold", "-1h"],
        &["assign", plan, "--time", "-1s"],
        &["staff", plan, "--vary", "tess=1..2", "--budget", "-3"],
    ];
    for line in lines {
        let [.., option, value] = line else { panic!("an option and its value") };
        let said = refused(2, line);
        assert!(said.starts_with(&format!("error: invalid value '{value}' for '{option} <")), "{line:?}: {said}");
        assert!(!said.contains("-- -"), "{line:?}: {said}");
    }
}

#[test]
fn a_place_that_cannot_be_written_is_named_with_its_own_option() {
    let folder = Folder::new();
    let (plan, file) = (scenario("quickstart"), folder.file("file", ""));
    let chart = folder.path("nowhere/chart.svg");
    let lines: [(&str, &[&str]); 5] = [
        ("--write", &["assign", &plan, "--time", "1h", "--write", &folder.path("nowhere/better.json")]),
        ("--write", &["assign", &plan, "--time", "1h", "--write", &format!("{file}/better.json")]),
        ("--write", &["assign", &plan, "--time", "1h", "--write", &folder.path(".")]),
        ("--out", &["simulate", &plan, "--iterations", "100", "--out", &format!("{file}/out"), "--json"]),
        ("--chart", &["trace", &plan, "--iterations", "100", "--chart", &chart]),
    ];
    for (option, line) in lines {
        let ran = plancast(line);
        assert_eq!(ran.code, 74, "{line:?}: {}", ran.err);
        assert!(
            ran.err.ends_with(&format!(" help: choose another place with {option}\n")),
            "{line:?}: {}",
            ran.err
        );
    }
}
