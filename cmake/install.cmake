# Component "sdk": what a plugin built outside the tree needs. find_package(plimsoll) then gives plimsoll::sdk and plimsoll_add_plugin().
# Configure with -DCMAKE_INSTALL_PREFIX or install with --prefix; nothing of the engine is installed by it.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

add_library(plimsoll_plugin_sdk INTERFACE)
set_target_properties(plimsoll_plugin_sdk PROPERTIES EXPORT_NAME sdk)
target_include_directories(plimsoll_plugin_sdk INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/plimsoll>)
target_compile_features(plimsoll_plugin_sdk INTERFACE cxx_std_17)

set(plimsoll_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/plimsoll)
install(TARGETS plimsoll_plugin_sdk EXPORT plimsoll-targets COMPONENT sdk)
install(EXPORT plimsoll-targets NAMESPACE plimsoll:: DESTINATION ${plimsoll_package_dir} COMPONENT sdk)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/framework/sdk/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/plimsoll/sdk COMPONENT sdk
        FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp")

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/plimsoll-config.cmake.in ${PROJECT_BINARY_DIR}/plimsoll-config.cmake
                              INSTALL_DESTINATION ${plimsoll_package_dir})
# Below 1.0 a minor version may break the plugin table, as the ABI check says too.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/plimsoll-config-version.cmake COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${PROJECT_BINARY_DIR}/plimsoll-config.cmake ${PROJECT_BINARY_DIR}/plimsoll-config-version.cmake
        DESTINATION ${plimsoll_package_dir} COMPONENT sdk)
