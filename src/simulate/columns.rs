//! Lists of lists in two flat columns: one allocation, no pointer to follow.

/// Row `i` is `items[offsets[i]..offsets[i + 1]]`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows<T> {
    offsets: Vec<u32>,
    items: Vec<T>,
}

impl<T> Rows<T> {
    /// One row per element of `rows`, in order.
    pub(crate) fn new(rows: impl IntoIterator<Item = Vec<T>>) -> Self {
        let mut all = Self { offsets: vec![0], items: Vec::new() };
        for row in rows {
            all.items.extend(row);
            // OK because a plan file is refused long before it holds 2^32 links.
            all.offsets.push(u32::try_from(all.items.len()).expect("fewer than 2^32 items"));
        }
        all
    }

    /// Row `row`.
    #[inline]
    pub(crate) fn of(&self, row: usize) -> &[T] {
        &self.items[self.offsets[row] as usize..self.offsets[row + 1] as usize]
    }

    /// Where row `row` stands in a column that lies beside the items.
    #[inline]
    pub(crate) fn range(&self, row: usize) -> std::ops::Range<usize> {
        self.offset(row)..self.offset(row + 1)
    }

    /// Where row `row` begins in a column that lies beside the items.
    #[inline]
    pub(crate) fn offset(&self, row: usize) -> usize {
        self.offsets[row] as usize
    }

    /// Length of each row.
    pub(crate) fn lengths(&self) -> Vec<u32> {
        self.offsets.windows(2).map(|ends| ends[1] - ends[0]).collect()
    }

    /// The items of all rows.
    #[inline]
    pub(crate) fn items(&self) -> &[T] {
        &self.items
    }
}
