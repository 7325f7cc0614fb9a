/** One worker: what it declared, who holds it, and what happened to its identity before. */

import {codeWords, OUTCOMES} from "../core/codes.js";
import {duration, number, prettyJson, seconds} from "../core/format.js";
import {href} from "../core/router.js";
import {el} from "../ui/dom.js";
import {Badge, Code, Empty, Facts, Fault, Field, Labels, Link, Moment, Panel, Text, Texts, When} from "../ui/parts.js";
import {Polling} from "../ui/poll.js";
import {ban, disconnect} from "./worker-actions.js";

const {button, details, div, h1, header, li, ol, p, pre, span, summary} = el;

const HISTORY = 20;

export class WorkerView extends Polling {
  state = {worker: null, gone: false, history: [], rejections: [], fault: null};

  async read() {
    const {page, route} = this.props;
    const pid = Number(route.id);
    const worker = await page.api.read(`registrations/${route.id}`).catch((error) => {
      if (error.status === 404) return null;
      throw error;
    });
    const identity = worker?.identity ?? this.#departure(pid)?.identity ?? page.store.workers.get(pid)?.identity;
    this.setState({worker, gone: !worker, ...(identity ? await this.#history(identity) : {})});
  }

  /** A `*` in an identity is one in the filter too, so the page compares once more. */
  async #history(identity) {
    const {api} = this.props.page;
    const params = {identity, limit: "100"};
    const [{departures}, {rejections}] = await Promise.all([
      api.read("departures", params),
      api.has("rejections") ? api.read("rejections", params) : {rejections: []},
    ]);
    const own = (row) => row.identity === identity;
    return {history: departures.filter(own).slice(0, HISTORY), rejections: rejections.filter(own).slice(0, HISTORY)};
  }

  #departure(pid) {
    return this.props.page.store.departures.find((departure) => departure.pid === pid);
  }

  /** @param {import("./app.js").ViewProps} props */
  render({page, route, ask}, {worker, gone, history, rejections, fault}) {
    const pid = Number(route.id);
    const live = page.store.workers.get(pid);
    const left = live ? undefined : this.#departure(pid);
    const shown = left ?? worker ?? live;
    return div({class: "stack"},
      header({class: "view-head"},
        Link({to: href("workers"), class: "back", children: "← Workers"}),
        h1({class: "identity"}, Text({value: shown?.identity ?? `Worker ${route.id}`})),
        left || gone ? Badge({tone: "warning", children: "left"}) : Badge({tone: "good", children: "registered"}),
        span({class: "grow"}),
        shown && !left && !gone ? buttons(page, shown, ask) : null),
      fault ? Fault({message: fault, onRetry: this.poll}) : null,
      left ? end(left) : null,
      shown ? facts(shown, worker) : missing(gone, pid),
      worker ? activities(worker) : null,
      shown ? div({class: "columns"},
        Panel({title: "Earlier connections of this identity", children: departures(history, pid)}),
        Panel({title: "Rejections of this identity", children: refusals(rejections)})) : null);
  }
}

function missing(gone, pid) {
  return gone
    ? Empty({title: `No worker has the pid ${pid}`, children: "It has left, and its departure is no longer kept. Or the service has restarted since."})
    : Empty({title: "Reading …"});
}

function end(left) {
  return div({class: "notice", role: "status"},
    p({}, el.strong({}, `Left: ${codeWords(left.code)} (${left.code})`), ", ended by the ", left.by, ", ", Moment({date: left.endedAt})),
    left.reason ? p({}, "Reason: ", left.reason) : null);
}

function buttons({session, api}, worker, ask) {
  return div({class: "buttons"},
    session.may("bans") ? button({type: "button", onClick: () => ask(ban(api, worker.identity, banFields()))}, "Ban …") : null,
    session.may("registrations") ? button({type: "button", class: "danger", onClick: () => ask(disconnect(api, worker, reasonField()))}, "Disconnect …") : null);
}

const reasonField = () => Field({title: "Reason", hint: "the worker reads it", name: "reason", maxLength: 100});

const banFields = () => [
  Field({title: "For how long", hint: "30m, 2h, 7d", name: "duration", value: undefined, defaultValue: "1h", required: true, pattern: "[0-9]+(s|m|h|d)"}),
  reasonField(),
];

/** What is known of a worker. @param {import("../core/store.js").Worker} worker @param {{pendingPushes: number}} [detail] */
export function facts(worker, detail) {
  return div({class: "columns"},
    Panel({title: "Registration", children: Facts({pairs: [
      ["Identity", Text({value: worker.identity})],
      ["Pid", String(worker.pid)],
      ["Namespaces", Texts({values: worker.namespaces})],
      ["Task queue", Text({value: worker.taskQueue})],
      ["Node", Text({value: worker.node})],
      ["Activity types", Texts({values: worker.activityTypes})],
      ["Labels", Labels({labels: worker.labels})],
      ["User agent", Text({value: worker.userAgent})],
    ]})}),
    Panel({title: "Connection", children: Facts({pairs: [
      ["Address", Text({value: worker.remoteAddress})],
      ["Transport", worker.transport],
      ["Principal", Text({value: worker.principal})],
      ["Connected", Moment({date: worker.connectedAt})],
      ["Registered", worker.registeredAt ? Moment({date: worker.registeredAt}) : "never"],
      ["Held by", Texts({values: worker.holders})],
      ...(detail ? [["Pending pushes", number(detail.pendingPushes)]] : []),
    ]})}));
}

function activities({activities: all}) {
  return Panel({title: `Activities (${all.length})`, children: all.length === 0
    ? p({class: "hint"}, "It declares no activity with a schema.")
    : all.map(({name, inputSchemaJson, outputSchemaJson}) =>
      details({key: name, class: "activity"}, summary({}, Text({value: name})),
        div({class: "columns"}, schema("Input", inputSchemaJson), schema("Output", outputSchemaJson))))});
}

const schema = (title, json) => div({}, p({class: "hint"}, title), pre({tabIndex: 0, "aria-label": `${title} schema`}, prettyJson(json)));

function departures(rows, pid) {
  return rows.length === 0
    ? p({class: "hint"}, "The service keeps none.")
    : ol({class: "rows"}, rows.map((row) => li({key: row.pid},
      When({date: row.endedAt}), span({class: "grow why", title: row.reason}, `${codeWords(row.code)} (${row.code})`),
      span({class: "quiet"}, row.registeredFor ? `after ${duration(seconds(row.registeredFor))}` : "never registered"),
      row.pid === pid ? null : Code({children: `pid ${row.pid}`}))));
}

function refusals(rows) {
  return rows.length === 0
    ? p({class: "hint"}, "The service keeps none.")
    : ol({class: "rows"}, rows.map((row) => li({key: `${row.pid} ${row.at}`},
      When({date: row.at}), span({class: "quiet"}, OUTCOMES[row.outcome]), span({class: "grow text", title: row.reason}, row.reason))));
}

