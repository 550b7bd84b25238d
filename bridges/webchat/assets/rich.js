// Styled runs of text as DOM nodes. What people wrote becomes text nodes only.

import { element } from "./dom.js";

const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/g;
const SAFE = /^(https?:\/\/|mailto:|tel:)/i;
const TAGS = { bold: "strong", heading: "strong", italic: "em", underline: "u", strike: "s", code: "code" };

// Adjacent runs of a quote or a code block share one box. The last line leaves room for `meta` in the bubble's corner.
export function rich(spans, meta) {
  const body = element("div", { className: "text" });
  let box = null;
  let kind = "";
  for (const span of spans) {
    const now = span.looks.includes("pre") ? "pre" : span.looks.includes("quote") ? "blockquote" : "";
    const text = kind && now !== kind ? span.text.replace(/^\n/, "") : span.text; // a box ends its own line
    if (now !== kind) box = now ? element(now) : null;
    if (now && now !== kind) body.append(box);
    kind = now;
    (box || body).append(now === "pre" ? text : run({ ...span, text }));
  }
  const room = meta.cloneNode(true);
  room.className = "room";
  room.setAttribute("aria-hidden", "true");
  body.append(room);
  return body;
}

function run(span) {
  let node = SAFE.test(span.link) ? link(span.link, span.text) : linked(span.text, span.looks.includes("code"));
  for (const look of span.looks) {
    if (look in TAGS) node = element(TAGS[look], {}, node);
    if (look === "spoiler") node = spoiler(node);
  }
  return node;
}

function link(href, text) {
  return element("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, text);
}

function linked(text, literally) {
  const nodes = document.createDocumentFragment();
  let end = 0;
  for (const found of literally ? [] : text.matchAll(LINK)) {
    nodes.append(text.slice(end, found.index), link(found[0], found[0]));
    end = found.index + found[0].length;
  }
  nodes.append(text.slice(end));
  return nodes;
}

function spoiler(node) {
  const hidden = element("span", { className: "spoiler", tabIndex: 0, role: "button" }, node);
  const open = () => hidden.classList.add("open");
  hidden.addEventListener("click", open);
  hidden.addEventListener("keydown", (event) => event.key === "Enter" && open());
  return hidden;
}
