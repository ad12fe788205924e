//! Rows as structs: the fields of a row are the columns of its table, in order, with their types.

use std::ops::Range;

use jiff::civil::Date;

use super::numbers::Numbers;
use super::table::Table;
use super::texts::Texts;
use super::values::{ValueKind, Values};

/// A column as the fields of rows declare it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowColumn {
    /// Name of the field and of the column.
    pub name: &'static str,
    /// Logical type.
    pub kind: ValueKind,
    /// Whether the field is an `Option`.
    pub nullable: bool,
}

/// Columns of a table that are read together: all of them, or those that a reader needs (see [`columns!`]).
///
/// [`columns!`]: super::columns
pub trait Columns<'a>: Sized {
    /// Name of the table.
    const TABLE: &'static str;
    /// The columns, in the order of the fields.
    const COLUMNS: &'static [RowColumn];

    /// Rows of a table that has these columns.
    fn of(table: &'a Table, rows: Range<usize>) -> impl ExactSizeIterator<Item = Self> + Clone;
}

/// A whole row of a published table.
pub trait Row<'a>: Columns<'a> {
    /// Adds the fields to columns of the same order.
    fn push(self, columns: &mut [Values]);
}

/// A type that a field of a row may have.
pub trait Field<'a>: Sized {
    /// Logical type of the column.
    const KIND: ValueKind;
    /// Whether the column may be null.
    const NULLABLE: bool;
    /// The values of the column.
    type Values: Copy;

    /// Adds a value.
    fn push(self, to: &mut Values);
    /// The values of a column of this type.
    fn values(of: &'a Values) -> Self::Values;
    /// One of them.
    fn at(values: Self::Values, row: usize) -> Self;
}

const SAME_KIND: &str = "a table has the columns of its rows";
const NEVER_NULL: &str = "a column that is never null has a value in every row";

macro_rules! fields {
    ($($type:ty: $kind:ident in $values:ty, $push:expr, $at:expr;)*) => {$(
        impl<'a> Field<'a> for Option<$type> {
            const KIND: ValueKind = ValueKind::$kind;
            const NULLABLE: bool = true;
            type Values = &'a $values;

            fn push(self, to: &mut Values) {
                let Values::$kind(to) = to else { panic!("{SAME_KIND}") };
                let push: fn(&mut $values, Self) = $push;
                push(to, self);
            }

            fn values(of: &'a Values) -> &'a $values {
                let Values::$kind(of) = of else { panic!("{SAME_KIND}") };
                of
            }

            fn at(values: &'a $values, row: usize) -> Self {
                let at: fn(&'a $values, usize) -> Self = $at;
                at(values, row)
            }
        }

        impl<'a> Field<'a> for $type {
            const KIND: ValueKind = ValueKind::$kind;
            const NULLABLE: bool = false;
            type Values = &'a $values;

            fn push(self, to: &mut Values) {
                Some(self).push(to);
            }

            fn values(of: &'a Values) -> &'a $values {
                <Option<$type> as Field<'a>>::values(of)
            }

            fn at(values: &'a $values, row: usize) -> Self {
                <Option<$type> as Field<'a>>::at(values, row).expect(NEVER_NULL)
            }
        }
    )*};
}
fields! {
    &'a str: Text in Texts, Texts::push, Texts::get;
    i64: Integer in Numbers<i64>, Numbers::push, Numbers::get;
    // Adding 0 turns -0 into 0, and changes no other number.
    f64: Real in Numbers<f64>, |all, one| all.push(one.map(|number| number + 0.0)), Numbers::get;
    bool: Boolean in Vec<Option<bool>>, Vec::push, |all, row| all[row];
    Date: Date in Vec<Option<Date>>, Vec::push, |all, row| all[row];
}

/// Declares the row of a published table. A field without a doc comment does not match, and so does not compile.
macro_rules! rows {
    (
        $(#[doc = $about:literal])+
        pub struct $row:ident<$a:lifetime> of $table:literal {
            $($(#[doc = $doc:literal])+ pub $name:ident: $type:ty,)+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq)]
        // Tests name the fields that matter to them.
        #[cfg_attr(test, derive(Default))]
        pub struct $row<$a> {
            $($(#[doc = $doc])+ pub $name: $type,)+
        }

        $crate::tables::row::read_columns! { $row<$a> of $table, { $($name: $type,)+ } }

        impl<$a> $crate::tables::row::Row<$a> for $row<$a> {
            fn push(self, columns: &mut [$crate::tables::Values]) {
                let [$($name),+] = columns else {
                    panic!("a row of {} has another number of columns", $table)
                };
                $($crate::tables::row::Field::push(self.$name, $name);)+
            }
        }
    };
}

/// Declares the row of a table, and that of the same table on constant boundaries: it has the same columns, and more at the end.
macro_rules! rows_on_both_boundaries {
    (
        $(#[doc = $about:literal])+
        pub struct $row:ident<$a:lifetime> of $table:literal {
            $($(#[doc = $doc:literal])+ pub $name:ident: $type:ty,)+
        }
        $(#[doc = $constant_about:literal])+
        pub struct $constant:ident of $constant_table:literal and {
            $($(#[doc = $more_doc:literal])+ pub $more:ident: $more_type:ty,)+
        }
    ) => {
        $crate::tables::row::rows! {
            $(#[doc = $about])+
            pub struct $row<$a> of $table {
                $($(#[doc = $doc])+ pub $name: $type,)+
            }
        }

        $crate::tables::row::rows! {
            $(#[doc = $constant_about])+
            pub struct $constant<$a> of $constant_table {
                $($(#[doc = $doc])+ pub $name: $type,)+
                $($(#[doc = $more_doc])+ pub $more: $more_type,)+
            }
        }

        impl<$a> $constant<$a> {
            /// The row with what it has beside the columns of the table as reported.
            pub fn new(row: $row<$a>, $($more: $more_type),+) -> Self {
                Self {
                    $($name: row.$name,)+
                    $($more,)+
                }
            }
        }

        impl<$a> From<$constant<$a>> for $row<$a> {
            fn from(row: $constant<$a>) -> Self {
                Self { $($name: row.$name,)+ }
            }
        }
    };
}

/// Declares columns of a table that are read together. A name that the row of the table has not, or that has another type
/// there, does not compile.
macro_rules! columns {
    (
        $(#[$about:meta])*
        $see:vis struct $part:ident<$a:lifetime> of $row:ident {
            $($(#[$doc:meta])* $see_field:vis $name:ident: $type:ty,)+
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug)]
        $see struct $part<$a> {
            $($(#[$doc])* $see_field $name: $type,)+
        }

        impl<$a> From<$row<$a>> for $part<$a> {
            fn from(row: $row<$a>) -> Self {
                Self { $($name: row.$name,)+ }
            }
        }

        $crate::tables::row::read_columns! { $part<$a> of <$row as $crate::tables::Columns>::TABLE, { $($name: $type,)+ } }
    };
}

/// The half of both: reading.
macro_rules! read_columns {
    ($row:ident<$a:lifetime> of $table:expr, { $($name:ident: $type:ty,)+ }) => {
        impl<$a> $crate::tables::Columns<$a> for $row<$a> {
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [$crate::tables::RowColumn] = &[$($crate::tables::RowColumn {
                name: stringify!($name),
                kind: <$type as $crate::tables::row::Field>::KIND,
                nullable: <$type as $crate::tables::row::Field>::NULLABLE,
            }),+];

            fn of(table: &$a $crate::tables::Table, rows: std::ops::Range<usize>) -> impl ExactSizeIterator<Item = Self> + Clone {
                $(let $name = <$type as $crate::tables::row::Field>::values(table.column(stringify!($name)));)+
                rows.map(move |row| Self {
                    $($name: $crate::tables::row::Field::at($name, row),)+
                })
            }
        }
    };
}
pub(crate) use {columns, read_columns, rows, rows_on_both_boundaries};
