//! Who is busy when: a row for each agent, a cell for each step of time, darker the more of its open time is
//! worked; the part in which it is held stands in the cell as a bar from below, jobs that wait for it as a bar from
//! above.

use super::axis::TimeAxis;
use super::svg::{Anchor, Area, Font, Paint, Pattern, SMALL, Svg, TEXT};
use super::theme::Role;
use super::{Chart, Look, Material, heading, measure};
use crate::analyse::{Load, Loads};
use crate::report::number::{hours_text, percent};

/// Most rows; with more, the agents that work least are left out.
const MOST: usize = 40;
/// Least and greatest height of a row, and that of all rows where there are few [pixels].
const ROW: (f64, f64) = (26.0, 52.0);
const ROWS: f64 = 300.0;
/// So many jobs that wait fill the upper half of a cell.
const MOST_WAITING: f64 = 2.0;
/// Least and greatest width of the column of names.
const NAMES: (f64, f64) = (80.0, 220.0);

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
    let pitch = (ROWS / rows.len().max(1) as f64).clamp(ROW.0, ROW.1);
    let widest = rows.iter().map(|&agent| measure::width(&material.instance.agents[agent].name, TEXT));
    let names = (widest.fold(0.0, f64::max) + 14.0).clamp(NAMES.0, NAMES.1);
    let area = Area {
        x: 16.0 + names,
        y: top + 30.0,
        width: svg.width - names - 56.0,
        height: pitch * rows.len() as f64,
    };
    let end = steps as f64 * loads.step;
    let axis = TimeAxis::new(material.instance, (0.0, end), &area);
    axis.draw_back(&mut svg, &area);
    for (row, &agent) in rows.iter().enumerate() {
        let y = area.y + pitch * row as f64;
        let name = &material.instance.agents[agent].name;
        svg.text_within((16.0, y + pitch / 2.0 + 4.5), name, Font::PLAIN, Anchor::Start, names - 12.0);
        for (place, load) in loads.agents[agent].iter().enumerate() {
            if let Some(load) = load {
                let (from, to) = (place as f64 * loads.step, (place + 1) as f64 * loads.step);
                let (x, right) = (axis.x(from), axis.x(to));
                let words = format!(
                    "{name}, from {}: working {}, held {}, {:.1} jobs wait for it",
                    material.date(Some(from)),
                    percent(load.busy),
                    percent(load.blocked),
                    load.waiting
                );
                svg.group("part", &words);
                cell(&mut svg, Area { x, y: y + 1.0, width: right - x - 0.8, height: pitch - 2.0 }, *load);
                svg.end();
            }
        }
    }
    axis.draw_labels(&mut svg, area.bottom() + 16.0);
    svg.text((area.right(), area.bottom() + 34.0), &axis.caption, Font::NOTE, Anchor::End);
    let left_out = match loads.agents.len() - rows.len() {
        0 => String::new(),
        hidden => format!("; {hidden} more agents that work less are not shown"),
    };
    let key = format!("one cell: {}; no cell: the agent is not there{left_out}", hours_text(loads.step));
    svg.text((area.x, area.bottom() + 34.0), &key, Font::NOTE, Anchor::Start);
    let about = format!(
        "Heat map of {} agents over {steps} steps of {}: the share of its open time that each works{left_out}.",
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

/// Who works most of the time in the first half of the steps and in the second, and for whom most jobs wait.
fn finding(material: &Material, loads: &Loads, rows: &[usize]) -> String {
    let half = loads.agents.first().map_or(0, |steps| steps.len().div_ceil(2));
    let mean = |agent: usize, part: std::ops::Range<usize>, of: fn(&Load) -> f64| {
        let steps = loads.agents[agent].get(part).unwrap_or_default();
        let known: Vec<f64> = steps.iter().flatten().map(of).collect();
        if known.is_empty() { 0.0 } else { known.iter().sum::<f64>() / known.len() as f64 }
    };
    // Of equal ones the first.
    let most = |of: &dyn Fn(usize) -> f64| {
        let all = rows.iter().map(|&agent| (agent, of(agent)));
        all.reduce(|best, row| if row.1 > best.1 { row } else { best })
    };
    let early = |agent: usize| mean(agent, 0..half, |load| load.busy);
    let late = |agent: usize| {
        let all = loads.agents[agent].len();
        mean(agent, half.min(all)..all, |load| load.busy)
    };
    let Some(((first, early_share), (second, late_share))) = most(&early).zip(most(&late)) else {
        return "Who is busy when".to_owned();
    };
    let name = |agent: usize| material.instance.agents[agent].name.as_str();
    let (early_share, late_share) = (percent(early_share), percent(late_share));
    let busy = if first == second {
        format!("{} is busiest throughout: {early_share} at first, {late_share} later", name(first))
    } else {
        format!("Busiest at first: {} ({early_share}); later: {} ({late_share})", name(first), name(second))
    };
    let waited = most(&|agent| mean(agent, 0..loads.agents[agent].len(), |load| load.waiting));
    match waited.filter(|(_, jobs)| *jobs >= 0.05) {
        Some((agent, jobs)) => format!("{busy}; on average {jobs:.1} jobs wait for {}", name(agent)),
        None => busy,
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
    if load.waiting > 0.02 {
        let height = area.height * 0.5 * (load.waiting / MOST_WAITING).min(1.0);
        let queue = Area { height: height.max(1.5), ..area };
        svg.rect(queue, 0.0, Paint::fill(Role::Orange).outline(Role::Ink, 0.6));
    }
}

fn legend(svg: &mut Svg, y: f64) {
    let mut x = 16.0;
    let load = |busy, blocked, waiting| Load { busy, blocked, waiting };
    let keys = [
        (load(0.0, 0.0, 0.0), "idle"),
        (load(0.5, 0.0, 0.0), "works half of the time"),
        (load(1.0, 0.0, 0.0), "works all the time"),
        (load(0.2, 0.5, 0.0), "held by a ticket or a repair half of the time"),
        (load(1.0, 0.0, 1.0), "one job waits for it"),
    ];
    for (load, text) in keys {
        cell(svg, Area { x, y, width: 22.0, height: 14.0 }, load);
        svg.text((x + 28.0, y + 11.0), text, Font::NOTE, Anchor::Start);
        x += 28.0 + measure::width(text, SMALL) + 18.0;
    }
}
