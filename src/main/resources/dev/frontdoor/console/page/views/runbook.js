/** The runbook of the service, from the same jar: one section, or all. */

import {blocks, sections} from "../core/markdown.js";
import {href} from "../core/router.js";
import {Component, el} from "../ui/dom.js";
import {Empty, Fault, Link} from "../ui/parts.js";

const {article, div, h1, h2, header, li, nav, ul} = el;

export class RunbookView extends Component {
  state = {all: null, fault: ""};

  async componentDidMount() {
    try {
      const response = await fetch("runbook.md");
      this.setState({all: sections(await response.text())});
    } catch (error) {
      this.setState({fault: error.message});
    }
  }

  /** @param {import("./app.js").ViewProps} props */
  render({route}, {all, fault}) {
    const chosen = all?.find(({title}) => title === route.id) ?? all?.find(({title}) => title === "First checks");
    return div({class: "stack"},
      header({class: "view-head"}, h1({}, "Runbook")),
      fault ? Fault({message: fault}) : null,
      chosen ? div({class: "handbook"}, contents(all, chosen), article({class: "prose"}, h2({}, chosen.title), blocks(chosen.body)))
        : fault ? null : Empty({title: "Reading …"}));
  }
}

function contents(all, chosen) {
  return nav({"aria-label": "Sections of the runbook"}, ul({}, all.filter(({body, level}) => body && level > 1).map(({title}) =>
    li({key: title}, Link({to: href("runbook", {id: title}), "aria-current": title === chosen.title ? "page" : undefined, children: title})))));
}
