# install(): headers, libraries, a CMake package and a pkg-config file.
include(CMakePackageConfigHelpers)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/heartwire DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN "*.hpp")

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/heartwire)
configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/heartwireConfig.cmake.in
  ${PROJECT_BINARY_DIR}/heartwireConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/heartwireConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/heartwireConfig.cmake
              ${PROJECT_BINARY_DIR}/heartwireConfigVersion.cmake DESTINATION ${package_dir})
install(EXPORT heartwireTargets NAMESPACE heartwire:: DESTINATION ${package_dir})

# The installed tree may be moved or staged, so the file finds its prefix from where it lies.
file(RELATIVE_PATH HEARTWIRE_PC_PREFIX ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig
     ${CMAKE_INSTALL_PREFIX})
# pkg-config lists the archives from the faces down, since each needs those after it.
set(HEARTWIRE_PC_LIBS "")
get_property(layers GLOBAL PROPERTY HEARTWIRE_LAYERS)
list(REVERSE layers)
foreach(layer IN LISTS layers)
  string(APPEND HEARTWIRE_PC_LIBS " -lheartwire_${layer}")
endforeach()
configure_file(${PROJECT_SOURCE_DIR}/cmake/heartwire.pc.in ${PROJECT_BINARY_DIR}/heartwire.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/heartwire.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
