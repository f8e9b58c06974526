//! Milestones: the share of iterations in which each is reached by a date, with its due date, and how likely all
//! due dates are met together.

use super::curves::{Curve, Curves, MOST};
use super::svg::{Anchor, Font};
use super::{Chart, Look, Material, heading};
use crate::analyse::Goal;
use crate::report::number::percent;

/// The chart; absent for a plan without milestones.
pub(super) fn chart(material: &Material, look: Look) -> Option<Chart> {
    let goals = chosen(&material.forecast.milestones);
    if goals.is_empty() {
        return None;
    }
    let all: Vec<Curve> =
        goals.iter().map(|goal| Curve { name: &goal.name, outlook: &goal.finish, planned: None }).collect();
    let curves = Curves { instance: material.instance, all, head: "milestone" };
    let mut svg = look.page("milestones");
    let title = finding(material);
    let left_out = material.forecast.milestones.len() - goals.len();
    let note = if left_out == 0 {
        String::new()
    } else {
        format!("; {left_out} that are likelier in time are not shown")
    };
    let top = heading(&mut svg, &title, &format!("{}{note}", material.source()));
    let key = "Curve: share of iterations in which it is reached by then. Letter on a dashed line: its due date.";
    let mut bottom = curves.draw(&mut svg, top, key);
    if let Some(share) = material.forecast.all_due {
        let text = "every due date of the plan, those of tasks and phases included";
        svg.text((84.0, bottom), text, Font::BOLD, Anchor::Start);
        svg.text((svg.width - 16.0 - 132.0, bottom), &percent(share), Font::BOLD, Anchor::Start);
        bottom += 22.0;
    }
    let spoken: Vec<String> = goals
        .iter()
        .map(|goal| {
            let chance =
                goal.finish.probability.map_or_else(String::new, |share| format!(", {} in time", percent(share)));
            format!("{}: P80 {}{chance}", goal.name, material.date(goal.finish.spread.percentile(80).value))
        })
        .collect();
    let about = format!("{key} {}.", spoken.join("; "));
    Some(Chart { file: "milestones.svg", svg: svg.finish(bottom, &title, &about), title, about })
}

/// At most [`MOST`] milestones, those least likely in time, in file order.
fn chosen(all: &[Goal]) -> Vec<&Goal> {
    let mut places: Vec<usize> = (0..all.len()).collect();
    places.sort_by(|&a, &b| {
        let chance = |place: usize| all[place].finish.probability.unwrap_or(2.0);
        chance(a).total_cmp(&chance(b)).then(a.cmp(&b))
    });
    places.truncate(MOST);
    places.sort_unstable();
    places.into_iter().map(|place| &all[place]).collect()
}

fn finding(material: &Material) -> String {
    let goals = &material.forecast.milestones;
    let known = goals.iter().filter_map(|goal| Some((goal, goal.finish.probability?)));
    let all = material
        .forecast
        .all_due
        .map_or_else(String::new, |share| format!("; all due dates together are met in {}", percent(share)));
    match known.min_by(|a, b| a.1.total_cmp(&b.1)) {
        None => "When milestones are reached".to_owned(),
        Some((goal, share)) => format!("Least likely in time: {} ({}){all}", goal.name, percent(share)),
    }
}
