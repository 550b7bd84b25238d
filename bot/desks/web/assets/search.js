// Search across all dialogs: a dialog by number, contacts by name, messages by parts of their text. Matches are
// highlighted.

import { ask } from "./api.js";
import { avatar, steady } from "./avatar.js";
import { endless, h, icon, put } from "./dom.js";
import { ago, moment, t } from "./i18n.js";
import { accountOf, chip } from "./signs.js";

const SHORTEST = 2; // letters

/**
 * Pages of matching messages; `contact`: only those with one contact. `show(text)` starts a new search. Contacts are
 * found only in a search across everything; `meet(number)` opens a contact's card.
 */
export function findings({ contact = null, root = null, meet = null } = {}) {
  const list = h("ul.rows.found", { "aria-label": t("Found messages") });
  const foot = h("div.foot", { role: "status" });
  const node = h("div.findings", {}, [list, foot]);
  let text = "";
  let before = null;
  let load = 0;
  const goOn = endless(
    root,
    foot,
    () => before,
    () => page(load),
  );

  async function page(mine) {
    const query = { text, ...(contact ? { contact } : {}), ...(before ? { before } : {}) };
    try {
      const told = await ask("GET", "search", { query });
      if (mine !== load) return;
      before = told.before;
      if (told.numbered) list.append(numbered(told.numbered));
      list.append(...told.contacts.map((one) => person(one, meet)), ...told.found.map(found));
      put(foot, before ? h("span.spinner", { "aria-label": t("Loading…") }) : list.firstChild ? null : nothing(text));
    } catch (error) {
      if (mine !== load || error.status === 401) return;
      before = null;
      put(foot, h("p.fault", {}, t("The hub is unreachable. Try again.")));
    }
  }

  return {
    node,
    show(words) {
      text = words.trim();
      before = null;
      load += 1;
      put(list);
      if ([...text].length < SHORTEST) return put(foot, h("p.hint", {}, t("Enter at least two letters.")));
      put(foot, h("span.spinner", { "aria-label": t("Loading…") }));
      page(load).then(goOn);
    },
  };
}

function numbered({ dialog, contact, account }) {
  steady(contact);
  const name = contact.name || t("Customer");
  return h(
    "li",
    {},
    h("a.found-one", { href: `#/dialog/${dialog.id}` }, [
      avatar(name, contact.picture),
      h("span.name", {}, name),
      h("time", { data: { ago: dialog.last_at }, title: moment(dialog.last_at) }, ago(dialog.last_at)),
      h("span.words", {}, [h("mark", {}, `#${dialog.id}`), dialog.title ? ` ${dialog.title}` : ""]),
      h("span.about", {}, [chip(dialog.status), accountOf(dialog, account)]),
    ]),
  );
}

function person(contact, meet) {
  steady(contact);
  const name = contact.name || t("Customer");
  const about = [contact.phone, contact.email].filter(Boolean).join(" · ");
  return h(
    "li",
    {},
    h("button.found-one", { type: "button", onclick: () => meet(contact.ref) }, [
      avatar(name, contact.picture),
      h("span.name", {}, name),
      h("span.words", {}, about || t("Contact")),
    ]),
  );
}

function found(one) {
  steady(one.contact);
  const name = one.contact.name || t("Customer");
  const by = one.author && one.author !== one.contact.name ? `${one.author}: ` : "";
  return h(
    "li",
    {},
    h("a.found-one", { href: `#/dialog/${one.dialog.id}/~${one.message}` }, [
      avatar(name, one.contact.picture),
      h("span.name", {}, name),
      h("time", { data: { ago: one.at }, title: moment(one.at) }, ago(one.at)),
      h("span.words", {}, [by, marked(one.excerpt)]),
      h("span.about", {}, [
        h("span", {}, `#${one.dialog.id}`),
        accountOf(one.dialog, one.account),
      ]),
    ]),
  );
}

/** Shows the text with matches in bold, as the hub marks them. */
function marked(spans) {
  return spans.map((span) => (span.styles?.includes("bold") ? h("mark", {}, span.text) : span.text));
}

function nothing(words) {
  return h("div.empty", {}, [
    h("div.sign", {}, icon("search", 26)),
    h("b", {}, t("Nothing found")),
    h("p", {}, t("Nothing found for “{words}”.", { words })),
  ]);
}
