#include "cli/commands/tar.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fmt/format.h>
#include <vector>

#include "base/text.h"

namespace weighhouse::cli {
namespace {

constexpr std::size_t kBlock = 512;
constexpr std::size_t kNameBytes = 100;
constexpr std::size_t kSizeAt = 124;
constexpr std::size_t kSizeBytes = 12;
constexpr std::size_t kSumAt = 148;
constexpr std::size_t kSumBytes = 8;
constexpr std::size_t kTypeAt = 156;
constexpr std::uint64_t kLargestOctal = 077777777777;
constexpr std::size_t kBufferBytes = std::size_t{1} << 20U;

using Head = std::array<char, kBlock>;

void put(Head& head, std::size_t at, std::string_view text) { std::memcpy(head.data() + at, text.data(), text.size()); }

// The bytes of the head, with blanks in the place of the sum itself.
unsigned sum_of(const Head& head) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < head.size(); ++i) {
    const bool in_sum = i >= kSumAt && i < kSumAt + kSumBytes;
    sum += static_cast<unsigned char>(in_sum ? ' ' : head[i]);
  }
  return sum;
}

Head head_of(std::string_view name, std::uint64_t size_bytes) {
  Head head{};
  put(head, 0, name);
  put(head, 100, "0000644");
  put(head, 108, "0000000");
  put(head, 116, "0000000");
  if (size_bytes <= kLargestOctal) {
    put(head, kSizeAt, fmt::format("{:011o}", size_bytes));
  } else {
    head[kSizeAt] = static_cast<char>(0x80);
    for (std::size_t i = 0; i < 8; ++i)
      head[kSizeAt + kSizeBytes - 1 - i] = static_cast<char>((size_bytes >> (8 * i)) & 0xffU);
  }
  put(head, 136, "00000000000");
  head[kTypeAt] = '0';
  put(head, 257, std::string_view{"ustar\00000", 8});
  put(head, kSumAt, fmt::format("{:06o}", sum_of(head)));
  head[kSumAt + 7] = ' ';
  return head;
}

std::optional<std::uint64_t> read_octal(std::string_view field) {
  std::uint64_t value = 0;
  bool any = false;
  for (const char c : field) {
    if (c == ' ' && !any) continue;
    if (c == '\0' || c == ' ') break;
    if (c < '0' || c > '7') return std::nullopt;
    value = value * 8 + static_cast<std::uint64_t>(c - '0');
    any = true;
  }
  return any ? std::optional{value} : std::nullopt;
}

std::optional<std::uint64_t> read_size(const Head& head) {
  const std::string_view field{head.data() + kSizeAt, kSizeBytes};
  if ((static_cast<unsigned char>(field[0]) & 0x80U) == 0) return read_octal(field);
  std::uint64_t value = 0;
  for (std::size_t i = kSizeBytes - 8; i < kSizeBytes; ++i) value = value << 8U | static_cast<unsigned char>(field[i]);
  return value >> 62U != 0 ? std::nullopt : std::optional{value};
}

tl::unexpected<Error> no_archive(std::uint64_t at) {
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("This is no bundle, or one that was cut short or damaged: at byte {} it makes no sense. Copy "
                          "it again from where it was made.",
                          at));
}

}  // namespace

Result<> TarWriter::begin(std::string_view name, std::uint64_t size_bytes) {
  check(!name.empty() && name.size() < kNameBytes, "a name that fits a head");
  const auto head = head_of(name, size_bytes);
  return write_all(file_.get(), {head.data(), head.size()}, path_);
}

Result<> TarWriter::pad(std::uint64_t size_bytes) {
  const Head nothing{};
  const auto over = static_cast<std::size_t>(size_bytes % kBlock);
  return over == 0 ? Result<>{} : write_all(file_.get(), {nothing.data(), kBlock - over}, path_);
}

Result<> TarWriter::add(std::string_view name, ByteSource& bytes, std::uint64_t size_bytes) {
  TRY(begin(name, size_bytes));
  std::vector<std::byte> buffer(kBufferBytes);
  for (std::uint64_t left = size_bytes; left > 0;) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, buffer.size()));
    const auto count = TRY(bytes.read(std::span{buffer}.first(wanted)));
    if (count == 0) {
      return fail(ErrorCode::kUnavailable,
                  fmt::format("{} ended {} bytes too soon. Make the bundle again.", printable(name), left));
    }
    TRY(write_all(file_.get(), {reinterpret_cast<const char*>(buffer.data()), count}, path_));
    left -= count;
  }
  return pad(size_bytes);
}

Result<> TarWriter::add(std::string_view name, std::string_view text) {
  MemorySource source{std::string{text}};
  return add(name, source, text.size());
}

Result<> TarWriter::finish() {
  const Head nothing{};
  for (int i = 0; i < 2; ++i) TRY(write_all(file_.get(), {nothing.data(), nothing.size()}, path_));
  return sync_data(file_.get(), path_);
}

Result<> read_tar(const RandomAccess& archive, const std::function<Result<bool>(const TarEntry& entry)>& visit) {
  for (std::uint64_t at = 0;;) {
    const auto block = archive.read_exactly(at, kBlock);
    if (!block) return no_archive(at);
    Head head{};
    std::memcpy(head.data(), block->data(), kBlock);
    if (std::all_of(head.begin(), head.end(), [](char c) { return c == '\0'; })) return {};
    const auto sum = read_octal({head.data() + kSumAt, kSumBytes});
    const auto size = read_size(head);
    if (!sum || *sum != sum_of(head) || !size || *size > archive.size_bytes() - at - kBlock) return no_archive(at);
    const TarEntry entry{std::string{head.data(), ::strnlen(head.data(), kNameBytes)}, at + kBlock, *size};
    const bool is_plain = head[kTypeAt] == '0' || head[kTypeAt] == '\0';
    if (is_plain && !TRY(visit(entry))) return {};
    at += kBlock + (*size + kBlock - 1) / kBlock * kBlock;
  }
}

}  // namespace weighhouse::cli
