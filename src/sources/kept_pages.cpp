#include "sources/kept_pages.h"

#include <algorithm>

#include "base/file.h"
#include "base/log.h"

namespace weighhouse::sources {
namespace {

constexpr std::size_t kMostPages = 32;
constexpr std::size_t kMostBytes = std::size_t{16} << 20U;
constexpr std::string_view kEnding = ".page";

// Digest of what follows, tag, and the page itself: a file that somebody changed is no page.
std::string encode(const Page& page) {
  const std::string rest = page.tag + "\n" + page.text;
  return Digest::of(rest).hex() + "\n" + rest;
}

Page decode(std::string_view file) {
  const auto first = file.find('\n');
  if (first == std::string_view::npos) return {};
  const auto rest = file.substr(first + 1);
  const auto second = rest.find('\n');
  if (second == std::string_view::npos || Digest::of(rest).hex() != file.substr(0, first)) return {};
  return {std::string{rest.substr(0, second)}, std::string{rest.substr(second + 1)}};
}

}  // namespace

std::string KeptPages::place_of(const std::string& address) const {
  return join_path(folder_, Digest::of(address).hex() + std::string{kEnding});
}

Page KeptPages::find(const std::string& address) const {
  const auto file = read_file(place_of(address), kMostBytes * 2);
  return file ? decode(*file) : Page{};
}

void KeptPages::keep(const std::string& address, const Page& page) const {
  if (page.tag.empty() || page.tag.find('\n') != std::string::npos || page.text.size() > kMostBytes) return;
  const auto place = place_of(address);
  const auto write = [&]() -> Result<> {
    TRY(make_directories(folder_));
    if (!path_exists(place)) make_room();
    return replace_file(place, encode(page));
  };
  if (const auto written = write(); !written)
    log::warning("a list could not be kept", {{"address", address}, {"reason", written.error().message}});
}

void KeptPages::make_room() const {
  auto names = list_directory(folder_);
  if (!names) return;
  std::vector<std::pair<std::int64_t, std::string>> pages;
  for (const auto& name : *names) {
    const auto path = join_path(folder_, name);
    const auto info = stat_path(path);
    if (info && name.ends_with(kEnding)) pages.emplace_back(info->modified_ns, path);
  }
  std::sort(pages.begin(), pages.end());
  for (std::size_t i = 0; i + kMostPages <= pages.size(); ++i) static_cast<void>(remove_file(pages[i].second));
}

}  // namespace weighhouse::sources
