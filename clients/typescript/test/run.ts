import type { TestContext } from "node:test";

import { EventCounts, Worker, type Event, type NodeWorkerOptions } from "../src/node.js";
import { serve, type Script } from "./server.js";

export const registration = { identity: "worker-1", activityTypes: ["echo"] };
export const limit = { timeout: 60_000 };

export interface Run {
  readonly worker: Worker;
  readonly events: Event[];
  readonly counts: EventCounts;
  until(holds: () => boolean): Promise<void>;
}

/** Starts a worker, and a server with these scripts if no address is given. */
export async function work(
  t: TestContext,
  scripts: Script[] | string,
  options: Partial<NodeWorkerOptions> = {},
): Promise<Run> {
  const url = typeof scripts === "string" ? scripts : await serve(t, scripts);
  const counts = new EventCounts();
  const events: Event[] = [];
  let wake = () => {};
  const worker = new Worker({
    url,
    registration,
    handler: (push) => push.payload,
    initialBackoffMs: 10,
    maxBackoffMs: 50,
    listeners: [counts.listener, (event) => void (events.push(event), wake())],
    ...options,
  });
  t.after(() => worker.stop(0));
  worker.start();
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { worker, events, counts, until };
}
