#!/bin/sh
# From a bare machine, one command:  sh cmake/run.sh demo | test | bench | accuracy
# Installs what is missing (Debian's apt), then runs the CMake workflow preset of that name.
set -eu
cd "$(dirname "$0")/.."
preset=${1:-}
case $preset in
  demo | test | bench | accuracy) ;;
  *)
    echo "usage: sh cmake/run.sh demo | test | bench | accuracy" >&2
    exit 2
    ;;
esac

packages=
for tool in cmake ninja c++; do
  command -v $tool >/dev/null 2>&1 || packages="cmake ninja-build g++ ca-certificates"
done
if [ "$preset" = accuracy ] && ! echo '#include <mpfr.h>' | c++ -E -x c++ - >/dev/null 2>&1; then
  packages="$packages libmpfr-dev"
fi
if [ -n "$packages" ]; then
  command -v apt-get >/dev/null || {
    echo "this machine lacks CMake >= 3.25, Ninja, a C++20 compiler or (for accuracy) MPFR, and has no apt-get to install them" >&2
    exit 1
  }
  sudo=
  [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages
fi
exec cmake --workflow --preset "$preset"
