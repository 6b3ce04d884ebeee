# Every library foreview uses, found once. All come from Debian 12 packages (see packages.txt);
# a CUDA build of LibTorch given by CMAKE_PREFIX_PATH is found before Debian's.
find_package(Threads REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS CXX)  # comes with the compiler; the threads of LibTorch
find_package(PkgConfig REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(SQLiteCpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(CURL REQUIRED)
find_package(PNG REQUIRED)
find_package(xgboost REQUIRED)
find_package(Torch REQUIRED)
# A LibTorch with CUDA brings its compiler along: our own kernels are built then (FOREVIEW_CUDA), for every generation of
# GPU that the compiler knows unless CMAKE_CUDA_ARCHITECTURES names some.
if(TARGET torch_cuda)
  if(NOT CMAKE_CUDA_ARCHITECTURES)
    set(CMAKE_CUDA_ARCHITECTURES all-major)
  endif()
  set(CMAKE_CUDA_RUNTIME_LIBRARY Shared)  # the one that LibTorch uses
  enable_language(CUDA)
  find_package(CUDAToolkit REQUIRED)
  set(FOREVIEW_CUDA ON)
  add_compile_definitions(FOREVIEW_CUDA)
endif()
pkg_check_modules(ZLIB REQUIRED IMPORTED_TARGET zlib)
pkg_check_modules(LIBZIP REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(FFMPEG REQUIRED IMPORTED_TARGET libavformat libavcodec libavutil libswscale libswresample)
pkg_check_modules(TURBOJPEG REQUIRED IMPORTED_TARGET libturbojpeg libjpeg)
pkg_check_modules(FLAC REQUIRED IMPORTED_TARGET flac)
pkg_check_modules(SECCOMP REQUIRED IMPORTED_TARGET libseccomp)

# Debian's .pc files of PocketSphinx name an include folder that its packages do not have.
find_path(SPHINXBASE_INCLUDE_DIR sphinxbase/err.h REQUIRED)
find_path(POCKETSPHINX_INCLUDE_DIR pocketsphinx/pocketsphinx.h REQUIRED)
find_library(POCKETSPHINX_LIBRARY pocketsphinx REQUIRED)
find_library(SPHINXBASE_LIBRARY sphinxbase REQUIRED)
add_library(foreview_pocketsphinx INTERFACE)
target_include_directories(foreview_pocketsphinx SYSTEM INTERFACE ${SPHINXBASE_INCLUDE_DIR}
  ${SPHINXBASE_INCLUDE_DIR}/sphinxbase ${POCKETSPHINX_INCLUDE_DIR} ${POCKETSPHINX_INCLUDE_DIR}/pocketsphinx)
target_link_libraries(foreview_pocketsphinx INTERFACE ${POCKETSPHINX_LIBRARY} ${SPHINXBASE_LIBRARY})
