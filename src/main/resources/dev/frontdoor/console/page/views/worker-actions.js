/** What an operator may do to one worker. */

import {go} from "../core/router.js";

/** @typedef {import("../ui/dialog.js").Action} Action */

/** @param {import("../core/api.js").Api} api @param {{pid: number, identity: string|null}} worker @return {Action} */
export function disconnect(api, {pid, identity}, fields) {
  return {
    title: "Disconnect this worker?",
    text: `Its connection is closed with 4500, which tells ${identity} not to come back.`,
    confirm: "Disconnect",
    dangerous: true,
    fields,
    run: async ({reason}) => {
      await api.change("DELETE", `registrations/${pid}`, {params: reason ? {reason} : {}});
      return `${identity} was disconnected.`;
    },
  };
}

/** @param {import("../core/api.js").Api} api @param {string|null} identity @return {Action} */
export function ban(api, identity, fields) {
  return {
    title: "Ban this identity?",
    text: `Registrations of ${identity} are rejected for that time, and its connections are closed with 4500.`,
    confirm: "Ban",
    dangerous: true,
    fields,
    run: async ({duration, reason}) => {
      await api.change("POST", "bans", {body: {identity, duration, disconnect: true, ...(reason ? {reason} : {})}});
      go("actions");
      return `${identity} is banned for ${duration}.`;
    },
  };
}
