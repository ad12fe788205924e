//! `report.html`: a release as one page that needs no network. Its context is gathered first, and then rendered in both languages.

mod context;
mod draw;
mod gather;
mod packed;
mod render;
mod sentences;
#[cfg(test)]
mod tests;

use super::gather::Gathering;

/// The page. The same tables give the same bytes.
pub fn page(release: &Gathering<'_>) -> String {
    render::page(&gather::context(release))
}
