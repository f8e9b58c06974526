//! Plans that are small enough for steps: up to 128 tasks and 16 agents.

use super::super::columns::Rows;
use super::super::program::{JobKind, Out, Program, TaskProgram};
use super::super::team::Team;
use super::NOTHING;
use super::program::OpenTask;
use crate::model::Status;
use crate::units::Pace;

/// Agents that a set of idle ones holds.
pub(super) const MOST_AGENTS: usize = 16;

/// Links that a job's end follows at once.
const NEXT: usize = 3;

/// A set of attempts or of reviews, one bit each, in the order of dispatch.
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
    pub(super) is_review: bool,
    /// The review that is asked for at once when this attempt has ended, if there is one.
    pub(super) review: Jobs,
}

/// What the steps know of attempts, or of reviews.
#[derive(Debug)]
pub(super) struct Line {
    /// By task.
    pub(super) of: Vec<Jobs>,
    /// Jobs whose first start may be hindered by more than the marks of an iteration say.
    pub(super) hindered: Jobs,
    /// Jobs whose end may be more than that of their task, or than to ask for a review.
    pub(super) uncertain: Jobs,
    /// Jobs that somebody of each set of eight neighbours may take up.
    startable: [Box<[Jobs; 256]>; 2],
}

/// What the steps know of a small plan.
#[derive(Debug)]
pub(super) struct SmallProgram {
    /// Attempts in order of dispatch, then reviews, and how many attempts there are.
    pub(super) jobs: Vec<SmallJob>,
    pub(super) first_review: usize,
    pub(super) attempts: Line,
    pub(super) reviews: Line,
    /// Pace by class and place.
    pub(super) paces: Vec<[Pace; MOST_AGENTS]>,
    /// Attempts that are tried again at once if the first of a task fails.
    pub(super) tried_again: Jobs,
    /// By risk, attempts that may have its delay.
    pub(super) delays: Vec<Jobs>,
    /// By task, links that its end follows besides the next ones of its jobs.
    pub(super) rest: Rows<Out>,
}

/// A job that waits for one of several agents, before it has a bit.
struct Waiting {
    rank: u32,
    task: usize,
    class: usize,
}

impl SmallProgram {
    /// True if steps can take a program of this size.
    pub(super) fn fits(program: &Program) -> bool {
        let attempts = program.tasks.iter().filter(|task| task.seats[JobKind::New as usize].is_some());
        program.instance.agents.len() <= MOST_AGENTS && attempts.count() <= Jobs::BITS as usize
    }

    /// The steps' view of a program that fits. `delays`: by risk, tasks that may have its delay.
    pub(super) fn new(
        program: &Program,
        team: &Team,
        tasks: &[OpenTask],
        task_of: &[u32],
        delays: &Rows<u32>,
    ) -> Self {
        let [attempts, reviews] = [JobKind::New, JobKind::Review].map(|kind| in_order(program, kind));
        let asks_at_once = |task: usize| {
            let review = program.tasks[task].review.as_ref();
            review.is_some_and(|review| !review.can_fail && review.response.fixed() == Some(0.0))
        };
        let lines = [
            Line::new(&attempts, team, tasks, &|task| {
                (is_hindered(&tasks[task], &program.tasks[task]), tasks[task].is_reviewed && !asks_at_once(task))
            }),
            Line::new(&reviews, team, tasks, &|task| (tasks[task].can_reviewer_fail, false)),
        ];
        let (next, rest) = links(program, tasks, task_of, &lines[0].of);
        let job = |job: &Waiting, is_review: bool| SmallJob {
            next: next[job.task],
            task: job.task as u32,
            node: tasks[job.task].node,
            class: job.class as u32,
            rank: job.rank,
            able: team.masks[job.class] as u32,
            has_rest: !rest.of(job.task).is_empty(),
            is_review,
            review: if !is_review && asks_at_once(job.task) { lines[1].of[job.task] } else { 0 },
        };
        let padded = |paces: &[Pace]| std::array::from_fn(|at| paces.get(at).copied().unwrap_or(Pace::new(1.0)));
        let of_any = |tasks: &[u32]| tasks.iter().fold(0, |jobs, &task| jobs | lines[0].of[task as usize]);
        let jobs = attempts.iter().map(|a| job(a, false)).chain(reviews.iter().map(|r| job(r, true))).collect();
        let delays = (0..program.risks.len()).map(|risk| of_any(delays.of(risk))).collect();
        let is_tried_again = |&task: &usize| {
            let max = program.instance.tasks[task].attempts.as_ref().map_or(1, |attempts| attempts.max);
            let is_at_once = program.tasks[task].backoff.as_ref().is_some_and(|b| b.fixed() == Some(0.0));
            // Where its reviewer may fail, the state of what goes wrong has to be that of a new task.
            max > 1 && is_at_once && !tasks[task].can_reviewer_fail
        };
        let tried_again = (0..tasks.len()).filter(is_tried_again).fold(0, |jobs, task| jobs | lines[0].of[task]);
        let paces = team.classes.iter().map(|class| padded(&class.paces)).collect();
        let [attempts_line, reviews] = lines;
        Self {
            jobs,
            first_review: attempts.len(),
            attempts: attempts_line,
            reviews,
            tried_again,
            paces,
            delays,
            rest,
        }
    }

    /// One of a task's jobs.
    pub(super) fn job_of(&self, task: usize) -> u8 {
        let (attempt, review) = (self.attempts.of[task], self.reviews.of[task]);
        let review = self.first_review as u32 + review.trailing_zeros();
        if attempt == 0 { review as u8 } else { attempt.trailing_zeros() as u8 }
    }

    /// Entries of the log that are kept for first attempts, by task, for first reviews and for second attempts.
    pub(super) fn entries(&self) -> usize {
        self.second_entry(if self.tried_again == 0 { 0 } else { self.attempts.of.len() })
    }

    pub(super) fn has_reviews(&self) -> bool {
        self.first_review < self.jobs.len()
    }

    /// The entry of a task's second attempt.
    #[inline(always)]
    pub(super) fn second_entry(&self, task: usize) -> usize {
        self.review_entry(if self.has_reviews() { self.attempts.of.len() } else { 0 }) + task
    }

    /// The entry of a task's first review.
    #[inline(always)]
    pub(super) fn review_entry(&self, task: usize) -> usize {
        self.attempts.of.len() + task
    }

    /// At least half of the first attempts may start in steps.
    pub(super) fn pays(&self) -> bool {
        self.first_review > 0 && 2 * self.attempts.hindered.count_ones() as usize <= self.first_review
    }
}

impl Line {
    /// `is`: whether a task's job is hindered, and whether its end is uncertain.
    fn new(order: &[Waiting], team: &Team, tasks: &[OpenTask], is: &dyn Fn(usize) -> (bool, bool)) -> Self {
        let (mut of, mut classes) = (vec![0; tasks.len()], vec![0; team.classes.len()]);
        let (mut hindered, mut uncertain) = (0, 0);
        for (bit, job) in order.iter().enumerate() {
            of[job.task] = 1 << bit;
            classes[job.class] |= 1 << bit;
            let (is_hindered, is_uncertain) = is(job.task);
            hindered |= Jobs::from(is_hindered) << bit;
            uncertain |= Jobs::from(is_uncertain) << bit;
        }
        let startable = [0, 8].map(|first| startable(first, &classes, &team.masks));
        Self { of, hindered, uncertain, startable }
    }

    /// Jobs that somebody of these may take up.
    #[inline(always)]
    pub(super) fn startable(&self, idle: u32) -> Jobs {
        let [near, far] = [idle, idle >> 8].map(|set| set as usize & 0xff);
        self.startable[0][near] | self.startable[1][far]
    }
}

/// Jobs of a kind in the order of dispatch.
fn in_order(program: &Program, kind: JobKind) -> Vec<Waiting> {
    let waiting = |task: usize| {
        let seat = program.tasks[task].seats[kind as usize]?;
        let class = seat.class as usize;
        Some(Waiting { rank: program.ranks[class][seat.place as usize], task, class })
    };
    let mut order: Vec<Waiting> = (0..program.tasks.len()).filter_map(waiting).collect();
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
    task.can_fail || task.has_timed_blockers || task.is_particular || program.handoff.is_some()
}
