//! The one door between `arrow` record batches and `polars` frames: the Arrow C data interface.
//!
//! Both libraries declare the structs of that interface as `#[repr(C)]` copies of the same specification and both export
//! whole owned arrays through them, so a struct made by one may be handed to the other. Buffers are shared, not copied,
//! except texts: polars keeps views, so views are built on the way in (over the same bytes), and texts are
//! copied to plain `Utf8` on the way out, because files hold plain types only.
//!
//! # Why the unsafe code is sound
//!
//! * *Layout.* The specification fixes the fields of `ArrowArray` and `ArrowSchema`, and forbids changing them; both sides
//!   write them out field by field under `#[repr(C)]`. Equal size and alignment are asserted at compile time below.
//! * *Validity.* Each struct comes straight from the exporting library, which fills it as the specification says; nothing
//!   touches it between. The type given to the importer is read from the schema exported with the array.
//! * *Ownership.* `transmute` moves: the exporter's value is not dropped, the importer's is, exactly once, by calling the
//!   `release` callback in the struct. That callback owns the exporter's buffers, which therefore live as long as the
//!   imported array, on whatever thread it is dropped (both libraries declare the structs `Send` and count references
//!   atomically).
//! * *Mutation.* Neither library writes to imported buffers: both treat them as foreign and shared.

use std::mem::{align_of, size_of};

use arrow::array::Array;
use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema, to_ffi};
use arrow::record_batch::RecordBatch;
use polars::prelude::{Column, DataFrame, PlSmallStr, Series};
use polars_arrow::ffi::{ArrowArray, ArrowSchema};

/// Records as polars has them.
pub type Frame = DataFrame;

const _: () = assert!(size_of::<FFI_ArrowArray>() == size_of::<ArrowArray>());
const _: () = assert!(align_of::<FFI_ArrowArray>() == align_of::<ArrowArray>());
const _: () = assert!(size_of::<FFI_ArrowSchema>() == size_of::<ArrowSchema>());
const _: () = assert!(align_of::<FFI_ArrowSchema>() == align_of::<ArrowSchema>());

/// A column that one of the libraries cannot hand over.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Refused by `arrow`.
    #[error("handing column {column} between arrow and polars")]
    Arrow {
        /// Name of the column.
        column: String,
        /// Why.
        source: arrow::error::ArrowError,
    },
    /// Refused by `polars`.
    #[error("handing column {column} between arrow and polars")]
    Polars {
        /// Name of the column.
        column: String,
        /// Why.
        source: polars::error::PolarsError,
    },
}

/// A frame over the buffers of `batch`, one chunk a column; names and order are kept.
pub fn to_polars(batch: &RecordBatch) -> Result<DataFrame, Error> {
    let schema = batch.schema_ref();
    let columns = schema.fields().iter().zip(batch.columns()).map(|(field, array)| {
        let name = field.name();
        import_into_polars(name, array.as_ref()).map(Column::from)
    });
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    DataFrame::new(batch.num_rows(), columns).map_err(|source| Error::Polars {
        column: "*".into(),
        source,
    })
}

#[allow(unsafe_code)]
fn import_into_polars(name: &str, array: &dyn Array) -> Result<Series, Error> {
    let polars = |source| Error::Polars {
        column: name.into(),
        source,
    };
    let (array, schema) = to_ffi(&array.to_data()).map_err(|source| Error::Arrow {
        column: name.into(),
        source,
    })?;
    // SAFETY: same layout, freshly exported by arrow, moved into the only owner; see the module's argument.
    let imported = unsafe {
        let schema: ArrowSchema = std::mem::transmute(schema);
        let array: ArrowArray = std::mem::transmute(array);
        polars_arrow::ffi::import_field_from_c(&schema)
            .and_then(|field| polars_arrow::ffi::import_array_from_c(array, field.dtype))
    };
    Series::try_from((PlSmallStr::from(name), imported.map_err(polars)?)).map_err(polars)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray, make_array};
    use arrow::datatypes::{DataType, Field, Schema};
    use arrow::ffi::from_ffi;
    use arrow::record_batch::RecordBatchOptions;
    use polars::prelude::{AnyValue, CompatLevel, DataType as PolarsType};

    use super::*;

    /// Every plain type with nulls; texts both short enough for a view to hold and longer.
    fn sample() -> RecordBatch {
        let columns: [(&str, ArrayRef); 5] = [
            (
                "i",
                Arc::new(Int64Array::from(vec![
                    Some(i64::MIN),
                    None,
                    Some(0),
                    Some(i64::MAX),
                    Some(7),
                ])),
            ),
            (
                "f",
                Arc::new(Float64Array::from(vec![
                    Some(0.1),
                    Some(-0.0),
                    None,
                    Some(1e300),
                    Some(5e-324),
                ])),
            ),
            (
                "b",
                Arc::new(BooleanArray::from(vec![
                    Some(true),
                    Some(false),
                    Some(true),
                    None,
                    Some(false),
                ])),
            ),
            (
                "s",
                Arc::new(StringArray::from(vec![
                    Some(""),
                    Some("社区"),
                    Some("河北省石家庄市长安区建北街道"),
                    Some("x"),
                    None,
                ])),
            ),
            (
                "d",
                Arc::new(Date32Array::from(vec![
                    Some(18_627),
                    Some(0),
                    None,
                    Some(-1),
                    Some(2_932_896),
                ])),
            ),
        ];
        RecordBatch::try_from_iter_with_nullable(columns.map(|(name, array)| (name, array, true))).unwrap()
    }

    /// A batch over the buffers of `frame`: names and order are kept, every column is nullable, texts become `Utf8`.
    /// Columns in several chunks are joined first.
    fn to_arrow(frame: &DataFrame) -> Result<RecordBatch, Error> {
        let mut fields = Vec::with_capacity(frame.width());
        let mut arrays = Vec::with_capacity(frame.width());
        for column in frame.columns() {
            let array = export_from_polars(column.as_materialized_series())?;
            fields.push(Field::new(column.name().as_str(), array.data_type().clone(), true));
            arrays.push(array);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(frame.height()));
        RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options).map_err(|source| {
            Error::Arrow {
                column: "*".into(),
                source,
            }
        })
    }

    #[allow(unsafe_code)]
    fn export_from_polars(series: &Series) -> Result<ArrayRef, Error> {
        let column = series.name().as_str();
        let arrow = |source| Error::Arrow {
            column: column.into(),
            source,
        };
        let array = series.rechunk().to_arrow(0, CompatLevel::newest());
        let field = polars_arrow::datatypes::Field::new(column.into(), array.dtype().clone(), true);
        let schema = polars_arrow::ffi::export_field_to_c(&field);
        let array = polars_arrow::ffi::export_array_to_c(array);
        // SAFETY: same layout, freshly exported by polars, moved into the only owner; see the module's argument.
        let imported = unsafe {
            let schema: FFI_ArrowSchema = std::mem::transmute(schema);
            let array: FFI_ArrowArray = std::mem::transmute(array);
            from_ffi(array, &schema)
        };
        let array = make_array(imported.map_err(arrow)?);
        match array.data_type() {
            DataType::Utf8View | DataType::LargeUtf8 => arrow::compute::cast(&array, &DataType::Utf8).map_err(arrow),
            _ => Ok(array),
        }
    }

    #[test]
    fn plain_types_survive_the_way_there_and_back() {
        let batch = sample();
        let frame = to_polars(&batch).unwrap();
        assert_eq!(frame.column("d").unwrap().dtype(), &PolarsType::Date);
        assert_eq!(
            frame.column("s").unwrap().get(2).unwrap(),
            AnyValue::String("河北省石家庄市长安区建北街道")
        );
        assert!(frame.column("i").unwrap().get(1).unwrap().is_null());
        assert_eq!(to_arrow(&frame).unwrap(), batch);
    }

    #[test]
    fn slices_keep_their_offset() {
        for (offset, length) in [(1, 3), (2, 3), (4, 1), (3, 0)] {
            let slice = sample().slice(offset, length);
            let frame = to_polars(&slice).unwrap();
            assert_eq!(frame.height(), length);
            assert_eq!(to_arrow(&frame).unwrap(), slice);
            let again = to_polars(&sample()).unwrap().slice(offset as i64, length);
            assert_eq!(to_arrow(&again).unwrap(), slice);
        }
    }

    #[test]
    fn an_empty_batch_keeps_its_columns() {
        let empty = RecordBatch::new_empty(sample().schema());
        let frame = to_polars(&empty).unwrap();
        assert_eq!((frame.height(), frame.width()), (0, 5));
        assert_eq!(to_arrow(&frame).unwrap(), empty);
    }

    #[test]
    fn a_batch_without_columns_keeps_its_height() {
        let options = RecordBatchOptions::new().with_row_count(Some(3));
        let bare = RecordBatch::try_new_with_options(Arc::new(Schema::empty()), vec![], &options).unwrap();
        assert_eq!(to_arrow(&to_polars(&bare).unwrap()).unwrap().num_rows(), 3);
    }

    #[test]
    fn chunks_are_joined() {
        let mut frame = to_polars(&sample()).unwrap();
        frame.vstack_mut(&to_polars(&sample().slice(1, 2)).unwrap()).unwrap();
        let joined = to_arrow(&frame).unwrap();
        assert_eq!(joined.slice(0, 5), sample());
        assert_eq!(joined.slice(5, 2), sample().slice(1, 2));
    }

    #[test]
    fn numbers_are_shared_and_outlive_their_origin() {
        let batch = sample();
        let there = batch.column(0).to_data().buffers()[0].as_ptr();
        let frame = to_polars(&batch).unwrap();
        let here = frame
            .column("i")
            .unwrap()
            .i64()
            .unwrap()
            .downcast_iter()
            .next()
            .unwrap()
            .values()
            .as_ptr();
        assert_eq!(there, here.cast::<u8>());
        drop(batch);
        assert_eq!(frame.column("i").unwrap().get(3).unwrap(), AnyValue::Int64(i64::MAX));
        let back = to_arrow(&frame).unwrap();
        assert_eq!(back.column(0).to_data().buffers()[0].as_ptr(), there);
    }
}
