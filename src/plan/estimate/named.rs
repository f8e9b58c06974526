//! Distributions by name: `{ triangular: [2h, 4h, 9h] }`, `{ lognormal: { p10: 2h, p90: 9h } }` and the others.

use super::amount::{Flaw, Form, Unit, amount, form};
use super::fit::{self, LogNormalPoints};
use crate::diagnostic::{Code, nearest};
use crate::model::Distribution;
use crate::plan::format::field::{Context, listed, shortened};
use crate::plan::format::scalar::number;
use crate::plan::source::Span;
use crate::plan::tree::{Entry, Node, Value};

/// Names of the distributions.
pub(super) const NAMES: &[&str] = &[
    "fixed",
    "pert",
    "triangular",
    "uniform",
    "lognormal",
    "normal",
    "exponential",
    "gamma",
    "weibull",
    "beta",
    "samples",
];

/// Values that a list of samples may hold.
const SAMPLE_LIMIT: usize = 100_000;

/// A problem with its place in the estimate.
type Located<T> = Result<T, (Span, Flaw)>;

/// Reads the map form of an estimate.
pub(super) fn read(node: &Node, entries: &[Entry], unit: Unit, context: &mut Context<'_>) -> Option<Distribution> {
    match named(node, entries, unit) {
        Ok(distribution) => Some(distribution),
        Err((span, flaw)) => {
            let message = format!("`{}` {}", context.path(), flaw.message);
            context.report(flaw.code, span, message, flaw.help);
            None
        }
    }
}

fn named(node: &Node, entries: &[Entry], unit: Unit) -> Located<Distribution> {
    let mut shape = None;
    let mut lambda = None;
    for entry in entries {
        match &*entry.key.text {
            "lambda" => lambda = Some(positive(&entry.node)?),
            name if NAMES.contains(&name) && shape.is_none() => shape = Some(entry),
            name if NAMES.contains(&name) => {
                return Err((
                    entry.key.span,
                    Flaw::new(Code::E109, "names two distributions", "keep one".to_owned()),
                ));
            }
            name => {
                let help = match nearest(name, NAMES.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("known are {}", listed(NAMES)),
                };
                let message = format!("has the unknown distribution `{}`", shortened(name));
                return Err((entry.key.span, Flaw::new(Code::E105, &message, help)));
            }
        }
    }
    let Some(entry) = shape else {
        let help = format!("name one of {}", listed(NAMES));
        return Err((node.span, Flaw::new(Code::E108, "names no distribution", help)));
    };
    let parts = Parts { name: &entry.key.text, node: &entry.node, unit };
    if lambda.is_some() && parts.name != "pert" {
        let flaw = Flaw::new(Code::E109, "has a `lambda`, which only `pert` has", "remove it".to_owned());
        return Err((entry.key.span, flaw));
    }
    parts.distribution(lambda)
}

/// What belongs to a distribution.
struct Parts<'a> {
    name: &'a str,
    node: &'a Node,
    unit: Unit,
}

impl Parts<'_> {
    fn distribution(&self, lambda: Option<f64>) -> Located<Distribution> {
        use Distribution as D;
        Ok(match self.name {
            "fixed" => D::Fixed(self.value(self.node)?),
            "pert" => {
                let ([low, mode, high], own) = self.three(true)?;
                let lambda = own.or(lambda).unwrap_or(4.0);
                fit::pert(low, mode, high, lambda)
            }
            "triangular" => match self.three(false)?.0 {
                [low, _, high] if low == high => D::Fixed(low),
                [low, mode, high] => D::Triangular { low, mode, high },
            },
            "uniform" => match self.pair(["low", "high"])? {
                [low, high] if low > high => return Err(self.flaw(Code::E113, "is upside down", "swap the two")),
                [low, high] if low == high => D::Fixed(low),
                [low, high] => D::Uniform { low, high },
            },
            "lognormal" => self.log_normal()?,
            "normal" => match self.pair(["mean", "sd"])? {
                [mean, 0.0] => D::Fixed(mean),
                [mean, sd] => D::Normal { mean, sd },
            },
            "exponential" => {
                let mean = match &self.node.value {
                    Value::Map(_) => self.value(self.only(&["mean"], "mean")?)?,
                    _ => self.value(self.node)?,
                };
                if mean > 0.0 { D::Exponential { mean } } else { D::Fixed(0.0) }
            }
            "gamma" => self.gamma()?,
            "weibull" => {
                let shape = positive(self.only(&["shape", "scale"], "shape")?)?;
                D::Weibull { shape, scale: self.above_zero("scale")? }
            }
            "beta" => self.beta()?,
            _ => self.samples()?,
        })
    }

    fn flaw(&self, code: Code, message: &str, help: &str) -> (Span, Flaw) {
        (self.node.span, Flaw::new(code, message, (!help.is_empty()).then(|| help.to_owned())))
    }

    /// A length of time, or a number.
    fn value(&self, node: &Node) -> Located<f64> {
        let Some(text) = node.text() else {
            return Err((
                node.span,
                Flaw::new(
                    Code::E107,
                    "must hold single values here",
                    "write one amount for each, such as `2h`".to_owned(),
                ),
            ));
        };
        amount(text, self.unit).map_err(|flaw| located(node, text, flaw))
    }

    /// The value of a key, if no other keys than `allowed` are there.
    fn optional(&self, allowed: &[&'static str], key: &str) -> Located<Option<&Node>> {
        let Value::Map(entries) = &self.node.value else {
            let help = format!("write `{}: {{ {} }}`", self.name, allowed.join(": .., ") + ": ..");
            return Err(self.flaw(Code::E107, &format!("needs a map for `{}`", self.name), &help));
        };
        if let Some(entry) = entries.iter().find(|e| !allowed.contains(&&*e.key.text)) {
            let given = shortened(&entry.key.text);
            let help = match nearest(&entry.key.text, allowed.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("`{}` has {}", self.name, listed(allowed)),
            };
            return Err((
                entry.key.span,
                Flaw::new(Code::E105, &format!("has the unknown field `{given}`"), help),
            ));
        }
        Ok(self.node.get(key))
    }

    fn only(&self, allowed: &[&'static str], key: &str) -> Located<&Node> {
        self.optional(allowed, key)?.ok_or_else(|| {
            self.flaw(Code::E108, &format!("needs `{key}` for `{}`", self.name), &format!("add `{key}`"))
        })
    }

    /// A value above 0 of a key that is known to be allowed.
    fn above_zero(&self, key: &str) -> Located<f64> {
        let node = self.node.get(key).ok_or_else(|| {
            self.flaw(Code::E108, &format!("needs `{key}` for `{}`", self.name), &format!("add `{key}`"))
        })?;
        let value = self.value(node)?;
        if value > 0.0 {
            Ok(value)
        } else {
            Err((
                node.span,
                Flaw::new(Code::E111, "needs a value above 0", "`fixed: 0h` is no time at all".to_owned()),
            ))
        }
    }

    /// `[low, mode, high]`, `low/mode/high` or a map; and the map's `lambda`.
    fn three(&self, pert: bool) -> Located<([f64; 3], Option<f64>)> {
        let mut lambda = None;
        let points = match &self.node.value {
            Value::Text { text, .. } => {
                match form(text, self.unit).map_err(|flaw| located(self.node, text, flaw))? {
                    Form::Three(low, mode, high) => [low, mode, high],
                    _ => return Err(self.flaw(Code::E112, "needs three points", "write `2h/4h/9h`")),
                }
            }
            Value::List(items) => {
                let [low, mode, high] = &items[..] else {
                    return Err(self.flaw(Code::E112, "needs three points", "write `[low, mode, high]`"));
                };
                [self.value(low)?, self.value(mode)?, self.value(high)?]
            }
            _ => {
                let allowed: &[&'static str] =
                    if pert { &["low", "mode", "high", "lambda"] } else { &["low", "mode", "high"] };
                lambda = self.optional(allowed, "lambda")?.map(positive).transpose()?;
                let part = |key| self.value(self.only(allowed, key)?);
                [part("low")?, part("mode")?, part("high")?]
            }
        };
        if points[0] > points[1] || points[1] > points[2] {
            return Err(self.flaw(Code::E114, "has points out of order", "order them: low, mode, high"));
        }
        Ok((points, lambda))
    }

    /// `[a, b]` or a map with these keys; for low and high `a-b` too.
    fn pair(&self, keys: [&'static str; 2]) -> Located<[f64; 2]> {
        match &self.node.value {
            Value::List(items) => match &items[..] {
                [first, second] => Ok([self.value(first)?, self.value(second)?]),
                _ => {
                    Err(self.flaw(Code::E112, "needs two values", &format!("write `[{}, {}]`", keys[0], keys[1])))
                }
            },
            Value::Text { text, .. } if keys[0] == "low" => {
                match form(text, self.unit).map_err(|flaw| located(self.node, text, flaw))? {
                    Form::Range(low, high) => Ok([low, high]),
                    _ => Err(self.flaw(Code::E112, "needs two values", "write `2-3h`")),
                }
            }
            _ => Ok([self.value(self.only(&keys, keys[0])?)?, self.value(self.only(&keys, keys[1])?)?]),
        }
    }

    fn log_normal(&self) -> Located<Distribution> {
        const KEYS: &[&str] = &["median", "mean", "sd", "p5", "p10", "p90", "p95"];
        let part = |key| self.optional(KEYS, key)?.map(|node| self.value(node)).transpose();
        let points = LogNormalPoints {
            median: part("median")?,
            mean: part("mean")?,
            sd: part("sd")?,
            p5: part("p5")?,
            p10: part("p10")?,
            p90: part("p90")?,
            p95: part("p95")?,
        };
        fit::log_normal(points).map_err(|flaw| (self.node.span, flaw))
    }

    fn gamma(&self) -> Located<Distribution> {
        const KEYS: &[&str] = &["shape", "scale", "mean", "sd"];
        if self.optional(KEYS, "mean")?.is_some() {
            let (mean, sd) = (self.above_zero("mean")?, self.above_zero("sd")?);
            let shape = (mean / sd) * (mean / sd);
            return Ok(Distribution::Gamma { shape, scale: mean / shape });
        }
        let shape = positive(self.only(KEYS, "shape")?)?;
        Ok(Distribution::Gamma { shape, scale: self.above_zero("scale")? })
    }

    fn beta(&self) -> Located<Distribution> {
        const KEYS: &[&str] = &["alpha", "beta", "low", "high"];
        let alpha = positive(self.only(KEYS, "alpha")?)?;
        let beta = positive(self.only(KEYS, "beta")?)?;
        let low = self.optional(KEYS, "low")?.map_or(Ok(0.0), |node| self.value(node))?;
        let high = self.value(self.only(KEYS, "high")?)?;
        match () {
            () if low > high => Err(self.flaw(Code::E113, "is upside down", "swap `low` and `high`")),
            () if low == high => Ok(Distribution::Fixed(low)),
            () => Ok(Distribution::Beta { alpha, beta, low, high }),
        }
    }

    fn samples(&self) -> Located<Distribution> {
        let Value::List(items) = &self.node.value else {
            return Err(self.flaw(Code::E107, "needs a list for `samples`", "write `samples: [2h, 3h, 7h]`"));
        };
        if items.is_empty() || items.len() > SAMPLE_LIMIT {
            return Err(self.flaw(
                Code::E111,
                &format!("needs 1 to {SAMPLE_LIMIT} samples, but has {}", items.len()),
                "list the durations of past tasks",
            ));
        }
        let mut values = items.iter().map(|item| self.value(item)).collect::<Located<Vec<f64>>>()?;
        values.sort_by(f64::total_cmp);
        let same = values[0] == values[values.len() - 1];
        Ok(if same { Distribution::Fixed(values[0]) } else { Distribution::Samples(values) })
    }
}

/// A plain number above 0: a shape or a weight.
fn positive(node: &Node) -> Located<f64> {
    match node.text().and_then(number) {
        Some(value) if value > 0.0 && value <= 1e6 => Ok(value),
        _ => Err((
            node.span,
            Flaw::new(
                Code::E111,
                "needs a number above 0 and at most 1e6 here",
                "shapes and weights are plain numbers, such as `2` or `0.5`".to_owned(),
            ),
        )),
    }
}

fn located(node: &Node, text: &str, flaw: Flaw) -> (Span, Flaw) {
    let message = format!("holds `{}`, which {}", shortened(text), flaw.message);
    (node.span, Flaw { message, ..flaw })
}
