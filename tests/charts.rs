//! Charts as files: formats, looks and sizes, as a person asks for them.

mod common;

use std::fs;

use common::{Folder, plancast, scenario};

/// The first bytes of every PNG.
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

#[track_caller]
fn report(folder: &str, more: &[&str]) -> Vec<String> {
    let plan = scenario("quickstart");
    let ran = plancast(&[&["report", &plan, "--iterations", "200", "--out", folder], more].concat());
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
    let files = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        files.map(|file| file.expect("a file").file_name().into_string().expect("text")).collect();
    names.sort();
    names
}

fn ending(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or_default()
}

/// Width and height of a PNG, from its header.
fn size(bytes: &[u8]) -> (u32, u32) {
    assert_eq!(&bytes[..8], SIGNATURE);
    let number = |from: usize| u32::from_be_bytes(bytes[from..from + 4].try_into().expect("four bytes"));
    (number(16), number(20))
}

#[test]
#[cfg(feature = "png")]
fn charts_are_pictures_as_well_with_the_same_bytes_twice() {
    let folders = [Folder::new(), Folder::new()];
    let outs = folders.each_ref().map(|folder| folder.path("out"));
    let [names, _] = outs.each_ref().map(|out| report(out, &["--format", "svg,png", "--scale", "1"]));
    let pictures: Vec<&String> = names.iter().filter(|name| ending(name) == "png").collect();
    assert_eq!(pictures.len(), 9, "{names:?}");
    for name in pictures {
        let [first, second] = outs.each_ref().map(|out| fs::read(format!("{out}/{name}")).expect("a file"));
        assert!(first == second, "{name}");
        assert_eq!(size(&first).0, 1200, "{name}");
        assert!(names.contains(&name.replace(".png", ".svg")), "{name}");
    }
}

#[test]
#[cfg(feature = "png")]
fn formats_that_were_not_asked_for_this_time_go() {
    let folder = Folder::new();
    let out = folder.path("out");
    report(&out, &["--theme", "dark"]);
    let names = report(&out, &["--format", "png", "--width", "1000", "--scale", "1.5"]);
    assert!(names.iter().all(|name| ending(name) != "svg"), "{names:?}");
    assert_eq!(size(&fs::read(format!("{out}/finish.png")).expect("a file")).0, 1500);
    let markdown = fs::read_to_string(format!("{out}/report.md")).expect("a file");
    assert!(markdown.contains("](finish.png)") && !markdown.contains(".svg"));
}

#[test]
fn one_iteration_is_drawn_into_a_file() {
    let folder = Folder::new();
    let (plan, file) = (scenario("week-one-demo"), folder.path("one.svg"));
    let plain = plancast(&["trace", &plan, "--iteration", "3"]);
    let ran = plancast(&["trace", &plan, "--iteration", "3", "--chart", &file, "--theme", "dark"]);
    assert_eq!((ran.code, &ran.out), (0, &plain.out));
    assert!(ran.err.ends_with(&format!("wrote {file}\n")), "{}", ran.err);
    let svg = fs::read_to_string(&file).expect("a file");
    assert!(svg.contains("<title id=\"trace-title\">One iteration of many, number 3: finished "));
}

#[test]
fn what_no_chart_can_be_is_refused() {
    let plan = scenario("quickstart");
    for (wrong, said) in [
        (["--format", "gif"], "possible values: svg, png"),
        (["--scale", "0"], "a number from 0.5 to 4"),
        (["--width", "10"], "10 is not in 1000..=4000"),
    ] {
        let ran = plancast(&[&["report", plan.as_str()], wrong.as_slice()].concat());
        assert!(ran.code == 2 && ran.err.contains(said), "{}", ran.err);
    }
    let ran = plancast(&["trace", &plan, "--chart", "one.gif"]);
    assert!(ran.code == 2 && ran.err.contains("a file that ends in .svg or .png"), "{}", ran.err);
}

#[test]
fn a_chart_without_a_place_is_refused_before_anything_is_simulated() {
    let folder = Folder::new();
    let (plan, file) = (scenario("quickstart"), folder.path("none/one.svg"));
    for command in [["compare"].as_slice(), &["staff", "--vary", "ada=1..2"], &["trace"]] {
        // Any of these would take minutes.
        let ran =
            plancast(&[command, &[&plan, "--iterations", "1000000", "--threads", "1", "--chart", &file]].concat());
        assert!(ran.code == 74 && ran.out.is_empty() && ran.err.contains(&file), "{}", ran.err);
        let ran = plancast(&[command, &["none.yaml", "--chart", &file]].concat());
        assert!(ran.code == 74 && ran.err.contains("--chart"), "the place comes first: {}", ran.err);
    }
}

#[cfg(unix)]
#[test]
fn a_chart_replaces_its_file_and_nothing_else() {
    let folder = Folder::new();
    let (plan, file, link) = (scenario("quickstart"), folder.file("one.svg", "old"), folder.path("link.svg"));
    std::os::unix::fs::symlink(&file, &link).expect("a link");
    assert_eq!(plancast(&["trace", &plan, "--chart", &link]).code, 0);
    assert!(fs::read_to_string(&file).expect("a file").starts_with("<svg"));
    assert!(fs::symlink_metadata(&link).expect("a link").is_symlink());
    assert_eq!(folder.list("."), ["link.svg", "one.svg"], "drafts are gone");
}

#[test]
fn options_and_staffings_are_drawn_into_files() {
    let folder = Folder::new();
    let plan = scenario("quickstart");
    let draw = |name: &str, arguments: &[&str]| {
        let file = folder.path(name);
        let more = ["--iterations", "300", "--chart", &file];
        let ran = plancast(&[arguments, &more].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        fs::read_to_string(&file).expect("a file")
    };
    let options = draw("options.svg", &["compare", &plan]);
    assert!(options.contains(">the plan as it is</text>") && options.contains(">clear-brief</text>"));
    let staffing = draw("staffing.svg", &["staff", &plan, "--vary", "ada=1..2", "--vary", "tess=1..2"]);
    for text in ["ada=1, tess=1", "ada 1 to 2", "P80 of the finish, hours from the start"] {
        assert!(staffing.contains(&format!(">{text}</text>")), "{text}");
    }
}

/// The report of this plan as Markdown, which has titles and descriptions of all charts, and the charts as text.
#[track_caller]
fn drawn(plan: &str) -> (String, impl Fn(&str) -> String + use<>) {
    let folder = Folder::new();
    let (plan, out) = (folder.file("plan.yaml", plan), folder.path("out"));
    let ran = plancast(&["report", &plan, "--iterations", "200", "--out", &out]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let markdown = fs::read_to_string(format!("{out}/report.md")).expect("a file");
    (markdown, move |name| folder.read(&format!("out/{name}")))
}

#[test]
fn charts_of_a_plan_without_a_p80_show_what_is_known() {
    // Agent `a` leaves before some iterations are done.
    let often = "agents: {a: {until: 4.9h}}
tasks: {t: {effort: {fixed: 3h}}, u: {effort: 1-3h, after: t}, v: {effort: {fixed: 1h}, after: u}}";
    let (markdown, chart) = drawn(often);
    for part in
        ["above all work as estimated (", " h on average); there is no P80, too many iterations never finish"]
    {
        assert!(markdown.contains(part), "{markdown}");
    }
    assert!(!markdown.contains("near the P80"), "{markdown}");
    let causes = chart("causes.svg");
    assert!(causes.contains("Mean if finished") && !causes.contains("P80</text>"), "{causes}");
    assert!(!causes.contains("more than plan"), "{causes}");
    assert!(chart("agents.svg").contains("of the iterations that finish"), "{markdown}");

    let (markdown, _) = drawn(&often.replace("4.9h", "2h"));
    assert!(!markdown.contains("Where the time goes") && !markdown.contains("agents.svg"), "{markdown}");
}

#[test]
fn charts_of_many_agents_say_how_many_are_left_out() {
    let agents: Vec<String> = (0..45).map(|i| format!("  a{i}: {{ skills: [s] }}\n")).collect();
    let tasks: Vec<String> =
        (0..44).map(|i| format!("  t{i}: {{ skill: s, effort: {}-9h }}\n", i % 5 + 1)).collect();
    let (_, chart) = drawn(&format!("agents:\n{}tasks:\n{}", agents.concat(), tasks.concat()));
    let [load, shares] = ["load.svg", "agents.svg"].map(chart);
    assert!(load.contains("5 more agents that work less are not shown"), "{load}");
    assert!(shares.contains("5 more agents that are idle more often are not shown"), "{shares}");
}

#[test]
fn an_agent_that_is_never_there_has_no_shares() {
    let plan = "agents: {a: {}, late: {from: 1d}}\ntasks: {t: {effort: 2h}}";
    let (_, chart) = drawn(plan);
    assert!(chart("agents.svg").contains("not there before the finish"));
    let folder = Folder::new();
    let (plan, out) = (folder.file("plan.yaml", plan), folder.path("out"));
    let ran = plancast(&["simulate", &plan, "--iterations", "100", "--out", &out]);
    assert!(ran.out.contains("  late  never there"), "{}", ran.out);
    let summary: serde_json::Value = serde_json::from_str(&folder.read("out/summary.json")).expect("JSON");
    for share in ["busy", "blocked", "reviewing", "idle"] {
        assert!(summary["agents"]["late"][share].is_null(), "{share}");
    }
    assert!(folder.read("out/agents.csv").contains("\nlate,late,1,,,,,0,"), "{}", folder.read("out/agents.csv"));
}

#[test]
fn the_plan_as_it_is_begins_small_within_a_title() {
    let folder = Folder::new();
    let (plan, out) = (scenario("quickstart"), folder.path("out"));
    let options = ["--option", "clear-brief", "--iterations", "200", "--out", &out];
    assert_eq!(plancast(&[&["report", &plan], &options[..]].concat()).code, 0);
    let markdown = fs::read_to_string(format!("{out}/report.md")).expect("a file");
    assert!(
        markdown.contains(" than the plan as it is\n") || markdown.contains(" than the plan as it is:"),
        "{markdown}"
    );
}
