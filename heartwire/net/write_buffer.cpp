#include "heartwire/net/write_buffer.hpp"

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
    const base::ByteView rest = fresh.subspan(result.count);
    if (!rest.empty()) bytes_.assign(rest.begin(), rest.end());
    return result;
  }
  append(fresh);
  IoResult result = write_all(stream, base::ByteView{bytes_}.subspan(first_));
  first_ += result.count;
  if (is_empty()) {
    clear();
  } else if (first_ > bytes_.size() / 2) {
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
  return result;
}

void WriteBuffer::clear() noexcept {
  bytes_ = base::Bytes{};  // Unlike `= {}`, which keeps the memory.
  first_ = 0;
}

}  // namespace heartwire::net
