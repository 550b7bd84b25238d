// Sign-in by key.

import { ask } from "./api.js";
import { h, icon } from "./dom.js";
import { t } from "./i18n.js";

export function signIn(done) {
  const key = h("input", {
    id: "key",
    type: "password",
    autocomplete: "current-password",
    required: true,
    spellcheck: "false",
    "aria-describedby": "key-error",
  });
  const fault = h("p.error", { id: "key-error", role: "alert" });
  const enter = h("button.button.primary.filled", { type: "submit" }, t("Sign in"));
  const show = h(
    "button.tool.eye",
    { type: "button", title: t("Show the key"), "aria-label": t("Show the key"), "aria-pressed": "false" },
    icon("key"),
  );
  show.addEventListener("click", () => {
    const hidden = key.type === "password";
    key.type = hidden ? "text" : "password";
    show.setAttribute("aria-pressed", String(hidden));
    key.focus();
  });
  const form = h("form.sign-in", {}, [
    h("input", { type: "text", autocomplete: "username", value: "desk", hidden: true }), // name under which password managers store the key
    h("div.mark", {}, icon("chat", 26)),
    h("h1", {}, t("Dialog hub")),
    h("p.intro", {}, t("All customer dialogs in one place.")),
    h("label", { for: "key" }, t("Your key")),
    h("div.with-tool", {}, [key, show]),
    fault,
    enter,
    h("p.hint", {}, t("Ask your administrator for a key.")),
  ]);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!key.value.trim()) return key.focus();
    fault.textContent = "";
    enter.disabled = true;
    try {
      await ask("POST", "session", { body: { key: key.value } });
      done();
    } catch (error) {
      fault.textContent = words(error);
      key.select();
    } finally {
      enter.disabled = false;
    }
  });
  setTimeout(() => key.focus());
  return h("main.gate", {}, form);
}

function words(error) {
  if (error.code === "wrong_key") return t("Wrong key.");
  if (error.code === "too_many_tries") return t("Wrong key. After many failures each attempt takes a few seconds.");
  return t("The hub is unreachable. Try again.");
}
