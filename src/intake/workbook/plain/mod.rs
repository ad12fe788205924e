//! XLSX as most programs write it, read straight from its unpacked parts: several times faster than the library, which reads whatever
//! this reader does not know to the letter. Each function gives `None` there, so no cell is ever read in another way than the library
//! reads it. Layout: ECMA-376 part 1, 18.

mod book;
mod cells;
mod formats;
mod strings;
mod tags;

pub(super) use self::book::Book;
pub(super) use self::cells::{Cell, Cells, Content};
pub(super) use self::formats::Format;
