#pragma once
// How the demo reads: a line for each thing that happens, with the seconds since the start and who
// it happened to; coloured on a terminal (unless NO_COLOR is set), plain in a log.

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace heartwire::cli {

enum class Actor : unsigned char { server, proxy, client, user };

/// What a step of the demo came to.
struct DemoResult {
  std::string step;
  std::string expected;
  std::string measured;
  bool is_ok = false;
};

/// Every method may be called from any thread.
class DemoTimeline {
 public:
  DemoTimeline();

  void print(std::string_view text);
  void heading(std::size_t number, std::string_view text);
  void say(Actor actor, std::string_view text);
  void result(const DemoResult& result);
  void summary(const std::vector<DemoResult>& results, std::size_t step_count);

  double seconds() const;

 private:
  enum class Paint : unsigned char { plain, bold, dim, green, yellow, blue, red };

  std::string painted(Paint paint, std::string_view text) const;
  void write(const std::string& text);

  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  bool has_colour_;
  std::mutex mutex_;
};

}  // namespace heartwire::cli
