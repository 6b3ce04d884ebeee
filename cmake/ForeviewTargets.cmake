# foreview_folder(NAME [FOLDERS folder...] [LINKS target...] [TORCH file...] [EXCLUDE file...])
# One static library for the folder src/NAME: all its .cpp files, its own folder's dependencies and nothing more.
# TORCH names the files that include torch/torch.h; the others never see it.
function(foreview_folder NAME)
  cmake_parse_arguments(ARG "" "" "LINKS;FOLDERS;EXCLUDE;TORCH" ${ARGN})
  file(GLOB SOURCES CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  foreach(EXCLUDED ${ARG_EXCLUDE})
    list(REMOVE_ITEM SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/${EXCLUDED})
  endforeach()
  set(TARGET foreview_${NAME})
  add_library(${TARGET} STATIC ${SOURCES})
  foreview_compile_options(${TARGET})
  foreach(FOLDER ${ARG_FOLDERS})
    if(NOT TARGET foreview_${FOLDER})
      message(FATAL_ERROR "src/${NAME} may not use src/${FOLDER}: it stands on the same or a higher floor")
    endif()
    target_link_libraries(${TARGET} PUBLIC foreview_${FOLDER})
  endforeach()
  target_link_libraries(${TARGET} PUBLIC ${ARG_LINKS})
  if(ARG_TORCH)
    foreview_use_torch(${TARGET} ${ARG_TORCH})
  endif()
endfunction()

function(foreview_compile_options TARGET)
  target_compile_features(${TARGET} PUBLIC cxx_std_20)
  set_target_properties(${TARGET} PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_EXTENSIONS OFF CXX_STANDARD 20)
  target_include_directories(${TARGET} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src> $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>)
  # Options and error parts are given by designated initialisers; what is not named keeps its default.
  # GCC 12 sees overlaps in std::string concatenation that are not there (GCC bug 105651).
  target_compile_options(${TARGET} PRIVATE -Wall -Wextra -Wpedantic -Wno-missing-field-initializers
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
    $<$<BOOL:${FOREVIEW_WARNINGS_AS_ERRORS}>:-Werror>)
endfunction()

# foreview_use_torch(TARGET file...): torch/torch.h costs many seconds and about 1 GB a file, so one precompiled header
# serves the named files of every target. Loading it costs seconds too: files that do not need it are compiled without.
function(foreview_use_torch TARGET)
  if(NOT TARGET foreview_torch_pch)
    file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/torch_pch.cpp CONTENT "")
    add_library(foreview_torch_pch STATIC ${CMAKE_BINARY_DIR}/torch_pch.cpp)
    foreview_torch_flags(foreview_torch_pch)
    foreview_compile_options(foreview_torch_pch)
    target_precompile_headers(foreview_torch_pch PRIVATE <torch/torch.h>)
  endif()
  foreview_torch_flags(${TARGET})
  target_precompile_headers(${TARGET} REUSE_FROM foreview_torch_pch)
  get_target_property(SOURCES ${TARGET} SOURCES)
  foreach(SOURCE ${SOURCES})
    get_filename_component(FILE ${SOURCE} NAME)
    if(NOT FILE IN_LIST ARGN)
      set_source_files_properties(${SOURCE} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
    endif()
  endforeach()
endfunction()

function(foreview_torch_flags TARGET)
  # PRIVATE includes as SYSTEM: warnings inside torch are not ours, and torch headers do not leak upward.
  target_include_directories(${TARGET} SYSTEM PRIVATE ${TORCH_INCLUDE_DIRS})
  target_link_libraries(${TARGET} PUBLIC ${TORCH_LIBRARIES})
  separate_arguments(FLAGS NATIVE_COMMAND "${TORCH_CXX_FLAGS}")
  target_compile_options(${TARGET} PRIVATE ${FLAGS})
endfunction()

# foreview_tests(NAME [LINKS target...] [TORCH file...]): tests/NAME/*_test.cpp, labelled `unit`;
# *_golden_test.cpp in the same folder, labelled `golden`.
function(foreview_tests NAME)
  cmake_parse_arguments(ARG "" "" "LINKS;TORCH" ${ARGN})
  file(GLOB ALL CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${NAME}/*_test.cpp)
  set(UNIT ${ALL})
  list(FILTER UNIT EXCLUDE REGEX "_golden_test\\.cpp$")
  set(GOLDEN ${ALL})
  list(FILTER GOLDEN INCLUDE REGEX "_golden_test\\.cpp$")
  foreach(LABEL unit golden)
    string(TOUPPER ${LABEL} VAR)
    if(${VAR})
      set(TARGET ${NAME}_${LABEL}_tests)
      add_executable(${TARGET} ${${VAR}})
      foreview_compile_options(${TARGET})
      target_include_directories(${TARGET} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
      target_compile_definitions(${TARGET} PRIVATE FOREVIEW_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
      target_link_libraries(${TARGET} PRIVATE foreview_${NAME} ${ARG_LINKS} GTest::gtest_main)
      if(ARG_TORCH)
        # The precompiled header was made with -fPIC; an executable would get -fPIE and could not use it.
        set_target_properties(${TARGET} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
        target_compile_options(${TARGET} PRIVATE -fPIC)
        foreview_use_torch(${TARGET} ${ARG_TORCH})
      endif()
      gtest_discover_tests(${TARGET} TEST_PREFIX "${NAME}." DISCOVERY_TIMEOUT 120
        PROPERTIES LABELS ${LABEL} SKIP_REGULAR_EXPRESSION "\\[  SKIPPED \\]")
    endif()
  endforeach()
endfunction()
