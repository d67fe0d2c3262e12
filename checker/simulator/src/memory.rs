//! A limit on memory that is the same on every system: an allocator that refuses to go beyond it.
//!
//! Where an operating system offers limits they differ, and some offer none. A suite that asks for too much
//! fails to allocate here, at the same place on every machine.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    /// Bytes this thread may still allocate. Counted per thread: a scenario runs on one.
    static LEFT: Cell<isize> = const { Cell::new(isize::MAX) };
}

/// Limits what this thread may have allocated, beyond what it has already, to `bytes`.
pub(crate) fn limit(bytes: usize) {
    LEFT.set(isize::try_from(bytes).unwrap_or(isize::MAX));
}

/// Bytes that this thread may still allocate.
pub(crate) fn left() -> usize {
    usize::try_from(LEFT.get()).unwrap_or(0)
}

struct Limited;

#[global_allocator]
static ALLOCATOR: Limited = Limited;

/// Takes `bytes` from what is left; whether there was enough.
fn take(bytes: usize) -> bool {
    let Ok(bytes) = isize::try_from(bytes) else {
        return false;
    };
    LEFT.try_with(|left| {
        let rest = left.get().wrapping_sub(bytes);
        let enough = rest >= 0;
        if enough {
            left.set(rest);
        }
        enough
    })
    .unwrap_or(true)
}

fn give_back(bytes: usize) {
    let _ = LEFT.try_with(|left| left.set(left.get().saturating_add_unsigned(bytes)));
}

// SAFETY: every call is passed on to the system's allocator with the same arguments, or answered with null, which
// the contract of `GlobalAlloc` allows. The counting neither allocates nor unwinds.
unsafe impl GlobalAlloc for Limited {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !take(layout.size()) {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if !take(layout.size()) {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller keeps the contract of `alloc_zeroed`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        give_back(layout.size());
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if !take(size) {
            return std::ptr::null_mut();
        }
        give_back(layout.size());
        // SAFETY: the caller keeps the contract of `realloc`.
        unsafe { System.realloc(pointer, layout, size) }
    }
}
