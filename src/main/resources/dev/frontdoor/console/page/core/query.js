/** Which workers a view shows: search, filters, groups and order. The filters are those of the endpoint. */

/** @typedef {import("./store.js").Worker} Worker */

/** The texts that a filter compares. @type {Record<string, (worker: Worker) => (string|null)[]>} */
const VALUES = {
  namespace: (worker) => worker.namespaces,
  taskQueue: (worker) => [worker.taskQueue],
  node: (worker) => [worker.node],
  activityType: (worker) => worker.activityTypes,
  identity: (worker) => [worker.identity],
  userAgent: (worker) => [worker.userAgent],
  holder: (worker) => worker.holders,
};

/** The filters in the order in which a form shows them. */
export const FILTERS = [
  {key: "namespace", title: "Namespace"},
  {key: "taskQueue", title: "Task queue"},
  {key: "node", title: "Node"},
  {key: "activityType", title: "Activity type"},
  {key: "identity", title: "Identity"},
  {key: "userAgent", title: "User agent"},
  {key: "holder", title: "Holder"},
  {key: "label", title: "Label", hint: "name:value"},
  {key: "since", title: "Registered since", hint: "10m, or a date"},
];

/** The properties by which workers can be grouped, besides labels. */
export const GROUPINGS = [
  {key: "namespace", title: "Namespace"},
  {key: "taskQueue", title: "Task queue"},
  {key: "node", title: "Node"},
  {key: "activityType", title: "Activity type"},
  {key: "userAgent", title: "User agent"},
];

const UNITS = {ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000};

/** The filters of a view, without those that are empty. @param {URLSearchParams} params @return {Record<string, string>} */
export function filtersOf(params) {
  return Object.fromEntries(
    FILTERS.map(({key}) => [key, params.get(key) ?? ""]).filter(([, value]) => value));
}

/**
 * A test for workers: the filters, and each word of the search.
 *
 * @param {Record<string, string>} filters
 * @param {string} search
 * @return {(worker: Worker) => boolean}
 */
export function matcher(filters, search) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const tests = Object.entries(filters).map(([key, value]) => filterTest(key, value));
  return (worker) =>
    tests.every((test) => test(worker)) && words.every((word) => searchText(worker).includes(word));
}

function filterTest(key, value) {
  if (key === "since") {
    const since = dateOf(value);
    return (worker) => since !== null && Date.parse(worker.registeredAt ?? "") >= since;
  }
  if (key === "label") {
    const [name, ...rest] = value.split(":");
    const pattern = glob(rest.join(":"));
    return (worker) => Object.hasOwn(worker.labels, name) && pattern.test(worker.labels[name]);
  }
  const pattern = glob(value);
  return (worker) => VALUES[key](worker).some((text) => text !== null && pattern.test(text));
}

/** `*` stands for any characters, `?` for any one. @param {string} pattern */
export function glob(pattern) {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*+/g, ".*").replace(/\?/g, ".");
  return new RegExp(`^${source}$`, "s");
}

/** A date, or an age as in `10m`, in milliseconds since 1970; null if the text is neither. @param {string} text */
export function dateOf(text) {
  const age = /^(\d+)(ms|s|m|h|d)$/.exec(text);
  if (age) return Date.now() - Number(age[1]) * UNITS[age[2]];
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : date;
}

/** Everything that a worker declares, in lower case. It is made once for each worker. @param {Worker} worker */
function searchText(worker) {
  worker.search ??= [
    worker.pid, worker.identity, worker.taskQueue, worker.node, worker.userAgent, worker.principal,
    worker.remoteAddress, worker.transport, ...worker.namespaces, ...worker.activityTypes, ...worker.holders,
    ...Object.entries(worker.labels).map(([name, value]) => `${name}:${value}`),
  ].join("\n").toLowerCase();
  return worker.search;
}

/**
 * Sorts in place.
 *
 * @template T
 * @param {T[]} rows
 * @param {(row: T) => any} value
 * @param {boolean} descending
 */
export function sort(rows, value, descending) {
  const sign = descending ? -1 : 1;
  return rows.sort((one, other) => {
    const a = value(one) ?? "";
    const b = value(other) ?? "";
    return a < b ? -sign : a > b ? sign : 0;
  });
}

/**
 * Counts rows by a property. A row with several values is in several groups, one without a value in that of null.
 *
 * @template T
 * @param {Iterable<T>} rows
 * @param {(row: T) => (string|null)[]} values
 * @param {(row: T) => string|null} date
 * @return {{value: string|null, count: number, newest: string, oldest: string}[]} the largest first
 */
export function group(rows, values, date) {
  const groups = new Map();
  for (const row of rows) {
    const found = values(row);
    const at = date(row) ?? "";
    for (const value of found.length ? found : [null]) {
      const entry = groups.get(value);
      if (entry) {
        entry.count++;
        if (at > entry.newest) entry.newest = at;
        if (at < entry.oldest) entry.oldest = at;
      } else {
        groups.set(value, {value, count: 1, newest: at, oldest: at});
      }
    }
  }
  return [...groups.values()].sort((one, other) => other.count - one.count);
}

/** The values by which workers are grouped. @param {string} by as in the endpoint: `node`, `label:zone` */
export function grouping(by) {
  if (by.startsWith("label:")) {
    const name = by.slice(6);
    return (worker) => [Object.hasOwn(worker.labels, name) ? worker.labels[name] : null];
  }
  return Object.hasOwn(VALUES, by) ? VALUES[by] : () => [null];
}

/** The names of all labels. @param {Iterable<Worker>} workers */
export function labelNames(workers) {
  const names = new Set();
  for (const worker of workers) {
    for (const name in worker.labels) names.add(name);
  }
  return [...names].sort();
}
