/** Light or dark: as the system has it, unless the operator has chosen. */

const KEY = "front-door-theme";
const NEXT = {system: "light", light: "dark", dark: "system"};

/** @return {"system"|"light"|"dark"} */
export const theme = () => document.documentElement.dataset.theme ?? "system";

/** Applies what was chosen before. */
export function restoreTheme() {
  apply(localStorage.getItem(KEY) ?? "system");
}

/** Goes on to the next of system, light and dark. */
export function switchTheme() {
  const next = NEXT[theme()];
  localStorage.setItem(KEY, next);
  apply(next);
}

function apply(chosen) {
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  else delete document.documentElement.dataset.theme;
}
