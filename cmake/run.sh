#!/bin/sh
# From a bare machine, one command:  sh cmake/run.sh demo | test | bench | accuracy | peers | documentation
# Installs what is missing (Debian's apt), then runs the CMake workflow preset of that name.
set -eu
cd "$(dirname "$0")/.."
preset=${1:-}
case $preset in
  demo | test | bench | accuracy | peers | documentation) ;;
  *)
    echo "usage: sh cmake/run.sh demo | test | bench | accuracy | peers | documentation" >&2
    exit 2
    ;;
esac

packages=
for tool in cmake ninja c++; do
  command -v $tool >/dev/null 2>&1 || packages="cmake ninja-build g++ ca-certificates"
done
if { [ "$preset" = accuracy ] || [ "$preset" = peers ]; } && ! echo '#include <mpfr.h>' | c++ -E -x c++ - >/dev/null 2>&1; then
  packages="$packages libmpfr-dev"
fi
if [ "$preset" = peers ] && ! command -v python3 >/dev/null; then
  packages="$packages python3" # reads what was measured
fi
if [ "$preset" = documentation ]; then
  command -v doxygen >/dev/null || packages="$packages doxygen"
  command -v python3 >/dev/null || packages="$packages python3"
  [ -e /usr/share/doxygen-awesome-css ] || packages="$packages doxygen-awesome-css"
fi
# The libraries to compare with; the build leaves out what is not there, and so does this where there is no apt.
optional=
if [ "$preset" = peers ] && command -v apt-get >/dev/null; then
  for package in libdnnl-dev libeigen3-dev libhwy-dev libsleef-dev libxnnpack-dev libpthreadpool-dev libtorch-dev; do
    dpkg -s $package >/dev/null 2>&1 || optional="$optional $package"
  done
fi
if [ -n "$packages$optional" ]; then
  command -v apt-get >/dev/null || {
    echo "this machine lacks CMake >= 3.25, Ninja, a C++20 compiler, (for accuracy) MPFR or (for documentation) Doxygen, and has no apt-get to install them" >&2
    exit 1
  }
  sudo=
  [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update
  for package in $optional; do
    if apt-cache show $package >/dev/null 2>&1; then packages="$packages $package"; fi
  done
  [ -z "$packages" ] || $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages
fi
# Ninja would take two jobs more than there are processors: on two of them a tenth slower.
CMAKE_BUILD_PARALLEL_LEVEL=${CMAKE_BUILD_PARALLEL_LEVEL:-$(getconf _NPROCESSORS_ONLN)}
export CMAKE_BUILD_PARALLEL_LEVEL
exec cmake --workflow --preset "$preset"
