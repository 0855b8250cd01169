# The built-in plugins: every strategies/*.cpp and impact_models/*.cpp, compiled like a plugin (sdk/ only) but with an entry symbol of
# its own, and one generated file that lists the entries. Adding a file is all it takes to add a built-in.
file(GLOB plimsoll_builtin_sources CONFIGURE_DEPENDS
     ${PROJECT_SOURCE_DIR}/strategies/*.cpp ${PROJECT_SOURCE_DIR}/impact_models/*.cpp)

set(PLIMSOLL_ENTRY_DECLARATIONS "")
set(PLIMSOLL_ENTRY_LIST "")
set(plimsoll_builtin_stems "")
foreach(source IN LISTS plimsoll_builtin_sources)
  get_filename_component(stem ${source} NAME_WE)
  if(stem IN_LIST plimsoll_builtin_stems)
    message(FATAL_ERROR "two built-in plugins are called ${stem}.cpp; the file name is part of the entry symbol")
  endif()
  list(APPEND plimsoll_builtin_stems ${stem})
  set_source_files_properties(${source} PROPERTIES COMPILE_DEFINITIONS PLIMSOLL_PLUGIN_ENTRY=plimsoll_entry_${stem})
  string(APPEND PLIMSOLL_ENTRY_DECLARATIONS "extern \"C\" const plimsoll_plugin* plimsoll_entry_${stem}(void);\n")
  string(APPEND PLIMSOLL_ENTRY_LIST "      plimsoll_entry_${stem},\n")
endforeach()
configure_file(${PROJECT_SOURCE_DIR}/cmake/builtin_plugins.cpp.in ${PROJECT_BINARY_DIR}/generated/builtin_plugins.cpp @ONLY)

add_library(plimsoll_builtins STATIC ${plimsoll_builtin_sources} ${PROJECT_BINARY_DIR}/generated/builtin_plugins.cpp)
target_link_libraries(plimsoll_builtins PUBLIC plimsoll_sdk PRIVATE Eigen3::Eigen)
plimsoll_precompile(plimsoll_builtins plimsoll_core)

# The registry of framework/experiment calls builtin_plugins().
get_target_property(plimsoll_experiment_type plimsoll_experiment TYPE)
if(NOT plimsoll_experiment_type STREQUAL "INTERFACE_LIBRARY")
  target_link_libraries(plimsoll_experiment PUBLIC plimsoll_builtins ${CMAKE_DL_LIBS})
endif()
