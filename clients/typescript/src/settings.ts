/** The options of a worker, complete and checked. */

import type { TokenSource, WorkerOptions } from "./model.js";

export type Settings = Required<Omit<WorkerOptions, "token">> & {
  readonly token: TokenSource | undefined;
  readonly labelText: string;
};

/** The least value of each option that is a number. */
const LEAST = {
  capacity: 1,
  initialBackoffMs: 1,
  maxBackoffMs: 1,
  stableAfterMs: 0,
  connectTimeoutMs: 1,
  answerTimeoutMs: 1,
  silenceMs: 1,
  pongTimeoutMs: 1,
  stopGraceMs: 0,
  maxMessage: 1024,
};

/** Timers of the platform hold no more than 31 bits. */
export const MOST = 2 ** 31 - 1;

/** The longest grace of a stop. */
export const DAY_MS = 86_400_000;

/** @throws RangeError if an option is outside its range */
export function settingsOf(options: WorkerOptions): Settings {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const settings = {
    labels: {},
    listeners: [],
    capacity: 16,
    onRejection: "retry" as const,
    initialBackoffMs: 1_000,
    maxBackoffMs: 60_000,
    stableAfterMs: 30_000,
    connectTimeoutMs: 10_000,
    answerTimeoutMs: 30_000,
    silenceMs: 40_000,
    pongTimeoutMs: 10_000,
    stopGraceMs: 10_000,
    maxMessage: 1_048_576,
    token: undefined,
    ...(Object.fromEntries(given) as unknown as WorkerOptions),
  };
  for (const [name, least] of Object.entries(LEAST)) {
    const value = settings[name as keyof typeof LEAST];
    const whole = name.endsWith("Ms") || Number.isInteger(value);
    check(whole && value >= least && value <= MOST, name, value, `${least} to ${MOST}`);
  }
  const { initialBackoffMs, maxBackoffMs, onRejection, stopGraceMs, url } = settings;
  check(stopGraceMs <= DAY_MS, "stopGraceMs", stopGraceMs, `0 to ${DAY_MS}`);
  check(maxBackoffMs >= initialBackoffMs, "maxBackoffMs", maxBackoffMs, "initialBackoffMs or more");
  check(["retry", "stop"].includes(onRejection), "onRejection", onRejection, "retry, stop");
  const known = /^wss?:\/\/[^#]+$/.test(url) && URL.canParse(url);
  check(known, "url", url, "ws[s]://HOST[:PORT]/PATH");
  return { ...settings, labelText: structured(settings.labels) };
}

/** A dictionary of structured fields, whose values are strings. */
function structured(labels: Readonly<Record<string, string>>): string {
  const entries = Object.entries(labels);
  check(entries.length <= 16, "labels", `${entries.length} labels`, "at most 16");
  for (const [name, text] of entries) {
    check(/^[a-z*][a-z0-9_.*-]{0,63}$/.test(name), "label", name, "lower-case letters, 0-9 _-.*");
    check(/^[ -~]{0,256}$/.test(text), "label", text, "256 characters of ASCII");
  }
  return entries.map(([name, text]) => `${name}="${text.replace(/["\\]/g, "\\$&")}"`).join(", ");
}

/** @throws RangeError unless an option is as it must be */
export function check(holds: boolean, name: string, value: unknown, allowed: string): void {
  if (!holds) throw new RangeError(`${name} '${String(value)}' is not allowed; allowed: ${allowed}`);
}
