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

#[test]
fn a_patch_that_is_missing_is_called_a_patch() {
    let plan = scenario("quickstart");
    let said = refused(3, &["simulate", &plan, "--patch", "nowhere/nope.txt"]);
    assert!(said.starts_with("error: cannot read patch `nowhere/nope.txt`: "), "{said}");
    assert!(said.contains("help: give the path of a patch file"), "{said}");
    let said = refused(3, &["compare", &plan, "--patch", "tests"]);
    assert!(said.contains("error: cannot read patch `tests`: it is a folder\n"), "{said}");
}

#[test]
fn values_to_vary_say_what_is_wrong_with_them() {
    let plan = scenario("quickstart");
    let said = |vary: &str| refused(2, &["staff", &plan, "--vary", vary]);
    assert!(said("tess=1..101").contains("has more than 100 values\n help: vary it less at once, as in `1..100`"));
    assert!(
        said("tess=3..1").contains("goes from the greater number to the smaller\n help: swap the two: `1..3`")
    );
    assert!(said("tess=x..3").contains("no values that can be read"));
}

#[test]
fn fields_of_the_top_are_varied_as_others_are() {
    let plan = scenario("quickstart");
    let ran = plancast(&["staff", &plan, "--vary", "hours_per_day=6,8", "--iterations", "200", "--csv"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.starts_with("hours_per_day,"), "{}", ran.out);
    let said = refused(3, &["staff", &plan, "--vary", "hours_per_dya=6,8"]);
    assert!(said.contains("names no agent and no field of the plan: `hours_per_dya`"), "{said}");
    assert!(said.contains("did you mean `hours_per_day`?"), "{said}");
}

#[test]
fn a_combination_that_makes_no_plan_is_named() {
    let plan = scenario("quickstart");
    let said = refused(3, &["staff", &plan, "--vary", "tess=0..2", "--iterations", "100"]);
    assert!(said.contains("\nerror[E121]: with `tess=0`: "), "{said}");
    let said = refused(3, &["staff", &plan, "--vary", "agents.ada.foo=1,2", "--iterations", "100"]);
    assert!(said.contains("with `agents.ada.foo=1`: ") && said.contains("--> --vary:1:12\n"), "{said}");
}

#[test]
fn a_baseline_without_the_percentile_says_which_there_are() {
    let folder = Folder::new();
    let (plan, out) = (scenario("quickstart"), folder.path("out"));
    assert_eq!(plancast(&["simulate", &plan, "--iterations", "100", "--out", &out]).code, 0);
    let line = ["check", &plan, "--baseline", &folder.path("out/summary.json"), "--objective"];
    let said = refused(3, &[&line[..], &["p33"]].concat());
    assert!(said.contains("help: ask for `mean` or one of `p5`, `p10`, `p25`, `p50`, `p75`, `p80`"), "{said}");
    assert!(!plancast(&[&line[..], &["p90"]].concat()).err.contains("cannot use"));
}

#[test]
fn the_last_day_of_all_is_a_date_to_meet() {
    let folder = Folder::new();
    let plan = "start: 2025-01-06\nagents: {a: {}}\ntasks: {t: {effort: 2h, due: 9999-12-31}}";
    let (plan, out) = (folder.file("plan.yaml", plan), folder.path("out"));
    let ran = plancast(&["simulate", &plan, "--iterations", "100", "--out", &out]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("P(every due date met)") && ran.out.contains(" 100 %"), "{}", ran.out);
}
