#include "onnx/mapping.h"

#include <cerrno>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

#include "base/file.h"

namespace weighhouse::onnx {

Result<Mapping> Mapping::of(int descriptor, std::uint64_t offset, std::uint64_t length, const std::string& name) {
  const auto info = TRY(stat_file(descriptor, name));
  if (offset > info.size_bytes || length > info.size_bytes - offset) {
    return fail(ErrorCode::kInvalidArgument, "\"" + name + "\" ends before the bytes that the model looks for in it.");
  }
  Mapping mapping;
  if (length == 0) return mapping;
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  const std::uint64_t begin = offset / page * page;
  mapping.mapped_size_ = length + (offset - begin);
  void* mapped = ::mmap(nullptr, mapping.mapped_size_, PROT_READ, MAP_PRIVATE, descriptor, static_cast<off_t>(begin));
  if (mapped == MAP_FAILED) return system_failure("Reading the model", errno, name);
  mapping.mapped_ = mapped;
  mapping.data_ = static_cast<const char*>(mapped) + (offset - begin);
  mapping.size_ = length;
  return mapping;
}

Mapping::Mapping(Mapping&& other) noexcept { *this = std::move(other); }

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  std::swap(mapped_, other.mapped_);
  std::swap(mapped_size_, other.mapped_size_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

Mapping::~Mapping() {
  if (mapped_ != nullptr) ::munmap(mapped_, mapped_size_);
}

}  // namespace weighhouse::onnx
