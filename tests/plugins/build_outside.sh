#!/bin/sh
# Builds the sample plugin outside the tree, as a stranger would: install the SDK to an empty prefix, find_package(plimsoll), build.
# With every C++ compiler at hand; then the loader's test program loads each result (when it is given).
#   build_outside.sh BINARY_DIR WORK_DIR [TEST_PROGRAM]
# BINARY_DIR is a configured build directory of Plimsoll. WORK_DIR is made anew; the shared objects end up as
# WORK_DIR/plugins-COMPILER/sample.so.
set -eu
umask 022 # the loader refuses what group or others may write

binary_dir=$1
work_dir=$2
test_program=${3:-}
sample_dir=$(CDPATH= cd -- "$(dirname -- "$0")/sample" && pwd)

rm -rf "$work_dir"
mkdir -p "$work_dir"
cmake --install "$binary_dir" --prefix "$work_dir/prefix" --component sdk >"$work_dir/install.log"

built=0
for compiler in g++ clang++; do
  command -v "$compiler" >/dev/null 2>&1 || { echo "SKIPPED: no $compiler"; continue; }
  build_dir=$work_dir/build-$compiler
  # The sources are copied, so that nothing is found beside them by accident.
  cp -r "$sample_dir" "$work_dir/source-$compiler"
  cmake -G Ninja -S "$work_dir/source-$compiler" -B "$build_dir" -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER="$compiler" \
    -DCMAKE_CXX_FLAGS="-Wall -Wextra -Werror" -DCMAKE_PREFIX_PATH="$work_dir/prefix" >"$work_dir/configure-$compiler.log"
  cmake --build "$build_dir" >"$work_dir/build-$compiler.log"
  mkdir "$work_dir/plugins-$compiler"
  cp "$build_dir/sample.so" "$work_dir/plugins-$compiler/"
  if [ -n "$test_program" ]; then
    PLIMSOLL_SAMPLE_PLUGIN="$work_dir/plugins-$compiler/sample.so" "$test_program" "[sample]"
  fi
  echo "built with $compiler: $work_dir/plugins-$compiler/sample.so"
  built=$((built + 1))
done
[ "$built" -gt 0 ]
