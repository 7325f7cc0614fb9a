/** Workers: the live table, with search, filters, groups, order and columns, all of it in the address. */

import {counted, number} from "../core/format.js";
import {filtersOf, group, grouping, GROUPINGS, labelNames, matcher, sort} from "../core/query.js";
import {change, href} from "../core/router.js";
import {Component, el, h} from "../ui/dom.js";
import {Choice, Empty, Link, Menu, SearchField, Share, Text, When} from "../ui/parts.js";
import {isNarrow, Table} from "../ui/table.js";
import {chips, FilterForm} from "./filters.js";
import {columnsOf, COLUMNS, selectedColumns} from "./worker-columns.js";

const {div, h1, header, input, label, span} = el;

/** Label names that are offered for grouping. */
const MOST_LABELS = 50;

export class WorkersView extends Component {
  #key = "";
  #rows = [];

  /** The rows, made anew only if the table or the view has changed. */
  #select(store, params) {
    const key = `${store.version} ${params} ${params.has("since") ? Math.floor(Date.now() / 1000) : ""}`;
    if (key !== this.#key) {
      this.#key = key;
      const matches = matcher(filtersOf(params), params.get("q") ?? "");
      const rows = [...store.workers.values()].filter(matches);
      this.#rows = params.get("groupBy") ? groups(rows, params.get("groupBy")) : ordered(rows, params);
      this.matching = rows.length;
    }
    return this.#rows;
  }

  /** @param {import("./app.js").ViewProps} props */
  render({page, route}) {
    const {store, session} = page;
    const {params} = route;
    const rows = this.#select(store, params);
    const groupBy = params.get("groupBy");
    return div({class: "fill"},
      header({class: "view-head"},
        h1({}, "Workers"),
        span({class: "matching", role: "status"}, matchingWords(this.matching, store.workers.size)),
        span({class: "grow"}),
        session.may("evictions") ? Link({to: href("actions", {params: filtersOf(params)}), class: "button", children: "Evict …"}) : null),
      div({class: "tools"},
        h(SearchField, {title: "Search all fields", value: params.get("q") ?? "", onSearch: (q) => change({q})}),
        Choice({title: "Group by", value: groupBy ?? "", options: groupOptions(store.workers, groupBy), onChange: (key) => change({groupBy: key})}),
        Menu({title: "Filters", children: h(FilterForm, {params})}),
        groupBy || isNarrow() ? null : Menu({title: "Columns", children: columnChoice(params)})),
      chips(params),
      groupBy ? groupTable(rows, groupBy, this.matching, store) : workerTable(rows, params, store));
  }
}

function matchingWords(matching, all) {
  return matching === all ? counted(all, "worker") : `${number(matching)} of ${counted(all, "worker")}`;
}

function ordered(rows, params) {
  const key = params.get("sort") ?? "pid";
  const column = COLUMNS.find((each) => each.key === key);
  return sort(rows, column?.value ?? ((worker) => worker.pid), isDescending(params));
}

/** Without a choice, the newest connection is first. */
const isDescending = (params) => (params.has("sort") ? params.has("desc") : true);

function groups(rows, by) {
  return group(rows, grouping(by), (worker) => worker.registeredAt);
}

/** What there is to group by, and what the address says even if no worker has such a label now. */
function groupOptions(workers, chosen) {
  const labels = labelNames(workers.values()).slice(0, MOST_LABELS).map((name) => `label:${name}`);
  const all = chosen?.startsWith("label:") && !labels.includes(chosen) ? [...labels, chosen] : labels;
  return [{key: "", title: "Nothing"}, ...GROUPINGS, ...all.map((key) => ({key, title: `Label ${key.slice(6)}`}))];
}

function workerTable(rows, params, store) {
  return h(Table, {
    title: "Workers",
    columns: columnsOf(params, isNarrow()),
    rows,
    rowKey: (worker) => worker.pid,
    sort: {key: params.get("sort") ?? "pid", descending: isDescending(params)},
    onSort: (key) => change(nextSort(key, params)),
    empty: nothing(store),
  });
}

/** Ascending, descending, and then without a choice again. */
function nextSort(key, params) {
  if (params.get("sort") !== key) return {sort: key, desc: ""};
  return params.has("desc") ? {sort: "", desc: ""} : {desc: "1"};
}

function groupTable(rows, by, matching, store) {
  return h(Table, {
    title: `Workers by ${by}`,
    columns: [
      {key: "value", title: by, cell: ({value}) => groupLink(by, value)},
      {key: "count", title: "Workers", width: "12rem", cell: ({count}) => Share({count, whole: matching, title: "Share of the workers"})},
      ...(isNarrow() ? [] : [
        {key: "newest", title: "Newest (UTC)", width: "12.5rem", cell: ({newest}) => When({date: newest})},
        {key: "oldest", title: "Oldest (UTC)", width: "12.5rem", cell: ({oldest}) => When({date: oldest})},
      ]),
    ],
    rows,
    rowKey: ({value}) => `${value}`,
    empty: nothing(store),
  });
}

function groupLink(by, value) {
  if (value === null) return span({class: "none"}, "(none)");
  const filter = by.startsWith("label:") ? {label: `${by.slice(6)}:${value}`} : {[by]: value};
  return Link({to: href("workers", {params: filter}), children: Text({value})});
}

function nothing(store) {
  if (!store.complete) return Empty({title: "Reading the table …"});
  return store.workers.size === 0
    ? Empty({title: "No worker is registered", children: "Workers that register appear here at once."})
    : Empty({title: "No worker matches", children: "Change the search or remove a filter."});
}

function columnChoice(params) {
  const selected = selectedColumns(params);
  return div({class: "choices"}, COLUMNS.filter(({key}) => key !== "identity").map(({key, title}) =>
    label({key}, input({type: "checkbox", checked: selected.includes(key), onChange: (event) => {
      const next = COLUMNS.map((column) => column.key)
        .filter((each) => (each === key ? event.currentTarget.checked : selected.includes(each)));
      change({columns: next.join(",") || "identity"});
    }}), ` ${title}`)));
}
