// A section's list: contact, account, waiting time, last message.

import { ask } from "./api.js";
import { avatar } from "./avatar.js";
import { openContact } from "./contact.js";
import { endless, h, icon, keep, put, settled } from "./dom.js";
import { ago, moment, t } from "./i18n.js";
import { isNamedIn, lookedAt } from "./notices.js";
import { findings } from "./search.js";
import { sectionLabel } from "./sidebar.js";
import { accountOf, chip, waiting } from "./signs.js";
import { changed, desk, on } from "./state.js";

/** Calls `restart()` when a filter of the list has changed. */
export function list(restart) {
  const heading = h("h1", {});
  const filter = h("span.filter", {});
  const rows = h("ul.rows", { "aria-label": t("Dialogs") });
  const widen = () => finder.everywhere();
  const wider = h("button.button.little", { type: "button", onclick: widen }, t("Search everywhere"));
  const foot = h("div.foot", {});
  const section = h("div.section", {}, [rows, foot]);
  const pane = h("div.scroll", { tabindex: "-1" }, section);
  const finder = searching(pane, section, restart);
  const goOn = endless(pane, foot, () => desk.more && !desk.loading, more);

  const draw = () => {
    lookedAt(desk.dialog);
    heading.textContent = sectionLabel(desk.section);
    const account = desk.me.accounts.find((one) => one.name === desk.account);
    filter.textContent = account ? account.title : "";
    finder.draw();
    keep(rows, desk.rows, {
      key: (row) => row.dialog.id,
      stamp: (row) => JSON.stringify([row, row.dialog.id === desk.dialog, isNamedIn(row.dialog.id)]),
      draw: entry,
    });
    put(foot, desk.loading ? skeleton() : desk.rows.length ? null : nothing(wider));
    goOn();
  };
  on("list", draw);
  on("dialog", draw);
  on("notices", draw);
  document.addEventListener("visibilitychange", draw);
  const node = h("section.list", { "aria-label": t("Dialogs") }, [
    h("header", {}, [h("div.headline", {}, [heading, filter]), finder.node]),
    pane,
  ]);
  node.addEventListener("keydown", (event) => arrows(event, node));
  draw();
  return node;
}

/**
 * The search field and its scope: this section, whose list it filters, or everything ever said. Enter searches
 * everything.
 */
function searching(pane, section, restart) {
  const input = h("input", {
    type: "search",
    placeholder: t("Search"),
    "aria-label": t("Search"),
    value: desk.search,
    spellcheck: "false",
  });
  const everything = findings({ root: pane, meet: openContact });
  const scopes = [
    { name: "section", label: t("In this section") },
    { name: "all", label: t("Everywhere") },
  ].map(({ name, label }) =>
    h("button.tab", { type: "button", data: { scope: name }, onclick: () => choose(name) }, label),
  );
  const scope = h("div.scope", { role: "group", "aria-label": t("Where to search") }, scopes);
  let chosen = "section";
  let sought = ""; // everywhere, since the scope was chosen

  function choose(name) {
    chosen = name;
    sought = "";
    look();
  }

  function look() {
    const words = input.value.trim();
    const wide = chosen === "all" && Boolean(words);
    const narrowed = chosen === "section" ? words : "";
    const shown = wide ? everything.node : section;
    if (pane.firstChild !== shown) put(pane, shown);
    if (wide && words !== sought) everything.show(words);
    sought = wide ? words : "";
    draw();
    if (desk.search === narrowed) return;
    desk.search = narrowed;
    restart();
  }

  function draw() {
    scope.hidden = !input.value.trim();
    for (const one of scopes) one.setAttribute("aria-pressed", String(one.dataset.scope === chosen));
  }

  input.addEventListener("input", settled(look, 250));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && input.value.trim()) choose("all");
    if (event.key !== "Escape") return;
    event.preventDefault();
    if (!input.value) return input.blur();
    input.value = "";
    choose("section");
  });
  const node = h("div.finder", {}, [h("label.search", {}, [icon("search", 16), input]), scope]);
  return { node, draw, everywhere: () => choose("all") };
}

function entry(row) {
  const { dialog, contact } = row;
  const name = contact.name || t("Customer");
  const waits = Boolean(dialog.waiting_since);
  const classes = `${waits ? "waits " : ""}${dialog.id === desk.dialog ? "chosen" : ""}`;
  return h(
    "li",
    {},
    h(
      "a.dialog",
      { href: `#/dialog/${dialog.id}`, class: classes, "aria-current": dialog.id === desk.dialog ? "true" : null },
      [
        avatar(name, contact.picture),
        h("span.who", {}, [h("span.name", {}, name), dialog.title ? h("span.title", {}, dialog.title) : null]),
        waits
          ? waiting(dialog.waiting_since)
          : h("time", { data: { ago: dialog.last_at }, title: moment(dialog.last_at) }, ago(dialog.last_at)),
        h("span.words", {}, dialog.last_words || " "),
        h("span.about", {}, [
          standing(dialog),
          row.to_me ? h("span.to-me", {}, t("for you")) : null,
          isNamedIn(dialog.id) ? h("span.to-me.named", { title: t("You are mentioned in a note") }, "@") : null,
          desk.account || desk.me.accounts.length < 2 ? null : accountOf(dialog, row.account),
          owner(row) ? h("span.responsible", {}, row.responsible) : null,
        ]),
      ],
    ),
  );
}

/** The dialog's status, unless the section implies it; for a closed dialog, the closing reason. */
function standing(dialog) {
  if (dialog.status === "closed")
    return dialog.reason ? h("span.chip", { title: dialog.reason, data: { status: "closed" } }, dialog.reason) : null;
  const implied = { new: "new", work: "in_progress", mine: "in_progress" }[desk.section];
  return dialog.status === implied ? null : chip(dialog.status);
}

/** Whether to name the owner: in one's own dialogs it is mostly oneself. */
function owner(row) {
  return row.responsible && !(desk.section === "mine" && row.responsible === desk.me.name);
}

/** Moves the focus from the search field down into the results, and back. */
function arrows(event, list) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.altKey) return;
  const stops = [...list.querySelectorAll("input[type=search], a.dialog, .found-one")];
  const present = stops.indexOf(document.activeElement);
  const next = stops[present + step];
  if (present < 0 || !next) return;
  event.preventDefault();
  next.focus();
}

function skeleton() {
  return h(
    "div.skeleton",
    { "aria-label": t("Loading…") },
    [1, 2, 3, 4].map(() => h("div.bone", {}, [h("i"), h("b"), h("s")])),
  );
}

function nothing(wider) {
  const told = desk.search
    ? [t("Nothing found"), t("Nothing found for “{words}” in this section.", { words: desk.search })]
    : {
        new: [t("All caught up"), t("New dialogs appear here automatically.")],
        work: [t("No dialogs in progress"), t("Accepted dialogs appear here.")],
        mine: [t("You have no dialogs"), t("Accept a dialog or reply in it, and it becomes yours.")],
        all: [t("No open dialogs"), t("New dialogs appear here automatically.")],
        closed: [t("No closed dialogs"), t("Closed dialogs appear here.")],
      }[desk.section];
  return h("div.empty", {}, [
    h("div.sign", {}, icon(desk.search ? "search" : "inbox", 26)),
    h("b", {}, told[0]),
    h("p", {}, told[1]),
    desk.search ? wider : null,
  ]);
}

// ------------------------------------------------------------------------------------------ loading

const FIRST = 20; // rows of the first page, as the live stream sends it
const NEXT = 40; // rows of each further page
const MOST = 100; // rows that one request may ask for
let load = 0;

/** Loads the page below the last row; fewer rows than `limit` mean the end. */
async function below(rows, limit) {
  const query = { section: desk.section, account: desk.account, text: desk.search, limit };
  const told = await ask("GET", "dialogs", { query: rows.length ? { ...query, before: rows.at(-1).dialog.id } : query });
  return told.rows;
}

/** Reloads the list. */
export async function reload() {
  const mine = (load += 1);
  desk.loading = true;
  desk.rows = [];
  desk.more = false;
  changed("list");
  const rows = await below([], FIRST);
  if (mine !== load) return;
  Object.assign(desk, { rows, more: rows.length === FIRST, loading: false });
  changed("list");
}

async function more() {
  const mine = load;
  desk.more = false;
  const rows = await below(desk.rows, NEXT).catch(() => null);
  if (mine !== load) return;
  desk.more = rows?.length === NEXT; // after a failure the live stream sends the list again
  desk.rows = united(desk.rows, rows || []);
  changed("list");
}

let streamed = []; // the first page as the live stream has it

/** Shows what has changed of the first page: its `order` by dialogs' ids, and the rows that differ. */
export function rearrange(order, rows) {
  const known = new Map([...streamed, ...rows].map((row) => [row.dialog.id, row]));
  return freshen(order.map((id) => known.get(id)));
}

/** Shows the first page that came by the live stream, then reloads the pages already loaded below it. */
export async function freshen(first) {
  const mine = (load += 1);
  const enough = desk.rows.length;
  streamed = first;
  let rows = first;
  let more = first.length === FIRST;
  Object.assign(desk, { rows: more ? united(first, desk.rows) : first, more, loading: false });
  changed("list");
  while (more && rows.length < enough) {
    const limit = Math.min(MOST, Math.max(NEXT, enough - rows.length));
    const next = await below(rows, limit).catch(() => null);
    if (mine !== load || !next) return;
    rows = united(rows, next);
    more = next.length === limit;
  }
  if (enough <= first.length) return;
  Object.assign(desk, { rows, more });
  changed("list");
}

function united(rows, others) {
  const known = new Set(rows.map((row) => row.dialog.id));
  return [...rows, ...others.filter((row) => !known.has(row.dialog.id))];
}
