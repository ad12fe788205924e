//! Small types that every stage uses. Nothing here does I/O.

mod capped;
mod cells;
mod diagnostic;
mod digest;
mod finding;
mod influence;
mod layout;
mod markings;
mod missing;
mod notation;
mod period;
mod raw;
mod returned;
mod table;
mod text;
mod unit;
mod visible;
mod width;

pub use capped::{Findings, is_one_cause};
pub use cells::{Cell, Expected, FormCoverage, IndicatorCells, IndicatorLevels, Received, Sums};
pub use diagnostic::Diagnostic;
pub use digest::hex;
pub use finding::{Catalog, CatalogEntry, CellValue, Finding, Place, Severity, a1, catalog};
pub use influence::Influence;
pub use layout::{HeaderLayout, LayoutHeader, Likeness};
pub use markings::{Garbled, Markings, Run, RunKind, counted_text, findings_on_runs};
pub use missing::{Missing, NotMeasured, Read};
pub use period::{Period, PeriodKind};
pub use raw::{Corrected, Grid, MatchedColumn, Overlay, RawTable, SetAside, Submission};
pub use returned::{Merged, RETURN_MARK, Reply, ReturnList, ReturnMark};
pub use table::{ColumnSpec, Table, TableSpec, Texts, Value, ValueKind, Values, table_specs};
pub use text::{Lang, Text, row_ranges};
pub use unit::{shown_unit, unit_key, unit_parts};
pub use visible::{is_invisible, visible, visible_lines};
pub use width::{fold, half_width};
