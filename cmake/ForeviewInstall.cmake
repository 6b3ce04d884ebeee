# libforeview.so: the public C++ API of include/foreview and nothing else; torch, FFmpeg and the rest stay inside.
include(CMakePackageConfigHelpers)

# The files that define what the public headers declare; everything behind them comes from the folders' archives.
add_library(foreview_api SHARED
  src/core/version.cpp src/core/error.cpp src/predictor/predictor.cpp src/pipeline/run.cpp)
add_library(foreview::foreview ALIAS foreview_api)
foreview_compile_options(foreview_api)
target_link_libraries(foreview_api PRIVATE foreview_pipeline foreview_predictor)
target_compile_definitions(foreview_api PRIVATE FOREVIEW_VERSION="${PROJECT_VERSION}")
target_link_options(foreview_api PRIVATE
  -Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/foreview.symbols)
set_target_properties(foreview_api PROPERTIES
  OUTPUT_NAME foreview EXPORT_NAME foreview VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}
  LINK_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/foreview.symbols)
target_include_directories(foreview_api INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)

install(TARGETS foreview RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS foreview-worker foreview-browser-guard RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/foreview)
install(TARGETS foreview_api EXPORT foreviewTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/foreview DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY share/profiles share/topics DESTINATION ${CMAKE_INSTALL_DATADIR}/foreview)
install(FILES LICENSE README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(EXPORT foreviewTargets NAMESPACE foreview:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/foreview
  FILE foreviewConfig.cmake)
write_basic_package_version_file(foreviewConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/foreviewConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/foreview)
