// Attention while the page is in the background: the counter in the title, a sound, and system notifications. The last
// two only if this operator has turned them on.

import { t } from "./i18n.js";
import { desk, memory, on } from "./state.js";
import { plain } from "./text.js";

let before = null;

export function watch() {
  on("counters", () => {
    const mine = desk.counters.mine || 0;
    const waiting = (desk.counters.new || 0) + mine;
    document.title = waiting ? `(${waiting}) ${t("Dialogs")}` : t("Dialogs");
    if (before !== null && waiting > before && document.hidden) call(waiting);
    before = waiting;
  });
}

const call = (waiting) => alert(t("A customer is waiting"), `${t("Waiting for a reply")}: ${waiting}`, "hub");

/** Alerts this operator, whom a colleague has mentioned in a note. */
export function called(notice) {
  if (!document.hidden) return;
  const words = notice.view.rows.map((row) => plain(row.text)).join("\n");
  alert(t("You are mentioned in a note"), words, `hub-${notice.id}`, () => (location.hash = `/dialog/${notice.view.named}`));
}

function alert(title, body, tag, go = () => {}) {
  if (memory.get("sound", false)) chime();
  if (!memory.get("alerts", false) || window.Notification?.permission !== "granted") return;
  const shown = new Notification(title, { body, tag });
  shown.onclick = () => {
    window.focus();
    go();
    shown.close();
  };
}

/** Plays two soft notes. */
function chime() {
  const sound = new AudioContext();
  for (const [place, pitch] of [659, 880].entries()) {
    const start = sound.currentTime + place * 0.14;
    const tone = new OscillatorNode(sound, { frequency: pitch });
    const loudness = new GainNode(sound, { gain: 0 });
    loudness.gain.setTargetAtTime(0.08, start, 0.01);
    loudness.gain.setTargetAtTime(0, start + 0.1, 0.08);
    tone.connect(loudness).connect(sound.destination);
    tone.start(start);
    tone.stop(start + 0.7);
  }
}

/** Entries for the operator's menu. */
export function permissions() {
  const toggle = (name, label) => ({
    label,
    checked: memory.get(name, false),
    run: () => memory.set(name, !memory.get(name, false)),
  });
  const sound = toggle("sound", t("Sound when a customer is waiting"));
  if (!window.Notification) return [sound];
  const alerts = toggle("alerts", t("Notifications on this computer"));
  const run = alerts.run;
  alerts.run = async () => {
    if (!alerts.checked && (await Notification.requestPermission()) !== "granted") return;
    run();
  };
  return [sound, alerts];
}
