//! Apache Spark as a cluster of two workers, where there is a JVM.

use super::{Server, difficult_values_have_the_same_bytes, sample_has_the_same_bytes};
use crate::support::{program, shout};

#[test]
fn spark_sums_the_sample_and_difficult_values_to_the_same_bytes() {
    if program("HUIZONG_JAVA", "java").is_none() {
        return shout("no rows were summed by Apache Spark: there is no java");
    }
    let server = Server::start("spark");
    sample_has_the_same_bytes(&server.spark_connect(), "it's year=2020 `x`");
    difficult_values_have_the_same_bytes(&server.spark_connect());
}
