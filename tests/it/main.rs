//! One binary for all integration tests: linking polars twice is a minute lost.

mod architecture;
mod check;
mod docs;
mod imbalance;
mod intake;
mod normalize;
mod night;
mod readers;
mod recompute;
mod pipeline;
mod registry;
mod roster;
mod support;
mod truth;
mod rollup;
mod plain_codes;
