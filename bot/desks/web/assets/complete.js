// Completion while typing: commands after "/" or "@hub", colleagues after "@", emoji after ":".

import { h, put } from "./dom.js";
import { findEmoji } from "./emoji.js";
import { t } from "./i18n.js";
import { desk } from "./state.js";

const MOST = 8;

/** Shows completions for `area` in a list above it, inside `host`. */
export function completion(area, host) {
  const list = h("div.completion", { role: "listbox", id: "completion", "aria-label": t("Suggestions"), hidden: true });
  host.append(list);
  area.setAttribute("aria-controls", "completion");
  area.setAttribute("aria-autocomplete", "list");
  let offered = [];
  let place = 0;

  function update() {
    const before = area.value.slice(0, area.selectionStart);
    offered = area.selectionStart === area.selectionEnd ? suggestions(before).slice(0, MOST) : [];
    place = 0;
    draw();
  }

  function draw() {
    list.hidden = !offered.length;
    put(
      list,
      offered.map((one, number) => {
        const option = h(
          "div.option",
          { role: "option", id: `option-${number}`, "aria-selected": String(number === place) },
          [h("b", {}, one.label), h("span", {}, one.about)],
        );
        option.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          take(one);
        });
        return option;
      }),
    );
    if (offered.length) area.setAttribute("aria-activedescendant", `option-${place}`);
    else area.removeAttribute("aria-activedescendant");
  }

  function take(one) {
    area.setRangeText(one.words, area.selectionStart - one.replaces, area.selectionStart, "end");
    offered = [];
    draw();
    area.dispatchEvent(new Event("input"));
  }

  function close() {
    offered = [];
    draw();
  }

  area.addEventListener("input", update);
  area.addEventListener("blur", close);

  return {
    close,
    /** Returns true if the list has handled the key. */
    handles(event) {
      if (!offered.length || event.isComposing) return false;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) place = (place + step + offered.length) % offered.length;
      else if (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey)) {
        if (event.key === "Enter" && offered[place].exact) {
          close();
          return false;
        }
        take(offered[place]);
      } else if (event.key === "Escape") {
        event.stopPropagation();
        close();
      } else return false;
      event.preventDefault();
      if (step) draw();
      return true;
    },
  };
}

function suggestions(before) {
  const said = before.match(/^(\/(?:dialog\s+)?|@hub\s+)([\p{L}]*)$/iu);
  if (said && !before.startsWith("//")) return commands(said[1], said[2]);
  const named = before.match(/(?:^|[\s(])@([\p{L}\d_.-]*)$/u);
  if (named) return colleagues(named[1]);
  const emoji = before.match(/(?:^|\s):([\p{L}\d_+-]{2,})$/u);
  return emoji ? pictures(emoji[1]) : [];
}

function commands(lead, typed) {
  const words = desk.me.commands.filter((one) => one.word.startsWith(typed.toLowerCase()));
  return words.map((one) => ({
    label: lead.startsWith("@") ? one.word : `/${one.word}`,
    about: one.about,
    words: `${one.word} `,
    replaces: typed.length,
    exact: one.word === typed.toLowerCase(),
  }));
}

function colleagues(typed) {
  const people = [...desk.me.operators.filter((one) => one !== desk.me.user), "hub"];
  return people
    .filter((one) => one.normalize("NFC").toLowerCase().startsWith(typed.normalize("NFC").toLowerCase()))
    .map((one) => ({
      label: `@${one}`,
      about: one === "hub" ? t("command to the hub") : t("a note that mentions a colleague"),
      words: `${one} `,
      replaces: typed.length,
      exact: false,
    }));
}

function pictures(typed) {
  return findEmoji(typed)
    .slice(0, MOST)
    .map(([picture, names]) => ({
      label: picture,
      about: `:${names.split(" ")[0]}:`,
      words: `${picture} `,
      replaces: typed.length + 1,
      exact: false,
    }));
}
