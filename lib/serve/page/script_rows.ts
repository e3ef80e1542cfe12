/**
 * The script's table of containers, and the sums over them.
 *
 * @module
 */

/** Its text. */
export const ROWS: string = String.raw`
// Containers by id: what is known of each, and its elements.
const rows = new Map();
const totals = { running: [], cpu: [], memory: [] };
const filter = byId("filter");
let sort = { key: "createdAt", down: true };

const runs = (row) => row.info.state === "running" || row.info.state === "paused";

function makeRow(info) {
  const dot = make("span", { className: "dot" });
  const name = make("span", {});
  const meters = {};
  const meter = (key) => {
    const text = make("span", {});
    const bar = make("i", {});
    const element = make("div", { className: "num meter" }, text, bar);
    element.setAttribute("role", "cell");
    meters[key] = { element, text, bar };
    return element;
  };
  const cell = (className, ...children) => {
    const element = make("div", { className }, ...children);
    element.setAttribute("role", "cell");
    return element;
  };
  const image = cell("image");
  const pids = cell("num pids");
  const born = cell("num age");
  const element = make("div", { className: "row", tabIndex: 0 },
    cell("name", dot, name), image, meter("cpu"), meter("memory"), pids, born);
  element.setAttribute("role", "row");
  element.dataset.id = info.id;
  return { info, element, dot, name, image, pids, born, meters, cpu: 0, memory: 0, processes: 0,
    history: { cpu: [], memory: [] } };
}

function showRow(row) {
  const { id, name, image, state, ports } = row.info;
  row.element.title = [id, state || "no process", ...ports].join(", ");
  setText(row.name, ports.length ? name + "  :" + ports.map((port) => port.split("->")[0]).join(" :") : name);
  row.dot.className = "dot " + state;
  row.element.classList.toggle("off", !runs(row));
  setText(row.image, image.replace(/^docker\.io\/(library\/)?/, ""));
  row.image.title = image;
  if (!runs(row)) {
    row.cpu = row.memory = row.processes = 0;
    setText(row.pids, "");
  }
  row.element.hidden = false;
  setText(row.born, age(row.info.createdAt));
  showFiltered(row);
}

function showFiltered(row) {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (row.info.id + " " + row.info.name + " " + row.info.ports.join(" ") + " " + row.info.image + " " + (row.info.state || "no process")).toLowerCase();
  row.element.style.display = words.every((word) => text.includes(word)) ? "" : "none";
}

function setRow(info) {
  let row = rows.get(info.id);
  if (!row) {
    row = makeRow(info);
    rows.set(info.id, row);
  }
  row.info = info;
  showRow(row);
  arrange();
  showDetailState(row);
}

function setRows(infos) {
  const there = new Set(infos.map((info) => info.id));
  for (const id of rows.keys()) if (!there.has(id)) removeRow(id);
  for (const info of infos) {
    const row = rows.get(info.id) ?? makeRow(info);
    row.info = info;
    rows.set(info.id, row);
    showRow(row);
    showDetailState(row);
  }
  arrange();
}

function removeRow(id) {
  rows.get(id)?.element.remove();
  rows.delete(id);
  showDetailGone(id);
  arrange();
}

function clearRows() {
  for (const id of [...rows.keys()]) removeRow(id);
  for (const history of Object.values(totals)) history.length = 0;
}

function valueOf(row, key) {
  if (key === "cpu" || key === "memory") return row[key];
  return key === "pids" ? row.processes : row.info[key] ?? "";
}

let arranging = false;

// Puts the rows in order, once for all changes of a moment; only those that are out of place move.
function arrange() {
  if (arranging) return;
  arranging = true;
  requestAnimationFrame(() => {
    arranging = false;
    const { key, down } = sort;
    const order = [...rows.values()].sort((a, b) => {
      const [x, y] = [valueOf(a, key), valueOf(b, key)];
      const by = x < y ? -1 : x > y ? 1 : a.info.id < b.info.id ? -1 : 1;
      return down ? -by : by;
    });
    let at = byId("rows").firstChild;
    for (const { element } of order) {
      if (element === at) at = at.nextSibling;
      else byId("rows").insertBefore(element, at);
    }
    const none = byId("no-containers");
    const seen = order.some(({ element }) => element.style.display !== "none");
    none.hidden = seen;
    setText(none, rows.size === 0 ? "No containers here" : "None matches the filter");
    setText(byId("running"), order.filter(runs).length);
    setText(byId("running-more"), "running of " + rows.size);
  });
}

function setMeter({ element, text, bar }, label, share) {
  setText(text, label);
  const scale = "scaleX(" + Math.min(1, share).toFixed(3) + ")";
  if (bar.style.transform !== scale) bar.style.transform = scale;
  element.classList.toggle("hot", share > 0.9);
}

function setStats(list) {
  let cpu = 0;
  let memory = 0;
  const most = Math.max(1, ...list.map((stats) => stats[2]));
  for (const [id, percentage, bytes, limit, processes] of list) {
    cpu += percentage;
    memory += bytes;
    const row = rows.get(id);
    if (!row) continue;
    if (!runs(row)) continue;
    Object.assign(row, { cpu: percentage, memory: bytes, processes });
    remember(row.history.cpu, percentage);
    remember(row.history.memory, bytes);
    setMeter(row.meters.cpu, percent(percentage), percentage / 100);
    // Without a limit the bar compares containers with each other; it is never a warning then.
    setMeter(row.meters.memory, size(bytes), limit ? bytes / limit : bytes / most * 0.9);
    setText(row.pids, processes);
    setText(row.born, age(row.info.createdAt));
    showDetailStats(row, limit);
  }
  remember(totals.running, list.length);
  remember(totals.cpu, cpu);
  remember(totals.memory, memory);
  draw(byId("running-chart"), totals.running, 1);
  draw(byId("cpu-chart"), totals.cpu, 10);
  draw(byId("memory-chart"), totals.memory, 1);
  setText(byId("cpu"), percent(cpu));
  setText(byId("cpu-more"), "of a core");
  setText(byId("memory"), size(memory));
  setText(byId("memory-more"), "in use");
  if (sort.key === "cpu" || sort.key === "memory" || sort.key === "pids") arrange();
}

filter.oninput = () => {
  for (const row of rows.values()) showFiltered(row);
  arrange();
};

function showSort() {
  for (const button of document.querySelectorAll("[data-sort]")) {
    if (button.dataset.sort !== sort.key) button.removeAttribute("aria-sort");
    // Of ages the largest is the oldest, which was made first.
    else button.setAttribute("aria-sort", (sort.key === "createdAt") !== sort.down ? "descending" : "ascending");
  }
}

for (const button of document.querySelectorAll("[data-sort]")) {
  button.onclick = () => {
    const key = button.dataset.sort;
    const words = key === "name" || key === "image";
    sort = { key, down: sort.key === key ? !sort.down : !words };
    showSort();
    arrange();
  };
}
showSort();

byId("rows").addEventListener("click", (event) => {
  const id = event.target.closest(".row")?.dataset.id;
  if (id !== undefined) openDetail(id);
});
byId("rows").addEventListener("keydown", (event) => {
  const id = event.key === "Enter" && event.target.dataset?.id;
  if (id) openDetail(id);
});
`;
