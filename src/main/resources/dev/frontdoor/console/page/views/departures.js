/** Departures: who left, and why. */

import {codeWords, isAbnormal} from "../core/codes.js";
import {duration, number, percent, shownOf} from "../core/format.js";
import {group, matcher} from "../core/query.js";
import {change, href} from "../core/router.js";
import {classes, Component, el, h} from "../ui/dom.js";
import {Choice, Empty, Link, SearchField, Text, When} from "../ui/parts.js";
import {isMedium, isNarrow, Table} from "../ui/table.js";
import {FleetDepartures} from "./fleet-departures.js";

const {button, div, h1, header, li, small, span, ul} = el;

const SCOPES = [{key: "", title: "this instance"}, {key: "fleet", title: "the fleet"}];

export class DeparturesView extends Component {
  /** @param {import("./app.js").ViewProps} props */
  render({page, route}) {
    const {params} = route;
    const search = params.get("q") ?? "";
    const hasFleet = page.api.has("fleet");
    const ofFleet = hasFleet && params.get("scope") === "fleet";
    const latest = ofFleet ? {} : this.#latest(page.store.departures, search, params);
    return div({class: "fill"},
      header({class: "view-head"}, h1({}, "Departures"),
        ofFleet ? null : span({class: "matching", role: "status"}, latest.words)),
      div({class: "tools"},
        h(SearchField, {title: "Search departures", value: search, onSearch: (q) => change({q})}),
        hasFleet ? Choice({title: "From", value: ofFleet ? "fleet" : "", options: SCOPES, onChange: (scope) => change({scope, code: "", kind: ""})}) : null),
      ofFleet ? h(FleetDepartures, {page, params}) : latest.shown);
  }

  #latest(all, search, params) {
    const code = Number(params.get("code") ?? 0);
    const matches = matcher({}, search);
    const found = all.filter((row) => matches(row) || row.reason.toLowerCase().includes(search.toLowerCase()));
    const rows = code ? found.filter((row) => row.code === code) : found;
    return {
      words: shownOf(rows.length, all.length),
      shown: [codes(found, code), table(rows, all.length)],
    };
  }
}

function codes(rows, chosen) {
  const groups = group(rows, (row) => [String(row.code)], (row) => row.endedAt);
  return rows.length === 0 ? null : ul({class: "codes", "aria-label": "Departures by close code"}, groups.map(({value, count}) => {
    const code = Number(value);
    return li({key: value}, button({type: "button", "aria-pressed": String(code === chosen), class: classes("code-card", isAbnormal(code) && "abnormal"),
      onClick: () => change({code: code === chosen ? "" : value})},
    span({class: "code-count"}, number(count)), span({class: "code-words"}, codeWords(code)),
    small({}, `${value} · ${percent(count, rows.length)}`)));
  }));
}

function table(rows, all) {
  return h(Table, {
    title: "Departures",
    rows,
    rowKey: (row) => row.pid,
    columns: isNarrow() ? NARROW : isMedium() ? MEDIUM : COLUMNS,
    empty: all === 0
      ? Empty({title: "Nobody has left", children: "Workers that disconnect appear here, with the reason."})
      : Empty({title: "No departure matches", children: "Change the search or choose another code."}),
  });
}

const identity = (row) => Link({to: href("workers", {id: row.pid}), children: Text({value: row.identity ?? `pid ${row.pid}`})});

/** How long a worker was registered. */
function stay(row) {
  return row.registeredAt ? duration(Math.max(0, (Date.parse(row.endedAt) - Date.parse(row.registeredAt)) / 1000)) : span({class: "none"}, "never");
}

const COLUMNS = [
  {key: "identity", title: "Identity", cell: identity},
  {key: "code", title: "Why", width: "19%", cell: (row) => span({class: classes("text", isAbnormal(row.code) && "abnormal"), title: codeWords(row.code)}, `${row.code} ${codeWords(row.code)}`)},
  {key: "reason", title: "Reason", width: "20%", cell: (row) => Text({value: row.reason})},
  {key: "by", title: "Ended by", width: "6.8rem", cell: (row) => row.by},
  {key: "taskQueue", title: "Task queue", width: "11%", cell: (row) => Text({value: row.taskQueue})},
  {key: "stay", title: "Stayed", width: "5.5rem", cell: stay},
  {key: "endedAt", title: "Left (UTC)", width: "12.5rem", cell: (row) => When({date: row.endedAt})},
];

const MEDIUM = [
  COLUMNS[0],
  {key: "code", title: "Why", width: "42%", cell: (row) => {
    const why = `${row.code} ${codeWords(row.code)}${row.reason ? `: ${row.reason}` : ""}`;
    return span({class: classes("text", isAbnormal(row.code) && "abnormal"), title: why}, why);
  }},
  COLUMNS.at(-1),
];

const NARROW = [
  {key: "identity", title: "Identity", cell: (row) => [identity(row), small({class: "below"}, `${row.code} ${codeWords(row.code)}`)]},
  {key: "endedAt", title: "Left", width: "7.6rem", cell: (row) => When({date: row.endedAt})},
];

