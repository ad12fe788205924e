//! The serde mirror of the TOML files: what may be written, not yet whether it makes sense.
//! The same types give the JSON Schemas by which editors complete and [`super::shape`] finds faults.

mod checks;
mod corrections;
mod forms;
mod located;
mod measures;
mod plan;

pub use checks::{
    AgainstDef, ChecksFile, CoverDef, FindDef, HistoryDef, MissingPart, OutlierDef, OutlierMethod, ReconcileDef,
    RelationDef, RowDef, SideDef, SumDef, ToleranceDef, UnknownResult,
};
pub use corrections::{ActionDef, CorrectionDef, CorrectionsFile, KeyDef};
pub use forms::{
    ColumnDef, ColumnType, DateOrderDef, DecimalDef, FormDef, FormFile, MissingDef, NamesToDef, RangeDef, ReferenceDef,
    ThousandsDef, Words,
};
pub use located::{CubeEngineDef, CubeEngineName, Located, OneOrMany, Periods};
pub use measures::{
    BetterDef, DimensionDef, DimensionsFile, IndicatorDef, IndicatorsFile, MeasureDef, MeasuresFile, MostDef,
};
pub use plan::{
    BoundariesDef, ExtractDef, ExtractFormatDef, FeedbackDef, IncludeDef, LimitsDef, PartDef, PipelineDef,
    PipelineFile, RegistryDef, ReleasesDef, ReportersDef, ReturnsDef, SchemeDef,
};
