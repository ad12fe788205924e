//! Where figures rest between stages: paths, Parquet files, the Arrow ↔ polars bridge, the lock.

pub mod bridge;
