//! Helpers of the fuzz targets: an org that checks the engine's guarantees on each response.

pub mod first_page;
pub mod lab;
pub mod mutate;
pub mod script;
mod seen;
