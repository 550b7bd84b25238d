// Sending: messages of a dialog go one after another, each with an id of its own, so that a retry after a lost
// connection is never a second message.

import { ask, newId, upload } from "./api.js";
import { reason, take } from "./deeds.js";
import { desk } from "./state.js";

const OPENING = 15; // attempts while the hub is about to open the dialog's thread

/** Adds the draft (or an unsent message, again) to the end of the dialog and sends it. */
export function send(talk, draft, draw) {
  const one = draft.id ? draft : { ...draft, id: newId() };
  Object.assign(one, { post: `${desk.me.user}:${one.id}`, state: "sending", progress: 0, problem: "" });
  if (!talk.unsent.includes(one)) talk.unsent.push(one);
  draw();
  talk.sending = (talk.sending || Promise.resolve()).then(() => attempt(talk, one, draw));
}

async function attempt(talk, one, draw) {
  try {
    const { answer } = await patiently(() => post(talk, one, draw));
    await talk.refresh().catch(() => {});
    talk.unsent = talk.unsent.filter((other) => other !== one);
    if (answer.kind !== "silent") take(answer, talk.number);
  } catch (error) {
    Object.assign(one, { state: "failed", problem: reason(error) });
    if (error.status === 401) keepAsDraft(talk, one);
  }
  draw();
}

/** Keeps an unsent message as a draft after a sign-out, until its author returns. */
export function keepAsDraft(talk, one) {
  talk.draft.text = one.text;
  talk.rememberDraft();
}

async function patiently(once) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await once();
    } catch (error) {
      if (error.code !== "opening" || tries > OPENING) throw error;
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
  }
}

function post(talk, one, draw) {
  const path = `dialogs/${talk.number}/posts`;
  const fields = { id: one.id, text: one.text, note: one.note };
  if (one.reply) fields.reply_to = one.reply.post;
  if (!one.files.length) return ask("POST", path, { body: fields });
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, String(value));
  for (const file of one.files) form.append("files", file, file.name);
  return upload(path, form, (progress) => {
    one.progress = Math.round(progress * 50) / 50;
    draw();
  });
}
