//! Single-mode project scheduling instances with renewable resources (`.sm`): R. Kolisch & A. Sprecher 1996,
//! "PSPLIB - a project scheduling problem library".
//!
//! A job becomes a task that takes so many elapsed hours; the first and the last job, which only mark start and
//! end, are left out.

use super::lines::{Word, fixed, lines, list, map, problem, scalar};
use crate::plan::source::{Problem, Span};
use crate::plan::tree::Node;

/// A job: duration, units of each resource, and those that follow.
#[derive(Default)]
struct Job<'a> {
    id: Option<Word<'a>>,
    after: Vec<Word<'a>>,
    duration: u32,
    units: Vec<Word<'a>>,
}

/// The tree of the plan; absent if the text is not understood.
pub(super) fn read(text: &str, source: u32, problems: &mut Vec<Problem>) -> Option<Node> {
    match instance(text, source) {
        Ok(tree) => Some(tree),
        Err(flaw) => {
            problems.push(flaw);
            None
        }
    }
}

fn instance(text: &str, source: u32) -> Result<Node, Problem> {
    let whole = Span::new(source, 0, 0);
    let lines = lines(text, source);
    let heads = |line: &[Word], start: &str| line[0].text.starts_with(start);
    let section = |name: &str| {
        let place = lines.iter().position(|line| heads(line, name));
        place.ok_or_else(|| problem(whole, format!("the section `{name}` is missing")))
    };
    let is_end = |line: &Vec<Word>| heads(line, "*");
    let (relations, requests) = (section("PRECEDENCE")?, section("REQUESTS")?);
    let capacities = section("RESOURCEAVAIL")?;
    let links: Vec<_> = lines[relations..].iter().skip(2).take_while(|line| !is_end(line)).collect();
    let mut jobs: Vec<Job> = Vec::new();
    for line in &links {
        let number = line[0].number("the number of a job")? as usize;
        if number != jobs.len() + 1 {
            return Err(problem(line[0].span, format!("job {} should come here", jobs.len() + 1)));
        }
        if line.get(1).is_some_and(|modes| modes.text != "1") {
            return Err(problem(
                line[1].span,
                "a job has several modes: only single-mode files are read".to_owned(),
            ));
        }
        let after = line.get(3..).unwrap_or_default().to_vec();
        jobs.push(Job { id: Some(line[0]), after, ..Job::default() });
    }
    if jobs.len() < 2 {
        let found =
            format!("there are {} jobs: the first and the last mark start and end of the project", jobs.len());
        return Err(problem(lines[relations][0].span, found));
    }
    let rows = lines[requests..].iter().skip(2).filter(|line| !heads(line, "-"));
    for line in rows.take_while(|line| !is_end(line)) {
        let number = line[0].number("the number of a job")? as usize;
        let Some(job) = number.checked_sub(1).and_then(|place| jobs.get_mut(place)) else {
            return Err(problem(line[0].span, format!("job {number} has no precedence relations")));
        };
        let Some(duration) = line.get(2) else {
            return Err(problem(line[0].span, format!("job {number} has no duration")));
        };
        job.duration = duration.number("a duration")?;
        job.units = line[3..].to_vec();
    }
    let Some(units) = lines.get(capacities + 2) else {
        return Err(problem(whole, "the capacities of the resources are missing".to_owned()));
    };
    plan(&jobs, units, whole)
}

fn plan(jobs: &[Job], capacities: &[Word], whole: Span) -> Result<Node, Problem> {
    let resources =
        (1..).zip(capacities).map(|(i, word)| (word.span, format!("R{i}"), scalar(word.span, word.text)));
    let mut before: Vec<Vec<Word>> = vec![Vec::new(); jobs.len()];
    // The first job is before all, the last after all: neither says anything.
    let inner = 1..jobs.len().saturating_sub(1);
    for job in &jobs[inner.clone()] {
        for next in &job.after {
            let number = next.number("the number of a job")? as usize;
            let Some(list) = number.checked_sub(1).and_then(|place| before.get_mut(place)) else {
                return Err(problem(next.span, format!("there is no job {number}")));
            };
            list.extend(job.id);
        }
    }
    let mut tasks = Vec::new();
    for place in inner {
        let job = &jobs[place];
        let span = job.id.map_or(whole, |id| id.span);
        let mut fields = vec![(span, "elapsed".to_owned(), fixed(span, job.duration))];
        let used = (1..).zip(&job.units).filter(|(_, units)| units.text != "0");
        let uses: Vec<_> =
            used.map(|(i, units)| (units.span, format!("R{i}"), scalar(units.span, units.text))).collect();
        if !uses.is_empty() {
            fields.push((span, "uses".to_owned(), map(span, uses)));
        }
        if !before[place].is_empty() {
            let names = before[place].iter().map(|word| scalar(word.span, word.text)).collect();
            fields.push((span, "after".to_owned(), list(span, names)));
        }
        tasks.push((span, (place + 1).to_string(), map(span, fields)));
    }
    Ok(map(
        whole,
        vec![
            (whole, "resources".to_owned(), map(whole, resources.collect())),
            (whole, "tasks".to_owned(), map(whole, tasks)),
        ],
    ))
}

#[cfg(test)]
mod tests {
    use crate::plan::{Overrides, Source, read};
    use crate::schedule::critical_path;

    const SMALL: &str = "\
file with basedata            : small.bas
jobs (incl. supersource/sink ):  5
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          2           2   3
   2        1          1           4
   3        1          1           5
   4        1          1           5
   5        1          0
************************************************************************
REQUESTS/DURATIONS:
jobnr. mode duration  R 1  R 2
------------------------------------------------------------------------
  1      1     0       0    0
  2      1     3       2    0
  3      1     4       1    1
  4      1     2       0    0
  5      1     0       0    0
************************************************************************
RESOURCEAVAILABILITIES:
  R 1  R 2
    2    1
";

    #[test]
    fn a_project_without_a_first_and_a_last_job_is_refused() {
        let lines = SMALL.lines().filter(|line| !line.starts_with("   ") && !line.starts_with("  "));
        let none = lines.collect::<Vec<_>>().join("\n") + "\nRESOURCEAVAILABILITIES:\n R 1\n 2\n";
        let errors = read(Source::new("none.sm", none), &Overrides::default()).expect_err("no jobs");
        let text = crate::diagnostic::render(&errors);
        assert!(text.contains("there are 0 jobs") && text.contains("none.sm:3:1"), "{text}");
    }

    #[test]
    fn jobs_become_tasks_without_the_two_that_mark_start_and_end() {
        let plan = read(Source::new("small.sm", SMALL), &Overrides::default()).expect("sound").instance;
        let ids: Vec<&str> = plan.tasks.iter().map(|task| task.id.as_str()).collect();
        assert_eq!((plan.name.as_str(), ids), ("small", vec!["2", "3", "4"]));
        assert_eq!(plan.resources[0].capacity, 2);
        assert_eq!(plan.tasks[1].uses.len(), 2);
        assert_eq!(critical_path(&plan).length.hours(), 5.0);
    }

    #[test]
    fn what_is_not_understood_is_named_at_its_place() {
        let broken = SMALL.replace("  3      1     4 ", "  3      1     x ");
        let problems = read(Source::new("small.sm", broken), &Overrides::default()).expect_err("not a number");
        assert_eq!((problems[0].code.name(), problems[0].line, problems[0].column), ("E135", 16, 16));
        let cut = &SMALL[..SMALL.find("REQUESTS").expect("a section")];
        assert!(read(Source::new("small.sm", cut), &Overrides::default()).is_err());
    }
}
