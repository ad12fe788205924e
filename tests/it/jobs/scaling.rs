//! The page on scaling, and the files that it shows.
