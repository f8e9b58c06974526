//! Who is busy when: a row for each agent, a cell for each step of time, darker the more of its open time is
//! worked; the part in which it is held stands in the cell as a bar from below.

use super::axis::TimeAxis;
use super::svg::{Anchor, Area, Font, Paint, Pattern, SMALL, Svg};
use super::theme::Role;
use super::{Chart, Look, Material, heading, measure};
use crate::analyse::{Load, Loads};
use crate::report::number::{hours_text, percent};

/// Most rows; with more, the agents that work least are left out.
const MOST: usize = 40;
/// Height of a row [pixels].
const ROW: f64 = 26.0;
/// Width of the column of names.
const NAMES: f64 = 190.0;

/// The chart; absent without loads, and for a plan without agents.
pub(super) fn chart(material: &Material, look: Look) -> Option<Chart> {
    let loads = material.loads?;
    let rows = rows(loads);
    let steps = loads.agents.first()?.len();
    let mut svg = look.page("load");
    let title = finding(material, loads, &rows);
    let source = format!("{}; mean of the first {} iterations", material.source(), loads.iterations);
    let top = heading(&mut svg, &title, &source);
    legend(&mut svg, top);
    let area =
        Area { x: 16.0 + NAMES, y: top + 30.0, width: svg.width - NAMES - 56.0, height: ROW * rows.len() as f64 };
    let end = steps as f64 * loads.step;
    let axis = TimeAxis::new(material.instance, (0.0, end), &area);
    axis.draw_back(&mut svg, &area);
    for (row, &agent) in rows.iter().enumerate() {
        let y = area.y + ROW * row as f64;
        let name = &material.instance.agents[agent].name;
        svg.text_within((16.0, y + 17.5), name, Font::PLAIN, Anchor::Start, NAMES - 12.0);
        for (place, load) in loads.agents[agent].iter().enumerate() {
            if let Some(load) = load {
                let (from, to) = (place as f64 * loads.step, (place + 1) as f64 * loads.step);
                let (x, right) = (axis.x(from), axis.x(to));
                let words = format!(
                    "{name}, from {}: working {}, held {}",
                    material.date(Some(from)),
                    percent(load.busy),
                    percent(load.blocked)
                );
                svg.group("part", &words);
                cell(&mut svg, Area { x, y: y + 1.0, width: right - x - 0.8, height: ROW - 2.0 }, *load);
                svg.end();
            }
        }
    }
    axis.draw_labels(&mut svg, area.bottom() + 16.0);
    svg.text((area.right(), area.bottom() + 34.0), &axis.caption, Font::NOTE, Anchor::End);
    let key = format!("one cell: {}; no cell: the agent is not there", hours_text(loads.step));
    svg.text((area.x, area.bottom() + 34.0), &key, Font::NOTE, Anchor::Start);
    let about = format!(
        "Heat map of {} agents over {steps} steps of {}: the share of its open time that each works.",
        rows.len(),
        hours_text(loads.step)
    );
    Some(Chart { file: "load.svg", svg: svg.finish(area.bottom() + 46.0, &title, &about), title, about })
}

/// Agents to show, in file order.
fn rows(loads: &Loads) -> Vec<usize> {
    let worked = |agent: usize| loads.agents[agent].iter().flatten().map(|load| load.busy).sum::<f64>();
    let mut rows: Vec<usize> = (0..loads.agents.len()).collect();
    rows.sort_by(|&a, &b| worked(b).total_cmp(&worked(a)).then(a.cmp(&b)));
    rows.truncate(MOST);
    rows.sort_unstable();
    rows
}

/// Who works most of the time in the first half of the steps and in the second.
fn finding(material: &Material, loads: &Loads, rows: &[usize]) -> String {
    let half = loads.agents.first().map_or(0, |steps| steps.len().div_ceil(2));
    let busiest = |second: bool| {
        let share = |agent: usize| {
            let steps = loads.agents[agent].iter().enumerate();
            let part: Vec<f64> = steps
                .filter(|(place, _)| (*place >= half) == second)
                .filter_map(|(_, load)| Some((*load)?.busy))
                .collect();
            if part.is_empty() { 0.0 } else { part.iter().sum::<f64>() / part.len() as f64 }
        };
        let most = rows.iter().copied().map(|agent| (share(agent), agent));
        most.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
    };
    let name = |agent: usize| material.instance.agents[agent].name.as_str();
    match (busiest(false), busiest(true)) {
        (Some((early, a)), Some((late, b))) => {
            format!("Busiest at first: {} ({}); later: {} ({})", name(a), percent(early), name(b), percent(late))
        }
        _ => "Who is busy when".to_owned(),
    }
}

fn cell(svg: &mut Svg, area: Area, load: Load) {
    svg.rect(area, 0.0, Paint::fill(Role::Paper).outline(Role::Grid, 0.6));
    if load.busy > 0.005 {
        svg.rect(area, 0.0, Paint::fill(Role::Blue).opacity(0.08 + 0.92 * load.busy.min(1.0)));
    }
    if load.blocked > 0.02 {
        let height = area.height * load.blocked.min(1.0);
        let held = Area { y: area.bottom() - height, height, ..area };
        svg.rect(held, 0.0, Paint::fill(Role::Vermilion).pattern(Some(Pattern::Rising)));
    }
}

fn legend(svg: &mut Svg, y: f64) {
    let mut x = 16.0;
    let keys = [(0.0, 0.0, "idle"), (0.5, 0.0, "works half of the time"), (1.0, 0.0, "works all the time")];
    for (busy, blocked, text) in
        keys.into_iter().chain([(0.0, 0.5, "held by a ticket or a repair half of the time")])
    {
        cell(svg, Area { x, y, width: 22.0, height: 14.0 }, Load { busy, blocked });
        svg.text((x + 28.0, y + 11.0), text, Font::NOTE, Anchor::Start);
        x += 28.0 + measure::width(text, SMALL) + 18.0;
    }
}
