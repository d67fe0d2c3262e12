//! As few as suffice.

/// Which of the candidates suffice, so that none of them can be left out; those that stand first are kept with
/// preference. `suffice` must say yes to all of them, and to whatever contains something that it says yes to; where it
/// says no for lack of time, more are kept than need be.
///
/// U. Junker, "QuickXplain: Preferred Explanations and Relaxations for Over-Constrained Problems", AAAI 2004.
pub(super) fn fewest<T: Copy>(candidates: &[T], suffice: &mut dyn FnMut(&[T]) -> bool) -> Vec<T> {
    let mut some = 0;
    while some < candidates.len() && !suffice(&candidates[..some]) {
        some = (2 * some).max(1);
    }
    let some = &candidates[..some.min(candidates.len())];
    quick_xplain(&mut Vec::new(), IsNew::No, some, suffice)
}

/// Which of the candidates suffice together with the background. `background` and `candidates` together do.
fn quick_xplain<T: Copy>(
    background: &mut Vec<T>,
    new: IsNew,
    candidates: &[T],
    suffice: &mut dyn FnMut(&[T]) -> bool,
) -> Vec<T> {
    if candidates.is_empty() || new == IsNew::Yes && suffice(background) {
        return Vec::new();
    }
    if candidates.len() == 1 {
        return candidates.to_vec();
    }
    let (first, second) = candidates.split_at(candidates.len() / 2);
    let known = background.len();
    background.extend(first);
    let mut kept = quick_xplain(background, IsNew::Yes, second, suffice);
    background.truncate(known);
    background.extend(&kept);
    let new = if kept.is_empty() {
        IsNew::No
    } else {
        IsNew::Yes
    };
    kept.extend(quick_xplain(background, new, first, suffice));
    background.truncate(known);
    kept
}

/// Whether the background has grown since it was last tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum IsNew {
    Yes,
    No,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_kept_can_be_left_out() {
        let candidates: Vec<u32> = (0..40).collect();
        let mut tried = 0;
        let mut suffice = |these: &[u32]| {
            tried += 1;
            [3, 17, 18].iter().all(|one| these.contains(one))
        };
        let mut kept = fewest(&candidates, &mut suffice);
        kept.sort_unstable();
        assert_eq!(kept, [3, 17, 18]);
        assert!(tried < 40, "{tried}");
    }

    #[test]
    fn those_that_stand_first_are_preferred() {
        let mut suffice = |these: &[u32]| these.len() >= 2;
        assert_eq!(fewest(&[9, 4, 5, 6, 7], &mut suffice).len(), 2);
        let mut suffice = |these: &[u32]| these.contains(&1) || these.contains(&5);
        assert_eq!(fewest(&[5, 1], &mut suffice), [5]);
        assert_eq!(fewest(&[1, 5], &mut suffice), [1]);
    }

    #[test]
    fn nothing_may_be_enough() {
        assert_eq!(fewest(&[1, 2], &mut |_| true), [] as [u32; 0]);
    }
}
