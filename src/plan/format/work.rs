//! What is to be done: phases, tasks, milestones, and what they wait for.

use serde_json::{Value as Json, json};

use super::field::{Context, Definitions, Field};
use super::list::{List, Map, Name, Uses};
use super::moment::Due;
use super::record::{record, words};
use super::scalar::{At, Chance, Count, Ratio, Share, Switch};
use crate::plan::estimate::{Clock, Effort, Wait, WorkHours};
use crate::plan::source::Span;
use crate::plan::tree::{Node, Value};

record! {
    /// Tasks that belong together.
    Phase "a phase" {
        /// Name to show. Default: the id.
        name: String,
        /// What it waits for: phases, tasks, milestones. Default the phase listed before; `[]` starts at once.
        after: List<Link>,
        /// Effort of all its tasks: what they do not state themselves is split evenly over the others.
        effort: Effort,
        /// Its length, from which tasks without an estimate get one: divided by the number of tasks on the longest chain through the task. Used only if there is no `effort`.
        duration: Effort,
        /// Time on the clock after its last task, before a phase that comes after it. Default 0.
        gate: Clock,
        /// Date it should be finished by.
        due: At<Due>,
        /// Its tasks by id.
        tasks: Map<Task>,
    }
}

record! {
    /// A piece of work.
    Task "a task" {
        /// Name to show. Default: the id.
        name: String,
        /// Hours of agents at speed 1. Either this or `elapsed`.
        effort: Effort,
        /// A wait on the clock that needs no agent. Either this or `effort`.
        elapsed: Wait,
        /// Skill that the agent must have.
        skill: Name,
        /// Skills that one agent must all have; its speed is the least of them.
        skills: List<Name>,
        /// Skills of several agents, one each, who are held together; their speed is the least.
        crew: List<Name>,
        /// The only agent who may do it.
        agent: Name,
        /// Agents who may do it. Default anyone with the skill.
        agents: List<Name>,
        /// What it waits for: tasks, phases, milestones; or maps with `type`, `lag`, `at`.
        after: List<Link>,
        /// Who goes first when several tasks could start: `critical`, `high`, `medium` or `low`. Default `medium`.
        priority: Priority,
        /// Date it should be finished by.
        due: At<Due>,
        /// Units of `resources` held while it is worked on: a map, or a list for one unit of each.
        uses: Uses,
        /// Areas that no other task may touch at the same time.
        touches: List<Name>,
        /// Review by somebody else; fields not given are those of `defaults`; `none` for no review.
        review: Switch<Review>,
        /// Attempts that may fail; fields not given are those of `defaults`; `none` for one that succeeds.
        attempts: Switch<Attempts>,
        /// Tags, for selectors and reports.
        tags: List<Name>,
        /// `todo`, `active` (being worked on from the start, whatever it waits for) or `done`. Default `todo`, or `done` at 100 % progress.
        status: Status,
        /// Share of the work already done. Default 0.
        progress: At<Share>,
        /// Agent time already spent on it; counts in the cost only, at the rate of the one agent that the task names. Default 0.
        spent: WorkHours,
    }
}

record! {
    /// A point that is reached when what it waits for is finished.
    Milestone "a milestone" {
        /// Name to show. Default: the id.
        name: String,
        /// What it waits for: tasks, phases, milestones. Default everything.
        after: List<Link>,
        /// Date it should be reached by.
        due: At<Due>,
    }
}

record! {
    /// Review of a task's work by an agent who is not its author.
    Review "a review" {
        /// Skill of the reviewer. Required.
        skill: Name,
        /// Effort of one review. Required.
        effort: Effort,
        /// Time on the clock until the review may start. Default 0.
        response: Clock,
        /// Probability that the work is sent back. Default 0.
        reject: Chance,
        /// Share of the last attempt's work that each rejection costs its author. Required if `reject` is above 0.
        rework: Ratio,
        /// How often the work may be sent back. Default 3.
        rounds: Count<0, 1000>,
    }
}

record! {
    /// Attempts that may fail.
    Attempts "attempts" {
        /// Probability that an attempt succeeds. Required.
        success: Chance,
        /// Attempts in all. Default 3.
        max: Count<1, 1000>,
        /// Time on the clock before the second attempt; doubles with each further one. Default 0.
        backoff: Clock,
        /// Escalation level that ends the task when all attempts have failed. Default none: the last attempt's work stands.
        then: Name,
    }
}

words! {
    /// Priority class.
    Priority {
        /// First.
        Critical "critical",
        /// Second.
        High "high",
        /// Third.
        Medium "medium",
        /// Last.
        Low "low",
    }
}

words! {
    /// How far a task is.
    Status {
        /// Not begun.
        Todo "todo",
        /// Being worked on.
        Active "active",
        /// Finished.
        Done "done",
    }
}

words! {
    /// What a dependency ties to what.
    Tie {
        /// It starts after the other's finish.
        FinishStart "FS",
        /// It starts after the other's start.
        StartStart "SS",
        /// It finishes after the other's finish.
        FinishFinish "FF",
        /// It finishes after the other's start.
        StartFinish "SF",
    }
}

/// A dependency: an id, or a map.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    /// What it waits for.
    pub(crate) on: Name,
    /// What it must be, where the key says so.
    pub(crate) kind: Option<&'static str>,
    /// Where the whole link stands.
    pub(crate) span: Span,
    pub(crate) tie: Option<Tie>,
    pub(crate) lag: Option<Clock>,
    pub(crate) at: Option<At<Share>>,
}

record! {
    /// A dependency with more than an id.
    LinkMap "a dependency" {
        /// What it waits for. Required.
        task: Name,
        /// `FS`, `SS`, `FF` or `SF`: which end waits for which. Default `FS`.
        tie = "type": Tie,
        /// Time on the clock between the two. Default 0.
        lag: Clock,
        /// It starts when this share of the other's own work is done.
        at: At<Share>,
        /// The same as `task`, for phases.
        phase: Name,
        /// The same as `task`, for milestones.
        milestone: Name,
    }
}

impl Field for Link {
    fn read<'a>(node: &'a Node, context: &mut Context<'a>) -> Option<Self> {
        if let Value::Map(_) = &node.value {
            let before = context.problems.len();
            let map = LinkMap::read(node, context)?;
            // `task` takes ids of all kinds.
            let keys = [(map.task, None), (map.phase, Some("phase")), (map.milestone, Some("milestone"))];
            let mut named = keys.into_iter().filter_map(|(name, kind)| Some((name?, kind)));
            let (on, more) = (named.next(), named.next());
            let Some((on, kind)) = on.filter(|_| more.is_none()) else {
                if context.problems.len() == before {
                    let message = format!(
                        "`{}` has a dependency that does not name one `task`, `phase` or `milestone`",
                        context.path()
                    );
                    let help = "write `{ task: id, type: SS, lag: 2h }`".to_owned();
                    context.report(crate::diagnostic::Code::E108, node.span, message, help);
                }
                return None;
            };
            return map.flawed.is_empty().then_some(Self {
                on,
                kind,
                span: node.span,
                tie: map.tie,
                lag: map.lag,
                at: map.at,
            });
        }
        if node.text().is_none() {
            context.wrong_type(node, "an id, or a map such as `{ task: id, type: SS, lag: 2h }`");
            return None;
        }
        let on = Name::read(node, context)?;
        Some(Self { on, kind: None, span: node.span, tie: None, lag: None, at: None })
    }

    fn schema(definitions: &mut Definitions) -> Json {
        json!({ "anyOf": [{ "type": ["string", "number"] }, LinkMap::schema(definitions)] })
    }
}
