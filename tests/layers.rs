//! Reads the source: layers import only what lies before them, files say what they are and stay short.

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

/// Layers that a text names by `crate::`, its tests left out: a test may use whatever is at hand.
fn imports(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or(text);
    let code: String =
        code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let after = code.split("crate::").skip(1);
    let mut names: Vec<String> = Vec::new();
    for rest in after {
        let group = rest.strip_prefix('{').and_then(|rest| rest.split('}').next());
        let list = group.map_or_else(|| vec![rest], |group| group.split(',').collect());
        for path in list {
            let name: String = path.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            names.push(name);
        }
    }
    names
}

#[test]
fn no_layer_imports_a_later_one() {
    let mut wrong = Vec::new();
    for (layer, on_base, allowed) in LAYERS {
        for file in files(&source().join(layer)) {
            let text = fs::read_to_string(&file).expect("text");
            // A file of tests only is declared as such in the layer's mod.rs.
            let tests_only =
                text.contains("\nuse super::*;\n") && text.contains("\n#[test]\n") && !text.contains("cfg(test)");
            for name in imports(&text) {
                let known = LAYERS.iter().any(|(known, ..)| *known == name);
                let base = on_base && BASE.contains(&name.as_str());
                if known && !tests_only && name != layer && !base && !allowed.contains(&name.as_str()) {
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
            assert!(
                described.contains(&format!("\n| `{name}` |")),
                "docs/architecture.md does not describe `{name}`"
            );
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
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or(&text);
        let lines = code.lines().count();
        assert!(lines <= MOST_LINES, "{place} has {lines} lines before its tests: what are the two ideas?");
    }
}

#[test]
fn only_the_command_line_touches_the_world() {
    let worldly = ["std::fs", "std::env", "std::process", "std::time", "std::net", "println!", "eprintln!"];
    for file in files(&source()) {
        if file.starts_with(source().join("cli")) || file.ends_with("main.rs") {
            continue;
        }
        let text = fs::read_to_string(&file).expect("text");
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or(&text);
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for word in worldly {
                assert!(!line.contains(word), "{}: `{word}` belongs to cli", file.display());
            }
        }
    }
}
