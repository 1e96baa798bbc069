import { movePolicy } from '../../../planning/policy-defaults.ts';
import { defineCommand } from '../command.ts';
import { cloudPair, pairOptions } from '../plan/cloud-pair.ts';
import { checkSelection, selectionOptions, selectionPositionals } from '../plan/move-selection.ts';
import { PLAN_COLUMNS } from '../plan/plan-rows.ts';
import { checkPlanOutput, planOutputOptions, showPlan } from '../plan/show-plan.ts';

export const planCommand = defineCommand({
  name: 'plan',
  summary: 'Show what a migration would do, and what would go wrong, before anything is changed',
  details:
    'Reads both clouds, and neither Temporal nor a worker. + is created, = adopted, ~ brought up to the source, . skipped, ! in conflict. ' +
    'The digest is the same as long as the same would be done. The exit code is 1 where something is in conflict or would stop a run.',
  positionals: selectionPositionals,
  options: {
    ...selectionOptions,
    strategy: {
      kind: 'choice',
      choices: ['image', 'snapshot'],
      describe: 'How disks on hosts move, instead of what the policy says',
    },
    ...pairOptions,
    ...planOutputOptions,
  },
  columns: PLAN_COLUMNS.map(({ key }) => key),
  examples: [
    { line: 'pump-cloud plan acme', says: 'What moving tenant acme would do' },
    { line: 'pump-cloud plan --instance web-1 --instance web-2', says: 'Two instances with what they need' },
    { line: 'pump-cloud plan --host compute-3', says: 'All instances on a host' },
    {
      line: 'pump-cloud plan acme --type flavor --type image -f csv',
      says: 'Two types of a tenant, for a spreadsheet',
    },
    { line: 'pump-cloud plan acme -f mermaid', says: 'As a drawing for a Markdown page' },
  ],
  check(values) {
    checkSelection(values);
    checkPlanOutput(values);
  },
  async run(values, context) {
    const { source, target, configuration } = cloudPair(values, context);
    const { policy, mappings, passwords } = configuration;
    const given =
      values.strategy === undefined ? policy : { ...policy, server: { ...policy.server, strategy: values.strategy } };
    const wish = { source, target, mappings, passwords, policy: movePolicy(given) };
    return showPlan({ ...wish, choice: values, output: values }, context);
  },
});
