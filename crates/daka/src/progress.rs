//! How far a long job has come, on a terminal and nowhere else.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar on standard error for `total` steps; silent where that is no terminal.
pub(crate) fn bar(what: &'static str, total: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:>10} [{bar:32}] {pos}/{len} {eta}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(total).with_style(style.progress_chars("=> ")).with_message(what)
}
