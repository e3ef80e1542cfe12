/**
 * The script of a dashboard's page: plain JavaScript, as the browser runs it.
 *
 * Text from the daemon is set as text, never as markup.
 *
 * @module
 */
import { DETAIL } from "./script_detail.ts";
import { ROWS } from "./script_rows.ts";
import { TOOLS } from "./script_tools.ts";

const MAIN = String.raw`
const live = byId("live");
let daemon = { actions: [] };
let stream;

function setLive(on, text) {
  live.className = on ? "live on" : "live off";
  setText(live, text);
}

function setProblem(text) {
  byId("problem").hidden = !text;
  setText(byId("problem"), text);
  if (text) setLive(false, "daemon away");
  else if (stream?.readyState === EventSource.OPEN) setLive(true, "live");
}

function showImages(images) {
  setText(byId("count"), images.length);
  const bytes = images.reduce((sum, image) => sum + (image.sizeBytes ?? 0), 0);
  setText(byId("count-more"), bytes ? size(bytes) + " of layers" : "");
  byId("no-images").hidden = images.length > 0;
  byId("images").replaceChildren(...images.map((image) => {
    const facts = [image.sizeBytes === undefined ? "" : size(image.sizeBytes), image.platform,
      age(image.updatedAt), image.digest.replace("sha256:", "").slice(0, 12)];
    return make("li", {}, make("b", { title: image.digest }, image.name),
      make("small", {}, facts.filter(Boolean).join(" · ")));
  }));
}

const MOST_EVENTS = 100;

function addEvent(event) {
  byId("no-events").hidden = true;
  const list = byId("events");
  const bad = event.topic === "/tasks/oom" || /exit [1-9]/.test(event.what);
  list.prepend(make("li", {},
    make("time", { title: new Date(event.time).toISOString() }, clock(event.time)),
    make("span", {}, make("span", { className: bad ? "bad" : "" }, event.topic.slice(1)),
      make("small", {}, event.what))));
  while (list.children.length > MOST_EVENTS) list.lastChild.remove();
}

function open(namespace) {
  stream?.close();
  clearRows();
  byId("events").replaceChildren();
  byId("no-events").hidden = false;
  setLive(false, "connecting");
  stream = new EventSource("/api/stream?namespace=" + encodeURIComponent(namespace));
  const on = (type, work) =>
    stream.addEventListener(type, (event) => work(JSON.parse(event.data)));
  stream.onopen = () => {
    setLive(true, "live");
    setProblem("");
  };
  stream.onerror = async () => {
    setLive(false, "disconnected");
    const closed = stream.readyState === EventSource.CLOSED;
    if (closed || !(await signedIn())) {
      stream.close();
      setProblem("This session has ended. Ask the program that serves this page for a new link.");
      setLive(false, "ended");
    }
  };
  on("containers", setRows);
  on("container", setRow);
  on("removed", removeRow);
  on("stats", setStats);
  on("images", showImages);
  on("events", (events) => {
    byId("events").replaceChildren();
    events.forEach(addEvent);
  });
  on("event", addEvent);
  on("problem", setProblem);
}

// A program that is away comes back, or does not: only an answer that refuses is the end.
async function signedIn() {
  try {
    return (await fetch("/api/daemon")).status !== 401;
  } catch {
    return true;
  }
}

async function begin() {
  const answer = await fetch("/api/daemon");
  if (!answer.ok) return setProblem(await answer.text());
  daemon = await answer.json();
  setText(byId("daemon"), "containerd " + daemon.version + " at " + daemon.address);
  byId("daemon").title = daemon.address;
  const asked = decodeURIComponent(location.hash.slice(1));
  const chosen = asked || daemon.namespace;
  const names = daemon.namespaces.includes(chosen) ? daemon.namespaces : [...daemon.namespaces, chosen];
  const pick = byId("namespace");
  pick.replaceChildren(...names.map((name) => make("option", { value: name }, name)));
  pick.value = chosen;
  pick.onchange = () => {
    location.hash = encodeURIComponent(pick.value);
    closeDetail();
    open(pick.value);
  };
  document.title = "Davit · " + chosen;
  open(chosen);
}

void begin().catch((error) => setProblem(String(error)));
`;

/** The script. */
export const SCRIPT: string = `"use strict";\n${TOOLS}${ROWS}${DETAIL}${MAIN}`;
