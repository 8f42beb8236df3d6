#include "tests/conformance/negotiation.hpp"

namespace heartwire::conformance {
namespace {

const std::string kName = "permessage-deflate";

void add_good_offers(std::vector<Offer>& offers) {
  const auto echoed = [&offers](const std::string& parameters) {
    offers.push_back({{kName + parameters}, kName + parameters});
  };
  echoed("");
  echoed("; server_no_context_takeover");
  echoed("; client_no_context_takeover");
  echoed("; server_no_context_takeover; client_no_context_takeover");
  for (int bits = 8; bits <= 15; ++bits) {
    const std::string value = "=" + std::to_string(bits);
    echoed("; server_max_window_bits" + value);
    echoed("; client_max_window_bits" + value);
    echoed("; server_no_context_takeover; client_no_context_takeover; server_max_window_bits" +
           value + "; client_max_window_bits" + value);
  }
  offers.push_back({{kName + "; client_max_window_bits"}, kName});
  offers.push_back({{kName + ";client_max_window_bits=10;server_no_context_takeover"},
                    kName + "; server_no_context_takeover; client_max_window_bits=10"});
  offers.push_back(
      {{kName + "; server_max_window_bits=\"10\""}, kName + "; server_max_window_bits=10"});
  offers.push_back({{"x-webkit-deflate-frame, " + kName}, kName});
  offers.push_back({{"x-one; a=1; b, " + kName + "; client_no_context_takeover, x-two"},
                    kName + "; client_no_context_takeover"});
  // The first that is acceptable wins.
  offers.push_back(
      {{kName + "; server_max_window_bits=9, " + kName}, kName + "; server_max_window_bits=9"});
  offers.push_back({{kName + "; server_max_window_bits=7, " + kName}, kName});
  offers.push_back({{kName + "; unknown, " + kName + "; client_max_window_bits=16, " + kName +
                     "; server_no_context_takeover"},
                    kName + "; server_no_context_takeover"});
  offers.push_back({{kName + "; unknown", kName + "; client_max_window_bits=12"},
                    kName + "; client_max_window_bits=12"});
}

void add_bad_offers(std::vector<Offer>& offers) {
  const auto declined = [&offers](const std::string& parameters) {
    offers.push_back({{kName + parameters}});
  };
  declined("; unknown");
  declined("; unknown=1");
  declined("; server_max_window_bits");
  for (const char* side : {"; server_max_window_bits", "; client_max_window_bits"}) {
    for (const char* value : {"0", "1", "7", "16", "100", "08", "015", "-8", "+8", "a", "8.0",
                              "18446744073709551624", "\"7\"", "\"16\""})
      declined(side + ("=" + std::string{value}));
    declined(side + ("=8" + std::string{side}) + "=8");
  }
  declined("; client_max_window_bits; client_max_window_bits");
  for (const char* flag : {"; server_no_context_takeover", "; client_no_context_takeover"}) {
    declined(flag + std::string{flag});
    declined(flag + std::string{"=1"});
    declined(flag + std::string{"=true"});
  }
  offers.push_back({{"permessage-deflate2"}});
  offers.push_back({{"x-webkit-deflate-frame"}});
  offers.push_back({{"permessage-bzip2, x-webkit-deflate-frame"}});
  offers.push_back({});
}

void add_malformed_offers(std::vector<Offer>& offers) {
  for (const char* rest : {";", "; ;", "; =1", "; server_max_window_bits=", "; a b",
                           "; server_max_window_bits=\"", "; server_max_window_bits=\"\"",
                           "; server_max_window_bits=\"1 0\"", "@", " permessage-deflate"})
    offers.push_back({{kName + rest}, {}, true});
  offers.push_back({{"; client_max_window_bits"}, {}, true});
  offers.push_back({{kName, ";"}, {}, true});
}

}  // namespace

std::vector<Offer> offers() {
  std::vector<Offer> offers;
  add_good_offers(offers);
  add_bad_offers(offers);
  add_malformed_offers(offers);
  return offers;
}

std::vector<Answer> answers() {
  using Wish = Answer::Wish;
  std::vector<Answer> answers;
  const auto good = [&answers](const std::string& parameters) {
    answers.push_back({Wish::any, {kName + parameters}, true});
  };
  const auto bad = [&answers](const std::string& parameters) {
    answers.push_back({Wish::any, {kName + parameters}, false});
  };
  for (const Wish wish : {Wish::any, Wish::no_peer_takeover, Wish::nothing})
    answers.push_back({wish, {}, true});
  good("");
  good("; server_no_context_takeover");
  good("; client_no_context_takeover");
  good("; client_no_context_takeover; server_no_context_takeover");
  for (int bits = 8; bits <= 15; ++bits) {
    good("; server_max_window_bits=" + std::to_string(bits));
    good("; client_max_window_bits=" + std::to_string(bits));
  }
  good("; server_max_window_bits=\"11\"");

  bad("; unknown");
  for (const char* side : {"; server_max_window_bits", "; client_max_window_bits"}) {
    bad(side);
    for (const char* value : {"0", "7", "16", "08", "a", "\"7\""})
      bad(side + ("=" + std::string{value}));
    bad(side + ("=8" + std::string{side}) + "=8");
  }
  for (const char* flag : {"; server_no_context_takeover", "; client_no_context_takeover"}) {
    bad(flag + std::string{flag});
    bad(flag + std::string{"=1"});
  }
  for (const char* rest : {";", "; =1", "; a b", "; server_max_window_bits="}) bad(rest);
  bad(", " + kName);
  bad(", x-other");
  answers.push_back({Wish::any, {kName, kName}, false});
  answers.push_back({Wish::any, {"x-webkit-deflate-frame"}, false});
  answers.push_back({Wish::no_peer_takeover, {kName}, false});
  answers.push_back({Wish::no_peer_takeover, {kName + "; client_no_context_takeover"}, false});
  answers.push_back({Wish::no_peer_takeover, {kName + "; server_no_context_takeover"}, true});
  answers.push_back({Wish::nothing, {kName}, false});
  answers.push_back({Wish::nothing, {"x-other"}, false});
  return answers;
}

std::string extension_lines(const std::vector<std::string>& fields) {
  std::string lines;
  for (const std::string& value : fields) lines += "Sec-WebSocket-Extensions: " + value + "\r\n";
  return lines;
}

}  // namespace heartwire::conformance
