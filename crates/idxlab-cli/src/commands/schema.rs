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

/// The schema that the emulator derives from its own types; the others belong to the harness.
const ORG: (&str, &str) = ("org", "an org document");

pub(crate) fn run(args: &Args) -> ExitCode {
    let Some(name) = &args.name else {
        let all = schema::ALL.iter().map(|(name, what, _)| (*name, *what)).chain([ORG]);
        print(&all.map(|(name, what)| format!("{name}\t{what}\n")).collect::<String>());
        return ExitCode::Passed;
    };
    if name == ORG.0 {
        print(&format!("{:#}\n", idx_server::org_schema()));
        return ExitCode::Passed;
    }
    if let Some(text) = schema::find(name) {
        print(text);
        return ExitCode::Passed;
    }
    let names: Vec<_> = schema::ALL.iter().map(|(name, ..)| *name).chain([ORG.0]).collect();
    let near = nearest(name, &names).map(|near| format!("did you mean `{near}`? "));
    print_error(&format!(
        "error: unknown schema `{name}`; {}`idxlab schema` lists the schemas",
        near.unwrap_or_default()
    ));
    ExitCode::Usage
}
