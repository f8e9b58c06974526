//! Programs in C that follow the same rules, if there are any.

use std::path::Path;
use std::process::Command;

use crate::plan::instance;
use crate::{
    ITERATIONS, discard, hours, mean_and_p80, pool, print_head, print_row, race, simulate, simulate_quickly,
};

/// Builds and times what `PLANCAST_REFERENCE` holds: `gen.py FOLDER TASKS` makes a plan, `to_plan.py` turns it
/// into a plan file, `w1_scalar.c`, `w23_plain.c` and `w23_fast.c` run it. Nothing happens without them.
pub(crate) fn programs() {
    let Some(folder) = std::env::var_os("PLANCAST_REFERENCE") else { return };
    let folder = Path::new(&folder);
    let scratch = std::env::temp_dir().join(format!("plancast-foreign-{}", std::process::id()));
    std::fs::create_dir_all(&scratch).unwrap();
    let done = Command::new("python3").arg(folder.join("gen.py")).arg(&scratch).arg("120").output();
    if !done.is_ok_and(|done| done.status.success()) {
        println!("(no C programs: gen.py does not run)");
        return;
    }
    println!();
    print_head("in C");
    let rows = [
        ("w1_scalar", "w1", &["1", "5"][..]),
        ("w23_plain", "w2", &["1", "5", "2"][..]),
        ("w23_fast", "w2", &["1", "5", "2"][..]),
    ];
    for (program, plan, arguments) in rows {
        let built = scratch.join(program);
        let source = folder.join(program).with_extension("c");
        let mut gcc = Command::new("gcc");
        gcc.args(["-O3", "-march=native", "-DK=4", "-o"]).arg(&built).arg(source).args(["-lm", "-lpthread"]);
        if !gcc.status().is_ok_and(|done| done.success()) {
            println!("{program:<40} does not build");
            continue;
        }
        let table = scratch.join("plan_120.txt");
        let text = Command::new("python3").arg(folder.join("to_plan.py")).arg(&table).arg(plan).output().unwrap();
        let ours = instance(String::from_utf8(text.stdout).unwrap());
        let mut theirs = f64::INFINITY;
        let mut run = || {
            let told = Command::new(&built).arg(&table).arg(ITERATIONS.to_string()).args(arguments).output();
            let told = String::from_utf8(told.unwrap().stdout).unwrap();
            theirs = theirs.min(field(&told, "wallmin"));
        };
        let one = pool(1);
        let times = race(&mut [
            &mut run,
            &mut || discard(one.install(|| simulate_quickly(&ours, ITERATIONS))),
            &mut || discard(one.install(|| simulate(&ours, ITERATIONS))),
        ]);
        let (_, p80, _) = mean_and_p80(hours(&simulate(&ours, ITERATIONS)));
        let [quick, full] = [1, 2].map(|at| times[at] * 1e9 / 120.0 / f64::from(ITERATIONS));
        print_row(&format!("{program} (our P80 {p80:.1})"), [theirs, quick, full]);
    }
    std::fs::remove_dir_all(&scratch).unwrap();
}

/// The least number after this word.
fn field(text: &str, word: &str) -> f64 {
    let mut words = text.split_whitespace();
    let mut least = f64::INFINITY;
    while let Some(found) = words.next() {
        if found == word {
            least = least.min(words.next().and_then(|number| number.parse().ok()).unwrap_or(f64::INFINITY));
        }
    }
    least
}
