// Draws a message's attachments: pictures, players, files, locations, contacts.

import { element, icon } from "./dom.js";

// `words`: texts in the visitor's language; `look(picture)`: called when a picture is clicked; `expired()`: called when
// one fails to load.
export function attachment(one, { words, look, expired }) {
  switch (one.kind) {
    case "photo":
    case "sticker":
      return picture(one, words, look, expired);
    case "video":
    case "audio":
    case "voice":
      return player(one, words);
    case "location":
      return place(one, words);
    case "contact":
      return person(one);
    default:
      return file(one, words);
  }
}

function picture(one, words, look, expired) {
  const image = element("img", { src: one.url, alt: one.name || words.photo, loading: "lazy", onerror: expired });
  if (one.kind === "sticker") return element("span", { className: "sticker" }, image);
  const button = { type: "button", className: "picture", onclick: () => look(one) };
  return element("button", button, image, progress(one));
}

function player(one, words) {
  const tag = one.kind === "video" ? "video" : "audio";
  const made = element(tag, { src: one.url, controls: true, preload: "metadata" });
  made.setAttribute("aria-label", one.name || words.file);
  return made;
}

function file(one, words) {
  const size = one.size === null ? "" : words.size(one.size);
  const link = box("a", "file", about(one.name || words.file, size));
  if (one.url) Object.assign(link, { href: one.url, target: "_blank", rel: "noopener", download: one.name });
  link.title = words.download;
  link.append(progress(one) ?? "");
  return link;
}

function place(one, words) {
  const { latitude, longitude } = one;
  const link = box("a", "pin", about(one.name || words.location, one.address || words.openMap));
  const href = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
  return Object.assign(link, { href, target: "_blank", rel: "noopener noreferrer" });
}

function person(one) {
  const phones = one.phones.map((phone) => element("a", { href: `tel:${dialled(phone)}` }, phone));
  const emails = one.emails.map((email) => element("a", { href: `mailto:${email}` }, email));
  const places = [...one.sites, ...one.addresses].map((words) => element("span", {}, words));
  const lines = about(one.name || one.about, one.name && one.about);
  lines.append(...phones, ...emails, ...places);
  return box("div", "person", lines);
}

// The digits of a number, without an extension ("ext. 7").
function dialled(phone) {
  return phone.split(/[\p{L},;#]/u)[0].replace(/[^+\d]/g, "");
}

function box(tag, sign, lines) {
  return element(tag, { className: "file" }, element("span", { className: "kind" }, icon(sign)), lines);
}

function about(title, more = "") {
  return element("span", { className: "about" }, element("b", {}, title), element("span", {}, more));
}

// Upload progress.
function progress(one) {
  return one.progress === undefined ? null : element("progress", { max: 1, value: one.progress });
}
