// DOM helpers. Text from outside only ever becomes text nodes: no part of the page parses HTML out of data.

/** h("div.row.strong", {title: "…", onclick: f, disabled: true}, "words", node, [more], null) */
export function h(spec, props = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  return fill(set(node, props), children);
}

export function set(node, props) {
  for (const [name, value] of Object.entries(props || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.classList.add(...value.split(" ").filter(Boolean));
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  return node;
}

export function fill(node, children) {
  node.append(
    ...children
      .flat(Infinity)
      .filter((child) => child !== null && child !== undefined && child !== false && child !== ""),
  );
  return node;
}

/** Replaces a node's children. */
export function put(node, ...children) {
  node.textContent = "";
  return fill(node, children);
}

/**
 * Updates the children of `parent` to match `items`, in their order, touching only what changed: an item whose `stamp`
 * is unchanged keeps its node, and with it focus, selection and playing audio.
 */
export function keep(parent, items, { key, stamp, draw }) {
  const before = parent.kept || new Map();
  const after = new Map();
  let place = parent.firstChild;
  for (const item of items) {
    const name = key(item);
    const mark = stamp(item);
    const known = before.get(name);
    const same = known && known.mark === mark;
    const node = same ? known.node : draw(item, known?.node);
    if (known && !same) {
      if (known.node === place) place = place.nextSibling;
      known.node.replaceWith(node);
    }
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
    after.set(name, { mark, node });
  }
  for (const [name, known] of before) {
    if (!after.has(name) && known.node.parentNode === parent) known.node.remove();
  }
  parent.kept = after;
}

/** Calls `f` once, `pause` milliseconds after the last of many calls. */
export function settled(f, pause) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(f, pause, ...given);
  };
}

/**
 * Calls `more()`, which returns a promise, as long as `foot` is near the visible part of `root` and `wants()` is true.
 * Returns a function that checks again, for callers that know of more items.
 */
export function endless(root, foot, wants, more) {
  let near = false;
  let busy = false;
  const go = async () => {
    if (busy) return;
    busy = true;
    while (near && wants()) {
      await more();
      await new Promise((resolve) => setTimeout(resolve, 60)); // until the new items have moved the foot
    }
    busy = false;
  };
  const seen = (entries) => {
    near = entries.at(-1).isIntersecting;
    go();
  };
  new IntersectionObserver(seen, { root, rootMargin: "300px" }).observe(foot);
  return go;
}

const SVG = "http://www.w3.org/2000/svg";

const SHAPES = {
  inbox: "M3 13l3-8h12l3 8M3 13v6h18v-6M3 13h5l1.5 3h5L16 13h5",
  work: "M4 5h16v11H9l-5 4V5z",
  mine: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20c1-4 4-5.5 8-5.5s7 1.5 8 5.5",
  all: "M4 6h16M4 12h16M4 18h16",
  closed: "M4 7h16v13H4zM3 4h18v3H3zM9.5 11.5h5",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.5 4.5",
  task: "M4 5h16v15H4zM8.5 12.5l2.5 2.5 4.500-5",
  chart: "M5 20V11M12 20V4M19 20v-6",
  gear: "M12 15.200a3.200 3.200 0 1 0 0-6.400 3.200 3.200 0 0 0 0 6.400zM12 3v3M12 18v3M3 12h3M18 12h3M5.600 5.600l2.100 2.100M16.300 16.300l2.100 2.100M5.600 18.400l2.100-2.100M16.300 7.700l2.100-2.100",
  spark: "M13 3L5 13.500h6L10 21l9-11h-6.500z",
  deal: "M4 7h16v12H4zM9 7V4h6v3M4 12h16",
  bell: "M6 17V11a6 6 0 1 1 12 0v6l1.5 2h-15L6 17zM10 21.5h4",
  back: "M14 5l-7 7 7 7",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  close: "M6 6l12 12M18 6L6 18",
  attach:
    "M20 11.5l-8.300 8.300a5 5 0 0 1-7.100-7.100L13 4.300a3.300 3.300 0 0 1 4.700 4.700l-8.400 8.400a1.700 1.700 0 0 1-2.400-2.400l7.700-7.600",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.5 14.5a4.300 4.300 0 0 0 7 0M9 9.5h.01M15 9.5h.01",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  send: "M5 12L4 4l17 8-17 8 1-8zM5 12h8",
  reply: "M10 8V4L3 11l7 7v-4c5 0 8 1.5 11 6-.5-7-4-11-11-12z",
  star: "M12 3.5l2.600 5.300 5.900.9-4.300 4.100 1 5.800-5.200-2.700-5.200 2.700 1-5.800L3.5 9.700l5.900-.9z",
  mark: "M7 4h10v16l-5-4-5 4z",
  edit: "M4 20l1-4L16.5 4.5l3 3L8 19zM14 7l3 3",
  bin: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13M10 11v5M14 11v5",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  down: "M6 9l6 6 6-6",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  pin: "M12 21c-4-4.5-6.5-7.800-6.5-11a6.5 6.5 0 0 1 13 0c0 3.200-2.5 6.5-6.5 11zM12 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20c1-4 4-5.5 8-5.5s7 1.5 8 5.5",
  key: "M8 15a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 11h9M18 11v4M15 11v3",
  out: "M14 4h6v16h-6M4 12h11M11 8l4 4-4 4",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 8h.01",
  chat: "M4 5h16v11H9l-5 4V5z",
  check: "M5 12.5l4.5 4.5L19 7",
  offline: "M3 3l18 18M8.5 15.5a5 5 0 0 1 6.5-.5M5 12a10 10 0 0 1 4-2.400M19 12a10 10 0 0 0-6-2.900M12 19h.01",
};

/** One of the page's line icons, hidden from screen readers. */
export function icon(name, size = 18) {
  const drawn = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SHAPES[name]);
  for (const [attribute, value] of Object.entries({
    viewBox: "0 0 24 24",
    width: size,
    height: size,
    "aria-hidden": "true",
  })) {
    drawn.setAttribute(attribute, value);
  }
  drawn.classList.add("icon", `icon-${name}`);
  drawn.append(path);
  return drawn;
}

/** An icon button whose label is read aloud and shown as a tooltip. */
export function tool(name, label, onclick, props = {}) {
  return h("button.tool", { type: "button", title: label, "aria-label": label, onclick, ...props }, icon(name));
}
