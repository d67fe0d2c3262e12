//! Explores the quorum register with the course's simulator.

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};

use simulator::history::{Meaning, Register as Model, register as model};
use simulator::record::{Line, RECORD_VARIABLE, Verdict};
use simulator::{Call, Context, Node, NodeId, Scope, Simulation, scenario};

#[path = "../../../shared/memory.rs"]
mod memory;
#[path = "../../../shared/register.rs"]
mod register;

use register::{Bug, Message, Outbox, Register, Request, Response};

#[derive(Clone, Debug, Hash)]
struct Replica {
    register: Register,
    call: Option<Call>,
}

struct Out<'c, 'n> {
    ctx: &'c mut Context<'n, Replica>,
    answer: Option<Response>,
}

impl Outbox for Out<'_, '_> {
    fn send(&mut self, to: usize, message: Message) {
        self.ctx.send(NodeId::new(to), message);
    }

    fn reply(&mut self, _: u64, response: Response) {
        self.answer = Some(response);
    }
}

impl Node for Replica {
    type Message = Message;
    type Timer = ();
    type Request = Request;
    type Response = Response;

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, request: Request) {
        self.call = Some(call);
        self.register
            .on_request(request, &mut Out { ctx, answer: None });
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, from: NodeId, message: Message) {
        let mut out = Out { ctx, answer: None };
        self.register.on_message(from.index(), message, &mut out);
        if let (Some(answer), Some(call)) = (out.answer, self.call) {
            self.call = None;
            ctx.reply(call, answer);
        }
    }
}

fn linearizable(sim: &mut Simulation<Replica>) {
    let verdict = sim
        .history()
        .translate(
            |request| {
                Some(match request {
                    Request::Write(value) => model::Operation::Write(*value),
                    Request::Read => model::Operation::Read,
                })
            },
            |_, response| {
                Meaning::Answered(match response {
                    Response::Written => model::Answer::Done,
                    Response::Value(value) => model::Answer::Value(*value),
                })
            },
        )
        .linearizable(Model::starting_with(0));
    if let Err(problem) = verdict {
        panic!("{problem}");
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let bug = match std::env::args().nth(1).as_deref() {
        Some("right") => Bug::None,
        Some("no-write-back") => Bug::NoWriteBack,
        _ => return Err("usage: right | no-write-back".into()),
    };
    let suite = scenario(move |id| Replica {
        register: Register::new(id.index(), bug),
        call: None,
    })
    .schedules(0)
    .seeds(0)
    .operations(1, 1)
    .workload(|w| {
        w.ask(0, NodeId::new(0), Request::Write(1));
        w.ask(1, NodeId::new(1), Request::Read);
        w.ask(1, NodeId::new(2), Request::Read);
    })
    .explore(Scope::new().states(u64::MAX));
    // A broken promise unwinds; the record says what was broken.
    let _ = catch_unwind(AssertUnwindSafe(|| suite.check(linearizable)));
    let record = std::fs::read_to_string(std::env::var(RECORD_VARIABLE)?)?;
    let last = record.lines().last().ok_or("the record is empty")?;
    let Line::Finished {
        verdict, effort, ..
    } = serde_json::from_str(last)?
    else {
        return Err("the exploration did not finish".into());
    };
    let explored = effort.explored.ok_or("nothing was explored")?;
    let found = match *verdict {
        Verdict::Passed => 0,
        Verdict::Broken(_) => 1,
        other => return Err(format!("{other}").into()),
    };
    let whole = u8::from(explored.extent == simulator::record::Extent::Everything);
    println!(
        "found={found} states={} steps={} everything={whole} memory={}",
        explored.states,
        explored.steps,
        memory::peak().unwrap_or(0)
    );
    Ok(())
}
