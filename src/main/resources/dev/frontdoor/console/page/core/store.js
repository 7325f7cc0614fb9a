/** What the page knows of the service, kept up to date by the stream of events. */

/**
 * @typedef {{code: number, by: string, reason: string, endedAt: string}} Departure
 * @typedef {{pid: number, identity: string|null, namespaces: string[], taskQueue: string|null, node: string|null,
 *   activityTypes: string[], holders: string[], remoteAddress: string, transport: string, principal: string|null,
 *   userAgent: string|null, labels: Record<string, string>, connectedAt: string, registeredAt: string|null,
 *   search?: string}} Worker
 * @typedef {Worker & Departure} DepartedWorker
 * @typedef {{name: string, live: boolean, draining: boolean, renewedAt: string, expiresAt: string, version: string, workers: number}} Instance
 * @typedef {{at: string, pid: number, identity: string, remoteAddress: string, outcome: string, reason: string}} Rejection
 */

/** Departures and rejections that the page keeps, as many as it asks the service for. */
const MAX_KEPT = 1000;

export class Store {
  /** The live table by pid. @type {Map<number, Worker>} */
  workers = new Map();
  /** Newest first. @type {DepartedWorker[]} */
  departures = [];
  /** Newest first. @type {Rejection[]} */
  rejections = [];
  /** The state of the drain. @type {{state: string, remaining: number, deadline: string|null}|null} */
  drain = null;
  /** The last health, or null. @type {any} */
  health = null;
  /** The instances and the number of workers of the fleet, or why they are not known; null without a directory. @type {{instances?: Instance[], matching?: number, fault?: string}|null} */
  fleet = null;
  /** Counts of the last quarter of an hour. @type {{from: string, admitted: number, rejected: number, departed: number}[]} */
  rates = [];
  instance = "";
  /** @type {import("./stream.js").LinkState} */
  link = "connecting";
  linkReason = "";
  /** Whether the whole table has been read. */
  complete = false;
  /** Grows with each change of the table. */
  version = 0;
  /** Grows with each departure or rejection. */
  historyVersion = 0;

  /** The table that a snapshot is building. @type {Map<number, Worker>|null} */
  #building = null;
  /** @type {() => void} */
  #onChange;

  /** @param {() => void} onChange called after each change, often */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** Changes something outside of the table. @param {Partial<Store>} values */
  set(values) {
    Object.assign(this, values);
    this.#onChange();
  }

  /** Applies an event. @param {string} type @param {any} data */
  apply(type, data) {
    switch (type) {
      case "opened":
      case "reset":
        this.instance = data.instance;
        this.#building = new Map();
        break;
      case "snapshot":
        this.#addRows(data);
        break;
      case "admitted":
        this.workers.delete(data.pid);
        this.workers.set(data.pid, data);
        this.version++;
        break;
      case "departed":
        this.#depart(data);
        break;
      case "rejected":
        this.rejections = [data, ...this.rejections.slice(0, MAX_KEPT - 1)];
        this.historyVersion++;
        break;
      case "drain":
        this.drain = {state: data.state, remaining: data.remaining, deadline: data.deadline};
        break;
    }
    this.#onChange();
  }

  /** Adds what happened before the page was open. @param {DepartedWorker[]} departures @param {Rejection[]} rejections */
  addHistory(departures, rejections) {
    this.departures = merge(this.departures, departures, (row) => row.pid);
    this.rejections = merge(this.rejections, rejections, (row) => `${row.pid} ${row.at}`);
    this.historyVersion++;
    this.#onChange();
  }

  #addRows({workers, remaining}) {
    const table = this.#building ?? new Map();
    workers.forEach((worker) => table.set(worker.pid, worker));
    if (remaining === 0) {
      this.workers = table;
      this.#building = null;
      this.complete = true;
      this.version++;
    }
  }

  #depart(data) {
    if (this.workers.delete(data.pid)) this.version++;
    const {departure, ...worker} = data;
    this.departures = [{...worker, ...departure}, ...this.departures.slice(0, MAX_KEPT - 1)];
    this.historyVersion++;
  }
}

function merge(newer, older, key) {
  const known = new Set(newer.map(key));
  return [...newer, ...older.filter((row) => !known.has(key(row)))].slice(0, MAX_KEPT);
}
