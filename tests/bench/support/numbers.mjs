/** Medians, and tables of them. */

/** The value below which the share `q` of the values lies. */
export function quantile(values, q) {
  const sorted = values.filter((it) => it != null).sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)];
  return low + (sorted[Math.ceil(at)] - low) * (at - Math.floor(at));
}

export const median = (values) => quantile(values, 0.5);

export const ms = (value) => (Number.isFinite(value) ? `${value.toFixed(value < 10 ? 1 : 0)} ms` : '–');
export const mb = (value) => `${value.toFixed(1)} MB`;
export const bytes = (value) => value.toLocaleString('en');
export const ratio = (value, peer) => (Number.isFinite(value / peer) ? `${(value / peer).toFixed(2)} ×` : '–');

/** Prints a Markdown table. */
export function table(title, columns, rows) {
  const lines = [`\n**${title}**\n`, `| ${columns.join(' | ')} |`, `|${columns.map(() => '---').join('|')}|`];
  for (const row of rows) lines.push(`| ${row.join(' | ')} |`);
  console.log(lines.join('\n'));
}
