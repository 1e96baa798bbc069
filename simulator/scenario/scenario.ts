import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { type FaultRule, faultRuleSchema } from '../faults.ts';
import { type CloudOptions, cloudOptionsSchema } from '../options.ts';
import { type Population, populationSchema } from './population-schema.ts';

const generateSchema = z.strictObject({
  instances: z.number().int().min(1).max(100_000),
  tenants: z.number().int().min(1).max(10_000).optional(),
  seed: z.union([z.string(), z.number()]).optional(),
});

const scenarioSchema = z.strictObject({
  seed: z.union([z.string(), z.number()]).default(1),
  clouds: z
    .array(
      cloudOptionsSchema.extend({
        role: z.enum(['source', 'target']).optional(),
        fill: populationSchema.optional(),
        generate: generateSchema.optional(),
      }),
    )
    .min(1),
  faults: z.array(faultRuleSchema).default([]),
});

/** Clouds, what is in them, and what goes wrong: the file that `pump-sim --scenario` reads. */
export interface Scenario {
  readonly seed: string | number;
  readonly clouds: readonly {
    readonly role: 'source' | 'target';
    readonly options: CloudOptions;
    readonly fill: Population | undefined;
    readonly generate: z.output<typeof generateSchema> | undefined;
  }[];
  readonly faults: readonly FaultRule[];
}

/** One line for each mistake: `clouds.0.identity: …`. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  readonly problems: readonly string[];

  constructor(file: string, problems: readonly string[]) {
    super(`${file}: ${problems.join('; ')}`);
    this.problems = problems;
  }
}

export function loadScenario(file: string): Scenario {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ScenarioError(file, [error instanceof Error ? error.message : String(error)]);
  }
  return parseScenario(text, file);
}

export function parseScenario(text: string, file = 'scenario'): Scenario {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const at = (offset: number): string => `line ${lines.linePos(offset).line}`;
    throw new ScenarioError(
      file,
      document.errors.map((error) => `${at(error.pos[0])}: ${error.message}`),
    );
  }
  const parsed = scenarioSchema.safeParse(document.toJS());
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'scenario'}: ${issue.message}`);
    throw new ScenarioError(file, problems);
  }
  const { seed, clouds, faults } = parsed.data;
  return {
    seed,
    faults,
    clouds: clouds.map(({ role, fill, generate, ...options }, index) => ({
      // The first is where things come from unless the file says otherwise.
      role: role ?? (index === 0 ? 'source' : 'target'),
      options,
      fill,
      generate,
    })),
  };
}
