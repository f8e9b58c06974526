//! Plans that are small enough for steps: up to 128 tasks for agents, 16 agents, and 255 nodes.

use super::super::columns::Rows;
use super::super::draws::{FAILS, MARKS, SENT_BACK, STRUCK};
use super::super::engine::ALREADY_BEGUN;
use super::super::program::{JobKind, Out, Program, TaskProgram};
use super::super::team::{MOST, SETS, Team, by_sets};
use super::super::vector::Words;
use super::NOTHING;
use super::columns::PLACE;
use super::next::{NEXT, NO_ATTEMPT, Next, before, changing_nodes, links};
use super::program::OpenTask;
use super::struck::is_struck_simply;
use super::wide::WideProgram;
use crate::units::Pace;

/// Jobs, and nodes, of a small plan.
pub(super) const MOST_JOBS: usize = 256;

/// Agents that a set of idle ones holds.
pub(super) const MOST_AGENTS: usize = 16;

/// A set of attempts or of reviews, one bit each, in the order of dispatch.
pub(super) type Jobs = u128;

/// What is known of a job before it starts, one bit each.
pub(super) type Marks = u8;

/// It starts by the rules of the larger plans: always, or as long as nobody has had the delay of a risk.
pub(super) const HINDERED: Marks = 1;
pub(super) const DELAYED: Marks = 2;
/// A blocker strikes it, and nothing else interrupts it.
pub(super) const STRIKES: Marks = 4;
/// Its end may be more than that of its task, or than to ask for a review.
pub(super) const UNCERTAIN: Marks = 8;
/// A first attempt that fails, or a review that sends the work back, and what follows is for steps; that has happened,
/// and this is the next attempt or review.
pub(super) const FAILING: Marks = 16;
pub(super) const SECOND: Marks = 32;
/// It has been struck, and will be a ticket.
pub(super) const STUCK: Marks = 64;

/// It starts in a way of its own.
pub(super) const SPECIAL: Marks = HINDERED | DELAYED | STRIKES;

/// A job that waits for one of several agents: an attempt or a review.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct SmallJob {
    pub(super) next: [Next; NEXT],
    /// Among jobs of all kinds.
    pub(super) rank: u32,
    /// Agents who may take it up, one bit per place.
    pub(super) able: u16,
    pub(super) task: u8,
    pub(super) node: u8,
    pub(super) class: u8,
    /// Its end follows more links than these.
    pub(super) has_rest: bool,
    pub(super) is_review: bool,
    /// The task's first attempt.
    pub(super) attempt: u8,
    /// The review that is asked for at once when this attempt has ended, as its bit, if there is one.
    pub(super) review: Option<u8>,
}

impl SmallJob {
    /// Links that its end follows at once.
    pub(super) fn next_count(&self) -> usize {
        self.next.iter().filter(|next| next.attempt != NO_ATTEMPT).count()
    }

    /// Agents who may take up this review: those who did not do the work.
    #[inline(always)]
    pub(super) fn others(&self, authors: &[u8]) -> u64 {
        // What nobody did may be reviewed by all.
        let author = 1_u64.checked_shl(authors[usize::from(self.task)].into()).unwrap_or(0);
        u64::from(self.able) & !author
    }
}

/// Jobs that the same agents may take up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    /// Those agents, one bit per place.
    pub(super) able: i64,
    /// Low word, high word.
    pub(super) jobs: [i64; 2],
}

/// What the steps know of a small plan.
#[derive(Debug)]
pub(super) struct SmallProgram {
    /// Attempts in order of dispatch, then reviews, and how many attempts there are.
    pub(super) jobs: Box<[SmallJob; MOST_JOBS]>,
    pub(super) first_review: usize,
    has_reviews: bool,
    /// Marks of all jobs in every iteration, and the attempts that some of them make special and uncertain.
    pub(super) marks: [Marks; MOST_JOBS],
    pub(super) special: Jobs,
    pub(super) uncertain: Jobs,
    /// By task and mark of an iteration, which job gets which marks then.
    pub(super) if_marked: Vec<[(u8, Marks); MARKS]>,
    /// By task, its first attempt and its review.
    pub(super) attempt_of: Vec<Option<u8>>,
    pub(super) review_of: Vec<Option<u8>>,
    /// By task: what its reviews send back is done again in steps.
    pub(super) reworks: Vec<bool>,
    /// Attempts, and reviews, by who may take them up.
    pub(super) attempts: Vec<Group>,
    pub(super) reviews: Vec<Group>,
    /// Of each class, the best place of each set of eight neighbours below how many are preferred to it, shape
    /// [class][neighbours][set], and room for three; absent if places are always preferred in their order.
    best: Option<Vec<u8>>,
    /// Pace by class and place.
    pub(super) paces: Box<[[Pace; MOST_AGENTS]; MOST]>,
    /// By risk, attempts that may have its delay.
    pub(super) delays: Vec<Vec<u8>>,
    /// By first attempt, those whose tasks have a next link to it: low words, high words. Beyond all attempts are all.
    pub(super) before: Box<[i64; 2 * MOST_JOBS]>,
    /// By task, links that its end follows besides the next ones of its jobs.
    pub(super) rest: Rows<Out>,
    /// What is looked up of the next links, for eight lanes at once, if that is enough for this plan.
    pub(super) wide: Option<Box<WideProgram>>,
    /// Those other links that each node waits for at the plan's start, and the attempts that wait for some.
    pub(super) waits: Vec<u32>,
    pub(super) held: Jobs,
}

/// A job that waits for one of several agents, before it has a bit.
pub(super) struct Waiting {
    rank: u32,
    pub(super) task: usize,
    class: usize,
}

impl SmallProgram {
    /// True if steps can take a program of this size.
    pub(super) fn fits(program: &Program) -> bool {
        let jobs = |kind: JobKind| program.tasks.iter().filter(move |task| task.seats[kind as usize].is_some());
        program.instance.agents.len() <= MOST_AGENTS
            && [JobKind::New, JobKind::Review].into_iter().all(|kind| jobs(kind).count() <= Jobs::BITS as usize)
            // One node more stands for none.
            && program.nodes.len() < MOST_JOBS
    }

    /// The steps' view of a program that fits. `waits`: links that each node waits for at the plan's start; `delays`: by
    /// risk, tasks that may have its delay; `in_order`: by level, whether its tickets are handled in the order in which
    /// they come.
    pub(super) fn new(
        program: &Program,
        team: &Team,
        tasks: &[OpenTask],
        task_of: &[u32],
        mut waits: Vec<u32>,
        delays: &Rows<u32>,
        in_order: &[bool],
    ) -> Self {
        let [attempts, reviews] = [JobKind::New, JobKind::Review].map(|kind| by_rank(program, kind));
        let first_review = attempts.len();
        let attempt_of = jobs_of(&attempts, tasks.len(), 0);
        let review_of = jobs_of(&reviews, tasks.len(), first_review);
        let (next, rest) = links(program, tasks, task_of, &attempt_of);
        let before = before(&attempts, &next, &mut waits);
        let is_held = |attempt: &Waiting| !matches!(waits[tasks[attempt.task].node as usize], 0 | ALREADY_BEGUN);
        let held = attempts.iter().enumerate().filter(|(_, attempt)| is_held(attempt));
        let held = held.fold(0, |held, (attempt, _)| held | 1 << attempt);
        let asks_at_once = |task: usize| {
            let review = program.tasks[task].review.as_ref();
            review.is_some_and(|review| !review.can_fail && review.response.fixed() == Some(0.0))
        };
        let reworks: Vec<bool> = (0..tasks.len())
            .map(|task| asks_at_once(task) && attempt_of[task].is_some() && is_reworked(&tasks[task]))
            .collect();
        let (mut jobs, mut marks) = (Box::new([NO_JOB; MOST_JOBS]), [0; MOST_JOBS]);
        for (place, waiting) in attempts.iter().chain(&reviews).enumerate() {
            let (task, class, is_review) = (waiting.task, waiting.class, place >= first_review);
            let this = &tasks[task];
            let mark = |is: bool, mark: Marks| if is { mark } else { 0 };
            let common = SmallJob {
                next: next[task],
                rank: waiting.rank,
                able: team.masks[class] as u16,
                task: task as u8,
                node: this.node as u8,
                class: class as u8,
                has_rest: !rest.of(task).is_empty(),
                attempt: attempt_of[task].unwrap_or(NO_ATTEMPT),
                ..NO_JOB
            };
            jobs[place] = if is_review {
                marks[place] = mark(this.can_reviewer_fail, HINDERED);
                SmallJob { is_review, ..common }
            } else {
                let review = review_of[task].filter(|_| asks_at_once(task));
                let is_hindered = is_hindered(this, &program.tasks[task]);
                let is_uncertain = this.is_reviewed && review.is_none();
                marks[place] = mark(is_hindered, HINDERED) | mark(is_uncertain, UNCERTAIN);
                SmallJob { review: review.map(|review| review - first_review as u8), ..common }
            };
        }
        let if_marked = |task: usize| {
            let attempt = |marks: Marks| attempt_of[task].map_or((0, 0), |attempt| (attempt, marks));
            let fails = if is_tried_again(program, &tasks[task], task) { FAILING } else { 0 };
            let mut marked = [(0, 0); MARKS];
            let struck = if is_struck_simply(program, task, in_order) { STRIKES } else { HINDERED };
            marked[STRUCK.trailing_zeros() as usize] = attempt(struck);
            marked[FAILS.trailing_zeros() as usize] = attempt(UNCERTAIN | fails);
            let fails = if reworks[task] { FAILING } else { 0 };
            marked[SENT_BACK.trailing_zeros() as usize] =
                review_of[task].map_or((0, 0), |review| (review, UNCERTAIN | fails));
            marked
        };
        let marked = |mark: Marks| {
            let attempts = marks[..first_review].iter().enumerate().filter(|(_, marks)| *marks & mark != 0);
            attempts.fold(0, |set, (attempt, _)| set | 1 << attempt)
        };
        let is_wide = reviews.is_empty() && WideProgram::fits(program);
        let wide = is_wide.then(|| {
            Box::new(WideProgram::new(&jobs[..first_review], changing_nodes(&attempts, tasks, &waits), team))
        });
        let attempt = |&task: &u32| attempt_of[task as usize];
        let padded = |paces: &[Pace]| std::array::from_fn(|at| paces.get(at).copied().unwrap_or(Pace::new(1.0)));
        let classes = |class: usize| team.classes.get(class).map_or(&[][..], |class| &class.paces);
        Self {
            first_review,
            has_reviews: !reviews.is_empty(),
            special: marked(SPECIAL),
            uncertain: marked(UNCERTAIN),
            marks,
            jobs,
            best: (!team.is_ranked()).then(|| best_places(team)),
            if_marked: (0..tasks.len()).map(if_marked).collect(),
            attempts: groups(&attempts, team),
            reviews: groups(&reviews, team),
            paces: Box::new(std::array::from_fn(|class| padded(classes(class)))),
            delays: (0..program.risks.len())
                .map(|risk| delays.of(risk).iter().filter_map(attempt).collect())
                .collect(),
            attempt_of,
            review_of,
            reworks,
            before,
            wide,
            rest,
            waits,
            held,
        }
    }

    /// True if all next links to this first attempt hold when these are done: low word, high word.
    #[inline(always)]
    pub(super) fn is_released(&self, done: [i64; 2], attempt: u8) -> bool {
        let [low, high] = [0, 1].map(|word| self.before[2 * usize::from(attempt) + word] & !done[word]);
        low | high == 0
    }

    /// This first attempt, as a set, if all next links to it hold when these are done.
    pub(super) fn released(&self, done: Jobs, attempt: u8) -> Jobs {
        let is_released = self.is_released([done as i64, (done >> 64) as i64], attempt);
        Jobs::from(is_released).unbounded_shl(attempt.into())
    }

    /// The place of the fastest of these agents of a class. There must be one.
    #[inline(always)]
    pub(super) fn fastest(&self, class: usize, idle: u64) -> usize {
        let Some(best) = &self.best else { return idle.trailing_zeros() as usize };
        let [near, far] = [0, 1].map(|at| best[SETS * (2 * class + at) + (idle >> (8 * at)) as usize % SETS]);
        usize::from(near.min(far)) % MOST_AGENTS
    }

    /// The same side by side.
    #[inline(always)]
    pub(super) fn fastest_of<W: Words>(&self, class: W, idle: W) -> W {
        let Some(best) = &self.best else { return idle.lowest() };
        let first = class.shift_left(W::all((2 * SETS).trailing_zeros().into()));
        let near = first.plus(idle.and(W::all(SETS as i64 - 1)));
        let far = first.plus(W::all(SETS as i64)).plus(idle.shift_right(SETS.trailing_zeros()));
        near.look_up_small(best).min(far.look_up_small(best)).and(W::all(MOST_AGENTS as i64 - 1))
    }

    /// One of a task's jobs.
    pub(super) fn job_of(&self, task: usize) -> usize {
        self.attempt_of[task].or(self.review_of[task]).map_or(0, usize::from)
    }

    /// The task's first attempt, as a set.
    pub(super) fn attempt(&self, task: usize) -> Jobs {
        self.attempt_of[task].map_or(0, |attempt| 1 << attempt)
    }

    /// The task's first review, as a set.
    pub(super) fn review(&self, task: usize) -> Jobs {
        self.review_of[task].map_or(0, |review| 1 << (usize::from(review) - self.first_review))
    }

    /// Entries of the log that are kept for first attempts, by task, for first reviews and for second attempts.
    pub(super) fn entries(&self) -> usize {
        let fails = self.if_marked.iter().flatten().any(|(_, marks)| marks & FAILING != 0);
        self.second_entry(if fails { self.attempt_of.len() } else { 0 })
    }

    pub(super) fn has_reviews(&self) -> bool {
        self.has_reviews
    }

    /// The entry of a task's second attempt.
    #[inline(always)]
    pub(super) fn second_entry(&self, task: usize) -> usize {
        self.review_entry(if self.has_reviews { self.attempt_of.len() } else { 0 }) + task
    }

    /// The entry of a task's first review.
    #[inline(always)]
    pub(super) fn review_entry(&self, task: usize) -> usize {
        self.attempt_of.len() + task
    }

    /// At least half of the first attempts may start in steps.
    pub(super) fn pays(&self) -> bool {
        let attempts = &self.marks[..self.first_review];
        let hindered = attempts.iter().filter(|&marks| marks & HINDERED != 0).count();
        self.first_review > 0 && 2 * hindered <= self.first_review
    }
}

/// None of the jobs.
const NO_JOB: SmallJob = SmallJob {
    next: [Next { link: NOTHING, attempt: NO_ATTEMPT, node: 0 }; NEXT],
    rank: NOTHING,
    able: 0,
    task: 0,
    node: 0,
    class: 0,
    has_rest: false,
    is_review: false,
    attempt: NO_ATTEMPT,
    review: None,
};

/// Of each class, the best place of each set of eight neighbours.
fn best_places(team: &Team) -> Vec<u8> {
    let mut best = Vec::new();
    for class in &team.classes {
        let mut ranked = [u8::MAX; MOST_AGENTS];
        for (rank, &place) in class.order.iter().enumerate() {
            ranked[usize::from(place)] = (rank as u8) << PLACE | place;
        }
        best.extend(by_sets(MOST_AGENTS, u8::MAX, |place| ranked[place], u8::min).concat());
    }
    best.extend([u8::MAX; 3]);
    best
}

/// By task, its job among these, of which `first` is the first.
fn jobs_of(order: &[Waiting], tasks: usize, first: usize) -> Vec<Option<u8>> {
    let mut of = vec![None; tasks];
    for (place, job) in order.iter().enumerate() {
        of[job.task] = Some((first + place) as u8);
    }
    of
}

/// These jobs by who may take them up.
fn groups(order: &[Waiting], team: &Team) -> Vec<Group> {
    let mut groups = Vec::<Group>::new();
    for (bit, job) in order.iter().enumerate() {
        let able = team.masks[job.class] as i64;
        let group = groups.iter().position(|group| group.able == able).unwrap_or_else(|| {
            groups.push(Group { able, jobs: [0; 2] });
            groups.len() - 1
        });
        groups[group].jobs[bit / 64] |= 1 << (bit % 64);
    }
    groups
}

/// If the first attempt fails, it is tried again at once.
fn is_tried_again(program: &Program, task: &OpenTask, id: usize) -> bool {
    let max = program.instance.tasks[id].attempts.as_ref().map_or(1, |attempts| attempts.max);
    let is_at_once = program.tasks[id].backoff.as_ref().is_some_and(|b| b.fixed() == Some(0.0));
    // Where its reviewer may fail, the state of what goes wrong has to be that of a new task.
    max > 1 && is_at_once && !task.can_reviewer_fail
}

/// Nothing can interrupt what the task's reviews send back, if they may send anything back.
fn is_reworked(task: &OpenTask) -> bool {
    task.rounds > 0 && !task.can_fail && !task.has_timed_blockers
}

/// Jobs of a kind in the order of dispatch.
fn by_rank(program: &Program, kind: JobKind) -> Vec<Waiting> {
    let waiting = |(rank, &task): (u32, &u32)| {
        let task = task as usize;
        let seat = program.tasks[task].seats[kind as usize]?;
        let class = seat.class as usize;
        (program.ranks[class][seat.place as usize] == rank).then_some(Waiting { rank, task, class })
    };
    (0..).zip(&program.jobs).filter_map(waiting).collect()
}

/// More than the marks of an iteration say may hinder the first attempt.
fn is_hindered(task: &OpenTask, program: &TaskProgram) -> bool {
    task.can_fail || task.has_timed_blockers || task.is_particular || program.handoff.is_some()
}
