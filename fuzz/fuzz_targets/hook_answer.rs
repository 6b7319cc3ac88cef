//! The response of a registration inline hook: the first line is the status, the rest is the body.
#![no_main]

use std::sync::{Arc, LazyLock};

use idx_engine::Org;
use idx_fuzz::lab::Lab;
use idx_fuzz::mutate;
use idx_fuzz::script::{hook_answer, play_in};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

/// An org with a request that waits for the hook.
static ASKED: LazyLock<Lab> = LazyLock::new(|| {
    let document =
        "[[profileEnrollment.preRegistrationInlineHooks]]\nurl = \"http://127.0.0.1:9/\"\n";
    let org = Org::from_toml(document, "hook.toml").expect("the document is valid");
    play_in(
        Lab::new(Arc::new(org)),
        "interact\nintrospect\nenroll\nenroll/new {\"userProfile\":{\"firstName\":\"Mary\",\"lastName\":\"Jo\",\"email\":\"mary@example.com\"}}",
    )
});

fuzz_target!(|said: &str| {
    let mut lab = ASKED.clone();
    let answer = lab.hook(&hook_answer(said)).expect("a request waits for the hook");
    assert_eq!(
        lab.records.users().count(),
        usize::from(answer.trace.refusal.is_none()),
        "{answer:?}"
    );
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::bytes(data, size, max_size, seed, mutate::json_below_a_line)
});
