// Commands and menu entries for which this desk has a place of its own: they open it and request no view from the hub.

import { openContact } from "./contact.js";
import { SECTIONS } from "./sidebar.js";

let showSection = () => {};

/** `show(name)` shows the list of a section. */
export function onSection(show) {
  showSection = show;
}

/** Command → function that opens its part of the contact's card. */
export const ofContact = (contact) =>
  new Map([
    ["contact", () => openContact(contact)],
    ["history", () => openContact(contact, "said")],
    ["files", () => openContact(contact, "files")],
    ["search", (words = "") => openContact(contact, "said", words)],
  ]);

/**
 * Opens the place for a command entered in a dialog with `contact`. Returns false if there is none, so that the hub
 * must be asked.
 */
export function opened(words, contact) {
  const [, word = "", rest = ""] = words.trim().match(/^(\S+)\s*(.*)$/su) || [];
  const place = rest ? named(word, rest, contact) : bare(word, contact);
  place?.();
  return Boolean(place);
}

function named(word, rest, contact) {
  const number = rest.match(/^#?(\d{1,15})$/u)?.[1];
  if (word === "open" && number) return () => (location.hash = `/dialog/${number}`);
  if (word === "search" && !rest.startsWith("#")) return () => ofContact(contact).get(word)(rest);
  return null;
}

function bare(word, contact) {
  if (SECTIONS.some(({ name }) => name === word)) return () => showSection(word);
  return ofContact(contact).get(word);
}
