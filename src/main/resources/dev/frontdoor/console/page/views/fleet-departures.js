/** Departures of the fleet: which workers have left any instance, and which were lost with theirs, while this is shown. */

import {FLEET_ENDS} from "../core/fleet.js";
import {clock, number, percent} from "../core/format.js";
import {group, matcher} from "../core/query.js";
import {change, href} from "../core/router.js";
import {classes, Component, el, h} from "../ui/dom.js";
import {Empty, Link, Text, When} from "../ui/parts.js";
import {isMedium, isNarrow, Table} from "../ui/table.js";
import {placeOf} from "./fleet.js";

const {button, li, p, small, span, ul} = el;

export class FleetDepartures extends Component {
  componentDidMount() {
    this.props.page.fleetChanges.open();
  }

  componentWillUnmount() {
    this.props.page.fleetChanges.close();
  }

  /** @param {{page: import("../core/page.js").Page, params: URLSearchParams}} props */
  render({page, params}) {
    const {departures, since, link, linkReason} = page.fleetChanges;
    const kind = params.get("kind");
    const matches = matcher({}, params.get("q") ?? "");
    const found = departures.filter(matches);
    const rows = kind ? found.filter((row) => row.kind === kind) : found;
    return [
      link === "live" || link === "connecting"
        ? p({class: "hint", role: "status"}, since ? `From all instances, while this is shown, from a few seconds after ${clock(since)} UTC on` : "Connecting …")
        : p({class: "notice"}, `${linkReason} Changes since then are missing.`),
      kinds(found, kind),
      h(Table, {
        title: "Departures of the fleet",
        rows,
        rowKey: (row) => `${row.instance} ${row.pid} ${row.kind}`,
        columns: columns(page.store.instance),
        empty: departures.length === 0
          ? Empty({title: "Nobody has left yet", children: "The service does not keep the departures of the fleet. They appear here as they happen."})
          : Empty({title: "No departure matches", children: "Change the search or choose another kind."}),
      }),
    ];
  }
}

function kinds(rows, chosen) {
  return rows.length === 0 ? null : ul({class: "codes", "aria-label": "Departures by kind"},
    group(rows, (row) => [row.kind], (row) => row.at).map(({value, count}) => li({key: value},
      button({type: "button", "aria-pressed": String(value === chosen), class: classes("code-card", value === "lost" && "abnormal"),
        onClick: () => change({kind: value === chosen ? "" : value})},
      span({class: "code-count"}, number(count)), span({class: "code-words"}, FLEET_ENDS[value]), small({}, percent(count, rows.length))))));
}

function columns(own) {
  const identity = (row) => row.instance === own
    ? Link({to: href("workers", {id: row.pid}), children: Text({value: row.identity})})
    : Text({value: row.identity});
  const what = (row) => span({class: classes("text", row.kind === "lost" && "abnormal")}, FLEET_ENDS[row.kind]);
  const when = {key: "at", title: "Seen (UTC)", width: "12.5rem", cell: (row) => When({date: row.at})};
  if (isNarrow()) {
    return [
      {key: "identity", title: "Identity", cell: (row) => [identity(row), small({class: "below"}, what(row), " · ", placeOf(row.instance))]},
      {...when, title: "Seen", width: "7.6rem"},
    ];
  }
  const all = [
    {key: "identity", title: "Identity", cell: identity},
    {key: "kind", title: "What", width: isMedium() ? "30%" : "22%", cell: what},
    {key: "instance", title: "Instance", width: isMedium() ? "20%" : "18%", cell: (row) => placeOf(row.instance)},
    {key: "taskQueue", title: "Task queue", width: "14%", cell: (row) => Text({value: row.taskQueue})},
    {key: "node", title: "Node", width: "12%", cell: (row) => Text({value: row.node})},
    when,
  ];
  return isMedium() ? all.filter(({key}) => key !== "taskQueue" && key !== "node") : all;
}
