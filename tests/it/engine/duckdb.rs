use super::{difficult_values_have_the_same_bytes, sample_has_the_same_bytes};

#[test]
fn duckdb_sums_the_sample_to_the_same_bytes() {
    sample_has_the_same_bytes("'duckdb'");
}

#[test]
fn duckdb_sums_difficult_values_to_the_same_bytes() {
    difficult_values_have_the_same_bytes("'duckdb'");
}
