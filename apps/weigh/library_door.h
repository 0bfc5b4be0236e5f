#pragma once

#include "http/routes/context.h"
#include "library/library.h"

namespace weighhouse::app {

// The library as the routes know it; with none, a door that opens on nothing.
class Door final : public http::LibraryDoor {
 public:
  explicit Door(library::Library* library) : library_(library) {}
  void settle() override;
  Result<Scan> scan() override;
  std::vector<Problem> problems() const override;
  void changed(const registry::ModelId& model) override;

 private:
  library::Library* library_;
};

}  // namespace weighhouse::app
