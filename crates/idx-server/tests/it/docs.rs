//! Compares the README's table of limits with the server. `UPDATE_DOCS=1` writes it.

use std::fmt::Write as _;
use std::path::Path;

use idx_server::LIMITS;

const BEGIN: &str = "<!-- limits -->\n";
const END: &str = "\n<!-- end of limits -->";

#[test]
fn docs_readme_has_every_limit() {
    let mut table =
        "| limit | grown by | number | bytes | when reached |\n|---|---|---|---|---|\n".to_owned();
    for row in LIMITS {
        let count = row.count.map(separated).unwrap_or_default();
        let bytes = row.bytes.map(size).unwrap_or_default();
        let (what, by, full) = (row.what, row.grown_by.name(), row.when_full);
        writeln!(table, "| {what} | {by} | {count} | {bytes} | {full} |").unwrap();
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = std::fs::read_to_string(&file).unwrap();
    let (before, rest) = readme.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let expected = format!("{before}{BEGIN}{}{END}{after}", table.trim_end());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&file, expected).unwrap();
    } else {
        let hint = "run UPDATE_DOCS=1 cargo test -p idx-server --test it -- docs";
        assert!(readme == expected, "the table of limits is out of date; {hint}");
    }
}

fn separated(number: usize) -> String {
    match number {
        0..1_000 => number.to_string(),
        _ => format!("{},{:03}", number / 1_000, number % 1_000),
    }
}

fn size(bytes: usize) -> String {
    match bytes {
        0..1024 => bytes.to_string(),
        _ if bytes.is_multiple_of(1024 * 1024) => format!("{} MiB", bytes / 1024 / 1024),
        _ => format!("{} KiB", bytes / 1024),
    }
}
