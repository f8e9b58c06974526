//! The loop of the open path: events, releases and dispatch.

use super::super::draws::Draws;
use super::super::engine::{ALREADY_BEGUN, AgentTally, LevelTally};
use super::super::program::{JobKind, Out};
use super::super::queue::{EventKind, EventQueue};
use super::super::ready::{NONE, ReadyQueue};
use super::super::vector::vectorised;
use super::columns::Columns;
use super::small::{MOST_AGENTS, SmallProgram};
use super::state::{Again, LevelState, NodeState, RoughState, Stretch, TaskState};
use super::steps::{StepState, Steps};
use super::trouble::NEW_ROUGH;
use super::walk::Place;
use super::{NOBODY, NOTHING, OpenProgram};
use crate::units::{Pace, Ticks};

/// The open path's state.
#[derive(Debug)]
pub(crate) struct OpenEngine<'a> {
    pub(super) open: &'a OpenProgram<'a>,
    pub(super) draws: Draws<'a>,
    pub(super) now: Ticks,
    pub(super) makespan: Ticks,
    /// Tasks that are not done, and when the last one was.
    pub(super) unfinished: u32,
    pub(super) last_done: Ticks,
    pub(super) queue: EventQueue,
    pub(super) ready: ReadyQueue,
    /// Work that waits for its agent, in order of rank, and the places of those agents.
    pub(super) again: Vec<Again>,
    pub(super) again_places: u64,
    pub(super) must_dispatch: bool,
    /// How steps see the plan, while the iteration runs in them, and what they have come to.
    pub(super) small: Option<&'a SmallProgram>,
    pub(super) steps: StepState,
    /// Since when the agent at each place has been busy with a job that began in a step.
    pub(super) since: [Ticks; MOST_AGENTS],
    /// One bit per place whose agent is idle.
    pub(super) idle: u64,
    /// The stretch that each place's agent let go of last.
    pub(super) let_go: Vec<u32>,
    pub(super) nodes: Vec<NodeState>,
    /// Links that do not hold yet, by node; in steps, of those that their sets say nothing of.
    pub(super) waits: Vec<u32>,
    pub(super) released: Vec<u32>,
    /// Lag that was drawn for each link.
    pub(super) lags: Vec<Ticks>,
    pub(super) tasks: Vec<TaskState>,
    /// Place of who worked on each task.
    pub(super) authors: Vec<u8>,
    /// Each task's last entry in the log.
    pub(super) last: Vec<u32>,
    pub(super) rough: Vec<RoughState>,
    /// For each blocker of each task: work until it strikes (rate), or where in the first attempt it strikes
    /// (probability); and how often it has struck.
    pub(super) strikes: Vec<Ticks>,
    pub(super) struck: Vec<u32>,
    /// Risks that happen, one bit each, and the factor of each of them.
    pub(super) risks: u64,
    pub(super) risk_factors: Vec<f64>,
    /// Product of the factors of risks that happen, by task; of tasks with risks of some agents only, not used.
    pub(super) factors: Vec<f64>,
    /// Risks that happen and whose delay nobody has had yet, one bit each.
    pub(super) delays: u64,
    pub(super) levels: Vec<LevelState>,
    /// Of plans in steps, the first entries are kept for first attempts, by task, first reviews and second attempts.
    pub(super) log: Vec<Stretch>,
    /// Agent time by place in this iteration.
    pub(super) agent_tally: Vec<AgentTally>,
    pub(super) level_tally: Vec<LevelTally>,
    pub(super) is_critical: Vec<bool>,
    /// Nodes whose release the walk back has come to.
    pub(super) seen: Vec<bool>,
    pub(super) stack: Vec<Place>,
}

impl<'a> OpenEngine<'a> {
    pub(crate) fn new(open: &'a OpenProgram<'a>) -> Self {
        let program = open.program;
        let (tasks, agents) = (open.tasks.len(), open.team.agents.len());
        let (strikes, levels) = (program.strikes.items().len(), program.levels.len());
        // Only steps tell beforehand when a ticket is handled.
        let told = if open.small.is_some() { tasks } else { 0 };
        // Nobody logs or walks back where nobody asks for details.
        let if_asked = |count: usize| if program.details { count } else { 0 };
        Self {
            open,
            draws: Draws::new(program),
            now: Ticks::ZERO,
            makespan: Ticks::NEVER,
            unfinished: 0,
            last_done: Ticks::ZERO,
            queue: EventQueue::default(),
            ready: ReadyQueue::new(&program.ranks),
            again: Vec::new(),
            again_places: 0,
            must_dispatch: false,
            small: None,
            steps: StepState::new(),
            since: [Ticks::ZERO; MOST_AGENTS],
            idle: 0,
            let_go: vec![NOTHING; agents],
            nodes: open.nodes.clone(),
            waits: open.waits.clone(),
            released: Vec::new(),
            lags: vec![Ticks::ZERO; program.links.len()],
            tasks: open.new_tasks.clone(),
            authors: vec![NOBODY; tasks],
            last: vec![NOTHING; tasks],
            rough: vec![NEW_ROUGH; tasks],
            strikes: vec![Ticks::NEVER; strikes],
            struck: vec![0; strikes],
            risks: 0,
            risk_factors: vec![1.0; program.risks.len()],
            factors: vec![1.0; tasks],
            delays: 0,
            levels: program.instance.levels.iter().map(|level| LevelState::new(level, told)).collect(),
            log: Vec::with_capacity(if_asked(4 * tasks)),
            agent_tally: vec![AgentTally::default(); agents],
            level_tally: vec![LevelTally::default(); levels],
            is_critical: vec![false; if_asked(tasks)],
            seen: vec![false; if_asked(open.nodes.len())],
            stack: Vec::new(),
        }
    }

    /// Runs these iterations, one with each engine, in lanes of these columns if they run in steps.
    pub(super) fn run(engines: &mut [Self], columns: &mut Columns, iterations: impl IntoIterator<Item = u32>) {
        let mut before: Option<&Self> = None;
        for (engine, iteration) in engines.iter_mut().zip(iterations) {
            match before {
                None => engine.draws.begin(iteration),
                Some(before) => engine.draws.begin_beside(&before.draws, iteration),
            }
            before = Some(engine);
        }
        if let Some(small) = engines.first().and_then(|engine| engine.open.small.as_ref()) {
            Self::run_small(engines, columns, small);
        }
        for engine in engines {
            if engine.small.is_none() || engine.steps.must_redo {
                engine.run_large();
            }
            engine.makespan = if engine.unfinished == 0 { engine.last_done } else { Ticks::NEVER };
        }
    }

    /// Runs the iterations in steps. Some may need the rules of the larger plans from the beginning.
    fn run_small(engines: &mut [Self], columns: &mut Columns, small: &'a SmallProgram) {
        for engine in engines.iter_mut() {
            engine.small = Some(small);
            engine.set_out();
        }
        if small.has_reviews() {
            vectorised(Steps::<true>::new(engines, columns, small));
        } else {
            vectorised(Steps::<false>::new(engines, columns, small));
        }
        for engine in engines {
            let steps = &mut engine.steps;
            // Besides those, each task has three events at most.
            let events = steps.events + steps.merged + 3 * engine.open.tasks.len() as u64;
            steps.must_redo |= events > engine.open.program.most_events;
        }
    }

    /// Runs the iteration event by event.
    fn run_large(&mut self) {
        self.small = None;
        self.set_out();
        let most = self.open.program.most_events;
        let mut events = 0;
        while events <= most {
            while let Some((kind, entity)) = self.queue.pop_at(self.now) {
                self.handle(kind, entity);
                self.settle();
                events += 1;
            }
            if self.must_dispatch {
                self.dispatch();
            } else if let Some(next) = self.queue.next_time() {
                self.now = next;
            } else {
                break;
            }
        }
    }

    pub(super) fn handle(&mut self, kind: EventKind, entity: usize) {
        match kind {
            EventKind::StintEnd => self.end_stint(entity),
            EventKind::RepairEnd => self.go_on(entity),
            EventKind::BackoffEnd => self.make_ready(entity, JobKind::New),
            EventKind::ReviewResponseEnd => self.make_ready(entity, JobKind::Review),
            EventKind::ResponseEnd => self.end_response(entity),
            EventKind::HandlingEnd => self.end_handling(entity),
            EventKind::Timeout => self.time_out(entity),
            EventKind::Release => self.released.push(entity as u32),
            // Nothing here has hours or bounds.
            EventKind::LevelOpens | EventKind::Finish | EventKind::AgentOpens => {}
        }
    }

    /// Deals with the nodes that have been released, the last of them first.
    #[inline]
    pub(super) fn settle(&mut self) {
        while let Some(node) = self.released.pop() {
            let task = self.open.task_of[node as usize] as usize;
            if let Some(this) = self.open.tasks.get(task) {
                if !this.plain {
                    self.rough[task] = NEW_ROUGH;
                }
                self.make_ready(task, JobKind::New);
            } else {
                self.start_and_finish(node);
            }
        }
    }

    /// A node without length, or a done task, starts and finishes now.
    pub(super) fn start_and_finish(&mut self, node: u32) {
        let state = &mut self.nodes[node as usize];
        (state.start, state.finish) = (self.now, self.now);
        self.set_off(node);
    }

    /// Follows the links that a node's finish sets off.
    #[inline]
    fn set_off(&mut self, node: u32) {
        match self.small {
            Some(small) => self.set_off_in_steps(small, node),
            None => self.follow(self.open.program.on_finish.of(node as usize)),
        }
    }

    /// Follows these links, which hold from now on but for their lags.
    #[inline]
    pub(super) fn follow(&mut self, links: &[Out]) {
        let program = self.open.program;
        let now = self.now;
        for out in links {
            let waits = &mut self.waits[out.to as usize];
            if *waits == ALREADY_BEGUN {
                continue;
            }
            let to = &mut self.nodes[out.to as usize];
            let arrival = match &program.lags[out.link as usize] {
                None => now,
                Some(lag) => {
                    let lag = lag.ticks(self.draws.iteration());
                    self.lags[out.link as usize] = lag;
                    now.plus(lag)
                }
            };
            to.hold(arrival, out.link);
            *waits -= 1;
            if *waits == 0 {
                if to.release <= now {
                    self.released.push(out.to);
                } else {
                    self.queue.push(to.release, EventKind::Release, out.to as usize);
                }
            }
        }
    }

    /// The work of a task is done and approved.
    pub(super) fn complete(&mut self, task: usize) {
        let node = self.open.tasks[task].node;
        self.nodes[node as usize].finish = self.now;
        (self.unfinished, self.last_done) = (self.unfinished - 1, self.now);
        self.set_off(node);
    }

    /// A job of a task could start from now on.
    pub(super) fn make_ready(&mut self, task: usize, kind: JobKind) {
        self.touch(task);
        let this = &self.open.tasks[task];
        let state = &mut self.tasks[task];
        (state.ready, state.fresh) = (self.now, true);
        if kind == JobKind::Resumed {
            state.resumed = true;
        } else {
            state.kind = kind;
        }
        let seat = match kind {
            JobKind::Review => this.review,
            JobKind::New => this.attempt,
            JobKind::Resumed | JobKind::Rework => {
                let rank = if kind == JobKind::Rework { this.rework_rank } else { this.resumed_rank };
                let place = self.authors[task];
                let at = self.again.partition_point(|other| other.rank < rank);
                self.again.insert(at, Again { rank, place });
                self.again_places |= 1 << place;
                self.must_dispatch = true;
                return;
            }
        };
        if let Some(seat) = seat {
            if let Some(small) = self.small {
                self.make_ready_in_steps(small, task, kind);
            } else {
                self.ready.insert(seat);
                self.must_dispatch = true;
            }
        } else {
            // An elapsed task waits for nobody.
            (state.holder, state.place) = (NOTHING, NOBODY);
            self.begin_job(task, Pace::ONE);
        }
    }

    /// Starts every ready job that can start now.
    fn dispatch(&mut self) {
        self.must_dispatch = false;
        loop {
            let first = self.ready.first_of(self.open.team.classes_of(self.idle));
            if self.idle & self.again_places != 0 && self.start_again(first.map_or(NONE, |(_, rank)| rank)) {
                continue;
            }
            let Some((class, best)) = first else { break };
            let task = self.open.program.jobs[best as usize] as usize;
            if let Some(place) = self.choose(task, class) {
                self.ready.take(class);
                self.tasks[task].place = place as u8;
                self.take_up(task, self.open.team.classes[class].paces[place]);
            } else {
                self.ready.skip(class);
            }
        }
        self.ready.rewind();
        self.settle();
    }

    /// Starts the first work whose agent is idle again, if it comes before this rank.
    pub(super) fn start_again(&mut self, before: u32) -> bool {
        let Some(at) = self.first_again(self.idle, before) else { return false };
        let task = self.take_again(at);
        self.take_up(task, Pace::ONE);
        true
    }

    /// Where in the list the first work stands whose agent is one of these, if it comes before this rank.
    pub(super) fn first_again(&self, idle: u64, before: u32) -> Option<usize> {
        let at = self.again.iter().position(|again| idle >> again.place & 1 == 1)?;
        (self.again[at].rank <= before).then_some(at)
    }

    /// The task of the work that stands there.
    pub(super) fn task_again(&self, at: usize) -> usize {
        self.open.program.jobs[self.again[at].rank as usize] as usize
    }

    /// Takes the work that stands there off the list: its task's job is its agent's from now on. Returns the task.
    pub(super) fn take_again(&mut self, at: usize) -> usize {
        let task = self.task_again(at);
        let Again { place, .. } = self.again.remove(at);
        if self.again.iter().all(|other| other.place != place) {
            self.again_places &= !(1 << place);
        }
        self.tasks[task].place = place;
        task
    }

    /// Takes the agent, notes whom the job waited for, and begins it at this pace.
    pub(super) fn take_up(&mut self, task: usize, pace: Pace) {
        let state = &mut self.tasks[task];
        let place = usize::from(state.place);
        state.holder = if state.ready < self.now { self.let_go[place] } else { NOTHING };
        self.idle &= !(1 << place);
        self.begin_job(task, pace);
    }

    /// The job of a task ends or is put aside now: its agent is free again.
    #[inline]
    pub(super) fn let_go(&mut self, task: usize) {
        let state = &self.tasks[task];
        if state.place == NOBODY {
            return;
        }
        let place = usize::from(state.place);
        self.idle |= 1 << place;
        self.let_go[place] = self.last[task];
        self.must_dispatch |= self.ready.len() > 0 || self.again_places != 0;
    }

    /// The first attempt of a task starts now.
    pub(super) fn note_start(&mut self, task: usize) {
        let node = &mut self.nodes[self.open.tasks[task].node as usize];
        node.start = self.now;
    }
}
