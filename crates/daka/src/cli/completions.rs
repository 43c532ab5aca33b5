//! `daka completions`: a script that completes commands and flags.

use std::io::Write as _;

/// Print a completion script for a shell
///
/// For bash: daka completions bash > ~/.local/share/bash-completion/completions/daka
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The shell
    shell: clap_complete::Shell,
}

/// Prints the script.
pub(super) fn run(args: &Args) {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::grammar(), "daka", &mut script);
    // A reader that has gone away is no failure.
    let _ = std::io::stdout().write_all(&script);
}
