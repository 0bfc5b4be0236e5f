#include "base/id.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/random.h>

namespace weighhouse {
namespace {
constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
}

void fill_random(std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::getrandom(bytes.data(), bytes.size(), 0);
    check(count >= 0 || errno == EINTR, "the kernel gives random bytes");
    if (count > 0) bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

std::string new_ulid(Timestamp now) {
  std::string id(26, '0');
  auto milliseconds =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now.since_epoch()).count());
  for (std::size_t i = 10; i-- > 0; milliseconds >>= 5U) id[i] = kCrockford[milliseconds & 31U];
  std::array<std::byte, 16> random{};
  fill_random(random);
  for (std::size_t i = 0; i < 16; ++i) id[10 + i] = kCrockford[std::to_integer<unsigned>(random[i]) & 31U];
  return id;
}

bool is_ulid(std::string_view text) {
  return text.size() == 26 && text[0] <= '7' &&
         std::all_of(text.begin(), text.end(), [](char c) { return kCrockford.find(c) != std::string_view::npos; });
}

}  // namespace weighhouse
