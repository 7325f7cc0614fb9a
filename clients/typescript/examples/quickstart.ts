// The worker of docs/workers.md.

import { Worker, logEvents, tokenFile } from "@frontdoor/worker";

const path = process.env["TOKEN_FILE"];
const worker = new Worker({
  url: process.env["FRONT_DOOR"] ?? "ws://localhost:8080/liminal",
  registration: { identity: "charger-1", namespaces: ["billing"], activityTypes: ["charge"] },
  handler: async ({ payload }) => Buffer.concat([Buffer.from("charged "), payload]),
  labels: { zone: "eu1" },
  token: path === undefined ? undefined : tokenFile(path),
  listeners: [logEvents(console)],
});
process.once("SIGTERM", () => void worker.stop());
worker.start();
const end = await worker.ended;
process.exitCode = end.state === "failed" ? 1 : 0;
