//! What a check names as the reason, and when it says that it does not know.

mod common;

use common::{Folder, plancast};

/// Work that goes on makes nothing later; work that is opened again does.
#[test]
fn only_what_may_make_it_later_is_named_as_the_reason() {
    let folder = Folder::new();
    let text = |t: &str, z: &str, start: &str| {
        format!(
            "start: {start}
agents: {{ ada: {{}}, ben: {{ skills: [z] }} }}
tasks:
  t: {{ agent: ada, effort: 20h{t} }}
  u: {{ agent: ada, effort: 20h }}
  z: {{ skill: z, effort: {z} }}
milestones: {{ m: {{ after: u }} }}
"
        )
    };
    let done = folder.file("done.yaml", text(", status: done", "1h", "2025-06-02"));
    let reopened = folder.file("reopened.yaml", text("", "1h", "2025-06-02"));
    let ran = plancast(&["check", &reopened, "--against", &done, "--iterations", "1000"]);
    assert!(ran.code == 1 && ran.out.contains("is to do instead of done"), "{}", ran.out);
    let begun = folder.file("begun.yaml", text(", status: active, progress: 10%", "1h", "2025-06-04"));
    let ran = plancast(&["check", &begun, "--against", &reopened, "--iterations", "1000"]);
    let told = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(ran.code == 1 && told.contains("allowed: 0.49 h; in the plan, plan begun: start changed"), "{told}");
}

/// As few iterations as say nothing are no reason to pass.
#[test]
fn too_few_iterations_leave_a_regression_open() {
    let folder = Folder::new();
    let plan = |hours: u32| format!("agents: {{ a: {{}} }}\ntasks: {{ t: {{ effort: {hours}-40h }} }}\n");
    let (base, later) = (folder.file("base.yaml", plan(10)), folder.file("later.yaml", plan(20)));
    let run = |more: &[&str]| plancast(&[&["check", &later, "--against", &base][..], more].concat()).code;
    assert_eq!((run(&[]), run(&["--iterations", "5"]), run(&["--iterations", "5", "--auto"])), (1, 4, 1));
}
