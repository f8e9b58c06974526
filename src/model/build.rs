//! Small plans in code: for tests, examples and benches of every layer, without a plan file.
//!
//! Agents and resources come before the tasks that need them; links may name tasks that follow. Names that
//! nothing has are mistakes of the caller and panic.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};

use super::{
    Agent, AgentId, Blocker, Calendar, CalendarId, Candidate, Distribution, EstimateSource, Hold, Instance, Level,
    Link, LinkKind, Milestone, MilestoneId, Network, Node, NodeId, Phase, PhaseId, Priority, Rate, Resource,
    ResourceId, Review, Risk, SkillId, Slot, Status, Target, Task, TaskId, Work,
};
use crate::rng::entity_key;
use crate::units::{Probability, Ticks};

/// A plan under construction.
///
/// ```
/// use plancast::model::{Builder, LinkKind, Priority};
///
/// let mut plan = Builder::new();
/// plan.agent("alpha", &[("core", 1.0)]).capacity = 2;
/// plan.task("design", 4.0, "core");
/// plan.task("build", 8.0, "core").after("design").priority = Priority::High;
/// plan.task("docs", 2.0, "core").link("build", LinkKind::FinishFinish, 1.0);
/// let instance = plan.build();
/// assert_eq!(instance.tasks.len(), 3);
/// ```
#[derive(Clone, Debug)]
pub struct Builder {
    /// What has been added so far, without the network; free to be changed.
    pub instance: Instance,
    names: BTreeMap<String, Node>,
    waits: Vec<Pending>,
}

/// A link whose predecessor may still be to come.
#[derive(Clone, Debug)]
struct Pending {
    from: String,
    to: Node,
    to_name: String,
    kind: LinkKind,
    lag: Distribution,
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

impl Builder {
    /// A plan of nothing, without handoff.
    #[must_use]
    pub fn new() -> Self {
        let instance = Instance {
            name: "plan".to_owned(),
            origin: None,
            calendars: Vec::new(),
            skills: Vec::new(),
            agents: Vec::new(),
            resources: Vec::new(),
            phases: Vec::new(),
            tasks: Vec::new(),
            milestones: Vec::new(),
            network: network(Vec::new(), Vec::new()),
            risks: Vec::new(),
            blockers: Vec::new(),
            levels: Vec::new(),
            handoff: Distribution::Fixed(0.0),
            budget: None,
            limits: Vec::new(),
            order: Vec::new(),
            hours_per_day: 8.0,
        };
        Self { instance, names: BTreeMap::new(), waits: Vec::new() }
    }

    /// An agent with these skills and speeds, capacity 1, always there. To be changed before tasks are added.
    pub fn agent(&mut self, id: &str, skills: &[(&str, f64)]) -> &mut Agent {
        let skills = skills.iter().map(|&(name, speed)| (self.skill(name), speed)).collect();
        self.instance.agents.push(Agent {
            id: id.to_owned(),
            name: id.to_owned(),
            copy: 0,
            key: entity_key("agent", id),
            skills,
            capacity: 1,
            calendar: None,
            from: Ticks::ZERO,
            until: Ticks::NEVER,
            overhead: 0.0,
            cost: 0.0,
            failures: None,
        });
        last(&mut self.instance.agents)
    }

    /// The skill of this name, new if there is none.
    pub fn skill(&mut self, name: &str) -> SkillId {
        let skills = &mut self.instance.skills;
        let place = skills.iter().position(|s| s == name).unwrap_or_else(|| {
            skills.push(name.to_owned());
            skills.len() - 1
        });
        SkillId::from(place)
    }

    /// A calendar.
    pub fn calendar(&mut self, id: &str, calendar: Calendar) -> CalendarId {
        self.instance.calendars.push((id.to_owned(), calendar));
        CalendarId::from(self.instance.calendars.len() - 1)
    }

    /// A resource.
    pub fn resource(&mut self, id: &str, capacity: u32) -> ResourceId {
        self.instance.resources.push(Resource { id: id.to_owned(), capacity, area: false });
        ResourceId::from(self.instance.resources.len() - 1)
    }

    /// A task of this effort for one agent with `skill`; for anyone if that is empty.
    pub fn task(&mut self, id: &str, effort: impl Into<Distribution>, skill: &str) -> TaskEntry<'_> {
        self.crew(id, effort, &[skill])
    }

    /// A task of this effort for several agents, one for each of these skills.
    pub fn crew(&mut self, id: &str, effort: impl Into<Distribution>, skills: &[&str]) -> TaskEntry<'_> {
        let slots = skills.iter().map(|skill| self.slot(skill)).collect();
        self.push_task(id, Work::Effort, effort.into(), slots)
    }

    /// A wait of so many elapsed hours, for which nobody is needed.
    pub fn elapsed(&mut self, id: &str, hours: impl Into<Distribution>) -> TaskEntry<'_> {
        self.push_task(id, Work::Elapsed, hours.into(), Vec::new())
    }

    fn slot(&mut self, skill: &str) -> Slot {
        let skills = if skill.is_empty() { Vec::new() } else { vec![self.skill(skill)] };
        let candidates = candidates(&self.instance.agents, skills.first().copied());
        Slot { skills, candidates }
    }

    fn push_task(&mut self, id: &str, work: Work, estimate: Distribution, slots: Vec<Slot>) -> TaskEntry<'_> {
        let task = TaskId::from(self.instance.tasks.len());
        self.names.insert(id.to_owned(), Node::Task(task));
        self.instance.tasks.push(Task {
            id: id.to_owned(),
            name: id.to_owned(),
            key: entity_key("task", id),
            phase: None,
            work,
            estimate,
            source: EstimateSource::Own,
            status: Status::Todo,
            progress: 0.0,
            spent: 0.0,
            spent_rate: 0.0,
            priority: Priority::Medium,
            slots,
            uses: Vec::new(),
            review: None,
            attempts: None,
            due: None,
            tags: Vec::new(),
        });
        TaskEntry { plan: self, task }
    }

    /// A phase with its gate, after others (or after tasks or milestones). Tasks join it by [`TaskEntry::in_phase`].
    pub fn phase(&mut self, id: &str, gate: impl Into<Distribution>, after: &[&str]) -> &mut Phase {
        let phase = PhaseId::from(self.instance.phases.len());
        self.names.insert(id.to_owned(), Node::PhaseFinish(phase));
        self.wait((Node::PhaseStart(phase), id), after);
        self.instance.phases.push(Phase {
            id: id.to_owned(),
            name: id.to_owned(),
            key: entity_key("phase", id),
            tasks: Vec::new(),
            gate: gate.into(),
            due: None,
        });
        last(&mut self.instance.phases)
    }

    /// A milestone, reached when these are finished.
    pub fn milestone(&mut self, id: &str, after: &[&str]) -> &mut Milestone {
        let milestone = MilestoneId::from(self.instance.milestones.len());
        self.names.insert(id.to_owned(), Node::Milestone(milestone));
        self.wait((Node::Milestone(milestone), id), after);
        self.instance.milestones.push(Milestone { id: id.to_owned(), name: id.to_owned(), due: None });
        last(&mut self.instance.milestones)
    }

    fn wait(&mut self, (to, to_name): (Node, &str), after: &[&str]) {
        for from in after {
            let (from, to_name) = ((*from).to_owned(), to_name.to_owned());
            let (kind, lag) = (LinkKind::FinishStart, Distribution::Fixed(0.0));
            self.waits.push(Pending { from, to, to_name, kind, lag });
        }
    }

    /// A risk for all tasks (unless its target is changed), which does nothing until it has a factor or a delay.
    pub fn risk(&mut self, id: &str, probability: Probability) -> &mut Risk {
        self.instance.risks.push(Risk {
            id: id.to_owned(),
            name: id.to_owned(),
            key: entity_key("risk", id),
            probability,
            target: Target::default(),
            factor: None,
            delay: None,
            mitigation: None,
        });
        last(&mut self.instance.risks)
    }

    /// A blocker for all tasks (unless its target is changed), which holds the agent and is not escalated.
    pub fn blocker(&mut self, id: &str, rate: Rate, resolve: impl Into<Distribution>) -> &mut Blocker {
        self.instance.blockers.push(Blocker {
            id: id.to_owned(),
            name: id.to_owned(),
            key: entity_key("blocker", id),
            rate,
            target: Target::default(),
            resolve: resolve.into(),
            escalate: None,
            hold: Hold::Waits,
        });
        last(&mut self.instance.blockers)
    }

    /// An escalation level of capacity 1, always there, without a timeout.
    pub fn level(
        &mut self,
        id: &str,
        response: impl Into<Distribution>,
        handling: impl Into<Distribution>,
    ) -> &mut Level {
        self.instance.levels.push(Level {
            id: id.to_owned(),
            name: id.to_owned(),
            key: entity_key("level", id),
            response: response.into(),
            handling: handling.into(),
            capacity: 1,
            calendar: None,
            timeout: None,
            next: None,
        });
        last(&mut self.instance.levels)
    }

    /// The plan. Nodes are numbered: tasks, then start and finish of each phase, then milestones; links:
    /// those that were asked for, then those between phases and their tasks.
    ///
    /// # Panics
    /// When something waits for a name that nothing has, or for itself.
    #[must_use]
    pub fn build(mut self) -> Instance {
        let tasks = (0..self.instance.tasks.len()).map(TaskId::from);
        for target in self.targets() {
            if target.tasks.is_empty() {
                target.tasks = tasks.clone().collect();
            }
        }
        let phases = (0..self.instance.phases.len()).map(PhaseId::from);
        let mut nodes: Vec<Node> = tasks.map(Node::Task).collect();
        nodes.extend(phases.flat_map(|p| [Node::PhaseStart(p), Node::PhaseFinish(p)]));
        nodes.extend((0..self.instance.milestones.len()).map(MilestoneId::from).map(Node::Milestone));
        let mut links: Vec<Link> = self.waits.iter().map(|wait| self.link(wait)).collect();
        for (place, phase) in self.instance.phases.iter().enumerate() {
            let phase_id = PhaseId::from(place);
            for &task in &phase.tasks {
                links.push(self.plain(Node::PhaseStart(phase_id), Node::Task(task)));
                links.push(self.plain(Node::Task(task), Node::PhaseFinish(phase_id)));
            }
            if phase.tasks.is_empty() {
                links.push(self.plain(Node::PhaseStart(phase_id), Node::PhaseFinish(phase_id)));
            }
        }
        self.instance.network = network(nodes, links);
        self.instance
    }

    fn targets(&mut self) -> impl Iterator<Item = &mut Target> {
        let risks = self.instance.risks.iter_mut().map(|risk| &mut risk.target);
        risks.chain(self.instance.blockers.iter_mut().map(|blocker| &mut blocker.target))
    }

    fn link(&self, wait: &Pending) -> Link {
        let from = *self.names.get(&wait.from).unwrap_or_else(|| panic!("nothing is called `{}`", wait.from));
        let plain = self.plain(from, wait.to);
        if let (Node::PhaseFinish(phase), Node::PhaseStart(_)) = (from, wait.to) {
            let phase = &self.instance.phases[phase.index()];
            return Link { lag: phase.gate.clone(), lag_key: phase.key, gate: true, ..plain };
        }
        // By names, so that the draws of a lag do not depend on what else is in the plan.
        let lag_key = entity_key("link", &format!("{} {}", wait.from, wait.to_name));
        Link { kind: wait.kind, lag: wait.lag.clone(), lag_key, ..plain }
    }

    fn plain(&self, from: Node, to: Node) -> Link {
        let (from, to) = (self.node(from), self.node(to));
        Link { from, to, kind: LinkKind::FinishStart, lag: Distribution::Fixed(0.0), lag_key: 0, gate: false }
    }

    fn node(&self, node: Node) -> NodeId {
        let (tasks, phases) = (self.instance.tasks.len(), self.instance.phases.len());
        NodeId::from(match node {
            Node::Task(task) => task.index(),
            Node::PhaseStart(phase) => tasks + 2 * phase.index(),
            Node::PhaseFinish(phase) => tasks + 2 * phase.index() + 1,
            Node::Milestone(milestone) => tasks + 2 * phases + milestone.index(),
        })
    }
}

/// A task that was just added; its fields are at hand as if it were the [`Task`] itself.
#[derive(Debug)]
pub struct TaskEntry<'a> {
    plan: &'a mut Builder,
    task: TaskId,
}

impl TaskEntry<'_> {
    /// Starts after the finish of a task, a phase or a milestone.
    pub fn after(&mut self, predecessor: &str) -> &mut Self {
        self.link(predecessor, LinkKind::FinishStart, 0.0)
    }

    /// Waits for a task, a phase or a milestone in this way, with a lag of so many hours.
    pub fn link(&mut self, predecessor: &str, kind: LinkKind, lag: impl Into<Distribution>) -> &mut Self {
        let (from, to, to_name) = (predecessor.to_owned(), Node::Task(self.task), self.id.clone());
        self.plan.waits.push(Pending { from, to, to_name, kind, lag: lag.into() });
        self
    }

    /// Belongs to a phase that was added before.
    pub fn in_phase(&mut self, phase: &str) -> &mut Self {
        let place = self.plan.instance.phases.iter().position(|p| p.id == phase).map(PhaseId::from);
        let place = place.unwrap_or_else(|| panic!("no phase is called `{phase}`"));
        self.plan.instance.phases[place.index()].tasks.push(self.task);
        self.phase = Some(place);
        self
    }

    /// Only these agents may do it.
    pub fn by(&mut self, agents: &[&str]) -> &mut Self {
        let named: Vec<bool> = self.plan.instance.agents.iter().map(|a| agents.contains(&a.id.as_str())).collect();
        for slot in &mut self.slots {
            slot.candidates.retain(|candidate| named[candidate.agent.index()]);
        }
        self
    }

    /// Holds units of a resource.
    pub fn uses(&mut self, resource: &str, units: u32) -> &mut Self {
        let place = self.plan.instance.resources.iter().position(|r| r.id == resource).map(ResourceId::from);
        let place = place.unwrap_or_else(|| panic!("no resource is called `{resource}`"));
        self.uses.push((place, units));
        self.uses.sort_unstable();
        self
    }

    /// Holds an area that only one task may touch, new if there is none of this name.
    pub fn touches(&mut self, area: &str) -> &mut Self {
        let resources = &mut self.plan.instance.resources;
        if !resources.iter().any(|r| r.id == area) {
            resources.push(Resource { id: area.to_owned(), capacity: 1, area: true });
        }
        self.uses(area, 1)
    }

    /// Is reviewed with this effort by somebody with this skill: at once, once, never rejected, until the
    /// fields of the review say otherwise.
    pub fn reviewed(&mut self, skill: &str, effort: impl Into<Distribution>) -> &mut Review {
        let skill = self.plan.skill(skill);
        let reviewers = candidates(&self.plan.instance.agents, Some(skill));
        self.review.insert(Review {
            skill,
            effort: effort.into(),
            response: Distribution::Fixed(0.0),
            reject: Probability::NEVER,
            rework: 0.0,
            rounds: 1,
            reviewers,
        })
    }
}

impl Deref for TaskEntry<'_> {
    type Target = Task;
    fn deref(&self) -> &Task {
        &self.plan.instance.tasks[self.task.index()]
    }
}

impl DerefMut for TaskEntry<'_> {
    fn deref_mut(&mut self) -> &mut Task {
        &mut self.plan.instance.tasks[self.task.index()]
    }
}

fn candidates(agents: &[Agent], skill: Option<SkillId>) -> Vec<Candidate> {
    let able = agents.iter().enumerate().filter_map(|(place, agent)| {
        Some(Candidate { agent: AgentId::from(place), pace: agent.pace(skill.as_slice())? })
    });
    able.collect()
}

fn network(nodes: Vec<Node>, links: Vec<Link>) -> Network {
    Network::new(nodes, links).unwrap_or_else(|error| panic!("no network: {error:?}"))
}

fn last<T>(list: &mut [T]) -> &mut T {
    list.last_mut().expect("something was just added")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_those_with_the_skill_are_candidates_at_their_pace() {
        let mut plan = Builder::new();
        plan.agent("a", &[("core", 2.0)]);
        plan.agent("b", &[("docs", 1.0)]).overhead = 0.5;
        plan.task("t", 1.0, "core");
        plan.task("anyone", 1.0, "");
        plan.task("named", 1.0, "").by(&["b"]);
        let plan = plan.build();
        let paces = |task: usize| {
            plan.tasks[task].slots[0].candidates.iter().map(|c| (c.agent.0, c.pace)).collect::<Vec<_>>()
        };
        assert_eq!(paces(0), [(0, 2.0)]);
        assert_eq!(paces(1), [(0, 1.0), (1, 0.5)]);
        assert_eq!(paces(2), [(1, 0.5)]);
    }

    #[test]
    fn phases_stand_between_their_predecessors_and_their_tasks() {
        let mut plan = Builder::new();
        plan.phase("p", 0.25, &[]);
        plan.phase("q", 0.0, &["p"]);
        plan.elapsed("t", 1.0).in_phase("p");
        plan.elapsed("u", 1.0).in_phase("q").after("t");
        plan.milestone("m", &["q"]);
        let plan = plan.build();
        // Nodes: t 0, u 1, start and finish of p 2 and 3, of q 4 and 5, m 6.
        let ties: Vec<(u32, u32, bool)> = plan.network.links().map(|l| (l.from.0, l.to.0, l.gate)).collect();
        let expected = [(3, 4, true), (0, 1, false), (5, 6, false), (2, 0, false), (0, 3, false)];
        assert_eq!(ties[..5], expected);
        assert_eq!(ties[5..], [(4, 1, false), (1, 5, false)]);
        assert_eq!(plan.network.find(Node::PhaseFinish(PhaseId(1))), Some(NodeId(5)));
    }

    #[test]
    #[should_panic(expected = "nothing is called `x`")]
    fn waiting_for_a_name_that_nothing_has_is_a_mistake() {
        let mut plan = Builder::new();
        plan.elapsed("t", 1.0).after("x");
        let _ = plan.build();
    }
}
