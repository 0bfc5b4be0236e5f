#pragma once

#include <memory>

#include "base/time.h"
#include "home.h"
#include "http/application.h"
#include "settings.h"

namespace weighhouse::app {

// Whether the house works by itself between requests: watches the library, runs jobs, cleans up.
enum class Mode : std::uint8_t { kServing, kOneCommand };

// All concrete objects of one installation, built in order and taken down in reverse.
class House {
 public:
  static Result<std::unique_ptr<House>> open(Home home, const Settings& settings, Mode mode);
  ~House();

  http::Application& application();

 private:
  struct Rooms;
  explicit House(std::unique_ptr<Rooms> rooms);
  std::unique_ptr<Rooms> rooms_;
};

}  // namespace weighhouse::app
