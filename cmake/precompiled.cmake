# Headers parsed once in place of once a file: the standard library's, and those of libraries that take longer than our own.
# Every file still includes what it uses; the sanitizer presets build without, which shows a missing include.
# With ccache it is off unless asked for: ccache keeps nothing of a build with precompiled headers as it is usually set up.
if(CMAKE_CXX_COMPILER_LAUNCHER MATCHES "ccache")
  set(plimsoll_precompiled_default OFF)
else()
  set(plimsoll_precompiled_default ON)
endif()
option(PLIMSOLL_PRECOMPILED "precompile the headers most files include" ${plimsoll_precompiled_default})

set(plimsoll_standard_headers
    <algorithm> <array> <charconv> <chrono> <cmath> <cstdint> <cstdio> <cstring> <filesystem> <fstream> <functional> <iterator> <limits>
    <map> <memory> <numeric> <optional> <set> <span> <sstream> <stdexcept> <string> <string_view> <tuple> <utility> <variant> <vector>)

# The first target precompiles these headers and those in ARGN, the others share what it made: same compiler, same flags, libraries apart
# from programs.
function(plimsoll_precompile target first)
  if(NOT PLIMSOLL_PRECOMPILED)
    return()
  endif()
  if(target STREQUAL first)
    target_precompile_headers(${target} PRIVATE ${plimsoll_standard_headers} ${ARGN})
  else()
    target_precompile_headers(${target} REUSE_FROM ${first})
  endif()
  # GCC 12 no longer knows such a header for the system's, and shows bug 105651 under this name as well.
  target_compile_options(${target} PRIVATE -Wno-stringop-overflow -Wno-array-bounds)
endfunction()
