// What unfinished words would be (an answer, a note, a command, or words to ask about first), as the hub says: it alone
// decides, and decides again when they are sent.

import { ask } from "./api.js";

const PAUSE = 150; // milliseconds after the last key

/** `told()` is called when the hub has answered about the words that were shown last. */
export function kinds(told) {
  const nothing = { stamp: "", kind: "answer" };
  let known = nothing;
  let wanted = "";
  let timer = 0;

  const stampOf = (dialog, { text, note }) => JSON.stringify([dialog, text.trim(), note]);

  async function judge(dialog, draft) {
    const stamp = stampOf(dialog, draft);
    if (known.stamp === stamp) return known;
    const body = { text: draft.text.trim(), note: draft.note };
    const answer = await ask("POST", `dialogs/${dialog}/kind`, { body });
    const found = { ...nothing, ...answer, stamp };
    if (wanted === stamp) known = found;
    return found;
  }

  return {
    /** Resolves to `{kind, command, asked}`. */
    judge,

    /** What is known now; until the hub has said more, what the words before were. */
    of(dialog, draft) {
      const stamp = stampOf(dialog, draft);
      if (stamp === wanted) return known;
      wanted = stamp;
      clearTimeout(timer);
      if (!draft.text.trim()) return (known = { ...nothing, stamp, kind: draft.note ? "note" : "answer" });
      timer = setTimeout(() => judge(dialog, draft).then(told, () => {}), PAUSE);
      return known;
    },
  };
}
