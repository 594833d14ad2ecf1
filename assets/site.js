// What every page loads: the design system's behaviour, and htmx where the page has live filters.
import { initAll } from "./vendor/nhsuk-frontend.js";

document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
initAll();

// After a live filter, the parts that htmx put in get their behaviour too.
document.body.addEventListener("htmx:load", (event) => {
  if (event.detail.elt !== document.body) initAll({ scope: event.detail.elt });
});

// A select in a form marked data-live sends the form when it changes; the button stays for everybody else.
document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-live]");
  if (form && event.target.matches("select, input[type=checkbox], input[type=radio], input[type=date]")) form.requestSubmit();
});

// What was just saved is said where it was done, at the part that the address names, else on top; and it is read first.
const said = [...document.querySelectorAll("main > .cs-said")];
const part = said.length > 0 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
if (part?.matches("h2, h3")) part.after(...said);
else part?.prepend(...said);
// Once all is loaded: the browser goes to the named part before that, and takes the focus with it.
const readFirst = () => setTimeout(() => {
  if (document.activeElement !== document.body) return;
  said[0].tabIndex = -1;
  said[0].focus();
});
if (said.length && document.readyState === "complete") readFirst();
else if (said.length) window.addEventListener("load", readFirst);

// Escape closes what a number says.
document.addEventListener("keydown", (event) => {
  const tip = document.activeElement?.closest?.(".cs-tip");
  if (event.key === "Escape" && tip) tip.classList.add("cs-tip--closed");
});
document.addEventListener("focusin", (event) => {
  if (event.target.matches?.(".cs-tip--closed")) event.target.classList.remove("cs-tip--closed");
});

// Paper folds nothing out: what is marked data-print is open on it, and as it was afterwards.
const unfolded = [];
window.addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("details[data-print]:not([open])")) {
    fold.open = true;
    unfolded.push(fold);
  }
});
window.addEventListener("afterprint", () => {
  for (const fold of unfolded.splice(0)) fold.open = false;
});
