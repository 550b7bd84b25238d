// The loader that a site embeds:  <script src="https://HUB/chat/ACCOUNT/widget.js" async></script>
// 
// It puts a launcher into a shadow root of its own and, when first needed, the chat itself into a frame from the hub.
// Page and frame exchange only messages that open, close and count, and the visitor's token: sooner or later browsers
// clear the storage of third-party frames, so the page keeps a copy of it.
// 
// Optional attributes of the tag: data-lang ("en", "ru"), data-theme ("light", "dark"). Any element with
// `data-chat-open` opens the chat; scripts may call dialogHub.open() and dialogHub.close().
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script || window.dialogHub) return;

  const home = new URL(script.src.replace(/\/widget\.js([?#].*)?$/, ""));
  const account = home.pathname.split("/").pop();
  const language = (script.dataset.lang || document.documentElement.lang || navigator.language).slice(0, 2);
  const WORDS = {
    en: { open: "Open the chat", close: "Close the chat", chat: "Chat", unread: (n) => `Open the chat, unread: ${n}` },
    ru: { open: "Открыть чат", close: "Закрыть чат", chat: "Чат", unread: (n) => `Открыть чат, непрочитанных: ${n}` },
  };
  const words = WORDS[language] || WORDS.en;
  const phone = matchMedia("(max-width: 480px), (max-height: 480px)");
  const night = matchMedia("(prefers-color-scheme: dark)");

  const BUBBLE =
    "M20.5 11.6c0 4.3-3.8 7.7-8.5 7.7-1.2 0-2.3-.2-3.3-.6L4 20l1.3-3.9a7.3 7.3 0 0 1-1.8-4.5c0-4.3 3.8-7.7 8.5-7.7" +
    "s8.5 3.4 8.5 7.7Z M8.6 11.7h.01M12 11.7h.01M15.4 11.7h.01";
  const STYLE = `
    :host { all: initial; position: fixed; z-index: 2147483000; inset: auto 20px 20px auto; display: block; }
    * { box-sizing: border-box; }
    button { position: relative; display: grid; place-items: center; width: 60px; height: 60px; padding: 0; border: 0;
      border-radius: 50%; background: #1f6f5c; color: #fff; cursor: pointer; -webkit-tap-highlight-color: transparent;
      box-shadow: 0 1px 2px rgb(20 40 34 / 20%), 0 8px 24px rgb(20 40 34 / 24%);
      transition: transform .18s, background .18s; }
    button:hover { background: #1a604f; transform: translateY(-1px); }
    button:active { transform: scale(.96); }
    button:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px #1f6f5c; }
    svg { grid-area: 1 / 1; width: 28px; height: 28px; fill: none; stroke: currentColor; stroke-width: 1.8;
      stroke-linecap: round; stroke-linejoin: round; transition: transform .2s, opacity .2s; }
    .down, .open .talk { opacity: 0; transform: rotate(-40deg) scale(.6); }
    .open .down { opacity: 1; transform: none; }
    b { position: absolute; top: -3px; right: -3px; min-width: 22px; height: 22px; padding: 0 6px; border-radius: 11px;
      background: #d6453d; color: #fff; font: 600 12px/22px system-ui, sans-serif; text-align: center;
      box-shadow: 0 0 0 2px #fff; }
    b[hidden] { display: none; }
    iframe { position: absolute; right: 0; bottom: 76px; border: 0;
      width: 390px; height: min(640px, calc(100vh - 116px));
      border-radius: 18px; background: #fff; color-scheme: normal;
      box-shadow: 0 0 0 1px rgb(20 40 34 / 6%), 0 4px 12px rgb(20 40 34 / 10%), 0 20px 60px rgb(20 40 34 / 22%);
      transform-origin: 100% 100%; transition: transform .2s cubic-bezier(.2, .8, .3, 1), opacity .16s, visibility 0s; }
    .dark iframe { background: #161a18; }
    iframe:not(.shown) { opacity: 0; visibility: hidden; pointer-events: none; transform: translateY(12px) scale(.97);
      transition: transform .16s, opacity .16s, visibility 0s .16s; }
    @media (max-width: 480px), (max-height: 480px) {
      :host { inset: auto 16px 16px auto; }
      iframe { position: fixed; inset: 0 auto auto 0; width: 100vw; height: 100vh; height: 100dvh; border-radius: 0; }
      .open button { visibility: hidden; }
    }
    @media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
    @media print { :host { display: none; } }`;

  const memory = {
    get(area, name) {
      try {
        return area().getItem(`dialog-hub:${account}:${name}`);
      } catch {
        return null;
      }
    },
    set(area, name, value) {
      try {
        area().setItem(`dialog-hub:${account}:${name}`, value);
      } catch {
        /* the page may not store anything */
      }
    },
  };
  const lasting = () => localStorage;
  const session = () => sessionStorage;

  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const box = document.createElement("div");
  const button = document.createElement("button");
  const badge = document.createElement("b");
  let frame = null;
  let ready = false;
  let isOpen = false;
  let unread = 0;

  function icon(name, path) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const line = document.createElementNS(svg.namespaceURI, "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("class", name);
    svg.setAttribute("aria-hidden", "true");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  }

  function theme() {
    return script.dataset.theme || (night.matches ? "dark" : "light");
  }

  function load() {
    if (frame) return;
    frame = document.createElement("iframe");
    frame.title = words.chat;
    frame.src = `${home}?${new URLSearchParams({ lang: WORDS[language] ? language : "", theme: theme() })}`;
    box.prepend(frame);
  }

  function say(message) {
    if (ready) frame.contentWindow.postMessage({ dialogHub: message }, home.origin);
  }

  function draw() {
    box.className = `${isOpen ? "open" : ""} ${theme()}`;
    frame?.classList.toggle("shown", isOpen && ready);
    badge.textContent = unread > 99 ? "99+" : unread;
    badge.hidden = isOpen || !unread;
    button.setAttribute("aria-expanded", isOpen);
    button.setAttribute("aria-label", isOpen ? words.close : unread ? words.unread(unread) : words.open);
    document.documentElement.style.overflow = isOpen && phone.matches ? "hidden" : "";
    fit();
  }

  // On a phone the keyboard covers part of the window: the chat uses the rest.
  function fit() {
    if (!frame) return;
    const view = window.visualViewport;
    const whole = phone.matches && isOpen && view;
    frame.style.height = whole ? `${view.height}px` : "";
    frame.style.top = whole ? `${view.offsetTop}px` : "";
  }

  function show(open, byHand = true) {
    if (open) load();
    isOpen = open;
    memory.set(session, "open", open ? "1" : "");
    draw();
    say({ shown: open, modal: phone.matches, focus: byHand });
    if (open && byHand) frame.focus();
    if (!open && byHand) button.focus();
  }

  function heard(event) {
    const message = event.data?.dialogHub;
    if (!frame || event.source !== frame.contentWindow || event.origin !== home.origin || !message) return;
    if (message.ready) {
      ready = true;
      say({ token: memory.get(lasting, "token") });
      show(isOpen, isOpen && document.activeElement === host);
    }
    if (message.token) memory.set(lasting, "token", String(message.token));
    if (message.close) show(false);
    if ("unread" in message) {
      unread = Number(message.unread) || 0;
      draw();
    }
  }

  function start() {
    if (root.adoptedStyleSheets) {
      const sheet = new CSSStyleSheet(); // not subject to a site's style-src, unlike an inline <style>
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
    } else {
      root.append(Object.assign(document.createElement("style"), { textContent: STYLE }));
    }
    button.type = "button";
    button.append(icon("talk", BUBBLE), icon("down", "M6 9.5l6 6 6-6"), badge);
    box.append(button);
    root.append(box);
    document.body.append(host);
    button.addEventListener("click", () => show(!isOpen));
    for (const sign of ["pointerenter", "focus"]) button.addEventListener(sign, load, { once: true });
    document.addEventListener("click", (event) => {
      if (!event.target.closest?.("[data-chat-open]")) return;
      event.preventDefault();
      show(true);
    });
    addEventListener("message", heard);
    phone.addEventListener("change", () => show(isOpen, false));
    night.addEventListener("change", () => {
      draw();
      say({ theme: theme() });
    });
    window.visualViewport?.addEventListener("resize", fit);
    window.visualViewport?.addEventListener("scroll", fit);
    draw();
    // Visitors who have written before are notified of replies; for others nothing is loaded until they need it.
    if (memory.get(session, "open") && !phone.matches) show(true, false);
    else if (memory.get(lasting, "token")) load();
  }

  window.dialogHub = { open: () => show(true), close: () => show(false) };
  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
})();
