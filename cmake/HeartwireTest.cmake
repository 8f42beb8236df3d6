# How a test, a benchmark, an example or a fuzzer becomes a program that ctest and ./run know.
include(GoogleTest)

# heartwire_test(NAME integration_net SOURCES ... [LIBS heartwire::net ...] [LABELS threads ...]
#                [TIMEOUT seconds] [SERIAL])
#
# A GoogleTest executable; each of its cases is one ctest test, named <NAME>.<Suite>.<case>.
#   LABELS   `threads` marks what the ThreadSanitizer build runs as well; `smoke`, `integration`.
#   TIMEOUT  of one case; default 60 s.
#   SERIAL   its cases never run at the same time as any other test (they measure time, or need
#            the network to themselves).
function(heartwire_test)
  cmake_parse_arguments(PARSE_ARGV 0 arg "SERIAL" "NAME;TIMEOUT" "SOURCES;LIBS;LABELS")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_NAME OR NOT arg_SOURCES)
    message(FATAL_ERROR "heartwire_test needs NAME and SOURCES; stray: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  add_executable(${arg_NAME} ${arg_SOURCES})
  heartwire_test_options(${arg_NAME})
  target_link_libraries(${arg_NAME} PRIVATE ${arg_LIBS} GTest::gmock GTest::gmock_main)
  set(timeout 60)
  if(arg_TIMEOUT)
    set(timeout ${arg_TIMEOUT})
  endif()
  if("threads" IN_LIST arg_LABELS)
    set_property(GLOBAL APPEND PROPERTY HEARTWIRE_THREADS_TESTS ${arg_NAME})
  endif()
  gtest_discover_tests(
    ${arg_NAME} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 TEST_PREFIX ${arg_NAME}.
    TEST_LIST ${arg_NAME}_cases PROPERTIES TIMEOUT ${timeout} RUN_SERIAL ${arg_SERIAL})
  _heartwire_labels(${arg_NAME} "${arg_LABELS}")
endfunction()

# gtest_discover_tests() cannot set a property that is a list, so ctest reads the labels from a file
# of their own, after the cases.
function(_heartwire_labels name labels)
  set(file ${CMAKE_CURRENT_BINARY_DIR}/${name}_labels.cmake)
  file(CONFIGURE OUTPUT ${file} @ONLY CONTENT [=[
foreach(case IN LISTS @name@_cases)
  set_tests_properties("${case}" PROPERTIES LABELS "@labels@")
endforeach()
]=])
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${file})
endfunction()

# heartwire_unit_test(LAYER ws SOURCES frame_test.cpp ... [LIBS rapidcheck ...])
#
# All unit tests of a layer are one executable, unit_<LAYER>.
function(heartwire_unit_test)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "LAYER" "SOURCES;LIBS;LABELS")
  heartwire_test(
    NAME unit_${arg_LAYER} SOURCES ${arg_SOURCES} LIBS heartwire::${arg_LAYER} ${arg_LIBS}
    LABELS unit ${arg_LABELS})
endfunction()

# heartwire_program(NAME 01_subscribe SOURCES 01_subscribe.cpp [LIBS heartwire::client ...]
#                   [SMOKE [ARGS]] [TIMEOUT seconds])
#
# An example, a benchmark or a tool. With SMOKE, ctest runs it with these arguments (label `smoke`),
# and it must succeed within TIMEOUT (default 60 s).
function(heartwire_program)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;TIMEOUT" "SOURCES;LIBS;SMOKE")
  add_executable(${arg_NAME} ${arg_SOURCES})
  heartwire_test_options(${arg_NAME})
  target_link_libraries(${arg_NAME} PRIVATE ${arg_LIBS})
  if(HEARTWIRE_TESTS AND (DEFINED arg_SMOKE OR "SMOKE" IN_LIST arg_KEYWORDS_MISSING_VALUES))
    add_test(NAME smoke.${arg_NAME} COMMAND ${arg_NAME} ${arg_SMOKE})
    if(NOT arg_TIMEOUT)
      set(arg_TIMEOUT 60)
    endif()
    set_tests_properties(smoke.${arg_NAME} PROPERTIES LABELS smoke TIMEOUT ${arg_TIMEOUT})
  endif()
endfunction()

# heartwire_benchmark(NAME core SOURCES core_bench.cpp [LIBS heartwire::core ...])
#
# A Google Benchmark program bench_<NAME>, which `./run bench` runs; ctest runs it once, briefly.
function(heartwire_benchmark)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME" "SOURCES;LIBS")
  heartwire_program(
    NAME bench_${arg_NAME} SOURCES ${arg_SOURCES}
    LIBS ${arg_LIBS} benchmark::benchmark benchmark::benchmark_main
    SMOKE --benchmark_min_time=0.001)
endfunction()

# heartwire_fuzzer(NAME frame SOURCES frame_fuzz.cpp [LIBS heartwire::ws ...])
#
# A libFuzzer program fuzz_<NAME>, which `./run fuzz NAME` runs; `fuzzers` builds all of them.
function(heartwire_fuzzer)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME" "SOURCES;LIBS")
  heartwire_program(NAME fuzz_${arg_NAME} SOURCES ${arg_SOURCES} LIBS ${arg_LIBS})
  target_link_options(fuzz_${arg_NAME} PRIVATE -fsanitize=fuzzer)
  if(NOT TARGET fuzzers)
    add_custom_target(fuzzers)
  endif()
  add_dependencies(fuzzers fuzz_${arg_NAME})
endfunction()

# Called once all tests are known: `tests_threads` builds those labelled `threads`, and
# threads_targets.txt names them, so that the ThreadSanitizer run builds nothing else.
function(heartwire_finish_tests)
  get_property(targets GLOBAL PROPERTY HEARTWIRE_THREADS_TESTS)
  add_custom_target(tests_threads DEPENDS ${targets})
  list(JOIN targets "\n" lines)
  file(WRITE ${PROJECT_BINARY_DIR}/threads_targets.txt "${lines}")
endfunction()

# The compile options of everything that is not a layer: tests, benches, examples, tools.
function(heartwire_test_options target)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR})
  # GoogleTest's own macros trip -Wpedantic on Clang.
  target_compile_options(
    ${target} PRIVATE ${HEARTWIRE_WARNINGS}
                      $<$<CXX_COMPILER_ID:Clang>:-Wno-gnu-zero-variadic-macro-arguments>)
endfunction()
