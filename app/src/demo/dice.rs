//! Chance that falls the same way each time.

/// Numbers that look like chance and follow from a seed, by SplitMix64. The generators of
/// `rand` may change from one of its versions to the next; what was measured last year is to
/// be measured again.
#[derive(Clone, Debug)]
pub struct Dice {
    state: u64,
}

impl Dice {
    /// Those of a seed and of what they are thrown for: what is added for one purpose does
    /// not change what comes for another.
    pub fn of(seed: u64, purpose: &str) -> Self {
        // FNV-1a.
        let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let named = purpose.bytes().fold(0xcbf2_9ce4_8422_2325, mix);
        let mut dice = Self {
            state: named ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15),
        };
        dice.state = dice.roll();
        dice
    }

    /// 64 bits.
    pub fn roll(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below `end`; 0 where there is none.
    pub fn below(&mut self, end: u64) -> u64 {
        let wide = u128::from(self.roll()) * u128::from(end);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A number of a range.
    pub fn between(&mut self, first: i64, last: i64) -> i64 {
        let width = last.saturating_sub(first).saturating_add(1);
        let width = u64::try_from(width).unwrap_or(1);
        first.saturating_add_unsigned(self.below(width))
    }

    /// `true` so many times of a thousand.
    pub fn chance(&mut self, of_thousand: u64) -> bool {
        self.below(1000) < of_thousand
    }

    /// From 0 to 1, mostly about the middle.
    pub fn bell(&mut self) -> f64 {
        (self.unit() + self.unit() + self.unit()) / 3.0
    }

    /// From 0 to below 1.
    pub fn unit(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// One of them.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let at = self.below(of.len() as u64);
        &of[usize::try_from(at).unwrap_or(0)]
    }
}

/// Picks places by weight.
#[derive(Clone, Debug)]
pub struct Weights {
    /// The weights up to each place, added up.
    sums: Vec<u64>,
}

impl Weights {
    /// Of places in that order.
    pub fn new(weights: impl IntoIterator<Item = u64>) -> Self {
        let sums = weights.into_iter().scan(0_u64, |sum, weight| {
            *sum = sum.saturating_add(weight);
            Some(*sum)
        });
        Self {
            sums: sums.collect(),
        }
    }

    /// As the popularity of things falls: the place `n` has the weight 1 / (n + `head`). The
    /// smaller the head, the more the first ones stand out.
    pub fn falling(places: u64, head: u64) -> Self {
        Self::new((0..places).map(|place| 1_000_000_000 / (place + head.max(1))))
    }

    /// A place.
    pub fn pick(&self, dice: &mut Dice) -> usize {
        let all = self.sums.last().copied().unwrap_or(0);
        let drawn = dice.below(all);
        self.sums.partition_point(|sum| *sum <= drawn)
    }
}

#[cfg(test)]
mod tests {
    use super::{Dice, Weights};

    #[test]
    fn the_same_seed_throws_the_same() {
        let mut dice = Dice::of(1, "anything");
        let thrown = [dice.below(1000), dice.below(1000), dice.below(1000)];
        assert_eq!(thrown, [872, 551, 114], "no version may throw others");
        assert_ne!(
            Dice::of(1, "anything").roll(),
            Dice::of(2, "anything").roll()
        );
        assert_ne!(Dice::of(1, "anything").roll(), Dice::of(1, "else").roll());
    }

    #[test]
    fn weights_are_picked_as_often_as_they_weigh() {
        let (weights, mut dice) = (Weights::new([1, 0, 3]), Dice::of(7, "weights"));
        let mut picked = [0_u32; 3];
        for _ in 0..4000 {
            picked[weights.pick(&mut dice)] += 1;
        }
        assert_eq!(picked[1], 0);
        assert!((900..1100).contains(&picked[0]), "{picked:?}");
        assert_eq!(Dice::of(1, "none").below(0), 0);
    }
}
