//! Warnings that need the critical path. Who schedules passes it in as plain numbers.

use super::lower::Entity;
use super::{Plan, source::Problem};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{AgentId, Node, NodeId, SkillId, TaskId};
use crate::units::Ticks;

impl Plan {
    /// Warnings that the critical path on mean durations, without agents, adds to [`Plan::warnings`]: from
    /// whether a task has no float, and the earliest finish of a node of the network.
    #[must_use]
    pub fn advice(
        &self,
        is_critical: impl Fn(TaskId) -> bool,
        early_finish: impl Fn(NodeId) -> Ticks,
    ) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        self.lone_skills(is_critical, &mut problems);
        self.early_dates(early_finish, &mut problems);
        problems.iter().map(|problem| self.sources.diagnostic(problem)).collect()
    }

    /// Skills of critical tasks that a single agent has.
    fn lone_skills(&self, is_critical: impl Fn(TaskId) -> bool, problems: &mut Vec<Problem>) {
        let mut holders: Vec<Vec<AgentId>> = vec![Vec::new(); self.instance.skills.len()];
        for (i, agent) in self.instance.agents.iter().enumerate() {
            for (skill, _) in &agent.skills {
                holders[skill.index()].push(AgentId::from(i));
            }
        }
        for (skill, holders) in holders.iter().enumerate() {
            let [only] = holders[..] else { continue };
            let needs = |task: &&crate::model::Task| {
                task.slots.iter().any(|slot| slot.skills.contains(&SkillId::from(skill)))
            };
            let mut tasks = self.instance.tasks.iter().enumerate().filter(|(i, _)| is_critical(TaskId::from(*i)));
            let Some((_, task)) = tasks.find(|(_, task)| needs(task)) else { continue };
            problems.push(Problem {
                code: Code::W202,
                span: self.places.span(Entity::Agent(only)),
                message: format!(
                    "only `{}` has the skill `{}`, which `{}` on the critical path needs",
                    self.instance.agents[only.index()].id,
                    self.instance.skills[skill],
                    task.id
                ),
                help: Some("give a second agent the skill, or raise a `count`".into()),
            });
        }
    }

    /// Due dates that even the critical path misses.
    fn early_dates(&self, early_finish: impl Fn(NodeId) -> Ticks, problems: &mut Vec<Problem>) {
        for (id, node) in self.instance.network.nodes() {
            let (due, entity, name) = match node {
                Node::Task(t) => {
                    (self.instance.tasks[t.index()].due, Entity::Task(t), &self.instance.tasks[t.index()].id)
                }
                Node::PhaseFinish(p) => {
                    (self.instance.phases[p.index()].due, Entity::Phase(p), &self.instance.phases[p.index()].id)
                }
                Node::Milestone(m) => (
                    self.instance.milestones[m.index()].due,
                    Entity::Milestone(m),
                    &self.instance.milestones[m.index()].id,
                ),
                Node::PhaseStart(_) => continue,
            };
            let Some(due) = due else { continue };
            let finish = early_finish(id);
            // What has passed has a warning of its own.
            if due < finish && due >= Ticks::ZERO {
                problems.push(Problem {
                    code: Code::W204,
                    span: self.places.span(entity),
                    message: format!(
                        "`{name}` is due {:.1} h before the critical path on mean durations reaches it",
                        (finish - due).hours()
                    ),
                    help: Some("move the date, or shorten what it waits for".into()),
                });
            }
        }
    }
}
