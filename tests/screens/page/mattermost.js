// Draws panels as Mattermost's web client does.
const element = (tag, className = "", html = "") => {
  const made = document.createElement(tag);
  made.className = className;
  made.innerHTML = html;
  return made;
};
const words = (text) => Object.assign(document.createElement("span"), { textContent: text }).innerHTML;

function pressed(action) {
  if (action.type === "button") return element("button", `action ${action.style || ""}`, words(action.name));
  const chosen = (action.options || []).find((one) => one.value === action.default_option);
  return element("div", chosen ? "select" : "select empty", words(chosen ? chosen.text : action.name));
}

function attachment(given) {
  const card = element("div", "attachment");
  card.style.borderLeftColor = given.color || "#dddfe4";
  if (given.thumb_url) card.append(element("div", "thumb"));
  if (given.titled) card.append(element("div", "title", given.titled));
  if (given.html) card.append(element("div", "text", given.html));
  const fields = element("div", "fields");
  for (const field of given.fields) {
    const cell = element("div", field.short ? "field short" : "field");
    cell.append(element("b", "", words(field.title)), element("div", "", field.html));
    fields.append(cell);
  }
  card.append(fields);
  const actions = element("div", "actions");
  actions.append(...(given.actions || []).map(pressed));
  card.append(actions);
  return card;
}

function message(body) {
  const post = element("div", body.private ? "post private" : "post");
  const said = element("div", "said");
  const about = body.private ? '<span class="aside">(Only visible to you)</span>' : "";
  said.append(element("div", "head", `<b>${words(body.name)}</b>${body.app ? '<span class="app">BOT</span>' : ""} <span class="time">10:24</span> ${about}`));
  said.append(element("div", "text", body.html), ...body.attachments.map(attachment));
  for (const file of body.files) {
    said.append(element("div", "file", `<b>${words(file.name)}</b>${file.picture ? `<img src="${file.picture}">` : ""}`));
  }
  said.append(element("div", "marks", body.reactions.map((one) => `<span>${one}</span>`).join("")));
  post.append(element("div", "face", words(body.name.slice(0, 1))), said);
  return post;
}

function input(given) {
  const row = element("div", "input");
  const label = given.display_name + (given.optional ? " (optional)" : " *");
  row.append(element("label", "", words(label)));
  if (given.type === "bool") {
    row.append(element("div", "check", `${given.default === "true" ? "☑" : "☐"} ${words(given.placeholder)}`));
  } else if (given.type === "select") {
    const wanted = String(given.default || "").split(",");
    const labels = (given.options || []).filter((one) => wanted.includes(one.value)).map((one) => one.text);
    row.append(element("div", labels.length ? "select" : "select empty", words(labels.join(" × ") || "Select an option…")));
    row.append(element("div", "offered", (given.options || []).map((one) => words(one.text)).join("<br>")));
  } else {
    row.append(element("div", given.type === "textarea" ? "box area" : "box", words(given.default || "")));
  }
  row.append(element("div", "help", words(given.help_text || "")));
  return row;
}

function dialog(body) {
  const made = element("div", "window");
  made.append(element("div", "title", words(body.title)), element("div", "intro", body.html), ...body.elements.map(input));
  made.append(element("div", "foot", `<button>Cancel</button><button class="submit">${words(body.submit_label)}</button>`));
  return made;
}

const KINDS = { message, window: dialog };
window.draw = (panels) => {
  document.getElementById("panels").replaceChildren(...panels.map((panel) => KINDS[panel.kind](panel.body)));
};
