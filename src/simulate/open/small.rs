//! Plans that are small enough for steps: up to 128 jobs of up to 16 agents.

use super::super::columns::Rows;
use super::super::program::{JobKind, Out, Program, TaskProgram};
use super::super::team::Team;
use super::NOTHING;
use super::program::OpenTask;
use crate::model::Status;

/// Agents that a set of idle ones holds.
pub(super) const MOST_AGENTS: usize = 16;

/// Links that a job's end follows at once.
const NEXT: usize = 3;

/// A set of jobs, one bit each, in the order of dispatch.
pub(super) type Jobs = u128;

/// A link to the first attempt of a task.
#[derive(Clone, Copy, Debug)]
pub(super) struct Next {
    /// That attempt.
    pub(super) attempt: Jobs,
    pub(super) node: u32,
    pub(super) link: u32,
}

/// A job that waits for one of several agents: an attempt or a review.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct SmallJob {
    pub(super) next: [Next; NEXT],
    pub(super) task: u32,
    pub(super) node: u32,
    pub(super) class: u32,
    /// Among jobs of all kinds.
    pub(super) rank: u32,
    /// Agents who may take it up, one bit per place.
    pub(super) able: u32,
    /// Its end follows more links than these.
    pub(super) has_rest: bool,
}

/// What the steps know of a small plan.
#[derive(Debug)]
pub(super) struct SmallProgram {
    /// Jobs in order of dispatch.
    pub(super) jobs: Vec<SmallJob>,
    /// Each task's review, and its attempts.
    pub(super) reviews: Vec<Jobs>,
    pub(super) attempts: Vec<Jobs>,
    /// Pace by class and place.
    pub(super) paces: Vec<[f64; MOST_AGENTS]>,
    /// Jobs that somebody of each set of eight neighbours may take up.
    startable: [Box<[Jobs; 256]>; 2],
    /// Jobs whose first start may be hindered by more than the marks of an iteration say.
    pub(super) rough: Jobs,
    /// Jobs whose end may not be that of their task.
    pub(super) uncertain: Jobs,
    /// By risk, attempts that may have its delay.
    pub(super) delays: Vec<Jobs>,
    /// By task, links that its end follows besides those.
    pub(super) rest: Rows<Out>,
}

/// A job that waits for one of several agents, before it has a bit.
struct Waiting {
    rank: u32,
    task: usize,
    class: usize,
    is_review: bool,
}

impl SmallProgram {
    /// The steps' view of a program; absent if it is too large. `delays`: by risk, tasks that may have its delay.
    pub(super) fn new(
        program: &Program,
        team: &Team,
        tasks: &[OpenTask],
        task_of: &[u32],
        delays: &Rows<u32>,
    ) -> Option<Self> {
        let order = in_order(program);
        if team.agents.len() > MOST_AGENTS || order.len() > Jobs::BITS as usize {
            return None;
        }
        let mut attempts: Vec<Jobs> = vec![0; tasks.len()];
        let (mut reviews, mut classes) = (attempts.clone(), vec![0; team.classes.len()]);
        for (bit, job) in order.iter().enumerate() {
            let of_tasks = if job.is_review { &mut reviews } else { &mut attempts };
            of_tasks[job.task] = 1 << bit;
            classes[job.class] |= 1 << bit;
        }
        let set = |is: &dyn Fn(&Waiting) -> bool| {
            order.iter().enumerate().fold(0, |set, (bit, job)| set | Jobs::from(is(job)) << bit)
        };
        let (next, rest) = links(program, tasks, task_of, &attempts);
        let job = |job: &Waiting| SmallJob {
            next: next[job.task],
            task: job.task as u32,
            node: tasks[job.task].node,
            class: job.class as u32,
            rank: job.rank,
            able: team.masks[job.class] as u32,
            has_rest: !rest.of(job.task).is_empty(),
        };
        let pace = |pace: &[f64]| std::array::from_fn(|place| pace.get(place).copied().unwrap_or(1.0));
        let of_any = |tasks: &[u32]| tasks.iter().fold(0, |jobs, &task| jobs | attempts[task as usize]);
        Some(Self {
            jobs: order.iter().map(job).collect(),
            paces: team.classes.iter().map(|class| pace(&class.pace)).collect(),
            startable: [0, 8].map(|first| startable(first, &classes, &team.masks)),
            delays: (0..program.risks.len()).map(|risk| of_any(delays.of(risk))).collect(),
            rough: set(&|job| job.is_review || is_hindered(&tasks[job.task], &program.tasks[job.task])),
            uncertain: set(&|job| job.is_review || tasks[job.task].is_reviewed),
            reviews,
            attempts,
            rest,
        })
    }

    /// Most first attempts start in steps.
    pub(super) fn pays(&self) -> bool {
        let attempts = self.attempts.iter().fold(0, |all, attempt| all | attempt);
        2 * (self.rough & attempts).count_ones() <= attempts.count_ones()
    }

    /// Jobs that somebody of these may take up.
    #[inline(always)]
    pub(super) fn startable(&self, idle: u32) -> Jobs {
        let [near, far] = [idle, idle >> 8].map(|set| set as usize & 0xff);
        self.startable[0][near] | self.startable[1][far]
    }
}

/// Attempts and reviews in the order of dispatch.
fn in_order(program: &Program) -> Vec<Waiting> {
    let waiting = |(task, kind): (usize, JobKind)| {
        let seat = program.tasks[task].seats[kind as usize]?;
        let is_done = program.instance.tasks[task].status == Status::Done;
        let (rank, class) = (program.ranks[seat.class as usize][seat.place as usize], seat.class as usize);
        (!is_done).then_some(Waiting { rank, task, class, is_review: kind == JobKind::Review })
    };
    let tasks = 0..program.tasks.len();
    let kinds = |task| [(task, JobKind::Review), (task, JobKind::New)];
    let mut order: Vec<Waiting> = tasks.flat_map(kinds).filter_map(waiting).collect();
    order.sort_unstable_by_key(|job| job.rank);
    order
}

/// By task, the links that its end follows: some that lead to attempts which wait for nothing but finishes, and the
/// rest.
fn links(
    program: &Program,
    tasks: &[OpenTask],
    task_of: &[u32],
    attempts: &[Jobs],
) -> (Vec<[Next; NEXT]>, Rows<Out>) {
    let has_lag =
        |node: u32| program.incoming.of(node as usize).iter().any(|&l| program.lags[l as usize].is_some());
    let next = |out: &Out| {
        let &attempt = attempts.get(task_of[out.to as usize] as usize)?;
        let is_simple = attempt != 0 && !has_lag(out.to);
        is_simple.then_some(Next { attempt, node: out.to, link: out.link })
    };
    // What is done or active waits for nothing.
    let is_begun = |out: &&Out| {
        let task = program.instance.tasks.get(task_of[out.to as usize] as usize);
        task.is_some_and(|task| task.status != Status::Todo)
    };
    let nowhere = Next { attempt: 0, node: program.nodes.len() as u32, link: NOTHING };
    let mut firsts = vec![[nowhere; NEXT]; tasks.len()];
    let rest = Rows::new(tasks.iter().zip(&mut firsts).map(|(task, first)| {
        let (mut free, mut rest) = (first.iter_mut(), Vec::new());
        for out in program.on_finish.of(task.node as usize).iter().filter(|out| !is_begun(out)) {
            match next(out).and_then(|next| Some((free.next()?, next))) {
                Some((place, next)) => *place = next,
                None => rest.push(*out),
            }
        }
        rest
    }));
    (firsts, rest)
}

/// Jobs that somebody of each set of eight agents may take up; the first of them is at place `first`.
fn startable(first: usize, classes: &[Jobs], masks: &[u64]) -> Box<[Jobs; 256]> {
    let of_set = |set: usize| {
        let able = classes.iter().zip(masks).filter(|(_, mask)| *mask >> first & set as u64 != 0);
        able.fold(0, |all, (jobs, _)| all | jobs)
    };
    Box::new(std::array::from_fn(of_set))
}

/// More than the marks of an iteration say may hinder the first attempt.
fn is_hindered(task: &OpenTask, program: &TaskProgram) -> bool {
    task.can_fail
        || task.has_timed_blockers
        || task.asks_familiar
        || task.is_particular
        || program.handoff.is_some()
}
