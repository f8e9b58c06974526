//! Differences between two versions of a plan, in words.

use super::number::plain;
use crate::analyse::{Difference, PlanChange};
use crate::model::Status;

/// One difference as a clause, without a full stop.
pub(super) fn sentence(change: &PlanChange) -> String {
    let what = format!("{} {}", change.entity.word(), change.id);
    match &change.difference {
        Difference::Added => format!("{what} is new"),
        Difference::Removed => format!("{what} is gone"),
        Difference::Estimate(before, after) if plain(*before) == plain(*after) => {
            format!("{what}: another estimate of the same mean, {} h", plain(*after))
        }
        Difference::Estimate(before, after) => {
            format!("{what}: mean estimate {} h instead of {} h", plain(*after), plain(*before))
        }
        Difference::Assignment(before, after) => {
            format!("{what}: done by {} instead of {}", anyone(after), anyone(before))
        }
        Difference::Dependencies(added, removed) => {
            let more = (!added.is_empty()).then(|| format!("waits for {}", added.join(", ")));
            let less = (!removed.is_empty()).then(|| format!("no longer waits for {}", removed.join(", ")));
            format!("{what} {}", more.into_iter().chain(less).collect::<Vec<_>>().join(" and "))
        }
        Difference::Status(before, after) => {
            format!("{what} is {} instead of {}", status(*after), status(*before))
        }
        Difference::Number(field, before, after) => {
            format!("{what}: {field} {} instead of {}", short(*after), short(*before))
        }
        Difference::Field(field) => format!("{what}: {field} changed"),
    }
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Todo => "to do",
        Status::Active => "active",
        Status::Done => "done",
    }
}

fn anyone(ids: &[String]) -> String {
    if ids.is_empty() { "nobody".to_owned() } else { ids.join(", ") }
}

/// A count without digits behind the point.
fn short(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { plain(value) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyse::Entity;

    #[test]
    fn each_difference_says_what_it_is_now() {
        let say = |difference| sentence(&PlanChange { entity: Entity::Task, id: "3A".to_owned(), difference });
        let list = |ids: &[&str]| ids.iter().map(|&id| id.to_owned()).collect::<Vec<_>>();
        assert_eq!(say(Difference::Estimate(8.0, 16.0)), "task 3A: mean estimate 16.0 h instead of 8.0 h");
        assert_eq!(say(Difference::Assignment(list(&["a"]), list(&[]))), "task 3A: done by nobody instead of a");
        assert_eq!(
            say(Difference::Dependencies(list(&["x", "y"]), list(&["z"]))),
            "task 3A waits for x, y and no longer waits for z"
        );
        assert_eq!(say(Difference::Status(Status::Todo, Status::Active)), "task 3A is active instead of to do");
        assert_eq!(say(Difference::Number("count", 1.0, 2.0)), "task 3A: count 2 instead of 1");
    }
}
