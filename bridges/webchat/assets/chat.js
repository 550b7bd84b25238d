// Puts the chat together: the visitor, the conversation so far, outgoing messages, incoming events.

import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { Frame } from "./frame.js";
import { Backoff, Hub, pause } from "./hub.js";
import { Outbox } from "./outbox.js";
import { Reading } from "./reading.js";
import { newId, Store } from "./store.js";
import { Thread } from "./thread.js";
import { View, words as wordsOf } from "./view.js";
import { wordsFor } from "./words.js";

const STALE = 20 * 60000; // links to files expire: once this old, they are fetched again when the chat is shown
const NEAR = 80; // pixels from the end that count as being at the end

const page = document.documentElement;
const by = (id) => document.getElementById(id);
const { account, title, greeting } = page.dataset;
const words = wordsFor(page.lang);
const store = new Store(account);
const hub = new Hub(`/chat/${encodeURIComponent(account)}`);
const frame = new Frame();
const thread = new Thread();
const scroll = by("scroll");
const list = by("list");

// ------------------------------------------------------------------------------------------ the parts

let fetched = 0;
const session = shared(async () => {
  hub.token = store.get("token") ?? (await frame.token);
  const answer = await hub.session();
  hub.token = answer.token;
  store.set("token", answer.token);
  composer.limits = answer.limits;
  thread.reset(answer.events);
  by("earlier").hidden = !answer.earlier;
  connection.restart(answer.cursor);
  fetched = Date.now();
  render();
  return answer;
});

const connection = new Connection(hub, { take, renew: session });
const outbox = new Outbox(hub, store, { about, renew: session });
const reading = new Reading(hub, store, thread, frame);
const previews = new Map(); // previews of pictures being sent, by their key in the store
const view = new View(list, words, {
  reply: (message) => composer.quote(message),
  retry: (entry) => outbox.retry(store.get(`out:${entry.id}`)),
  remove: (entry) => outbox.remove(store.get(`out:${entry.id}`)),
  largest: () => composer.limits.file,
  look: enlarge,
  expired: () => Date.now() - fetched > 60000 && session().catch(() => {}),
});
const composer = new Composer(words, store, { send });

// Gives concurrent callers the same result.
function shared(work) {
  let running = null;
  return () =>
    (running ??= work().finally(() => {
      running = null;
    }));
}

function about() {
  return { ...store.get("about", { name: "", email: "" }), locale: words.language };
}

function take(event) {
  const added = thread.apply(event);
  render();
  if (added?.from !== "operator") return;
  by("said").textContent = `${view.author(added)}: ${wordsOf(added)}`;
}

async function send(text, files, replyTo) {
  introduce();
  const entry = await outbox.add(text, files, replyTo);
  entry.files.forEach((file, n) => {
    if (file.mime.startsWith("image/")) previews.set(file.key, URL.createObjectURL(files[n]));
  });
  render(true);
}

// ---------------------------------------------------------------------------------------- the drawing

// Shows an entry of the outbox as a message.
function pending(entry) {
  const attachments = entry.files.map((file) => ({
    kind: previews.has(file.key) ? "photo" : "file",
    name: file.name,
    size: file.size,
    url: previews.get(file.key) || "",
    ...(outbox.progress.has(file.key) ? { progress: outbox.progress.get(file.key) } : {}),
  }));
  const spans = entry.text ? [{ text: entry.text, looks: [], link: "" }] : [];
  return { ...entry, from: "customer", author: "", spans, attachments, pending: true };
}

let atEnd = true;
function render(toEnd = false) {
  const waiting = outbox.entries.filter((entry) => !thread.get(entry.id)).map(pending);
  const messages = [...thread.inOrder(), ...waiting];
  view.show(messages, (id) => thread.get(id));
  by("greeting").hidden = messages.length > 0;
  reading.follow(list);
  if (toEnd || atEnd) toNewest();
  else by("newest").hidden = !thread.unread(reading.readTo).length;
}

function toNewest() {
  scroll.scrollTop = scroll.scrollHeight;
  by("newest").hidden = true;
}

function drawState() {
  by("hint").dataset.state = connection.state;
  by("hint").textContent = words[connection.state];
}

function enlarge(picture) {
  const viewer = by("viewer");
  viewer.querySelector("img").src = picture.url;
  viewer.querySelector("img").alt = picture.name;
  viewer.showModal();
}

// --------------------------------------------------------------------------------- name and e-mail

const form = by("about");

function introduce() {
  const told = { name: form.elements.name.value.trim(), email: form.elements.email.value.trim() };
  const known = store.get("about", { name: "", email: "" });
  form.hidden = true;
  store.set("asked", true);
  if (told.name === known.name && told.email === known.email) return;
  store.set("about", told);
  // Before the first message there is no need: the first message carries the name.
  if (thread.messages.size) hub.introduce({ id: newId(), about: about() }).catch(() => {});
}

function drawAbout() {
  const known = store.get("about", { name: "", email: "" });
  const [name, email] = form.querySelectorAll("label span");
  const [save, skip] = form.querySelectorAll("button");
  form.querySelector("p").textContent = words.aboutWhy;
  name.textContent = words.name;
  email.textContent = words.email;
  save.textContent = words.save;
  skip.textContent = words.skip;
  Object.assign(form.elements.name, { value: known.name });
  Object.assign(form.elements.email, { value: known.email });
  form.hidden = store.get("asked", false);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    introduce();
    composer.text.focus();
  });
  skip.addEventListener("click", () => {
    form.hidden = true;
    store.set("asked", true);
    composer.text.focus();
  });
  by("about-button").addEventListener("click", () => {
    form.hidden = !form.hidden;
    if (form.hidden) return;
    form.scrollIntoView({ block: "nearest" });
    form.elements.name.focus();
  });
}

// ------------------------------------------------------------------------------------------- the start

function label() {
  page.lang = words.language;
  page.classList.toggle("embedded", frame.embedded);
  document.title = title || words.title;
  by("title").textContent = title || words.title;
  by("greeting").firstElementChild.textContent = greeting || words.greeting;
  by("earlier").textContent = words.earlier;
  by("newest").lastElementChild.textContent = words.newest;
  by("close").hidden = !frame.embedded;
  for (const [id, name] of [
    ["close", words.close],
    ["about-button", words.about],
  ]) {
    by(id).title = name;
    by(id).setAttribute("aria-label", name);
  }
  by("viewer").querySelector("button").setAttribute("aria-label", words.shut);
  scroll.setAttribute("aria-label", title || words.title);
}

function listen() {
  connection.addEventListener("state", drawState);
  outbox.addEventListener("changed", () => render());
  outbox.addEventListener("taken", ({ detail: { entry, cursor } }) => {
    thread.apply({ ...pending(entry), type: "message", cursor, pending: false, local: true });
    frame.tell({ token: hub.token });
  });
  by("close").addEventListener("click", () => frame.tell({ close: true }));
  by("newest").addEventListener("click", toNewest);
  by("viewer").addEventListener("click", () => by("viewer").close());
  scroll.addEventListener(
    "scroll",
    () => {
      atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR;
      if (atEnd) by("newest").hidden = true;
    },
    { passive: true },
  );
  list.addEventListener("load", () => atEnd && toNewest(), { capture: true }); // pictures
  addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape") return;
      if (composer.openEmoji(false)) {
        event.preventDefault();
        composer.text.focus();
      } else if (by("viewer").open) {
        event.preventDefault();
        by("viewer").close();
      }
    },
    { capture: true },
  );
  const looked = () => frame.seen && fetched && Date.now() - fetched > STALE && session().catch(() => {});
  document.addEventListener("visibilitychange", looked);
  frame.addEventListener("shown", (event) => {
    looked();
    render(true);
    const typing = form.contains(document.activeElement); // whoever fills in the form goes on with it
    if (event.detail.focus && !typing && !matchMedia("(pointer: coarse)").matches) composer.text.focus();
  });
  new ResizeObserver(() => atEnd && toNewest()).observe(scroll); // keyboards
}

async function start() {
  label();
  drawState();
  drawAbout();
  listen();
  render();
  frame.tell({ ready: true });
  const backoff = new Backoff();
  while (!(await session().catch((error) => pause(backoff.next(error.retryAfter)).then(() => null))));
  if (thread.messages.size) frame.tell({ token: hub.token });
  render(true);
  outbox.run();
  connection.run(connection.cursor);
}

start();
