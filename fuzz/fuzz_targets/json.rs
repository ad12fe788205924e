#![no_main]

use libfuzzer_sys::fuzz_target;
use targets::world;

fuzz_target!(
    init: {
        world::shipped_intake();
    },
    |input: &[u8]| targets::texts::run_json(input)
);
