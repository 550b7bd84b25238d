// The page: starts, signs in, puts the parts together, and follows the address.

import { watch } from "./alerts.js";
import { ask, onSignedOut } from "./api.js";
import { steady } from "./avatar.js";
import { onAnswer } from "./deeds.js";
import { h, icon, put } from "./dom.js";
import { speak, t } from "./i18n.js";
import { freshen, list, rearrange, reload } from "./list.js";
import { Live } from "./live.js";
import { arrived, say, showView, toasts } from "./notices.js";
import { closePane, NARROW, pane } from "./pane.js";
import { onSection } from "./places.js";
import { sidebar } from "./sidebar.js";
import { signIn } from "./signin.js";
import { keepTimes } from "./signs.js";
import { changed, desk, memory, on } from "./state.js";
import { thread } from "./thread.js";
import { buttonsOf } from "./view.js";
import { closeMenu } from "./windows.js";

const page = document.getElementById("page");
let shown = null; // the desk's parts, while someone is signed in

async function begin() {
  try {
    speak(await ask("GET", "words"));
  } catch {
    speak({ locale: "en", words: {} });
  }
  document.title = t("Dialogs");
  onSignedOut(leave);
  onAnswer({ view: showView, words: say });
  watch();
  keepTimes();
  window.addEventListener("hashchange", follow);
  document.addEventListener("keydown", keys);
  document.addEventListener("visibilitychange", () => document.hidden || shown?.thread.refresh());
  await enter();
}

// ------------------------------------------------------------------------------- coming and going

async function enter() {
  try {
    Object.assign(desk, { ...fromState(await ask("GET", "state")), dialog: null, search: "" });
  } catch (error) {
    if (error.status === 401) return leave();
    return unreachable();
  }
  desk.section = memory.get("section", "new");
  desk.account = desk.me.accounts.some((one) => one.name === memory.get("account", ""))
    ? memory.get("account", "")
    : "";
  build();
  changed("counters", "notices");
  reload().catch(() => {});
  follow();
}

const fromState = ({ counters, notices, ...me }) => ({ me, counters, notices });

/** Reloads the page after signing out, so that nothing of the last operator stays in it. */
function leave() {
  if (!shown) return put(page, signIn(enter));
  shown.live.shut();
  desk.leaving = true;
  location.reload();
}

function unreachable() {
  const again = h("button.button", { type: "button", onclick: enter }, t("Try again"));
  put(
    page,
    h(
      "main.gate",
      {},
      h("div.blank", {}, [
        h("div.sign", {}, icon("offline", 30)),
        h("p", { role: "alert" }, t("The hub is unreachable. Try again.")),
        again,
      ]),
    ),
  );
}

// ------------------------------------------------------------------------------------ the desk

function build() {
  const live = new Live(
    {
      counters: (counters) => {
        desk.counters = counters;
        changed("counters");
      },
      list: ({ rows }) => {
        rows.forEach((row) => steady(row.contact));
        freshen(rows);
      },
      rows: ({ order, rows }) => {
        rows.forEach((row) => steady(row.contact));
        rearrange(order, rows);
      },
      dialog: (told) => shown?.thread.take(told),
      notice: (notice) => arrived(notice, isShown),
      signed_out: leave,
    },
    (online) => {
      if (desk.online === online) return;
      desk.online = online;
      changed("online");
    },
  );
  const parts = { live, thread: thread(stream, () => (location.hash = "")) };
  shown = parts;
  onSection((name) => {
    if (matchMedia(NARROW).matches) location.hash = ""; // there the dialog covers the list
    choose(name, desk.account);
  });
  const banner = h("div.banner", { role: "status", hidden: desk.online }, [
    icon("offline", 16),
    t("No connection to the hub. Reconnecting…"),
  ]);
  on("online", () => {
    banner.hidden = desk.online;
    if (desk.online) parts.thread.refresh();
  });
  put(
    page,
    h("div.desk", {}, [banner, sidebar(choose, leave), list(restart), parts.thread.node, pane()]),
    toasts(),
    h("div.drop-here", {}, t("Drop files here")),
  );
}

/** Tells whether a notice's buttons are already shown next to a message, so that no toast is needed. */
function isShown(notice) {
  const buttons = buttonsOf(notice.view);
  return buttons.length > 0 && !document.hidden && buttons.every((button) => shown?.thread.knows(button.token));
}

/** Tells the live stream what to follow. `talk`: the open dialog. */
function stream(talk) {
  if (!shown) return;
  const wants = { section: desk.section, account: desk.account, text: desk.search, dialog: talk?.number ?? null };
  shown.live.show(wants, { notice: desk.notices.at(-1)?.id ?? 0, revision: talk?.revision ?? 0 });
  shown.talk = talk;
}

function choose(section, account) {
  Object.assign(desk, { section, account });
  memory.set("section", section);
  memory.set("account", account);
  changed("section");
  restart();
}

function restart() {
  reload().catch(() => {});
  stream(shown.talk);
}

/** Opens what the address names: `#/dialog/1042`, `#/dialog/1042/POST`, `#/dialog/1042/~MESSAGE`. */
function follow() {
  if (!shown) return;
  closeMenu();
  const found = location.hash.match(/^#\/dialog\/(\d+)(?:\/(.+))?$/u);
  desk.dialog = found ? Number(found[1]) : null;
  document.body.classList.toggle("reading", Boolean(found));
  changed("dialog");
  shown.thread.show(desk.dialog, found?.[2] ? decodeURIComponent(found[2]) : "");
}

function keys(event) {
  if (!shown || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape" && !event.defaultPrevented && event.target === document.body)
    closePane() || (location.hash = "");
  const typing = event.target.closest("input, textarea, select");
  if (event.key === "/" && !typing) {
    event.preventDefault();
    document.querySelector(".list input[type=search]").focus();
  }
  const step = event.altKey && { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const next = desk.rows[desk.rows.findIndex((row) => row.dialog.id === desk.dialog) + step];
  if (next) location.hash = `#/dialog/${next.dialog.id}`;
}

begin();
