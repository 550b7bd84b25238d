// Texts, times and sizes in the operator's language.

let words = {};
let locale = "en";

export function speak(told) {
  words = told.words;
  document.documentElement.lang = told.locale;
  locale = navigator.languages.find((one) => one.split("-")[0] === told.locale) || told.locale; // their region's clock
}

/**
 * Translates an English text; `{name}` in it is replaced from `values`. The part after a bar is not shown: it
 * distinguishes two meanings of the same English text.
 */
export function t(text, values = {}) {
  return (words[text] || text.split("|")[0]).replace(/\{(\w+)\}/g, (found, name) => values[name] ?? found);
}

const made = new Map();

function formatter(kind, options) {
  const name = kind.name + JSON.stringify(options);
  if (!made.has(name)) made.set(name, new kind(locale, options));
  return made.get(name);
}

const UNITS = [
  ["year", 31536000],
  ["month", 2592000],
  ["week", 604800],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];

/** Time since then, short: "now", "5 min", "3 h", "2 d", then the date. */
export function ago(iso) {
  const at = new Date(iso);
  const seconds = Math.max(0, (Date.now() - at) / 1000);
  if (seconds < 45) return t("now");
  if (seconds < 6.5 * 86400) return span(seconds);
  return formatter(Intl.DateTimeFormat, { day: "numeric", month: "short" }).format(at);
}

/** A duration in its largest unit: "5 min". */
export function span(seconds) {
  const [unit, length] = UNITS.find(([, length]) => seconds >= length * 0.95) || ["minute", 60];
  const count = Math.max(1, Math.round(seconds / length));
  return formatter(Intl.NumberFormat, { style: "unit", unit, unitDisplay: "short" }).format(count);
}

export function clock(iso) {
  return formatter(Intl.DateTimeFormat, { hour: "2-digit", minute: "2-digit" }).format(new Date(iso));
}

export function moment(iso) {
  return formatter(Intl.DateTimeFormat, { dateStyle: "long", timeStyle: "short" }).format(new Date(iso));
}

/** The day, as shown in dividers: "Today", "Tomorrow", "Friday, 20 November". */
export function day(iso) {
  const at = new Date(iso);
  const midnight = new Date().setHours(0, 0, 0, 0);
  const days = Math.round((midnight - new Date(at).setHours(0, 0, 0, 0)) / 86400000);
  if (Math.abs(days) <= 1) {
    const told = formatter(Intl.RelativeTimeFormat, { numeric: "auto" }).format(-days, "day");
    return told[0].toLocaleUpperCase(locale) + told.slice(1);
  }
  const year = at.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return formatter(Intl.DateTimeFormat, { weekday: "long", day: "numeric", month: "long", year }).format(at);
}

export function bytes(count) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  let step = 0;
  while (count >= 1000 && step < 3) {
    count /= 1024;
    step += 1;
  }
  const options = {
    style: "unit",
    unit: units[step],
    unitDisplay: "short",
    maximumFractionDigits: count < 10 && step ? 1 : 0,
  };
  return formatter(Intl.NumberFormat, options).format(count);
}

/** "1:05" for 65 seconds. */
export function length(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, "0")}`;
}
