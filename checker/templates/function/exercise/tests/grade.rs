//! How __EXERCISE__ is graded. It calls what the contract names, and looks into nothing, so any representation passes.

use __CRATE__::Received;
use __CRATE__::api::Number;
use simulator::cases;

/// The truth, in the plainest way: count up while the next one is there.
fn complete_up_to(arrived: &[Number]) -> Number {
    (1..).take_while(|number| arrived.contains(number)).last().unwrap_or(0)
}

/// After every arrival, the acknowledgement is what it must be.
fn assert_acknowledged(arrived: &[Number]) {
    let mut received = Received::default();
    for (index, &number) in arrived.iter().enumerate() {
        received.arrive(number);
        let so_far = &arrived[..=index];
        let (said, expected) = (received.acknowledgement(), complete_up_to(so_far));
        assert!(
            said == expected,
            "after {so_far:?} have arrived, the acknowledgement must be {expected}, but it is {said}"
        );
    }
}

#[test]
fn in_order_each_one_is_acknowledged() {
    cases(|_, size| (1..=size as Number).collect())
        .promise("messages that arrive in order are acknowledged one by one")
        .step_is_a("arrival")
        .steps(1, 12)
        .seeds(50)
        .check(assert_acknowledged);
}

#[test]
fn a_gap_holds_back_what_comes_after_it() {
    cases(|random, size| {
        let mut numbers: Vec<Number> = (1..=size as Number).collect();
        random.shuffle(&mut numbers);
        numbers
    })
    .promise("nothing after a gap is acknowledged before the gap is filled, and everything once it is")
    .step_is_a("arrival")
    .steps(1, 12)
    .check(assert_acknowledged);
}

#[test]
fn copies_count_once() {
    cases(|random, size| (0..size).map(|_| 1 + random.below(6)).collect())
        .promise("a message that arrives again changes nothing")
        .step_is_a("arrival")
        .steps(1, 16)
        .check(assert_acknowledged);
}
