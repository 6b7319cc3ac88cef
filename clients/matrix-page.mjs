// Renders the matrix as one HTML page that works offline.

export function page(matrix, marks) {
  const { clients, requirements } = matrix;
  const heads = clients.map((client) => `<th scope="col">${escaped(client)}</th>`).join('');
  const rows = requirements.map(({ id, title, cells }) => {
    const row = cells.map((cell) => `<td class="${cell?.verdict ?? ''}" title="${escaped(cell?.reason ?? cell?.verdict ?? '')}">${marks[cell?.verdict] ?? ''}</td>`);
    return `<tr><th scope="row"><code>${escaped(id)}</code> ${escaped(title)}</th>${row.join('')}</tr>`;
  });
  const known = knownFailures(matrix).map(
    ({ id, clients: failing, reason }) => `<dt><code>${escaped(id)}</code> with ${escaped(failing.join(', '))}</dt><dd>${escaped(reason)}</dd>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Clients and requirements</title>
<style>
body { font: 14px/1.4 system-ui, sans-serif; margin: 2rem; }
table { border-collapse: collapse; }
th, td { border: 1px solid #ccc; padding: 0.2rem 0.5rem; text-align: left; font-weight: normal; }
thead th { position: sticky; top: 0; background: #fff; max-width: 8rem; }
td { text-align: center; }
.passed, .warned { background: #dff2e1; }
.failed, .broken { background: #f8c9c4; }
.known, .flaky { background: #fbeebf; }
</style>
</head>
<body>
<h1>Clients and requirements</h1>
<p>✓ passed, ✗ failed, k known failure, · unsupported by the client's public interface. Point at a cell to see its reason.</p>
<table>
<thead><tr><th scope="col">Requirement</th>${heads}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
<h2>Known failures</h2>
<dl>
${known.join('\n')}
</dl>
</body>
</html>
`;
}

/** The known failures, with one entry for all clients that share a reason. */
export function knownFailures({ clients, requirements }) {
  const found = new Map();
  for (const { id, cells } of requirements) {
    cells.forEach((cell, column) => {
      if (cell?.verdict === 'known') {
        const entry = found.get(id + cell.reason) ?? { id, clients: [], reason: cell.reason };
        entry.clients.push(clients[column]);
        found.set(id + cell.reason, entry);
      }
    });
  }
  return [...found.values()];
}

function escaped(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
