//! A failed run as a story for a person.

use super::experiment::{Cause, Failure, FaultChoice, Input, Outcome, Settings};
use crate::diagram::draw;
use crate::label::{compact, shorten};
use crate::plan::{Fault, PLAN_FORMAT, Plan, PlannedOperation};
use crate::record::{Run, Story};
use crate::trace::Trace;
use crate::words::Names;

/// Everything that a story is made of.
pub(crate) struct Finding<'a> {
    pub settings: &'a Settings,
    pub found: Run,
    pub input: &'a Input,
    pub failure: Failure,
    /// What came of the run, with its trace.
    pub traced: Outcome,
}

/// Tells it.
pub(crate) fn tell(finding: Finding<'_>) -> Story {
    let Finding {
        settings,
        found,
        input,
        failure,
        traced,
    } = finding;
    let given = match &input.faults {
        FaultChoice::Given(faults) if !faults.is_empty() => faults.clone(),
        _ => traced.happened.clone(),
    };
    let names = Names {
        nodes: &settings.names,
        trace: traced.trace.as_ref(),
        keys: &traced.keys,
    };
    let mut in_order: Vec<&Fault> = given.iter().collect();
    in_order.sort_by_key(|fault| names.begins(fault));
    let faults = in_order
        .into_iter()
        .map(|fault| names.fault(fault))
        .collect();
    let operations = match settings.is_written {
        true => Vec::new(),
        false => operations(settings, input, traced.trace.as_ref()),
    };
    let promise = match &failure.cause {
        Cause::Always(_, title) if !title.is_empty() => title.clone(),
        Cause::Excess(promise) => (*promise).to_owned(),
        _ => settings.promise.clone(),
    };
    let plan = Plan {
        format: PLAN_FORMAT,
        scenario: settings.scenario.clone(),
        random: input.random,
        operations: input
            .operations
            .iter()
            .map(|operation| PlannedOperation {
                client: operation.client,
                node: operation.node,
                at: operation.at,
                request: operation.request.json(),
            })
            .collect(),
        faults: match &input.faults {
            FaultChoice::Given(faults) => faults.clone(),
            FaultChoice::Seeded(_) => given,
        },
    };
    let diagram = match &traced.trace {
        Some(trace) if !settings.names.is_empty() => draw(trace),
        _ => Vec::new(),
    };
    Story {
        promise,
        broken: failure.text,
        place: failure.place,
        run: found,
        faults,
        operations,
        operation_noun: settings.noun.clone(),
        diagram,
        plan,
        trace: traced.trace,
    }
}

/// What clients asked, or what a function was given, in words.
fn operations(settings: &Settings, input: &Input, trace: Option<&Trace>) -> Vec<String> {
    const LONGEST: usize = 70;
    let in_short = |debug: String| shorten(&compact(&debug), LONGEST);
    if settings.names.is_empty() {
        return input
            .operations
            .iter()
            .map(|operation| in_short(operation.request.debug()))
            .collect();
    }
    let name = |node: usize| settings.names.get(node).map_or("?", String::as_str);
    if input.operations.is_empty() {
        let calls = trace
            .map(|trace| trace.calls.as_slice())
            .unwrap_or_default();
        return calls
            .iter()
            .map(|call| {
                format!(
                    "`{}` is asked of {} at {}",
                    call.request,
                    name(call.node),
                    call.called
                )
            })
            .collect();
    }
    let many_clients = input
        .operations
        .iter()
        .any(|operation| operation.client != input.operations[0].client);
    input
        .operations
        .iter()
        .map(|operation| {
            let request = in_short(operation.request.debug());
            let node = name(operation.node.index());
            if many_clients {
                format!(
                    "client {} asks {node} `{request}` at {}",
                    operation.client, operation.at
                )
            } else {
                format!("`{request}` is asked of {node} at {}", operation.at)
            }
        })
        .collect()
}
