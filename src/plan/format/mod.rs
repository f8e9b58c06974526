//! The plan file's format: one record for each kind of map, from which reader, types, schema and reference
//! documentation are made.

pub(crate) mod coordination;
pub(crate) mod document;
pub(crate) mod field;
pub(crate) mod header;
pub(crate) mod limit;
pub(crate) mod list;
pub(crate) mod moment;
pub(crate) mod record;
pub(crate) mod scalar;
pub(crate) mod schema;
pub(crate) mod team;
pub(crate) mod work;
