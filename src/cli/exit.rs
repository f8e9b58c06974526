//! Exit codes: what a script may rely on.

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// Everything was done.
    Success = 0,
    /// A limit of the plan is broken, or the plan is worse than its baseline.
    LimitBroken = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// The plan cannot be read or has errors, or what was asked of it is not in it.
    InvalidPlan = 3,
    /// Noise hides whether a limit holds or the plan is worse than its baseline.
    Inconclusive = 4,
    /// The program has a bug.
    Bug = 70,
    /// Output cannot be written (`EX_IOERR` of `sysexits.h`).
    Output = 74,
}

impl Exit {
    /// All codes, rising.
    pub const ALL: [Self; 7] = [
        Self::Success,
        Self::LimitBroken,
        Self::Usage,
        Self::InvalidPlan,
        Self::Inconclusive,
        Self::Bug,
        Self::Output,
    ];

    /// The number that the shell sees.
    #[must_use]
    pub fn code(self) -> u8 {
        self as u8
    }

    /// What it means, in one line.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Success => "everything was done",
            Self::LimitBroken => "a limit of the plan is broken, or the plan is worse than its baseline",
            Self::Usage => "the command line makes no sense",
            Self::InvalidPlan => "the plan cannot be read, has errors, or lacks what was asked of it",
            Self::Inconclusive => "noise hides whether a limit holds or the plan is worse",
            Self::Bug => "plancast has a bug",
            Self::Output => "output cannot be written",
        }
    }
}

/// The table of exit codes, for the end of the help.
pub(super) fn table() -> String {
    let rows = Exit::ALL.iter().map(|exit| format!("  {:>2}  {}", exit.code(), exit.meaning()));
    format!("Exit codes:\n{}", rows.collect::<Vec<_>>().join("\n"))
}
