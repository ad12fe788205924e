//! Looking at what is published: what `huizong diff`, `headers`, `show`, `sql`, `status` and `trace` say. Only releases are read, all but
//! `diff` read one, and nothing is written.

mod diff;
mod error;
mod files;
mod headers;
mod names;
mod offer;
mod release;
mod show;
mod sql;
mod status;
mod trace;
mod which;

pub use diff::{DiffQuery, diff};
pub use error::{LookError, NotGiven};
pub use headers::headers;
pub(in crate::run) use names::area;
pub use offer::Offer;
pub use release::Release;
pub use show::{ShowQuery, Shown, show, table_names};
pub use sql::{Query, sql};
pub use status::{StatusQuery, since, status};
pub use trace::{TraceQuery, trace};
pub use which::Which;
