//! What an hour of each agent is worth, so that work that any may do, each at another speed, bounds the plan:
//! whoever does a task, it takes at least the least priced hours of all who may, and what all agents have is
//! the sum of their prices. The best prices are the duals of the fractional problem of unrelated machines
//! (Martello, Soumis & Toth 1997); here a multiplicative ascent comes near them, and any prices give a bound.

/// Steps of the ascent.
const STEPS: u32 = 400;
/// Prices are whole parts of this, so that bounds are exact.
const UNIT: f64 = 1e6;

/// A price for each agent; none for those who may do nothing. `ways` lists for each task who may do it and how
/// long that takes, `capacity` how much of each agent's time there is, in any common unit.
pub(super) fn prices(ways: &[Vec<(usize, f64)>], capacity: &[f64]) -> Vec<u64> {
    let mut price = vec![0.0; capacity.len()];
    for &(agent, _) in ways.iter().flatten() {
        price[agent] = 1.0;
    }
    let mut best = (0.0, price.clone());
    let mut load = vec![0.0; capacity.len()];
    for step in 0..STEPS {
        let all: f64 = price.iter().zip(capacity).map(|(price, capacity)| price * capacity).sum();
        if all <= 0.0 {
            break;
        }
        for price in &mut price {
            *price /= all;
        }
        load.fill(0.0);
        let mut bound = 0.0;
        for ways in ways {
            let priced = ways.iter().map(|&(agent, work)| (price[agent] * work, agent, work));
            if let Some((least, agent, work)) = priced.min_by(|a, b| a.0.total_cmp(&b.0)) {
                bound += least;
                load[agent] += work;
            }
        }
        if bound > best.0 {
            best = (bound, price.clone());
        }
        // Who is loaded more than the average gets dearer.
        let pace = 0.5 / f64::from(step + 1).sqrt();
        for ((price, load), capacity) in price.iter_mut().zip(&load).zip(capacity) {
            let over = if *capacity > 0.0 { load / capacity / bound.max(f64::MIN_POSITIVE) - 1.0 } else { 0.0 };
            *price *= libm::exp(pace * over.clamp(-1.0, 2.0));
        }
    }
    let most = best.1.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    best.1.iter().map(|price| (price / most * UNIT).round() as u64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bound of these prices: least priced work over priced capacity.
    fn bound(ways: &[Vec<(usize, f64)>], capacity: &[f64]) -> f64 {
        let prices = prices(ways, capacity);
        let least = |ways: &Vec<(usize, f64)>| {
            ways.iter().map(|&(agent, work)| prices[agent] as f64 * work).fold(f64::INFINITY, f64::min)
        };
        let all: f64 = prices.iter().zip(capacity).map(|(&price, capacity)| price as f64 * capacity).sum();
        ways.iter().map(least).sum::<f64>() / all
    }

    /// Twelve tasks, which take the one 1 hour and the other 2: together they need 8, since they do 3 in 2 hours.
    #[test]
    fn agents_of_different_speed_share_work_that_both_may_do() {
        let bound = bound(&vec![vec![(0, 1.0), (1, 2.0)]; 12], &[1.0, 1.0]);
        assert!((7.9..=8.0 + 1e-9).contains(&bound), "{bound}");
    }

    /// 10 hours only the one can do, 10 both, of whom the other has twice the time: (10 + 10) / 3 for both is
    /// less than the 10 that the one has anyway.
    #[test]
    fn work_that_only_one_can_do_counts_alone_where_that_is_more() {
        let ways = [vec![(0, 10.0)], vec![(0, 10.0), (1, 10.0)]];
        let bound = bound(&ways, &[1.0, 2.0]);
        assert!((9.8..=10.0 + 1e-9).contains(&bound), "{bound}");
    }
}
