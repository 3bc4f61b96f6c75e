//! A set of ids.

/// Sorted, which is faster than a hash for a few thousand ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdSet(Vec<i64>);

impl IdSet {
    pub fn empty() -> &'static Self {
        static EMPTY: IdSet = IdSet(Vec::new());
        &EMPTY
    }

    pub fn contains(&self, id: i64) -> bool {
        self.0.binary_search(&id).is_ok()
    }
}

impl FromIterator<i64> for IdSet {
    fn from_iter<T: IntoIterator<Item = i64>>(ids: T) -> Self {
        let mut ids: Vec<i64> = ids.into_iter().collect();
        ids.sort_unstable();
        Self(ids)
    }
}
