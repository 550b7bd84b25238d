// What this desk has places of its own for: such commands and menu entries open the place, and ask the hub for no view.

import { openContact } from "./contact.js";
import { SECTIONS } from "./sidebar.js";

let showSection = () => {};

/** `show(name)` shows the list of a section. */
export function onSection(show) {
  showSection = show;
}

/** Word → what opens its part of all that is known of a contact, by its reference. */
export const ofContact = (contact) =>
  new Map([
    ["contact", () => openContact(contact)],
    ["history", () => openContact(contact, "said")],
    ["files", () => openContact(contact, "files")],
    ["search", (words = "") => openContact(contact, "said", words)],
  ]);

/** Opens the place that a command means, written in a dialog with `contact`. False: there is none, the hub has to be
 * asked. */
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
