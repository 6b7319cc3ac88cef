//! The commands. Each module has a command's arguments, its `--help` and its implementation.

mod check;
mod explain;
mod health;
mod list;
mod merge;
mod orgs;
mod presets;
mod run;
mod schema;
mod serve;

use clap::Subcommand;

use crate::exit_code::ExitCode;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Serve(serve::Args),
    Run(Box<run::Args>),
    List(list::Args),
    Check(check::Args),
    Merge(merge::Args),
    Schema(schema::Args),
    Explain(explain::Args),
    Presets(presets::Args),
    Health(health::Args),
}

impl Command {
    pub(crate) fn run(self) -> ExitCode {
        match self {
            Self::Serve(args) => serve::run(args),
            Self::Run(args) => run::run(&args),
            Self::List(args) => list::run(args),
            Self::Check(args) => check::run(args),
            Self::Merge(args) => merge::run(&args),
            Self::Schema(args) => schema::run(&args),
            Self::Explain(args) => explain::run(&args),
            Self::Presets(args) => presets::run(args),
            Self::Health(args) => health::run(&args),
        }
    }
}
