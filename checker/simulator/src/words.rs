//! Faults and operations in words.

use crate::fingerprint::fingerprint;
use crate::label::label;
use crate::plan::{Fault, MessageKey, TimerKey};
use crate::time::in_words;
use crate::trace::{Trace, TraceEventKind, TraceMessage};
use crate::{NodeId, Time};

/// What is needed to name things: the nodes' names, and the messages by their keys.
pub(crate) struct Names<'a> {
    pub nodes: &'a [String],
    pub trace: Option<&'a Trace>,
    /// Which message of the trace has which key.
    pub keys: &'a [(MessageKey, u32)],
}

impl Names<'_> {
    fn node(&self, node: NodeId) -> &str {
        self.nodes.get(node.index()).map_or("?", String::as_str)
    }

    fn nodes(&self, nodes: &[NodeId]) -> String {
        and(&nodes
            .iter()
            .map(|node| self.node(*node))
            .collect::<Vec<_>>())
    }

    fn message(&self, key: MessageKey) -> Option<&TraceMessage> {
        let (_, index) = self.keys.iter().find(|(candidate, _)| *candidate == key)?;
        self.trace?.messages.get(*index as usize)
    }

    /// When a timer that looks like this fired first, and what it is called.
    fn timer(&self, key: TimerKey) -> Option<(Time, String)> {
        let events = &self.trace?.events;
        events.iter().find_map(|event| match &event.what {
            TraceEventKind::Timer { timer }
                if event.node == Some(key.node.index()) && fingerprint(timer) == key.timer =>
            {
                Some((event.at, label(timer)))
            }
            _ => None,
        })
    }

    /// When the fault begins, to tell faults in the order of time.
    pub fn begins(&self, fault: &Fault) -> Time {
        match fault {
            Fault::Lose { message }
            | Fault::Duplicate { message, .. }
            | Fault::Delay { message, .. } => self
                .message(*message)
                .map_or(Time::MAX, |message| message.sent),
            Fault::Late { timer, .. } => self.timer(*timer).map_or(Time::MAX, |(at, _)| at),
            Fault::Partition { start, .. } | Fault::Pause { start, .. } => *start,
            Fault::Crash { at, .. } | Fault::LoseUnsynced { at, .. } => *at,
            Fault::Skew { .. } => Time::ZERO,
        }
    }

    /// The fault as a sentence without its full stop.
    pub fn fault(&self, fault: &Fault) -> String {
        match fault {
            Fault::Lose { message } => {
                format!("{} is lost{}", self.named(*message), which(*message))
            }
            Fault::Duplicate { message, extra } => format!(
                "{} arrives twice, the second time at {} ({} later){}",
                self.named(*message),
                self.arrival(*message, *extra),
                in_words(*extra),
                which(*message)
            ),
            Fault::Delay { message, extra } => {
                format!(
                    "{} is {} late{}",
                    self.named(*message),
                    in_words(*extra),
                    which(*message)
                )
            }
            Fault::Late { timer, extra } => {
                let (node, late) = (self.node(timer.node), in_words(*extra));
                let which = times(timer.copy, "set");
                match self.timer(*timer) {
                    Some((_, name)) => {
                        format!("the timer `{name}` of {node} fires {late} late{which}")
                    }
                    None => format!("a timer of {node} has not fired yet, {late} after its time"),
                }
            }
            Fault::Partition {
                from,
                to,
                one_way,
                start,
                end,
            } => {
                let sides = (from.len(), to.len());
                let (from, to) = (self.nodes(from), self.nodes(to));
                let until = if *end == Time::MAX {
                    "the end".to_owned()
                } else {
                    end.to_string()
                };
                // With several nodes on a side, "and" would not say where one side ends.
                let cut = match sides {
                    _ if *one_way => format!("nothing gets from {from} to {to}"),
                    (1, 1) => format!("{from} and {to} are cut off from each other"),
                    (1, _) => format!("{from} is cut off from {to}"),
                    _ => format!("{from} are cut off from {to}"),
                };
                format!("{cut}, from {start} to {until}")
            }
            Fault::Crash {
                node,
                at,
                down: Some(down),
            } => {
                let back = Time::from_micros(at.as_micros().saturating_add(*down));
                format!(
                    "{} crashes at {at} and restarts at {back}",
                    self.node(*node)
                )
            }
            Fault::Crash {
                node,
                at,
                down: None,
            } => format!("{} crashes at {at} and stays down", self.node(*node)),
            Fault::LoseUnsynced { node, at } => {
                format!(
                    "that crash of {} at {at} loses what was written but not synced",
                    self.node(*node)
                )
            }
            Fault::Pause { node, start, end } => {
                let until = if *end == Time::MAX {
                    "the end".to_owned()
                } else {
                    end.to_string()
                };
                format!("{} stands still from {start} to {until}", self.node(*node))
            }
            Fault::Skew {
                node,
                offset,
                drift,
            } => {
                let node = self.node(*node);
                let ahead = match offset {
                    0 => None,
                    1.. => Some(format!("is {} ahead", in_words(offset.unsigned_abs()))),
                    ..0 => Some(format!("is {} behind", in_words(offset.unsigned_abs()))),
                };
                let fast = match drift {
                    0 => None,
                    1.. => Some(format!("runs {} too fast", percent(*drift))),
                    ..0 => Some(format!("runs {} too slow", percent(*drift))),
                };
                let parts: Vec<String> = ahead.into_iter().chain(fast).collect();
                let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
                format!("the clock of {node} {}", and(&parts))
            }
        }
    }

    fn named(&self, key: MessageKey) -> String {
        let link = format!("{} → {}", self.node(key.from), self.node(key.to));
        match self.message(key) {
            Some(message) => format!("{link}: `{}`", message.label),
            None => format!("{link}: a message"),
        }
    }

    fn arrival(&self, key: MessageKey, extra: u64) -> Time {
        let sent = self
            .message(key)
            .map_or(0, |message| message.sent.as_micros());
        Time::from_micros(sent + crate::world::LATENCY + extra)
    }
}

/// Which of several equal messages it was.
fn which(key: MessageKey) -> String {
    times(key.copy, "sent")
}

/// Which of several times something is done.
fn times(copy: u32, done: &str) -> String {
    match copy {
        0 => String::new(),
        copy => format!(", the {} time it is {done}", ordinal(copy + 1)),
    }
}

/// Parts per million as a percentage, with as many digits as it takes to see that it is not zero.
fn percent(parts_per_million: i32) -> String {
    let percent = f64::from(parts_per_million.unsigned_abs()) / 10_000.0;
    let digits = match percent {
        0.1.. => 1,
        0.001.. => 3,
        _ => 4,
    };
    format!("{percent:.digits$}%")
}

/// `1st`, `2nd`, `3rd`, `4th`, `11th`, `21st`.
fn ordinal(number: u32) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// `a`, `a and b`, `a, b and c`.
fn and(words: &[&str]) -> String {
    match words {
        [] => "nobody".to_owned(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drift_is_never_rounded_to_nothing() {
        let drifts = [190_176, -200, 1_000, 1].map(percent);
        assert_eq!(drifts, ["19.0%", "0.020%", "0.1%", "0.0001%"]);
    }

    #[test]
    fn lists_and_ordinals_are_english() {
        assert_eq!(and(&["a"]), "a");
        assert_eq!(and(&["a", "b", "c"]), "a, b and c");
        let ordinals = [1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map(ordinal);
        assert_eq!(
            ordinals,
            [
                "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th"
            ]
        );
    }
}
