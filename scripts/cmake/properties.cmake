# SPDX-License-Identifier: MIT
# Makes, in the folder `generated`, the list of properties and a header that includes them all. A
# header of properties/ that calls define() is about the property of its name; they are reported in
# the order of their places.
file(GLOB headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/properties/*.hpp)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${headers})

set(found)
foreach(header ${headers})
  file(STRINGS ${header} defined REGEX "return define\\(")
  if(defined)
    file(STRINGS ${header} place REGEX "\\.place = [0-9]+")
    if(NOT place)
      message(FATAL_ERROR "${header}: a property without its .place in the reports")
    endif()
    string(REGEX REPLACE ".*\\.place = ([0-9]+).*" "0000\\1" place "${place}")
    string(REGEX REPLACE ".*(.....)$" "\\1" place "${place}")
    get_filename_component(name ${header} NAME_WE)
    list(APPEND found ${place}:${name})
  endif()
endforeach()
list(SORT found)

set(names)
set(includes)
set(before)
foreach(property ${found})
  string(REGEX MATCH "^([0-9]+):(.*)$" matched ${property})
  if(CMAKE_MATCH_1 STREQUAL before)
    message(FATAL_ERROR "properties/${CMAKE_MATCH_2}.hpp: another property has this place, too")
  endif()
  set(before ${CMAKE_MATCH_1})
  string(APPEND names " X(${CMAKE_MATCH_2})")
  string(APPEND includes "#include \"properties/${CMAKE_MATCH_2}.hpp\"\n")
endforeach()

set(generated ${PROJECT_BINARY_DIR}/generated)
file(CONFIGURE OUTPUT ${generated}/properties.hpp CONTENT "#pragma once\n#define PINCHECK_PROPERTIES(X)${names}\n")
file(CONFIGURE OUTPUT ${generated}/definitions.hpp CONTENT "#pragma once\n${includes}")
