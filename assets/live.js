// A board of now: asks for a newer state every minute, keeps the place of whoever reads it, and stops when it is told to.
const EVERY = 60_000;
const PAUSED = "clockstop-live-paused";
const board = () => document.querySelector("[data-live-board]");
const tools = document.querySelector("[data-live-tools]");
const button = document.querySelector("[data-live-pause]");
const state = document.querySelector("[data-live-state]");
let asked = Date.now();
let kept = null;

const isPaused = () => sessionStorage.getItem(PAUSED) === "yes";
// Nobody's typing, choosing or reading of an opened part is taken away.
const isBusy = () => !!document.activeElement?.closest?.("[data-live-board]")?.contains(document.activeElement)
  && document.activeElement.matches("input, select, textarea");

function show() {
  button.textContent = isPaused() ? "Go on" : "Pause";
  button.setAttribute("aria-pressed", isPaused() ? "true" : "false");
  state.textContent = isPaused() ? "Not renewed: paused." : "Renewed every minute.";
}

function renew() {
  if (!board() || isPaused() || document.hidden || isBusy()) return;
  asked = Date.now();
  board().dispatchEvent(new Event("clockstop:renew"));
}

// What has the focus and which parts are open, so that the new board has them too.
function remember() {
  const here = board()?.contains(document.activeElement) ? document.activeElement : null;
  const links = [...(board()?.querySelectorAll("a[href], button, summary, [tabindex]") ?? [])];
  kept = {
    id: here?.id ?? "",
    href: here?.getAttribute("href") ?? "",
    place: here ? links.indexOf(here) : -1,
    open: [...(board()?.querySelectorAll("details") ?? [])].map((one) => one.open),
    scroll: [...(board()?.querySelectorAll(".cs-scroll") ?? [])].map((one) => one.scrollLeft),
  };
}

function restore() {
  if (!kept || !board()) return;
  board().querySelectorAll("details").forEach((one, place) => (one.open = kept.open[place] ?? one.open));
  board().querySelectorAll(".cs-scroll").forEach((one, place) => (one.scrollLeft = kept.scroll[place] ?? 0));
  const links = [...board().querySelectorAll("a[href], button, summary, [tabindex]")];
  const found = (kept.id && document.getElementById(kept.id)) || links.find((one) => kept.href && one.getAttribute("href") === kept.href);
  if (kept.place >= 0) (found ?? links[Math.min(kept.place, links.length - 1)])?.focus({ preventScroll: true });
  kept = null;
}

if (button && board()) {
  tools.hidden = false;
  show();
  button.addEventListener("click", () => {
    sessionStorage.setItem(PAUSED, isPaused() ? "no" : "yes");
    show();
    renew();
  });
  setInterval(renew, EVERY);
  document.addEventListener("visibilitychange", () => Date.now() - asked >= EVERY && renew());
  document.body.addEventListener("htmx:beforeSwap", (event) => event.detail.elt.matches?.("[data-live-board]") && remember());
  document.body.addEventListener("htmx:afterSettle", restore);
  // The site does not answer: say so, since nothing else on the page would.
  for (const failed of ["htmx:sendError", "htmx:responseError"]) {
    document.body.addEventListener(failed, (event) => {
      if (event.detail.elt.matches?.("[data-live-board]")) state.textContent = "Could not be renewed: the site did not answer. It tries again every minute.";
    });
  }
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && event.detail.elt.matches?.("[data-live-board]")) show();
  });
}
