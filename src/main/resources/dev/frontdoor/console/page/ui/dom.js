/** Elements without markup: `div({class: "card"}, "text")`. What is a text stays a text. */

import {h} from "../lib/preact.js";

export {Component, createRef, h, render} from "../lib/preact.js";

/** @typedef {import("preact").ComponentChildren} Children */

/** A function for each element. @type {Record<string, (attributes?: object|null, ...children: Children[]) => import("preact").VNode>} */
export const el = new Proxy({}, {
  get: (_, name) => (attributes, ...children) => h(/** @type {string} */ (name), attributes ?? null, ...children),
});

/** Joins the class names that are true. @param {...(string|false|null|undefined)} names */
export const classes = (...names) => names.filter(Boolean).join(" ");
