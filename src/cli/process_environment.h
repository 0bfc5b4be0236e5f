#pragma once

#include "cli/environment.h"

namespace weighhouse::cli {

// The streams, variables and signals of this process. A main adds `connect` and `serve`.
class ProcessEnvironment : public Environment {
 public:
  void write_output(std::string_view text) override;
  void write_error(std::string_view text) override;
  std::optional<std::string> read_line() override;
  Terminal terminal() const override;
  std::optional<std::string> variable(std::string_view name) const override;
  const std::atomic<bool>& catch_interrupts() override;
};

}  // namespace weighhouse::cli
