/** The instances of the fleet, as the directory knows them. */

import {counted, number} from "../core/format.js";
import {href} from "../core/router.js";
import {el} from "../ui/dom.js";
import {Badge, Facts, Fault, Link, Panel, Share, Text, When} from "../ui/parts.js";
import {isMedium} from "../ui/table.js";

const {li, p, small, table, tbody, td, th, thead, tr, ul} = el;

const MOST = 50;

/** Null without a directory. @param {import("../core/store.js").Store} store */
export function fleetInstances({fleet, instance}) {
  if (!fleet) return null;
  const {instances = [], matching = 0, fault} = fleet;
  const shown = instances.slice(0, MOST);
  const row = (each) => cells(each, each.name === instance, matching);
  return Panel({
    title: fault ? "Fleet" : `Fleet: ${counted(matching, "worker")} on ${counted(instances.length, "instance")}`,
    aside: Link({to: href("fleet"), children: "All workers"}),
    children: fault ? Fault({message: fault}) : [
      isMedium() ? cards(shown.map(row)) : grid(shown.map(row)),
      instances.length > MOST ? p({class: "hint"}, `and ${number(instances.length - MOST)} more`) : null,
    ],
  });
}

function cells({name, version, workers, live, draining, renewedAt, expiresAt}, own, all) {
  return {
    name,
    values: [
      ["Instance", [Text({value: name}), own ? small({}, " this one") : null]],
      ["Version", version],
      ["State", live ? Badge(draining ? {tone: "warning", children: "draining"} : {tone: "good", children: "takes workers"})
        : Badge({tone: "critical", children: "lease lapsed"})],
      ["Workers", Share({count: workers, whole: all, title: `Workers of ${name}`})],
      ["Lease renewed", When({date: renewedAt})],
      [live ? "Lease ends" : "Lease ended", When({date: expiresAt})],
    ],
  };
}

function grid(rows) {
  const titles = ["Instance", "Version", "State", "Workers", "Lease renewed (UTC)", "Lease ends (UTC)"];
  return table({class: "plain-table"},
    thead({}, tr({}, titles.map((title) => th({key: title, scope: "col"}, title)))),
    tbody({}, rows.map(({name, values: [first, ...others]}) =>
      tr({key: name}, th({scope: "row"}, first[1]), others.map(([title, value]) => td({key: title}, value))))));
}

function cards(rows) {
  return ul({class: "cards columns"}, rows.map(({name, values}) => li({key: name}, Facts({pairs: values}))));
}
