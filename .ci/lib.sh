# shellcheck shell=bash
# Steps are counted, so that the last line of a run says how many there were of each kind.
passed=0 failed=0 skipped=0
cache=${AGENT_FACTORY_CACHE:-$HOME/.cache/agent-factory}
logs=$(mktemp -d)

# step NAME COMMAND...: runs it, prints its log when it fails, goes on either way.
step() {
  local name=$1 begin=$SECONDS
  shift
  if "$@" >"$logs/step" 2>&1; then
    passed=$((passed + 1))
    echo "ok      $name ($((SECONDS - begin)) s)"
  else
    failed=$((failed + 1))
    echo "FAILED  $name ($((SECONDS - begin)) s)"
    tail -n 200 "$logs/step"
  fi
}

# skip NAME WHY: a thing this machine cannot do is named and never counted as passed.
skip() {
  skipped=$((skipped + 1))
  echo "skipped $1: $2"
}

# finds PATTERN COMMAND...: the judge must reject the planted fault and name it.
finds() {
  local pattern=$1 output
  shift
  if output=$("$@" 2>&1); then
    echo "the judge accepted a planted fault: $*"
    return 1
  fi
  grep -qE -- "$pattern" <<<"$output" || {
    echo "the judge failed without naming $pattern:"
    echo "$output"
    return 1
  }
}

# go_tool MODULE@VERSION: builds a Go program once into the cache and prints its path.
go_tool() {
  local module=$1 name
  name=$(basename "${module%@*}" | sed -E 's/^v[0-9]+$//')
  [ -n "$name" ] || name=$(basename "$(dirname "${module%@*}")")
  local bin="$cache/bin/${module##*@}"
  [ -x "$bin/$name" ] || GOBIN=$bin go install "$module" >&2 || return 1
  echo "$bin/$name"
}

# python_tool PACKAGE==VERSION PROGRAM: installs it once into a virtual environment in the cache and prints the program's path.
python_tool() {
  local venv="$cache/python/$1"
  [ -x "$venv/bin/$2" ] || { python3 -m venv "$venv" && "$venv/bin/pip" install -q "$1"; } >&2 || return 1
  echo "$venv/bin/$2"
}
