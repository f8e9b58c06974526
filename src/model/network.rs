//! The dependency network: tasks, starts and finishes of phases, and milestones, with the links between them.
//!
//! A phase is two nodes of no length: its start, which its tasks follow, and its finish, which follows them.
//! Links run forward only; [`Network::new`] finds the order and, where there is none, a cycle.

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use super::{Distribution, MilestoneId, NodeId, PhaseId, TaskId};

/// A point of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Node {
    /// A task, from its start to its finish.
    Task(TaskId),
    /// Tasks of the phase may start.
    PhaseStart(PhaseId),
    /// Tasks of the phase are finished.
    PhaseFinish(PhaseId),
    /// A milestone is reached.
    Milestone(MilestoneId),
}

/// What a link ties to what.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LinkKind {
    /// FS: the successor starts after the predecessor's finish.
    FinishStart,
    /// SS: the successor starts after the predecessor's start.
    StartStart,
    /// FF: the successor finishes after the predecessor's finish.
    FinishFinish,
    /// SF: the successor finishes after the predecessor's start.
    StartFinish,
    /// The successor starts after this share of the predecessor's own work is done, 0 < share <= 1.
    Progress(f64),
}

impl LinkKind {
    /// True if it holds the successor's finish, not its start.
    #[must_use]
    pub fn bounds_finish(self) -> bool {
        matches!(self, Self::FinishFinish | Self::StartFinish)
    }

    /// True if the predecessor's finish sets it off.
    #[must_use]
    pub fn leaves_finish(self) -> bool {
        matches!(self, Self::FinishStart | Self::FinishFinish)
    }
}

/// One node waits for another.
#[derive(Clone, Debug)]
pub struct Link {
    /// The predecessor.
    pub from: NodeId,
    /// The successor.
    pub to: NodeId,
    /// What is tied to what.
    pub kind: LinkKind,
    /// Elapsed hours between the two.
    pub lag: Distribution,
    /// Draw key of the lag; links that share it share its draws (a phase's gate).
    pub lag_key: u64,
    /// True if the lag is the gate of a phase.
    pub gate: bool,
}

/// Why nodes and links are not a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetworkError {
    /// Each waits for the one before it, the first for the last.
    Cycle(Vec<NodeId>),
}

/// Nodes and links without a cycle, with an order in which predecessors come first.
#[derive(Clone, Debug)]
pub struct Network {
    graph: DiGraph<Node, Link>,
    order: Vec<NodeId>,
}

impl Network {
    /// Node `i` of `nodes` becomes `NodeId(i)`. Links keep their order among those of one successor.
    ///
    /// # Errors
    /// [`NetworkError::Cycle`] with a shortest cycle through the first node that has one.
    pub fn new(nodes: Vec<Node>, links: Vec<Link>) -> Result<Self, NetworkError> {
        let mut graph = DiGraph::with_capacity(nodes.len(), links.len());
        for node in nodes {
            graph.add_node(node);
        }
        for link in links {
            graph.add_edge(NodeIndex::new(link.from.index()), NodeIndex::new(link.to.index()), link);
        }
        let order = order(&graph).map_err(NetworkError::Cycle)?;
        Ok(Self { graph, order })
    }

    /// Number of nodes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.graph.node_count()
    }

    /// True if there is no node.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.graph.node_count() == 0
    }

    /// What a node stands for.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Node {
        self.graph[NodeIndex::new(id.index())]
    }

    /// The node of a task, a phase's start or finish, or a milestone.
    #[must_use]
    pub fn find(&self, node: Node) -> Option<NodeId> {
        self.graph.node_indices().find(|&i| self.graph[i] == node).map(|i| NodeId::from(i.index()))
    }

    /// All nodes by id.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, Node)> {
        self.graph.node_indices().map(|i| (NodeId::from(i.index()), self.graph[i]))
    }

    /// All links, in the order they were given.
    pub fn links(&self) -> impl Iterator<Item = &Link> {
        self.graph.edge_weights()
    }

    /// What is tied to what by a link, if a phase is one thing with two ends, as people write it.
    #[must_use]
    pub fn written_kind(&self, link: &Link) -> LinkKind {
        let from_start = matches!(self.node(link.from), Node::PhaseStart(_))
            || matches!(link.kind, LinkKind::StartStart | LinkKind::StartFinish);
        let to_finish = matches!(self.node(link.to), Node::PhaseFinish(_))
            || matches!(link.kind, LinkKind::FinishFinish | LinkKind::StartFinish);
        match (link.kind, from_start, to_finish) {
            (LinkKind::Progress(share), ..) => LinkKind::Progress(share),
            (_, false, false) => LinkKind::FinishStart,
            (_, true, false) => LinkKind::StartStart,
            (_, false, true) => LinkKind::FinishFinish,
            (_, true, true) => LinkKind::StartFinish,
        }
    }

    /// Gives every link the lag that `lag` makes of it.
    pub(crate) fn change_lags(&mut self, lag: impl Fn(&Link) -> Distribution) {
        for link in self.graph.edge_weights_mut() {
            link.lag = lag(link);
        }
    }

    /// Links into a node, in the order they were given.
    #[must_use]
    pub fn incoming(&self, id: NodeId) -> Vec<&Link> {
        self.touching(id, Direction::Incoming)
    }

    /// Links out of a node, in the order they were given.
    #[must_use]
    pub fn outgoing(&self, id: NodeId) -> Vec<&Link> {
        self.touching(id, Direction::Outgoing)
    }

    fn touching(&self, id: NodeId, direction: Direction) -> Vec<&Link> {
        let mut edges: Vec<_> = self.graph.edges_directed(NodeIndex::new(id.index()), direction).collect();
        edges.sort_by_key(EdgeRef::id);
        edges.into_iter().map(|e| e.weight()).collect()
    }

    /// Nodes with every predecessor before its successors; among those free to go, the lower id first.
    #[must_use]
    pub fn order(&self) -> &[NodeId] {
        &self.order
    }
}

/// Kahn 1962, always taking the lowest node that is free; or a cycle.
fn order(graph: &DiGraph<Node, Link>) -> Result<Vec<NodeId>, Vec<NodeId>> {
    let mut waits: Vec<usize> =
        graph.node_indices().map(|i| graph.edges_directed(i, Direction::Incoming).count()).collect();
    let mut free: std::collections::BTreeSet<usize> = (0..waits.len()).filter(|&i| waits[i] == 0).collect();
    let mut order = Vec::with_capacity(waits.len());
    while let Some(node) = free.pop_first() {
        order.push(NodeId::from(node));
        for edge in graph.edges(NodeIndex::new(node)) {
            let next = edge.target().index();
            waits[next] -= 1;
            if waits[next] == 0 {
                free.insert(next);
            }
        }
    }
    if order.len() == waits.len() { Ok(order) } else { Err(shortest_cycle(graph, &waits)) }
}

/// A shortest cycle through the first node, by id, that lies on one. `waits` is above zero for all that do.
fn shortest_cycle(graph: &DiGraph<Node, Link>, waits: &[usize]) -> Vec<NodeId> {
    for start in (0..waits.len()).filter(|&i| waits[i] > 0) {
        let mut before = vec![usize::MAX; waits.len()];
        let mut queue = std::collections::VecDeque::from([start]);
        while let Some(node) = queue.pop_front() {
            let mut next: Vec<usize> = graph.edges(NodeIndex::new(node)).map(|e| e.target().index()).collect();
            next.sort_unstable();
            for next in next {
                if next == start {
                    let mut cycle = vec![NodeId::from(node)];
                    let mut at = node;
                    while at != start {
                        at = before[at];
                        cycle.push(NodeId::from(at));
                    }
                    cycle.reverse();
                    return cycle;
                }
                if waits[next] > 0 && before[next] == usize::MAX {
                    before[next] = node;
                    queue.push_back(next);
                }
            }
        }
    }
    unreachable!("nodes are left over only if there is a cycle")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(links: &[(u32, u32)], nodes: u32) -> Result<Network, NetworkError> {
        Network::new(
            (0..nodes).map(|i| Node::Task(TaskId(i))).collect(),
            links
                .iter()
                .map(|&(from, to)| Link {
                    from: NodeId(from),
                    to: NodeId(to),
                    kind: LinkKind::FinishStart,
                    lag: Distribution::Fixed(0.0),
                    lag_key: 0,
                    gate: false,
                })
                .collect(),
        )
    }

    #[test]
    fn predecessors_come_first_and_ties_go_to_the_lower_id() {
        let network = network(&[(3, 0), (0, 2)], 4).expect("no cycle");
        assert_eq!(network.order(), [1, 3, 0, 2].map(NodeId));
    }

    #[test]
    fn a_cycle_is_reported_whole_and_without_what_hangs_on_it() {
        let error = network(&[(0, 1), (1, 2), (2, 3), (3, 1), (3, 4)], 5).map(|_| ());
        assert_eq!(error, Err(NetworkError::Cycle([1, 2, 3].map(NodeId).to_vec())));
        let itself = network(&[(0, 0)], 1).map(|_| ());
        assert_eq!(itself, Err(NetworkError::Cycle(vec![NodeId(0)])));
    }
}
