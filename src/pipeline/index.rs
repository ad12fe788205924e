//! Positions within a [`super::Pipeline`].

/// Index of a form in [`super::Pipeline::forms`].
pub type FormIndex = usize;
/// Index of a measure in [`super::Pipeline::measures`].
pub type MeasureIndex = usize;
/// Index of a dimension in [`super::Pipeline::dimensions`].
pub type DimensionIndex = usize;
/// Index of a level in [`super::RegistrySpec::levels`]; 0 is the root.
pub type LevelIndex = usize;
