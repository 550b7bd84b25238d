// Forms that the hub asks for. Answers go back with the form's token; errors are shown next to their fields.

import { ask, newId } from "./api.js";
import { h, put } from "./dom.js";
import { t } from "./i18n.js";
import { open } from "./windows.js";

const FEW = 5;
let count = 0;

/** Shows the form; `answered` gets the hub's answer once the input was accepted. */
export function openForm(form, dialog, answered) {
  const fields = form.fields.map(draw);
  const fault = h("p.fault", { role: "alert" });
  const send = h("button.button.primary.filled", { type: "submit" }, form.submit);
  const cancel = h("button.button", { type: "button", onclick: () => close() }, t("Cancel"));
  const shown = h("form", { novalidate: true }, [
    form.intro ? h("p.intro", {}, form.intro) : null,
    fields.map((field) => field.node),
    fault,
    h("footer", {}, [cancel, send]),
  ]);
  let id = newId();
  shown.addEventListener("input", () => {
    id = newId();
  });
  shown.addEventListener("submit", async (event) => {
    event.preventDefault();
    fault.textContent = "";
    if (!complain(fields, missing(fields))) return;
    send.disabled = true;
    const values = Object.fromEntries(fields.map((field) => [field.name, field.value()]));
    try {
      const { answer } = await ask("POST", "submit", { body: { id, token: form.token, values, dialog } });
      if (answer.kind === "invalid") {
        id = newId();
        complain(fields, answer.errors, fault);
        return;
      }
      close();
      answered(answer);
    } catch (error) {
      fault.textContent = error.passing
        ? t("The hub is unreachable. Try again.")
        : t("This form no longer works. Open it again.");
    } finally {
      send.disabled = false;
    }
  });
  const close = open("window", { title: form.title, inside: shown });
  fields[0]?.focus();
}

function draw(field) {
  const id = `field-${(count += 1)}`;
  const error = h("p.error", { id: `${id}-error` });
  const hint = field.hint ? h("p.hint", { id: `${id}-hint` }, field.hint) : null;
  const described = `${id}-error${hint ? ` ${id}-hint` : ""}`;
  const common = { "aria-describedby": described, "aria-required": String(field.required) };
  const radios = field.kind === "choice" && field.options.length <= FEW;
  const several = radios || field.kind === "many"; // inputs in one fieldset
  const input = INPUTS[radios ? "radios" : field.kind](field, id, common);
  const label = [field.label, field.required ? h("span.required", { "aria-hidden": "true" }, " *") : null];
  const title = several ? h("legend", {}, label) : h("label", { for: id }, label);
  return {
    name: field.name,
    required: field.required,
    node: h(several ? "fieldset.field" : "div.field", {}, [title, input.node, hint, error]),
    value: input.value,
    focus: input.focus,
    complain(words) {
      put(error, words || "");
      input.node.classList.toggle("wrong", Boolean(words));
      input.node.setAttribute("aria-invalid", String(Boolean(words)));
    },
  };
}

const simple = (node) => ({ node, value: () => node.value.trim(), focus: () => node.focus() });

const INPUTS = {
  line: (field, id, common) =>
    simple(
      h("input", {
        id,
        type: "text",
        inputmode: field.keyboard || "text",
        maxlength: field.limit,
        value: field.value,
        autocomplete: "off",
        ...common,
      }),
    ),
  area: (field, id, common) =>
    simple(h("textarea", { id, rows: 4, maxlength: field.limit, value: field.value, ...common })),
  choice(field, id, common) {
    const options = field.options.map((option) => h("option", { value: option.value }, option.label));
    const select = h("select", { id, ...common }, [h("option", { value: "" }, t("Choose…")), ...options]);
    select.value = field.value;
    return simple(select);
  },
  radios(field, id, common) {
    const pills = field.options.map((option) => {
      const box = h("input", { type: "radio", name: id, value: option.value });
      box.checked = option.value === field.value;
      return h("label.pill", {}, [box, h("span", {}, option.label)]);
    });
    const node = h("div.pills", { role: "radiogroup", ...common }, pills);
    const boxes = () => [...node.querySelectorAll("input")];
    return {
      node,
      value: () => boxes().find((box) => box.checked)?.value || "",
      focus: () => (boxes().find((box) => box.checked) || boxes()[0])?.focus(),
    };
  },
  many(field, id, common) {
    const chosen = new Set(field.value.split(","));
    const lines = field.options.map((option) => {
      const box = h("input", { type: "checkbox", name: id, value: option.value });
      box.checked = chosen.has(option.value);
      return h("label.tick", {}, [box, h("span", {}, option.label)]);
    });
    const node = h("div.ticks", { role: "group", ...common }, lines);
    const boxes = () => [...node.querySelectorAll("input")];
    return {
      node,
      value: () =>
        boxes()
          .filter((box) => box.checked)
          .map((box) => box.value)
          .join(","),
      focus: () => boxes()[0]?.focus(),
    };
  },
};

function missing(fields) {
  const empty = fields.filter((field) => field.required && !field.value());
  return Object.fromEntries(empty.map((field) => [field.name, t("Fill in this field.")]));
}

/** Shows the errors and focuses the first field with one; returns true if there are none. */
function complain(fields, errors, fault) {
  for (const field of fields) field.complain(errors[field.name]);
  const known = new Set(fields.map((field) => field.name));
  const others = Object.entries(errors).filter(([name]) => !known.has(name));
  if (fault) fault.textContent = others.map(([, words]) => words).join(" ");
  fields.find((field) => errors[field.name])?.focus();
  return Object.keys(errors).length === 0;
}
