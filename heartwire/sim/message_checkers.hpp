#pragma once
// Promises about messages: nothing is lost without a word, nothing comes twice or out of order.

#include "heartwire/sim/checker.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

namespace heartwire::sim {

namespace checked {
struct Outgoing {
  enum class Fate : std::uint8_t { queued, left, expired };
  core::MessageId id = 0;
  std::uint32_t process = 0;     ///< Of the client, counted from its boots.
  std::uint32_t generation = 0;  ///< With which it left.
  Fate fate = Fate::queued;
  bool is_mortal = false;
  bool is_delivered = false;
};
struct Messages {
  std::map<std::uint32_t, Outgoing> sent{};            ///< By number.
  std::map<core::MessageId, std::uint32_t> numbers{};  ///< Of this process's ids.
  std::size_t owed = 0;                                ///< Queued, by our count.
  core::MessageId left_last = 0;
  std::uint32_t process = 0;
  core::State state{};
  std::uint32_t generation = 0;
  std::set<std::uint32_t> closed_by_server{};  ///< Generations.
  bool is_stopped = false;
};
struct Departures {
  std::map<core::MessageId, std::uint32_t> numbers{};  ///< Of this process's ids.
  std::map<std::uint32_t, std::uint32_t> carried{};    ///< Generations, by number.
};
struct Streams {
  std::uint32_t process = 0;
  core::State state{};
  std::uint32_t generation = 0;
  std::map<std::uint32_t, std::vector<std::uint32_t>> sent{};  ///< By generation.
  std::map<std::uint32_t, std::size_t> received{};             ///< By generation, how many.
  bool is_leaving = false;  ///< The user has ended the connection.
  bool is_stopped = false;
};
}  // namespace checked

/// [8] Each message that send() took is delivered, told as expired, still queued, or had left on a
/// connection that did not end cleanly; once, in order, after the greeting.
class NothingIsLost final : public ClientChecker<checked::Messages> {
 public:
  using ClientChecker::ClientChecker;
  std::string_view promise() const noexcept override { return "nothing is lost without a word"; }
  void see(const Record& record) override;

 private:
  struct Flow {
    bool is_greeted = false;
    bool is_closing = false;  ///< The server said so.
    std::uint32_t process = 0;
    core::MessageId last = 0;
  };

  void leave(const Record& record, const record::Left& left);
  void expire(const Record& record, const record::Expired& expired);
  void receive(const Record& record, const record::ServerReceived& received);
  void end(const Record& record, const record::Ended& ended);
  void finish(const Record& record);
  void require_delivered(const Record& record, std::uint32_t client, std::uint32_t generation);

  std::map<std::uint32_t, Flow> flows_;
};

/// [8] A message is said to have left once the kernel has all of it, and then at once: neither is
/// it lost with a connection that never carried it, nor sent again after one that did.
class LeftHasLeft final : public ClientChecker<checked::Departures> {
 public:
  using ClientChecker::ClientChecker;
  std::string_view promise() const noexcept override { return "left has left"; }
  void see(const Record& record) override;
};

/// What a server sends arrives in order and without gaps, as long as the connection stands.
class StreamsAreWhole final : public ClientChecker<checked::Streams> {
 public:
  using ClientChecker::ClientChecker;
  std::string_view promise() const noexcept override { return "streams are whole"; }
  void see(const Record& record) override;

 private:
  void finish(const Record& record);
};

}  // namespace heartwire::sim
