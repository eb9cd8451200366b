#!/bin/sh
# Starts a stand-in plugin: launch.sh <folder of the plugin> [arguments of the engine]
# The bundle is kept in a cache by a checksum of its sources, so that a start costs one `node`.
set -eu
plugin=$1
shift
here=$(cd "$(dirname "$0")" && pwd -P)
root=$(cd "$here/../../../.." && pwd -P)
node=$root/node_modules/.bin/node
[ -x "$node" ] || node=node
cache=${STAND_IN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/agent-factory/stand-ins}
# The lock file stands for the versions of everything that is bundled in.
sum=$({ find "$here" "$plugin" -type f | LC_ALL=C sort && echo "$root/package-lock.json"; } | tr '\n' '\0' |
  xargs -0 cat | cksum | tr ' ' -)
bundle=$cache/$(basename "$plugin")-$sum.cjs
if [ ! -f "$bundle" ]; then
  mkdir -p "$cache"
  # An esbuild from node_modules is a program of its own on some installations and a script for node on others.
  PATH="$root/node_modules/.bin:$PATH" esbuild "$plugin/main.ts" --bundle --platform=node --target=node24 --format=cjs \
    --log-level=warning --outfile="$bundle.$$" >&2
  mv "$bundle.$$" "$bundle"
  # What older sources made goes away in time.
  find "$cache" -name "$(basename "$plugin")-*.cjs*" -mtime +2 -type f -exec rm -f {} +
  if [ -d "$cache/compiled" ]; then find "$cache/compiled" -mtime +2 -type f -exec rm -f {} +; fi
fi
NODE_COMPILE_CACHE=$cache/compiled STAND_IN_CACHE=$cache STAND_IN_ROOT=$root exec "$node" "$bundle" "$@"
