// Files of a draft: picked, pasted or dropped; shown until they are sent.

import { h, icon, put, tool } from "./dom.js";
import { bytes, t } from "./i18n.js";
import { say } from "./notices.js";
import { desk } from "./state.js";

/**
 * `area`: where files are pasted; `draft()`: the current draft, or nothing where writing is not possible; `changed()`:
 * called when files were added or removed. Returns the nodes, `pick` and `draw`.
 */
export function attaching(area, draft, changed) {
  const node = h("div.chosen-files", {});
  const picker = h("input", { type: "file", multiple: true, hidden: true, tabindex: "-1", "aria-hidden": "true" });

  function add(files) {
    const { files: most, file_bytes: largest } = desk.me.limits;
    const chosen = draft().files;
    for (const file of files) {
      if (file.size > largest) say(`${file.name}: ${t("larger than {size}", { size: bytes(largest) })}`, "problem");
      else if (chosen.length >= most) return say(t("At most {n} files at once.", { n: most }), "problem");
      else chosen.push(file);
    }
    changed();
    area.focus();
  }

  function drop(file) {
    draft().files = draft().files.filter((one) => one !== file);
    changed();
  }

  picker.addEventListener("change", () => {
    add(picker.files);
    picker.value = "";
  });
  area.addEventListener("paste", (event) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    add(event.clipboardData.files);
  });
  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    document.body.classList.toggle("dropping", Boolean(draft()));
  });
  document.addEventListener("dragleave", (event) => event.relatedTarget || document.body.classList.remove("dropping"));
  document.addEventListener("drop", (event) => {
    document.body.classList.remove("dropping");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    if (draft()) add(event.dataTransfer.files);
  });

  return {
    node,
    picker,
    pick: () => picker.click(),
    draw(files) {
      for (const shown of node.querySelectorAll("img")) URL.revokeObjectURL(shown.src);
      put(
        node,
        files.map((file) => chosenFile(file, () => drop(file))),
      );
    },
  };
}

function chosenFile(file, drop) {
  const face = file.type.startsWith("image/")
    ? h("img", { src: URL.createObjectURL(file), alt: "" })
    : h("span.sign", {}, icon("file", 20));
  return h("div.chosen-file", {}, [
    face,
    h("span.what", {}, [h("span.name", {}, file.name), h("span.about", {}, bytes(file.size))]),
    tool("close", t("Remove {name}", { name: file.name }), drop),
  ]);
}
