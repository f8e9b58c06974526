//! The GitHub action, run as GitHub would: its steps with their environment and conditions, for an event of a
//! pull request, in a clone of a repository, with a `gh` that records what it is asked.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use common::{Folder, git, root};
use serde_json::{Value, json};

/// Two agents side by side: `long` sets the finish, `short` never does.
const PLAN: &str = "plan: Side by side
agents: { ada: { skills: [x] }, ben: { skills: [y] } }
tasks:
  long: { skill: x, effort: 30-40h }
  short: { skill: y, effort: 2-3h }
limits:
  finish: { p80: 100h }
";

/// Keeps comments as files whose names are their numbers; writes each call into a file. Somebody else's comments
/// cannot be replaced; with `GH_MODE=read` nothing can be written, with `down` nothing be read either.
const GH: &str = r#"#!/usr/bin/env bash
set -eu
echo "$*" >> "$GH_STATE/calls"
[ "$GH_TOKEN" = secret ] && [ "$1" = api ]
[ "$GH_MODE" != down ]
method=GET filter='' body=''
shift
while [ $# -gt 0 ]; do
  case "$1" in
    --paginate) ;;
    --method) method=$2; shift ;;
    --jq) filter=$2; shift ;;
    --field) body=${2#body=@}; shift ;;
    *) path=$1 ;;
  esac
  shift
done
cd "$GH_STATE"
case "$method $path" in
  'GET repos/team/plans/issues/7/comments')
    mark=$(sed 's/.*startswith("\(.*\)")) | \.id$/\1/' <<< "$filter")
    for comment in [0-9]*; do
      [ "$(head -n 1 "$comment")" != "$mark" ] || echo "$comment"
    done ;;
  'PATCH repos/team/plans/issues/comments/'*)
    [ "$GH_MODE" = write ] && [ -f "${path##*/}" ]
    if grep -q 'by somebody else' "${path##*/}"; then exit 1; fi
    cp "$body" "${path##*/}" ;;
  'POST repos/team/plans/issues/7/comments')
    [ "$GH_MODE" = write ]
    cp "$body" "$(ls | grep -c '^[0-9]')" ;;
  *) exit 1 ;;
esac
"#;

/// A step of the action, as it is written.
#[derive(Debug, Default)]
struct Step {
    id: String,
    condition: String,
    env: Vec<(String, String)>,
    script: String,
}

/// Lines below `key:`, those of the same depth as the first without their indentation.
fn below<'a>(text: &'a str, key: &str) -> Vec<&'a str> {
    let mut lines = text.lines().skip_while(|line| line.trim() != key);
    let depth = |line: &str| line.len() - line.trim_start().len();
    let at = depth(lines.next().unwrap_or_else(|| panic!("{key} is in {text}")));
    lines.take_while(|line| line.trim().is_empty() || depth(line) > at).collect()
}

fn action_file() -> String {
    fs::read_to_string(root().join("action.yml")).expect("action.yml")
}

/// Inputs of the action with their defaults.
fn inputs(action: &str) -> BTreeMap<String, String> {
    let lines = below(action, "inputs:");
    let mut inputs = BTreeMap::new();
    let mut name = String::new();
    for line in lines {
        match line.strip_prefix("  ").unwrap_or(line).split_once(':') {
            Some((key, "")) if !key.starts_with(' ') => {
                key.clone_into(&mut name);
                inputs.insert(name.clone(), String::new());
            }
            Some((key, value)) if key.trim() == "default" => {
                inputs.insert(name.clone(), value.trim().trim_matches('"').to_owned());
            }
            _ => {}
        }
    }
    inputs
}

fn steps(action: &str) -> Vec<Step> {
    let text = below(action, "steps:").join("\n");
    let read = |text: &str| {
        let text = format!("      {text}");
        let one = |key: &str| {
            let line = text.lines().find_map(|line| line.trim().strip_prefix(key));
            line.map(|value| value.trim().to_owned()).unwrap_or_default()
        };
        let env = below(&text, "env:").into_iter().filter_map(|line| line.trim().split_once(": "));
        let script = match one("run:").as_str() {
            "|" => below(&text, "run: |").join("\n"),
            line => line.to_owned(),
        };
        Step {
            id: one("id:"),
            condition: one("if:"),
            env: env.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            script,
        }
    };
    format!("\n{text}").split("\n    - ").skip(1).map(read).collect()
}

/// A repository with a clone of it, as a runner has it, and the comments of pull request 7.
struct Runner {
    folder: Folder,
    with: BTreeMap<String, String>,
    github: Value,
    gh: &'static str,
}

/// What expressions of the action may name.
struct Context<'a> {
    inputs: BTreeMap<String, String>,
    outputs: BTreeMap<String, String>,
    github: &'a Value,
}

impl Context<'_> {
    /// The value of a name such as `inputs.plan`.
    fn value(&self, name: &str) -> String {
        match name.split_once('.').expect("a context") {
            // A default may be an expression itself.
            ("inputs", input) => self.expand(self.inputs.get(input).expect("an input")),
            ("steps", _) => self.outputs.get(name).cloned().unwrap_or_default(),
            ("github", path) => {
                let found = path.split('.').try_fold(self.github, |at, key| at.get(key));
                // What an event lacks is an empty text.
                found.map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned)).unwrap_or_default()
            }
            _ => panic!("an expression that the runner does not know: {name}"),
        }
    }

    /// The text with its expressions replaced.
    fn expand(&self, text: &str) -> String {
        let mut parts = text.split("${{");
        let mut expanded = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = part.split_once("}}").expect("the end of an expression");
            expanded.push_str(&self.value(name.trim()));
            expanded.push_str(rest);
        }
        expanded
    }

    /// Whether `inputs.a == 'a' && github.b == 'b'`, or nothing, holds.
    fn holds(&self, condition: &str) -> bool {
        condition.split(" && ").filter(|part| !part.is_empty()).all(|part| {
            let (left, right) = part.split_once(" == ").expect("a comparison");
            self.value(left) == right.trim_matches('\'')
        })
    }
}

/// How a run of the action ended.
#[derive(Debug)]
struct Ended {
    code: i32,
    printed: String,
    summary: String,
}

impl Runner {
    /// The plan is on the base branch; pull request 7 is checked out.
    fn new() -> Self {
        let folder = Folder::new();
        for name in ["base", "comments", "bin"] {
            fs::create_dir(folder.path(name)).expect("a folder");
        }
        let base = folder.path("base");
        folder.file("base/plan.yaml", PLAN);
        git(&base, &["init", "-q", "-b", "main"]);
        git(&base, &["add", "."]);
        git(&base, &["commit", "-q", "-m", "plan"]);
        git(&base, &["clone", "-q", ".", &folder.path("work")]);
        git(&folder.path("work"), &["checkout", "-q", "-b", "pull"]);
        folder.file("comments/0", "hello\n");
        let gh = folder.file("bin/gh", GH);
        assert!(Command::new("chmod").args(["+x", &gh]).status().expect("chmod").success());
        let github = json!({
            "action_path": root(), "token": "secret", "repository": "team/plans",
            "event_name": "pull_request", "base_ref": "main", "event": { "pull_request": { "number": 7 } },
        });
        let with = [("plan", "plan.yaml"), ("iterations", "500"), ("plancast", env!("CARGO_BIN_EXE_plancast"))];
        let with = with.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Self { folder, with, github, gh: "write" }
    }

    /// Commits this plan to the pull request.
    fn push(&self, plan: &str) {
        self.folder.file("work/plan.yaml", plan);
        git(&self.folder.path("work"), &["commit", "-q", "--allow-empty", "-am", "edit"]);
    }

    /// Runs the action.
    fn run(&self) -> Ended {
        let action = action_file();
        let mut context = Context { inputs: inputs(&action), outputs: BTreeMap::new(), github: &self.github };
        context.inputs.extend(self.with.clone());
        self.folder.file("summary", "");
        let mut ended = Ended { code: 0, printed: String::new(), summary: String::new() };
        for step in steps(&action) {
            if !context.holds(&step.condition) {
                continue;
            }
            self.folder.file("output", "");
            let path = format!("{}:{}", self.folder.path("bin"), std::env::var("PATH").expect("a path"));
            let mut command = Command::new("bash");
            // As GitHub runs `shell: bash`.
            command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &step.script]);
            command.current_dir(self.folder.path("work")).env("PATH", path);
            command.envs(step.env.iter().map(|(name, text)| (name, context.expand(text))));
            let files = [("RUNNER_TEMP", "temp"), ("GITHUB_OUTPUT", "output"), ("GITHUB_STEP_SUMMARY", "summary")];
            command.envs(files.map(|(name, file)| (name, self.folder.path(file))));
            command.env("GH_STATE", self.folder.path("comments")).env("GH_MODE", self.gh);
            let output = command.output().expect("bash");
            ended.printed.push_str(&String::from_utf8(output.stdout).expect("text"));
            ended.code = output.status.code().expect("a code");
            if ended.code != 0 {
                break;
            }
            for line in self.folder.read("output").lines() {
                let (name, value) = line.split_once('=').expect("an output");
                context.outputs.insert(format!("steps.{}.outputs.{name}", step.id), value.to_owned());
            }
        }
        ended.summary = self.folder.read("summary");
        ended
    }

    /// Bodies of all comments but the first, which somebody wrote before.
    fn comments(&self) -> Vec<String> {
        let names =
            self.folder.list("comments").into_iter().filter(|name| name.parse::<u32>().is_ok_and(|n| n > 0));
        names.map(|name| self.folder.read(&format!("comments/{name}"))).collect()
    }

    fn calls(&self) -> usize {
        let calls = fs::read_to_string(self.folder.path("comments/calls")).unwrap_or_default();
        calls.lines().count()
    }
}

#[test]
fn a_day_more_on_the_critical_path_turns_the_workflow_red_and_the_comment_names_the_task() {
    let runner = Runner::new();
    runner.push(&PLAN.replace("effort: 30-40h", "effort: 54-64h"));
    let ended = runner.run();
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.printed.contains("::error file=plan.yaml,line=4,"), "{}", ended.printed);
    let comments = runner.comments();
    assert_eq!(comments.len(), 1, "{comments:?}");
    assert!(comments[0].starts_with("<!-- plancast check plan.yaml -->\n## ❌"), "{}", comments[0]);
    let named = |text: &str| text.contains("long takes 24.") && text.contains("h longer (critical in 100 %");
    assert!(named(&comments[0]) && named(&ended.printed), "{}", comments[0]);
    assert_eq!(ended.summary, comments[0], "the summary of the step says the same");
}

#[test]
fn an_edit_off_the_critical_path_stays_green() {
    let runner = Runner::new();
    runner.push(&PLAN.replace("effort: 2-3h", "effort: 10-11h"));
    let ended = runner.run();
    assert_eq!((ended.code, ended.printed.as_str()), (0, ""), "{ended:?}");
    assert!(runner.comments()[0].contains("## ✅ plancast: passed"), "{:?}", runner.comments());
}

#[test]
fn the_comment_is_replaced_when_the_pull_request_changes() {
    let runner = Runner::new();
    runner.push(&PLAN.replace("effort: 30-40h", "effort: 54-64h"));
    assert_eq!(runner.run().code, 1);
    runner.push(PLAN);
    assert_eq!(runner.run().code, 0);
    let comments = runner.comments();
    assert_eq!(comments.len(), 1, "{comments:?}");
    assert!(comments[0].contains("passed"), "{comments:?}");
    assert_eq!(runner.folder.read("comments/0"), "hello\n", "what others wrote stays");
    let calls = runner.folder.read("comments/calls");
    let methods: Vec<&str> = calls.lines().filter_map(|line| line.split(' ').nth(2)).collect();
    assert_eq!(
        methods,
        ["repos/team/plans/issues/7/comments", "POST", "repos/team/plans/issues/7/comments", "PATCH"]
    );
}

#[test]
fn each_plan_has_a_comment_of_its_own() {
    let mut runner = Runner::new();
    runner.folder.file("work/other.yaml", PLAN);
    runner.run();
    runner.with.insert("plan".to_owned(), "other.yaml".to_owned());
    runner.run();
    runner.run();
    let comments = runner.comments();
    assert_eq!(comments.len(), 2, "{comments:?}");
    assert!(comments[1].starts_with("<!-- plancast check other.yaml -->"), "{comments:?}");
    assert!(comments[1].contains("There is no such plan in origin/main"), "{comments:?}");
}

#[test]
fn a_comment_that_cannot_be_replaced_is_followed_by_another() {
    let runner = Runner::new();
    runner.folder.file("comments/1", "<!-- plancast check plan.yaml -->\nby somebody else\n");
    assert_eq!(runner.run().code, 0);
    assert_eq!(runner.comments().len(), 2);
}

#[test]
fn without_permission_the_result_stands_and_a_warning_says_why_there_is_no_comment() {
    for gh in ["read", "down"] {
        let runner = Runner { gh, ..Runner::new() };
        assert_eq!(runner.run().code, 0, "{gh}");
        runner.push(&PLAN.replace("effort: 30-40h", "effort: 54-64h"));
        let ended = runner.run();
        assert_eq!(ended.code, 1, "{gh}");
        assert!(ended.printed.contains("::warning::the comment could not be written"), "{}", ended.printed);
        assert!(runner.comments().is_empty());
    }
}

#[test]
fn nobody_is_told_unless_asked_and_there_is_a_pull_request() {
    let mut runner = Runner::new();
    runner.with.insert("comment".to_owned(), "false".to_owned());
    assert_eq!((runner.run().code, runner.calls()), (0, 0));
    runner.with.remove("comment");
    runner.github = json!({
        "action_path": root(), "token": "secret", "repository": "team/plans", "event_name": "push", "base_ref": "",
        "event": {},
    });
    let ended = runner.run();
    assert_eq!((ended.code, runner.calls()), (0, 0));
    assert!(!ended.summary.contains("against"), "a push has no base branch: {}", ended.summary);
}

#[test]
fn a_broken_limit_and_a_plan_with_errors_are_red() {
    let runner = Runner::new();
    runner.push(&PLAN.replace("p80: 100h", "p80: 20h"));
    assert_eq!(runner.run().code, 1);
    runner.push(&PLAN.replace("effort: 2-3h", "efort: 2-3h"));
    let ended = runner.run();
    assert_eq!(ended.code, 3);
    assert!(ended.printed.starts_with("::error file=plan.yaml,line=5,"), "{}", ended.printed);
    let comments = runner.comments();
    assert_eq!(comments.len(), 1, "the comment on the limit is replaced: {comments:?}");
    assert!(comments[0].contains("the plan has errors"), "{comments:?}");
    assert!(comments[0].contains("**E105** at plan.yaml:5: unknown field \\`efort\\`"), "{comments:?}");
    assert_eq!(ended.summary, comments[0]);
}

#[test]
fn the_documented_workflow_and_table_use_inputs_that_exist() {
    let known = inputs(&action_file());
    let page = fs::read_to_string(root().join("docs/ci.md")).expect("docs/ci.md");
    let workflow = page.split("```yaml").find(|part| part.contains("runs-on:")).expect("a workflow");
    let with = below(workflow, "with:");
    assert!(with.len() >= 2, "{with:?}");
    for line in with.iter().take_while(|line| !line.starts_with("```") && !line.trim().is_empty()) {
        let name = line.trim().split(':').next().expect("a name");
        assert!(known.contains_key(name), "{name} is no input of the action");
    }
    for name in known.keys() {
        assert!(page.contains(&format!("`{name}`")), "docs/ci.md does not tell of `{name}`");
    }
}

/// The hooks run their `entry` in the root of the repository with the files that a commit changes.
#[test]
fn the_hook_stops_a_commit_that_makes_the_plan_worse() {
    let runner = Runner::new();
    let hooks = fs::read_to_string(root().join(".pre-commit-hooks.yaml")).expect("the hooks");
    let bin = runner.folder.path("bin/plancast");
    let link = Command::new("ln").args(["-s", env!("CARGO_BIN_EXE_plancast"), &bin]).status().expect("ln");
    assert!(link.success());
    let hook = |id: &str| {
        let hook = hooks.split("- id: ").find(|part| part.starts_with(&format!("{id}\n"))).expect("a hook");
        let entry = hook.lines().find_map(|line| line.trim().strip_prefix("entry: ")).expect("an entry");
        let path = format!("{}:{}", runner.folder.path("bin"), std::env::var("PATH").expect("a path"));
        let line = format!("{entry} plan.yaml");
        let mut command = Command::new("sh");
        command.args(["-c", &line]).current_dir(runner.folder.path("work")).env("PATH", path);
        command.output().expect("sh").status.code().expect("a code")
    };
    assert_eq!((hook("plancast-validate"), hook("plancast-check")), (0, 0));
    runner.folder.file("work/plan.yaml", PLAN.replace("effort: 30-40h", "effort: 54-64h"));
    assert_eq!((hook("plancast-validate"), hook("plancast-check")), (0, 1));
    runner.folder.file("work/plan.yaml", "plan: [");
    assert_eq!(hook("plancast-validate"), 3);
}
