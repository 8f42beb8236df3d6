#include "heartwire/net/resolver.hpp"

#include "heartwire/base/check.hpp"
#include "heartwire/net/daemon_thread.hpp"
#include "heartwire/net/system_error.hpp"

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <netdb.h>
#include <sys/socket.h>
#include <thread>
#include <utility>

namespace heartwire::net {

/// Each field has one owner: the host, the port and the way home are the worker's to read, the
/// handler is touched on the loop's thread only.
struct Lookup::Question {
  std::string host;
  std::uint16_t port = 0;
  LoopHandle home;
  std::function<void(Addresses)> handler;  ///< Empty once answered or abandoned.

  /// On the loop's thread.
  void answer(Addresses addresses) {
    if (const auto last = std::exchange(handler, nullptr)) last(std::move(addresses));
  }
};

/// Never destroyed: its threads may be in the middle of a lookup when the program ends.
class Lookup::Pool {
 public:
  static Pool& instance() {
    static Pool* const pool = new Pool;
    return *pool;
  }

  void add(std::shared_ptr<Question> question) {
    const std::scoped_lock lock(mutex_);
    waiting_.push_back(std::move(question));
    if (waiting_.size() > idle_count_ && thread_count_ < kLookupThreads) {
      ++thread_count_;
      start_quiet_thread("heartwire-dns", [this] { work(); }).detach();
    }
    is_waiting_.notify_one();
  }

  /// Takes a question out of the line. One that is being worked on stays.
  void remove(const std::shared_ptr<Question>& question) {
    const std::scoped_lock lock(mutex_);
    std::erase(waiting_, question);
  }

 private:
  [[noreturn]] void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      ++idle_count_;
      is_waiting_.wait(lock, [this] { return !waiting_.empty(); });
      --idle_count_;
      auto question = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      Addresses addresses = resolve_blocking(question->host, question->port);
      const LoopHandle home = question->home;
      home.post([question = std::move(question), addresses = std::move(addresses)] {
        question->answer(addresses);
      });
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable is_waiting_;
  std::deque<std::shared_ptr<Question>> waiting_;
  std::size_t thread_count_ = 0;
  std::size_t idle_count_ = 0;
};

Lookup::Lookup(Loop& loop, std::string host, std::uint16_t port,
               std::function<void(Addresses)> handler) {
  HW_CHECK(handler);
  question_ = std::make_shared<Question>(
      Question{std::move(host), port, loop.handle(), std::move(handler)});
  if (const auto literal = Address::parse(question_->host, port)) {
    loop.post([question = question_, address = *literal] {
      question->answer(std::vector<Address>{address});
    });
  } else {
    Pool::instance().add(question_);
  }
}

Lookup::Lookup(Lookup&&) noexcept = default;

Lookup& Lookup::operator=(Lookup&& other) noexcept {
  if (this != &other) {
    abandon();
    question_ = std::move(other.question_);
  }
  return *this;
}

Lookup::~Lookup() {
  abandon();
}

void Lookup::abandon() noexcept {
  const auto question = std::move(question_);
  if (!question || !question->handler) return;
  Pool::instance().remove(question);
  const auto last = std::exchange(question->handler, nullptr);
}

Addresses resolve_blocking(const std::string& host, std::uint16_t port) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  errno = 0;
  const int error = ::getaddrinfo(host.c_str(), nullptr, &wanted, &list);
  if (error != 0) {
    const bool is_system = error == EAI_SYSTEM && errno != 0;
    const std::string why = is_system ? system_error_text(errno) : ::gai_strerror(error);
    return base::Failure{"cannot resolve " + host + ": " + why};
  }
  std::vector<Address> addresses;
  for (const addrinfo* one = list; one != nullptr; one = one->ai_next) {
    auto address = Address::from_native(*one->ai_addr);
    if (!address) continue;
    address->port = port;
    if (std::find(addresses.begin(), addresses.end(), *address) == addresses.end())
      addresses.push_back(*address);
  }
  ::freeaddrinfo(list);
  if (addresses.empty()) return base::Failure{"cannot resolve " + host + ": no address"};
  return addresses;
}

}  // namespace heartwire::net
