/**
 * The page of a dashboard: its frame; the script fills it.
 *
 * @module
 */

/** A davit on a deck, holding a container. */
const LOGO = `<svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
<path d="M8 28V11a7 7 0 0 1 14 0v3M4 28h10" /><path class="box" d="M16 18h12v8H16z" />
<path d="M22 14v4" /></svg>`;

const tile = (id: string, label: string, chart = true): string =>
  `<div class="tile"><span class="label">${label}</span><b id="${id}">–</b>` +
  `<small id="${id}-more"></small>${
    chart ? `<svg class="spark" id="${id}-chart" preserveAspectRatio="none"></svg>` : ""
  }</div>`;

const column = (key: string, label: string, kind = ""): string =>
  `<button type="button" role="columnheader" class="${kind}" data-sort="${key}">${label}</button>`;

/** The page. */
export const PAGE: string = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Davit</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
<script src="/script.js" defer></script>
</head>
<body>
<header>
${LOGO}<h1>Davit</h1>
<span class="daemon" id="daemon"></span>
<label class="pick">namespace <select id="namespace"></select></label>
<span class="live" id="live" role="status">connecting</span>
</header>
<p class="problem" id="problem" role="alert" hidden></p>
<main>
<section class="tiles" aria-label="Summary">
${tile("running", "Containers")}
${tile("cpu", "CPU")}
${tile("memory", "Memory")}
${tile("count", "Images", false)}
</section>
<section class="panel" id="containers" aria-label="Containers">
<div class="bar"><h2>Containers</h2><input id="filter" type="search" placeholder="Filter by name, image or state" aria-label="Filter containers"></div>
<div role="table" aria-label="Containers">
<div class="head row" role="row">${column("name", "Name")}${column("image", "Image", "image")}${
  column("cpu", "CPU", "num")
}${column("memory", "Memory", "num")}${column("pids", "Procs", "num pids")}${
  column("createdAt", "Age", "num age")
}</div>
<div id="rows" role="rowgroup"></div>
</div>
<p class="empty" id="no-containers" hidden></p>
</section>
<aside>
<section class="panel" aria-label="Images">
<div class="bar"><h2>Images</h2></div>
<ul class="list" id="images"></ul>
<p class="empty" id="no-images" hidden>No images here</p>
</section>
<section class="panel" aria-label="Events">
<div class="bar"><h2>Events</h2></div>
<ol class="list events" id="events"></ol>
<p class="empty" id="no-events">Nothing has happened yet</p>
</section>
</aside>
</main>
<dialog id="detail" aria-labelledby="detail-name">
<div class="top"><span class="dot" id="detail-dot"></span><h2 id="detail-name"></h2>
<div class="actions" id="actions"></div>
<button type="button" class="close" id="detail-close" aria-label="Close" autofocus>×</button></div>
<p class="problem" id="detail-problem" role="alert" hidden></p>
<div class="charts">
<figure><figcaption>CPU <b id="detail-cpu"></b></figcaption><svg class="spark" id="detail-cpu-chart" preserveAspectRatio="none"></svg></figure>
<figure><figcaption>Memory <b id="detail-memory"></b></figcaption><svg class="spark" id="detail-memory-chart" preserveAspectRatio="none"></svg></figure>
</div>
<dl id="facts"></dl>
<div class="bar"><h3>Log</h3><label class="follow"><input type="checkbox" id="follow" checked> follow</label></div>
<pre id="log" tabindex="0"></pre>
</dialog>
</body>
</html>
`;
