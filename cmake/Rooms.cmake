# A room is a folder under src/: a namespace, a library target and, beside its sources, its tests.
#
#   weigh_room(store DEPENDS base PACKAGES PkgConfig::XXHASH)
#
# makes the library `weigh_store` from every .cpp that is not a test or a benchmark, the program
# `store_test` from every *_test.cpp and `store_bench` from *_bench.cpp. What follows TESTS goes to
# weigh_tests (Tests.cmake). A header named *_contract.h or *_testing.h serves tests of other rooms too.
include(Tests)

function(weigh_room name)
  cmake_parse_arguments(ROOM "" "" "DEPENDS;PACKAGES;TEST_DEPENDS;TESTS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(tests ${sources})
  set(benches ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER benches INCLUDE REGEX "_bench\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_(test|bench)\\.cpp$")

  if(sources)
    add_library(weigh_${name} STATIC ${sources})
    set(kind PUBLIC)
  else()
    add_library(weigh_${name} INTERFACE)
    set(kind INTERFACE)
  endif()
  target_include_directories(weigh_${name} ${kind} ${CMAKE_SOURCE_DIR}/src)
  list(TRANSFORM ROOM_DEPENDS PREPEND weigh_)
  list(TRANSFORM ROOM_TEST_DEPENDS PREPEND weigh_)
  target_link_libraries(weigh_${name} ${kind} ${ROOM_DEPENDS} ${ROOM_PACKAGES})

  if(WEIGH_TESTS AND tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE weigh_${name} ${ROOM_TEST_DEPENDS} GTest::gtest GTest::gmock GTest::gtest_main)
    weigh_tests(${name} ${ROOM_TESTS} LABELS unit)
  endif()
  if(WEIGH_BENCH AND benches)
    find_package(benchmark REQUIRED)
    add_executable(${name}_bench ${benches})
    target_link_libraries(${name}_bench PRIVATE weigh_${name} ${ROOM_TEST_DEPENDS} benchmark::benchmark benchmark::benchmark_main)
  endif()
endfunction()
