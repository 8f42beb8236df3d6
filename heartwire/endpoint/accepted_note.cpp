#include "heartwire/endpoint/accepted_note.hpp"

#include <cstddef>
#include <string_view>

namespace heartwire::endpoint {

AcceptedNote::AcceptedNote(const ws::Accepted& accepted) : subprotocol_(accepted.subprotocol) {
  std::size_t size = 0;
  for (const ws::Field& field : accepted.headers)
    size += field.name.size() + field.value.size() + 2;
  fields_.reserve(size);
  for (const ws::Field& field : accepted.headers)
    fields_.append(field.name).append(1, ':').append(field.value).append(1, '\n');
}

ws::Accepted AcceptedNote::unpack() const {
  ws::Accepted accepted{subprotocol_, {}};
  std::string_view rest = fields_;
  while (!rest.empty()) {
    const std::size_t colon = rest.find(':');
    const std::size_t end = rest.find('\n');
    accepted.headers.push_back(
        {std::string{rest.substr(0, colon)}, std::string{rest.substr(colon + 1, end - colon - 1)}});
    rest.remove_prefix(end + 1);
  }
  return accepted;
}

}  // namespace heartwire::endpoint
