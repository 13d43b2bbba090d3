# SPDX-License-Identifier: MIT
# Fails where one of FILES includes a header of a room that is not ALLOWED, or generated; else touches
# STAMP.
cmake_minimum_required(VERSION 3.25)

set(failed FALSE)
foreach(file ${FILES})
  file(STRINGS ${file} includes REGEX "^#include \"")
  foreach(line ${includes})
    string(REGEX REPLACE "^#include \"(.*)/[^/]*\"$" "\\1" room "${line}")
    if(NOT room IN_LIST ALLOWED AND NOT room STREQUAL generated)
      message(SEND_ERROR "${file}: ${line}: this room does not use ${room} (CMakeLists.txt)")
      set(failed TRUE)
    endif()
  endforeach()
endforeach()
if(NOT failed)
  file(TOUCH ${STAMP})
endif()
