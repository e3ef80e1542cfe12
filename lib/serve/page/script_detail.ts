/**
 * The script's view of one container: charts, facts, log.
 *
 * @module
 */

/** Its text. */
export const DETAIL: string = String.raw`
const detail = byId("detail");
const log = byId("log");
const MOST_LINES = 5000;
let shown;
let logStream;

const query = (id) =>
  "?namespace=" + encodeURIComponent(byId("namespace").value) + "&id=" + encodeURIComponent(id);

function showDetailState(row) {
  if (shown !== row.info.id) return;
  byId("detail-dot").className = "dot " + row.info.state;
  const { state } = row.info;
  const can = { start: !state || state === "stopped", stop: runs(row), pause: state === "running",
    resume: state === "paused", remove: true };
  for (const button of byId("actions").children) button.disabled = !can[button.dataset.action];
  if (state === "running" && !logStream) follow(row.info.id);
}

function showDetailStats(row, limit) {
  if (shown !== row.info.id) return;
  setText(byId("detail-cpu"), percent(row.cpu));
  setText(byId("detail-memory"), size(row.memory) + (limit ? " of " + size(limit) : ""));
  draw(byId("detail-cpu-chart"), row.history.cpu, 10);
  draw(byId("detail-memory-chart"), row.history.memory, 1);
}

function showDetailGone(id) {
  if (shown !== id) return;
  byId("detail-dot").className = "dot";
  detailProblem("This container was removed");
  for (const button of byId("actions").children) button.disabled = true;
}

function detailProblem(text) {
  byId("detail-problem").hidden = !text;
  setText(byId("detail-problem"), text);
}

function addLines(lines) {
  const end = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  const part = document.createDocumentFragment();
  for (const [time, from, text] of lines) {
    part.append(make("span", { className: from, title: new Date(time).toISOString() },
      text.replace(/\x1b\[[0-?]*[ -/]*[@-~]/g, "") + "\n"));
  }
  log.append(part);
  while (log.childNodes.length > MOST_LINES) log.firstChild.remove();
  if (end && byId("follow").checked) log.scrollTop = log.scrollHeight;
}

function note(text) {
  log.append(make("span", { className: "note" }, text + "\n"));
}

function follow(id) {
  logStream?.close();
  log.replaceChildren();
  const stream = logStream = new EventSource("/api/logs" + query(id));
  const end = () => {
    stream.close();
    if (logStream === stream) logStream = undefined;
  };
  // What is sent again after a broken connection begins anew.
  stream.onopen = () => log.replaceChildren();
  stream.onerror = () => stream.readyState === EventSource.CLOSED && end();
  stream.addEventListener("lines", (event) => addLines(JSON.parse(event.data)));
  stream.addEventListener("problem", (event) => note(JSON.parse(event.data)));
  stream.addEventListener("end", () => {
    note("— end of the log —");
    end();
  });
}

function fact(name, value) {
  const values = (Array.isArray(value) ? value : [value]).filter((text) => text);
  if (values.length === 0) return [];
  const code = values.map((text) => make("code", { title: text }, text));
  return [make("dt", {}, name), make("dd", {}, ...code)];
}

async function showFacts(id) {
  const answer = await fetch("/api/container" + query(id));
  if (shown !== id) return;
  if (!answer.ok) return detailProblem(await answer.text());
  const found = await answer.json();
  if (shown !== id) return;
  const word = (text) => /^[\w./:=@%+,-]+$/.test(text) ? text : JSON.stringify(text);
  const info = rows.get(id)?.info;
  // Those that tools keep their own things in come last.
  const tools = (label) => /^(nerdctl|davit|containerd\.io|io\.c\w+)\//.test(label);
  const labels = Object.entries(found.labels).map(([key, value]) => key + "=" + value)
    .sort((a, b) => tools(a) - tools(b) || (a < b ? -1 : 1));
  byId("facts").replaceChildren(
    ...fact("Id", info && info.name !== id ? id : ""),
    ...fact("Image", found.image),
    ...fact("Ports", info?.ports.join(" ")),
    ...fact("Command", found.command.map(word).join(" ")),
    ...fact("State", info ? (info.state || "no process") + (info.pid ? ", pid " + info.pid : "") : ""),
    ...fact("User", found.user === "0:0" ? "" : found.user),
    ...fact("Folder", found.cwd === "/" ? "" : found.cwd),
    ...fact("Mounts", found.mounts),
    ...fact("Runtime", found.runtime + (found.snapshotter ? ", " + found.snapshotter : "")),
    ...fact("Environment", found.env.join(" ")),
    ...fact("Labels", labels),
  );
}

function openDetail(id) {
  const row = rows.get(id);
  if (!row) return;
  shown = id;
  setText(byId("detail-name"), row.info.name);
  byId("facts").replaceChildren();
  for (const name of ["cpu", "memory"]) {
    setText(byId("detail-" + name), "");
    draw(byId("detail-" + name + "-chart"), row.history[name], name === "cpu" ? 10 : 1);
  }
  detailProblem("");
  byId("actions").replaceChildren(...daemon.actions.map((action) => {
    const button = make("button", { type: "button" }, action);
    button.dataset.action = action;
    button.onclick = () => void act(action, id);
    return button;
  }));
  follow(id);
  showDetailState(row);
  void showFacts(id);
  if (!detail.open) detail.showModal();
}

async function act(action, id) {
  if (action === "remove" && !confirm("Remove container " + id + " with its files?")) return;
  detailProblem("");
  const answer = await fetch("/api/container/" + action + query(id), { method: "POST" });
  if (!answer.ok) detailProblem(await answer.text());
  else if (action !== "remove") void showFacts(id);
}

function closeDetail() {
  if (detail.open) detail.close();
}

detail.onclose = () => {
  shown = undefined;
  logStream?.close();
  logStream = undefined;
};
detail.onclick = (event) => event.target === detail && detail.close();
byId("detail-close").onclick = () => detail.close();
`;
