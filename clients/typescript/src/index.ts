export {
  EventCounts,
  Refusal,
  SupersededError,
  WorkerError,
  fixedToken,
  logEvents,
  type End,
  type Event,
  type Handler,
  type Listener,
  type Logger,
  type Push,
  type RefusalCode,
  type RegisterResult,
  type State,
  type Token,
  type TokenSource,
  type WorkerOptions,
} from "./model.js";
export { CoreWorker } from "./worker.js";
export type { Activity, Registration } from "./wire.js";
