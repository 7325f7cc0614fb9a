/** The frame of all views: navigation, state of the connection, dialogs and messages. */

import {alerts} from "../core/alerts.js";
import {number} from "../core/format.js";
import {currentRoute, href} from "../core/router.js";
import {PROMPTS} from "../core/session.js";
import {switchTheme, theme} from "../core/theme.js";
import {ActionDialog, TokenDialog} from "../ui/dialog.js";
import {classes, Component, el, h} from "../ui/dom.js";
import {Badge} from "../ui/parts.js";
import {ActionsView} from "./actions.js";
import {DeparturesView} from "./departures.js";
import {FleetView} from "./fleet.js";
import {NotifiersView} from "./notifiers.js";
import {OverviewView} from "./overview.js";
import {RejectionsView} from "./rejections.js";
import {RunbookView} from "./runbook.js";
import {WorkerView} from "./worker.js";
import {WorkersView} from "./workers.js";

const {a, button, div, header, li, main, nav, p, span, ul} = el;

const VIEWS = [
  {key: "overview", title: "Overview", view: OverviewView},
  {key: "workers", title: "Workers", view: WorkersView},
  {key: "fleet", title: "Fleet", view: FleetView, needs: "fleet"},
  {key: "departures", title: "Departures", view: DeparturesView},
  {key: "notifiers", title: "Notifiers", view: NotifiersView},
  {key: "rejections", title: "Rejections", view: RejectionsView},
  {key: "actions", title: "Actions", view: ActionsView, operate: true},
];

const LINKS = {
  connecting: ["quiet", "Connecting …"],
  live: ["good", "Live"],
  broken: ["warning", "Reconnecting …"],
  refused: ["critical", "No events"],
};

/** @typedef {import("../core/page.js").Page} Page */
/** @typedef {{page: Page, route: import("../core/router.js").Route, ask: (action: import("../ui/dialog.js").Action) => void}} ViewProps */

/** @param {{page: Page}} props */
export class App extends Component {
  state = {action: null, askedIn: ""};

  /** Another view, as by the key "back", takes the question away. */
  #ask = (action) => this.setState({action, askedIn: place(currentRoute())});

  #onDone = (message) => {
    this.setState({action: null});
    this.props.page.say(message);
  };

  render({page}, {action, askedIn}) {
    const route = currentRoute();
    const shown = view(route, page.api);
    const {session, store} = page;
    document.title = `${shown.title} · Worker front door`;
    return div({class: "app"},
      a({class: "skip", href: "#content", onClick: skip}, "Skip to the content"),
      header({class: "side"},
        div({class: "brand"}, span({class: "logo", "aria-hidden": "true"}), span({class: "text"}, "Worker front door")),
        navigation(page, shown.key),
        div({class: "side-end"}, link(store), who(page), themeSwitch(page))),
      main({id: "content", class: "view", tabIndex: -1},
        store.link === "refused" || store.link === "broken" ? p({class: "notice"}, `${store.linkReason} The page shows the last state that it knows.`) : null,
        h(shown.view, {page, route, ask: this.#ask, key: place(route)})),
      div({class: classes("message", page.message && "shown"), role: "status"}, page.message),
      action && askedIn === place(route) ? h(ActionDialog, {action, onDone: this.#onDone, onCancel: () => this.setState({action: null})}) : null,
      session.prompt ? h(TokenDialog, {
        key: session.prompt, reason: PROMPTS[session.prompt], refused: session.prompt === "wrong" || session.prompt === "expired",
        onToken: (token) => page.signIn(token), onCancel: () => session.dismiss(),
      }) : null);
  }
}

/** What a question belongs to: a view, and what it shows. */
const place = ({view: key, id}) => `${key} ${id ?? ""}`;

function view({view: key, id}, api) {
  if (key === "workers" && id) return {key: "worker", title: "Worker", view: WorkerView};
  if (key === "runbook") return {key, title: "Runbook", view: RunbookView};
  return VIEWS.find((each) => each.key === key && isThere(each, api)) ?? VIEWS[0];
}

/** Whether the service has what a view shows. */
const isThere = ({needs}, api) => !needs || api.has(needs);

function skip(event) {
  event.preventDefault();
  document.getElementById("content").focus();
}

function navigation({session, store, api}, shown) {
  const counts = {overview: alerts(store).filter(({severity}) => severity !== "info").length, workers: store.workers.size, fleet: store.fleet?.matching};
  return nav({"aria-label": "Views"}, ul({},
    VIEWS.filter((each) => isThere(each, api) && (!each.operate || session.mayChange)).map(({key, title}) =>
      li({key}, a({href: href(key), "aria-current": shown === key || (shown === "worker" && key === "workers") ? "page" : undefined},
        title, counts[key] ? span({class: classes("count", key === "overview" && "alert")}, number(counts[key])) : null)))));
}

function link({link: state, instance}) {
  const [tone, words] = LINKS[state];
  return div({class: "link"}, Badge({tone, children: words}), instance ? el.small({title: instance}, instance) : null);
}

function who({session, api}) {
  const name = session.operator?.name;
  return div({class: "who"},
    name ? span({title: session.operator.roles.join(", ") || "no role"}, name) : null,
    api.token || !session.mayChange || session.operator?.proof === "none"
      ? button({type: "button", class: "plain", onClick: () => session.ask("chosen")}, api.token ? "Other token" : "Sign in")
      : null);
}

function themeSwitch(page) {
  return button({type: "button", class: "plain", "aria-label": `Theme: ${theme()}`, onClick: () => {
    switchTheme();
    page.draw();
  }}, span({class: "wide"}, "Theme:\u00a0"), theme());
}
