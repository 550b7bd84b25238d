// Avatars: a person's picture, or their initials on a colour.

import { h } from "./dom.js";

export function avatar(name, picture = "", size = "") {
  const drawn = h("span.avatar", { class: size, "aria-hidden": "true" }, initials(name));
  drawn.dataset.hue = String(hue(name));
  if (picture) {
    const shown = h("img", { src: picture, alt: "", loading: "lazy" });
    shown.addEventListener("error", () => shown.remove(), { once: true });
    drawn.append(shown);
  }
  return drawn;
}

function initials(name) {
  const words = name
    .trim()
    .split(/[\s._-]+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  const letters = words.slice(0, 2).map((word) => word.match(/[\p{L}\p{N}]/u)[0]);
  return letters.join("").toLocaleUpperCase() || "?";
}

/** One of eight colours, always the same for the same name. */
function hue(name) {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + character.codePointAt(0)) >>> 0;
  return sum % 8;
}

const pictures = new Map();
const KEPT = 20 * 60 * 1000;

/** Keeps the address by which a picture is already shown: signed addresses differ in each answer. */
export function steady(contact) {
  const known = pictures.get(contact.id);
  if (!contact.picture || !known || Date.now() - known.at > KEPT)
    pictures.set(contact.id, { picture: contact.picture, at: Date.now() });
  else contact.picture = known.picture;
  return contact;
}
