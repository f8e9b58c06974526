//! `compare` and `staff`: shared luck cancels, intervals hold the truth, and what is printed stays as it is.

mod common;

use std::fs;

use common::{Folder, SCENARIOS, plancast, root, scenario, stable};
use plancast::analyse::{self, Comparison, Objective, Rule, Threshold, Variant};
use plancast::model::Instance;
use plancast::optimise::{self, Search};
use plancast::plan::{Overrides, Source, read};
use plancast::simulate::{self, Settings};
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

#[track_caller]
fn json(arguments: &[&str]) -> Value {
    let ran = plancast(&[arguments, &["--json"]].concat());
    assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.err);
    serde_json::from_str(&ran.out).expect("JSON")
}

#[test]
fn a_plan_differs_from_itself_by_exactly_nothing() {
    for name in SCENARIOS {
        let plan = scenario(name);
        let compared = json(&["compare", &plan, &plan, "--iterations", "300"]);
        let contrasts = compared["options"][0]["contrasts"].as_array().expect("contrasts");
        assert!(contrasts.len() >= 2, "{name}");
        for contrast in contrasts {
            assert_eq!(contrast["verdict"], "same", "{name}: {contrast}");
            assert_eq!(contrast["share_equal"], 1.0, "{name}: {contrast}");
            for number in ["mean", "p50", "p80", "objective"] {
                let d = &contrast["difference"][number];
                assert_eq!([&d["value"], &d["low"], &d["high"]], [0.0, 0.0, 0.0], "{name}: {contrast}");
            }
        }
        for list in ["changes", "tasks", "agents"] {
            assert_eq!(compared["options"][0][list], Value::Array(Vec::new()), "{name}: {list}");
        }
    }
}

#[test]
fn a_change_leaves_the_branches_that_it_does_not_touch_alone() {
    let plan = scenario("backend-hardening");
    let compared = json(&["compare", &plan, "--option", "docs-now", "--iterations", "500"]);
    let contrasts = compared["options"][0]["contrasts"].as_array().expect("contrasts");
    let of = |id: &str| contrasts.iter().find(|c| c["id"] == id).expect("a contrast");
    assert_eq!(of("performance")["share_equal"], 1.0, "phase 2 does not depend on the documentation");
    assert_eq!(of("hardened")["verdict"], "better");
}

#[test]
fn what_compare_and_staff_print_stays_as_it_is() {
    let plan = scenario("quickstart");
    let compare = ["compare", plan.as_str(), "--option", "clear-brief", "--set", "tasks.launch.effort=2h"];
    let staff = ["staff", plan.as_str(), "--vary", "ada=1..2", "--vary", "tess=1..2", "--until", "P(live) >= 90%"];
    for (name, line) in [("compare", compare.as_slice()), ("staff", staff.as_slice())] {
        for view in [None, Some("--as-table"), Some("--csv"), Some("--json")] {
            let line: Vec<&str> = line.iter().copied().chain(["--iterations", "500"]).chain(view).collect();
            let ran = plancast(&line);
            assert_eq!(ran.code, 0, "{line:?}: {}", ran.err);
            insta::assert_snapshot!(format!("{name}{}", view.unwrap_or_default()), stable(&ran.out));
        }
    }
}

/// Tables may be a little wider than the 80 columns of a screen that is only assumed: they are not cut for it.
#[test]
fn every_scenario_is_compared_the_earliest_first_in_hardly_more_than_80_columns() {
    for name in SCENARIOS {
        let plan = scenario(name);
        let ran = plancast(&["compare", &plan, "--iterations", "300"]);
        assert_eq!(ran.code, 0, "{name}: {}", ran.err);
        let widest = ran.out.lines().map(UnicodeWidthStr::width).max().expect("output");
        assert!(widest <= 84, "{name} has {widest} columns: {}", ran.out);
        let compared = json(&["compare", &plan, "--iterations", "300"]);
        let options = compared["options"].as_array().expect("options");
        let finish: Vec<f64> =
            options.iter().filter_map(|o| o["contrasts"][0]["after"]["objective"].as_f64()).collect();
        assert!(finish.is_sorted(), "{name}: {finish:?}");
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_any_number_of_threads() {
    let plan = scenario("week-one-demo");
    let vary = "escalation.orchestrator.response=5m,2h";
    let staff = ["staff", plan.as_str(), "--vary", vary];
    let assign = [&staff[..], &["--assign", "--evaluations", "2000"]].concat();
    let race = [&staff[..], &["--vary", "ai-ml=1..3", "--finalists", "2"]].concat();
    for line in [&["compare", plan.as_str()][..], &staff[..], &assign, &race] {
        let all = ["1", "8"].map(|threads| {
            let ran = plancast(&[line, &["--iterations", "300", "--json", "--threads", threads]].concat());
            assert!(ran.code == 0 && !ran.out.is_empty(), "{line:?}: {}", ran.err);
            ran.out
        });
        assert!(all[0] == all[1], "{line:?}");
    }
}

#[test]
fn two_versions_of_a_plan_say_what_differs() {
    let folder = Folder::new();
    let text = fs::read_to_string(root().join(scenario("quickstart"))).expect("the scenario");
    let edits = [
        ("effort: 1d, after: [api, page]", "effort: 3d, after: [api]"),
        ("tess: { skills: { tests: 1.5 } }", "tess: { skills: { tests: 1.5 }, count: 2 }"),
        ("  launch: {", "  notes: { effort: 1h }\n  launch: {"),
    ];
    let edited = edits.iter().fold(text, |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    });
    let later = folder.file("later.yaml", edited);
    let compared = json(&["compare", &scenario("quickstart"), &later, "--iterations", "300"]);
    let changes = compared["options"][0]["changes"].as_array().expect("changes");
    let told: Vec<&str> = changes.iter().filter_map(|change| change["text"].as_str()).collect();
    let wanted = [
        "task notes is new",
        "task tests: mean estimate",
        "task tests no longer waits for page",
        "agent tess: count 2 instead of 1",
    ];
    for part in wanted {
        assert!(told.iter().any(|text| text.contains(part)), "{part} is missing: {told:?}");
    }
}

#[test]
fn what_makes_no_sense_is_refused_with_the_next_step() {
    let plan = scenario("quickstart");
    let plan = plan.as_str();
    let lines: [(&[&str], i32, &str); 16] = [
        (&["compare", plan, "--option", "clear-brif"], 3, "did you mean `clear-brief`"),
        (&["compare", plan, "--threshold", "soon"], 2, "a share such as `5%`"),
        (&["compare", plan, "--base", "clear-brief"], 2, "nothing to compare"),
        (&["staff", plan], 2, "--vary"),
        (&["staff", plan, "--vary", "adda=1..2"], 3, "did you mean `ada`"),
        (&["staff", plan, "--vary", "ada.capacity=1,2"], 3, "did you mean `agents.ada.capacity`"),
        (&["compare", plan, "--set", "ada.capacity=2"], 3, "did you mean `agents.ada.capacity`"),
        (
            &["staff", plan, "--vary", "ada=1..100", "--vary", "ben=1..100", "--vary", "tess=1..3"],
            2,
            "more than 20000",
        ),
        (&["staff", plan, "--vary", "ada=1..2", "--vary", "agents.ada.count=1,3"], 2, "varied twice"),
        (&["staff", plan, "--vary", "ada=1,2,1"], 2, "has the value `1` twice"),
        (&["staff", plan, "--vary", "ada=1..2", "--budget", "-5"], 2, "an amount in the currency of the plan"),
        (&["staff", plan, "--vary", "ada=1..2", "--budget", "nan"], 2, "an amount in the currency of the plan"),
        (&["staff", plan, "--vary", "ada=1..2", "--keep-fixed"], 2, "--assign"),
        (&["compare", plan, "--base-patch", "nowhere.json", "--option", "clear-brief"], 3, "cannot read patch"),
        (&["staff", plan, "--vary", "ada=1..2", "--until", "P(lve) >= 50%"], 3, "did you mean `live`"),
        (
            &["staff", plan, "--vary", "ada=1..2", "--until", "P(cost) >= 50%"],
            3,
            "neither a due date nor a budget",
        ),
    ];
    for (line, code, part) in lines {
        let ran = plancast(line);
        assert_eq!((ran.code, ran.out.as_str()), (code, ""), "{line:?}: {}", ran.err);
        assert!(ran.err.contains(part), "{line:?}: {}", ran.err);
    }
}

#[test]
fn the_cheapest_staffing_that_is_good_enough_is_found() {
    let folder = Folder::new();
    let plan = "plan: Two hands\nagents: { a: { skills: [x], cost: 10 }, b: { skills: [x], cost: 30 } }\n\
                tasks: { t1: { skill: x, effort: { fixed: 8h } }, t2: { skill: x, effort: { fixed: 8h } },\n\
                t3: { skill: x, effort: { fixed: 8h } }, t4: { skill: x, effort: { fixed: 8h } } }\n\
                milestones: { done: { after: [t1, t2, t3, t4], due: 9h } }\n";
    let plan = folder.file("plan.yaml", plan);
    let line = ["staff", &plan, "--vary", "a=1..3", "--vary", "b=1..2", "--until", "P(done) >= 99%"];
    let grid = json(&[&line[..], &["--iterations", "300"]].concat());
    assert_eq!(grid["until"]["cheapest"], serde_json::json!({ "a": "3", "b": "1" }), "{grid}");
    let combinations = grid["combinations"].as_array().expect("combinations");
    let finish: Vec<f64> = combinations.iter().filter_map(|c| c["finish"].as_f64()).collect();
    assert_eq!(finish, [16.0, 16.0, 16.0, 8.0, 8.0, 8.0]);
    let none = ["staff", &plan, "--vary", "a=1..2", "--until", "P(done) >= 99%", "--iterations", "300"];
    let ran = plancast(&none);
    assert!(ran.out.contains("No combination reaches it. The nearest is a "), "{}", ran.out);
    assert!(!ran.out.contains("binds there"), "what binds the finish may have nothing to do with it: {}", ran.out);
}

/// Keys of a grid that a race must find as the whole grid does, and its front.
fn answer(grid: &Value) -> (Vec<&Value>, Vec<&Value>) {
    let combinations = grid["combinations"].as_array().expect("combinations");
    let front = combinations.iter().filter(|c| c["pareto"] == true);
    let keys = ["next", "path", "knee", "until"];
    (keys.map(|key| &grid[key]).to_vec(), front.map(|c| &c["values"]).collect())
}

#[test]
fn a_race_finds_the_front_the_knee_and_the_cheapest_of_the_whole_grid() {
    let cases = [
        ("quickstart", ["ada=1..4", "ben=1..3", "tess=1..3", "tasks.launch.effort=1h,2h"], "P(live) >= 78%"),
        (
            "minimal-backend",
            ["claude-code=1..3", "chatgpt=1..3", "copilot=1..3", "gemini=1..3"],
            "P(finish) >= 90%",
        ),
    ];
    for (name, vary, until) in cases {
        let plan = scenario(name);
        let vary: Vec<&str> = vary.iter().flat_map(|vary| ["--vary", vary]).collect();
        let line = [&["staff", plan.as_str(), "--until", until, "--iterations", "800"], &vary[..]].concat();
        let whole = json(&line);
        let raced = json(&[&line[..], &["--finalists", "8"]].concat());
        assert_eq!(answer(&raced), answer(&whole), "{name}");
        let spent = |grid: &Value| {
            let all = grid["combinations"].as_array().expect("combinations").iter();
            all.map(|c| c["iterations"].as_u64().expect("a count")).sum::<u64>()
        };
        assert!(2 * spent(&raced) < spent(&whole), "{name}: {} of {}", spent(&raced), spent(&whole));
    }
}

#[test]
fn many_combinations_are_raced_and_the_text_says_so() {
    let plan = scenario("quickstart");
    let ran = plancast(&["staff", &plan, "--vary", "ada=1..15", "--vary", "ben=1..15", "--iterations", "200"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("225 combinations in a race"), "{}", ran.out);
    assert!(ran.out.lines().count() < 40, "only the front is shown: {}", ran.out);
}

/// The slow agent has the long task; with a second fast one nobody needs the slow one.
const BADLY_STAFFED: &str = "plan: Badly staffed
agents: { slow: { skills: { x: 0.5 } }, fast: { skills: { x: 1 } } }
tasks:
  long: { skill: x, agent: slow, effort: 8-12h }
  short: { skill: x, agent: fast, effort: 3-4h }
";

#[test]
fn a_combination_is_scored_with_the_assignment_that_assign_recommends() {
    let folder = Folder::new();
    let plan = folder.file("plan.yaml", BADLY_STAFFED);
    let staff = ["staff", plan.as_str(), "--vary", "fast=1..2", "--iterations", "400"];
    let assigned = json(&[&staff[..], &["--assign"]].concat());
    assert_eq!(assigned["assign"]["evaluations"], 6000);
    let as_written = json(&staff);
    let kept = json(&[&staff[..], &["--assign", "--keep-fixed"]].concat());
    for (place, count) in ["1", "2"].iter().enumerate() {
        let of = |grid: &Value| grid["combinations"][place].clone();
        assert_eq!(of(&assigned)["assigned"], true);
        assert!(of(&assigned)["finish"].as_f64() < of(&as_written)["finish"].as_f64());
        assert_eq!(
            (&of(&kept)["assigned"], &of(&kept)["finish"]),
            (&Value::Bool(false), &of(&as_written)["finish"])
        );
        let sets = vec![format!("agents.fast.count={count}")];
        let plan = read(Source::new("plan.yaml", BADLY_STAFFED), &Overrides { sets, ..Overrides::default() });
        let search = Search {
            objective: optimise::Objective::Quantile(0.8),
            schedules: 6000,
            seed: 1,
            iterations: 2000,
            keep_fixed: false,
        };
        let found = optimise::recommend(&plan.expect("sound").instance, &search, &mut |_, _, _| false);
        let settings = Settings::new(400, 1);
        let outcomes = simulate::run(&found.policy.apply(&found.open), &settings, &|_| {});
        let finish: Vec<f64> = outcomes.makespan.iter().map(|at| at.hours()).collect();
        let p80 = Objective::Percentile(80).of(&finish).expect("it finishes");
        let scored = of(&assigned)["finish"].as_f64().expect("it finishes");
        assert!((scored - p80).abs() < 1e-6, "{count}: {scored}, not {p80}; files hold millionths");
    }
}

#[test]
fn changes_of_the_base_apply_to_all_and_a_patch_is_an_alternative() {
    let folder = Folder::new();
    let plan = scenario("quickstart");
    let patch = folder.file("patch.yaml", "tasks: { launch: { effort: 2h } }\n");
    let base = "tasks.tests.effort=2d";
    let line = ["compare", &plan, "--base-set", base, "--patch", &patch, "--set", "tasks.launch.effort=2h"];
    let compared = json(&[&line[..], &["--iterations", "300"]].concat());
    let options = compared["options"].as_array().expect("options");
    assert_eq!(options.len(), 2);
    assert_eq!(options[0]["contrasts"], options[1]["contrasts"], "a patch and a value that say the same");
    let before = folder.file("base.yaml", "tasks: { tests: { effort: 2d } }\n");
    let line = ["compare", &plan, "--base-patch", &before, "--patch", &patch, "--iterations", "300"];
    let patched = json(&line);
    assert_eq!(patched["options"][0]["contrasts"], options[0]["contrasts"], "the base patched instead of set");
    for option in options {
        let changes = option["changes"].as_array().expect("changes");
        assert_eq!(changes.len(), 1, "the change of the base is in both: {changes:?}");
    }
    // A patched plan is simulated as the alternative was.
    let out = folder.path("out");
    let ran = plancast(&[
        "simulate",
        &plan,
        "--patch",
        &patch,
        "--set",
        base,
        "--iterations",
        "300",
        "--json",
        "--out",
        &out,
    ]);
    let summary: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(summary["finish"]["p80"], options[0]["contrasts"][0]["after"]["p80"]);
}

#[test]
fn a_budget_leaves_aside_what_costs_more() {
    let plan = scenario("proto-refactor");
    let line = ["staff", plan.as_str(), "--vary", "agents.alpha.cost=12,50", "--iterations", "300"];
    let grid = json(&[&line[..], &["--budget", "4500"]].concat());
    let affordable: Vec<&Value> =
        grid["combinations"].as_array().expect("combinations").iter().map(|c| &c["affordable"]).collect();
    assert_eq!(affordable, [&Value::Bool(true), &Value::Bool(false)], "{grid}");
    assert_eq!(grid["combinations"][1]["pareto"], false);
    let text = |budget: &str| {
        let ran = plancast(&[&line[..], &["--until", "P(finish) >= 99%", "--budget", budget]].concat());
        ran.out.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(text("4500").contains("Beyond the budget of 4,500: 1 of 2."), "{}", text("4500"));
    assert!(text("4500").contains("No combination within the budget reaches it."), "{}", text("4500"));
    assert!(text("1").contains("No combination is within the budget."), "{}", text("1"));
}

fn instance(overrides: &Overrides) -> Instance {
    let text = fs::read_to_string(root().join(scenario("quickstart"))).expect("the scenario");
    read(Source::new("quickstart.yaml", text), overrides).expect("sound").instance
}

fn compared(base: &Instance, option: &Instance, iterations: u32, seed: u64) -> Comparison {
    let settings = Settings::new(iterations, seed);
    let [before, after] = [base, option].map(|instance| simulate::run(instance, &settings, &|_| {}));
    let base = Variant { name: "base", instance: base, outcomes: &before };
    let option = Variant { name: "option", instance: option, outcomes: &after };
    let rule = Rule { objective: Objective::Percentile(80), threshold: Threshold::Hours(0.0) };
    analyse::compare(&base, &[option], rule)
}

/// The share of 200 intervals of 95 % that hold the truth has a standard error of 1.5 %; sectioned intervals
/// of quantiles may hold it more often. The truth is a run of 100,000 iterations.
#[test]
fn paired_intervals_hold_the_true_difference_as_often_as_they_promise() {
    let base = instance(&Overrides::default());
    let option = instance(&Overrides { option: Some("clear-brief".to_owned()), ..Overrides::default() });
    let exact = compared(&base, &option, 100_000, 1_000_000);
    let exact = exact.options[0].finish();
    let truth = [exact.mean, exact.p80].map(|d| d.expect("it finishes").value);
    let mut held = [0; 2];
    let repeats = 200;
    for seed in 1..=repeats {
        let found = compared(&base, &option, 500, seed);
        let found = found.options[0].finish();
        for (i, d) in [found.mean, found.p80].into_iter().enumerate() {
            let d = d.expect("it finishes");
            held[i] += u32::from((d.low..=d.high).contains(&truth[i]));
        }
    }
    let least = 0.95 - 4.0 * (0.95_f64 * 0.05 / repeats as f64).sqrt();
    for (what, held) in ["mean", "p80"].into_iter().zip(held) {
        let share = f64::from(held) / repeats as f64;
        assert!(share >= least, "{what}: {share} of the intervals hold the truth");
        // Intervals of percentiles are wider on purpose where noise could take other percentiles for this one.
        assert!(what != "mean" || share <= 2.0 * 0.95 - least, "{what}: {share} hold the truth, too many");
    }
}

/// Commands of the page with the outputs that it shows for them.
fn answers(page: &str) -> Vec<(String, String)> {
    let parts = page.split("```sh\n").skip(1);
    let pair = |part: &str| {
        let (command, rest) = part.split_once("```").expect("the end of a command");
        let output = rest.trim_start().strip_prefix("```text\n").expect("an output after each command");
        let (output, _) = output.split_once("```").expect("the end of an output");
        (command.trim().to_owned(), output.to_owned())
    };
    parts.map(pair).collect()
}

/// Words of a command line, those in quotes as one.
fn words(command: &str) -> Vec<String> {
    let quoted = command.split('"').enumerate();
    quoted
        .flat_map(|(i, part)| match i % 2 {
            1 => vec![part.to_owned()],
            _ => part.split_whitespace().map(str::to_owned).collect(),
        })
        .collect()
}

/// With `INSTA_UPDATE=always` the page is rewritten, as snapshots are.
#[test]
fn the_answers_of_the_page_are_real() {
    let path = root().join("docs/what-if.md");
    let mut page = fs::read_to_string(&path).expect("docs/what-if.md");
    let update = std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always");
    let answers = answers(&page);
    assert!(answers.len() >= 4, "{answers:?}");
    for (command, shown) in answers {
        let line = words(command.strip_prefix("plancast ").expect("a command of ours"));
        let ran = plancast(&line);
        assert_eq!(ran.code, 0, "{command}: {}", ran.err);
        if update {
            let block = |output: &str| format!("{command}\n```\n\n```text\n{output}```");
            page = page.replacen(&block(&shown), &block(&ran.out), 1);
        } else {
            assert_eq!(shown, ran.out, "{command}: `INSTA_UPDATE=always cargo test` rewrites the page");
        }
    }
    if update {
        fs::write(path, page).expect("docs/what-if.md");
    }
}

#[test]
fn numbers_of_a_comparison_are_not_cut() {
    let folder = Folder::new();
    let text = "agents: { a: { skills: [x], cost: 1000 } }\ntasks: { t: { skill: x, effort: 30-50h } }\n";
    let plan = folder.file("plan.yaml", text);
    let ran = plancast(&["compare", &plan, "--set", "agents.a.cost=54321", "--iterations", "400"]);
    let cost = ran.out.lines().find(|line| line.trim_start().starts_with("Cost")).expect("the cost");
    assert!(cost.contains(')') && !cost.contains('\u{2026}'), "{cost}");
}

#[test]
fn columns_of_a_grid_have_names_of_their_own() {
    let folder = Folder::new();
    let text = "agents: { a: { cost: 10, count: 2 }, b: { cost: 20 }, c: { count: 0 } }
tasks: { t: { effort: 2-4h }, u: { effort: 3h } }";
    let plan = folder.file("plan.yaml", text);
    let head = |vary: &[&str]| {
        let vary: Vec<&str> = vary.iter().flat_map(|vary| ["--vary", vary]).collect();
        let ran = plancast(&[&["staff", &plan, "--as-table", "--iterations", "300"], &vary[..]].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        let line = ran.out.lines().find(|line| line.contains("P80  ")).unwrap_or_default().to_owned();
        line.split("  ")
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .take(2)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(head(&["agents.a.capacity=1,2", "agents.b.capacity=1,2"]), ["a.capacity", "b.capacity"]);
    assert_eq!(head(&["agents.a.capacity=1,2"]), ["capacity", "P80"]);
    assert_eq!(head(&["agents.a.cost=10,20"]), ["a.cost", "P80"]);
    assert_eq!(head(&["c=0..1"]), ["c", "P80"], "of whom there is nobody yet");
}

#[test]
fn a_plan_is_told_from_itself_with_a_change() {
    let folder = Folder::new();
    let plan = folder.file("plan.yaml", "agents: { a: {} }\ntasks: { t: { effort: 2h }, u: { effort: 3h } }");
    let ran = plancast(&["compare", &plan, &plan, "--set", "tasks.u=null", "--json", "--iterations", "300"]);
    let page: Value = serde_json::from_str(&ran.out).expect("JSON");
    let names = [&page["base"]["name"], &page["options"][0]["name"]];
    assert!(
        names[0] != names[1] && names[1].as_str().is_some_and(|name| name.ends_with("plan.yaml (2)")),
        "{names:?}"
    );
}
