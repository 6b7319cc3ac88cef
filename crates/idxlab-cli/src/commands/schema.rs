//! `idxlab schema`.

use idx_runner::schema;
use idx_scenario::nearest;

use crate::exit_code::ExitCode;
use crate::output::{print, print_error};

/// Print a JSON Schema. Without a name, list the schemas.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Name of the schema: `scenario`, `org`, `adapter` or `report`.
    name: Option<String>,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    let Some(name) = &args.name else {
        let line = |(name, what, _): &(&str, &str, _)| format!("{name}\t{what}\n");
        print(&schema::ALL.iter().map(line).collect::<String>());
        return ExitCode::Passed;
    };
    if let Some(text) = schema::find(name) {
        print(text);
        return ExitCode::Passed;
    }
    let names: Vec<_> = schema::ALL.iter().map(|(name, ..)| *name).collect();
    let near = nearest(name, &names).map(|near| format!("did you mean `{near}`? "));
    print_error(&format!(
        "error: unknown schema `{name}`; {}`idxlab schema` lists the schemas",
        near.unwrap_or_default()
    ));
    ExitCode::Usage
}
