#![no_main]

use libfuzzer_sys::fuzz_target;
use targets::{workbooks, world};

fuzz_target!(
    init: {
        workbooks::let_libraries_fail();
        world::shipped_intake();
    },
    |input: &[u8]| workbooks::run_parts(input)
);
