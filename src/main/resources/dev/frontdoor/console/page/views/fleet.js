/** Fleet: the workers of all instances that share a directory, by the exact filters of its endpoint. */

import {counted, number} from "../core/format.js";
import {FILTERS, GROUPINGS} from "../core/query.js";
import {change, href} from "../core/router.js";
import {InfoDialog} from "../ui/dialog.js";
import {el, h} from "../ui/dom.js";
import {Choice, Empty, Fault, Field, Labels, Link, Menu, Share, Text, Texts, When} from "../ui/parts.js";
import {Polling} from "../ui/poll.js";
import {isMedium, isNarrow, Table} from "../ui/table.js";
import {chips} from "./filters.js";
import {facts} from "./worker.js";

const {button, div, form, h1, header, input, nav, p, small, span} = el;

const FILTERED = ["namespace", "taskQueue", "node", "activityType", "identity", "label"];
const FLEET_FILTERS = FILTERS.filter(({key}) => FILTERED.includes(key));
const FLEET_GROUPINGS = GROUPINGS.filter(({key}) => FILTERED.includes(key));
const ROWS = "200";

/** The name of an instance without the part that tells its starts apart. @param {string} instance */
export const placeOf = (instance) => span({class: "text", title: instance}, instance.split("/")[0]);

export class FleetView extends Polling {
  state = {found: null, chosen: null, fault: null};
  #asked = "";

  /** Another filter or page is read at once. */
  componentDidUpdate() {
    if (String(this.props.route.params) !== this.#asked) this.poll();
  }

  async read() {
    const {page, route} = this.props;
    const asked = String(route.params);
    if (asked !== this.#asked) this.setState({found: null});
    this.#asked = asked;
    const params = Object.fromEntries([...FILTERED, "groupBy", "before"].map((key) => [key, route.params.get(key)]).filter(([, value]) => value));
    const found = await page.api.read("fleet", {...params, limit: ROWS});
    if (asked === this.#asked) this.setState({found});
  }

  #choose = (chosen) => this.setState({chosen});

  /** @param {import("./app.js").ViewProps} props */
  render({page, route}, {found, chosen, fault}) {
    const {params} = route;
    return div({class: "fill"},
      header({class: "view-head"}, h1({}, "Fleet"), span({class: "matching", role: "status"}, words(found, page.store.fleet))),
      div({class: "tools"},
        search(params),
        Choice({title: "Group by", value: params.get("groupBy") ?? "", options: [{key: "", title: "Nothing"}, ...FLEET_GROUPINGS],
          onChange: (key) => change({groupBy: key, before: ""})}),
        Menu({title: "Filters", children: filters(params)})),
      chips(params, {before: ""}),
      fault ? Fault({message: fault, onRetry: this.poll}) : null,
      found?.groups ? groupTable(found.groups, params, page.store.fleet) : found || !fault ? this.#workers(page, params, found) : null,
      pages(params, found),
      chosen ? details(chosen, () => this.#choose(null)) : null);
  }

  #workers({store}, params, found) {
    return h(Table, {
      title: "Workers of the fleet",
      columns: columns(store.instance, this.#choose),
      rows: found?.workers ?? [],
      rowKey: ({instance, pid}) => `${instance} ${pid}`,
      empty: found ? noWorkers(params) : Empty({title: "Reading the directory …"}),
    });
  }
}

function noWorkers(params) {
  return FILTERED.some((key) => params.get(key))
    ? Empty({title: "No worker matches", children: "The filters compare whole texts. Change them, or remove one."})
    : Empty({title: "No worker is registered", children: "Workers of all instances appear here."});
}

function words(found, fleet) {
  if (found?.groups) return counted(found.size, "group");
  if (!found) return "";
  const all = Math.max(fleet?.matching ?? 0, found.matching);
  const of = found.matching === all ? counted(all, "worker") : `${number(found.matching)} of ${counted(all, "worker")}`;
  return `${of} on ${counted(found.instances.length, "instance")}`;
}

/** Applies what a form says. */
function apply(event) {
  event.preventDefault();
  change({...Object.fromEntries(new FormData(event.currentTarget)), before: ""});
}

function search(params) {
  return form({class: "search-form", role: "search", onSubmit: apply},
    input({type: "search", class: "search", name: "identity", key: params.get("identity"), defaultValue: params.get("identity") ?? "",
      placeholder: "Identity, exactly", "aria-label": "Identity, exactly", autocomplete: "off", spellcheck: false}),
    button({type: "submit"}, "Find"));
}

function filters(params) {
  return form({class: "filters", onSubmit: apply},
    p({class: "hint"}, "Each one is compared with the whole text. A label must be one of frontdoor.directory.indexed-labels."),
    div({class: "fields"}, FLEET_FILTERS.map(({key, title, hint}) =>
      h(Field, {key: `${key} ${params.get(key)}`, title, hint, name: key, defaultValue: params.get(key) ?? ""}))),
    div({class: "buttons"}, button({type: "submit", class: "primary"}, "Apply")));
}

function pages(params, found) {
  const before = params.get("before");
  const to = (value) => {
    const next = new URLSearchParams(params);
    if (value) next.set("before", value);
    else next.delete("before");
    return href("fleet", {params: next});
  };
  return before || found?.next
    ? nav({class: "buttons", "aria-label": "Pages"},
      before ? Link({to: to(null), class: "button", children: "First page"}) : null,
      found?.next ? Link({to: to(found.next), class: "button", children: "Next page"}) : null)
    : null;
}

function columns(own, choose) {
  const identity = (worker) => worker.instance === own
    ? Link({to: href("workers", {id: worker.pid}), children: Text({value: worker.identity})})
    : button({type: "button", class: "plain cell", onClick: () => choose(worker)}, Text({value: worker.identity}));
  const registered = {key: "registeredAt", title: "Registered (UTC)", width: "12.5rem", cell: (worker) => When({date: worker.registeredAt})};
  if (isNarrow()) {
    return [
      {key: "identity", title: "Identity", cell: (worker) => [identity(worker), small({class: "below"}, placeOf(worker.instance), ` · ${worker.taskQueue}`)]},
      {...registered, title: "Registered", width: "7.6rem"},
    ];
  }
  const all = [
    {key: "identity", title: "Identity", cell: identity},
    {key: "instance", title: "Instance", width: isMedium() ? "24%" : "12%", cell: (worker) => placeOf(worker.instance)},
    {key: "namespaces", title: "Namespaces", width: "12%", cell: (worker) => Texts({values: worker.namespaces})},
    {key: "taskQueue", title: "Task queue", width: isMedium() ? "20%" : "12%", cell: (worker) => Text({value: worker.taskQueue})},
    {key: "node", title: "Node", width: "10%", cell: (worker) => Text({value: worker.node})},
    {key: "labels", title: "Labels", width: "19%", cell: (worker) => Labels({labels: worker.labels})},
    registered,
  ];
  return isMedium() ? all.filter(({key}) => !["namespaces", "node", "labels"].includes(key)) : all;
}

function details(worker, onClose) {
  return h(InfoDialog, {title: worker.identity, onClose},
    p({}, `It is connected to ${worker.instance}. The console of that instance shows its activities and its history.`),
    facts(worker));
}

function groupTable(groups, params, fleet) {
  const by = params.get("groupBy");
  return h(Table, {
    title: `Workers of the fleet by ${by}`,
    columns: [
      {key: "value", title: FLEET_GROUPINGS.find(({key}) => key === by)?.title ?? by, cell: ({value}) => (value === null
        ? span({class: "none"}, "(none)")
        : Link({to: href("fleet", {params: {[by]: value}}), children: Text({value})}))},
      {key: "count", title: "Workers", width: "12rem", cell: ({count}) => Share({count, whole: fleet?.matching ?? count, title: "Share of the workers"})},
    ],
    rows: groups,
    rowKey: ({value}) => `${value}`,
    empty: noWorkers(params),
  });
}
