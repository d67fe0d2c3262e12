//! Whatever becomes of a message or a timer, it leaves the store.

use crate::store::Typed;
use crate::{Call, Context, Faults, Node, NodeId, ms, scenario, secs};

/// Tells everybody something new, every ten milliseconds for a while.
#[derive(Debug, Default)]
struct Chatter {
    told: u64,
}

impl Node for Chatter {
    type Message = String;
    type Timer = u64;
    type Request = ();
    type Response = ();

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        ctx.set_timer(ms(10), 0);
    }

    fn on_request(&mut self, ctx: &mut Context<Self>, call: Call, (): ()) {
        ctx.set_timer(ms(30), 1);
        ctx.reply(call, ());
    }

    fn on_message(&mut self, ctx: &mut Context<Self>, _: NodeId, _: String) {
        ctx.set_timer(ms(40), 1);
        ctx.cancel_timer(2);
    }

    fn on_timer(&mut self, ctx: &mut Context<Self>, timer: u64) {
        if timer == 0 && self.told < 20 {
            self.told += 1;
            ctx.broadcast(format!("{} from {}", self.told, ctx.id()));
            ctx.send(ctx.id(), "to myself".to_owned());
            ctx.send(NodeId::new(9), "to nobody".to_owned());
            ctx.set_timer(ms(10), 0);
            ctx.set_timer(ms(200), 2);
        }
    }
}

#[test]
fn nothing_is_left_in_the_store() {
    let faults = Faults::none()
        .loss(0.1)
        .duplication(0.1)
        .delay(ms(1)..ms(30))
        .partitions(1)
        .crashes(2)
        .pauses(2);
    scenario(|_| Chatter::default())
        .faults(faults)
        .workload(|w| {
            for index in 0..w.size() {
                w.ask(index, NodeId::new(index % 3), ());
            }
        })
        .seeds(100)
        .schedules(100)
        .check(|sim| {
            let n1 = NodeId::new(1);
            sim.pause(n1);
            sim.run_for(ms(50));
            sim.crash(n1);
            sim.run_for(ms(50));
            sim.heal();
            sim.run_for(secs(2));
            let store: &mut Typed<Chatter> = Typed::of(sim.world.store.as_mut());
            assert_eq!((store.messages.len(), store.timers.len()), (0, 0));
        });
}
