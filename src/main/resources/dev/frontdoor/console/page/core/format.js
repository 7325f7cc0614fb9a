/** Numbers, dates and durations as texts. Dates are in UTC, as in the log of the service. */

const NUMBER = new Intl.NumberFormat("en-US");
const ONE_DIGIT = new Intl.NumberFormat("en-US", {maximumFractionDigits: 1});

/** @param {number} value */
export const number = (value) => NUMBER.format(value);

/** A rate with one digit, or none from 100 on. @param {number} value */
export const rate = (value) => (value >= 100 ? NUMBER.format(Math.round(value)) : ONE_DIGIT.format(value));

/** @param {number} part @param {number} whole */
export const percent = (part, whole) => (whole > 0 ? `${ONE_DIGIT.format((100 * part) / whole)} %` : "0 %");

/** `1 worker`, `2 workers`. @param {number} count @param {string} noun */
export const counted = (count, noun) => `${number(count)} ${noun}${count === 1 ? "" : "s"}`;

/** `the latest 30`, `4 of 30`. @param {number} shown @param {number} all */
export const shownOf = (shown, all) => (all === 0 ? "" : shown === all ? `the latest ${number(all)}` : `${number(shown)} of ${number(all)}`);

/** `2026-11-22 10:07:59 UTC`. @param {string} date */
export const exact = (date) => `${date.slice(0, 10)} ${date.slice(11, 19)} UTC`;

/** The time of today, or date and time. @param {string} date */
export function clock(date) {
  const today = new Date().toISOString().slice(0, 10);
  return date.startsWith(today) ? date.slice(11, 19) : `${date.slice(5, 10)} ${date.slice(11, 16)}`;
}

/** `now`, `12 s ago`, `in 3 min`. @param {string} date */
export function relative(date) {
  const seconds = Math.round((Date.now() - Date.parse(date)) / 1000);
  if (Math.abs(seconds) < 1) return "now";
  return seconds > 0 ? `${duration(seconds)} ago` : `in ${duration(-seconds)}`;
}

/** `45 s`, `3 min`, `5 h`, `2 d`. @param {number} seconds */
export function duration(seconds) {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 10 && !Number.isInteger(seconds)) return `${ONE_DIGIT.format(seconds)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** The seconds of an ISO duration such as `PT1M2.5S`. @param {string} text */
export function seconds(text) {
  const parts = /^PT(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?$/.exec(text) ?? [];
  return Number(parts[1] ?? 0) * 3600 + Number(parts[2] ?? 0) * 60 + Number(parts[3] ?? 0);
}

/** A JSON text with line breaks, or the text itself if it is none. @param {string} text */
export function prettyJson(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
