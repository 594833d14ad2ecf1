// The validation desk: one key an outcome, and the next row in its place. Without it every control works as a form or a link.
const OFF = "clockstop-keys-off";
const GRACE = 350; // after a row has come, a key still on its way from the row before is not taken for an answer to this one
const said = document.createElement("p");
said.setAttribute("role", "status");
said.className = "nhsuk-u-visually-hidden";
document.body.append(said);

let isBusy = false;
let shownAt = 0;
let waiting = null; // the outcome that waits for its day or its other pathway

const say = (words) => {
  said.textContent = "";
  requestAnimationFrame(() => (said.textContent = words));
};
const keysAreOff = () => localStorage.getItem(OFF) === "yes";
const find = (selector) => document.querySelector(selector);
const heading = () => find("#evd");
const isField = (element) => element.matches?.("input, textarea, select, [contenteditable]");
const isControl = (element) => element.matches?.("a, button, summary, input");

function needed(button) {
  const needs = button.dataset.needs;
  if (needs === "other_pathway") return find("#other-pathway").value.trim() ? null : find("#other-pathway");
  if (needs && !("hasDate" in button.dataset)) return find("#right-date").value ? null : find("#right-date");
  return null;
}

function give(button) {
  if (!button || isBusy || performance.now() - shownAt < GRACE) return;
  const field = needed(button);
  if (field) {
    waiting = button;
    field.focus();
    say(`${button.querySelector("span:last-child").firstChild.textContent.trim()}: give the ${field.id === "right-date" ? "day" : "other pathway"}, then Enter`);
    return;
  }
  button.click();
}

function step(by) {
  const links = [...document.querySelectorAll("[data-row] [data-open]")];
  const place = links.findIndex((link) => link.getAttribute("aria-current") === "true");
  const next = links[place < 0 ? 0 : Math.min(Math.max(place + by, 0), links.length - 1)];
  if (next && !isBusy) next.click();
}

const KEYS = {
  s: () => find("#skip-form")?.requestSubmit(),
  z: () => find("#undo-form")?.requestSubmit(),
  t: () => find("[data-timeline]")?.click(),
  n: () => find("#vn")?.focus(),
  d: () => find("#right-date")?.focus(),
  j: () => step(1),
  k: () => step(-1),
};

function inField(event) {
  if (!event.target.closest?.("#outcome-form")) return;
  if (event.key === "Escape") {
    waiting = null;
    heading()?.focus();
  } else if (event.key === "Enter") {
    event.preventDefault();
    const button = waiting;
    if (button) give(button);
    else heading()?.focus();
  }
}

document.addEventListener("keydown", (event) => {
  if (isField(event.target)) return inField(event);
  if (!find("[data-desk]") || event.ctrlKey || event.metaKey || event.altKey || event.repeat || keysAreOff()) return;
  if (event.key === "Enter" && isControl(event.target)) return;
  const button = /^[1-9]$/.test(event.key) ? find(`[data-key="${event.key}"]`) : null;
  const act = button ? () => give(button) : KEYS[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  if (!isBusy) act();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-keys-switch]")) return;
  localStorage.setItem(OFF, keysAreOff() ? "no" : "yes");
  ready();
});

// What only works with script is shown only with script.
function ready() {
  document.body.classList.toggle("cs-keys-off", keysAreOff());
  document.querySelectorAll("[data-keys]").forEach((element) => (element.hidden = false));
  const keys = find("[data-keys-switch]");
  if (keys) keys.textContent = keysAreOff() ? "Turn keys on" : "Turn keys off";
  shownAt = performance.now();
  waiting = null;
}

document.body.addEventListener("htmx:beforeRequest", () => (isBusy = true));
document.body.addEventListener("htmx:afterRequest", () => (isBusy = false));
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "maincontent") return;
  ready();
  const wrong = find("[aria-invalid]");
  const messages = [...document.querySelectorAll(".cs-said p")].map((one) => one.textContent.trim());
  if (wrong) wrong.focus();
  else if (!event.detail.requestConfig?.triggeringEvent?.target?.closest?.(".cs-filters")) heading()?.focus({ preventScroll: true });
  say([...messages, find("#evidence")?.dataset.said ?? "Nothing is left to check by these filters"].join(" "));
});
document.body.addEventListener("htmx:responseError", () => say("That did not work. Nothing was kept."));
document.body.addEventListener("htmx:sendError", () => say("The site does not answer. Nothing was kept."));
ready();
