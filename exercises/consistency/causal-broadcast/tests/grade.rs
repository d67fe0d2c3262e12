//! How causal-broadcast is graded. It sees what clients ask and are answered, never a message between nodes. What comes
//! after what follows from that: whatever is before a line in its speaker's list had been heard there when it was said.

use std::time::Duration;

use causal_broadcast::Member;
use causal_broadcast::api::{Line, NODES, Request, Response};
use simulator::{Faults, NodeId, Scenario, Simulation, Workload, ms, scenario, secs};

const EVERYONE: [NodeId; NODES] = [NodeId::new(0), NodeId::new(1), NodeId::new(2)];
const TALKING: [NodeId; 2] = [EVERYONE[0], EVERYONE[1]];
const SILENT: NodeId = EVERYONE[2];

fn members() -> Scenario<Member> {
    scenario(Member::new).nodes(NODES).witness(
        "somebody heard what was said at another node",
        |sim| {
            let history = sim.history();
            history
                .answered()
                .any(|(call, response, _)| match response {
                    Response::Heard(lines) => lines.iter().any(|line| line.speaker != call.node),
                    Response::Said => false,
                })
        },
    )
}

/// A client at each node. No text is said twice, so that a text tells where it belongs; later ones are not larger, so
/// that an alphabet shows nothing.
fn conversation(w: &mut Workload<Request>) {
    let mut texts: Vec<String> = ('a'..='z').map(String::from).take(w.size()).collect();
    w.random().shuffle(&mut texts);
    talk(w, &EVERYONE, &texts);
}

/// The same among two nodes only.
fn dialogue(w: &mut Workload<Request>) {
    let mut texts: Vec<String> = ('a'..='z').map(String::from).take(w.size()).collect();
    w.random().shuffle(&mut texts);
    talk(w, &TALKING, &texts);
}

/// The same with few texts, so that some are said again, and some by several.
fn laughter(w: &mut Workload<Request>) {
    let choices = ["ha".to_owned(), "ho".to_owned()];
    let texts: Vec<String> = (0..w.size())
        .map(|_| w.random().pick(&choices).clone())
        .collect();
    talk(w, &EVERYONE, &texts);
}

fn talk(w: &mut Workload<Request>, nodes: &[NodeId], texts: &[String]) {
    for (number, text) in texts.iter().enumerate() {
        let node = *w.random().pick(nodes);
        let request = if number == 0 || w.random().chance(0.8) {
            Request::Say(text.clone())
        } else {
            Request::Heard
        };
        w.ask(node.index(), node, request);
    }
}

/// What became of one client's requests at one node.
enum Answered {
    Said(String),
    Heard(Vec<Line>),
}

/// What clients saw, by node, in order.
struct Seen([Vec<Answered>; NODES]);

/// Asks these nodes what was heard there, and returns that with all answers before.
fn listen_at(sim: &mut Simulation<Member>, nodes: &[NodeId]) -> Seen {
    for &node in nodes {
        // The answer is in the history, if there is one.
        let _ = sim.ask(node, Request::Heard, Duration::ZERO);
    }
    let mut seen = Seen(Default::default());
    for call in sim.history().calls() {
        let node = call.node;
        let answer = match (&call.request, call.outcome.response()) {
            (request, _) if call.outcome.answered_at() != Some(call.called) => {
                panic!("{node} did not answer {request:?} at once")
            }
            (Request::Say(text), Some(Response::Said)) => Answered::Said(text.clone()),
            (Request::Heard, Some(Response::Heard(lines))) => Answered::Heard(lines.clone()),
            (request, response) => panic!("{node} answered {request:?} with {response:?}"),
        };
        seen.0[node.index()].push(answer);
    }
    seen
}

/// Waits until everything should be well, and listens to everyone.
fn listen_in_the_end(sim: &mut Simulation<Member>) -> Seen {
    sim.heal();
    sim.run_for(secs(1));
    listen_at(sim, &EVERYONE)
}

impl Seen {
    /// What was said at `node`, in order.
    fn said(&self, node: NodeId) -> Vec<&str> {
        let answers = self.0[node.index()].iter();
        let said = answers.filter_map(|answer| match answer {
            Answered::Said(text) => Some(text.as_str()),
            Answered::Heard(_) => None,
        });
        said.collect()
    }

    /// What has been heard at `node` by now.
    fn heard(&self, node: NodeId) -> &[Line] {
        let lists = self.0[node.index()].iter();
        let mut lists = lists.filter_map(|answer| match answer {
            Answered::Heard(lines) => Some(lines.as_slice()),
            Answered::Said(_) => None,
        });
        lists.next_back().unwrap_or_default()
    }

    /// Each list begins with what the list before it had, and has what was said there itself.
    fn assert_lists_grow(&self) {
        for node in EVERYONE {
            let mut said = Vec::new();
            let mut before: &[Line] = &[];
            for answer in &self.0[node.index()] {
                match answer {
                    Answered::Said(text) => said.push(text.as_str()),
                    Answered::Heard(lines) => {
                        assert!(
                            lines.starts_with(before),
                            "{node} had heard {before:?}, and later {lines:?}, which does not begin with that"
                        );
                        let own = texts_of(lines, node);
                        assert!(
                            own.len() >= said.len(),
                            "{node} has said {said:?}, but of itself it has heard {own:?}"
                        );
                        before = lines;
                    }
                }
            }
        }
    }

    /// At every node, each speaker's lines are heard from the first on, in the order in which they were said.
    fn assert_speakers_in_order(&self) {
        for (node, speaker) in pairs() {
            let said = self.said(speaker);
            let heard = texts_of(self.heard(node), speaker);
            assert!(
                said.starts_with(&heard),
                "{speaker} has said {said:?}, but of that {node} has heard {heard:?}"
            );
        }
    }

    /// At every node, what a line comes after is before it.
    fn assert_causal_order(&self) {
        for (node, speaker) in pairs() {
            for (position, line) in of_speaker(self.heard(node), speaker) {
                let there = self.heard(speaker);
                let Some(said) = there.iter().position(|other| other == line) else {
                    continue;
                };
                let here = &self.heard(node)[..position];
                if let Some(missing) = there[..said].iter().find(|other| !here.contains(other)) {
                    let when = if self.heard(node).contains(missing) {
                        "before"
                    } else {
                        "without"
                    };
                    panic!(
                        "{node} has heard {line:?} {when} {missing:?}, which {speaker} had heard when it said {line:?}"
                    )
                }
            }
        }
    }

    /// Nothing is heard more often than it was said.
    fn assert_nothing_twice(&self) {
        for (node, speaker) in pairs() {
            let said = self.said(speaker);
            let heard = texts_of(self.heard(node), speaker);
            for text in &heard {
                let times = |texts: &[&str]| texts.iter().filter(|other| *other == text).count();
                let (times_said, times_heard) = (times(&said), times(&heard));
                assert!(
                    times_heard <= times_said,
                    "{node} has heard {speaker}:{text} more often than it was said: {times_heard} times, not {times_said}"
                );
            }
        }
    }

    /// All that was said at these nodes has been heard at all of them.
    fn assert_all_heard(&self, nodes: &[NodeId]) {
        for (node, speaker) in pairs() {
            if nodes.contains(&node) && nodes.contains(&speaker) {
                let said = self.said(speaker);
                let mut heard = texts_of(self.heard(node), speaker);
                for text in said {
                    match heard.iter().position(|other| *other == text) {
                        Some(position) => drop(heard.remove(position)),
                        None => panic!("{node} has not heard {speaker}:{text}"),
                    }
                }
            }
        }
    }
}

/// Every node that hears, with every node that speaks.
fn pairs() -> impl Iterator<Item = (NodeId, NodeId)> {
    let with_everyone = |node| EVERYONE.map(|speaker| (node, speaker));
    EVERYONE.into_iter().flat_map(with_everyone)
}

fn of_speaker(lines: &[Line], speaker: NodeId) -> impl Iterator<Item = (usize, &Line)> {
    let numbered = lines.iter().enumerate();
    numbered.filter(move |(_, line)| line.speaker == speaker)
}

fn texts_of(lines: &[Line], speaker: NodeId) -> Vec<&str> {
    of_speaker(lines, speaker)
        .map(|(_, line)| line.text.as_str())
        .collect()
}

/// Where nothing goes wrong, a line takes one message to each of the others and one back; twice that is enough.
fn assert_no_message_wasted(sim: &Simulation<Member>, seen: &Seen) {
    let said: usize = EVERYONE.iter().map(|node| seen.said(*node).len()).sum();
    let enough = 2 * 2 * (NODES - 1) * said;
    let messages = sim.messages();
    assert!(
        messages <= enough as u64,
        "{messages} messages were sent; {enough} are enough for what was said"
    );
}

/// Everyone has heard everything, so there is nothing left to send.
fn assert_silence(sim: &mut Simulation<Member>) {
    let before = sim.messages();
    sim.run_for(ms(500));
    let more = sim.messages() - before;
    assert!(
        more == 0,
        "everyone has heard everything, and still nodes have sent {more} messages in half a second"
    );
}

#[test]
fn everyone_hears_what_is_said() {
    members()
        .promise("on a network that works, everyone hears what is said, and the speaker hears it at once")
        .workload(laughter)
        .operations(1, 6)
        .seeds(150)
        .check(|sim| {
            listen_at(sim, &EVERYONE).assert_lists_grow();
            let seen = listen_in_the_end(sim);
            seen.assert_all_heard(&EVERYONE);
            seen.assert_nothing_twice();
            seen.assert_lists_grow();
            assert_no_message_wasted(sim, &seen);
        });
}

#[test]
fn each_speaker_is_heard_in_order() {
    members()
        .promise(
            "at every node, each speaker's lines are heard in the order in which they were said",
        )
        .workload(conversation)
        .faults(Faults::none().delay(ms(1)..ms(15)))
        .operations(2, 6)
        .check(|sim| {
            let seen = listen_in_the_end(sim);
            seen.assert_speakers_in_order();
            seen.assert_all_heard(&EVERYONE);
        });
}

#[test]
fn an_answer_is_heard_after_its_question() {
    members()
        .promise(
            "what had been heard where a line was said is heard before that line, at every node",
        )
        .workload(conversation)
        .faults(Faults::none().delay(ms(1)..ms(15)))
        .operations(2, 7)
        .check(|sim| {
            let seen = listen_in_the_end(sim);
            seen.assert_causal_order();
            seen.assert_lists_grow();
            seen.assert_all_heard(&EVERYONE);
        });
}

#[test]
fn what_was_lost_is_said_again() {
    members()
        .promise(
            "everyone hears everything in the end, even if messages are lost, and then nodes are silent",
        )
        .workload(conversation)
        .faults(
            Faults::none()
                .loss(0.2)
                .partitions(1)
                .partition_for(ms(50)..secs(2)),
        )
        .operations(1, 6)
        .check(|sim| {
            let seen = listen_in_the_end(sim);
            seen.assert_all_heard(&EVERYONE);
            assert_silence(sim);
        });
}

#[test]
fn nothing_is_heard_twice() {
    members()
        .promise("nothing is heard twice, however often the network delivers it")
        .workload(conversation)
        .faults(
            Faults::none()
                .loss(0.1)
                .duplication(0.2)
                .delay(ms(1)..ms(100)),
        )
        .operations(1, 6)
        .check(|sim| listen_in_the_end(sim).assert_nothing_twice());
}

#[test]
fn nobody_waits_for_a_silent_node() {
    members()
        .promise("two nodes that reach each other hear each other, even if the third is silent")
        .workload(dialogue)
        .faults(
            Faults::none()
                .pauses_of(1, [SILENT])
                .pause_for(secs(1)..secs(3)),
        )
        .operations(1, 6)
        .check(|sim| {
            sim.run_for(ms(100));
            listen_at(sim, &TALKING).assert_all_heard(&TALKING);
        });
}

#[test]
fn the_conversation_makes_sense_everywhere() {
    let faults = Faults::none()
        .loss(0.1)
        .duplication(0.1)
        .delay(ms(5)..ms(200))
        .partitions(1);
    members()
        .promise("whatever goes wrong, everyone hears everything once, and nothing before what it comes after")
        .workload(conversation)
        .faults(faults)
        .operations(2, 10)
        .spacing(ms(40))
        // Twice what it takes to send again every 20 ms.
        .messages_per_operation(8.0)
        .check(|sim| {
            let seen = listen_in_the_end(sim);
            seen.assert_causal_order();
            seen.assert_speakers_in_order();
            seen.assert_lists_grow();
            seen.assert_nothing_twice();
            seen.assert_all_heard(&EVERYONE);
            assert_silence(sim);
        });
}
