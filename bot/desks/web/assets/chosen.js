// Messages selected with 🔖 and the actions on them: a bar above the composer while any are selected.

import { command, react } from "./deeds.js";
import { h, put, tool } from "./dom.js";
import { t } from "./i18n.js";
import { known } from "./state.js";

export const SIGN = "🔖";
const ACTIONS = ["link", "forward", "task"]; // those that take several messages; offered if the hub has them

export function chosenBar() {
  const node = h("div.chosen-bar", { role: "toolbar", "aria-label": t("Selected messages"), hidden: true });
  let drawn = "";
  return {
    node,
    draw(talk) {
      const { chosen, number } = talk;
      const stamp = `${number} ${chosen.join()}`;
      if (stamp === drawn) return;
      drawn = stamp;
      node.hidden = !chosen.length;
      put(node, h("span.count", {}, `${SIGN} ${t("Selected: {n}", { n: chosen.length })}`), acts(number), clear(talk));
    },
  };
}

function acts(number) {
  return ACTIONS.map(known)
    .filter(Boolean)
    .map((one) =>
      h("button.button.little", { type: "button", onclick: () => command(one.word, number) }, one.label || one.word),
    );
}

function clear(talk) {
  return tool("close", t("Clear selection"), async () => {
    for (const id of talk.chosen) {
      const message = talk.messages.get(id);
      if (message) await react(talk.number, message, SIGN, false);
    }
  });
}
