//! Plans as tests: every scenario is read without errors, every file in `scenarios/invalid` gives exactly the
//! messages that its first lines name, and nothing that anybody writes makes the reader panic.

use std::fs;
use std::path::{Path, PathBuf};

use plancast::diagnostic::{Code, Diagnostic, render};
use plancast::plan::{Overrides, Plan, Source, read};
use proptest::prelude::*;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn plans(name: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder(name)).expect("the folder is there");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "yaml" || ending == "json"));
    files.sort();
    files
}

fn read_file(file: &Path, overrides: &Overrides) -> Result<Plan, Vec<Diagnostic>> {
    let text = fs::read_to_string(file).expect("readable");
    read(Source::new(file.display().to_string(), text), overrides)
}

#[test]
fn every_scenario_and_each_of_its_options_is_sound() {
    for file in plans("scenarios") {
        let plan = read_file(&file, &Overrides::default()).unwrap_or_else(|e| panic!("{}", render(&e)));
        for option in &plan.options {
            let overrides = Overrides { option: Some(option.id.clone()), ..Overrides::default() };
            let changed = read_file(&file, &overrides).unwrap_or_else(|e| panic!("{}", render(&e)));
            assert_ne!(changed.hash, plan.hash, "option {} of {} changes something", option.id, file.display());
        }
    }
}

/// The messages that the first lines name, as `# E104 5:12` (code, line, column).
fn expected(text: &str) -> Vec<String> {
    let comments = text.lines().map_while(|line| line.strip_prefix("# "));
    let named = |line: &&str| line.len() > 4 && Code::ALL.iter().any(|code| line.starts_with(code.name()));
    comments.take_while(named).map(str::to_owned).collect()
}

#[test]
fn every_invalid_plan_gives_the_messages_that_it_names() {
    let mut wrong = Vec::new();
    for file in plans("scenarios/invalid") {
        let text = fs::read_to_string(&file).expect("readable");
        let messages = read_file(&file, &Overrides::default()).map_or_else(|e| e, |plan| plan.warnings);
        let found: Vec<String> = messages.iter().map(|m| format!("{} {}:{}", m.code, m.line, m.column)).collect();
        if found != expected(&text) {
            let want = expected(&text);
            wrong.push(format!("{}: expected {want:?}, found {found:?}\n{}", file.display(), render(&messages)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Codes that a plan file cannot give: they need an override, another format, or a schedule.
const NEED_MORE: [&str; 4] = ["E131", "E135", "W202", "W204"];

#[test]
fn every_error_has_a_file_that_shows_it() {
    let files = plans("scenarios/invalid");
    let names: Vec<&str> = files.iter().filter_map(|file| file.file_name()?.to_str()).collect();
    let errors = Code::ALL.iter().map(|code| code.name()).filter(|name| name.starts_with('E'));
    for code in errors.filter(|name| !NEED_MORE.contains(name)) {
        assert!(names.iter().any(|name| name.starts_with(code)), "no file shows {code}");
    }
}

const TEAM: &str = "agents: { ada: { skills: [core] }, ben: { skills: [core, ui] } }\n";

/// Codes and places of all messages about a plan with these overrides.
fn messages(text: &str, overrides: &Overrides) -> Vec<String> {
    let found = read(Source::new("plan", text), overrides).map_or_else(|e| e, |plan| plan.warnings);
    found.iter().map(|m| format!("{} {} {}:{}", m.code, m.source, m.line, m.column)).collect()
}

#[track_caller]
fn case(body: &str, expected: &[&str]) {
    assert_eq!(messages(&format!("{TEAM}{body}"), &Overrides::default()), expected, "{body}");
}

#[test]
fn what_runs_but_looks_wrong_is_a_warning() {
    case("tasks: { a: { skill: core, effort: 1-2h } }", &[]);
    case("phases: { p: { duration: 1d, tasks: { a: {}, b: { effort: 1-2h } } } }", &["W201 plan 2:39"]);
    case("tasks: { a: { effort: { fixed: 1h }, due: 7d }, b: { effort: 1-2h } }", &["W203 plan 2:49"]);
    case("tasks: { a: { effort: 100-101h } }", &["W205 plan 2:23"]);
    let mutual = "
phases:
  p: { tasks: { a1: { agent: ada, effort: 1-2h }, a2: { agent: ada, effort: 1-2h, after: [b1] } } }
  q: { after: [], tasks: { b1: { agent: ben, effort: 1-2h }, b2: { agent: ben, effort: 1-2h, after: [a1] } } }";
    case(mutual, &["W206 plan 5:102"]);
    case("tasks: { a: { skill: ui, effort: 1-2h } }", &["W207 plan 1:11"]);
    let option = "tasks: { a: { effort: 1-2h } }\noptions: { o: { patch: { tasks: { b: null } } } }";
    let overrides = Overrides { option: Some("o".into()), ..Overrides::default() };
    assert_eq!(messages(&format!("{TEAM}{option}"), &overrides), ["W208 plan 3:35"]);
}

#[test]
fn what_has_no_effect_is_a_warning() {
    let task = "tasks: { a: { effort: 1-2h } }";
    case(&format!("{task}\nescalation: {{ l: {{ next: m }}, m: {{}} }}"), &["W210 plan 3:26"]);
    case(&format!("{task}\nescalation: {{ l: {{ next: m, timeout: 1h }}, m: {{}} }}"), &[]);
    let failing = |more: &str| {
        let failures = format!("failures: {{ every: 8h, repair: 1h, restarts: 2{more} }}");
        messages(
            &format!("agents: {{ a: {{ {failures} }} }}\nescalation: {{ l: {{}} }}\n{task}"),
            &Overrides::default(),
        )
    };
    assert_eq!(failing(""), ["W210 plan 1:61"]);
    assert_eq!(failing(", then: l"), Vec::<String>::new());
    let spent = |cost: u32, task: &str| {
        let text = format!(
            "agents: {{ a: {{ cost: {cost} }} }}\ntasks: {{ t: {{ effort: 3h, spent: 1h, status: active{task} }} }}"
        );
        messages(&text, &Overrides::default())
    };
    assert_eq!(spent(5, ""), ["W210 plan 2:10"], "whose hours they were nobody says");
    assert_eq!((spent(0, ""), spent(5, ", agent: a"), spent(5, ", agents: [a]")), (vec![], vec![], vec![]));
    let tasks = "tasks: { a: { effort: 1-2h }, w: { elapsed: 1-2h }, d: { effort: 1-2h, status: done } }";
    let troubles = |affects: &str| {
        let blocker = format!("blockers: {{ b: {{ every: 8h, resolve: 1h, affects: {affects} }} }}");
        let text = format!("{TEAM}{tasks}\n{blocker}\nrisks: {{ r: {{ factor: 1.2, affects: {affects} }} }}");
        messages(&text, &Overrides::default())
    };
    assert_eq!(troubles("{ tasks: [a] }"), Vec::<String>::new());
    assert_eq!(troubles("{ agents: [ada] }"), Vec::<String>::new());
    assert_eq!(troubles("{ tasks: [w, d] }"), ["W210 plan 3:13"], "a risk makes waits longer");
    assert_eq!(troubles("{ tasks: [d] }"), ["W210 plan 3:13", "W210 plan 4:10"]);
    assert_eq!(troubles("{ tasks: [w, d], agents: [ada] }"), ["W210 plan 3:13", "W210 plan 4:10"]);
}

/// The first error of a plan, with its help.
#[track_caller]
fn refusal(text: &str) -> String {
    let found = read(Source::new("plan", text), &Overrides::default()).err().unwrap_or_default();
    let Some(first) = found.iter().find(|m| m.code.name().starts_with('E')) else { return "sound".to_owned() };
    format!("{}: {}; {}", first.code, first.message, first.help.clone().unwrap_or_default())
}

#[test]
fn crews_that_are_never_filled_in_the_order_written_are_refused() {
    let crew = |agents: &str, crew: &str| {
        refusal(&format!("agents: {{ {agents} }}\ntasks: {{ a: {{ crew: [{crew}], effort: 1-2h }} }}"))
    };
    let fast = "ada: { skills: { x: 3, y: 1 } }, ben: { skills: { x: 2 } }";
    let refused = crew(fast, "x, y");
    assert!(refused.starts_with("E122: task `a`: nobody is ever left for `y`"), "{refused}");
    assert!(refused.ends_with("write the crew in this order: `[y, x]`"), "{refused}");
    assert_eq!(crew(fast, "y, x"), "sound");
    assert_eq!(crew("ada: { skills: { x: 1, y: 1 } }, ben: { skills: { x: 2 } }", "x, y"), "sound");
    assert_eq!(crew(&format!("{fast}, cleo: {{ skills: {{ y: 0.1 }}, from: 99d }}"), "x, y"), "sound");
    let ties = crew("ada: { skills: [x, y] }, ben: { skills: [x] }", "x, y");
    assert!(ties.starts_with("E122") && ties.ends_with("`[y, x]`"), "ties go to the first agent: {ties}");
    assert!(crew("ada: { skills: [x, y] }", "x, y").starts_with("E127"));
}

/// Two shifts that never meet.
const SHIFTS: &str =
    "start: 2025-01-06\ncalendars: { day: { hours: \"09:00-12:00\" }, night: { hours: \"12:00-18:00\" } }\n";

#[test]
fn work_for_agents_who_are_never_there_is_refused() {
    let with = |agents: &str, task: &str| {
        refusal(&format!("{SHIFTS}agents: {{ {agents} }}\ntasks: {{ a: {{ {task}, effort: 1-2h }} }}"))
    };
    let late = "ada: { skills: [x], calendar: day, from: \"2025-01-06T12:00\", until: \"2025-01-07T09:00\" }";
    let refused = with(late, "skill: x");
    assert!(
        refused.starts_with("E122: task `a`: nobody who could do it ever starts a job; give `ada`"),
        "{refused}"
    );
    assert_eq!(with(&late.replace("07T09:00", "07T09:01"), "skill: x"), "sound");
    assert_eq!(with(&format!("{late}, ben: {{ skills: [x] }}"), "skill: x"), "sound");
    assert_eq!(with(&format!("{late}, ben: {{ skills: [x] }}"), "skill: x, status: done, agent: ada"), "sound");
    assert!(with(&format!("{late}, ben: {{ skills: [x] }}"), "skill: x, agent: ada").starts_with("E122"));
    assert!(with(&format!("{late}, ben: {{ skills: [x] }}"), "crew: [x, x]").starts_with("E127"));
    let review = "agent: ben, review: { skill: x, effort: 1h }";
    let refused = with(&format!("{late}, ben: {{}}"), review);
    assert!(refused.starts_with("E122: the review of task `a`: nobody"), "{refused}");
}

#[test]
fn crews_whose_only_agents_never_meet_are_refused() {
    let crew = |ada: &str, ben: &str| {
        let agents = format!("ada: {{ skills: [x], {ada} }}, ben: {{ skills: [y], {ben} }}");
        refusal(&format!("{SHIFTS}agents: {{ {agents} }}\ntasks: {{ a: {{ crew: [x, y], effort: 1-2h }} }}"))
    };
    let refused = crew("calendar: day", "calendar: night");
    assert!(
        refused.starts_with("E122: task `a` needs `ada`, `ben` together, who are never there at"),
        "{refused}"
    );
    assert!(crew("until: 5h", "from: 5h").starts_with("E122"));
    assert_eq!(crew("until: 5h", "from: 4h"), "sound");
    assert_eq!(crew("calendar: day", "calendar: day, from: 99d"), "sound");
    assert_eq!(
        crew("calendar: day", "calendar: night, count: 2"),
        crew("calendar: day", "calendar: night, count: 3")
    );
    assert_eq!(crew("calendar: day", "calendar: always"), "sound");
}

#[test]
fn options_are_read_with_the_plan() {
    let plan = |tasks: &str, options: &str| {
        let text = format!("{TEAM}tasks: {{ {tasks} }}\noptions: {{ {options} }}");
        let found = plancast::plan::read_with_options(Source::new("plan", text));
        let found = found.map_or_else(|e| e, |plan| plan.warnings);
        found.iter().map(|m| format!("{} {}:{} {}", m.code, m.line, m.column, m.message)).collect::<Vec<_>>()
    };
    let a = "a: { skill: core, effort: 1-2h }";
    assert_eq!(plan(a, "o: { patch: { agents: { ada: { capacity: 2 } } } }, empty: {}"), Vec::<String>::new());
    let broken = "o: { patch: { taks: { a: null } } }, p: { patch: { agents: { ada: null, ben: null } } }";
    assert_eq!(
        plan(a, broken),
        [
            "E123 2:10 with the option `p`: task `a` needs an agent, but the plan has none",
            "E105 3:26 with the option `o`: unknown field `taks`",
        ]
    );
    assert_eq!(plan("a: { effort: 4x }", "o: { patch: { budget: 3 } }").len(), 1, "told once");
    assert_eq!(plan("a: { effort: 4x }", "o: { patch: { budget: x } }").len(), 2);
    assert_eq!(plan("a: { effort: 4x }", "o: { patch: 3 }").len(), 2, "told of the plan");
}

#[test]
fn a_key_that_names_a_thing_of_another_kind_says_which() {
    let after = |link: &str| {
        refusal(&format!(
            "{TEAM}phases: {{ p: {{ tasks: {{ b: {{ effort: 1-2h }} }} }} }}\ntasks: {{ a: {{ effort: 1-2h, after: [{link}] }} }}\nmilestones: {{ m: {{ after: b }} }}"
        ))
    };
    assert_eq!(
        after("{ phase: b }"),
        "E104: task `a` waits for `b` as a phase, but it is a task; write `task: b`"
    );
    assert!(after("{ milestone: p, lag: 1h }").ends_with("write `phase: p`"));
    assert!(after("{ phase: m }").ends_with("write `milestone: m`"));
    for sound in ["{ phase: p }", "{ milestone: m }", "{ task: p }", "{ task: m }"] {
        assert_eq!(after(sound), "sound", "{sound}");
    }
}

#[test]
fn the_critical_path_adds_warnings() {
    let text = format!("{TEAM}tasks: {{ a: {{ skill: ui, effort: 1-2h, due: 1h }} }}");
    let plan = read(Source::new("plan", text), &Overrides::default()).expect("sound");
    let path = plancast::schedule::critical_path(&plan.instance);
    let advice = plan.advice(|task| path.is_critical(task), |node| path.nodes[node.index()].early_finish);
    let found: Vec<String> = advice.iter().map(|m| format!("{} {}:{}", m.code, m.line, m.column)).collect();
    assert_eq!(found, ["W202 1:36", "W204 2:10"]);
}

#[test]
fn what_is_wrong_with_the_defaults_is_said_once_and_hides_nothing() {
    let tasks: String = (0..2000).map(|n| format!("  t{n}: {{ effort: 1h }}\n")).collect::<Vec<_>>().concat();
    let text = format!(
        "agents: {{ a: {{}} }}\ndefaults: {{ review: {{ skill: none, effort: 1h }} }}\ntasks:\n{tasks}  last: {{ \
         effort: 1h, skill: nobody }}\n"
    );
    let found = messages(&text, &Overrides::default());
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn overrides_are_named_where_they_are_wrong() {
    let text = format!(
        "{TEAM}tasks: {{ a: {{ effort: 1-2h }} }}\noptions: {{ fast: {{ patch: {{ agents: {{ ada: {{ capacity: 0 }} }} }} }} }}"
    );
    let with = |change: fn(&mut Overrides)| {
        let mut overrides = Overrides::default();
        change(&mut overrides);
        messages(&text, &overrides)
    };
    assert_eq!(with(|o| o.option = Some("fsat".into())), ["E131 --option 1:1"]);
    assert_eq!(with(|o| o.option = Some("fast".into())), ["E111 plan 3:56"]);
    assert_eq!(with(|o| o.sets.push("agents.adda.capacity=2".into())), ["E131 --set 1:8"]);
    assert_eq!(with(|o| o.sets.push("tasks.a.effort=2x".into())), ["E112 --set 1:16"]);
    assert_eq!(with(|o| o.sets.push("tasks.a.efort=2h".into())), ["E105 --set 1:9"]);
    assert_eq!(
        with(|o| o.patches.push(Source::new("p.json", "{\"tasks\": {\"a\": {\"effort\": -1}}}"))),
        ["E111 p.json 1:28"]
    );
    assert_eq!(with(|o| o.patches.push(Source::new("p.json", "[1]"))), ["E131 p.json 1:1"]);
    assert_eq!(with(|o| o.sets.push("agents.cleo={skills: [core], cost: 3}".into())), Vec::<String>::new());
}

/// A plan that uses every section.
fn rich() -> String {
    fs::read_to_string(folder("scenarios/week-one-demo.yaml")).expect("readable")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text_is_a_plan_or_diagnostics(text in "\\PC{0,200}|[-\\[\\]{}:,&*!|>'\"#%@ \\n\\ta-c0-9.]{0,200}") {
        let _ = messages(&text, &Overrides::default());
        let set = Overrides { sets: vec![text.clone()], ..Overrides::default() };
        let _ = messages("tasks: { a: { elapsed: 1h } }", &set);
        let patch = Overrides { patches: vec![Source::new("patch", text)], ..Overrides::default() };
        let _ = messages("tasks: { a: { elapsed: 1h } }", &patch);
    }

    #[test]
    fn a_damaged_plan_is_a_plan_or_diagnostics(
        cut in any::<prop::sample::Index>(),
        length in 0..40_usize,
        put in "\\PC{0,6}|[-\\[\\]{}:,&*a0-9. \\n]{0,6}|null|1e300h|-1|inf|[a]|\\{b: c\\}",
    ) {
        let text: Vec<char> = rich().chars().collect();
        let from = cut.index(text.len());
        let to = (from + length).min(text.len());
        let damaged: String = text[..from].iter().chain(put.chars().collect::<Vec<_>>().iter()).chain(&text[to..]).collect();
        for message in read(Source::new("plan", damaged), &Overrides::default()).map_or_else(|e| e, |plan| plan.warnings) {
            prop_assert!(message.text().contains(message.code.name()));
        }
    }

    #[test]
    fn a_value_of_a_plan_may_be_anything(
        which in any::<prop::sample::Index>(),
        value in prop::sample::select(vec!["null", "[]", "{}", "-1", "0", "1e999", "''", "[[a]]", "{ a: { b: c } }", "yes", "2-1h", "always", "9h"]),
    ) {
        let text = rich();
        let places: Vec<usize> = text.match_indices(": ").map(|(at, _)| at + 2).collect();
        let at = places[which.index(places.len())];
        let end = text[at..].find([',', '}', '\n']).map_or(text.len(), |length| at + length);
        let changed = format!("{}{value}{}", &text[..at], &text[end..]);
        let _ = messages(&changed, &Overrides::default());
    }
}

#[test]
fn the_schema_for_editors_is_that_of_the_reader() {
    let schema = serde_json::to_string_pretty(&plancast::plan::schema()).expect("is JSON") + "\n";
    let kept = fs::read_to_string(folder("docs/plan.schema.json")).unwrap_or_default();
    if std::env::var_os("PLANCAST_UPDATE").is_some() {
        fs::write(folder("docs/plan.schema.json"), &schema).expect("writable");
    } else {
        assert!(kept == schema, "run `plancast schema > docs/plan.schema.json`");
    }
}

#[test]
fn hostile_texts_are_refused_without_many_words() {
    let unknown: String = (0..100_000).map(|i| format!("a{i}: 1\n")).collect::<Vec<_>>().concat();
    for text in ["a: 1\n".repeat(100_000), unknown, "[".repeat(1_000_000), "\0".repeat(1_000_000)] {
        let found = messages(&text, &Overrides::default());
        assert!((1..=501).contains(&found.len()), "{} messages", found.len());
    }
}

#[test]
fn a_long_cycle_is_told_in_short() {
    let task = |task: usize| format!("  t{task}: {{ effort: 1h, after: [t{}] }}\n", (task + 1) % 20_000);
    let tasks = (0..20_000).map(task).collect::<Vec<_>>().concat();
    let told = read(Source::new("plan", format!("agents: {{ a: {{}} }}\ntasks:\n{tasks}")), &Overrides::default())
        .expect_err("a cycle");
    let cycles: Vec<&str> = told.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        cycles,
        ["dependencies form a cycle: `t0` -> `t19999` -> `t19998` -> (19996 more) -> `t1` -> `t0`"]
    );
}

#[test]
fn numbers_out_of_range_are_told_with_what_was_given_and_what_to_do() {
    let case = |line: &str, given: &str| {
        let text = format!("agents: {{ a: {{}} }}\ntasks: {{ t: {{ effort: 1h }} }}\n{line}\n");
        let told = read(Source::new("plan", text), &Overrides::default()).expect_err(line);
        let [problem] = told.as_slice() else { panic!("{line}: {}", render(&told)) };
        assert!(problem.message.contains(given), "{line}: {}", problem.message);
        problem.help.clone().unwrap_or_else(|| panic!("{line}: no help for {}", problem.message))
    };
    case("defaults: { handoff: -5m }", "`-5m`");
    case("defaults: { handoff: .inf }", "`.inf`");
    case("defaults: { handoff: 2e9h }", "`2e9h`");
    case("blockers: { b: { every: 0h, resolve: 1h } }", "every 0 h");
    case("defaults: { handoff: { samples: [] } }", "but has 0");
    let text = "agents: { a: { failures: { every: 0h, repair: 1h } } }\ntasks: { t: { effort: 1h } }\n\
                risks: { r: { probability: 200% } }\n";
    let told = read(Source::new("plan", text), &Overrides::default()).expect_err("two problems");
    let [failures, probability] = told.as_slice() else { panic!("{}", render(&told)) };
    assert!(failures.message.contains("every 0 h") && failures.help.is_some());
    assert!(probability.message.contains("`low`, `medium`, `high`, but is `200%`"), "{}", probability.message);
}
