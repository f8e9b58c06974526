//! What runs print and write: golden texts, files, the same bytes on any number of threads.

mod common;

use common::{Folder, SCENARIOS, plancast, scenario, stable};
use unicode_width::UnicodeWidthStr;

const FILES: [&str; 5] = ["agents.csv", "milestones.csv", "percentiles.csv", "summary.json", "tasks.csv"];

/// Runs `simulate` on a scenario into `out` of the folder.
#[track_caller]
fn simulate(folder: &Folder, name: &str, more: &[&str]) -> common::Ran {
    let (plan, out) = (scenario(name), folder.path("out"));
    let ran = plancast(&[&["simulate", plan.as_str(), "--out", out.as_str()], more].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran
}

#[test]
fn every_scenario_is_forecast_in_80_columns() {
    for name in SCENARIOS {
        let folder = Folder::new();
        let ran = simulate(&folder, name, &["--iterations", "300"]);
        let widest = ran.out.lines().map(UnicodeWidthStr::width).max().expect("output");
        assert!(widest <= 80, "{name}: {}", ran.out);
        assert_eq!(folder.list("out"), FILES);
        for line in ["P80", "The plan says", "Tasks that drive the finish", "Where the time goes"] {
            assert!(ran.out.contains(line), "{name} lacks `{line}`: {}", ran.out);
        }
    }
}

#[test]
fn a_forecast_fits_every_screen() {
    for name in SCENARIOS {
        let folder = Folder::new();
        for columns in [60, 71, 100, 300] {
            let (plan, out) = (scenario(name), folder.path("out"));
            let arguments = ["simulate", plan.as_str(), "--iterations", "100", "--out", out.as_str()];
            let ran = common::on_screen(&arguments, "", (&columns.to_string(), "C"));
            assert_eq!(ran.code, 0, "{}", ran.err);
            assert!(ran.out.is_ascii(), "{name}: {}", ran.out);
            let widest = ran.out.lines().map(str::len).max().expect("output");
            assert!(widest <= columns.min(120), "{name} on {columns} columns: {}", ran.out);
            // A time that is cut reads as another.
            assert!(!ran.out.contains(":~"), "{name} on {columns} columns: {}", ran.out);
            assert!(ran.out.contains("When it finishes\n") && ran.out.contains("Timeline\n"), "{name}");
        }
    }
}

#[test]
fn tasks_with_due_dates_are_told() {
    let folder = Folder::new();
    let late = "agents: { a: { skills: [x] } }\ntasks: { t: { skill: x, effort: { fixed: 2h }, due: 1h }, u: { skill: x, effort: 1h } }";
    let plan = folder.file("plan.yaml", late);
    let ran = plancast(&["simulate", &plan, "--iterations", "200", "--out", &folder.path("out")]);
    let rows: Vec<&str> = ran.out.lines().skip_while(|line| *line != "Tasks with a due date").skip(2).collect();
    let cells: Vec<&str> = rows[0].split_whitespace().collect();
    assert_eq!((cells[0], cells[3..5].join(" ")), ("t", "1.0 h".to_owned()), "{}", ran.out);
    assert_eq!(cells[5..].join(" "), "0 %", "{}", ran.out);
    assert_eq!(rows[1], "", "u has none");
}

#[test]
fn the_timeline_of_too_many_tasks_has_the_most_critical_ones() {
    let folder = Folder::new();
    let tasks = (0..60).map(|task| format!("  t{task}: {{ elapsed: 1h }}\n")).collect::<Vec<_>>().concat();
    let plan = folder.file("plan.yaml", format!("tasks:\n{tasks}  last: {{ elapsed: 100h }}\n"));
    let out = folder.path("out");
    let ran = plancast(&["simulate", &plan, "--iterations", "50", "--out", &out]);
    let timeline = ran.out.split("Timeline\n").nth(1).expect("a timeline");
    assert!(timeline.lines().any(|line| line.trim_start().starts_with("last ")), "{timeline}");
    assert!(timeline.contains("31 tasks that are critical no more often are left out"), "{timeline}");
}

#[test]
fn the_summary_of_a_scenario_stays_as_it_is() {
    for name in ["quickstart", "proto-refactor"] {
        let folder = Folder::new();
        let ran = simulate(&folder, name, &["--iterations", "1000"]);
        insta::assert_snapshot!(format!("simulate-{name}"), folder.hide(&ran.out));
        insta::assert_snapshot!(format!("simulate-{name}-talk"), folder.hide(&ran.err));
    }
}

#[test]
fn the_files_of_a_scenario_stay_as_they_are() {
    let folder = Folder::new();
    simulate(&folder, "quickstart", &["--iterations", "200", "--csv-iterations"]);
    for file in FILES {
        let text = stable(&folder.read(&format!("out/{file}")));
        // Percentiles and iterations are long and alike.
        let most = if file == "percentiles.csv" { 6 } else { usize::MAX };
        let text: Vec<&str> = text.lines().take(most).collect();
        insta::assert_snapshot!(format!("quickstart-{file}"), text.join("\n"));
    }
    let iterations = folder.read("out/iterations.csv");
    assert_eq!(iterations.lines().count(), 201);
    assert!(iterations.starts_with("iteration,finish,cost,live\n0,"), "{iterations}");
}

#[test]
fn schedule_and_trace_stay_as_they_are() {
    let folder = Folder::new();
    let (plan, out) = (scenario("quickstart"), folder.path("out"));
    let ran = plancast(&["schedule", &plan, "--out", &out]);
    assert_eq!(ran.code, 0);
    insta::assert_snapshot!("schedule-quickstart", ran.out);
    assert_eq!(folder.list("out"), ["schedule.csv", "schedule.json"]);
    let json = plancast(&["schedule", &plan, "--out", &out, "--json"]);
    assert_eq!(json.out, folder.read("out/schedule.json"));
    let ran = plancast(&["trace", &plan, "--iterations", "1000", "--quantile", "0.8"]);
    insta::assert_snapshot!("trace-quickstart", ran.out);
}

#[test]
fn every_scenario_is_scheduled_and_traced_in_80_columns() {
    for name in SCENARIOS {
        let folder = Folder::new();
        let (plan, out) = (scenario(name), folder.path("out"));
        let schedule = plancast(&["schedule", &plan, "--out", &out]);
        let trace = plancast(&["trace", &plan, "--iterations", "100"]);
        for ran in [schedule, trace] {
            assert_eq!(ran.code, 0, "{name}: {}", ran.err);
            let widest = ran.out.lines().map(UnicodeWidthStr::width).max().expect("output");
            assert!(widest <= 80, "{name}: {}", ran.out);
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_any_number_of_threads() {
    for name in ["proto-refactor", "week-one-demo"] {
        let all = ["1", "2", "8"].map(|threads| {
            let folder = Folder::new();
            let ran = simulate(&folder, name, &["--iterations", "700", "--threads", threads, "--csv-iterations"]);
            let files: Vec<String> =
                folder.list("out").iter().map(|file| folder.read(&format!("out/{file}"))).collect();
            (ran.out, files)
        });
        assert!(all[0] == all[1] && all[1] == all[2], "{name} differs between numbers of threads");
    }
    let folder = Folder::new();
    let first = simulate(&folder, "quickstart", &["--iterations", "200"]).out;
    assert_ne!(first, simulate(&folder, "quickstart", &["--iterations", "200", "--seed", "2"]).out);
}

#[test]
fn json_on_standard_output_is_the_file() {
    let folder = Folder::new();
    let ran = simulate(&folder, "minimal-backend", &["--iterations", "100", "--json"]);
    assert_eq!(ran.out, folder.read("out/summary.json"));
}

#[test]
fn a_file_of_another_run_does_not_stay_behind() {
    let folder = Folder::new();
    simulate(&folder, "quickstart", &["--iterations", "20", "--csv-iterations"]);
    assert!(folder.list("out").contains(&"iterations.csv".to_owned()));
    simulate(&folder, "quickstart", &["--iterations", "20"]);
    assert_eq!(folder.list("out"), FILES);
}

#[test]
fn an_option_and_a_changed_value_change_the_forecast_and_are_named() {
    let folder = Folder::new();
    let p80 = |more: &[&str]| {
        let ran = simulate(&folder, "quickstart", &[&["--iterations", "500", "--json"], more].concat());
        let summary: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
        (summary["finish"]["p80"].as_f64().expect("a number"), summary["plan"].clone())
    };
    let (plain, _) = p80(&[]);
    let (brief, about) = p80(&["--option", "clear-brief"]);
    assert!(brief <= plain, "without its only risk the plan is no later");
    assert_eq!(about["option"], "clear-brief");
    let (longer, about) = p80(&["--set", "tasks.launch.effort=3d"]);
    assert!(longer > plain);
    assert_eq!(about["changes"][0], "tasks.launch.effort=3d");
    assert_eq!(p80(&["--set", "risks.vague-brief=null"]).0, brief, "an option is the patch it holds");
}

#[test]
fn a_trace_is_the_iteration_that_it_says() {
    let plan = scenario("proto-refactor");
    let json = |more: &[&str]| -> serde_json::Value {
        let ran = plancast(&[&["trace", plan.as_str(), "--iterations", "400", "--json"], more].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        serde_json::from_str(&ran.out).expect("JSON")
    };
    let by_quantile = json(&["--quantile", "80%"]);
    let number = by_quantile["iteration"].to_string();
    assert_eq!(by_quantile, json(&["--iteration", &number]));
    let folder = Folder::new();
    let summary = simulate(&folder, "proto-refactor", &["--iterations", "400", "--json"]);
    let summary: serde_json::Value = serde_json::from_str(&summary.out).expect("JSON");
    assert_eq!(by_quantile["finish"], summary["finish"]["p80"]);
    let parts: f64 =
        by_quantile["causes"].as_object().expect("causes").values().filter_map(serde_json::Value::as_f64).sum();
    // Sixteen parts, each rounded to a millionth.
    assert!((parts - by_quantile["finish"].as_f64().expect("finished")).abs() <= 17.0 * 0.5e-6);
}

#[test]
fn long_and_wide_names_and_long_times_stay_in_80_columns() {
    let folder = Folder::new();
    let name = |what: &str| format!("{what} 設計書類の確認と承認の手続きに関する長い名前 {what}");
    let mut text = format!(
        "plan: {}\nstart: 2025-01-06\nbudget: 123456789\n\
         agents: {{ an-agent-with-a-long-id: {{ name: {}, count: 3, cost: 99999 }} }}\n\
         resources: {{ a-resource-with-a-long-id: 1 }}\n\
         escalation: {{ lead: {{ name: {}, response: 999h, handling: 999h }} }}\n\
         blockers: {{ stuck: {{ every: 9h, resolve: 99h, escalate: {{ after: 1h, to: lead }} }} }}\n\
         milestones: {{ m: {{ name: {}, after: p, due: 2026-12-31 }} }}\n\
         phases:\n  p:\n    name: {}\n    due: 2026-12-31\n    tasks:\n",
        name("plan"),
        name("agent"),
        name("level"),
        name("milestone"),
        name("phase"),
    );
    for i in 0..12 {
        let fields = format!("name: {}, effort: 50-200w, uses: {{ a-resource-with-a-long-id: 1 }}", name("task"));
        text = format!("{text}      a-task-with-a-rather-long-id-{i}: {{ {fields} }}\n");
    }
    let plan = folder.file("wide.yaml", text);
    let out = folder.path("out");
    let runs = [
        plancast(&["simulate", &plan, "--iterations", "20", "--out", &out]),
        plancast(&["schedule", &plan, "--out", &out]),
        plancast(&["trace", &plan, "--iteration", "0"]),
    ];
    for ran in runs {
        assert_eq!(ran.code, 0, "{}", ran.err);
        let wide: Vec<&str> = ran.out.lines().filter(|line| line.width() > 80).collect();
        assert!(wide.is_empty(), "{}", wide.join("\n"));
    }
}

#[test]
fn names_cannot_do_harm() {
    let folder = Folder::new();
    let plan = folder.file(
        "hostile.yaml",
        "plan: \"a\\e[31m\\nb\"\nagents: { x: { name: \"=cmd()\" } }\n\
         tasks:\n  '=1+1': { name: \"設計 \\u202E x\", effort: 2h }\n  '-b': { name: '@sum', effort: 1h }\n",
    );
    let out = folder.path("out");
    let ran = plancast(&["simulate", &plan, "--iterations", "20", "--out", &out]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(!ran.out.contains(['\u{1b}', '\u{202e}']), "{}", ran.out);
    for file in ["tasks.csv", "agents.csv"] {
        for cell in folder.read(&format!("out/{file}")).lines().skip(1).flat_map(|line| line.split(',')) {
            let number = cell.parse::<f64>().is_ok();
            assert!(number || !cell.starts_with(['=', '+', '-', '@']), "{file}: {cell}");
        }
    }
}

#[test]
fn a_run_stops_when_it_knows_enough_and_says_so() {
    let runs = ["1", "2"].map(|threads| {
        let folder = Folder::new();
        let ran = simulate(&folder, "quickstart", &["--until", "1%", "--threads", threads, "--sampling", "lhs"]);
        let talk = ran.err.lines().find(|line| line.starts_with("the P80 is known to")).map(str::to_owned);
        (ran.out, talk, folder.read("out/summary.json"))
    });
    assert!(runs[0] == runs[1], "differs between numbers of threads");
    let summary: serde_json::Value = serde_json::from_str(&runs[0].2).expect("JSON");
    let iterations = summary["run"]["iterations"].as_u64().expect("a number");
    // Rounds of four blocks of 256, then of a quarter of what is there.
    assert!(iterations.is_multiple_of(256) && (1025..10_000).contains(&iterations), "{iterations}");
    assert_eq!(summary["run"]["sampling"], "lhs");
    let talk = runs[0].1.as_deref().unwrap_or_default();
    assert!(talk.ends_with(&format!("after {iterations} iterations")), "{talk}");

    let folder = Folder::new();
    let ran = simulate(&folder, "quickstart", &["--until", "0.001%", "--iterations", "2000"]);
    assert!(ran.err.contains("only after all 2000 iterations, not to 0.001 %"), "{}", ran.err);
    let ran = simulate(&folder, "quickstart", &["--until", "0.001%", "--iterations", "10"]);
    assert!(ran.err.contains("10 iterations are too few to know the P80"), "{}", ran.err);
    let ran = plancast(&["simulate", &scenario("quickstart"), "--until", "0%"]);
    assert_eq!((ran.code, ran.err.contains("a share such as 1% or 0.01")), (2, true), "{}", ran.err);
}
