// Rich text as DOM nodes. The hub sends runs of text with the names of their styles.

import { h } from "./dom.js";
import { t } from "./i18n.js";
import { desk } from "./state.js";

const SCHEMES = new Set(["http:", "https:", "mailto:", "tel:"]);
const ADDRESS = /https?:\/\/[^\s<>"'()[\]{}]+[^\s<>"'()[\]{}.,;:!?…]/giu;
const TAGS = { bold: "strong", italic: "em", strike: "s", underline: "u", code: "code", heading: "strong.heading" };

/** Nodes for a text: quotes and code blocks are blocks, the rest is inline. */
export function rich(spans) {
  const nodes = [];
  for (const group of grouped(spans)) {
    if (group.look === "quote") nodes.push(h("blockquote", {}, group.spans.map(run)));
    else if (group.look === "pre")
      nodes.push(
        h(
          "pre",
          {},
          group.spans.map((span) => span.text),
        ),
      );
    else nodes.push(...group.spans.map(run));
  }
  return nodes;
}

export function plain(spans) {
  return spans.map((span) => span.text).join("");
}

/** The beginning of a text: at most `most` characters as people see them, none of them cut. */
export function beginning(text, most) {
  const characters = new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text);
  let left = most;
  for (const { index } of characters) if (left-- === 0) return text.slice(0, index);
  return text;
}

/** Groups adjacent runs of one block; a line break next to a block is the block's own edge. */
function grouped(spans) {
  const groups = [];
  for (const span of spans) {
    const styles = span.styles || [];
    const look = styles.includes("pre") ? "pre" : styles.includes("quote") ? "quote" : "";
    const last = groups.at(-1);
    if (last && last.look === look) last.spans.push(span);
    else groups.push({ look, spans: [span] });
  }
  groups.forEach((group, place) => {
    if (group.look) return;
    if (groups[place - 1]) trim(group, 0, /^\n\n?/);
    if (groups[place + 1]) trim(group, group.spans.length - 1, /\n\n?$/);
  });
  return groups;
}

function trim(group, place, edge) {
  group.spans[place] = { ...group.spans[place], text: group.spans[place].text.replace(edge, "") };
}

function run(span) {
  let node = span.link ? [span.text] : linked(span.text);
  for (const style of span.styles || []) {
    if (style === "spoiler") node = [spoiler(node)];
    else if (TAGS[style]) node = [h(TAGS[style], {}, node)];
  }
  return span.link ? anchor(span.link, node) : node;
}

function spoiler(inside) {
  const hidden = h("span.spoiler", { tabindex: "0", role: "button", title: t("Show") }, inside);
  hidden.addEventListener("click", () => hidden.classList.add("shown"));
  hidden.addEventListener("keydown", (event) => event.key === "Enter" && hidden.classList.add("shown"));
  return hidden;
}

/** Turns web addresses in the text into links. */
function linked(text) {
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(ADDRESS)) {
    nodes.push(text.slice(end, found.index), anchor(found[0], [found[0]]));
    end = found.index + found[0].length;
  }
  nodes.push(text.slice(end));
  return nodes;
}

/** A link if the address may be followed, else its text. Links into this desk stay in this page. */
export function anchor(address, inside) {
  const here = place(address);
  if (here) return h("a", { href: here }, inside);
  let url;
  try {
    url = new URL(address);
  } catch {
    return h("span", {}, inside);
  }
  if (!SCHEMES.has(url.protocol)) return h("span", {}, inside);
  return h("a", { href: url.href, target: "_blank", rel: "noopener noreferrer nofollow" }, inside);
}

/** Returns the part after `#` of an address of this desk, or nothing. */
export function place(address) {
  const known = ["/desk#", `${desk.me?.public_url || location.origin}/desk#`, `${location.origin}/desk#`];
  const start = known.find((one) => address.startsWith(one));
  return start ? address.slice(start.length - 1) : "";
}
