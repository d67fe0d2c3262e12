//! How many seeds of the replicated writes each simulates in a second.

use std::collections::BTreeMap;

use crate::compile::Programs;
use crate::cost::{Result, median, ratio};
use crate::program::{Profile, Tool};
use crate::table::{Section, ahead_of_us, thousands, times};

const ROUNDS: usize = 7;
/// About how many CPU seconds one measurement takes.
const SECONDS: f64 = 0.7;

/// Whose speed is measured.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Contender {
    tool: Tool,
    /// Milliseconds of a tick, where time goes in ticks.
    tick: Option<&'static str>,
}

impl Contender {
    fn name(self) -> String {
        match self.tick {
            Some(tick) => format!("{}, {tick} ms ticks", self.tool.name()),
            None => self.tool.name().to_owned(),
        }
    }
}

#[derive(Default)]
struct Speed {
    seeds: Vec<f64>,
    messages: Vec<f64>,
    a_run: f64,
}

/// Measures it.
///
/// # Errors
/// If a run does not end with every write on all three nodes.
pub fn measure(programs: &Programs) -> Result<Section> {
    let all = Tool::ALL.into_iter().flat_map(|tool| {
        let ticks: &[_] = if tool == Tool::Turmoil {
            &[Some("10"), Some("1")]
        } else {
            &[None]
        };
        ticks
            .iter()
            .map(move |tick| Contender { tool, tick: *tick })
    });
    let all: Vec<Contender> = all.collect();
    let both = [Profile::Learner, Profile::Release];
    let mut speeds: BTreeMap<(Contender, Profile), Speed> = BTreeMap::new();
    let mut seeds: BTreeMap<(Contender, Profile), u64> = BTreeMap::new();
    for round in 0..=ROUNDS {
        eprintln!("simulating, {round} of {ROUNDS}");
        for &contender in &all {
            for profile in both {
                let key = (contender, profile);
                let program = &programs[&(contender.tool, profile)];
                // The first round only finds out how many seeds take long enough.
                let count = seeds.get(&key).copied().unwrap_or(20).to_string();
                let tick = contender.tick.map(|tick| ("PEERS_TICK_MILLIS", tick));
                let mut environment: Vec<_> = tick.into_iter().collect();
                environment.push(("FAULTLINE_SEEDS", &count));
                let answer = program.ask(&["writes", &count], &environment)?;
                if answer.number("found") > 0.0 {
                    return Err(format!("{} lost a write", contender.name()).into());
                }
                let took = answer.took.as_secs_f64();
                let (ran, messages) = (answer.number("seeds"), answer.number("messages"));
                if round == 0 {
                    let enough = (ran * SECONDS / took.max(1e-4)).clamp(20.0, 50_000.0);
                    seeds.insert(key, enough as u64);
                } else {
                    let speed = speeds.entry(key).or_default();
                    speed.seeds.push(ran / took);
                    speed.messages.push(messages / took);
                    speed.a_run = messages / ran;
                }
            }
        }
    }
    let own = |profile| {
        &speeds[&(
            Contender {
                tool: Tool::Faultline,
                tick: None,
            },
            profile,
        )]
    };
    let rows = all.iter().map(|&contender| {
        let of = |profile| &speeds[&(contender, profile)];
        let seeds = |profile| thousands(median(of(profile).seeds.clone()).unwrap_or(0.0));
        // A message of one is worth a message of the other; runs differ a little in how many they need.
        let slower = |ours, theirs| {
            let ratio = ratio(&own(ours).messages, &of(theirs).messages).unwrap_or(0.0);
            if contender.tool == Tool::Faultline {
                String::new()
            } else {
                times(ratio)
            }
        };
        vec![
            contender.name(),
            format!("{:.0}", of(Profile::Release).a_run),
            seeds(Profile::Learner),
            seeds(Profile::Release),
            thousands(median(of(Profile::Release).messages.clone()).unwrap_or(0.0)),
            slower(Profile::Learner, Profile::Learner),
            slower(Profile::Learner, Profile::Release),
        ]
    });
    let mut leads = Vec::new();
    for &contender in all
        .iter()
        .filter(|contender| contender.tool != Tool::Faultline)
    {
        let theirs = &speeds[&(contender, Profile::Release)].messages;
        if ratio(&own(Profile::Learner).messages, theirs).is_some_and(|ours| ours < 1.0) {
            leads.push(contender.name());
        }
    }
    Ok(Section {
        title: "Replicated writes: seeds a CPU second".to_owned(),
        head: [
            "",
            "messages a run",
            "seeds/s, learner's",
            "seeds/s, release",
            "messages/s, release",
            "ours is faster, both learner's",
            "ours learner's, theirs release",
        ]
        .map(str::to_owned)
        .to_vec(),
        rows: rows.collect(),
        notes: vec![NOTES.to_owned(), ahead_of_us(&leads)],
    })
}

const NOTES: &str = "A client has 100 writes stored by a primary that copies each to two backups; one message in ten \
                     is lost, the others take 1 to 5 ms, and what is not answered is sent again after 20 ms. After \
                     every run all three nodes are checked to hold every write. Ratios are of messages a second. \
                     In Faultline, each run has its own temper: of these runs a quarter loses nothing, others up to twice as much. Release is cargo's own; in the learner's profile the simulators are compiled as one unit, which can be faster. stateright has no time: there a timer runs out when nothing else can happen.";
