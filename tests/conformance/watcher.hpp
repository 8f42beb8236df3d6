#pragma once
// What an endpoint under test writes, judged strictly and told as lines: RFC 6455 sections 5.1 to
// 5.6 and 7.4, and RFC 7692 section 6, read from the text and not from our own reader.

#include "tests/conformance/deflated.hpp"
#include "tests/conformance/frame.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::conformance {

class Watcher {
 public:
  /// `writer` is the role of the endpoint under test.
  explicit Watcher(Role writer, const std::optional<Agreement>& agreed = {}) : writer_(writer) {
    if (agreed) inflater_.emplace(*agreed);
  }

  void feed(std::string_view bytes);

  /// Messages, pongs, the Close; and `FAULT: ...` for what an endpoint may not write.
  const std::vector<std::string>& lines() const { return lines_; }
  bool has_close() const { return has_close_; }
  bool has_compressed() const { return has_compressed_; }
  /// True where what came is not a whole number of frames, or of messages.
  bool is_cut_short() const { return !input_.empty() || message_.has_value(); }

 private:
  bool take_frame();
  void take(const Frame& frame);
  void take_data(const Frame& frame);
  void take_message(Frame message);
  void take_close(const Frame& frame);
  void fault(const std::string& what) { lines_.push_back("FAULT: " + what); }

  Role writer_;
  std::string input_;
  std::optional<Frame> message_;  ///< Its fragments so far.
  std::vector<std::string> lines_;
  std::optional<std::uint32_t> last_key_;  ///< A client's masking key must be fresh each time.
  std::optional<PeerInflater> inflater_;   ///< Where compression was agreed on.
  bool has_close_ = false;
  bool has_compressed_ = false;
};

/// By RFC 3629, decoded code point by code point.
bool is_well_formed_utf8(std::string_view text);

}  // namespace heartwire::conformance
