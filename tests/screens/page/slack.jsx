// Draws panels as Slack's client does; Block Kit is drawn by slack-blocks-to-jsx.
import React from "react";
import { createRoot } from "react-dom/client";
import { Message } from "slack-blocks-to-jsx";
import "slack-blocks-to-jsx/dist/style.css";

// The library takes verbatim for "no marks"; Slack means: no links that nobody has written.
const marked = (value) =>
  JSON.parse(JSON.stringify(value, (name, inner) => (name === "verbatim" ? undefined : inner)));
// It knows no containers: they are drawn unfolded.
const unfolded = (blocks) =>
  blocks.flatMap((one) =>
    one.slack_file ? [] : one.type === "container" ? [{ type: "context", elements: [{ ...one.title, text: `▾ ${one.title.text}` }] }, ...one.child_blocks] : [one],
  );
// It draws every text field with many lines, and neither what is chosen nor what may stay empty: inputs are drawn here.
const said = (text) => (text ? text.text : "");
const chosenIn = (element) => {
  const people = element.initial_users || [element.initial_user].filter(Boolean);
  const options = element.initial_options || [element.initial_option].filter(Boolean);
  const moment = element.initial_date_time && new Date(element.initial_date_time * 1000).toLocaleString("en-GB");
  return [...people.map((one) => window.people[one] || one), ...options.map((one) => said(one.text))].join(" × ") || moment || element.initial_date;
};
const Field = ({ element }) => {
  const written = element.type.endsWith("text_input");
  const filled = written ? element.initial_value : chosenIn(element);
  const look = ["field", written ? "" : "choice", element.multiline && "area", !filled && "empty"].filter(Boolean).join(" ");
  return <div className={look}>{filled || said(element.placeholder) || (written ? "" : "…")}</div>;
};
const Input = ({ block }) => (
  <div className="input">
    <div className="label">{block.label.text}{block.optional && <span className="aside"> (optional)</span>}</div>
    <Field element={block.element} />
    {block.hint && <div className="aside">{block.hint.text}</div>}
  </div>
);
const hooks = { user: (data) => <span className="mention">@{window.people[data.id] || data.id}</span> };
const Drawn = ({ blocks }) => <Message theme="light" withoutWrapper logo="" name="" hooks={hooks} blocks={marked(unfolded(blocks))} />;
const Blocks = ({ blocks }) =>
  blocks.map((one, number) => (one.type === "input" ? <Input key={number} block={one} /> : <Drawn key={number} blocks={[one]} />));

const Files = ({ files }) =>
  files.map((file) => (
    <div className="file" key={file.name}>
      <b>{file.name}</b>
      {file.picture && <img src={file.picture} />}
    </div>
  ));

const Post = ({ body }) => (
  <div className={body.private ? "post private" : "post"}>
    <div className="face">{body.name.slice(0, 1)}</div>
    <div className="said">
      {body.private && <div className="aside">Only visible to you</div>}
      <div className="head"><b>{body.name}</b>{body.app && <span className="app">APP</span>} <span className="time">10:24</span></div>
      {body.blocks.length ? <Blocks blocks={body.blocks} /> : <div>{body.text}</div>}
      {(body.previews || []).map((one, number) => <div className="preview" key={number}><Blocks blocks={one} /></div>)}
      <Files files={body.files} />
      {body.reactions.length > 0 && <div className="marks">{body.reactions.map((one) => <span key={one}>{one}</span>)}</div>}
    </div>
  </div>
);

const Window = ({ body }) => (
  <div className="window">
    <div className="title">{body.title.text}<span className="cross">×</span></div>
    <div className="inside"><Blocks blocks={body.blocks} /></div>
    <div className="foot">
      {body.close && <button>{body.close.text}</button>}
      {body.submit && <button className="submit">{body.submit.text}</button>}
    </div>
  </div>
);

const Home = ({ body }) => (
  <div className="home">
    <div className="tabs"><b>Home</b> Messages About</div>
    <div className="inside"><Blocks blocks={body.blocks} /></div>
  </div>
);

const KINDS = { message: Post, window: Window, home: Home };

window.draw = (panels) => {
  window.people = Object.assign({}, ...panels.map((panel) => panel.body.people));
  const place = document.getElementById("panels");
  place.replaceChildren();
  const root = document.createElement("div");
  place.append(root);
  createRoot(root).render(
    panels.map((panel, number) => {
      const Kind = KINDS[panel.kind];
      return <Kind key={number} body={panel.body} />;
    }),
  );
};
