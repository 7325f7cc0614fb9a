/** Notifiers: how fast they answer, what fails, and whom they hold. */

import {counted, duration, number, rate, seconds} from "../core/format.js";
import {notifierBuckets, perBucket} from "../core/prometheus.js";
import {href} from "../core/router.js";
import {Histogram} from "../ui/chart.js";
import {el} from "../ui/dom.js";
import {Badge, Choice, Empty, Facts, Fault, Figure, Link, Moment, Panel, Text, Texts} from "../ui/parts.js";
import {Polling} from "../ui/poll.js";

const {details, div, dl, h1, header, p, span, summary, table, tbody, td, th, thead, tr} = el;

const METER = "frontdoor_notifier_calls_seconds";
const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF"];
const FAILURES = ["failed", "timeout"];

/** The service knows a logger only once somebody has used it. */
const UNUSED_LOGGER = {configuredLevel: null, effectiveLevel: "as the package has it"};

export class NotifiersView extends Polling {
  state = {notifiers: null, buckets: new Map(), rates: {}, levels: {}, fault: null};
  #counts = {};
  #readAt = 0;

  async read() {
    const {api} = this.props.page;
    // A rate needs two readings.
    this.interval = this.#readAt ? 5 : 1;
    const {notifiers} = await api.read("notifiers");
    const buckets = api.has("prometheus")
      ? notifierBuckets(await (await api.request("prometheus", {params: {"includedNames": METER}})).text())
      : new Map();
    const levels = await this.#levels(notifiers);
    this.setState({notifiers, buckets, levels, rates: this.#rates(notifiers)});
  }

  /** Calls per second since the last reading. */
  #rates(notifiers) {
    const now = performance.now();
    const passed = (now - this.#readAt) / 1000;
    const rates = {};
    for (const {name, calls} of notifiers) {
      const count = Object.entries(calls).reduce((sum, [outcome, each]) => (outcome === "late" || outcome === "passed" ? sum : sum + each), 0);
      if (this.#readAt) rates[name] = (count - (this.#counts[name] ?? count)) / passed;
      this.#counts[name] = count;
    }
    this.#readAt = now;
    return rates;
  }

  async #levels(notifiers) {
    const {api} = this.props.page;
    if (!api.has("loggers")) return {};
    const found = await Promise.all(notifiers.map(async ({type}) =>
      [type, await api.read(`loggers/${type}`).catch(() => UNUSED_LOGGER)]));
    return Object.fromEntries(found);
  }

  #askForLevel = (notifier, level) => {
    const {page, ask} = this.props;
    ask({
      title: "Change the log level?",
      text: `The logger ${notifier.type} of the notifier ${notifier.name} gets ${level ? `the level ${level}` : "its configured level again"}, until the service restarts.`,
      confirm: "Change",
      run: async () => {
        await page.api.change("POST", `loggers/${notifier.type}`, {body: {configuredLevel: level || null}});
        await this.poll();
        return `The log level of ${notifier.name} is ${level || "as before"}.`;
      },
    });
  };

  /** @param {import("./app.js").ViewProps} props */
  render({page}, {notifiers, fault, ...known}) {
    return div({class: "stack"},
      header({class: "view-head"}, h1({}, "Notifiers"),
        notifiers ? span({class: "matching"}, `${counted(notifiers.length, "notifier")}, in call order`) : null),
      fault ? Fault({message: fault, onRetry: this.poll}) : null,
      notifiers === null && !fault ? Empty({title: "Reading …"}) : null,
      notifiers?.length === 0 ? Empty({title: "There is no notifier", children: "Without one, frontdoor.notifiers.unmatched decides about each worker."}) : null,
      notifiers?.map((notifier) => this.#notifier(page, notifier, known)));
  }

  #notifier(page, notifier, {buckets, rates, levels}) {
    const down = page.store.health?.components?.notifiers?.details?.[notifier.name];
    const failures = FAILURES.reduce((sum, outcome) => sum + (notifier.calls[outcome] ?? 0), 0);
    return Panel({
      title: notifier.name,
      aside: status(notifier, down),
      children: [
        down ? p({class: "fault-text"}, down.reason, " ", Link({to: href("runbook", {id: "FrontDoorNotifierFailing"}), children: "Runbook"})) : null,
        dl({class: "figures small"},
          Figure({title: "Calls per second", value: rates[notifier.name] === undefined ? "–" : rate(rates[notifier.name])}),
          Figure({title: "Workers held", value: number(notifier.held)}),
          Figure({title: "Rejected", value: number(notifier.calls.rejected ?? 0)}),
          Figure({title: "Failures", value: number(failures), tone: failures ? "warning" : ""}),
          Figure({title: "Overdue calls", value: number(notifier.overdue), tone: notifier.overdue ? "warning" : ""})),
        div({class: "columns"},
          div({}, el.h3({}, "Latency of the recent calls"), latencies(notifier.latencies)),
          div({}, el.h3({}, "All calls since the start, by their latency up to"), histogram(notifier.name, buckets))),
        lastFailure(notifier.lastFailure),
        details({class: "more"}, summary({}, "Settings and log level"), div({class: "columns"}, settings(notifier), this.#level(page, notifier, levels))),
      ],
    });
  }

  #level(page, notifier, levels) {
    const level = levels[notifier.type];
    if (!level) return null;
    return div({}, Facts({pairs: [["Logger", Text({value: notifier.type})], ["Effective level", level.effectiveLevel]]}),
      page.session.may("loggers")
        ? Choice({title: "Log level", value: level.configuredLevel ?? "",
          options: [{key: "", title: "as configured"}, ...LEVELS.map((key) => ({key, title: key}))],
          onChange: (chosen) => this.#askForLevel(notifier, chosen)})
        : null);
  }
}

function status(notifier, down) {
  if (notifier.suspended) return Badge({tone: "critical", children: "suspended"});
  return down ? Badge({tone: "critical", children: "down"}) : Badge({tone: "good", children: "up"});
}

function latencies(callbacks) {
  const rows = Object.entries(callbacks);
  return rows.length === 0
    ? p({class: "hint"}, "No recent calls.")
    : table({class: "plain-table"},
      thead({}, tr({}, ["Callback", "Calls", "Median", "99 %", "Longest"].map((title, index) => th({key: title, scope: "col", class: index ? "end" : ""}, title)))),
      tbody({}, rows.map(([name, {calls, median, p99, max}]) =>
        tr({key: name}, th({scope: "row"}, name), td({class: "end"}, number(calls)),
          [median, p99, max].map((each, index) => td({key: index, class: "end"}, duration(seconds(each))))))));
}

function histogram(name, all) {
  const buckets = perBucket(all.get(name) ?? new Map());
  return buckets.some(({count}) => count > 0)
    ? Histogram({title: `Calls of ${name} by duration`, buckets: buckets.map(({upTo, count}) => ({upTo: upTo === Infinity ? "more" : duration(upTo), count}))})
    : p({class: "hint"}, "There was no call, or the endpoint prometheus is not exposed.");
}

function lastFailure(failure) {
  return failure
    ? p({class: "last-failure"}, "Last failure: ", span({class: "text"}, failure.error), ` (${failure.callback}, ${failure.outcome}) `, Moment({date: failure.at}))
    : p({class: "hint"}, "No call has failed.");
}

function settings({type, timeout, maxConcurrentCalls, onFailure, match}) {
  const globs = (list) => (list.length ? Texts({values: list}) : "all");
  return Facts({pairs: [
    ["Class", Text({value: type})],
    ["Timeout", duration(seconds(timeout))],
    ["Calls at once", number(maxConcurrentCalls)],
    ["On failure", onFailure],
    ["Namespaces", globs(match.namespaces)],
    ["Task queues", globs(match.taskQueues)],
    ["Nodes", globs(match.nodes)],
    ["Activity types", globs(match.activityTypes)],
  ]});
}

