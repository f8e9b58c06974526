//! Plans as tests: every scenario is read without errors, every file in `scenarios/invalid` gives exactly the
//! messages that its first lines name, and nothing that anybody writes makes the reader panic.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use plancast::diagnostic::{Code, Diagnostic, render};
use plancast::plan::{Overrides, Plan, Source, read};

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
    let mut shown: BTreeMap<&str, usize> = BTreeMap::new();
    for file in plans("scenarios/invalid") {
        let text = fs::read_to_string(&file).expect("readable");
        let messages = read_file(&file, &Overrides::default()).map_or_else(|e| e, |plan| plan.warnings);
        let found: Vec<String> = messages.iter().map(|m| format!("{} {}:{}", m.code, m.line, m.column)).collect();
        for message in &messages {
            *shown.entry(message.code.name()).or_default() += 1;
        }
        if found != expected(&text) {
            let want = expected(&text);
            wrong.push(format!("{}: expected {want:?}, found {found:?}\n{}", file.display(), render(&messages)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
