import type { z } from 'zod';
import { didYouMean, listWords, nearest } from './did-you-mean.ts';
import { isSecretKey } from './fields.ts';
import { childPath, follow, type Located, problemAt, toPlain } from './located.ts';
import type { Problem } from './problems.ts';

type Issue = z.core.$ZodIssue;

/** What a schema made of a value, when it found nothing wrong; and the keys that misspelt ones were taken for. */
interface Validated<T> {
  readonly value?: T;
  /** Key paths that are missing only because their key is misspelt: not worth a second complaint. */
  readonly meant: ReadonlySet<string>;
}

/** Checks a value against a schema; adds every finding with its place to `problems`. */
export function validate<T>(schema: z.ZodType<T>, root: Located, problems: Problem[]): Validated<T> {
  const knownKeys = new Map<string, readonly string[]>();
  const result = schema.safeParse(toPlain(root), {
    // Zod tells which keys were not known, and the schema it hands over here which are.
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') knownKeys.set(pathKey(issue.path ?? []), shapeKeys(issue.inst));
      return undefined;
    },
  });
  if (result.success) return { value: result.data, meant: new Set() };
  const alreadyReported = new Set(problems.map((problem) => problem.keyPath));
  const meant = new Set<string>();
  const found: Problem[] = [];
  for (const issue of result.error.issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const { node } = follow(root, issue.path);
    const known = knownKeys.get(pathKey(issue.path)) ?? [];
    for (const key of issue.keys) {
      const guess = nearest(key, known);
      if (guess !== undefined) meant.add(childPath(node.origin.keyPath, guess));
      const place = node.kind === 'map' ? (node.entries.get(key)?.key ?? node.origin) : node.origin;
      // `password s3cret: …`: what no key looks like may be a password that slipped, and is not named.
      const origin = /^[\w-]+$/.test(key) ? place : { ...place, keyPath: node.origin.keyPath };
      found.push(problemAt(origin, 'unknown key', didYouMean(key, known) ?? keysAre(known)));
    }
  }
  for (const issue of result.error.issues) {
    if (issue.code === 'unrecognized_keys') continue;
    const problem = describe(issue, root);
    if (!meant.has(problem.keyPath)) found.push(problem);
  }
  problems.push(...found.filter((problem) => !alreadyReported.has(problem.keyPath)));
  return { meant };
}

function pathKey(path: readonly PropertyKey[]): string {
  return JSON.stringify(path);
}

function keysAre(known: readonly string[]): string | undefined {
  return known.length > 0 && known.length <= 8 ? `the keys are ${listWords(known, 'and')}` : undefined;
}

function shapeKeys(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null || !('shape' in schema)) return [];
  return typeof schema.shape === 'object' && schema.shape !== null ? Object.keys(schema.shape) : [];
}

function describe(issue: Issue, root: Located): Problem {
  const { node, rest } = follow(root, issue.path);
  if (rest.length > 0) {
    const keyPath = rest.reduce(childPath, node.origin.keyPath);
    const choice = issue.code === 'invalid_union' ? issue.message : undefined;
    return problemAt({ ...node.origin, keyPath }, 'missing', choice?.replace('must be', 'it must be'));
  }
  if (node.kind === 'scalar' && node.value === null) {
    return problemAt(
      node.origin,
      'has no value',
      'write one, or remove the key; unless quoted, # begins a comment and & an anchor',
    );
  }
  switch (issue.code) {
    case 'invalid_type': {
      const wanted = TYPE_WORDS[issue.expected] ?? issue.expected;
      const hint = wanted === 'a list' ? 'begin each item with "- "' : undefined;
      return problemAt(node.origin, `must be ${wanted}, not ${kindWord(node)}`, hint);
    }
    case 'invalid_value': {
      const values = issue.values.map(String);
      const hint = node.kind === 'scalar' && node.value !== null ? didYouMean(node.value, values) : undefined;
      return problemAt(node.origin, `must be ${listWords(values)}${shown(node, issue.path)}`, hint);
    }
    default: {
      const about = issue.message.startsWith('must be') ? shown(node, issue.path) : '';
      return problemAt(node.origin, `${issue.message}${about}`);
    }
  }
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  object: 'a map',
  record: 'a map',
  array: 'a list',
};

function kindWord(node: Located): string {
  switch (node.kind) {
    case 'scalar':
      return 'text';
    case 'list':
      return 'a list';
    case 'map':
      return 'a map';
    default:
      return node satisfies never;
  }
}

/** `, not "x"`: what is written, unless it is or may be a secret. */
function shown(node: Located, path: readonly PropertyKey[]): string {
  if (node.kind !== 'scalar') return `, not ${kindWord(node)}`;
  if (node.interpolated) return ' (its value is not from this file and not shown)';
  const secret = path.some((step) => isSecretKey(String(step))) || node.value?.includes('@');
  return secret ? '' : `, not ${JSON.stringify(node.value)}`;
}
