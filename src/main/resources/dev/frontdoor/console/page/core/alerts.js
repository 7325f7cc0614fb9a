/** What an alert would say now, from what this page knows. The names are those of the alerts and of the runbook. */

import {isAbnormal} from "./codes.js";
import {counted, duration, number, percent} from "./format.js";

/** @typedef {{name: string, severity: "critical"|"warning"|"info", text: string}} Alert */

const NEAR_LIMIT = 0.85;
const STORM_FACTOR = 3;
const MIN_CONNECTIONS = 50;
const REJECTED_SHARE = 0.1;
const ABNORMAL_SHARE = 0.2;
const ABNORMAL_PER_MINUTE = 6;
const EXPIRY_DAYS = 14;
const TEN_MINUTES = 600_000;

/** @param {import("./store.js").Store} store @return {Alert[]} the worst first */
export function alerts(store) {
  const found = [
    ...drain(store), ...notifiers(store), ...limit(store), ...storm(store), ...rejections(store),
    ...abnormalCloses(store), ...certificates(store), ...directory(store),
  ];
  const order = ["critical", "warning", "info"];
  return found.sort((one, other) => order.indexOf(one.severity) - order.indexOf(other.severity));
}

const alert = (name, severity, text) => ({name, severity, text});

function drain({drain: now}) {
  if (now?.state === "draining") {
    const late = now.deadline && Date.parse(now.deadline) < Date.now();
    return [alert("FrontDoorDrainIncomplete", late ? "critical" : "info",
      late ? `The drain is past its deadline, with ${number(now.remaining)} connections left.`
        : `The service drains: ${number(now.remaining)} connections are left.`)];
  }
  return now?.state === "drained"
    ? [alert("FrontDoorDrainIncomplete", "info", "The service is drained and takes no worker. Cancel the drain to open it again.")]
    : [];
}

function notifiers({health}) {
  return Object.entries(health?.components?.notifiers?.details ?? {}).map(([name, details]) =>
    alert("FrontDoorNotifierFailing", "critical", `The notifier ${name} is down: ${details.reason}.`));
}

function limit({health}) {
  const {connections = 0, limit: most = 0} = health?.components?.frontDoor?.details ?? {};
  return most > 0 && connections > NEAR_LIMIT * most
    ? [alert("FrontDoorNearConnectionLimit", "warning", `${percent(connections, most)} of the connection limit is in use.`)]
    : [];
}

function storm({rates, workers}) {
  const begin = Date.now() - TEN_MINUTES;
  const recent = rates.filter(({from}) => Date.parse(from) >= begin);
  const opened = recent.reduce((sum, {admitted, rejected}) => sum + admitted + rejected, 0);
  const departed = recent.reduce((sum, interval) => sum + interval.departed, 0);
  const now = Math.max(workers.size, MIN_CONNECTIONS);
  return departed > STORM_FACTOR * now && opened > STORM_FACTOR * now
    ? [alert("FrontDoorReconnectStorm", "warning",
      `Workers reconnect all the time: ${number(departed)} connections ended in ten minutes, and ${number(workers.size)} workers are registered.`)]
    : [];
}

function rejections({rates, workers, health}) {
  const rejected = rates.reduce((sum, interval) => sum + interval.rejected, 0);
  const all = rates.reduce((sum, interval) => sum + interval.admitted, rejected);
  const connections = health?.components?.frontDoor?.details?.connections ?? workers.size;
  return all > 0 && rejected > REJECTED_SHARE * all && workers.size < (1 - REJECTED_SHARE) * connections
    ? [alert("FrontDoorRejectionsRising", "warning",
      `${percent(rejected, all)} of the registrations of the last 15 minutes were rejected.`)]
    : [];
}

function abnormalCloses({departures}) {
  const begin = Date.now() - TEN_MINUTES;
  const recent = departures.filter(({endedAt}) => Date.parse(endedAt) >= begin);
  const abnormal = recent.filter(({code}) => isAbnormal(code)).length;
  return abnormal > ABNORMAL_SHARE * recent.length && abnormal > 10 * ABNORMAL_PER_MINUTE
    ? [alert("FrontDoorAbnormalCloses", "warning", `${percent(abnormal, recent.length)} of the latest connections ended abnormally.`)]
    : [];
}

function certificates({health}) {
  const bundles = Object.entries(health?.components?.ssl?.details ?? {});
  const soon = Date.now() + EXPIRY_DAYS * 86_400_000;
  return bundles.flatMap(([name, {expiresAt, notUpdated}]) => [
    ...(expiresAt && Date.parse(expiresAt) < soon ? [expiring(name, expiresAt)] : []),
    ...(notUpdated ? [alert("FrontDoorTlsUpdateRefused", "warning", `The files of SSL bundle ${name} cannot be used: ${notUpdated}.`)] : []),
  ]);
}

function directory({health, fleet}) {
  const {status, details} = health?.components?.directory ?? {};
  const lapsed = fleet?.instances?.filter(({live}) => !live) ?? [];
  const workers = lapsed.reduce((sum, instance) => sum + instance.workers, 0);
  return [
    ...(status === "DOWN" ? [alert("FrontDoorDirectoryDown", "warning",
      `The directory of the fleet cannot be reached${details?.reason ? `: ${details.reason}` : ""}.`)] : []),
    ...(lapsed.length ? [alert("FrontDoorWorkersLost", "warning",
      `The lease of ${lapsed.length === 1 ? `instance ${lapsed[0].name}` : counted(lapsed.length, "instance")} has lapsed, with ${counted(workers, "worker")}.`)] : []),
  ];
}

function expiring(bundle, expiresAt) {
  const left = (Date.parse(expiresAt) - Date.now()) / 1000;
  return alert("FrontDoorCertificateExpiring", left > 0 ? "warning" : "critical",
    left > 0 ? `The certificate of SSL bundle ${bundle} expires in ${duration(left)}.`
      : `The certificate of SSL bundle ${bundle} has expired.`);
}
