/** A chart of rates over the last minutes, drawn as SVG so that the styles color it. */

import {rate} from "../core/format.js";
import {el, h} from "./dom.js";

const {div, figcaption, figure, g, line, path, span, svg} = el;

const WIDTH = 720;
const HEIGHT = 140;

/**
 * @param {{title: string, series: {name: string, style: string, values: number[]}[], minutes: number}} props
 *   the values of each series from the oldest to the newest
 */
export function RateChart({title, series, minutes}) {
  const highest = ceiling(Math.max(1, ...series.flatMap(({values}) => values)));
  const y = (value) => HEIGHT * (1 - value / highest);
  const ticks = [0, highest / 2, highest];
  return figure({class: "chart"},
    figcaption({},
      series.map(({name, style, values}) =>
        span({class: `legend ${style}`, key: name}, span({class: "key", "aria-hidden": "true"}), `${name} `,
          span({class: "value"}, `${rate(values.at(-1) ?? 0)}/s`)))),
    div({class: "plot"},
      svg({viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": description(title, series), preserveAspectRatio: "none"},
        g({class: "grid"}, ticks.map((tick) => line({key: tick, x1: 0, x2: WIDTH, y1: y(tick), y2: y(tick)}))),
        series.map(({name, style, values}) => path({key: name, class: style, d: curve(values, y)}))),
      div({class: "scale-y", "aria-hidden": "true"}, [...ticks].reverse().map((tick) => span({key: tick}, rate(tick))))),
    div({class: "scale-x", "aria-hidden": "true"}, [minutes, (2 * minutes) / 3, minutes / 3].map((ago) => span({key: ago}, `${ago} min ago`)), span({}, "now")));
}

function description(title, series) {
  const each = series.map(({name, values}) => `${name} ${rate(values.at(-1) ?? 0)} per second now, at most ${rate(Math.max(0, ...values))}`);
  return `${title}: ${each.join("; ")}.`;
}

function curve(values, y) {
  const step = WIDTH / Math.max(1, values.length - 1);
  return values.map((value, index) => `${index === 0 ? "M" : "L"}${(index * step).toFixed(1)} ${y(value).toFixed(1)}`).join("");
}

/** The next of 1, 2 or 5 times a power of ten. */
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= value) ?? value;
}

/**
 * How many calls took how long, as bars.
 *
 * @param {{title: string, buckets: {upTo: string, count: number}[]}} props
 */
export function Histogram({title, buckets}) {
  const most = Math.max(1, ...buckets.map(({count}) => count));
  return h("div", {class: "histogram", role: "img", "aria-label": `${title}: ${buckets.filter(({count}) => count).map(({upTo, count}) => `${count} up to ${upTo}`).join(", ") || "no calls"}`},
    buckets.map(({upTo, count}) =>
      div({key: upTo, class: "bar", title: `${count} up to ${upTo}`},
        span({style: {height: `${count ? Math.max(3, (100 * count) / most) : 0}%`}}), el.small({}, upTo))));
}
