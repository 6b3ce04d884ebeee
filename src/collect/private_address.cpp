#include "collect/private_address.h"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace foreview {
namespace {

using Bytes6 = std::array<uint8_t, 16>;

// IANA's special-purpose registries (RFC 6890).
bool is_private_v4(uint32_t host) {
  struct Block {
    uint32_t network;
    int bits;
  };
  constexpr std::array blocks = {
      Block{0x00000000, 8},  Block{0x0A000000, 8},  Block{0x64400000, 10}, Block{0x7F000000, 8},  Block{0xA9FE0000, 16},
      Block{0xAC100000, 12}, Block{0xC0000000, 24}, Block{0xC0A80000, 16}, Block{0xC6120000, 15}, Block{0xE0000000, 3}};
  return std::any_of(blocks.begin(), blocks.end(),
                     [&](const Block& block) { return (host ^ block.network) >> (32 - block.bits) == 0; });
}

uint32_t v4_at(const Bytes6& bytes, size_t at) {
  return uint32_t{bytes[at]} << 24 | uint32_t{bytes[at + 1]} << 16 | uint32_t{bytes[at + 2]} << 8 | bytes[at + 3];
}

bool is_private_v6(const Bytes6& bytes) {
  const auto zero_until = [&](std::ptrdiff_t end) {
    return std::all_of(bytes.begin(), bytes.begin() + end, [](uint8_t b) { return b == 0; });
  };
  if (zero_until(10) && bytes[10] == 0xFF && bytes[11] == 0xFF)
    return is_private_v4(v4_at(bytes, 12));  // ::ffff:a.b.c.d
  if (zero_until(12)) return true;           // ::, ::1, old mappings
  const bool translated = bytes[0] == 0x00 && bytes[1] == 0x64 && bytes[2] == 0xFF && bytes[3] == 0x9B;  // 64:ff9b::/96
  if (translated) return is_private_v4(v4_at(bytes, 12));
  if (bytes[0] == 0x20 && bytes[1] == 0x02) return is_private_v4(v4_at(bytes, 2));  // 6to4
  return (bytes[0] & 0xFE) == 0xFC || (bytes[0] == 0xFE && bytes[1] >= 0x80) || bytes[0] == 0xFF;
}

}  // namespace

bool is_private_address(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof(v4));
    return is_private_v4(ntohl(v4.sin_addr.s_addr));
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof(v6));
    Bytes6 bytes{};
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return is_private_v6(bytes);
  }
  return true;
}

}  // namespace foreview
