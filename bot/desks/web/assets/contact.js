// A contact's card in the pane: profile and channels, dialogs, Interests and tasks; the message history; attachments.

import { ask } from "./api.js";
import { avatar, steady } from "./avatar.js";
import { correspondence } from "./correspondence.js";
import { reason } from "./deeds.js";
import { fill, h, icon, put } from "./dom.js";
import { exchanged } from "./exchanged.js";
import { clock, day, moment, t } from "./i18n.js";
import { openPane } from "./pane.js";
import { tint } from "./sidebar.js";
import { chip } from "./signs.js";
import { desk } from "./state.js";
import { anchor } from "./text.js";

const KINDS = { client: () => t("Customer"), potential: () => t("Prospect") };
const LATEST = 10; // dialogs shown at first
const PARTS = [
  { name: "card", label: () => t("Card"), draw: (page) => card(page) },
  { name: "said", label: () => t("Message history"), draw: (page, root) => correspondence(page, root) },
  { name: "files", label: () => t("Files"), draw: (page, root) => exchanged(page.contact.ref, root) },
];

/**
 * Opens a contact's card at one of its parts. `ref`: the reference that came with the contact, valid for this operator
 * only; `words`: a text to search for in it, "" to enter one.
 */
export async function openContact(ref, part = "card", words = null) {
  const pane = openPane(t("Contact"), "contact");
  put(pane.body, h("div.bone", { "aria-label": t("Loading…") }, [h("i"), h("b"), h("s")]));
  try {
    const page = await ask("GET", `contacts/${ref}`);
    steady(page.contact);
    if (!pane.open()) return;
    pane.title.textContent = page.contact.name || t("Customer");
    show(pane, page, part);
    if (words !== null) lookFor(pane.body.querySelector("input[type=search]"), words);
  } catch (error) {
    if (pane.open()) put(pane.body, h("p.fault", { role: "alert" }, reason(error)));
  }
}

function lookFor(search, words) {
  search.value = words;
  search.dispatchEvent(new Event("input"));
  search.focus();
}

function show(pane, page, first) {
  const panel = h("div.part", { role: "tabpanel", id: "contact-part", tabindex: "-1" });
  const tabs = PARTS.map((part) =>
    h("button.tab", { type: "button", role: "tab", id: `contact-${part.name}`, "aria-controls": "contact-part" }, [
      part.label(),
    ]),
  );
  const choose = (place) => {
    tabs.forEach((tab, number) => {
      tab.setAttribute("aria-selected", String(number === place));
      tab.tabIndex = number === place ? 0 : -1;
    });
    panel.setAttribute("aria-labelledby", tabs[place].id);
    put(panel, PARTS[place].draw(page, pane.body));
    pane.body.scrollTop = 0;
  };
  tabs.forEach((tab, place) => tab.addEventListener("click", () => choose(place)));
  const row = h("div.tabs", { role: "tablist", "aria-label": t("Contact") }, tabs);
  row.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = (tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length;
    choose(next);
    tabs[next].focus();
  });
  put(pane.body, person(page.contact), row, panel);
  choose(PARTS.findIndex((part) => part.name === first));
}

// ---------------------------------------------------------------------------------------- the card

function person(contact) {
  const ways = [
    contact.phone && h("a", { href: `tel:${contact.phone.replace(/[^+\d]/g, "")}` }, contact.phone),
    contact.email && h("a", { href: `mailto:${encodeURIComponent(contact.email).replace("%40", "@")}` }, contact.email),
  ].filter(Boolean);
  return h("div.person", {}, [
    avatar(contact.name || t("Customer"), contact.picture),
    h("div.ways", {}, [h("span.chip", { data: { kind: contact.kind } }, KINDS[contact.kind]?.() || ""), ...ways]),
  ]);
}

function card(page) {
  return [
    part(t("Accounts"), page.identities.map(identity)),
    part(t("Deals"), page.interests.map(interest)),
    part(t("Tasks"), page.tasks.map(task)),
    part(t("Dialogs: {n}", { n: page.dialogs.length }), dialogs(page.dialogs)),
  ];
}

/** The latest dialogs, and a button for the others. */
function dialogs(all) {
  const drawn = (some) => some.map((one) => dialog(one, all.length));
  if (all.length <= LATEST + 1) return drawn(all);
  const rest = h("li", {});
  const more = h("button.button.little", { type: "button" }, t("Show all: {n}", { n: all.length }));
  more.addEventListener("click", () => {
    const others = drawn(all.slice(LATEST));
    rest.replaceWith(...others);
    others[0].querySelector("a").focus();
  });
  return [...drawn(all.slice(0, LATEST)), fill(rest, [more])];
}

function part(title, entries) {
  if (!entries.length) return null;
  return h("section.block", {}, [h("h3", {}, title), h("ul", {}, entries)]);
}

function identity(one) {
  return h("li.fact", {}, [
    h("span.dot", { data: { hue: String(tint(one.account)) } }),
    h("span.main", {}, [one.title, one.username ? h("span.soft", {}, ` @${one.username.replace(/^@/, "")}`) : null]),
    one.blocked ? h("span.chip", { data: { status: "returned" } }, t("has blocked us")) : null,
    one.address ? anchor(one.address, [t("Open")]) : null,
  ]);
}

function interest(one) {
  const title = one.url ? anchor(one.url, [one.title]) : one.title;
  const state = one.stage || (one.open ? t("Open|state") : t("Closed|state"));
  return h("li.fact", {}, [
    icon("deal", 16),
    h("span.main", {}, [title, one.comment ? h("div.soft", {}, one.comment) : null]),
    h("span.chip", { data: { status: one.open ? "in_progress" : "closed" } }, state),
  ]);
}

function task(one) {
  return h("li.fact", { class: one.done ? "done" : "" }, [
    icon(one.done ? "check" : "task", 16),
    h("span.main", {}, [
      one.text,
      one.due ? h("time.soft", { datetime: one.due, title: moment(one.due) }, `${day(one.due)}, ${clock(one.due)}`) : null,
      h("div.soft", {}, [one.by ? `${one.by} → ` : "", one.to.map(doer).join(", ")]),
    ]),
    one.dialog ? h("a.soft", { href: `#/dialog/${one.dialog}` }, `#${one.dialog}`) : null,
  ]);
}

const doer = ({ name, done }) => (done ? `✓ ${name}` : name);

function dialog(one, count) {
  const link = { href: `#/dialog/${one.id}`, "aria-current": one.id === desk.dialog ? "true" : null };
  return h(
    "li",
    {},
    h("a.earlier-dialog", link, [
      h("span.main", {}, [h("b", {}, one.title || `#${one.id}`), chip(one.status)]),
      h("span.soft", {}, [
        t("dialog {n} of {all}", { n: one.ordinal, all: count }),
        ` · ${day(one.last_at)}`,
        one.reason ? ` · ${one.reason}` : "",
      ]),
      one.last_words ? h("span.words", {}, one.last_words) : null,
    ]),
  );
}
