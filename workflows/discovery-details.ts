import type { CloudDescription } from '../activities/discovery.ts';
import type { DiscoveryProgress } from './discovery.ts';

/** A discovery as an operator reads it in the Web UI: Markdown, the newest state of the run. */
export function discoveryDetails(progress: DiscoveryProgress, total: number, cloud?: CloudDescription): string {
  const { stage, reading, counts, notes, tenants, digest } = progress;
  const lines = [`### Discovery of cloud **${progress.cloud}**: ${stage === 'done' ? 'done' : `stage ${stage}`}`];
  if (cloud !== undefined) {
    const where = cloud.project === undefined ? 'no project' : `project ${cloud.project}`;
    lines.push(
      `Logged in as **${cloud.user}** in ${where}; Identity ${cloud.identity}; networks by ${cloud.networking}.`,
      `Services: ${cloud.services.map((service) => `\`${service}\``).join(', ')}`,
    );
  }
  lines.push(`**${total}** resources of **${tenants}** tenants read so far; nothing is changed by this run.`);
  if (reading.length > 0) lines.push(`Reading now: ${reading.map((name) => `\`${name}\``).join(', ')}`);
  const rows = Object.entries(counts).map(([type, count]) => `| ${type} | ${count} |`);
  if (rows.length > 0) lines.push(['| type | found |', '|---|---|', ...rows].join('\n'));
  if (stage === 'done') lines.push(`Digest \`${digest}\``);
  if (notes.length > 0) lines.push(['To know:', ...notes.map((note) => `- ${note}`)].join('\n'));
  return lines.join('\n\n');
}
