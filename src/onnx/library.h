#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "onnx/abi.h"

namespace weighhouse::onnx {

// ONNX Runtime, opened once and never closed. From any thread.
class Library {
 public:
  // kFailedPrecondition with the way to get it, where there is none.
  static Result<const Library*> get();

  // A function that cannot fail, such as the releases.
  template <class Function, class... Arguments>
  auto plain(Arguments... arguments) const {
    return Function::in(table_)(arguments...);
  }
  // A function that answers with a status: kInvalidArgument with the library's own words, shortened.
  template <class Function, class... Arguments>
  Result<> call(Arguments... arguments) const {
    return check_status(Function::in(table_)(arguments...));
  }

  const abi::Env* environment() const { return environment_; }
  abi::Allocator* allocator() const { return allocator_; }
  const abi::MemoryInfo* memory() const { return memory_; }

  // What the library made, released with its holder.
  template <class Release>
  struct Releaser {
    const Library* library = nullptr;
    template <class Held>
    void operator()(Held* held) const {
      library->plain<Release>(held);
    }
  };
  template <class Held, class Release>
  using Holder = std::unique_ptr<Held, Releaser<Release>>;
  template <class Release, class Held>
  Holder<Held, Release> hold(Held* held) const {
    return Holder<Held, Release>{held, Releaser<Release>{this}};
  }

 private:
  static Result<std::unique_ptr<const Library>> open();
  Result<> start();
  Result<> check_status(abi::Status* status) const;

  const void* const* table_ = nullptr;
  abi::Env* environment_ = nullptr;
  abi::Allocator* allocator_ = nullptr;
  abi::MemoryInfo* memory_ = nullptr;
};

using Value = Library::Holder<abi::Value, abi::ReleaseValue>;
using SessionOptions = Library::Holder<abi::SessionOptions, abi::ReleaseSessionOptions>;
using Session = Library::Holder<abi::Session, abi::ReleaseSession>;

}  // namespace weighhouse::onnx
