/**
 * A worker that is set by environment variables and does what its pushes say. The conformance
 * suite runs it. It uses nothing but the public interface of the library.
 */

import { setTimeout as sleep } from "node:timers/promises";

import { Refusal, Worker, tokenFile, type Event, type Push, type RefusalCode } from "@frontdoor/worker";

const text = (name: string): string | undefined => process.env[`FRONTDOOR_${name}`];
const texts = (name: string): string[] => (text(name) ?? "").split(",").filter(Boolean);
const number = (name: string): number | undefined => {
  const value = text(name);
  return value === undefined ? undefined : Number(value);
};

const activities = texts("ACTIVITY");
const registration = {
  identity: text("IDENTITY") ?? "typescript-worker",
  taskQueue: text("TASK_QUEUE") ?? "default",
  namespaces: texts("NAMESPACE"),
  activityTypes: activities,
  node: text("NODE") ?? null,
  activities: activities.map((name) => ({ name, inputSchemaJson: "{}", outputSchemaJson: "{}" })),
};

/** Prints changes of the state. */
function show(event: Event): void {
  if (event.type !== "state") return;
  let line = `state=${event.state}`;
  if (event.pauseMs !== undefined) line += ` pause_ms=${Math.round(event.pauseMs)}`;
  if (event.state === "failed") line += ` code=${event.code} reason=${event.reason}`;
  process.stdout.write(`${line}\n`);
}

/** Does what the first word of a push says. */
async function handle({ payload, signal }: Push): Promise<Uint8Array> {
  const [, word, first = "", second = ""] =
    /^([^ ]*)(?: ([^ ]*)(?: ([^]*))?)?$/.exec(new TextDecoder().decode(payload)) ?? [];
  switch (word) {
    case "wait":
      await sleep(Number(first), undefined, { signal });
      return payload;
    case "refuse":
      throw new Refusal(first as RefusalCode, second);
    case "fail":
      throw new Error("this push was told to fail");
    case "size":
      return new Uint8Array(Number(first)).fill(0x78);
    case "publish":
      worker.publish(first, Buffer.from(second));
      return Buffer.from("published");
    case "register": {
      const result = await worker.register({ ...registration, taskQueue: first });
      return Buffer.from(result.accepted ? "accepted" : `rejected ${result.reason}`);
    }
    default:
      return payload;
  }
}

function build(): Worker {
  const file = text("TOKEN_FILE");
  return new Worker({
    url: text("URL") ?? "ws://127.0.0.1:8080/liminal",
    registration,
    handler: handle,
    labels: Object.fromEntries(texts("LABEL").map((label) => label.split(/=(.*)/s, 2))),
    ...(file === undefined ? {} : { token: tokenFile(file, number("TOKEN_LIFETIME_MS")) }),
    listeners: [show],
    ...set("tokenIn", text("TOKEN_IN") as "connect" | "upgrade" | undefined),
    ...set("onRejection", text("ON_REJECTION") as "retry" | "stop" | undefined),
    ...set("capacity", number("CAPACITY")),
    ...set("initialBackoffMs", number("INITIAL_BACKOFF_MS")),
    ...set("maxBackoffMs", number("MAX_BACKOFF_MS")),
    ...set("stableAfterMs", number("STABLE_AFTER_MS")),
    ...set("connectTimeoutMs", number("CONNECT_TIMEOUT_MS")),
    ...set("answerTimeoutMs", number("ANSWER_TIMEOUT_MS")),
    ...set("silenceMs", number("SILENCE_MS")),
    ...set("pongTimeoutMs", number("PONG_TIMEOUT_MS")),
    ...set("stopGraceMs", number("STOP_GRACE_MS")),
  });
}

/** An option that is left out if its variable is not set. */
function set<K extends string, V>(name: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [name]: value } as Record<K, V>);
}

let worker: Worker;
try {
  worker = build();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(2);
}
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void worker.stop());
worker.start();
const end = await worker.ended;
process.exitCode = end.state === "failed" ? 1 : 0;
