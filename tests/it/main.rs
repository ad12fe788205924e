//! One binary for all integration tests: linking polars twice is a minute lost.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests too")]

mod architecture;
mod belonging;
mod causes;
mod changes;
mod check;
mod dates;
mod docs;
mod fault_codes;
mod feedback;
mod files_as_sent;
mod formats;
mod hostile;
mod imbalance;
mod influence;
mod intake;
mod lineage;
mod messages;
mod night;
mod normalize;
mod notation;
mod numbers;
mod other_rows;
mod pipeline;
mod plain_codes;
mod readers;
mod reading;
mod reassigned;
mod recompute;
mod reference_date;
mod registry;
mod regressions;
mod release_alone;
mod returns;
mod rollup;
mod roster;
mod rules;
mod sample;
mod shares;
mod support;
mod tools;
mod truth;
mod units;
mod warnings;
mod words;
