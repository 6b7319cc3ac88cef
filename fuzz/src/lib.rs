//! What the fuzz targets share: an org that holds each of its answers to what must always be true.

pub mod first_page;
pub mod lab;
pub mod mutate;
pub mod script;
mod seen;
