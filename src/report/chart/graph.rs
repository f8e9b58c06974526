//! What the chart of the network shows: tasks (or phases in their place), what leads from where to where, and how
//! often that set a start.

use super::Material;
use super::rows::MOST_TASKS;
use crate::analyse::{Goal, Held, Hold, TaskForecast};
use crate::model::{Instance, Node, NodeId, TaskId};
use crate::report::number::percent;

/// Least share of iterations in which a wait for another task must have set a start, and in which that task must be
/// critical, for the wait to be shown.
const LEAST_HOLD: f64 = 0.15;
/// Most waits that are shown: those that matter most.
const MOST_HOLDS: usize = 10;

/// What stands at a node.
pub(super) struct Item {
    pub(super) id: String,
    pub(super) name: String,
    /// Share of iterations.
    pub(super) criticality: f64,
    pub(super) tip: String,
    /// On the most frequent critical path.
    pub(super) on_path: bool,
}

/// Where an edge begins or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    /// An item, by its place.
    Item(usize),
    /// All of a phase, by its place in the plan.
    Phase(usize),
}

/// One leads to another.
pub(super) struct Edge {
    pub(super) from: End,
    pub(super) to: End,
    /// Share of iterations in which it set the start.
    pub(super) share: f64,
    /// True for a wait for an agent or a resource, false for a dependency.
    pub(super) is_hold: bool,
    /// On the most frequent critical path.
    pub(super) on_path: bool,
    pub(super) tip: String,
}

/// Items and edges.
pub(super) struct Graph {
    pub(super) items: Vec<Item>,
    pub(super) edges: Vec<Edge>,
    /// True if phases stand in place of tasks.
    pub(super) by_phase: bool,
}

impl Graph {
    /// The graph of a plan.
    pub(super) fn new(material: &Material) -> Self {
        let instance = material.instance;
        let by_phase = instance.tasks.len() > MOST_TASKS && !instance.phases.is_empty();
        let mut graph = if by_phase {
            Self { items: phases(material), edges: Vec::new(), by_phase }
        } else {
            Self { items: tasks(material), edges: Vec::new(), by_phase }
        };
        for (link, share) in instance.network.links().zip(shares(material)) {
            let Some(to) = target(instance, instance.network.node(link.to)) else { continue };
            for from in sources(instance, link.from, link.to) {
                graph.add(instance, (from, to), share, None);
            }
        }
        if !by_phase {
            graph.add_phase_shares(material);
            graph.add_holds(material);
        }
        if material.paths.has_typical_chain() {
            graph.mark_path(material);
        }
        graph.tell(instance);
        graph
    }

    /// The item or phase that stands for an end.
    fn shown(&self, instance: &Instance, end: End) -> Option<End> {
        match end {
            End::Item(task) if self.by_phase => instance.tasks[task].phase.map(|phase| End::Item(phase.index())),
            End::Phase(phase) if self.by_phase => Some(End::Item(phase)),
            _ => Some(end),
        }
    }

    /// Adds to the edge between what stands for these ends, which is made if it is not there.
    fn add(&mut self, instance: &Instance, ends: (End, End), share: f64, held: Option<String>) {
        let Some((from, to)) = self.shown(instance, ends.0).zip(self.shown(instance, ends.1)) else { return };
        let is_hold = held.is_some();
        let known = self.edges.iter_mut().find(|e| (e.from, e.to, e.is_hold) == (from, to, is_hold));
        match known {
            // Several links between two tasks share what they set; those of two phases are told by the greatest.
            Some(edge) if self.by_phase => edge.share = edge.share.max(share),
            Some(edge) => edge.share = (edge.share + share).min(1.0),
            None if from == to => {}
            None => {
                let tip = held.unwrap_or_default();
                self.edges.push(Edge { from, to, share, is_hold, on_path: false, tip });
            }
        }
    }

    /// A phase starts when its first task does: the greatest share among its tasks.
    fn add_phase_shares(&mut self, material: &Material) {
        let instance = material.instance;
        for edge in &mut self.edges {
            let End::Phase(to) = edge.to else { continue };
            let id = match edge.from {
                End::Item(task) => &instance.tasks[task].id,
                End::Phase(phase) => &instance.phases[phase].id,
            };
            let own =
                material.forecast.tasks.iter().filter(|task| task.phase.as_ref() == Some(&instance.phases[to].id));
            let drives = own.flat_map(|task| &task.drivers).filter(|(driver, _)| driver == id);
            edge.share = drives.map(|(_, share)| *share).fold(0.0, f64::max);
        }
    }

    fn add_holds(&mut self, material: &Material) {
        let critical = |hold: &Hold| material.forecast.tasks[hold.to.index()].criticality;
        let matters = |hold: &&Hold| hold.share >= LEAST_HOLD && critical(hold) >= LEAST_HOLD;
        let mut holds: Vec<&Hold> = material.paths.holds.iter().filter(matters).collect();
        holds.sort_by(|a, b| (b.share * critical(b)).total_cmp(&(a.share * critical(a))));
        holds.truncate(MOST_HOLDS);
        for hold in holds {
            let what = match hold.what {
                Held::Agent(agent) => material.instance.agents[agent.index()].name.clone(),
                Held::Resource(resource) => material.instance.resources[resource.index()].id.clone(),
            };
            let ends = (End::Item(hold.from.index()), End::Item(hold.to.index()));
            self.add(material.instance, ends, hold.share, Some(what));
        }
    }

    /// Marks what the most frequent critical path leads over.
    fn mark_path(&mut self, material: &Material) {
        let instance = material.instance;
        let chain = &material.paths.chain;
        let place = |task: &TaskId| {
            if self.by_phase {
                instance.tasks[task.index()].phase.map(crate::model::PhaseId::index)
            } else {
                Some(task.index())
            }
        };
        let mut places: Vec<usize> = chain.iter().filter_map(place).collect();
        places.dedup();
        for &place in &places {
            self.items[place].on_path = true;
        }
        for pair in places.windows(2) {
            let [from, to] = [pair[0], pair[1]];
            let phase = |task: usize| {
                instance.tasks[task].phase.filter(|_| !self.by_phase).map(crate::model::PhaseId::index)
            };
            let ways = [
                (Some(End::Item(from)), Some(End::Item(to))),
                (phase(from).map(End::Phase), phase(to).map(End::Phase)),
                (phase(from).map(End::Phase), Some(End::Item(to))),
                (Some(End::Item(from)), phase(to).map(End::Phase)),
            ];
            let found = ways.iter().find_map(|way| {
                let ends = (way.0?, way.1?);
                // Of a dependency and a wait between the same two, the more frequent one.
                let edges = self.edges.iter().enumerate().filter(|(_, edge)| (edge.from, edge.to) == ends);
                edges
                    .reduce(|best, row| if row.1.share > best.1.share { row } else { best })
                    .map(|(place, _)| place)
            });
            match found {
                Some(edge) => self.edges[edge].on_path = true,
                None => self.edges.push(Edge {
                    from: End::Item(from),
                    to: End::Item(to),
                    share: 0.0,
                    // A wait that is too rare to be shown for itself.
                    is_hold: !self.by_phase && material.paths.waits(pair[0], pair[1]),
                    on_path: true,
                    tip: String::new(),
                }),
            }
        }
    }

    /// Puts what edges say into words.
    fn tell(&mut self, instance: &Instance) {
        let items = &self.items;
        let name = |end: End| match end {
            End::Item(item) => items[item].id.as_str(),
            End::Phase(phase) => instance.phases[phase].name.as_str(),
        };
        for edge in &mut self.edges {
            let (from, to, share) = (name(edge.from), name(edge.to), percent(edge.share));
            edge.tip = if edge.is_hold {
                format!("{from} holds {}, which {to} waits for: sets its start in {share}", edge.tip)
            } else {
                format!("{from} to {to}: sets the start in {share}")
            };
        }
    }
}

/// Share of iterations in which each link set a start.
fn shares(material: &Material) -> Vec<f64> {
    let count = material.instance.network.links().count();
    let mut shares = material.paths.links.clone();
    shares.resize(count, 0.0);
    shares
}

/// What a node is drawn as, where something leads to it from outside.
fn target(instance: &Instance, node: Node) -> Option<End> {
    match node {
        Node::Task(task) => Some(End::Item(task.index())),
        Node::PhaseStart(phase) if !instance.phases[phase.index()].tasks.is_empty() => {
            Some(End::Phase(phase.index()))
        }
        _ => None,
    }
}

/// What a node is drawn as, where something leads from it to `to`; what has no shape of its own is drawn as what
/// it waits for.
fn sources(instance: &Instance, from: NodeId, to: NodeId) -> Vec<End> {
    let network = &instance.network;
    let through =
        |node: NodeId| network.incoming(node).into_iter().flat_map(move |link| sources(instance, link.from, node));
    match (network.node(from), network.node(to)) {
        (Node::Task(task), _) => vec![End::Item(task.index())],
        (Node::PhaseFinish(phase), _) if !instance.phases[phase.index()].tasks.is_empty() => {
            vec![End::Phase(phase.index())]
        }
        // The tasks of a phase stand in it.
        (Node::PhaseStart(_), Node::Task(_)) => Vec::new(),
        _ => through(from).collect(),
    }
}

fn tasks(material: &Material) -> Vec<Item> {
    let item = |(index, task): (usize, &TaskForecast)| {
        let who = super::rows::agents(material.instance, material.schedule, TaskId::from(index));
        let mut tip = format!("{} {}: critical in {}", task.id, task.name, percent(task.criticality));
        if !who.is_empty() {
            tip = format!("{tip}; {who}");
        }
        if task.finish.p50.is_some() {
            tip = format!("{tip}; finish P50 {}", material.date(task.finish.p50));
        }
        if task.start_set_by.agent >= 0.005 {
            tip = format!("{tip}; waits for an agent in {}", percent(task.start_set_by.agent));
        }
        let name = if task.name == task.id { String::new() } else { task.name.clone() };
        Item { id: task.id.clone(), name, criticality: task.criticality, tip, on_path: false }
    };
    material.forecast.tasks.iter().enumerate().map(item).collect()
}

/// Phases as items: critical as often as their most critical task.
fn phases(material: &Material) -> Vec<Item> {
    let item = |phase: &Goal| {
        let own = material.forecast.tasks.iter().filter(|task| task.phase.as_ref() == Some(&phase.id));
        let (count, criticality) = own.fold((0, 0.0_f64), |(n, most), task| (n + 1, most.max(task.criticality)));
        let tip = format!("{}: {count} tasks, critical in up to {}", phase.name, percent(criticality));
        Item { id: phase.id.clone(), name: phase.name.clone(), criticality, tip, on_path: false }
    };
    material.forecast.phases.iter().map(item).collect()
}

/// A graph of so many nameless items with these links.
#[cfg(test)]
pub(super) fn sketch(items: usize, links: &[(End, End)]) -> Graph {
    let item = |place: usize| Item {
        id: place.to_string(),
        name: String::new(),
        criticality: 0.0,
        tip: String::new(),
        on_path: false,
    };
    let edge = |&(from, to): &(End, End)| Edge {
        from,
        to,
        share: 0.0,
        is_hold: false,
        on_path: false,
        tip: String::new(),
    };
    Graph { items: (0..items).map(item).collect(), edges: links.iter().map(edge).collect(), by_phase: false }
}
