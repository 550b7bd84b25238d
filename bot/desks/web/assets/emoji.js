// The emoji picker: emoji by group, recently used ones, search by name.

import { ask } from "./api.js";
import { h, put } from "./dom.js";
import { t } from "./i18n.js";
import { memory } from "./state.js";
import { stand } from "./windows.js";

const RECENT = 24;
const FIRST = ["👍", "🙏", "😊", "🎉", "❤️", "👌", "🙂", "😅", "👋", "✅", "🔥", "😉", "🤝", "💪", "🙌", "☺️"];
/** First emoji of each group in the hub's table. */
const GROUPS = [
  ["😀", () => t("Smileys")],
  ["👋", () => t("People")],
  ["🐵", () => t("Nature")],
  ["🍇", () => t("Food")],
  ["🌍", () => t("Travel")],
  ["🎃", () => t("Activities")],
  ["👓", () => t("Objects")],
  ["🏧", () => t("Symbols")],
  ["🏁", () => t("Flags")],
];
/** Beginnings of Russian words, and the English names they stand for. */
const RUSSIAN = {
  улыб: "smil",
  смех: "laugh joy",
  груст: "pensive disappointed",
  плач: "cry sob",
  слез: "cry sob",
  серд: "heart",
  любов: "heart",
  палец: "thumbs +1 -1",
  лайк: "+1 thumbsup",
  класс: "+1 thumbsup",
  ок: "ok_hand",
  спасибо: "pray",
  привет: "wave",
  пока: "wave",
  рук: "hand handshake",
  огонь: "fire",
  праздник: "tada confetti",
  подарок: "gift",
  торт: "cake birthday",
  звезд: "star",
  галоч: "check",
  крест: "x no_entry",
  вопрос: "question",
  внимание: "warning exclamation",
  время: "clock hourglass",
  час: "clock hourglass",
  письм: "email envelope",
  телефон: "phone",
  деньги: "money dollar",
  карт: "credit_card",
  машин: "car",
  грузов: "truck",
  достав: "truck package",
  коробк: "package",
  посыл: "package",
  дом: "house",
  солн: "sun",
  дожд: "rain",
  снег: "snow",
  кот: "cat",
  кош: "cat",
  собак: "dog",
  цвет: "flower rose",
  кофе: "coffee",
  чай: "tea",
  пицц: "pizza",
  удив: "open_mouth astonished",
  злой: "angry rage",
  думать: "thinking",
  подмиг: "wink",
  поцел: "kiss",
  замок: "lock",
  ключ: "key",
  файл: "page file",
  фото: "camera",
  глаз: "eyes",
  мозг: "brain",
  флаг: "flag",
  россия: "flag-ru",
  ракет: "rocket",
};

let table = [];
let asked = null;

function load() {
  asked ||= ask("GET", "emoji").then(
    (told) => (table = told.emoji),
    () => (asked = null),
  );
  return asked;
}

/** Finds emoji whose name contains the text, best first: [[emoji, names]]. */
export function findEmoji(typed) {
  load();
  const wanted = typed.toLowerCase();
  const russian = Object.entries(RUSSIAN).filter(
    ([word]) => wanted.startsWith(word) || (wanted.length > 2 && word.startsWith(wanted)),
  );
  const names = [wanted.replaceAll(" ", "_"), ...russian.flatMap(([, meant]) => meant.split(" "))];
  const rank = ([, known]) => {
    const words = known.split(" ");
    if (names.some((name) => words.includes(name))) return 0;
    if (names.some((name) => words.some((word) => word.startsWith(name)))) return 1;
    return names.some((name) => known.includes(name)) ? 2 : 3;
  };
  return table
    .map((one) => [rank(one), one])
    .filter(([found]) => found < 3)
    .sort((one, other) => one[0] - other[0])
    .map(([, one]) => one);
}

let close = null;

/** Opens the picker at a button; calls `chosen(emoji)` for each pick. */
export async function emojiPicker(button, chosen) {
  if (close) return close();
  const search = h("input", {
    type: "search",
    placeholder: t("Search"),
    "aria-label": t("Search for emoji"),
    spellcheck: "false",
  });
  const grid = h("div.grid", { tabindex: "-1" });
  const shown = h("div.emoji-picker", { role: "dialog", "aria-label": t("Emoji") }, [search, grid]);
  const away = (event) => !shown.contains(event.target) && !button.contains(event.target) && close();
  close = () => {
    close = null;
    shown.remove();
    document.removeEventListener("pointerdown", away);
  };
  const take = (picture) => {
    memory.set("emoji", [picture, ...memory.get("emoji", []).filter((one) => one !== picture)].slice(0, RECENT));
    close();
    chosen(picture);
  };
  const draw = () => put(grid, search.value.trim() ? found(search.value.trim()) : groups());
  document.addEventListener("pointerdown", away);
  search.addEventListener("input", draw);
  shown.addEventListener("keydown", (event) => keys(event, shown, search, button));
  grid.addEventListener("click", (event) => event.target.dataset.emoji && take(event.target.dataset.emoji));
  document.body.append(shown);
  draw();
  stand(shown, button);
  search.focus();
  await load();
  if (close) draw();
}

function keys(event, shown, search, button) {
  if (event.key === "Escape") {
    close();
    button.focus();
  }
  if (event.key === "Enter" && event.target === search) {
    event.preventDefault();
    shown.querySelector(".grid button")?.click();
  }
  const all = [...shown.querySelectorAll(".grid button")];
  const here = all.indexOf(document.activeElement);
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 }[event.key];
  if (!step || (here < 0 && event.key !== "ArrowDown")) return;
  event.preventDefault();
  const next = here < 0 ? all[0] : all[here + step];
  (next || (step < 0 ? search : null))?.focus();
}

const cell = ([picture, names]) =>
  h("button", { type: "button", title: names ? `:${names.split(" ")[0]}:` : "", data: { emoji: picture } }, picture);

function found(typed) {
  const many = findEmoji(typed).slice(0, 160);
  return many.length ? h("div.group", {}, many.map(cell)) : h("p.nothing", {}, t("Nothing found"));
}

function groups() {
  const lately = memory.get("emoji", []);
  const often = [...lately, ...FIRST.filter((one) => !lately.includes(one))].slice(0, RECENT);
  const starts = GROUPS.map(([picture]) => table.findIndex(([one]) => one === picture));
  const drawn = GROUPS.map(([, label], place) => {
    if (starts[place] < 0) return null;
    const end = starts.slice(place + 1).find((start) => start > 0) ?? table.length;
    return [h("h3", {}, label()), h("div.group", {}, table.slice(starts[place], end).map(cell))];
  });
  return [
    h("h3", {}, t("Often used")),
    h(
      "div.group",
      {},
      often.map((one) => cell([one, ""])),
    ),
    drawn,
  ];
}
