#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace weighhouse {

// Bytes [offset, offset + length) of something. A length beyond the end means "to the end".
struct ByteRange {
  static constexpr std::uint64_t kToEnd = ~std::uint64_t{0};
  std::uint64_t offset = 0;
  std::uint64_t length = kToEnd;
};

// A part of an open file, for sendfile. The descriptor belongs to whoever gave the slice.
struct FileSlice {
  int descriptor;
  std::uint64_t offset;
  std::uint64_t length;
};

// Bytes in order, read once. Not for several threads at a time.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Fills the front of `buffer`; 0 only at the end.
  virtual Result<std::size_t> read(std::span<std::byte> buffer) = 0;

  // What is still to come, where that is known.
  virtual std::optional<std::uint64_t> remaining() const { return std::nullopt; }

  // The same bytes as part of a file, where they lie in one: lets the kernel send them.
  virtual std::optional<FileSlice> file_slice() const { return std::nullopt; }
};

// Bytes that can be read anywhere, any number of times, from any thread.
class RandomAccess {
 public:
  virtual ~RandomAccess() = default;
  virtual std::uint64_t size_bytes() const = 0;

  // Fills the front of `buffer` from `offset`; fewer bytes only at the end.
  virtual Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> buffer) const = 0;

  // Exactly `length` bytes, or kInvalidArgument when they are not all there.
  Result<std::string> read_exactly(std::uint64_t offset, std::size_t length) const;
};

// A file, read by pread: never mapped, so that a file cut short by someone else is an error and no signal.
class FileAccess final : public RandomAccess {
 public:
  static Result<FileAccess> open(const std::string& path);
  FileAccess(FileDescriptor file, std::uint64_t size_bytes) : file_(std::move(file)), size_bytes_(size_bytes) {}

  std::uint64_t size_bytes() const override { return size_bytes_; }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> buffer) const override;
  int descriptor() const { return file_.get(); }

 private:
  FileDescriptor file_;
  std::uint64_t size_bytes_;
};

// Borrows its bytes.
class MemoryAccess final : public RandomAccess {
 public:
  explicit MemoryAccess(std::string_view bytes) : bytes_(bytes) {}
  std::uint64_t size_bytes() const override { return bytes_.size(); }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> buffer) const override;

 private:
  std::string_view bytes_;
};

// Owns its bytes.
class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string bytes) : bytes_(std::move(bytes)) {}
  Result<std::size_t> read(std::span<std::byte> buffer) override;
  std::optional<std::uint64_t> remaining() const override { return bytes_.size() - offset_; }

 private:
  std::string bytes_;
  std::size_t offset_ = 0;
};

// Everything up to the end; kResourceExhausted beyond `limit_bytes`.
Result<std::string> read_all(ByteSource& source, std::size_t limit_bytes);

}  // namespace weighhouse
