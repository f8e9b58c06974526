//! Reads the source: layers import only what lies before them, files say what they are and stay short.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const BASE: [&str; 4] = ["units", "rng", "stats", "diagnostic"];

/// Each layer with the layers it may import, beside those of [`BASE`] where it says so; as in
/// docs/architecture.md.
const LAYERS: [(&str, bool, &[&str]); 14] = [
    ("units", false, &[]),
    ("rng", false, &[]),
    ("stats", false, &[]),
    ("diagnostic", false, &[]),
    ("model", true, &[]),
    ("dates", true, &["model"]),
    ("plan", true, &["model", "dates"]),
    ("schedule", true, &["model"]),
    ("verify", true, &["model", "simulate"]),
    ("simulate", true, &["model", "schedule"]),
    ("analyse", true, &["model", "schedule", "simulate"]),
    ("optimise", true, &["model", "schedule", "simulate", "analyse"]),
    ("report", true, &["model", "dates", "schedule", "simulate", "analyse", "optimise"]),
    ("cli", true, &["model", "dates", "plan", "schedule", "verify", "simulate", "analyse", "optimise", "report"]),
];

/// Lines of a file before its tests.
const MOST_LINES: usize = 500;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("readable").path()) {
        if entry.is_dir() {
            found.extend(files(&entry));
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            found.push(entry);
        }
    }
    found.sort();
    found
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// What a file does, its comments and the tests at its end left out: a test may use whatever is at hand.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or(text);
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The first names after `root::` (`a` and `d` of `root::{a::{b, c}, d}`).
fn names_after(root: &str, code: &str) -> Vec<String> {
    let name =
        |path: &str| -> String { path.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect() };
    let mut names = Vec::new();
    for rest in code.split(&format!("{root}::")).skip(1) {
        let Some(group) = rest.strip_prefix('{') else {
            names.push(name(rest));
            continue;
        };
        let mut depth = 0;
        let mut begin = 0;
        for (at, letter) in group.char_indices() {
            match letter {
                '{' => depth += 1,
                ',' if depth == 0 => {
                    names.push(name(&group[begin..at]));
                    begin = at + 1;
                }
                '}' if depth == 0 => {
                    names.push(name(&group[begin..at]));
                    break;
                }
                '}' => depth -= 1,
                _ => {}
            }
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

#[test]
fn names_are_found_behind_groups_in_groups() {
    let code = "use root::{a::{b, c}, d,\n    e as f};\nlet g = root::g::h();";
    assert_eq!(names_after("root", code), ["a", "d", "e", "g"]);
}

/// Files that others declare for tests only.
fn tests_only(files: &[PathBuf]) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(file).expect("text");
        let is_root = file.ends_with("mod.rs") || file.ends_with("lib.rs") || file.ends_with("main.rs");
        let folder = if is_root { file.with_file_name("") } else { file.with_extension("") };
        for rest in text.split("#[cfg(test)]\nmod ").skip(1) {
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if rest[name.len()..].starts_with(';') {
                found.extend([format!("{name}.rs"), format!("{name}/mod.rs")].map(|path| folder.join(path)));
            }
        }
    }
    found
}

#[test]
fn no_layer_imports_a_later_one() {
    let mut wrong = Vec::new();
    let tests_only = tests_only(&files(&source()));
    for (layer, on_base, allowed) in LAYERS {
        for file in files(&source().join(layer)).iter().filter(|file| !tests_only.contains(*file)) {
            let text = fs::read_to_string(file).expect("text");
            for name in names_after("crate", &code(&text)) {
                let known = LAYERS.iter().any(|(known, ..)| *known == name);
                let base = on_base && BASE.contains(&name.as_str());
                if known && name != layer && !base && !allowed.contains(&name.as_str()) {
                    wrong.push(format!("{}: {layer} must not import {name}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_folder_of_the_source_is_a_layer_and_described() {
    let described =
        fs::read_to_string(source().with_file_name("docs/architecture.md")).expect("docs/architecture.md");
    for entry in fs::read_dir(source()).expect("src").map(|entry| entry.expect("readable")) {
        if entry.path().is_dir() {
            let name = entry.file_name().into_string().expect("text");
            assert!(LAYERS.iter().any(|(layer, ..)| *layer == name), "`{name}` is no layer of this test");
        }
    }
    for (layer, on_base, allowed) in LAYERS {
        let start = format!("| `{layer}` |");
        let row = described.lines().find(|line| line.starts_with(&start));
        let row = row.unwrap_or_else(|| panic!("docs/architecture.md does not describe `{layer}`"));
        let may = row.split('|').nth(3).expect("what it may import").trim();
        let told: Vec<&str> = may.split('`').skip(1).step_by(2).collect();
        if may != "all" {
            assert_eq!((may.starts_with("base"), told), (on_base, allowed.to_vec()), "`{layer}`: {may}");
        }
    }
}

#[test]
fn every_file_says_what_it_is_and_stays_short() {
    let root = source().with_file_name("");
    let all = [source(), root.join("tests"), root.join("benches"), root.join("examples")];
    for file in all.iter().filter(|folder| folder.is_dir()).flat_map(|folder| files(folder)) {
        let text = fs::read_to_string(&file).expect("text");
        let place = file.display().to_string();
        assert!(text.starts_with("//! "), "{place} does not begin with `//! `");
        let lines = text.split("#[cfg(test)]\nmod tests").next().unwrap_or(&text).lines().count();
        assert!(lines <= MOST_LINES, "{place} has {lines} lines before its tests: what are the two ideas?");
    }
}

#[test]
fn only_the_command_line_touches_the_world() {
    let worldly = ["fs", "env", "process", "thread", "time", "net"];
    for file in files(&source()) {
        if file.starts_with(source().join("cli")) || file.ends_with("main.rs") {
            continue;
        }
        let code = code(&fs::read_to_string(&file).expect("text"));
        for name in names_after("std", &code) {
            assert!(!worldly.contains(&name.as_str()), "{}: `std::{name}` belongs to cli", file.display());
        }
        for word in ["print!", "println!", "stdin(", "stdout(", "stderr("] {
            assert!(!code.contains(word), "{}: `{word}` belongs to cli", file.display());
        }
    }
}
