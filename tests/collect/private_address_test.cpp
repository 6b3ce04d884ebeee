#include "collect/private_address.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

namespace foreview {
namespace {

bool is_private(const char* text) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) return is_private_address(reinterpret_cast<const sockaddr&>(v4));
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  EXPECT_EQ(inet_pton(AF_INET6, text, &v6.sin6_addr), 1) << text;
  return is_private_address(reinterpret_cast<const sockaddr&>(v6));
}

TEST(PrivateAddress, SpecialNetworksAndTheirDisguises) {
  for (const char* inner : {"127.0.0.1", "127.255.1.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
                            "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::",
                            "fe80::1", "fd00::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"})
    EXPECT_TRUE(is_private(inner)) << inner;
  for (const char* outer : {"8.8.8.8", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "192.167.1.1",
                            "2606:4700::1", "::ffff:8.8.8.8"})
    EXPECT_FALSE(is_private(outer)) << outer;
}

}  // namespace
}  // namespace foreview
