# Small shared objects for tests/plugins: one that throws, and ones the loader must refuse. They land in BINARY_DIR/test_plugins.
function(plimsoll_test_plugin source)
  get_filename_component(stem ${source} NAME_WE)
  add_library(test_plugin_${stem} MODULE ${source})
  target_include_directories(test_plugin_${stem} PRIVATE ${PROJECT_SOURCE_DIR}/framework)
  set_target_properties(test_plugin_${stem} PROPERTIES PREFIX "" OUTPUT_NAME ${stem} C_VISIBILITY_PRESET hidden
                        LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/test_plugins)
endfunction()

file(GLOB plimsoll_test_plugin_sources CONFIGURE_DEPENDS
     ${PROJECT_SOURCE_DIR}/tests/plugins/bad/*.c ${PROJECT_SOURCE_DIR}/tests/plugins/bad/*.cpp
     ${PROJECT_SOURCE_DIR}/tests/plugins/sample/*.cpp)
add_custom_target(plimsoll_test_plugins)
foreach(source IN LISTS plimsoll_test_plugin_sources)
  plimsoll_test_plugin(${source})
  get_filename_component(stem ${source} NAME_WE)
  add_dependencies(plimsoll_test_plugins test_plugin_${stem})
endforeach()
