//! Sail, by both of its servers, and in a cluster of two workers.

use std::sync::LazyLock;

use super::{Server, difficult_values_have_the_same_bytes, sample_has_the_same_bytes};

static SPARK_CONNECT: LazyLock<Server> = LazyLock::new(|| Server::start("spark-connect"));
static FLIGHT_SQL: LazyLock<Server> = LazyLock::new(|| Server::start("flight-sql"));
static CLUSTER: LazyLock<Server> = LazyLock::new(|| Server::start("cluster"));

#[test]
fn sail_sums_the_sample_to_the_same_bytes_over_spark_connect() {
    sample_has_the_same_bytes(&SPARK_CONNECT.spark_connect(), "it's year=2020 `x`");
}

#[test]
fn sail_sums_difficult_values_to_the_same_bytes_over_spark_connect() {
    difficult_values_have_the_same_bytes(&SPARK_CONNECT.spark_connect());
}

#[test]
fn sail_sums_the_sample_to_the_same_bytes_over_flight_sql() {
    sample_has_the_same_bytes(&FLIGHT_SQL.flight_sql(), "it's year=2020 `x`");
}

#[test]
fn sail_sums_difficult_values_to_the_same_bytes_over_flight_sql() {
    difficult_values_have_the_same_bytes(&FLIGHT_SQL.flight_sql());
}

#[test]
fn a_cluster_of_sail_sums_both_to_the_same_bytes() {
    sample_has_the_same_bytes(&CLUSTER.spark_connect(), "it's year=2020 `x`");
    difficult_values_have_the_same_bytes(&CLUSTER.spark_connect());
}
