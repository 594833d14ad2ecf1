// Draws each <figure class="cs-figure" data-chart="ID"> from the Vega-Lite specification in <template id="ID">,
// or from the address in data-chart-url. The expression interpreter keeps the page free of eval.
const options = {
  ast: true,
  expr: vega.expressionInterpreter,
  actions: false,
  renderer: "svg",
  defaultStyle: false,
  tooltip: { disableDefaultStyle: true },
};

async function specification(figure) {
  if (figure.dataset.chartUrl) {
    const answer = await fetch(figure.dataset.chartUrl, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`the chart's figures did not come (${answer.status})`);
    return answer.json();
  }
  return JSON.parse(document.getElementById(figure.dataset.chart).content.textContent);
}

async function draw(figure) {
  const place = figure.querySelector("[data-chart-place]") ?? figure;
  try {
    await vegaEmbed(place, await specification(figure), options);
    figure.dataset.drawn = "yes";
  } catch (error) {
    place.textContent = "The chart could not be drawn. The table below has the same figures.";
    figure.dataset.drawn = "no";
  }
}

function drawAll(root) {
  root.querySelectorAll("[data-chart], [data-chart-url]").forEach((figure) => {
    if (!figure.dataset.drawn) draw(figure);
  });
}

drawAll(document);
document.body.addEventListener("htmx:load", (event) => drawAll(event.detail.elt.parentElement ?? document));
