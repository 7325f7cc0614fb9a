/** Rejections: why workers are turned away, and which of them keep retrying. */

import {OUTCOMES} from "../core/codes.js";
import {counted, shownOf} from "../core/format.js";
import {group} from "../core/query.js";
import {change, href} from "../core/router.js";
import {Component, el, h} from "../ui/dom.js";
import {Empty, Link, Panel, SearchField, Share, Text, When} from "../ui/parts.js";
import {isMedium, isNarrow, Table} from "../ui/table.js";

const {div, h1, header, li, ol, small, span} = el;

const MOST = 8;

export class RejectionsView extends Component {
  /** @param {import("./app.js").ViewProps} props */
  render({page, route}) {
    const all = page.store.rejections;
    const search = route.params.get("q") ?? "";
    const wanted = search.toLowerCase();
    const rows = wanted
      ? all.filter(({identity, reason, remoteAddress}) => `${identity}\n${reason}\n${remoteAddress}`.toLowerCase().includes(wanted))
      : all;
    return div({class: "fill"},
      header({class: "view-head"}, h1({}, "Rejections"),
        span({class: "matching", role: "status"}, shownOf(rows.length, all.length))),
      div({class: "tools"}, h(SearchField, {title: "Search rejections", value: search, onSearch: (q) => change({q})})),
      all.length === 0
        ? Empty({title: "No worker was rejected", children: "Rejections among the latest events appear here, with their reasons."})
        : [div({class: "columns tight"},
          Panel({title: "By reason", children: reasons(rows)}),
          Panel({title: "Identities that keep retrying", children: retrying(rows, page.store.workers)})),
        table(rows)]);
  }
}

function reasons(rows) {
  return ol({class: "rows"}, group(rows, (row) => [row.reason], (row) => row.at).slice(0, MOST).map(({value, count}) =>
    li({key: value}, Link({to: href("rejections", {params: {q: value}}), class: "grow", children: Text({value})}),
      Share({count, whole: rows.length, title: `Rejections: ${value}`}))));
}

function retrying(rows, workers) {
  const registered = new Set([...workers.values()].map((worker) => worker.identity));
  const groups = group(rows, (row) => [row.identity], (row) => row.at).filter(({count}) => count > 1);
  return groups.length === 0
    ? Empty({title: "None", children: "Nobody was rejected more than once."})
    : ol({class: "rows"}, groups.slice(0, MOST).map(({value, count, newest}) =>
      li({key: value}, Link({to: href("rejections", {params: {q: value}}), class: "grow", children: Text({value})}),
        span({class: "quiet"}, registered.has(value) ? "registered now" : counted(count, "time")), When({date: newest}))));
}

function table(rows) {
  return h(Table, {
    title: "Rejections", rows,
    rowKey: (row) => `${row.pid} ${row.at}`,
    columns: isNarrow() ? NARROW : isMedium() ? MEDIUM : COLUMNS,
    empty: Empty({title: "No rejection matches", children: "Change the search."}),
  });
}

const COLUMNS = [
  {key: "identity", title: "Identity", cell: (row) => Text({value: row.identity})},
  {key: "outcome", title: "Outcome", width: "14rem", cell: (row) => OUTCOMES[row.outcome]},
  {key: "reason", title: "Reason", width: "34%", cell: (row) => Text({value: row.reason})},
  {key: "remoteAddress", title: "Address", width: "10.5rem", cell: (row) => Text({value: row.remoteAddress})},
  {key: "at", title: "When (UTC)", width: "12.5rem", cell: (row) => When({date: row.at})},
];

const MEDIUM = COLUMNS.filter(({key}) => key !== "outcome" && key !== "remoteAddress");

const NARROW = [
  {key: "identity", title: "Identity", cell: (row) => [Text({value: row.identity}), small({class: "below", title: row.reason}, row.reason)]},
  {key: "at", title: "When", width: "7.6rem", cell: (row) => When({date: row.at})},
];
