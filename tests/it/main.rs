//! One binary for all integration tests: linking polars twice is a minute lost.

mod architecture;
mod docs;
mod imbalance;
mod readers;
mod recompute;
mod registry;
mod support;
mod truth;
