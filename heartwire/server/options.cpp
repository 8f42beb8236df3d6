#include "heartwire/server/options.hpp"

#include "heartwire/core/closing.hpp"
#include "heartwire/core/dialect_set.hpp"

namespace heartwire::server {
namespace {

using Wrong = std::optional<std::string>;

constexpr unsigned kThreadsMax = 256;
constexpr std::size_t kSendBufferBytesMin = std::size_t{1} << 10;
constexpr std::size_t kSendBufferBytesMax = std::size_t{1} << 30;

Wrong named(const char* option, const char* wrong) {
  return std::string{option} + ": " + wrong;
}

Wrong wrong_machine(const Options& options) {
  if (const auto wrong = core::validate(options.heartbeat)) return named("heartbeat", *wrong);
  if (const char* wrong = core::validate(options.admission)) return named("admission", wrong);
  if (const char* wrong = core::validate(options.drain)) return named("drain", wrong);
  core::ClosingOptions closing;
  closing.close_timeout = options.close_timeout;
  if (const char* wrong = core::validate(closing)) return wrong;
  const auto dialects = core::DialectSet::make(options.dialects);
  if (!dialects) return "dialects: " + dialects.error();
  return std::nullopt;
}

Wrong wrong_limit(const Options& options) {
  if (options.threads == 0 || options.threads > kThreadsMax)
    return "threads is not within 1 to " + std::to_string(kThreadsMax);
  if (options.handshake_timeout <= std::chrono::milliseconds::zero())
    return "handshake_timeout must be above 0";
  if (options.head_bytes_max == 0) return "head_bytes_max must be above 0";
  if (options.message_bytes_max == 0) return "message_bytes_max must be above 0";
  if (options.send_buffer_bytes_max < kSendBufferBytesMin ||
      options.send_buffer_bytes_max > kSendBufferBytesMax)
    return "send_buffer_bytes_max is not within 1 KiB to 1 GiB";
  if (!options.compression) return std::nullopt;
  if (auto wrong = ws::validate(*options.compression)) return "compression: " + *wrong;
  return std::nullopt;
}

}  // namespace

std::optional<std::string> validate(const Options& options) {
  if (auto wrong = wrong_machine(options)) return wrong;
  if (auto wrong = wrong_limit(options)) return wrong;
  return net::validate_server(options.tls);
}

}  // namespace heartwire::server
