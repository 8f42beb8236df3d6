# How a layer becomes a library: one set of warnings, one way to include, one check of purity.

# GCC's -Wtsan is off because Asio's own fences trip it wherever a handler is instantiated, and its
# -Wrestrict because GCC 12 sees overlaps in `"text" + string` at -O3 (its bug 105651).
set(HEARTWIRE_WARNINGS
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
    -Wnon-virtual-dtor -Woverloaded-virtual -Werror $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)

# Adds a folder of the tree, once somebody has given it a CMakeLists.txt.
function(heartwire_add_folder folder)
  if(EXISTS ${PROJECT_SOURCE_DIR}/${folder}/CMakeLists.txt)
    add_subdirectory(${PROJECT_SOURCE_DIR}/${folder} ${PROJECT_BINARY_DIR}/${folder})
  endif()
endfunction()

# Links `target` to those of the named layers that exist.
function(heartwire_link_existing target scope)
  foreach(layer IN LISTS ARGN)
    if(TARGET heartwire_${layer})
      target_link_libraries(${target} ${scope} heartwire::${layer})
    endif()
  endforeach()
endfunction()

# heartwire_layer(NAME ws [PURE [EXCEPTIONS]] SOURCES frame.cpp ...
#                 [DEPENDS base ...] [LINKS OpenSSL::Crypto ...])
#
# Makes the static library heartwire_<NAME>, alias heartwire::<NAME>.
#   PURE        no exceptions, no RTTI, and a build that fails if an object imports anything that
#               reads a clock, randomness, a file, a socket, a thread or a log.
#   EXCEPTIONS  for a pure target around third-party code that needs exceptions and RTTI (an HTTP
#               or a JSON parser): compiled with both, and checked for forbidden imports only.
#   DEPENDS     layers whose headers this one's headers may show.
#   LINKS       other libraries, used by the sources only.
function(heartwire_layer)
  cmake_parse_arguments(PARSE_ARGV 0 arg "PURE;EXCEPTIONS" "NAME" "SOURCES;DEPENDS;LINKS")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_NAME OR NOT arg_SOURCES)
    message(FATAL_ERROR "heartwire_layer needs NAME and SOURCES; stray: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  set(target heartwire_${arg_NAME})
  add_library(${target} STATIC ${arg_SOURCES})
  add_library(heartwire::${arg_NAME} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${arg_NAME} CXX_EXTENSIONS OFF
                                             POSITION_INDEPENDENT_CODE ON)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_compile_options(${target} PRIVATE ${HEARTWIRE_WARNINGS})
  target_include_directories(
    ${target} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
                     $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  list(TRANSFORM arg_DEPENDS PREPEND heartwire::)
  target_link_libraries(${target} PUBLIC ${arg_DEPENDS} PRIVATE ${arg_LINKS})
  if(arg_PURE)
    _heartwire_purity(${target} "${arg_EXCEPTIONS}")
  endif()
  install(TARGETS ${target} EXPORT heartwireTargets)
  set_property(GLOBAL APPEND PROPERTY HEARTWIRE_LAYERS ${arg_NAME})
endfunction()

function(_heartwire_purity target exceptions)
  set(rule strict)
  if(exceptions)
    set(rule forbidden)
  else()
    target_compile_options(${target} PRIVATE -fno-exceptions -fno-rtti)
  endif()
  add_custom_command(
    TARGET ${target} POST_BUILD VERBATIM
    COMMAND ${CMAKE_COMMAND} -D NM=${CMAKE_NM} -D ARCHIVE=$<TARGET_FILE:${target}> -D RULE=${rule}
            -P ${PROJECT_SOURCE_DIR}/cmake/purity.cmake)
endfunction()
