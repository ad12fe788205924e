//! Stages the files of a release, checks the gate, publishes by one rename. A failed or withheld run leaves `current` as it was.

mod catalogue;
mod extract;
mod field;
mod find;
mod gate;
mod hold;
mod key;
mod manifest;
mod publish;
mod record;
mod sdmx;
mod signature;
mod staging;

pub use catalogue::{About, Files, Listed, Size, catalogue, has_manifest_alone, set_apart_in, withheld_since};
pub use extract::{csv_pieces, extract_of_period, extract_path, write_extract};
pub use find::{Found, first, found, listed};
pub use gate::{Asked, Evidence, FormAccount, GateCheck, OpenInfluence, judge};
pub use hold::Hold;
pub use key::{KeyError, KeyFault, PublicKey, SigningKey};
pub use manifest::{Input, Manifest, NotDue, OutputFile, RevisionsSince, RevisionsState, RowCounts};
pub use publish::{
    Current, Published, confirm_again, current, current_in, dated_as, publish, set_apart, unchanged, warn_of_damage,
};
pub use record::{
    CITATION, CROISSANT, DATA_PACKAGE, MANIFEST, REPORT, Record, SDMX_STRUCTURE, SIGNATURE, is_dated, workbook_path,
};
use record::{DATED, is_workbook};
pub use signature::{Signed, is_signed_as_asked, signed};
pub use staging::{Staging, follows_from_before};
