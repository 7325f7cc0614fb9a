/** Overview: what needs attention, the counts, and how many workers come and go. */

import {alerts} from "../core/alerts.js";
import {codeWords} from "../core/codes.js";
import {counted, number, percent, relative} from "../core/format.js";
import {group} from "../core/query.js";
import {href} from "../core/router.js";
import {RateChart} from "../ui/chart.js";
import {Component, el} from "../ui/dom.js";
import {Badge, Empty, Facts, Figure, Labels, Link, Moment, Panel, Share, Text, When} from "../ui/parts.js";
import {fleetInstances} from "./fleet-instances.js";

const {dl, div, h1, header, li, ol, p, small, span, ul} = el;

const MINUTES = 15;
const LATEST = 8;
const SIGNS = {critical: "critical", warning: "warning", info: "quiet"};

export class OverviewView extends Component {
  /** @param {import("./app.js").ViewProps} props */
  render({page}) {
    const {store} = page;
    return div({class: "stack"},
      header({class: "view-head"}, h1({}, "Overview")),
      banner(store),
      figures(store),
      Panel({title: `Registrations and departures per second, last ${MINUTES} minutes`, children: chart(store)}),
      fleetInstances(store),
      div({class: "columns"},
        Panel({title: "Latest departures", aside: Link({to: href("departures"), children: "All departures"}), children: departures(store)}),
        Panel({title: "Task queues", aside: Link({to: href("workers", {params: {groupBy: "taskQueue"}}), children: "All groups"}), children: queues(store)}),
        Panel({title: "This instance", children: instance(page)})));
  }
}

function banner(store) {
  const found = alerts(store);
  if (found.length === 0) {
    return div({class: "banner good"}, Badge({tone: "good", children: store.complete ? "Nothing needs attention" : "Reading the table …"}));
  }
  return ul({class: "banner", "aria-label": "What needs attention"}, found.map(({name, severity, text}) =>
    li({key: name + text, class: severity}, Badge({tone: SIGNS[severity], children: severity}), span({class: "banner-text"}, text),
      Link({to: href("runbook", {id: name}), children: `Runbook: ${name}`}))));
}

function figures({workers, health, drain, rates, fleet}) {
  const {limit, ...counts} = health?.components?.frontDoor?.details ?? {};
  // The health is some seconds old, and the table is not.
  const connections = counts.connections === undefined ? undefined : Math.max(counts.connections, workers.size);
  const minute = rates.slice(-7, -1);
  const perSecond = (key) => minute.reduce((sum, interval) => sum + interval[key], 0) / 60;
  return dl({class: "figures"},
    Figure({title: "Registered workers", value: number(workers.size), note: fleet?.matching ? `${number(fleet.matching)} in the fleet` : ""}),
    Figure({title: "Connections", value: connections === undefined ? "–" : number(connections),
      note: connections > workers.size ? `${number(connections - workers.size)} not registered` : connections ? "all registered" : ""}),
    Figure({title: "Room", value: limit ? number(limit - connections) : "–",
      note: limit ? `${percent(connections, limit)} of ${number(limit)} in use` : "", tone: limit && connections > 0.85 * limit ? "warning" : ""}),
    Figure({title: "Per minute", value: `+${number(Math.round(60 * perSecond("admitted")))} −${number(Math.round(60 * perSecond("departed")))}`,
      note: counted(Math.round(60 * perSecond("rejected")), "rejection")}),
    Figure({title: "State", value: drain?.state ?? "–", note: drain?.deadline ? `deadline ${relative(drain.deadline)}` : health ? `health ${health.status}` : "no health",
      tone: drain?.state === "open" ? "" : "warning"}));
}

function chart({rates}) {
  const seconds = rates.length > 1 ? (Date.parse(rates[1].from) - Date.parse(rates[0].from)) / 1000 : 10;
  // The last interval is not over.
  const whole = rates.slice(0, -1);
  const values = (key) => whole.map((interval) => interval[key] / seconds);
  return rates.length === 0
    ? Empty({title: "No rates yet"})
    : RateChart({title: "Per second", minutes: MINUTES, series: [
      {name: "Registrations", style: "one", values: values("admitted")},
      {name: "Departures", style: "two", values: values("departed")},
      {name: "Rejections", style: "three", values: values("rejected")},
    ]});
}

function departures({departures: all}) {
  return all.length === 0
    ? Empty({title: "No departures", children: "Workers that disconnect appear here."})
    : ol({class: "rows"}, all.slice(0, LATEST).map((departure) =>
      li({key: departure.pid},
        span({class: "grow"}, Link({to: href("workers", {id: departure.pid}), children: Text({value: departure.identity})}),
          small({class: "below"}, codeWords(departure.code))), When({date: departure.endedAt}))));
}

function queues({workers}) {
  const groups = group(workers.values(), (worker) => [worker.taskQueue], (worker) => worker.registeredAt);
  return groups.length === 0
    ? Empty({title: "No workers", children: "Workers that register appear here."})
    : ol({class: "rows"}, groups.slice(0, LATEST).map(({value, count}) =>
      li({key: value},
        Link({to: href("workers", {params: {taskQueue: value ?? ""}}), class: "grow", children: Text({value})}),
        Share({count, whole: workers.size, title: `Workers of ${value}`}))));
}

function instance({store, info}) {
  const {build} = info ?? {};
  const bundles = Object.keys(store.health?.components?.ssl?.details ?? {});
  return Facts({pairs: [
    ["Instance", Text({value: store.instance})],
    ["Version", Text({value: build?.version})],
    ["Built", build?.time ? Moment({date: build.time}) : Text({value: null})],
    ["Health", health(store.health)],
    ["Drain", p({}, store.drain?.state ?? "unknown")],
    ...(bundles.length ? [["TLS bundles", Labels({labels: Object.fromEntries(bundles.map((name) => [name, ""]))})]] : []),
  ]});
}

function health(answer) {
  if (!answer) return Text({value: null});
  const down = Object.entries(answer.components ?? {}).filter(([, {status}]) => status !== "UP" && status !== "UNKNOWN");
  return p({}, answer.status === "UP" ? "UP" : `${answer.status}: ${down.map(([name]) => name).join(", ")}`);
}
