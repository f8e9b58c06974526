//! `plancast assign` as a person or a script meets it: what it reads, writes, prints and refuses.

mod common;

use common::{Folder, plancast, with_input};

/// A plan that a search improves: the slow one of two has the long task.
const PLAN: &str = r"
agents: { slow: { skills: { x: 0.5 } }, fast: { skills: { x: 1 } } }
tasks: { long: { effort: 5-15h, skill: x, agent: slow }, short: { effort: 1-3h, skill: x, agent: fast } }
";

#[test]
fn nothing_that_is_read_is_written_over() {
    let folder = Folder::new();
    let (plan, patch) = (folder.file("p.yaml", PLAN), folder.file("q.json", "{}"));
    let elsewhere = folder.path("./p.yaml");
    let mut spellings = vec![&plan, &patch, &elsewhere];
    #[cfg(unix)]
    let link = folder.path("link.yaml");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&plan, &link).expect("a link");
        spellings.push(&link);
    }
    for target in spellings {
        let line = ["assign", &plan, "--patch", &patch, "--evaluations", "500", "--write", target];
        let ran = plancast(&line);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{target}: {}", ran.err);
        assert!(ran.err.contains("which is read") && ran.err.contains("help: "), "{}", ran.err);
    }
    assert_eq!((folder.read("p.yaml").as_str(), folder.read("q.json").as_str()), (PLAN, "{}"));
}

#[test]
fn a_written_patch_may_be_written_again() {
    let folder = Folder::new();
    let (plan, target) = (folder.file("p.yaml", PLAN), folder.path("better.json"));
    for _ in 0..2 {
        let ran = plancast(&["assign", &plan, "--evaluations", "1000", "--write", &target]);
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
    assert!(folder.read("better.json").contains("\"order\""));
}

#[test]
fn a_plan_from_standard_input_gives_the_patch_of_its_file() {
    let folder = Folder::new();
    let plan = folder.file("p.yaml", PLAN);
    for more in [&["--evaluations", "1000"][..], &["--evaluations", "100", "--deterministic"]] {
        let written = |plan: &str, input: &str, target: &str| {
            let target = folder.path(target);
            let ran = with_input(&[&["assign", plan, "--write", &target], more].concat(), input);
            assert_eq!(ran.code, 0, "{}", ran.err);
        };
        written(&plan, "", "read.json");
        written("-", PLAN, "piped.json");
        assert_eq!(folder.read("read.json"), folder.read("piped.json"));
    }
}

#[test]
fn a_patch_is_written_to_a_file_and_not_to_standard_output() {
    let ran = plancast(&["assign", "scenarios/quickstart.yaml", "--evaluations", "500", "--write", "-"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("a file, such as better.json"), "{}", ran.err);
}
