/** The state of the view is in the address, behind `#`: `#/workers/17`, `#/workers?taskQueue=billing`. */

/** @typedef {{view: string, id: string|null, params: URLSearchParams}} Route */

/** @return {Route} */
export function currentRoute() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?", 2);
  const [view, id] = path.split("/");
  return {
    view: view || "overview",
    id: id ? decodeURIComponent(id) : null,
    params: new URLSearchParams(query),
  };
}

/** The address of a view. @param {string} view @param {{id?: string|number, params?: Record<string, string>|URLSearchParams}} state */
export function href(view, {id, params} = {}) {
  const query = String(new URLSearchParams(params ?? {}));
  return `#/${view}${id === undefined ? "" : `/${encodeURIComponent(id)}`}${query ? `?${query}` : ""}`;
}

/** Goes to another view. */
export function go(view, state) {
  location.hash = href(view, state);
}

/**
 * Changes parts of the state; an empty value removes one. The browser's history gets no entry, so that
 * "back" leads to the view before, not through each letter of a search.
 *
 * @param {Record<string, string>} changes
 */
export function change(changes) {
  const {view, id, params} = currentRoute();
  for (const [key, value] of Object.entries(changes)) {
    if (value) params.set(key, value);
    else params.delete(key);
  }
  history.replaceState(null, "", href(view, {id: id ?? undefined, params}));
  window.dispatchEvent(new HashChangeEvent("hashchange"));
}
