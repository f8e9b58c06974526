//! What README.md and docs/outputs.md say is so.

mod common;

use std::fs;

use common::{Folder, plancast, root};
use plancast::cli::Exit;

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).expect("a page")
}

/// Fenced blocks of a language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let starts = text.split(&fence).skip(1);
    starts.map(|rest| rest.split("```").next().expect("text before a fence").to_owned()).collect()
}

#[test]
fn the_tables_of_exit_codes_are_the_constants() {
    let rows: Vec<String> =
        Exit::ALL.iter().map(|exit| format!("| {} | {} |", exit.code(), exit.meaning())).collect();
    let table = format!("| code | meaning |\n|---|---|\n{}\n", rows.join("\n"));
    for page in ["README.md", "docs/outputs.md"] {
        assert!(read(page).contains(&table), "{page} lacks this table:\n{table}");
    }
}

#[test]
fn the_commands_run() {
    let text = read("README.md");
    let blocks = blocks(&text, "sh");
    let lines = blocks.iter().flat_map(|block| block.lines());
    let commands: Vec<Vec<String>> = lines
        .filter_map(|line| line.split('#').next()?.trim().strip_prefix("cargo run --release -- "))
        .map(|command| command.split_whitespace().map(str::to_owned).collect())
        .collect();
    assert!(commands.len() >= 5, "{commands:?}");
    for mut command in commands {
        let folder = Folder::new();
        if ["simulate", "schedule", "report"].contains(&command[0].as_str()) {
            command.extend(["--out".to_owned(), folder.path("out")]);
        }
        if ["simulate", "report", "export"].contains(&command[0].as_str()) {
            command.extend(["--iterations".to_owned(), "200".to_owned()]);
        }
        let ran = plancast(&command);
        assert_eq!(ran.code, 0, "{command:?}: {}", ran.err);
    }
}

/// Sections of the forecast that the page shows.
const SHOWN: [&str; 5] =
    ["Proto interface refactor\n", "Finish\n", "When it finishes\n", "Tasks that drive the finish\n", "Agents\n"];

/// With `INSTA_UPDATE=always` the page is rewritten, as snapshots are.
#[test]
fn the_first_command_is_a_forecast_whose_excerpt_is_real() {
    let text = read("README.md");
    let first = blocks(&text, "sh")[0].lines().next().expect("a command").to_owned();
    assert!(first.starts_with("cargo run --release -- simulate scenarios/proto-refactor.yaml"), "{first}");
    let folder = Folder::new();
    let ran = plancast(&["simulate", "scenarios/proto-refactor.yaml", "--out", &folder.path("out")]);
    let sections = ran.out.trim_end().split("\n\n");
    let shown: Vec<&str> =
        sections.filter(|section| SHOWN.iter().any(|title| section.starts_with(title))).collect();
    let wanted = format!("{}\n", shown.join("\n\n"));
    let found = blocks(&text, "text")[0].clone();
    if std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always") {
        fs::write(root().join("README.md"), text.replacen(&found, &wanted, 1)).expect("README.md");
    } else {
        assert_eq!(found, wanted, "`INSTA_UPDATE=always cargo test` rewrites the excerpt");
    }
}

#[test]
fn the_plan_to_copy_is_sound() {
    let folder = Folder::new();
    let plan = folder.file("plan.yaml", &blocks(&read("README.md"), "yaml")[0]);
    let ran = plancast(&["simulate", &plan, "--iterations", "100", "--out", &folder.path("out")]);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

#[test]
fn links_lead_to_pages_that_exist() {
    let docs = std::fs::read_dir(root().join("docs")).expect("docs").map(|entry| entry.expect("readable").path());
    let pages: Vec<_> = docs.filter(|path| path.extension().is_some_and(|ending| ending == "md")).collect();
    assert!(!pages.is_empty(), "no pages in docs");
    for page in pages.into_iter().chain([root().join("README.md"), root().join("CHANGELOG.md")]) {
        let text = std::fs::read_to_string(&page).expect("a page");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next().map(str::to_owned)) {
            let path = page.with_file_name(link.split('#').next().expect("a path"));
            let is_here = !link.starts_with("http") && !link.starts_with('#');
            assert!(!is_here || path.exists(), "{} links to {link}", page.display());
        }
    }
}
