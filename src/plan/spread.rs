//! Random durations about the means of a plan, as papers on stochastic project scheduling take them (Ballestin &
//! Leus 2009).

use std::fmt;
use std::str::FromStr;

use crate::model::{Distribution, Instance};

/// How durations spread about their mean of d hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    /// Uniform within the square root of d.
    NarrowUniform,
    /// Uniform from 0 to 2 d.
    WideUniform,
    /// Exponential.
    Exponential,
}

impl FromStr for Spread {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "u1" => Ok(Self::NarrowUniform),
            "u2" => Ok(Self::WideUniform),
            "exp" => Ok(Self::Exponential),
            _ => Err("one of u1, u2 and exp".to_owned()),
        }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NarrowUniform => "u1",
            Self::WideUniform => "u2",
            Self::Exponential => "exp",
        })
    }
}

impl Spread {
    /// Gives every task's estimate this spread about its mean.
    pub fn apply(self, instance: &mut Instance) {
        for task in &mut instance.tasks {
            let mean = task.estimate.mean();
            // Within an hour of zero a square root exceeds its number.
            let half = mean.sqrt().min(mean);
            task.estimate = match self {
                _ if mean == 0.0 => Distribution::Fixed(0.0),
                Self::NarrowUniform => Distribution::Uniform { low: mean - half, high: mean + half },
                Self::WideUniform => Distribution::Uniform { low: 0.0, high: 2.0 * mean },
                Self::Exponential => Distribution::Exponential { mean },
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Builder;

    #[test]
    fn every_spread_keeps_the_mean() {
        for spread in ["u1", "u2", "exp"] {
            let mut plan = Builder::new();
            plan.elapsed("a", 9.0);
            plan.elapsed("b", 0.0);
            let mut plan = plan.build();
            spread.parse::<Spread>().expect("a spread").apply(&mut plan);
            assert_eq!([plan.tasks[0].estimate.mean(), plan.tasks[1].estimate.mean()], [9.0, 0.0]);
        }
        assert!("u3".parse::<Spread>().is_err());
    }
}
