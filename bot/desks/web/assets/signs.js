// Small elements that rows and cards share: a dialog's status, its account, its customer's waiting time.

import { h } from "./dom.js";
import { ago, moment, span, t } from "./i18n.js";
import { tint } from "./sidebar.js";

const STATUS = {
  new: () => t("New|status"),
  in_progress: () => t("In progress|status"),
  returned: () => t("Returned to queue"),
  for_review: () => t("For review"),
  closed: () => t("Closed"),
};

export function accountOf(dialog, title) {
  return h("span.account", { title }, [h("span.dot", { data: { hue: String(tint(dialog.account)) } }), title]);
}

export function chip(status) {
  return h("span.chip", { data: { status } }, STATUS[status]());
}

/** How long the customer has been waiting; the colour gets warmer with time. */
export function waiting(since) {
  const shown = h("span.waiting", { data: { waiting: since }, title: `${t("Waiting since")} ${moment(since)}` });
  tell(shown);
  return shown;
}

function tell(node) {
  const seconds = Math.max(0, (Date.now() - new Date(node.dataset.waiting)) / 1000);
  node.textContent = seconds < 45 ? t("now") : span(seconds);
  node.dataset.heat = seconds > 3600 ? "hot" : seconds > 900 ? "warm" : "cool";
}

/** Keeps all times on the page current. */
export function keepTimes() {
  setInterval(() => {
    for (const node of document.querySelectorAll("[data-ago]")) node.textContent = ago(node.dataset.ago);
    document.querySelectorAll("[data-waiting]").forEach(tell);
  }, 20000);
}
