// Builds the matrix of clients and requirements from JSON reports, one report per run.
//
//   node matrix.mjs FOLDER        reads FOLDER/*.json, prints the table, writes FOLDER/matrix.json and FOLDER/matrix.html
//
// The last line is `N passed, N failed, N skipped`. Exits with 1 if a scenario failed.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { knownFailures, page } from './matrix-page.mjs';

const folder = process.argv[2];
const marks = { passed: '✓', warned: '✓', known: 'k', unsupported: '·', skipped: '·', flaky: '~', failed: '✗', broken: '✗' };
const files = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'matrix.json');
const reports = files.sort().map((name) => ({ name: name.replace('.json', ''), ...JSON.parse(readFileSync(join(folder, name), 'utf8')) }));
const matrix = { clients: reports.map(columnName), requirements: requirements() };

writeFileSync(join(folder, 'matrix.json'), `${JSON.stringify(matrix, null, 2)}\n`);
writeFileSync(join(folder, 'matrix.html'), page(matrix, marks));
console.log(table());
const count = (...verdicts) => matrix.requirements.flatMap(({ cells }) => cells).filter((cell) => verdicts.includes(cell?.verdict)).length;
const [passed, failed] = [count('passed', 'warned', 'flaky'), count('failed', 'broken')];
console.log(`${passed} passed, ${failed} failed, ${count('unsupported', 'skipped', 'known')} skipped`);
process.exitCode = failed === 0 && reports.length > 0 ? 0 : 1;

/** One row per requirement, with a cell for each client in the order of the reports. */
function requirements() {
  const rows = new Map();
  reports.forEach(({ scenarios }, column) => {
    for (const { id, title, verdict, known, cases } of scenarios) {
      const row = rows.get(id) ?? { id, title, cells: Array(reports.length).fill(null) };
      row.cells[column] = { verdict, reason: known ?? cases.find(({ reason }) => reason)?.reason ?? warning(cases) };
      rows.set(id, row);
    }
  });
  return [...rows.values()].sort((one, other) => one.id.localeCompare(other.id));
}

/** The report's client name. The file name shows whether the run used TLS. */
function columnName({ name, client }) {
  return name.endsWith('-tls') ? `${client} over TLS` : client;
}

/** The first rule that was broken in a scenario that passed with a warning. */
function warning(cases) {
  const [breach] = cases.flatMap(({ breaches }) => breaches);
  return breach && `passed, but ${breach.rule}: ${breach.detail}`;
}

function table() {
  const legend = reports.map((report, column) => {
    const { passed, warned, failed, flaky, known, unsupported } = report.counts;
    const sums = `${passed + warned + flaky} passed, ${failed} failed, ${known} known, ${unsupported} unsupported`;
    return `${String.fromCharCode(65 + column)}  ${columnName(report)}: ${sums}`;
  });
  const head = `${''.padEnd(24)} ${reports.map((_, column) => String.fromCharCode(65 + column)).join(' ')}`;
  const rows = matrix.requirements.map(({ id, title, cells }) => `${id.padEnd(24)} ${cells.map((cell) => marks[cell?.verdict] ?? ' ').join(' ')}  ${title}`);
  const known = knownFailures(matrix).map(({ id, clients, reason }) => `k ${id}: ${reason}\n    ${clients.join(', ')}`);
  return [...legend, '', head, ...rows, '', '✓ passed   ✗ failed   k known failure   · unsupported', '', ...known, ''].join('\n');
}
