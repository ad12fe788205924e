//! Text from the tables of a release. A serialisable context is gathered first and then rendered; no figure is computed here,
//! rows are only selected, named and counted.

mod citation;
mod codebook;
mod column;
mod croissant;
mod datapackage;
mod diff;
mod explain;
mod facts;
mod gather;
mod grid;
mod headers;
mod influential;
mod jobs;
mod look;
mod metrics;
mod moved;
mod number;
mod openlineage;
mod page;
mod plan;
mod quoted;
mod releases;
mod rows;
mod rules;
mod run_record;
mod scaffold;
mod sdmx;
mod signature;
mod since;
mod sources;
mod statistic;
mod status;
mod summary;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod titles;
mod trace;
mod values;
mod verify;
mod words;
mod workbook;

pub use citation::citation;
pub use codebook::codebook;
pub use column::explain_value;
pub use croissant::croissant;
pub use datapackage::{DataPackage, datapackage};
pub use diff::{CellChange, ColumnChange, DiffReport, DiffSide, FileCounts, RetypedColumn, TableDiff};
pub use explain::{explain, explain_command, findings_page, list_codes, nearest_code};
pub use facts::{facts_columns, uncounted_columns};
pub use gather::{Gathering, summarise};
pub use grid::Page;
pub use headers::{HeaderLine, HeadersReport, LayoutLine, Mapping, NewColumn, People, Remedy, Sender};
pub use influential::{FindingInfluence, InfluentialLine, influential};
pub use jobs::{JobLine, JobReport, JobsReport};
pub use look::{Look, Source, note_on_withheld};
pub use metrics::{Beside, metrics};
pub use moved::{Moved, MovedBy, MovedLine, Step, moved};
pub use openlineage::{LineageCounts, LineageEvent, LineageInput, LineageOutput, LineageState};
pub use page::page;
pub use plan::{PlanCause, PlanLine, PlanReport};
pub use releases::{GcItem, GcReport, ReleaseLine, ReleasesReport, RollbackReport};
pub use rows::{RowsFormat, RowsHead, RowsWriter};
pub use rules::RuleLine;
pub use run_record::RunRecord;
pub use scaffold::{ColumnDraft, FormDraft, LeftOut, Read, SheetSeen, SymbolSeen};
pub use sdmx::sdmx_structure;
pub use signature::{SignatureReport, SignatureState};
pub use since::{GoalsLine, LateLine, ReportedLine, SentLine, SinceReport, StateLine, StoppedRun};
pub use sources::{Earlier, EarlierState, Sources, Standing};
pub use statistic::{indices_table, statistics};
pub use status::{BesideLine, CodeCount, LaterLine, ReporterLine, StatusLine, StatusReport};
pub use summary::{
    DryRun, FindingLine, GapLine, GapSection, IndicatorLine, NotDue, NotDueLine, Outcome, ReportingLine,
    ReportingSection, RowAccount, Start, State, Summary,
};
pub use table::explain_table;
pub use text::render;
pub use titles::{Reasons, finding_title, indicator_title, reason_title, unit_word};
pub use trace::{Held, TraceArea, TraceCell, TraceFile, TraceLevel, TraceRecord, TraceReport, TraceRest};
pub use values::column_values;
pub use verify::{Unproved, VerifyReport};
pub use workbook::{WorkbookFile, workbooks};
