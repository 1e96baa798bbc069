import type { Claim } from './claimed-resources.ts';
import type { Loan } from './claims.ts';

const SHOWN = 30;

/** Claims as an operator reads them in the Web UI. */
export function claimsDetails(held: ReadonlyMap<string, Claim>, lent: ReadonlyMap<string, Loan>): string {
  const lines = ['### What runs use together', `**${held.size}** resources are claimed.`];
  const roles = [...lent.values()].filter(({ loan }) => loan !== undefined);
  lines.push(
    roles.length === 0
      ? 'No role is lent to the mover.'
      : [
          'Roles lent to the mover, given back when their runs end:',
          ...roles.map(
            ({ cloud, projectId, holders }) => `- ${cloud}, project \`${projectId}\`: ${holders.join(', ')}`,
          ),
        ].join('\n'),
  );
  const removing = [...held].filter(([, claim]) => claim.isBeingRemoved === true).map(([key]) => `\`${key}\``);
  if (removing.length > 0) lines.push(`Being removed: ${removing.slice(0, SHOWN).join(', ')}`);
  return lines.join('\n\n');
}
