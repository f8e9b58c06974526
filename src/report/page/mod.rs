//! The report as one page of HTML that needs nothing else: no network, no font, no script from elsewhere. It
//! reads without JavaScript; with it, tables sort and filter, and a slider moves the dates.

mod data;
mod digest;
mod html;
mod tables;

pub use html::report_html;
