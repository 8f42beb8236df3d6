// The field scanner against Boost.JSON, which somebody else wrote: the same documents are JSON, and
// the same values are found in them. And what append_json_string() writes reads back the same.

#include "fuzz/input.hpp"
#include "heartwire/core/json_field.hpp"

#include <boost/json/src.hpp>

#include <array>

namespace heartwire::fuzz {
namespace {

namespace json = boost::json;
using core::JsonField;
using core::JsonKind;

/// A number of any size is a number for us; Boost.JSON wants to hold it.
bool is_size_of_number(const json::error_code& error) {
  return error == json::error::exponent_overflow;
}

void check_string(const JsonField& field, const json::string& expected) {
  const bool fits = expected.size() <= core::kJsonTextBytesMax;
  HW_CHECK(field.kind() == (fits ? JsonKind::string : JsonKind::other));
  if (fits) HW_CHECK(field.text() == std::string_view(expected.data(), expected.size()));
}

void check_number(const JsonField& field, const json::value& expected) {
  if (field.kind() == JsonKind::other) return;  // written too long
  HW_CHECK(field.kind() == JsonKind::number && !field.text().empty());
  if (field.text().starts_with('-') || expected.is_double()) return;
  HW_CHECK(field.as_unsigned() == expected.to_number<std::uint64_t>());
}

/// `expected` null: the document has no such value.
void check_field(const JsonField& field, const json::value* expected) {
  if (expected == nullptr) {
    HW_CHECK(field.kind() == JsonKind::absent && field.text().empty());
  } else if (expected->is_string()) {
    check_string(field, expected->get_string());
  } else if (expected->is_number()) {
    check_number(field, *expected);
  } else {
    HW_CHECK(field.kind() == (expected->is_null() ? JsonKind::null : JsonKind::other));
  }
}

const json::value* find(const json::value& document, const JsonField& field) {
  const std::string_view name = field.name();
  if (document.is_object()) return document.get_object().if_contains({name.data(), name.size()});
  if (document.is_array()) return document.get_array().if_contains(field.index());
  return nullptr;
}

void check_written(std::string_view text) {
  std::string document = "[";
  core::append_json_string(document, text);
  document += ']';
  json::error_code error;
  const json::value read = json::parse({document.data(), document.size()}, error);
  std::array fields{JsonField({}, 0)};
  HW_CHECK(core::read_json(document, fields) == !error);
  if (!error && text.size() <= core::kJsonTextBytesMax) HW_CHECK(fields[0].text() == text);
}

void run(Input input) {
  const std::string document{input.rest_text()};
  std::array fields{JsonField("type", 0), JsonField("ref", 1), JsonField("", 3)};

  const bool is_json = core::read_json(document, fields);

  json::error_code error;
  const json::value expected = json::parse({document.data(), document.size()}, error);
  if (is_size_of_number(error)) return;
  HW_CHECK(is_json == !error);
  for (const JsonField& field : fields)
    check_field(field, is_json ? find(expected, field) : nullptr);
  check_written(document);
}

}  // namespace
}  // namespace heartwire::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  heartwire::fuzz::run({data, size});
  return 0;
}
