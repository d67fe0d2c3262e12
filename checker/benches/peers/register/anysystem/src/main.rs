//! Explores the quorum register with AnySystem's breadth-first model checker.
//!
//! What differs from the simulator's own model: its states contain the numbers of waiting messages, so that one state
//! reached in two orders counts twice; it keeps the whole trace with every state; and since an invariant sees no
//! history of calls, the promise is that the second read is not older than the first, which is what the bug breaks.

use std::cell::Cell;
use std::process::ExitCode;
use std::rc::Rc;

use anysystem::mc::strategies::Bfs;
use anysystem::mc::{McState, ModelChecker, StrategyConfig};
use anysystem::{Context, Process, ProcessState, System};

#[path = "../../../shared/memory.rs"]
mod memory;
#[path = "../../../shared/register.rs"]
mod register;

use register::{Bug, Message, NODES, Outbox, Register, Request, Response};

const NAMES: [&str; NODES] = ["n0", "n1", "n2"];
const CLIENT: &str = "client";
const LIMIT: &str = "limit";

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Replica {
    id: usize,
    register: Register,
    answer: Option<Response>,
}

struct Out<'c> {
    ctx: &'c mut Context,
    answer: Option<Response>,
}

impl Outbox for Out<'_> {
    fn send(&mut self, to: usize, message: Message) {
        let kind = match message {
            Message::Ask(_) => "ASK",
            Message::Have(..) => "HAVE",
            Message::Store(..) => "STORE",
            Message::Stored(_) => "STORED",
        };
        let data = match message {
            Message::Ask(number) | Message::Stored(number) => number.to_string(),
            Message::Have(number, stamp, value) | Message::Store(number, stamp, value) => {
                format!("{number} {} {} {value}", stamp.counter, stamp.node)
            }
        };
        self.ctx
            .send(anysystem::Message::new(kind, &data), NAMES[to].to_owned());
    }

    fn reply(&mut self, _: u64, response: Response) {
        self.answer = Some(response);
    }
}

fn decode(message: &anysystem::Message) -> Option<Message> {
    let mut fields = message
        .data
        .split(' ')
        .map_while(|field| field.parse::<u64>().ok());
    let number = fields.next()?;
    let mut rest = || {
        let (counter, node, value) = (fields.next()?, fields.next()? as usize, fields.next()?);
        Some((register::Stamp { counter, node }, value))
    };
    Some(match message.tip.as_str() {
        "ASK" => Message::Ask(number),
        "STORED" => Message::Stored(number),
        "HAVE" => rest().map(|(stamp, value)| Message::Have(number, stamp, value))?,
        "STORE" => rest().map(|(stamp, value)| Message::Store(number, stamp, value))?,
        _ => return None,
    })
}

impl Process for Replica {
    fn on_message(
        &mut self,
        message: anysystem::Message,
        from: String,
        ctx: &mut Context,
    ) -> Result<(), String> {
        let mut out = Out { ctx, answer: None };
        match message.tip.as_str() {
            "WRITE" => {
                self.register.on_request(Request::Write(1), &mut out);
            }
            "READ" => {
                self.register.on_request(Request::Read, &mut out);
            }
            _ => {
                let from = NAMES.iter().position(|name| *name == from).ok_or("who?")?;
                let message = decode(&message).ok_or("what?")?;
                self.register.on_message(from, message, &mut out);
            }
        }
        if let Some(answer) = out.answer {
            self.answer = Some(answer);
            // The client of the first read asks the next node.
            if self.id == 1 {
                ctx.send(anysystem::Message::new("READ", ""), NAMES[2].to_owned());
            }
        }
        Ok(())
    }

    fn on_local_message(&mut self, _: anysystem::Message, _: &mut Context) -> Result<(), String> {
        Ok(())
    }

    fn on_timer(&mut self, _: String, _: &mut Context) -> Result<(), String> {
        Ok(())
    }

    fn state(&self) -> Result<Rc<dyn ProcessState>, String> {
        Ok(Rc::new(self.clone()))
    }

    fn set_state(&mut self, state: Rc<dyn ProcessState>) -> Result<(), String> {
        *self = state
            .downcast_ref::<Replica>()
            .ok_or("not a replica's state")?
            .clone();
        Ok(())
    }
}

/// Asks for the write and the first read, in messages that may be late.
#[derive(Clone)]
struct Client;

impl Process for Client {
    fn on_message(
        &mut self,
        _: anysystem::Message,
        _: String,
        _: &mut Context,
    ) -> Result<(), String> {
        Ok(())
    }

    fn on_local_message(&mut self, _: anysystem::Message, ctx: &mut Context) -> Result<(), String> {
        ctx.send(anysystem::Message::new("WRITE", ""), NAMES[0].to_owned());
        ctx.send(anysystem::Message::new("READ", ""), NAMES[1].to_owned());
        Ok(())
    }

    fn on_timer(&mut self, _: String, _: &mut Context) -> Result<(), String> {
        Ok(())
    }
}

fn answers(state: &McState) -> [Option<Response>; NODES] {
    NAMES.map(|name| {
        let process = &state.node_states[name].proc_states[name].proc_state;
        process
            .downcast_ref::<Replica>()
            .and_then(|replica| replica.answer)
    })
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (bug, most) = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["right", most] => (Bug::None, most.parse().unwrap_or(u64::MAX)),
        ["no-write-back", most] => (Bug::NoWriteBack, most.parse().unwrap_or(u64::MAX)),
        _ => {
            eprintln!("usage: right STATES | no-write-back STATES");
            return ExitCode::FAILURE;
        }
    };
    let mut system = System::new(1);
    for (id, name) in NAMES.into_iter().enumerate() {
        system.add_node(name);
        let replica = Replica {
            id,
            register: Register::new(id, bug),
            answer: None,
        };
        system.add_process(name, Box::new(replica), name);
    }
    system.add_node(CLIENT);
    system.add_process(CLIENT, Box::new(Client), CLIENT);
    let states = Rc::new(Cell::new(0_u64));
    let depth = Rc::new(Cell::new(0_u64));
    let counted = (Rc::clone(&states), Rc::clone(&depth));
    let strategy = StrategyConfig::default()
        .invariant(Box::new(move |state| {
            counted.0.set(counted.0.get() + 1);
            counted.1.set(counted.1.get().max(state.depth));
            if counted.0.get() >= most {
                return Err(LIMIT.to_owned());
            }
            match answers(state) {
                [_, Some(Response::Value(1)), Some(Response::Value(0))] => {
                    Err("the second read is older than the first".to_owned())
                }
                _ => Ok(()),
            }
        }))
        .goal(Box::new(|state| {
            answers(state)
                .iter()
                .all(Option::is_some)
                .then(|| "all are answered".to_owned())
        }));
    let verdict = ModelChecker::new(&system).run_with_change::<Bfs>(strategy, |system| {
        system.send_local_message(CLIENT, CLIENT, anysystem::Message::new("START", ""));
    });
    let (found, everything) = match verdict {
        Ok(_) => (0, 1),
        Err(problem) if problem.message().contains(LIMIT) => (0, 0),
        Err(problem) => {
            eprintln!("{}", problem.message());
            (1, 1)
        }
    };
    println!(
        "found={found} states={} steps={} everything={everything} memory={}",
        states.get(),
        depth.get(),
        memory::peak().unwrap_or(0)
    );
    ExitCode::SUCCESS
}
