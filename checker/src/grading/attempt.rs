//! One supervised run of one test of a suite.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use rand::RngExt;
use simulator::record::{
    JOURNAL_VARIABLE, MEMORY_VARIABLE, PLAN_VARIABLE, RECORD_VARIABLE, SCENARIO_VARIABLE,
    SECRET_VARIABLE, SEED_VARIABLE, SEEDS_VARIABLE, TOKEN_VARIABLE, TRACE_VARIABLE,
};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;
use tokio::sync::SemaphorePermit;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::busy;
use super::capture::Capture;
use super::event::Reached;
use super::group::Group;
use super::record::{Flaw, Record};
use super::{Launch, Settings};

/// How often the record is looked at.
const TICK: Duration = Duration::from_millis(5);

/// Whoever is silent for longer no longer keeps others from starting. An endless loop in every scenario then takes the
/// time of one, not of all.
const TURN: Duration = Duration::from_millis(250);

/// Bytes that are read at a time: what a pipe holds on most systems.
const PIECE: usize = 64 * 1024;

/// How long the outputs may take to close once the process is gone.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// The address space that the system grants, in multiples of the memory limit: what the suite's own allocator does not
/// see must fit in as well.
#[cfg(target_os = "linux")]
const ADDRESS_SPACE: u64 = 4;

/// Which test to run, and how.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The suite's program.
    pub suite: &'a Path,
    /// Where to run it.
    pub cwd: &'a Path,
    /// The test function.
    pub test: &'a str,
    /// Limits and seeds.
    pub settings: &'a Settings,
}

/// How closely to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// As fast as possible, for as long as there is progress.
    Plain,
    /// Each callback is announced once `after` runs are done, for at most `limit`.
    Journal {
        /// Runs that are known to be harmless.
        after: u64,
        /// When to give up.
        limit: Duration,
    },
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By itself.
    Exited(ExitStatus),
    /// It was killed because it had written nothing for too long.
    Silent,
    /// It was killed because it went on for longer than a journal may.
    TooLong,
    /// It was killed because its record could not be believed any more.
    Unbelievable,
}

/// What one run of a test left behind.
#[derive(Debug)]
pub struct Attempt {
    /// How it ended.
    pub end: End,
    /// What it recorded.
    pub record: Record,
    /// What it printed.
    pub stdout: Capture,
    /// What it printed to standard error.
    pub stderr: Capture,
}

/// The right to run beside no more than a few others.
pub type Turn<'t> = Option<SemaphorePermit<'t>>;

/// Runs one test. `on_reached` hears of progress; `turn` is given up early by one who falls silent.
///
/// # Errors
/// If the process cannot be started or its record not be read.
pub async fn attempt(
    call: Call<'_>,
    mode: Mode,
    turn: &mut Turn<'_>,
    on_reached: &dyn Fn(Reached),
) -> io::Result<Attempt> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("record");
    let token = format!("{:032x}", rand::rng().random::<u128>());
    let mut group = start(call, mode, &path, &token).await?;
    limit_memory(&group, call.settings.memory);
    let (mut stdout, mut stderr) = group.outputs();
    let (mut printed, mut complained) = (Capture::default(), Capture::default());
    let mut record = Record::new(path, token, call.test.to_owned());

    let begun = Instant::now();
    let mut last_word = begun;
    let mut used = busy::used(process(&group));
    let mut told = Reached::default();
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut out_buffer, mut err_buffer) = (vec![0; PIECE], vec![0; PIECE]);
    let end = loop {
        tokio::select! {
            status = group.wait() => break End::Exited(status?),
            count = read(&mut stdout, &mut out_buffer) => printed.push(&out_buffer[..count]),
            count = read(&mut stderr, &mut err_buffer) => complained.push(&err_buffer[..count]),
            _ = ticks.tick() => {
                // Reading comes first: whoever was kept from running, this process included, was not silent.
                if record.read_on()? {
                    last_word = Instant::now();
                    used = busy::used(process(&group));
                }
                if last_word.elapsed() >= TURN {
                    *turn = None;
                }
                if record.reached != told {
                    told = record.reached;
                    on_reached(told);
                }
                if record.flaw == Some(Flaw::TooLong) {
                    break End::Unbelievable;
                }
                let silence = last_word.elapsed();
                if silence >= call.settings.patience {
                    let now = busy::used(process(&group));
                    let meanwhile = now.zip(used).map(|(now, used)| now.saturating_sub(used));
                    if busy::has_had_enough(silence, meanwhile, call.settings.patience) {
                        break End::Silent;
                    }
                }
                if matches!(mode, Mode::Journal { limit, .. } if begun.elapsed() >= limit) {
                    break End::TooLong;
                }
            }
        }
    };
    group.kill();
    // Someone who left the group may still hold the outputs open; that must not keep anyone waiting.
    let drain = async {
        tokio::join!(
            drain(&mut stdout, &mut printed),
            drain(&mut stderr, &mut complained)
        );
    };
    let _ = timeout(LAST_WORDS, drain).await;
    let _ = timeout(LAST_WORDS, group.wait()).await;
    record.read_on()?;
    record.close();
    Ok(Attempt {
        end,
        record,
        stdout: printed,
        stderr: complained,
    })
}

/// Starts the suite and tells it what to do.
async fn start(call: Call<'_>, mode: Mode, record: &Path, token: &str) -> io::Result<Group> {
    let orders = orders(call.settings, mode, token);
    match &call.settings.launch {
        Launch::Test => Group::spawn(test(call, &orders, record), None).await,
        Launch::Confined(confinement) => {
            File::create_new(record)?;
            let mut command = confinement.command(call.suite, Some(record), &[])?;
            command.current_dir(call.cwd).env("RUST_BACKTRACE", "0");
            let scenario = (SCENARIO_VARIABLE, OsString::from(call.test));
            let lines: String = orders
                .into_iter()
                .chain([scenario])
                // Files are named only to one's own code: all of these are texts.
                .map(|(name, value)| format!("{name}={}\n", value.to_string_lossy()))
                .collect();
            Group::spawn(command.into(), Some(lines.as_bytes())).await
        }
    }
}

/// What the suite is to do, by the names of [`simulator::record`].
fn orders(settings: &Settings, mode: Mode, token: &str) -> Vec<(&'static str, OsString)> {
    let plan = settings.plan.as_deref().map(|plan| {
        // The suite runs in another folder.
        std::path::absolute(plan)
            .unwrap_or_else(|_| plan.to_owned())
            .into_os_string()
    });
    let trace = settings.trace.as_deref().map(OsString::from);
    let journal = match mode {
        Mode::Plain => None,
        Mode::Journal { after, .. } => Some(after),
    };
    let number = |number: Option<u64>| number.map(|number| OsString::from(number.to_string()));
    let orders = [
        (TOKEN_VARIABLE, Some(OsString::from(token))),
        (MEMORY_VARIABLE, number(Some(settings.memory))),
        (SEEDS_VARIABLE, number(settings.seeds)),
        (SEED_VARIABLE, number(settings.seed)),
        (PLAN_VARIABLE, plan),
        (TRACE_VARIABLE, trace),
        (
            SECRET_VARIABLE,
            settings.secret.as_ref().map(OsString::from),
        ),
        (JOURNAL_VARIABLE, number(journal)),
    ];
    orders
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

fn test(call: Call<'_>, orders: &[(&str, OsString)], record: &Path) -> Command {
    let mut command = Command::new(call.suite);
    command
        .current_dir(call.cwd)
        .args(["--exact", call.test, "--nocapture"]);
    // What the reader's shell holds must not change the verdict.
    for variable in [
        SEEDS_VARIABLE,
        SEED_VARIABLE,
        PLAN_VARIABLE,
        SECRET_VARIABLE,
        JOURNAL_VARIABLE,
        TRACE_VARIABLE,
    ] {
        command.env_remove(variable);
    }
    for variable in [
        "RUST_TEST_THREADS",
        "RUST_TEST_SHUFFLE",
        "RUST_TEST_NOCAPTURE",
        "RUST_MIN_STACK",
    ] {
        command.env_remove(variable);
    }
    command.env("RUST_BACKTRACE", "0");
    command.env(RECORD_VARIABLE, record);
    for (name, value) in orders {
        command.env(name, value);
    }
    command
}

/// A backstop behind the suite's own allocator. Where the system refuses, the allocator alone has to do.
#[cfg(target_os = "linux")]
fn limit_memory(group: &Group, memory: u64) {
    if let Some(id) = group.id().and_then(|id| i32::try_from(id).ok()) {
        let limit = memory.saturating_mul(ADDRESS_SPACE);
        let _ = rlimit::prlimit(id, rlimit::Resource::AS, Some((limit, limit)), None);
    }
}

/// Elsewhere no other process's limits can be set; the suite's own allocator has to do.
#[cfg(not(target_os = "linux"))]
fn limit_memory(_group: &Group, _memory: u64) {}

/// The process whose use of the processor can be looked up.
#[cfg(target_os = "linux")]
fn process(group: &Group) -> Option<u32> {
    group.id()
}

/// Elsewhere it cannot.
#[cfg(not(target_os = "linux"))]
fn process(_group: &Group) -> Option<u32> {
    None
}

/// Reads a piece; never returns once the end has been reached, so that others get their turn.
async fn read(from: &mut Option<impl AsyncRead + Unpin>, buffer: &mut [u8]) -> usize {
    if let Some(stream) = from {
        match stream.read(buffer).await {
            Ok(count) if count > 0 => return count,
            _ => *from = None,
        }
    }
    std::future::pending().await
}

async fn drain(from: &mut Option<impl AsyncRead + Unpin>, into: &mut Capture) {
    let mut buffer = vec![0; PIECE];
    while let Some(stream) = from {
        match stream.read(&mut buffer).await {
            Ok(count) if count > 0 => into.push(&buffer[..count]),
            _ => *from = None,
        }
    }
}
