#![no_main]

use libfuzzer_sys::fuzz_target;
use targets::workbooks;

fuzz_target!(
    init: workbooks::let_libraries_fail(),
    |input: &[u8]| workbooks::run(input)
);
