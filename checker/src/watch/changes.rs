//! Notices when an exercise has been saved.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{Instant, sleep_until};
use walkdir::WalkDir;

/// Editors write, then format and write again: what follows within this time belongs together.
const SETTLING: Duration = Duration::from_millis(20);

/// How often to look by ourselves. Some file systems that are shared between systems never say that anything changed.
const LOOKING: Duration = Duration::from_secs(1);

/// The same where the system cannot tell at all.
const LOOKING_ALONE: Duration = Duration::from_millis(200);

/// The extensions of files that matter.
const KINDS: [&str; 3] = ["rs", "toml", "patch"];

/// The contents of an exercise's files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents(BTreeMap<PathBuf, Vec<u8>>);

impl Contents {
    /// Those of the files in `folder` that matter: Rust, manifests and patches, not what editors leave beside them. What
    /// cannot be read now is taken as absent; it is looked at again soon.
    pub fn of(folder: &Path) -> Contents {
        let files = WalkDir::new(folder)
            .into_iter()
            .filter_map(Result::ok)
            .filter(|entry| entry.file_type().is_file());
        let relevant = files.filter(|entry| {
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            let kind = entry.path().extension();
            !hidden && kind.is_some_and(|kind| KINDS.iter().any(|known| kind == *known))
        });
        Contents(
            relevant
                .filter_map(|entry| Some((entry.path().to_owned(), fs::read(entry.path()).ok()?)))
                .collect(),
        )
    }
}

/// Watches one folder.
pub struct Changes {
    folder: PathBuf,
    seen: Contents,
    signals: UnboundedReceiver<()>,
    settled: Option<Instant>,
    look: Instant,
    period: Duration,
    // Stops watching when it is dropped.
    _watcher: Option<RecommendedWatcher>,
}

impl Changes {
    /// Watches `folder` and everything in it.
    pub fn in_folder(folder: &Path) -> Changes {
        let (sender, signals) = unbounded_channel();
        let handler = move |event: notify::Result<Event>| {
            if event.map_or(true, |event| is_a_change(event.kind)) {
                // When nobody listens any more there is nobody to tell.
                let _ = sender.send(());
            }
        };
        // The folder, not the file: editors that save by renaming put another file in its place.
        let watcher = notify::recommended_watcher(handler)
            .and_then(|mut watcher| {
                watcher
                    .watch(folder, RecursiveMode::Recursive)
                    .map(|()| watcher)
            })
            .ok();
        let period = if watcher.is_some() {
            LOOKING
        } else {
            LOOKING_ALONE
        };
        Changes {
            folder: folder.to_owned(),
            seen: Contents::of(folder),
            signals,
            settled: None,
            look: Instant::now() + period,
            period,
            _watcher: watcher,
        }
    }

    /// Returns when the contents are no longer what they were when it last returned. May be cancelled.
    pub async fn next(&mut self) {
        loop {
            let wake = self.settled.unwrap_or(self.look);
            tokio::select! {
                signal = self.signals.recv(), if self._watcher.is_some() => match signal {
                    Some(()) => {
                        self.settled = Some(Instant::now() + SETTLING);
                        continue;
                    }
                    None => self._watcher = None,
                },
                () = sleep_until(wake) => {}
            }
            self.settled = None;
            self.look = Instant::now() + self.period;
            let now = Contents::of(&self.folder);
            if now != self.seen {
                self.seen = now;
                return;
            }
        }
    }
}

/// Reading is no change, and we read ourselves.
fn is_a_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs `act`, then waits for a change.
    fn change_after(folder: &Path, act: impl FnOnce()) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut changes = Changes::in_folder(folder);
            act();
            changes.next().await;
            assert_eq!(changes.seen, Contents::of(folder));
        });
    }

    #[test]
    fn writing_in_place_renaming_and_removing_are_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("lib.rs");
        fs::write(&file, "one").unwrap();
        change_after(folder.path(), || fs::write(&file, "two").unwrap());
        change_after(folder.path(), || {
            let new = folder.path().join(".lib.rs.new");
            fs::write(&new, "three").unwrap();
            fs::rename(&new, &file).unwrap();
        });
        change_after(folder.path(), || fs::remove_file(&file).unwrap());
    }

    #[test]
    fn a_folder_that_is_replaced_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let src = folder.path().join("src");
        fs::create_dir(&src).unwrap();
        fs::write(src.join("lib.rs"), "one").unwrap();
        change_after(folder.path(), || {
            fs::remove_dir_all(&src).unwrap();
            fs::create_dir(&src).unwrap();
            fs::write(src.join("lib.rs"), "two").unwrap();
        });
    }

    #[test]
    fn what_editors_leave_behind_and_equal_contents_are_no_change() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("lib.rs");
        fs::write(&file, "one").unwrap();
        let before = Contents::of(folder.path());
        fs::write(folder.path().join(".lib.rs.swp"), "x").unwrap();
        fs::write(folder.path().join("4913"), "x").unwrap();
        fs::write(folder.path().join("lib.rs~"), "x").unwrap();
        fs::write(&file, "one").unwrap();
        assert_eq!(Contents::of(folder.path()), before);
        fs::write(&file, "two").unwrap();
        assert_ne!(Contents::of(folder.path()), before);
    }
}
