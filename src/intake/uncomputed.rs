//! Formulas of a workbook that a program wrote without working them out.

use std::collections::HashMap;

/// Formulas without a value, by sheet among the worksheets, row and column. Only looked up, never listed.
pub(super) type Formulas = HashMap<(usize, u32, u32), String>;
