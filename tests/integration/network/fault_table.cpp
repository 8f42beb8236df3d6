#include "tests/integration/network/fault_table.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <utility>
#include <vector>

namespace heartwire::integration {
namespace {

constexpr const char* kHead = R"(
Times with their bounds; a busy machine is allowed 3000 ms more:

| fault | noticed, ms | as | back, ms | sent | in doubt | kernel held | lost | repeated |
|---|---|---|---|---|---|---|---|---|)";

std::string in_words(const std::optional<Measured>& measured) {
  if (!measured) return "-";
  return std::to_string(measured->took.count()) + " of " + std::to_string(measured->bound.count());
}

/// Of the whole program, so that one table shows all of its tests.
class Table : public ::testing::Environment {
 public:
  void add(FaultRow row) { rows_.push_back(std::move(row)); }

  void TearDown() override {
    if (rows_.empty()) return;
    std::puts(kHead);
    for (const FaultRow& row : rows_) print(row);
    rows_.clear();
  }

 private:
  static void print(const FaultRow& row) {
    const Numbered::Account& account = row.account;
    const std::string held = account.held ? std::to_string(*account.held) : "-";
    std::printf("| %s | %s | %s | %s | %zu | %zu | %s | %zu | %zu |\n", row.fault.c_str(),
                in_words(row.detected).c_str(), row.cause.c_str(), in_words(row.recovered).c_str(),
                account.sent, account.in_doubt, held.c_str(), account.lost, account.repeated);
  }

  std::vector<FaultRow> rows_;
};

// GoogleTest owns it.
Table* const table = [] {
  auto* made = new Table;
  ::testing::AddGlobalTestEnvironment(made);
  return made;
}();

}  // namespace

void tabulate(FaultRow row) {
  table->add(std::move(row));
}

}  // namespace heartwire::integration
