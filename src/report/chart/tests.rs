//! What every chart must be, for plans of 3 to 300 tasks: XML, within its page, without texts on each other, and
//! the same bytes twice.

mod network;

use proptest::prelude::*;

use super::svg::Area;
use super::*;
use crate::analyse::{self, Axis, Objective, Question, Rule, Staffing, Threshold, Trial, Variant};
use crate::model::{Builder, Calendar, Origin, Span};
use crate::plan::{self, Overrides, Source};
use crate::schedule;
use crate::simulate::{self, Settings};
use crate::units::{TICKS_PER_HOUR, Ticks};

/// A plan of chains in phases, with names that are long and that try to be markup.
fn plan(tasks: usize, phases: usize, dated: bool) -> Instance {
    let mut plan = Builder::new();
    plan.instance.name = "<script>alert(1)</script> ]]> & \"plan\"".to_owned();
    if dated {
        // Monday 2025-01-06T09:00:00Z.
        plan.instance.origin =
            Some(Origin { unix_micros: 1_736_154_000_000_000, zone: "Europe/London".to_owned() });
    }
    let office = plan.calendar("office", office());
    for agent in 0..3 {
        let agent = plan.agent(&format!("agent{agent}"), &[("core", 1.0), ("review", 1.0)]);
        agent.name = format!("{} of a rather large team", agent.id);
        agent.calendar = dated.then_some(office);
    }
    for phase in 0..phases {
        let before = if phase > 1 { vec![format!("p{}", phase - 2)] } else { Vec::new() };
        let before: Vec<&str> = before.iter().map(String::as_str).collect();
        plan.phase(&format!("p{phase}"), 0.25, &before).name = format!("Phase {phase} with a long name, ]]>");
    }
    for task in 0..tasks {
        let mut entry = plan.task(&format!("t{task}"), 1.0 + (task % 7) as f64, "core");
        entry.name = format!("</text><script>{task}</script> and more words than fit");
        if phases > 0 {
            entry.in_phase(&format!("p{}", task % phases));
        }
        if task >= phases.max(1) * 2 {
            entry.after(&format!("t{}", task - phases.max(1) * 2));
        }
        entry.reviewed("review", 0.5);
    }
    for (place, due) in [(0, 8.0), (1, 9.0), (2, 40.0)] {
        let milestone = plan.milestone(&format!("m{place}"), &[&format!("t{place}")]);
        milestone.name = format!("Milestone {place} <b>&amp;</b>");
        milestone.due = Some(Ticks::from_hours(due));
    }
    plan.build()
}

fn office() -> Calendar {
    let hour = |day: i64, hour: i64| Ticks((day * 24 + hour) * TICKS_PER_HOUR);
    let days = [0, 1, 2, 3, 4, 7];
    Calendar::weekly(days.map(|day| Span { start: hour(day, 0), finish: hour(day, 8) }).to_vec(), Ticks::ZERO)
}

fn drawn(instance: &Instance, look: Look) -> Vec<Chart> {
    with_material(instance, |material| charts(material, look))
}

/// What charts show of a short run.
fn with_material<T>(instance: &Instance, view: impl Fn(&Material) -> T) -> T {
    let settings = Settings::new(60, 1);
    let outcomes = simulate::run(instance, &settings, &|_| ());
    let schedule = schedule::list_schedule(instance);
    let spent = analyse::time_spent(instance, &settings, &outcomes);
    let path = schedule::critical_path(instance);
    let forecast = analyse::forecast(instance, &outcomes, &path, &schedule, &spent);
    let finishes: Vec<f64> = outcomes.makespan.iter().filter_map(|at| at.finite_hours()).collect();
    let loads = analyse::loads(instance, &settings, &outcomes);
    let timeline = simulate::trace(instance, &settings, 0);
    let lever = |(name, gain): (&str, f64)| Lever {
        name: name.to_owned(),
        gain,
        low: gain - 2.0,
        high: gain + 1.0,
        is_calendar: false,
    };
    let option = |name: &str| OptionFinish {
        name: name.to_owned(),
        finish: forecast.finish.clone(),
        planned: forecast.deterministic.schedule,
        is_earlier: false,
    };
    let options = ["the plan as it is", "</text> & more hands than there are", "third"].map(option);
    let levers = [("Reviews </text>", 8.0), ("Blockers", -0.5), ("Risks", f64::NAN)].map(lever);
    let paths = analyse::paths(instance, &settings, &outcomes);
    let material = Material {
        instance,
        forecast: &forecast,
        schedule: &schedule,
        finishes: &finishes,
        timeline: Some(&timeline),
        paths: &paths,
        loads: loads.as_ref(),
        options: &options,
        levers: &levers,
    };
    view(&material)
}

/// A grid of plans with one to three copies of two agents.
fn staffed(tasks: usize, iterations: u32) -> Staffing {
    let settings = Settings::new(iterations, 1);
    let mut trials = Vec::new();
    let axis = |name: &str| Axis { name: name.to_owned(), values: ["1", "2", "3"].map(str::to_owned).to_vec() };
    let question = Question {
        axes: vec![axis("agent0"), axis("an agent with a long name </text>")],
        rule: Rule { objective: Objective::Percentile(80), threshold: Threshold::Share(0.01) },
        wish: None,
        budget: None,
        iterations,
        seed: 1,
        finalists: 9,
        search: None,
    };
    for first in 1..=3_usize {
        for second in 1..=3_usize {
            let mut instance = plan(tasks, 2, true);
            let [one, two] = [0, 1].map(|agent| instance.agents[agent].clone());
            instance.agents.extend(vec![one; first - 1].into_iter().chain(vec![two; second - 1]));
            let outcomes = simulate::run(&instance, &settings, &|_| ());
            let variant = Variant { name: "", instance: &instance, outcomes: &outcomes };
            let values = [first, second].map(|count| count.to_string()).to_vec();
            trials.push(Trial::new(values, &variant, variant.instance, None).expect("no wish"));
        }
    }
    analyse::staffing(&plan(tasks, 2, true), question, &trials)
}

/// The four plans of real projects.
const SCENARIOS: [(&str, &str); 4] = [
    ("proto-refactor", include_str!("../../../scenarios/proto-refactor.yaml")),
    ("backend-hardening", include_str!("../../../scenarios/backend-hardening.yaml")),
    ("minimal-backend", include_str!("../../../scenarios/minimal-backend.yaml")),
    ("week-one-demo", include_str!("../../../scenarios/week-one-demo.yaml")),
];

fn read((name, text): (&str, &str)) -> Instance {
    plan::read(Source::new(name, text), &Overrides::default()).expect("a plan").instance
}

/// Texts of a chart with the rectangles they fill; those inside the library's drawings have none.
fn texts(svg: &str) -> Vec<(Area, String)> {
    let document = roxmltree::Document::parse(svg).expect("XML");
    let texts = document.descendants().filter(|node| node.has_tag_name("text"));
    let number =
        |node: &roxmltree::Node, name: &str| node.attribute(name).and_then(|value| value.parse::<f64>().ok());
    texts
        .map(|node| {
            let text: String =
                node.children().filter(roxmltree::Node::is_text).filter_map(|child| child.text()).collect();
            let size = number(&node, "font-size").unwrap_or(super::svg::TEXT);
            let bold = if node.attribute("font-weight").is_some() { measure::BOLD } else { 1.0 };
            let width = measure::width(&text, size * bold);
            let left = match node.attribute("text-anchor") {
                Some("middle") => 0.5,
                Some("end") => 1.0,
                _ => 0.0,
            };
            let (x, y) = (number(&node, "x").expect("x"), number(&node, "y").expect("y"));
            (Area { x: x - left * width, y: y - 0.75 * size, width, height: 0.97 * size }, text)
        })
        .collect()
}

/// True if the two have more than an edge in common.
fn meets(a: &Area, b: &Area) -> bool {
    a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom()
}

#[track_caller]
fn sound(chart: &Chart) {
    let document =
        roxmltree::Document::parse(&chart.svg).unwrap_or_else(|error| panic!("{}: {error}", chart.file));
    let size =
        |name: &str| document.root_element().attribute(name).and_then(|v| v.parse::<f64>().ok()).expect("size");
    let (width, height) = (size("width"), size("height"));
    assert!(document.descendants().all(|node| !node.has_tag_name("script")), "{}", chart.file);
    // Bars and boxes stay on the page; those of the library are in units of their own.
    let own = document
        .descendants()
        .filter(|node| node.ancestors().filter(|above| above.has_tag_name("svg")).count() == 1);
    for shape in own.filter(|node| node.has_tag_name("rect")) {
        let number = |name: &str| shape.attribute(name).and_then(|v| v.parse::<f64>().ok()).unwrap_or(0.0);
        let (x, y) = (number("x"), number("y"));
        let inside = x >= 0.0 && x + number("width") <= width + 0.5 && y >= 0.0 && y + number("height") <= height;
        assert!(inside, "{}: a box leaves the page: {shape:?}", chart.file);
    }
    let texts = texts(&chart.svg);
    for (place, (area, text)) in texts.iter().enumerate() {
        let inside = area.x >= 0.0 && area.right() <= width + 0.5 && area.y >= 0.0 && area.bottom() <= height;
        assert!(inside, "{}: `{text}` leaves the page: {area:?}", chart.file);
        for (other, words) in &texts[..place] {
            assert!(!meets(area, other), "{}: `{text}` lies on `{words}`", chart.file);
        }
    }
}

#[test]
fn charts_of_3_to_300_tasks_are_sound() {
    for (tasks, phases, dated) in [
        (3, 0, false),
        (3, 1, true),
        (40, 4, true),
        (120, 0, true),
        (300, 12, true),
        (301, 12, true),
        (301, 0, false),
    ] {
        let charts = drawn(&plan(tasks, phases, dated), Look::default());
        assert_eq!(charts.len(), CHART_NAMES.len(), "{tasks} tasks");
        for chart in &charts {
            sound(chart);
        }
    }
}

#[test]
fn charts_of_the_scenarios_are_sound() {
    for scenario in SCENARIOS {
        for width in [1000.0, 1200.0, 1920.0] {
            for chart in drawn(&read(scenario), Look { width, ..Look::default() }) {
                sound(&chart);
            }
        }
    }
}

#[test]
fn charts_of_staffings_are_sound() {
    for (tasks, width) in [(3, 1200.0), (40, 1000.0)] {
        let look = Look { width, ..Look::default() };
        sound(&staffing_chart(&staffed(tasks, 300), look).expect("a finish"));
    }
}

#[test]
fn every_task_is_on_the_timeline_and_in_the_network_once() {
    for (tasks, phases) in [(3, 1), (40, 4), (120, 0), (300, 12)] {
        let charts = drawn(&plan(tasks, phases, true), Look::default());
        for file in ["timeline.svg", "network.svg"] {
            let chart = charts.iter().find(|chart| chart.file == file).expect("a chart");
            let texts = texts(&chart.svg);
            for task in 0..tasks {
                let id = format!("t{task}");
                let found = texts.iter().filter(|(_, text)| text.split(' ').next() == Some(&id)).count();
                assert_eq!(found, 1, "{id} in {file} of {tasks} tasks");
            }
        }
    }
}

/// Many tasks without links, the last of which alone sets the finish.
fn with_a_long_last_one(tasks: usize) -> Instance {
    let mut plan = Builder::new();
    for task in 0..tasks {
        plan.elapsed(&format!("t{task}"), 1.0);
    }
    plan.elapsed("last", 100.0);
    plan.build()
}

#[test]
fn of_too_many_tasks_without_phases_the_most_critical_are_shown() {
    let charts = drawn(&with_a_long_last_one(500), Look::default());
    for (file, class) in [("timeline.svg", "row"), ("network.svg", "node")] {
        let chart = charts.iter().find(|chart| chart.file == file).expect("a chart");
        let shown: Vec<String> = texts(&chart.svg).into_iter().map(|(_, text)| text).collect();
        assert!(shown.iter().any(|text| text == "last"), "{file}");
        let note = "; 201 tasks that are critical no more often are not shown";
        assert!(shown.iter().any(|text| text.ends_with(note)), "{file}");
        let document = roxmltree::Document::parse(&chart.svg).expect("XML");
        let drawn = document.descendants().filter(|node| node.attribute("class") == Some(class)).count();
        assert_eq!(drawn, 300, "{file}");
    }
}

/// Bars of the timeline with the area of its axis, which the lines between groups span.
#[test]
fn bars_of_the_timeline_stay_between_the_ends_of_its_axis() {
    let charts = drawn(&read(SCENARIOS[0]), Look::default());
    let chart = charts.iter().find(|chart| chart.file == "timeline.svg").expect("a chart");
    let document = roxmltree::Document::parse(&chart.svg).expect("XML");
    let rows = document.descendants().filter(|node| node.attribute("class") == Some("row"));
    let mut bars = 0;
    for bar in rows.flat_map(|row| row.children().filter(|node| node.has_tag_name("rect")).collect::<Vec<_>>()) {
        let number = |name: &str| bar.attribute(name).and_then(|v| v.parse::<f64>().ok()).expect("a number");
        let (left, right) = (number("x"), number("x") + number("width"));
        assert!(left >= 404.0 && right <= 1122.5, "{left} to {right}");
        bars += 1;
    }
    assert_eq!(bars, 46, "a range and a middle for each of 23 tasks");
}

#[test]
fn equal_results_give_equal_bytes_and_dark_charts_differ_in_colour_only() {
    let plan = plan(12, 2, true);
    let light = drawn(&plan, Look::default());
    assert_eq!(light, drawn(&plan, Look::default()));
    let dark = drawn(&plan, Look { theme: Theme::Dark, ..Look::default() });
    for (light, dark) in light.iter().zip(&dark) {
        assert_eq!(light.svg.len(), dark.svg.len(), "{}", light.file);
        assert!(dark.svg.contains("#16191D") && !dark.svg.contains("fill=\"#FFFFFF\""), "{}", dark.file);
    }
}

#[test]
fn bars_of_the_finish_tell_their_numbers() {
    let charts = drawn(&plan(12, 2, true), Look::default());
    let document = roxmltree::Document::parse(&charts[0].svg).expect("XML");
    let bars = document.descendants().filter(|node| node.attribute("class") == Some("bar"));
    let tips: Vec<String> = bars
        .filter_map(|bar| bar.children().find(|child| child.has_tag_name("title"))?.text().map(str::to_owned))
        .collect();
    assert!(tips.len() >= 3, "{tips:?}");
    assert!(tips.iter().all(|tip| tip.contains(" finish; ")), "{tips:?}");
    assert!(tips.last().is_some_and(|tip| tip.ends_with("100 % by then")), "{tips:?}");
}

#[test]
fn staffings_of_too_few_iterations_say_so_in_place_of_steps() {
    let mut staffing = staffed(3, 200);
    staffing.next.iter_mut().for_each(|step| step.finish = None);
    staffing.path.clear();
    let chart = staffing_chart(&staffing, Look::default()).expect("a finish");
    let words = "200 iterations are too few; 250 or more can tell (--iterations)";
    assert!(chart.title.ends_with(words), "{}", chart.title);
    let shown: String = texts(&chart.svg).into_iter().map(|(_, text)| text + " ").collect();
    assert!(!shown.contains("What the next step saves") && !shown.contains("95 % interval"), "{shown}");
    sound(&chart);
}

#[test]
fn titles_say_what_was_found() {
    let charts = drawn(&plan(12, 2, true), Look::default());
    let title = |file: &str| charts.iter().find(|chart| chart.file == file).map(|chart| chart.title.clone());
    assert!(
        title("finish.svg").is_some_and(|title| title.starts_with("80 % sure by ")),
        "{:?}",
        title("finish.svg")
    );
    assert_eq!(title("tornado.svg").as_deref(), Some("What drives the date: Reviews </text> (P80 8.0 h earlier)"));
    let titles: std::collections::BTreeSet<&String> = charts.iter().map(|chart| &chart.title).collect();
    assert_eq!(titles.len(), charts.len(), "each has a finding of its own: {titles:?}");
}

#[test]
fn what_has_no_name_is_called_by_its_id_once() {
    for tasks in [3, 310] {
        let mut plan = plan(tasks, 2, false);
        plan.tasks.iter_mut().for_each(|task| task.name.clone_from(&task.id));
        plan.phases.iter_mut().for_each(|phase| phase.name.clone_from(&phase.id));
        for chart in drawn(&plan, Look::default()) {
            let all = format!("{} {}", chart.title, chart.svg);
            for id in ["t0", "t1", "t2", "p0", "p1"] {
                assert!(!all.contains(&format!("{id} {id}")), "{} says {id} twice", chart.file);
            }
            let phases = texts(&chart.svg).into_iter().filter(|(_, text)| text == "p0").count();
            assert!(
                chart.name() != "network" || phases == 1,
                "{} of {tasks} tasks: p0 {phases} times",
                chart.file
            );
        }
    }
}

#[test]
fn a_small_plan_is_drawn_like_this() {
    let charts = drawn(&plan(3, 1, true), Look::default());
    for name in ["timeline", "network"] {
        let chart = charts.iter().find(|chart| chart.name() == name).expect("a chart");
        insta::assert_snapshot!(name, chart.svg);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn charts_of_any_size_are_sound(tasks in 3..60_usize, phases in 0..6_usize, dated: bool, width in 1000.0..2000.0_f64) {
        for chart in drawn(&plan(tasks, phases, dated), Look { width, ..Look::default() }) {
            sound(&chart);
        }
    }
}
