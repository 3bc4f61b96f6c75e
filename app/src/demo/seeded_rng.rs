//! Pseudo-random numbers that are the same for the same seed.

/// A SplitMix64 generator. `rand` may change its generators between versions, but benchmarks must
/// be repeatable on the same data.
#[derive(Clone, Debug)]
pub struct SeededRng {
    state: u64,
}

impl SeededRng {
    /// One generator per seed and purpose, so that new uses do not change existing data.
    pub fn new(seed: u64, purpose: &str) -> Self {
        // FNV-1a.
        let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let named = purpose.bytes().fold(0xcbf2_9ce4_8422_2325, mix);
        let mut dice = Self {
            state: named ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15),
        };
        dice.state = dice.next_u64();
        dice
    }

    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to below `end`; 0 if `end` is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        let wide = u128::from(self.next_u64()) * u128::from(end);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// From `first` to `last`, both included.
    pub fn between(&mut self, first: i64, last: i64) -> i64 {
        let width = last.saturating_sub(first).saturating_add(1);
        let width = u64::try_from(width).unwrap_or(1);
        first.saturating_add_unsigned(self.below(width))
    }

    /// `true` with a probability of `per_mille` thousandths.
    pub fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// From 0 to 1, bell-shaped around 0.5.
    pub fn bell_curve(&mut self) -> f64 {
        (self.next_f64() + self.next_f64() + self.next_f64()) / 3.0
    }

    /// From 0 to below 1.
    pub fn next_f64(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let at = self.below(items.len() as u64);
        &items[usize::try_from(at).unwrap_or(0)]
    }
}

/// Picks indexes with weighted probabilities.
#[derive(Clone, Debug)]
pub struct WeightedIndex {
    /// Running sums of the weights.
    sums: Vec<u64>,
}

impl WeightedIndex {
    pub fn new(weights: impl IntoIterator<Item = u64>) -> Self {
        let sums = weights.into_iter().scan(0_u64, |sum, weight| {
            *sum = sum.saturating_add(weight);
            Some(*sum)
        });
        Self {
            sums: sums.collect(),
        }
    }

    /// Zipf-like weights: index `n` gets 1 / (n + `head`). A smaller `head` makes the first ones
    /// stand out more.
    pub fn zipf(places: u64, head: u64) -> Self {
        Self::new((0..places).map(|place| 1_000_000_000 / (place + head.max(1))))
    }

    pub fn pick(&self, dice: &mut SeededRng) -> usize {
        let all = self.sums.last().copied().unwrap_or(0);
        let drawn = dice.below(all);
        self.sums.partition_point(|sum| *sum <= drawn)
    }
}

#[cfg(test)]
mod tests {
    use super::{SeededRng, WeightedIndex};

    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        let mut dice = SeededRng::new(1, "anything");
        let thrown = [dice.below(1000), dice.below(1000), dice.below(1000)];
        assert_eq!(thrown, [872, 551, 114], "no version may throw others");
        assert_ne!(
            SeededRng::new(1, "anything").next_u64(),
            SeededRng::new(2, "anything").next_u64()
        );
        assert_ne!(
            SeededRng::new(1, "anything").next_u64(),
            SeededRng::new(1, "else").next_u64()
        );
    }

    #[test]
    fn indexes_are_picked_in_proportion_to_their_weights() {
        let (weights, mut dice) = (WeightedIndex::new([1, 0, 3]), SeededRng::new(7, "weights"));
        let mut picked = [0_u32; 3];
        for _ in 0..4000 {
            picked[weights.pick(&mut dice)] += 1;
        }
        assert_eq!(picked[1], 0);
        assert!((900..1100).contains(&picked[0]), "{picked:?}");
        assert_eq!(SeededRng::new(1, "none").below(0), 0);
    }
}
