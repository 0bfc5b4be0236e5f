// PKWARE's APPNOTE 6.3: sections 4.3.7 (local headers), 4.3.12 (directory) and 4.3.16 (its end).
#include "learners/files/stored_zip.h"

#include <initializer_list>
#include <limits>
#include <utility>
#include <zlib.h>

#include "base/result.h"

namespace weighhouse::learners::torchscript {
namespace {

constexpr std::size_t kAlignment = 64;
constexpr std::size_t kLocalHeader = 30;
constexpr std::size_t kFieldHeader = 4;
constexpr std::uint64_t kVersion = 20;
constexpr std::uint64_t kFirstDay = 1U << 5U | 1U;  // 1 January 1980, the first that a ZIP can name

struct Number {
  std::uint64_t value;
  std::size_t bytes;
};

void append(std::string& out, std::initializer_list<Number> numbers) {
  for (const auto& [value, bytes] : numbers) {
    for (std::size_t i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFFU);
  }
}

}  // namespace

std::size_t StoredZip::add(std::string_view path, std::string_view bytes) {
  check(bytes_.size() + bytes.size() < std::numeric_limits<std::uint32_t>::max(), "a ZIP below 4 GiB");
  Entry entry{std::string{path},
              static_cast<std::uint32_t>(
                  ::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<z_size_t>(bytes.size()))),
              bytes.size(), bytes_.size()};
  // A field of filling, the one PyTorch uses.
  const std::size_t begin = bytes_.size() + kLocalHeader + path.size() + kFieldHeader;
  const std::size_t filling = (kAlignment - begin % kAlignment) % kAlignment;
  append(bytes_, {{0x04034B50, 4},
                  {kVersion, 2},
                  {0, 2},
                  {0, 2},
                  {0, 2},
                  {kFirstDay, 2},
                  {entry.crc32, 4},
                  {bytes.size(), 4},
                  {bytes.size(), 4},
                  {path.size(), 2},
                  {kFieldHeader + filling, 2}});
  bytes_ += path;
  append(bytes_, {{0x4246, 2}, {filling, 2}});
  bytes_.append(filling, 'Z');
  const std::size_t place = bytes_.size();
  bytes_ += bytes;
  entries_.push_back(std::move(entry));
  return place;
}

std::string StoredZip::finish() && {
  const std::size_t begin = bytes_.size();
  for (const Entry& entry : entries_) {
    append(bytes_, {{0x02014B50, 4},
                    {kVersion, 2},
                    {kVersion, 2},
                    {0, 2},
                    {0, 2},
                    {0, 2},
                    {kFirstDay, 2},
                    {entry.crc32, 4},
                    {entry.size_bytes, 4},
                    {entry.size_bytes, 4},
                    {entry.path.size(), 2},
                    {0, 2},
                    {0, 2},
                    {0, 2},
                    {0, 2},
                    {0, 4},
                    {entry.offset_bytes, 4}});
    bytes_ += entry.path;
  }
  const std::size_t size = bytes_.size() - begin;
  append(bytes_,
         {{0x06054B50, 4}, {0, 2}, {0, 2}, {entries_.size(), 2}, {entries_.size(), 2}, {size, 4}, {begin, 4}, {0, 2}});
  return std::move(bytes_);
}

}  // namespace weighhouse::learners::torchscript
