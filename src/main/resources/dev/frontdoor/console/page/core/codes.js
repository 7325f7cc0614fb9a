/** Close codes in plain words. docs/protocol.md, section 10, has the whole table. */

/** @type {Record<number, string>} */
const WORDS = {
  1000: "The worker left",
  1001: "The worker went away",
  1002: "Broken or unexpected frame",
  1003: "Text message instead of a frame",
  1005: "The worker closed without a code",
  1006: "The connection broke",
  1008: "Token not accepted",
  1009: "Message too large",
  1011: "The service failed",
  1012: "Moved to another instance",
  4003: "Connection limit reached",
  4010: "No Connect in time",
  4011: "No registration in time",
  4012: "Not heard any more",
  4013: "Reads too slowly",
  4014: "Credential expired or revoked",
  4015: "Message took too long",
  4016: "Too many unfinished messages",
  4500: "Disconnected by an operator",
  4501: "Replaced by a newer worker",
  4502: "Evicted for good",
};

/** Ends that are neither ordinary nor part of a drain, as in the alert on abnormal closes. */
const ABNORMAL = new Set([1002, 1003, 1006, 1008, 1009, 1011, 4010, 4011, 4012, 4013, 4014, 4015, 4016]);

/** What a close code means. @param {number} code */
export const codeWords = (code) => WORDS[code] ?? "A code of the worker's own";

/** @param {number} code */
export const isAbnormal = (code) => ABNORMAL.has(code);

/** How a rejection is counted, in plain words. @type {Record<string, string>} */
export const OUTCOMES = {
  rejected: "Rejected",
  deferred: "Asked to retry later",
  failed: "A notifier failed",
  timeout: "A notifier took too long",
  unmatched: "No notifier takes such a worker",
};
