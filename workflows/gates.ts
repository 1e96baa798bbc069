import {
  CancellationScope,
  condition,
  isCancellation,
  setHandler,
  sleep,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { Approval, GateSettings } from './move-requests.ts';
import {
  approveSignal,
  type GateAnswer,
  type GateName,
  type GateVerdict,
  rejectSignal,
  retrySignal,
  skipSignal,
} from './run-messages.ts';
import type { GateRecord, OpenGate } from './run-report.ts';
import { gateKey } from './search-attributes.ts';

export interface GatesOptions {
  readonly workflowId: string;
  readonly settings: Readonly<Partial<Record<GateName, GateSettings>>>;
  /** Given before the run reached the gate. */
  readonly approved: Readonly<Partial<Record<GateName, Approval>>>;
  readonly records: readonly GateRecord[];
  /** Called whenever something has changed that an operator should see. */
  onChange(): void;
}

export interface Question {
  readonly question: string;
  /** What can be answered; `approve` and `reject` unless told. */
  readonly takes?: readonly GateVerdict[];
}

interface Open extends OpenGate {
  readonly verdicts: readonly GateVerdict[];
  verdict?: GateRecord;
}

const MISUNDERSTOOD_KEPT = 10;
const SHOWN_OF_AN_ANSWER = 100;
const NOBODY = 'unsigned';

/** The gates of a run: points where it waits for a person, whoever answers is recorded. */
export class Gates {
  readonly #options: GatesOptions;
  readonly #records: GateRecord[];
  readonly #misunderstood: string[] = [];
  readonly #withdrawn = new Set<GateName>();
  #open: Open | undefined;

  constructor(options: GatesOptions) {
    this.#options = options;
    this.#records = [...options.records];
    for (const [signal, verdict, description] of [
      [approveSignal, 'approve', 'Pass the open gate: {"gate":"plan","by":"ann","comment":"…"} or "plan"'],
      [rejectSignal, 'reject', 'Undo what the run has done; the same input'],
      [
        skipSignal,
        'skip',
        'At delete-source: keep the sources, stopped and locked, and end; at park: go on with the next step; the same input',
      ],
      [
        retrySignal,
        'retry',
        'At delete-source, after failures: move what was not moved; at park: the step again; the same input',
      ],
    ] as const)
      setHandler(signal, (answer) => this.#take(verdict, answer), { description });
  }

  get records(): readonly GateRecord[] {
    return this.#records;
  }

  get misunderstood(): readonly string[] {
    return this.#misunderstood;
  }

  get open(): OpenGate | undefined {
    if (this.#open === undefined) return undefined;
    const { verdicts: _verdicts, verdict: _verdict, ...open } = this.#open;
    return open;
  }

  /**
   * Asks and waits. A gate that was passed by this run before, or beforehand, does not ask. One whose time limit has passed counts as
   * rejected, or skipped where that can be: nothing goes on, and nothing is taken back, that nobody approved. One that cannot be
   * approved has no time limit: what it asks is not answered by silence.
   */
  async pass(name: GateName, { question, takes: verdicts = ['approve', 'reject'] }: Question): Promise<GateVerdict> {
    const passed = this.#records.find((record) => record.gate === name && record.askedAgain !== true);
    if (passed !== undefined) return passed.verdict;
    const approval = this.#withdrawn.has(name) ? undefined : this.#options.approved[name];
    if (approval !== undefined) {
      const { digest: _digest, ...given } = approval;
      return this.#record({ ...stamp(name, 'approve'), ...given, beforehand: true });
    }
    const { timeLimitMs: limitMs, reminderMs } = this.#options.settings[name] ?? {};
    const timeLimitMs = verdicts.includes('approve') ? limitMs : undefined;
    const lapse = verdicts.includes('skip') ? 'skip' : 'reject';
    const since = now();
    const open: Open = {
      name,
      since,
      question,
      answers: this.#commands(name, verdicts),
      verdicts,
      ...(timeLimitMs === undefined ? {} : { until: new Date(Date.now() + timeLimitMs).toISOString(), lapse }),
    };
    this.#open = open;
    upsertSearchAttributes([{ key: gateKey, value: name }]);
    this.#options.onChange();
    try {
      const answered = () => open.verdict !== undefined;
      const summary = `gate ${name}`;
      await this.#reminded(reminderMs, () =>
        timeLimitMs === undefined ? condition(answered) : condition(answered, timeLimitMs, { summary }),
      );
    } finally {
      this.#open = undefined;
      upsertSearchAttributes([{ key: gateKey, value: null }]);
    }
    // Where nothing has been done, nothing is begun; where copies are at work by now, nobody's silence removes them.
    const timedOut = {
      ...stamp(name, lapse),
      by: 'time limit',
      comment: 'nobody answered in time',
    };
    return this.#record(open.verdict ?? timedOut);
  }

  /** What was approved, be it beforehand, is not what would be done: it is asked. */
  withdraw(name: GateName): void {
    this.#withdrawn.add(name);
    this.#forget(name, () => true);
  }

  /** Also by an earlier execution of the run. */
  hasApproved(name: GateName): boolean {
    return this.#records.some(
      ({ gate, verdict, askedAgain }) => gate === name && verdict === 'approve' && askedAgain !== true,
    );
  }

  /** A person has answered at the gate; an approval given beforehand is none. */
  wasAsked(name: GateName): boolean {
    return this.#records.some(
      ({ gate, beforehand, askedAgain }) => gate === name && beforehand !== true && askedAgain !== true,
    );
  }

  /** Asks again at a gate that was passed: what was approved is not what would be done now. Who has answered stays in the records. */
  askAgain(name: GateName): void {
    this.#forget(name, ({ beforehand }) => beforehand !== true);
  }

  #forget(name: GateName, isMeant: (record: GateRecord) => boolean): void {
    for (const [index, record] of this.#records.entries())
      if (record.gate === name && isMeant(record)) this.#records[index] = { ...record, askedAgain: true };
  }

  /** Puts the question again from time to time: a line in the run's history and a new time in its details. */
  async #reminded(reminderMs: number | undefined, wait: () => Promise<unknown>): Promise<void> {
    if (reminderMs === undefined) {
      await wait();
      return;
    }
    const reminders = new CancellationScope();
    const reminding = reminders.run(async () => {
      for (;;) {
        await sleep(reminderMs, { summary: 'remind of the gate' });
        this.#options.onChange();
      }
    });
    try {
      await Promise.race([wait(), reminding]);
    } finally {
      reminders.cancel();
      await reminding.catch((error: unknown) => {
        if (!isCancellation(error)) throw error;
      });
    }
  }

  #take(verdict: GateVerdict, given: unknown): void {
    const answer = asAnswer(given);
    const { gate, by, comment } = answer ?? {};
    const open = this.#open;
    if (answer === undefined)
      this.#refuse(`${verdict} ${shortly(given)}: neither a gate's name nor {"gate":"plan","by":"ann","comment":"…"}`);
    else if (open === undefined) this.#refuse(`${verdict}: no gate is open`);
    else if (gate !== undefined && gate !== open.name)
      this.#refuse(`${verdict} ${gate}: the open gate is ${open.name}`);
    else if (!open.verdicts.includes(verdict))
      this.#refuse(`${verdict}: what gate ${open.name} takes is ${open.verdicts.join(', ')}`);
    else if (open.verdict !== undefined) this.#refuse(`${verdict}: gate ${open.name} was answered already`);
    else
      open.verdict = { ...stamp(open.name, verdict), by: by || NOBODY, ...(comment === undefined ? {} : { comment }) };
    this.#options.onChange();
  }

  #refuse(why: string): void {
    this.#misunderstood.push(`${now()} ${why}`);
    if (this.#misunderstood.length > MISUNDERSTOOD_KEPT) this.#misunderstood.shift();
  }

  #record(record: GateRecord): GateVerdict {
    this.#records.push(record);
    this.#options.onChange();
    return record.verdict;
  }

  #commands(name: GateName, verdicts: readonly GateVerdict[]): readonly string[] {
    const { workflowId } = this.#options;
    return [
      ...verdicts.map((verdict) => `pump-runs ${verdict} ${workflowId} ${name}`),
      `temporal workflow signal --workflow-id ${workflowId} --name ${verdicts[0]} --input '{"gate":"${name}","by":"YOU"}'`,
    ];
  }
}

/**
 * Whatever an operator has typed: a gate's name, an object, nothing. Undefined for anything else: what was not meant as an answer must
 * not approve.
 */
function asAnswer(answer: unknown): GateAnswer | undefined {
  if (answer === undefined) return {};
  if (typeof answer === 'string') return answer === '' ? undefined : { gate: answer };
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return undefined;
  return isAnswer(answer) ? answer : undefined;
}

function isAnswer(answer: object): answer is GateAnswer {
  const given = answer as Readonly<Record<string, unknown>>;
  return ['gate', 'by', 'comment'].every((key) => given[key] === undefined || typeof given[key] === 'string');
}

function shortly(given: unknown): string {
  return JSON.stringify(given).slice(0, SHOWN_OF_AN_ANSWER);
}

function stamp(gate: GateName, verdict: GateVerdict) {
  return { gate, verdict, at: now() };
}

/** Within a workflow the clock is the history's. */
function now(): string {
  return new Date().toISOString();
}
