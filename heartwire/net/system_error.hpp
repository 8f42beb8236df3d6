#pragma once
// The operating system's error numbers in words.

#include <string>

namespace heartwire::net {

/// `connection refused`: as the system words it, with a small initial letter, to stand in a
/// sentence. Any thread.
std::string system_error_text(int error_number);

}  // namespace heartwire::net
