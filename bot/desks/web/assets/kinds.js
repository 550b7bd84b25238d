// Classification of a draft by the hub: an answer, a note, a command, or a text to ask about first. Only the hub
// decides, and it decides again on sending.

import { ask } from "./api.js";

const PAUSE = 150; // ms after the last key

/** Calls `told()` when the hub has classified the latest draft. */
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

    /** Returns the classification known now; until the hub answers, that of the former text. */
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
