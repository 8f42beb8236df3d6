#pragma once
// One TLS context for all clients of a process that ask for the same. To read the system's store
// takes tens of milliseconds and a megabyte, which a program with ten thousand clients pays once.

#include "heartwire/net/tls_context.hpp"

#include <memory>
#include <string>

namespace heartwire::net {

/// A client's context for `options`, made anew when nobody holds one, or when one of the files that
/// `options` name has changed since. The error is for people and names the file. Any thread.
base::Result<std::shared_ptr<const TlsContext>, std::string> shared_client_tls(
    const TlsOptions& options);

}  // namespace heartwire::net
