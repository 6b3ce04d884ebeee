# Sourced by ./demo and ./test: installs what is missing, configures and builds.
# shellcheck shell=bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\n== %s\n' "$*" >&2; }

install_missing() {
  local missing=() package
  while read -r package _; do
    case "$package" in ''|'#'*) continue ;; esac
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done < packages.txt
  [ ${#missing[@]} -eq 0 ] && return 0
  say "installing ${#missing[@]} missing Debian package(s): ${missing[*]}"
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { echo "root is needed to install: ${missing[*]}" >&2; exit 1; }
    as_root=(sudo)
  fi
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q >/dev/null
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null
}

# One compiler a core, but no more than memory allows: a file that includes torch takes about 1.5 GB.
compile_jobs() {
  local cores memory
  cores=$(nproc)
  memory=$(awk '/MemAvailable/ {print int($2 / 1500000)}' /proc/meminfo)
  [ "$memory" -ge 1 ] || memory=1
  echo $((cores < memory ? cores : memory))
}

# build TARGET...: configures on first use; no target builds all.
build() {
  say "building (the first time takes some minutes)"
  local launcher=()
  command -v ccache >/dev/null && launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  [ -f build/release/build.ninja ] || cmake --preset release "${launcher[@]}" >/dev/null
  cmake --build build/release --parallel "$(compile_jobs)" ${1:+--target "$@"} >&2
}
