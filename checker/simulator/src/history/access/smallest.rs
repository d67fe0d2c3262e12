//! The few calls that show a violation.

use super::Calls;
use crate::history::fewest::fewest;

impl Calls {
    /// What `find` finds among as few calls as possible, those calls, and which they were; `None` if it finds nothing
    /// among all of them. `find` must find something among all calls that contain some among which it does.
    pub(super) fn smallest_violation<F>(
        &self,
        find: impl Fn(&Calls) -> Option<F>,
    ) -> Option<(F, Calls, Vec<usize>)> {
        find(self)?;
        // The first to be made after which it is there, but for the values that are read before they are written.
        let all: Vec<usize> = (0..self.list.len()).collect();
        let (mut without, mut with) = (0, all.len());
        while without + 1 < with {
            let middle = without.midpoint(with);
            if find(&self.only(&all[..middle]).0).is_some() {
                with = middle;
            } else {
                without = middle;
            }
        }
        let last = with - 1;
        let is_found = |these: &[usize]| find(&self.only(these).0).is_some();
        // What happened last is kept with preference.
        let candidates: Vec<usize> = (0..last).rev().collect();
        let mut kept = fewest(&candidates, &mut |these| {
            is_found(&[these, &[last]].concat())
        });
        kept.push(last);
        // A read brings along the write whose value it read. If that suffices, the read is not needed.
        let (_, mut candidates) = self.only(&kept);
        candidates.sort_by_key(|&call| !self.is_write(call));
        let kept = fewest(&candidates, &mut |these| is_found(these));
        let (calls, numbers) = self.only(&kept);
        Some((find(&calls)?, calls, numbers))
    }
}
