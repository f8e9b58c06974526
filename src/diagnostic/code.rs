//! The table of codes: one line for each kind of problem, from which the documentation's table is made.

use std::fmt;

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The plan cannot run.
    Error,
    /// The plan runs, but something about it looks wrong.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

macro_rules! codes {
    ($($code:ident $meaning:literal;)*) => {
        /// What kind of problem it is. The names never change their meaning; `E` is an error, `W` a warning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {$(
            #[doc = $meaning]
            $code,
        )*}

        impl Code {
            /// All codes, in order.
            pub const ALL: &[Self] = &[$(Self::$code),*];

            /// The code as it is printed.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$code => stringify!($code)),* }
            }

            /// What it means, in one line.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$code => $meaning),* }
            }
        }
    };
}

codes! {
    E101 "the text is neither YAML nor JSON";
    E102 "the text is too large, too deep, or grows too much through aliases";
    E103 "the text holds no plan: it is empty, holds several documents, or is not a map of fields";
    E104 "a reference names something that does not exist";
    E105 "a field is not known";
    E106 "an id or a key is given twice";
    E107 "a value is of the wrong type";
    E108 "a required field is missing";
    E109 "two fields exclude each other, or one needs another";
    E110 "a word is not one of those allowed";
    E111 "a number is negative, too large, or not a number";
    E112 "a text is not an estimate or a length of time";
    E113 "a range is upside down";
    E114 "points or percentiles of a distribution are out of order, or it cannot exist";
    E115 "a text is not a date";
    E116 "a date or a calendar needs the plan's `start`";
    E117 "a date is before the start, or an end is before its beginning";
    E118 "a time zone is not known";
    E119 "a calendar has no working time, or its days or hours are not understood";
    E120 "dependencies form a cycle";
    E121 "nobody has a skill";
    E122 "no agent can ever do the work";
    E123 "there is work but no agent";
    E124 "a task has no estimate";
    E125 "the tasks of a phase state all of its effort, and one has no estimate";
    E126 "a selector matches nothing";
    E127 "there are fewer agents than a crew needs";
    E128 "a task needs more of a resource than there is";
    E129 "nobody but the authors can review";
    E130 "a chain of escalation levels loops, or ends where a timeout moves a ticket on";
    E131 "an override does not fit the plan";
    E132 "a probability is asked for but there is no date or budget to meet";
    E133 "an id is reserved or not usable";
    E134 "the plan has no tasks";
    E135 "a file in the format of another tool is not understood";
    W201 "tasks have no estimate of their own";
    W202 "a single agent holds a skill on the critical path";
    W203 "nothing needs a task, and it leads to no date";
    W204 "a due date is earlier than the critical path on mean durations";
    W205 "a range is narrower than 5 %";
    W206 "two agents wait for each other's phases";
    W207 "an agent has nothing to do";
    W208 "a patch removes something that is not there";
    W209 "a file in the format of another tool contradicts itself";
    W210 "a field or an entry has no effect";
    W211 "a due date has passed and what it is for is not done";
}

impl Code {
    /// Whether it is an error or a warning.
    #[must_use]
    pub fn severity(self) -> Severity {
        if self.name().starts_with('E') { Severity::Error } else { Severity::Warning }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
