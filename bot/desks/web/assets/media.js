// Attachments: pictures and players in place, everything else as a small card.

import { h, icon } from "./dom.js";
import { bytes, length, t } from "./i18n.js";
import { rich } from "./text.js";
import { picture as showPicture } from "./windows.js";

const SHOWABLE = /^image\/(png|jpeg|gif|webp|avif)$/;

export function attachments(many) {
  const pictures = many.filter(isPicture);
  const others = many.filter((one) => !isPicture(one));
  const album = pictures.length
    ? h("div.album", { class: pictures.length > 1 ? "many" : "one" }, pictures.map(photo))
    : null;
  return [album, ...others.map((one) => (DRAWN[one.type] || unshowable)(one))];
}

function isPicture(one) {
  return one.type === "media" && one.kind === "photo" && (!one.mime || SHOWABLE.test(one.mime));
}

function photo(one) {
  const name = one.name || t("Photo");
  const shown = h("img", { src: one.url, alt: name, loading: "lazy", decoding: "async" });
  const button = h("button.photo", { type: "button", title: name, onclick: () => showPicture(one.url, name) }, shown);
  shown.addEventListener("error", () => button.replaceWith(file(one)), { once: true });
  return button;
}

function media(one) {
  if (one.kind === "sticker") return sticker(one);
  if (one.kind === "voice" || one.kind === "audio") {
    const player = h("audio", { src: one.url, controls: true, preload: "metadata" });
    return h("div.sound", {}, [one.name && one.kind === "audio" ? h("div.name", {}, one.name) : null, player]);
  }
  if (one.kind === "video")
    return h("video.video", { src: one.url, controls: true, preload: "metadata", playsinline: true });
  return file(one);
}

function sticker(one) {
  const words = one.emoji || t("Sticker");
  if (one.mime && !SHOWABLE.test(one.mime) && !one.mime.startsWith("video/"))
    return h("div.big-emoji", {}, one.emoji || "🏷");
  if (one.mime?.startsWith("video/")) {
    const moving = h("video.sticker", {
      src: one.url,
      autoplay: true,
      loop: true,
      playsinline: true,
      "aria-label": words,
    });
    moving.muted = true;
    return moving;
  }
  const shown = h("img.sticker", { src: one.url, alt: words, loading: "lazy" });
  shown.addEventListener("error", () => shown.replaceWith(h("div.big-emoji", {}, one.emoji || "🏷")), { once: true });
  return shown;
}

export function file(one) {
  const about = [one.size ? bytes(one.size) : "", one.seconds ? length(one.seconds) : ""].filter(Boolean).join(" · ");
  const name = one.name || t("File");
  return h("a.file", { href: one.url, download: name, rel: "noopener" }, [
    h("span.sign", {}, icon("file", 20)),
    h("span.what", {}, [h("span.name", {}, name), h("span.about", {}, about || t("File"))]),
    icon("download", 16),
  ]);
}

function location(one) {
  const where = `${one.latitude.toFixed(5)}, ${one.longitude.toFixed(5)}`;
  const query = `mlat=${one.latitude}&mlon=${one.longitude}#map=16/${one.latitude}/${one.longitude}`;
  const address = `https://www.openstreetmap.org/?${query}`;
  return h("a.file", { href: address, target: "_blank", rel: "noopener noreferrer" }, [
    h("span.sign", {}, icon("pin", 20)),
    h("span.what", {}, [
      h("span.name", {}, [one.title, one.address].filter(Boolean).join(", ") || t("Location")),
      h("span.about", {}, where),
    ]),
  ]);
}

function contact(one) {
  const phones = one.phones.map((phone) => h("a", { href: `tel:${dialled(phone)}` }, phone));
  const emails = one.emails.map((email) =>
    h("a", { href: `mailto:${encodeURIComponent(email).replace("%40", "@")}` }, email),
  );
  const sites = one.sites.map(site);
  const places = one.addresses.map((place) => h("span", {}, place));
  return h("div.file", {}, [
    h("span.sign", {}, icon("person", 20)),
    h("span.what", {}, [
      h("span.name", {}, one.name || one.about || t("Contact")),
      one.name && one.about ? h("span.about", {}, one.about) : null,
      h("span.about.links", {}, [...phones, ...emails, ...sites, ...places]),
    ]),
  ]);
}

/** The digits of a number, without an extension ("ext. 7"). */
function dialled(phone) {
  return phone.split(/[\p{L},;#]/u)[0].replace(/[^+\d]/g, "");
}

/** A site as people write it, `example.com` included. */
function site(words) {
  const address = /^https?:\/\//i.test(words) ? words : `https://${words}`;
  return URL.canParse(address) ? h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, words) : h("span", {}, words);
}

function poll(one) {
  const options = one.options.map((option) => h("li", {}, option));
  return h("div.poll", {}, [h("div.name", {}, `📊 ${one.question}`), h("ul", {}, options)]);
}

function choice(one) {
  return h("div.choice", {}, `👉 ${one.title}${one.about ? ` (${one.about})` : ""}`);
}

function described(one) {
  return h("div.described", {}, rich(one.words));
}

function template(one) {
  return h("div.template", {}, one.words);
}

function unshowable(one) {
  return h("div.unshowable", {}, [icon("info", 16), `${one.words || ""}${one.what ? ` (${one.what})` : ""}`]);
}

const DRAWN = { media, location, contact, poll, choice, described, template, unshowable };
