//! A return of one small sheet, read again with the library that reads submissions.
