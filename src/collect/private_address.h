#pragma once

#include <sys/socket.h>

namespace foreview {

/// Whether an IPv4 or IPv6 address is one that a web site has no business to send anyone to: loopback, private and
/// shared networks, link-local, multicast, reserved, and IPv6 forms of these. Other families are.
bool is_private_address(const sockaddr& address);

}  // namespace foreview
