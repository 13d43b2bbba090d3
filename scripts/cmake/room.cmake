# SPDX-License-Identifier: MIT
# add_room(FOLDER [USES ROOM...] [LIBRARIES TARGET...] [TESTS_USE ROOM...]): a folder, as the
# library pincheck_FOLDER, and its tests as pincheck_FOLDER_tests. Its files may include headers of
# the rooms it uses and of those that these use, and the build fails where one includes another's;
# its tests may also include checker/testing's, and those of TESTS_USE.

# What only reads arguments, or tests, takes longer to optimize under sanitizers than to run.
set(unoptimized $<$<CONFIG:Asan,Tsan>:-O0>)
# With the program optimized, tests themselves compile in 30 % less time than at -O3, and run a tenth
# longer.
set(for_tests ${unoptimized} $<$<CONFIG:Release>:-O1>)

# The rooms' targets.
function(room_targets out)
  list(TRANSFORM ARGN REPLACE "/" "_")
  list(TRANSFORM ARGN PREPEND "pincheck_")
  set(${out} ${ARGN} PARENT_SCOPE)
endfunction()

# The rooms, and those they use.
function(rooms_below out)
  set(all ${ARGN})
  foreach(room ${ARGN})
    get_property(below GLOBAL PROPERTY "pincheck_below_${room}")
    list(APPEND all ${below})
  endforeach()
  list(REMOVE_DUPLICATES all)
  set(${out} ${all} PARENT_SCOPE)
endfunction()

# Makes the target wait for a look at the includes of these files.
function(check_includes target allowed)
  set(stamp ${PROJECT_BINARY_DIR}/includes/${target})
  set(check ${PROJECT_SOURCE_DIR}/scripts/cmake/includes.cmake)
  add_custom_command(
    OUTPUT ${stamp}
    COMMAND ${CMAKE_COMMAND} "-DALLOWED=${allowed}" "-DFILES=${ARGN}" -DSTAMP=${stamp} -P ${check}
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    DEPENDS ${ARGN} ${check}
    COMMENT "Looking at the includes of ${target}"
    VERBATIM)
  add_custom_target(${target}_includes DEPENDS ${stamp})
  add_dependencies(${target} ${target}_includes)
endfunction()

# Heavy headers, read once for all libraries, and once for all tests.
function(precompile target kind)
  if(NOT precompiled)
    return()
  endif()
  get_property(first GLOBAL PROPERTY "pincheck_first_${kind}")
  if(first)
    target_precompile_headers(${target} REUSE_FROM ${first})
    return()
  endif()
  set_property(GLOBAL PROPERTY "pincheck_first_${kind}" ${target})
  target_precompile_headers(${target} PRIVATE ${precompiled} ${ARGN})
endfunction()

function(add_room folder)
  cmake_parse_arguments(PARSE_ARGV 1 room "" "" "USES;LIBRARIES;TESTS_USE")
  room_targets(target ${folder})
  room_targets(used ${room_USES})
  rooms_below(below ${room_USES})
  set_property(GLOBAL PROPERTY "pincheck_below_${folder}" ${below})

  file(GLOB files RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS ${folder}/*.cpp ${folder}/*.hpp)
  set(tests ${files})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER files EXCLUDE REGEX "_(test|bench|tool)\\.cpp$|/main\\.cpp$")
  add_library(${target} STATIC ${files})
  set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX)
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${target} PUBLIC ${used} ${room_LIBRARIES})
  precompile(${target} libraries)
  check_includes(${target} "${folder};${below}" ${files})
  if(tests)
    rooms_below(below ${folder} ${room_TESTS_USE})
    add_room_tests(${target}_tests "${below}" ${tests})
  endif()
endfunction()

# The tests of a room, which use the rooms `below`: a binary, and one test of CTest's a file, so that
# they run in parallel. PINCHECK_TEST_SPEC selects among Catch2's; by default those not hidden run,
# as is Catch2's default. RC_PARAMS is RapidCheck's; by default all runs try the same.
function(add_room_tests target below)
  add_executable(${target} ${ARGN})
  add_dependencies(pincheck_tests ${target})
  room_targets(used ${below})
  target_link_libraries(
    ${target} PRIVATE pincheck_checker_testing ${used} Catch2::Catch2WithMain rapidcheck_catch)
  target_compile_options(${target} PRIVATE ${for_tests})
  target_compile_definitions(${target} PRIVATE $<$<CONFIG:Asan,Tsan>:PINCHECK_SANITIZED>)
  precompile(${target} tests <catch2/catch.hpp> <filesystem> <fstream> <random> <sstream>)
  check_includes(${target} "${below};checker/testing" ${ARGN})
  foreach(file ${ARGN})
    get_filename_component(name ${file} NAME_WE)
    add_test(NAME ${name}
             COMMAND bash -c [[spec=${PINCHECK_TEST_SPEC:-~[.]}
                               export RC_PARAMS=${RC_PARAMS:-seed=1}
                               exec "$0" -# "[#$1]${spec//,/,[#$1]}"]]
                     $<TARGET_FILE:${target}> ${name})
    set_tests_properties(${name} PROPERTIES
      LABELS ${target}
      TIMEOUT 1500
      ENVIRONMENT "PINCHECK_BINARY=$<TARGET_FILE:pincheck>;PINCHECK_SOURCE_DIR=${PROJECT_SOURCE_DIR}")
  endforeach()
endfunction()
