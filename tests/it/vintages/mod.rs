//! Releases held against each other, and what each says of the one before.

mod diff;
mod revisions;
mod runs;

use crate::night::small::{Sent, nation};
use crate::support::{World, huizong, said};

/// Two counties of one province in two years; both send.
fn world() -> World {
    nation("['2019', '2020']", "year", "")
        .county("2019", "130102", "100", &["3", "4"])
        .county("2019", "130104", "200", &["5", "6"])
        .county("2020", "130102", "110", &["3", "4"])
        .county("2020", "130104", "210", &["5", "6"])
}

/// A command about the world's output folder: exit code, and what was said.
fn asked(world: &World, command: &[&str], more: &[&str]) -> (i32, String) {
    let output = world.output().to_string_lossy().into_owned();
    let told = huizong(command.iter().chain(&["--output", &output]).chain(more));
    (told.status.code().unwrap(), said(&told))
}
