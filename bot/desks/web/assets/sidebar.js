// Sections with their counters, accounts, and the signed-in operator.

import { ask } from "./api.js";
import { h, icon, put } from "./dom.js";
import { t } from "./i18n.js";
import { desk, known, on } from "./state.js";
import { avatar } from "./avatar.js";
import { bell, say } from "./notices.js";
import { openMenu } from "./windows.js";
import { permissions } from "./alerts.js";
import { summon } from "./pane.js";

export const SECTIONS = [
  { name: "new", label: () => t("New|section"), sign: "inbox" },
  { name: "work", label: () => t("In progress"), sign: "work" },
  { name: "mine", label: () => t("Mine"), sign: "mine" },
  { name: "all", label: () => t("All"), sign: "all" },
  { name: "closed", label: () => t("Closed|section"), sign: "closed" },
];

/** Entries below the sections: commands whose answers open in the pane, shown if the hub has them. */
const SHELVES = [
  { word: "tasks", sign: "task" },
  { word: "important", sign: "star" },
  { word: "report", sign: "chart" },
  { word: "settings", sign: "gear" },
];

export const sectionLabel = (name) => SECTIONS.find((section) => section.name === name).label();

/** `choose(section, account)` shows another list; `leave()` signs out. */
export function sidebar(choose, leave) {
  const sections = h("div.sections", { role: "group", "aria-label": t("Sections") });
  const accounts = h("div.accounts", { role: "group", "aria-label": t("Accounts") });
  const draw = () => {
    put(
      sections,
      SECTIONS.map((section) => sectionButton(section, choose)),
    );
    put(accounts, desk.me.accounts.length > 1 ? accountButtons(choose) : null);
  };
  on("counters", draw);
  on("section", draw);
  draw();
  return h("nav.side", { "aria-label": t("Dialogs") }, [
    h("div.brand", {}, [h("span.mark", {}, icon("chat", 17)), h("span.name", {}, t("Dialog hub")), bell()]),
    sections,
    h("div.shelves", { role: "group", "aria-label": t("Workplace") }, [h("h2", {}, t("Workplace")), shelves()]),
    accounts,
    me(leave),
  ]);
}

function sectionButton(section, choose) {
  const count = desk.counters[section.name] || 0;
  const chosen = desk.section === section.name;
  const button = h(
    "button.entry",
    {
      type: "button",
      title: section.label(),
      "aria-current": chosen ? "true" : null,
      data: { section: section.name },
    },
    [
      icon(section.sign, 17),
      h("span.label", {}, section.label()),
      count ? h("span.count", { title: t("Waiting for a reply") }, String(count)) : null,
    ],
  );
  button.addEventListener("click", () => choose(section.name, desk.account));
  return button;
}

function shelves() {
  return SHELVES.filter(({ word }) => known(word)).map(({ word, sign }) => {
    const label = known(word).label || word;
    return h(
      "button.entry",
      { type: "button", title: label, data: { shelf: word }, onclick: () => summon(word) },
      [icon(sign, 17), h("span.label", {}, label)],
    );
  });
}

function accountButtons(choose) {
  const all = { name: "", title: t("All accounts") };
  const buttons = [all, ...desk.me.accounts].map((account) => {
    const chosen = desk.account === account.name;
    const button = h(
      "button.entry",
      { type: "button", title: account.title, "aria-pressed": String(chosen), data: { account: account.name } },
      [
        h("span.dot", { data: { hue: String(account.name ? tint(account.name) : 8) } }),
        h("span.label", {}, account.title),
      ],
    );
    button.addEventListener("click", () => choose(desk.section, account.name));
    return button;
  });
  return [h("h2", {}, t("Accounts")), ...buttons];
}

/** An account's colour, the same everywhere. */
export function tint(account) {
  const place = desk.me.accounts.findIndex((one) => one.name === account);
  return place < 0 ? 8 : place % 8;
}

/**
 * Signs out. `what`: "session" for this browser, or "sessions" for all of this operator's. If the hub cannot be
 * reached, the operator stays signed in and is told so.
 */
async function signOut(what, leave) {
  try {
    await ask("DELETE", what);
  } catch (error) {
    if (error.status !== 401) return say(t("Not signed out: the hub is unreachable. Try again."), "problem");
  }
  leave();
}

const notificationsLabel = () => `${known("notifications").label}…`;

function me(leave) {
  const button = h("button.me", { type: "button", "aria-haspopup": "menu", title: t("You") }, [
    avatar(desk.me.name, "", "small"),
    h("span.label", {}, desk.me.name),
    icon("more", 16),
  ]);
  button.addEventListener("click", () =>
    openMenu(button, [
      ...permissions(),
      ...(known("notifications") ? [{ label: notificationsLabel(), run: () => summon("notifications") }] : []),
      { label: t("Sign out"), run: () => signOut("session", leave) },
      { label: t("Sign out everywhere"), run: () => signOut("sessions", leave) },
    ]),
  );
  return button;
}
