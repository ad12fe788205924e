#![no_main]

use libfuzzer_sys::fuzz_target;
use targets::world;

fuzz_target!(
    init: {
        world::cells();
    },
    |input: &[u8]| targets::beside::run_corrections(input)
);
