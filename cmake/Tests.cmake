# weigh_tests(store SHARDS 2 LABELS unit TIMEOUT 300)
#
# Enters the cases of the program `store_test` in ctest as `store.1` and `store.2`, each of which runs every second
# one: a process for each case would spend its time in starting. What a failure prints names the case all the same.
# APART puts the cases that fit a pattern into an entry of their own, `<name>.<APART_NAME>` in one process, so that
# they share what is slow to start; where that entry prints SKIPPED_WHEN, it counts as skipped.
function(weigh_tests name)
  cmake_parse_arguments(TESTS "" "SHARDS;TIMEOUT;APART;APART_NAME;SKIPPED_WHEN" "LABELS" ${ARGN})
  if(NOT TESTS_SHARDS)
    set(TESTS_SHARDS 1)
  endif()
  if(NOT TESTS_TIMEOUT)
    set(TESTS_TIMEOUT 300)
  endif()
  set(rest "")
  set(entries "")
  if(TESTS_APART)
    set(rest --gtest_filter=-${TESTS_APART})
    add_test(NAME ${name}.${TESTS_APART_NAME} COMMAND ${name}_test --gtest_filter=${TESTS_APART})
    set_tests_properties(${name}.${TESTS_APART_NAME} PROPERTIES SKIP_REGULAR_EXPRESSION "${TESTS_SKIPPED_WHEN}")
    list(APPEND entries ${name}.${TESTS_APART_NAME})
  endif()
  math(EXPR last "${TESTS_SHARDS} - 1")
  foreach(shard RANGE ${last})
    set(entry ${name})
    if(TESTS_SHARDS GREATER 1)
      math(EXPR number "${shard} + 1")
      set(entry ${name}.${number})
    endif()
    add_test(NAME ${entry} COMMAND ${name}_test ${rest})
    set_tests_properties(${entry} PROPERTIES ENVIRONMENT "GTEST_TOTAL_SHARDS=${TESTS_SHARDS};GTEST_SHARD_INDEX=${shard}")
    list(APPEND entries ${entry})
  endforeach()
  # An entry without cases would pass, and prove nothing.
  set_tests_properties(${entries} PROPERTIES TIMEOUT ${TESTS_TIMEOUT} LABELS "${TESTS_LABELS}"
                       FAIL_REGULAR_EXPRESSION "Running 0 tests")
endfunction()
