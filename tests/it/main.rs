//! One binary for all integration tests: linking polars twice is a minute lost.

mod architecture;
mod check;
mod docs;
mod imbalance;
mod intake;
mod night;
mod normalize;
mod readers;
mod recompute;
mod pipeline;
mod registry;
mod rollup;
mod roster;
mod sample;
mod support;
mod truth;
mod rollup;
mod plain_codes;
