// The waiting list and the timeline: keys, selection, Escape, copying, and what is said aloud. Without it every control still works as a link or a form.
const OFF = "clockstop-keys-off";
const said = document.createElement("p");
said.setAttribute("role", "status");
said.className = "nhsuk-u-visually-hidden";
document.body.append(said);

const say = (words) => {
  said.textContent = "";
  requestAnimationFrame(() => (said.textContent = words));
};
const rows = () => [...document.querySelectorAll("tr[data-row]")];
const here = () => document.querySelector("tr[data-row].cs-here") ?? document.activeElement?.closest?.("tr[data-row]");
const boxes = () => [...document.querySelectorAll('input[type=checkbox][name="pathway"]')];
const keysAreOff = () => localStorage.getItem(OFF) === "yes";

function goTo(row) {
  if (!row) return;
  rows().forEach((other) => other.classList.toggle("cs-here", other === row));
  row.querySelector("[data-open]")?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows();
  const place = all.indexOf(here());
  goTo(all[place < 0 ? 0 : Math.min(Math.max(place + by, 0), all.length - 1)]);
}

function select(row) {
  const box = row?.querySelector('input[name="pathway"]');
  if (!box) return;
  box.checked = !box.checked;
  marked();
}

// The rows ticked are shaded, counted, and the count is the bulk bar's own.
function marked() {
  const all = boxes();
  const on = all.filter((box) => box.checked);
  all.forEach((box) => box.closest("tr").classList.toggle("cs-on", box.checked));
  const count = document.querySelector("[data-selected]");
  if (count) count.textContent = `${on.length} selected`;
  const clear = document.querySelector("[data-clear]");
  if (clear) clear.hidden = on.length === 0;
  const whole = document.getElementById("ptl-all");
  if (whole) {
    whole.checked = all.length > 0 && on.length === all.length;
    whole.indeterminate = on.length > 0 && on.length < all.length;
  }
}

const edit = (cell) => here()?.querySelector(`[data-edit="${cell}"]`)?.click();

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  x: () => select(here()),
  n: () => edit("next_step"),
  o: () => edit("owner"),
  c: () => edit("comment"),
  z: () => document.getElementById("undo-form")?.requestSubmit(),
  Enter: () => here()?.querySelector("[data-open]")?.click(),
};

const isField = (element) => element.matches?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
const isControl = (element) => element.matches?.("a, button, summary, input");

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    document.activeElement?.closest?.(".cs-edit")?.querySelector("[data-cancel]")?.click();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || keysAreOff() || !rows().length) return;
  if (isField(event.target)) return;
  if (event.key === "Enter" && isControl(event.target)) return;
  const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("tr[data-row]");
  if (row) rows().forEach((other) => other.classList.toggle("cs-here", other === row));
});

document.addEventListener("change", (event) => {
  if (event.target.id === "ptl-all") boxes().forEach((box) => (box.checked = event.target.checked));
  if (event.target.id === "ptl-all" || event.target.name === "pathway") marked();
});

document.addEventListener("click", async (event) => {
  const target = event.target.closest?.("[data-clear], [data-keys-switch], [data-copy]");
  if (!target) return;
  if (target.matches("[data-clear]")) {
    boxes().forEach((box) => (box.checked = false));
    marked();
  } else if (target.matches("[data-keys-switch]")) {
    localStorage.setItem(OFF, keysAreOff() ? "no" : "yes");
    ready();
  } else {
    await copy(target);
  }
});

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
    say("Copied");
  } catch {
    const words = document.getElementById("caller-words");
    getSelection().selectAllChildren(words);
    say("Selected. Copy it with your keyboard.");
  }
}

// What only works with script is shown only with script.
function ready() {
  document.querySelectorAll("[data-keys], [data-copy], #ptl-all").forEach((element) => (element.hidden = false));
  const keys = document.querySelector("[data-keys-switch]");
  if (keys) keys.textContent = keysAreOff() ? "Turn keys on" : "Turn keys off";
  marked();
}

document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "maincontent") return;
  ready();
  const words = document.getElementById("ptl")?.dataset.said;
  say(words ?? "No pathway is left by these filters");
});
document.body.addEventListener("clockstop:said", (event) => say(event.detail.value));
document.body.addEventListener("htmx:responseError", () => say("That did not work. Nothing was saved."));
ready();
