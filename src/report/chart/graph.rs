//! What the chart of the network shows: tasks (or phases in their place), what leads from where to where, and how
//! often that set a start.

use std::collections::{BTreeMap, BTreeSet};

use super::Material;
use super::rows::MOST_TASKS;
use crate::analyse::{Goal, Held, Hold};
use crate::model::{Instance, Node, PhaseId, TaskId};
use crate::report::critical::most_critical;
use crate::report::names::titled;
use crate::report::number::percent;

/// Least share of iterations in which a wait for another task must have set a start, and in which that task must be
/// critical, for the wait to be shown.
const LEAST_HOLD: f64 = 0.15;
/// Most waits that are shown: those that matter most.
const MOST_HOLDS: usize = 10;
/// Most edges that are shown. A milestone between many tasks and many others makes as many as the product of both.
const MOST_EDGES: usize = 1_000;

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

impl Item {
    /// An item off that path; what has no name of its own shows its id alone.
    fn new(id: &str, name: &str, criticality: f64, tip: String) -> Self {
        let name = if name == id { "" } else { name };
        Self { id: id.to_owned(), name: name.to_owned(), criticality, tip, on_path: false }
    }
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
    /// How many edges were too many to be shown.
    pub(super) left_out: usize,
    /// Task of each item, in file order; empty if phases stand in place of tasks.
    tasks: Vec<usize>,
    /// Place of the edge between two ends, by whether it is a wait for an agent or a resource.
    known: BTreeMap<(End, End, bool), usize>,
}

impl Graph {
    /// The graph of a plan.
    pub(super) fn new(material: &Material) -> Self {
        let instance = material.instance;
        let by_phase = instance.tasks.len() > MOST_TASKS && !instance.phases.is_empty();
        let tasks = if by_phase { Vec::new() } else { most_critical(&material.forecast.tasks, MOST_TASKS) };
        let items = if by_phase { phases(material) } else { items(material, &tasks) };
        let mut graph = Self { items, edges: Vec::new(), by_phase, left_out: 0, tasks, known: BTreeMap::new() };
        let sources = graph.sources(instance);
        for link in instance.network.links() {
            let node = instance.network.node(link.to);
            let Some(to) = graph.target(instance, node) else { continue };
            // The tasks of a phase stand in it.
            if instance.is_membership(link) {
                continue;
            }
            for &from in &sources[link.from.index()] {
                graph.add((from, to), 0.0, None);
            }
        }
        graph.add_leads(material);
        if !by_phase {
            graph.add_holds(material);
        }
        if material.paths.has_typical_chain() {
            graph.mark_path(material);
        }
        graph.thin();
        graph.tell(instance);
        graph
    }

    /// Phase that an item stands in; absent for phases themselves.
    pub(super) fn phase(&self, instance: &Instance, item: usize) -> Option<PhaseId> {
        instance.tasks[*self.tasks.get(item)?].phase
    }

    /// The item that stands for a task; absent if it is not shown.
    pub(super) fn place(&self, instance: &Instance, task: TaskId) -> Option<usize> {
        if self.by_phase {
            instance.tasks[task.index()].phase.map(PhaseId::index)
        } else {
            self.tasks.binary_search(&task.index()).ok()
        }
    }

    /// What stands for all of a phase; absent if it has no tasks.
    fn whole(&self, instance: &Instance, phase: PhaseId) -> Option<End> {
        let end = if self.by_phase { End::Item } else { End::Phase };
        (!instance.phases[phase.index()].tasks.is_empty()).then(|| end(phase.index()))
    }

    /// What a node is drawn as, where something leads to it from outside.
    fn target(&self, instance: &Instance, node: Node) -> Option<End> {
        match node {
            Node::Task(task) => self.place(instance, task).map(End::Item),
            Node::PhaseStart(phase) => self.whole(instance, phase),
            _ => None,
        }
    }

    /// What each node is drawn as, where something leads from it; what has no shape of its own is drawn as what it
    /// waits for, each once however many ways lead there.
    fn sources(&self, instance: &Instance) -> Vec<Vec<End>> {
        let network = &instance.network;
        let mut sources: Vec<Vec<End>> = vec![Vec::new(); network.len()];
        for &node in network.order() {
            let own = match network.node(node) {
                Node::Task(task) => Some(self.place(instance, task).map(End::Item)),
                Node::PhaseFinish(phase) => self.whole(instance, phase).map(Some),
                Node::PhaseStart(_) | Node::Milestone(_) => None,
            };
            sources[node.index()] = own.map_or_else(
                || {
                    let mut met = BTreeSet::new();
                    let before = network.incoming(node).into_iter().flat_map(|link| &sources[link.from.index()]);
                    before.copied().filter(|end| met.insert(*end)).collect()
                },
                |own| own.into_iter().collect(),
            );
        }
        sources
    }

    /// Adds to the edge between these ends, which is made if it is not there.
    fn add(&mut self, (from, to): (End, End), share: f64, held: Option<String>) {
        let is_hold = held.is_some();
        match self.known.get(&(from, to, is_hold)) {
            // Waits for several things that one task holds share what they set.
            Some(&edge) => self.edges[edge].share = (self.edges[edge].share + share).min(1.0),
            None if from == to => {}
            None => {
                let tip = held.unwrap_or_default();
                self.insert(Edge { from, to, share, is_hold, on_path: false, tip });
            }
        }
    }

    fn insert(&mut self, edge: Edge) {
        self.known.insert((edge.from, edge.to, edge.is_hold), self.edges.len());
        self.edges.push(edge);
    }

    /// Tells edges how often they set a start. A phase starts when its first task does, and phases that stand for their
    /// tasks lead to each other as those do: the greatest share among its tasks.
    fn add_leads(&mut self, material: &Material) {
        let instance = material.instance;
        for lead in &material.paths.leads {
            let from = match instance.network.node(lead.from) {
                Node::Task(task) => self.place(instance, task).map(End::Item),
                Node::PhaseFinish(phase) => self.whole(instance, phase),
                Node::PhaseStart(_) | Node::Milestone(_) => None,
            };
            let to = match lead.phase {
                Some(phase) => self.whole(instance, phase),
                None => self.place(instance, lead.to).map(End::Item),
            };
            if let (Some(from), Some(to)) = (from, to)
                && let Some(&edge) = self.known.get(&(from, to, false))
            {
                let share = &mut self.edges[edge].share;
                *share = share.max(lead.share);
            }
        }
    }

    fn add_holds(&mut self, material: &Material) {
        let critical = |hold: &Hold| material.forecast.tasks[hold.to.index()].criticality;
        let matters = |hold: &&Hold| hold.share >= LEAST_HOLD && critical(hold) >= LEAST_HOLD;
        let ends = |hold: &Hold| {
            let [from, to] = [hold.from, hold.to].map(|task| self.place(material.instance, task).map(End::Item));
            from.zip(to)
        };
        let holds = material.paths.holds.iter().filter(matters);
        let mut holds: Vec<(&Hold, (End, End))> = holds.filter_map(|hold| Some((hold, ends(hold)?))).collect();
        holds.sort_by(|(a, _), (b, _)| (b.share * critical(b)).total_cmp(&(a.share * critical(a))));
        holds.truncate(MOST_HOLDS);
        for (hold, ends) in holds {
            let what = match hold.what {
                Held::Agent(agent) => material.instance.agents[agent.index()].name.clone(),
                Held::Resource(resource) => material.instance.resources[resource.index()].id.clone(),
            };
            self.add(ends, hold.share, Some(what));
        }
    }

    /// Marks what the most frequent critical path leads over.
    fn mark_path(&mut self, material: &Material) {
        let instance = material.instance;
        let chain = material.paths.chain.iter();
        let mut places: Vec<usize> = chain.filter_map(|task| self.place(instance, *task)).collect();
        places.dedup();
        for &place in &places {
            self.items[place].on_path = true;
        }
        for pair in places.windows(2) {
            let [from, to] = [pair[0], pair[1]];
            let [left, reached] =
                [from, to].map(|item| self.phase(instance, item).map(|phase| End::Phase(phase.index())));
            let ways = [
                (Some(End::Item(from)), Some(End::Item(to))),
                (left, reached),
                (left, Some(End::Item(to))),
                (Some(End::Item(from)), reached),
            ];
            match ways.into_iter().find_map(|(from, to)| self.between(from?, to?)) {
                Some(edge) => self.edges[edge].on_path = true,
                None => self.insert(Edge {
                    from: End::Item(from),
                    to: End::Item(to),
                    share: 0.0,
                    // A wait that is too rare to be shown for itself.
                    is_hold: !self.by_phase && material.paths.waits(self.tasks[from], self.tasks[to]),
                    on_path: true,
                    tip: String::new(),
                }),
            }
        }
    }

    /// The edge between two ends; of a dependency and a wait between the same two, the more frequent one.
    fn between(&self, from: End, to: End) -> Option<usize> {
        let edges = [false, true].into_iter().filter_map(|is_hold| self.known.get(&(from, to, is_hold)).copied());
        edges.reduce(|best, edge| if self.edges[edge].share > self.edges[best].share { edge } else { best })
    }

    /// Keeps the path and, of all other edges, those that set a start most often, the first of equal ones.
    fn thin(&mut self) {
        self.left_out = self.edges.len().saturating_sub(MOST_EDGES);
        if self.left_out == 0 {
            return;
        }
        let rank = |place: usize| (self.edges[place].on_path, self.edges[place].share);
        let mut ranked: Vec<usize> = (0..self.edges.len()).collect();
        ranked.sort_by(|a, b| {
            let (a, b) = (rank(*a), rank(*b));
            b.0.cmp(&a.0).then(b.1.total_cmp(&a.1))
        });
        let kept: BTreeSet<usize> = ranked.into_iter().take(MOST_EDGES).collect();
        self.known.clear();
        let all = std::mem::take(&mut self.edges);
        for (_, edge) in all.into_iter().enumerate().filter(|(place, _)| kept.contains(place)) {
            self.insert(edge);
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

/// These tasks as items.
fn items(material: &Material, tasks: &[usize]) -> Vec<Item> {
    let item = |&index: &usize| {
        let task = &material.forecast.tasks[index];
        let who = super::rows::agents(material.instance, material.schedule, TaskId::from(index));
        let mut tip = format!("{}: critical in {}", titled(&task.id, &task.name), percent(task.criticality));
        if !who.is_empty() {
            tip = format!("{tip}; {who}");
        }
        if task.finish.p50.is_some() {
            tip = format!("{tip}; finish P50 {}", material.date(task.finish.p50));
        }
        if task.start_set_by.agent >= 0.005 {
            tip = format!("{tip}; waits for an agent in {}", percent(task.start_set_by.agent));
        }
        Item::new(&task.id, &task.name, task.criticality, tip)
    };
    tasks.iter().map(item).collect()
}

/// Phases as items: critical as often as their most critical task.
fn phases(material: &Material) -> Vec<Item> {
    let item = |phase: &Goal| {
        let own = material.forecast.tasks.iter().filter(|task| task.phase.as_ref() == Some(&phase.id));
        let (count, criticality) = own.fold((0, 0.0_f64), |(n, most), task| (n + 1, most.max(task.criticality)));
        let tip = format!("{}: {count} tasks, critical in up to {}", phase.name, percent(criticality));
        Item::new(&phase.id, &phase.name, criticality, tip)
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
    Graph {
        items: (0..items).map(item).collect(),
        edges: links.iter().map(edge).collect(),
        by_phase: false,
        left_out: 0,
        tasks: (0..items).collect(),
        known: BTreeMap::new(),
    }
}
