/**
 * The script's tools: elements, numbers for people, charts.
 *
 * @module
 */

/** Their text. */
export const TOOLS: string = String.raw`
const byId = (id) => document.getElementById(id);

function make(name, fields, ...children) {
  const element = Object.assign(document.createElement(name), fields);
  element.append(...children);
  return element;
}

function setText(element, text) {
  text = String(text);
  if (element.textContent !== text) element.textContent = text;
}

function size(bytes) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let at = 0;
  while (bytes >= 999.5 && at < units.length - 1) {
    bytes /= 1024;
    at++;
  }
  return (at === 0 || bytes >= 99.95 ? Math.round(bytes) : bytes.toFixed(bytes >= 9.995 ? 1 : 2)) + " " + units[at];
}

function percent(value) {
  return (value >= 99.95 || value === 0 ? Math.round(value) : value.toFixed(1)) + " %";
}

function age(time) {
  // What is built to be the same each time carries a date of 1970.
  if (!time || time < 2 * 86400000) return "";
  const seconds = Math.max(0, (Date.now() - time) / 1000);
  const steps = [[120, 1, "s"], [7200, 60, "min"], [172800, 3600, "h"], [Infinity, 86400, "d"]];
  const [, unit, name] = steps.find(([limit]) => seconds < limit);
  return Math.floor(seconds / unit) + " " + name;
}

function clock(time) {
  return new Date(time).toLocaleTimeString([], { hour12: false });
}

const HISTORY = 60;

function remember(history, value) {
  history.push(value);
  if (history.length > HISTORY) history.shift();
}

// Draws the last minute. Charts begin at 0; "least" is the least that fills their height.
function draw(svg, values, least) {
  if (!svg.firstChild) {
    svg.setAttribute("viewBox", "0 0 " + (HISTORY - 1) + " 100");
    for (const name of ["area", "line"]) {
      const path = document.createElementNS(svg.namespaceURI, "path");
      path.setAttribute("class", name);
      svg.append(path);
    }
  }
  const top = Math.max(least, ...values) * 1.1;
  const from = HISTORY - values.length;
  const points = values.map((value, at) => (from + at) + " " + (100 - value / top * 100).toFixed(1));
  const line = points.length > 1 ? "M" + points.join("L") : "";
  svg.firstChild.setAttribute("d", line && line + "V100H" + from + "Z");
  svg.lastChild.setAttribute("d", line);
}
`;
