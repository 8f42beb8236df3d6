#include "heartwire/net/shared_tls.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <system_error>
#include <utility>
#include <vector>

namespace heartwire::net {
namespace {

/// When each file was last written, and how long it is: what tells one content from the next.
using FileStates = std::array<std::pair<std::filesystem::file_time_type, std::uintmax_t>, 3>;

FileStates file_states(const TlsOptions& options) {
  FileStates states{};
  const std::array<const std::string*, 3> files{&options.ca_file, &options.certificate_file,
                                                &options.key_file};
  for (std::size_t i = 0; i != files.size(); ++i) {
    if (files[i]->empty()) continue;
    std::error_code ignored;  // A file that is not there is told of when it is read.
    states[i] = {std::filesystem::last_write_time(*files[i], ignored),
                 std::filesystem::file_size(*files[i], ignored)};
  }
  return states;
}

struct Entry {
  TlsOptions options;
  FileStates files;
  std::weak_ptr<const TlsContext> context;
};

struct Cache {
  std::mutex mutex;
  std::vector<Entry> entries;  ///< As many as there are contexts in use, and some that were.
};

Cache& cache() {
  static Cache cache;
  return cache;
}

}  // namespace

base::Result<std::shared_ptr<const TlsContext>, std::string> shared_client_tls(
    const TlsOptions& options) {
  const FileStates files = file_states(options);
  const std::lock_guard lock(cache().mutex);
  auto& entries = cache().entries;
  std::erase_if(entries, [](const Entry& entry) { return entry.context.expired(); });
  for (const Entry& entry : entries)
    if (entry.options == options && entry.files == files)
      if (auto context = entry.context.lock()) return context;
  auto made = TlsContext::client(options);
  if (!made) return base::Failure{made.error()};
  auto context = std::make_shared<const TlsContext>(std::move(made).value());
  entries.push_back({options, files, context});
  return context;
}

}  // namespace heartwire::net
