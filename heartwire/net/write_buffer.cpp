#include "heartwire/net/write_buffer.hpp"

#include <algorithm>
#include <utility>

namespace heartwire::net {
namespace {

/// Writes until the stream takes no more or all is gone.
IoResult write_all(Stream& stream, base::ByteView bytes) {
  IoResult total = IoResult::moved(0);
  while (!bytes.empty()) {
    IoResult result = stream.write_some(bytes);
    if (result.status != IoStatus::moved) {
      result.count = total.count;
      return result;
    }
    total.count += result.count;
    bytes = bytes.subspan(result.count);
  }
  return total;
}

}  // namespace

IoResult WriteBuffer::write(Stream& stream, base::ByteView fresh) {
  if (is_empty()) {
    IoResult result = write_all(stream, fresh);
    append(fresh.subspan(result.count));
    return result;
  }
  append(fresh);
  auto& [bytes, first] = *waiting_;
  IoResult result = write_all(stream, waiting_->rest());
  first += result.count;
  if (first == bytes.size()) {
    clear();
  } else if (first > bytes.size() / 2) {
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(first));
    first = 0;
  }
  return result;
}

void WriteBuffer::append(base::ByteView fresh) {
  if (fresh.empty()) return;
  if (!waiting_) waiting_ = std::make_unique<Waiting>();
  auto& [bytes, first] = *waiting_;
  if (first > 0 && bytes.size() + fresh.size() > bytes.capacity()) {
    // It has to move; what has left stays behind, so that only what waits is ever doubled.
    const base::ByteView rest = waiting_->rest();
    base::Bytes grown;
    grown.reserve(std::max(2 * rest.size(), rest.size() + fresh.size()));
    grown.assign(rest.begin(), rest.end());
    bytes = std::move(grown);
    first = 0;
  }
  bytes.insert(bytes.end(), fresh.begin(), fresh.end());
}

}  // namespace heartwire::net
