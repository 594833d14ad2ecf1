// A page that shows patients tells the site before it is printed. A browser's own print can be caught only so far: a picture of the
// screen, or a browser without scripts, leaves the look alone.
const said = new Set();
addEventListener("beforeprint", () => {
  for (const place of document.querySelectorAll("[data-look]")) {
    const look = place.dataset.look;
    if (said.has(look)) continue;
    said.add(look);
    const body = new URLSearchParams({ look, csrfmiddlewaretoken: place.dataset.token });
    fetch(place.dataset.printed, { method: "POST", body, keepalive: true }).catch(() => said.delete(look));
  }
});
