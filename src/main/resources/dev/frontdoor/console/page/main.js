/** Starts the page. */

import {Page} from "./core/page.js";
import {restoreTheme} from "./core/theme.js";
import {el, h, render} from "./ui/dom.js";
import {App} from "./views/app.js";

const root = document.getElementById("app");

/** Relative times change by themselves. */
const TICK = 1000;

async function start() {
  restoreTheme();
  const response = await fetch("endpoints.json").catch(() => {
    throw new Error("The service does not answer. Is it running, and does this address lead to it?");
  });
  if (!response.ok) throw new Error(`The service answered with ${response.status}.`);
  const page = new Page(await response.json(), () => render(h(App, {page}), root));
  for (const change of ["hashchange", "resize"]) window.addEventListener(change, () => page.draw());
  setInterval(() => {
    if (!document.hidden) page.draw();
  }, TICK);
  page.start();
}

root.replaceChildren();
start().catch((error) =>
  render(el.main({class: "broken"}, el.h1({}, "The console did not start"), el.p({}, error.message),
    el.button({type: "button", class: "primary", onClick: () => location.reload()}, "Try again")), root));
