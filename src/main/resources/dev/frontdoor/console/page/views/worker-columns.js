/** The columns of the table of workers. */

import {href} from "../core/router.js";
import {el} from "../ui/dom.js";
import {Labels, Link, Text, Texts, When} from "../ui/parts.js";

const {small} = el;

/** @typedef {import("../core/store.js").Worker} Worker */

const first = (values) => values[0] ?? null;

/** @type {(import("../ui/table.js").Column<Worker> & {value: (worker: Worker) => any})[]} */
export const COLUMNS = [
  column("identity", "Identity", "auto", (worker) => worker.identity, (worker) => identity(worker)),
  column("namespaces", "Namespaces", "11%", (worker) => first(worker.namespaces), (worker) => Texts({values: worker.namespaces})),
  column("taskQueue", "Task queue", "12%", (worker) => worker.taskQueue),
  column("node", "Node", "9%", (worker) => worker.node),
  column("activityTypes", "Activity types", "14%", (worker) => first(worker.activityTypes), (worker) => Texts({values: worker.activityTypes})),
  column("labels", "Labels", "21%", (worker) => JSON.stringify(worker.labels), (worker) => Labels({labels: worker.labels})),
  column("holders", "Holders", "13%", (worker) => first(worker.holders), (worker) => Texts({values: worker.holders})),
  column("userAgent", "User agent", "12%", (worker) => worker.userAgent),
  column("principal", "Principal", "10%", (worker) => worker.principal),
  column("remoteAddress", "Address", "10.5rem", (worker) => worker.remoteAddress),
  column("transport", "Transport", "6.5rem", (worker) => worker.transport),
  column("pid", "Pid", "5rem", (worker) => worker.pid),
  column("registeredAt", "Registered (UTC)", "12.5rem", (worker) => worker.registeredAt, (worker) => When({date: worker.registeredAt})),
  column("connectedAt", "Connected (UTC)", "12.5rem", (worker) => worker.connectedAt, (worker) => When({date: worker.connectedAt})),
];

const WIDE = ["identity", "namespaces", "taskQueue", "node", "labels", "holders", "registeredAt"];
const MEDIUM = ["identity", "taskQueue", "node", "registeredAt"];

/** The width of a column if there are few. */
const FEW_WIDTH = "20%";

function column(key, title, width, value, cell) {
  return {key, title, width, sortable: true, value, cell: cell ?? ((worker) => Text({value: value(worker)}))};
}

function identity(worker) {
  return Link({to: href("workers", {id: worker.pid}), children: Text({value: worker.identity})});
}

/** The keys of the columns that are shown: those of the address, or as many as there is room for. */
export function selectedColumns(params) {
  const chosen = params.get("columns");
  if (chosen) return ["identity", ...chosen.split(",")];
  return matchMedia("(max-width: 1200px)").matches ? MEDIUM : WIDE;
}

/** The columns to show. On a narrow screen the identity has the task queue and the node below it. */
export function columnsOf(params, narrow) {
  if (narrow) return NARROW;
  const selected = selectedColumns(params);
  const few = selected.length <= MEDIUM.length;
  return COLUMNS.filter(({key}) => selected.includes(key))
    .map((each) => (few && each.width.endsWith("%") ? {...each, width: FEW_WIDTH} : each));
}

const NARROW = [
  {...COLUMNS[0], cell: (worker) => [identity(worker), small({class: "below"}, [worker.taskQueue, worker.node].filter(Boolean).join(" · "))]},
  {...COLUMNS.find(({key}) => key === "registeredAt"), title: "Registered", width: "7.6rem",
    cell: (worker) => When({date: worker.registeredAt})},
];
