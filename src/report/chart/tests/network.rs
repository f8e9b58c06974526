//! The chart of the network: what leads where, and lines that cross neither tasks nor titles.

use super::*;
use crate::report::chart::graph::{End, Graph};

#[test]
fn a_task_behind_many_diamonds_of_milestones_is_led_to_once() {
    let mut plan = Builder::new();
    plan.elapsed("first", 1.0);
    let mut before = ["first".to_owned(), "first".to_owned()];
    // Two ways at each of forty levels are more than a trillion in all.
    for level in 0..40 {
        let names = ["a", "b"].map(|side| format!("{side}{level}"));
        for name in &names {
            plan.milestone(name, &before.each_ref().map(String::as_str));
        }
        before = names;
    }
    plan.elapsed("last", 1.0).after(&before[0]).after(&before[1]);
    let instance = plan.build();
    let edges: Vec<(End, End)> = with_material(&instance, |material| {
        Graph::new(material).edges.iter().map(|edge| (edge.from, edge.to)).collect()
    });
    assert_eq!(edges, [(End::Item(0), End::Item(1))]);
}

/// How often one leads to another, by their ids; phases that stand for all of theirs by their names.
fn shares(instance: &Instance, of: &[(&str, &str)]) -> Vec<f64> {
    with_material(instance, |material| {
        let graph = Graph::new(material);
        let name = |end: End| match end {
            End::Item(item) => graph.items[item].id.clone(),
            End::Phase(phase) => instance.phases[phase].name.clone(),
        };
        let share = |(from, to): &(&str, &str)| {
            let edge = graph.edges.iter().find(|edge| name(edge.from) == *from && name(edge.to) == *to);
            edge.unwrap_or_else(|| panic!("{from} to {to}")).share
        };
        of.iter().map(share).collect()
    })
}

#[test]
fn of_several_that_a_milestone_or_a_phase_waits_for_the_last_sets_the_start() {
    let mut plan = Builder::new();
    plan.phase("p1", 0.0, &[]);
    plan.phase("p2", 0.0, &[]);
    plan.phase("p3", 0.5, &["p1", "p2"]);
    plan.elapsed("a", 10.0).in_phase("p1");
    plan.elapsed("b", 100.0).in_phase("p2");
    plan.elapsed("c", 5.0).in_phase("p3");
    plan.elapsed("late", 5.0).in_phase("p3").after("next");
    plan.elapsed("short", 1.0);
    plan.elapsed("long", 90.0);
    plan.milestone("one", &["short", "long"]);
    plan.milestone("other", &["one", "a"]);
    plan.elapsed("next", 40.0).after("other");
    let instance = plan.build();
    let ways = [("p1", "p3"), ("p2", "p3"), ("short", "next"), ("long", "next"), ("a", "next"), ("next", "late")];
    assert_eq!(shares(&instance, &ways), [0.0, 1.0, 0.0, 1.0, 0.0, 1.0]);
}

#[test]
fn a_phase_that_stands_for_its_tasks_is_led_to_by_the_last_of_those_before() {
    let mut plan = Builder::new();
    let tasks = crate::report::chart::rows::MOST_TASKS / 3 + 1;
    for (phase, before) in [("p1", &[][..]), ("p2", &[]), ("p3", &["p1", "p2"])] {
        plan.phase(phase, 0.0, before);
        for task in 0..tasks {
            let hours = if phase == "p2" { 30.0 } else { 3.0 };
            plan.elapsed(&format!("{phase}-{task}"), hours).in_phase(phase);
        }
    }
    let instance = plan.build();
    assert_eq!(shares(&instance, &[("p1", "p3"), ("p2", "p3")]), [0.0, 1.0]);
}

#[test]
fn of_too_many_lines_through_one_milestone_those_that_matter_are_shown() {
    let mut plan = Builder::new();
    let before: Vec<String> = (0..60).map(|task| format!("a{task}")).collect();
    for (place, id) in before.iter().enumerate() {
        plan.elapsed(id, 1.0 + place as f64);
    }
    plan.milestone("joint", &before.iter().map(String::as_str).collect::<Vec<_>>());
    for task in 0..60 {
        plan.elapsed(&format!("b{task}"), 1.0).after("joint");
    }
    let instance = plan.build();
    with_material(&instance, |material| {
        let graph = Graph::new(material);
        assert_eq!((graph.edges.len(), graph.left_out), (1000, 2600));
        assert!(graph.edges.iter().any(|edge| edge.on_path));
    });
    let chart = network(&instance);
    assert!(chart.svg.contains("; 2,600 lines that set a start no more often are not shown"));
    sound(&chart);
}

/// Boxes of a chart's groups of a class, by their first rectangle.
fn boxes(document: &roxmltree::Document, class: &str) -> Vec<Area> {
    let number = |node: &roxmltree::Node, name: &str| {
        node.attribute(name).and_then(|value| value.parse::<f64>().ok()).expect("a number")
    };
    let groups = document.descendants().filter(|node| node.attribute("class") == Some(class));
    groups
        .filter_map(|node| node.children().find(|child| child.has_tag_name("rect")))
        .map(|rect| {
            let [x, y, width, height] = ["x", "y", "width", "height"].map(|name| number(&rect, name));
            Area { x, y, width, height }
        })
        .collect()
}

/// Points of the lines of a network, in order; lines run level or steep between them, but for round corners.
fn lines(document: &roxmltree::Document) -> Vec<Vec<(f64, f64)>> {
    let links = document.descendants().filter(|node| node.attribute("class") == Some("link"));
    links
        .filter_map(|link| link.children().find(|child| child.has_tag_name("path"))?.attribute("d"))
        .map(|commands| {
            let words = commands.split(|c: char| " MLQ".contains(c));
            let numbers: Vec<f64> = words.filter_map(|word| word.parse().ok()).collect();
            numbers.chunks_exact(2).map(|point| (point[0], point[1])).collect()
        })
        .collect()
}

#[track_caller]
fn clear(name: &str, chart: &Chart) {
    let document = roxmltree::Document::parse(&chart.svg).expect("XML");
    let titles = document.descendants().filter(|node| {
        node.has_tag_name("text") && node.parent().is_some_and(|node| node.attribute("class") == Some("phase"))
    });
    let titles: Vec<String> = titles.filter_map(|title| title.attribute("y").map(str::to_owned)).collect();
    let written = texts(&chart.svg).into_iter().filter(|(area, _)| {
        // The bottom of a text's box is at a known distance of its baseline.
        titles.iter().any(|y| y.parse::<f64>().is_ok_and(|y| area.y < y && y < area.bottom()))
    });
    let blocked: Vec<Area> = boxes(&document, "node").into_iter().chain(written.map(|(area, _)| area)).collect();
    for line in lines(&document) {
        for pair in line.windows(2) {
            let [a, b] = [pair[0], pair[1]];
            let segment = Area {
                x: a.0.min(b.0),
                y: a.1.min(b.1),
                width: (a.0 - b.0).abs().max(0.01),
                height: (a.1 - b.1).abs().max(0.01),
            };
            for area in &blocked {
                let inside =
                    Area { x: area.x + 1.0, y: area.y + 1.0, width: area.width - 2.0, height: area.height - 2.0 };
                assert!(!meets(&segment, &inside), "{name}: {line:?} crosses {area:?}");
            }
        }
    }
}

#[test]
fn lines_of_the_network_cross_neither_tasks_nor_titles() {
    for scenario in SCENARIOS {
        clear(scenario.0, &network(&read(scenario)));
    }
    for (tasks, phases) in [(3, 1), (40, 4), (120, 0), (300, 12)] {
        clear("generated", &network(&plan(tasks, phases, true)));
    }
}

fn network(instance: &Instance) -> Chart {
    let charts = drawn(instance, Look::default());
    charts.into_iter().find(|chart| chart.file == "network.svg").expect("a chart")
}

#[test]
fn networks_of_the_scenarios_fit_a_slide() {
    for scenario in SCENARIOS {
        let chart = network(&read(scenario));
        let document = roxmltree::Document::parse(&chart.svg).expect("XML");
        let size = |name: &str| document.root_element().attribute(name).and_then(|v| v.parse::<f64>().ok());
        let aspect = size("height").expect("a height") / size("width").expect("a width");
        assert!((0.38..=0.75).contains(&aspect), "{}: {aspect}", scenario.0);
    }
}
