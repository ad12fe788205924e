//! `report.html`: a release as one page that needs no network. Its context is gathered first, and then rendered in both languages.

mod context;
mod draw;
mod gather;
mod render;
mod sources;
#[cfg(test)]
mod tests;
mod words;

use super::titles::Reasons;
use crate::pipeline::Pipeline;
pub use sources::{Earlier, EarlierState, Sources, Standing};

/// The page. The same tables give the same bytes.
pub fn page(pipeline: &Pipeline, sources: &Sources<'_>, reasons: &Reasons) -> String {
    render::page(&gather::context(pipeline, sources, reasons))
}
