#include "heartwire/net/system_error.hpp"

#include <cctype>
#include <system_error>

namespace heartwire::net {

std::string system_error_text(int error_number) {
  std::string text = std::generic_category().message(error_number);
  const bool is_word = text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0;
  if (is_word) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

}  // namespace heartwire::net
