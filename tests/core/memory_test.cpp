#include "core/memory.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdlib>

namespace foreview {
namespace {

constexpr size_t size = 64 << 20, page = 4096;

long first_touches() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt;
}

long first_touches_of_a_block() {
  const long before = first_touches();
  auto* block = static_cast<volatile char*>(std::malloc(size));
  for (size_t i = 0; i < size; i += page) block[i] = 1;
  std::free(const_cast<char*>(block));
  return first_touches() - before;
}

TEST(Memory, FreedBlocksAreKept) {
#if !defined(__GLIBC__)
  GTEST_SKIP() << "another C library";
#endif
  keep_freed_memory();
  first_touches_of_a_block();
  EXPECT_LT(first_touches_of_a_block(), static_cast<long>(size / page / 10));
}

}  // namespace
}  // namespace foreview
