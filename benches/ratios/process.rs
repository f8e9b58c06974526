//! Whole processes: the time that somebody waits, and the memory that is needed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::plan::{Kind, Plan, instance, triangular};
use crate::{ITERATIONS, race, simulate};

/// In the environment of a process that only simulates: tasks and iterations.
const CHILD: &str = "PLANCAST_BENCH_CHILD";

/// Simulates and prints the greatest memory it had, if that is what this process is for.
pub(crate) fn is_child() -> bool {
    let Ok(wanted) = std::env::var(CHILD) else { return false };
    let (tasks, iterations) = wanted.split_once(' ').unwrap();
    let plan = instance(Plan::new(tasks.parse().unwrap()).text(Kind::Agents, triangular));
    std::hint::black_box(simulate(&plan, iterations.parse().unwrap()));
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    println!("{}", peak.map_or("unknown", str::trim));
    true
}

/// Peak memory of long runs and of a large plan.
pub(crate) fn memory() {
    println!("\n{:<40} {:>14}", "memory at most", "");
    for (tasks, iterations) in [(120, 1_000_000), (100_000, 500)] {
        let child = Command::new(std::env::current_exe().unwrap())
            .env(CHILD, format!("{tasks} {iterations}"))
            .output()
            .unwrap();
        let peak = String::from_utf8(child.stdout).unwrap();
        println!("{:<40} {:>14}", format!("{tasks} tasks, {iterations} iterations"), peak.trim());
    }
}

/// From the command to its end, files written.
pub(crate) fn whole() {
    println!("\n{:<40} {:>12}", "whole process, 10,000 iterations", "ms");
    let folder = std::env::temp_dir().join(format!("plancast-ratios-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let plan = Plan::new(120);
    let write = |name: &str, kind: Kind| {
        let path = folder.join(name);
        std::fs::write(&path, plan.text(kind, triangular)).unwrap();
        path
    };
    let (waits, trouble) = (write("w1.yaml", Kind::Waits), write("w3.yaml", Kind::Trouble));
    let scenario = |name: &str| -> PathBuf {
        [env!("CARGO_MANIFEST_DIR"), "scenarios", name].iter().collect::<PathBuf>().with_extension("yaml")
    };
    time("simulate W1", &folder, &["simulate", path(&waits)]);
    for name in ["proto-refactor", "week-one-demo", "minimal-backend", "backend-hardening"] {
        time(&format!("simulate {name}"), &folder, &["simulate", path(&scenario(name))]);
    }
    time("validate W3", &folder, &["validate", path(&trouble)]);
    for command in ["simulate", "compare"] {
        let changed = [command, path(&trouble), "--set", "tasks.t7.effort=9h"];
        time(&format!("{command} W3 with one number changed"), &folder, &changed);
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn time(name: &str, folder: &Path, arguments: &[&str]) {
    let mut run = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_plancast"));
        command.current_dir(folder).args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
        let iterations = ITERATIONS.to_string();
        if arguments[0] != "validate" {
            command.args(["--iterations", &iterations]);
        }
        assert!(command.status().unwrap().success(), "{name}");
    };
    let times = race(&mut [&mut run]);
    println!("{name:<40} {:>12.1}", times[0] * 1e3);
}
