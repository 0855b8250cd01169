# Writes the commit that `plimsoll --version` names: the last one that touched what the program is made of, so that a commit of a scenario
# or a text changes no binary (results are keyed by the program's bytes). Runs at every build, touches the file only when it changes.
set(commit "unknown")
set(parts framework strategies impact_models cmake CMakeLists.txt)
find_package(Git QUIET)
if(Git_FOUND AND EXISTS ${SOURCE_DIR}/.git)
  execute_process(COMMAND ${GIT_EXECUTABLE} log -1 --abbrev=12 --format=%h -- ${parts} WORKING_DIRECTORY ${SOURCE_DIR}
                  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  execute_process(COMMAND ${GIT_EXECUTABLE} status --porcelain -- ${parts} WORKING_DIRECTORY ${SOURCE_DIR}
                  OUTPUT_VARIABLE changes OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(NOT "${changes}" STREQUAL "")
    string(APPEND commit "+changes")
  endif()
endif()
set(text "#define PLIMSOLL_GIT_COMMIT \"${commit}\"\n")
set(before "")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} before)
endif()
if(NOT "${before}" STREQUAL "${text}")
  file(WRITE ${OUTPUT} "${text}")
endif()
