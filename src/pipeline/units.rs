//! Units and exact conversions between them.

/// The units a pipeline knows.
#[derive(Debug, Default)]
pub struct Units {}
