// Draws the conversation. What people wrote becomes text nodes and nothing else.

const GROUP = 5 * 60000; // messages of one author this close stand together
const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/g;
const SAFE = /^(https?:\/\/|mailto:|tel:)/i;
const ONLY_EMOJI = /^(?:\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier}|\u200d\p{Extended_Pictographic})*\s*){1,3}$/u;
const TAGS = { bold: "strong", heading: "strong", italic: "em", underline: "u", strike: "s", code: "code" };

export function element(tag, options = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && name !== "list") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((one) => one !== null && one !== undefined));
  return made;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS(svg.namespaceURI, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

export class View {
  // `actions`: what can be done with a message: reply(message), retry(entry), remove(entry), look(url), expired().
  constructor(list, words, actions) {
    Object.assign(this, { list, words, actions, drawn: new Map() });
  }

  // Draws these messages in this order; what has not changed stays untouched.
  show(messages, known) {
    const rows = messages.map((message, n) => this.row(message, this.look(message, messages[n - 1], known)));
    const stays = new Set(messages.map((message) => message.id));
    for (const [id, { row }] of this.drawn) {
      if (stays.has(id)) continue;
      row.remove();
      this.drawn.delete(id);
    }
    let at = this.list.firstChild;
    for (const row of rows) {
      if (row === at) at = at.nextSibling;
      else this.list.insertBefore(row, at);
    }
  }

  // All that a row's appearance depends on.
  look(message, before, known) {
    const at = new Date(message.at);
    const day = !before || new Date(before.at).toDateString() !== at.toDateString();
    const first = day || before.from !== message.from || before.author !== message.author || at - new Date(before.at) > GROUP;
    const quoted = message.reply_to ? known(message.reply_to) : null;
    return { day: day ? this.words.day(at) : "", first, quoted: quoted && { author: this.author(quoted), words: preview(quoted, this.words) } };
  }

  row(message, look) {
    const key = JSON.stringify([message, look]);
    const known = this.drawn.get(message.id);
    if (known?.key === key) return known.row;
    const row = this.draw(message, look);
    known?.row.replaceWith(row);
    this.drawn.set(message.id, { key, row });
    return row;
  }

  draw(message, look) {
    const own = message.from === "customer";
    const row = element("div", { className: `row ${message.from}${look.first ? " first" : ""}`, role: "article" });
    row.dataset.id = message.id;
    row.setAttribute("aria-label", `${this.author(message)}, ${this.words.time(new Date(message.at))}`);
    if (look.day) row.append(element("p", { className: "day" }, look.day));
    if (look.first && !own) row.append(element("p", { className: "author" }, badge(this.author(message)), this.author(message)));
    row.append(element("div", { className: "line" }, this.bubble(message, look), own || message.deleted ? null : this.replyButton(message)));
    if (message.emoji) row.append(element("span", { className: "reaction" }, message.emoji));
    if (message.failed) row.append(this.failure(message));
    return row;
  }

  bubble(message, look) {
    if (message.deleted) return element("div", { className: "bubble gone" }, this.words.deleted, this.meta(message));
    const text = words(message);
    const pictures = message.attachments.filter((one) => one.kind === "photo" || one.kind === "sticker");
    const bare = !text && pictures.length === message.attachments.length && !look.quoted;
    const large = ONLY_EMOJI.test(text) && !message.attachments.length && !look.quoted;
    const bubble = element("div", { className: `bubble${bare ? " bare" : ""}${large ? " large" : ""}` });
    if (look.quoted) bubble.append(this.quote(message, look.quoted));
    for (const attachment of message.attachments) bubble.append(this.attachment(attachment));
    const meta = this.meta(message);
    if (text) bubble.append(rich(message.spans, meta));
    bubble.append(meta);
    return bubble;
  }

  meta(message) {
    const meta = element("span", { className: "meta" });
    if (message.edited && !message.deleted) meta.append(element("span", {}, this.words.edited));
    meta.append(element("time", { dateTime: message.at }, this.words.time(new Date(message.at))));
    if (message.from === "customer") {
      const state = message.failed ? "failed" : message.pending ? "sending" : "sent";
      const mark = element("span", { className: `state ${state}`, title: this.words[state], role: "img" }, icon({ failed: "alert", sending: "clock", sent: "check" }[state]));
      mark.setAttribute("aria-label", this.words[state]);
      meta.append(mark);
    }
    return meta;
  }

  quote(message, quoted) {
    const show = () => {
      const row = this.drawn.get(message.reply_to)?.row;
      row?.scrollIntoView({ block: "center", behavior: "smooth" });
      row?.classList.add("pointed");
      setTimeout(() => row?.classList.remove("pointed"), 1500);
    };
    return element("button", { type: "button", className: "quoted", onclick: show }, element("b", {}, quoted.author), element("span", {}, quoted.words));
  }

  replyButton(message) {
    const button = element("button", { type: "button", className: "reply", title: this.words.reply, onclick: () => this.actions.reply(message) }, icon("reply"));
    button.setAttribute("aria-label", this.words.reply);
    return button;
  }

  failure(message) {
    const why = { lost: this.words.lost, too_large: this.words.tooLarge(this.words.size(this.actions.largest())) };
    return element(
      "p",
      { className: "failure" },
      element("span", {}, why[message.failed] || this.words.refused),
      element("button", { type: "button", onclick: () => this.actions.retry(message) }, this.words.retry),
      element("button", { type: "button", onclick: () => this.actions.remove(message) }, this.words.remove),
    );
  }

  attachment(one) {
    const draw = { photo: this.picture, sticker: this.picture, video: this.player, audio: this.player, voice: this.player, location: this.place, contact: this.card };
    return (draw[one.kind] || this.file).call(this, one);
  }

  picture(one) {
    const image = element("img", { src: one.url, alt: one.name || this.words.photo, loading: "lazy", onerror: () => this.actions.expired() });
    if (one.kind === "sticker") return element("span", { className: "sticker" }, image);
    const button = element("button", { type: "button", className: "picture", onclick: () => this.actions.look(one) }, image);
    if (one.progress !== undefined) button.append(progress(one.progress));
    return button;
  }

  player(one) {
    const player = element(one.kind === "video" ? "video" : "audio", { src: one.url, controls: true, preload: "metadata", className: one.kind });
    player.setAttribute("aria-label", one.name || this.words.file);
    return player;
  }

  file(one) {
    const about = element("span", { className: "about" }, element("b", {}, one.name || this.words.file), element("span", {}, one.size === null ? "" : this.words.size(one.size)));
    const link = element("a", { className: "file", title: this.words.download }, element("span", { className: "kind" }, icon("file")), about);
    if (one.url) Object.assign(link, { href: one.url, target: "_blank", rel: "noopener", download: one.name });
    if (one.progress !== undefined) link.append(progress(one.progress));
    return link;
  }

  place(one) {
    const { latitude, longitude } = one;
    const href = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
    const about = element("span", { className: "about" }, element("b", {}, one.name || this.words.location), element("span", {}, one.address || this.words.openMap));
    return element("a", { className: "file", href, target: "_blank", rel: "noopener noreferrer" }, element("span", { className: "kind" }, icon("pin")), about);
  }

  card(one) {
    const about = element("span", { className: "about" }, element("b", {}, one.name));
    for (const phone of one.phones) about.append(element("a", { href: `tel:${phone}` }, phone));
    for (const email of one.emails) about.append(element("a", { href: `mailto:${email}` }, email));
    return element("div", { className: "file" }, element("span", { className: "kind" }, icon("person")), about);
  }

  author(message) {
    return message.from === "customer" ? this.words.you : message.author || this.words.operator;
  }
}

export function words(message) {
  return message.spans.map((span) => span.text).join("");
}

export function preview(message, words_) {
  const text = words(message).replace(/\s+/g, " ").trim();
  if (text) return text.length > 90 ? `${text.slice(0, 89)}…` : text;
  const [first] = message.attachments;
  return first ? first.name || words_[first.kind] || words_.file : words_.deleted;
}

function badge(name) {
  let hue = 0;
  for (const character of name) hue = (hue * 31 + character.codePointAt(0)) % 360;
  const initials = name.split(/\s+/).map((one) => [...one][0] || "").slice(0, 2).join("").toUpperCase();
  const made = element("span", { className: "initials" }, initials);
  made.setAttribute("aria-hidden", "true");
  made.style.setProperty("--hue", hue);
  return made;
}

function progress(done) {
  return element("progress", { max: 1, value: done });
}

// Runs of text as nodes; neighbours in a quote or in a block of code share one box. The last line leaves room for
// `meta`, which stands in the bubble's corner.
function rich(spans, meta) {
  const body = element("div", { className: "text" });
  let box = null;
  let kind = "";
  for (const span of spans) {
    const now = span.looks.includes("pre") ? "pre" : span.looks.includes("quote") ? "blockquote" : "";
    const text = kind && now !== kind ? span.text.replace(/^\n/, "") : span.text; // a box ends its line by itself
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
