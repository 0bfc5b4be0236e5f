#include <algorithm>
#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/digest.h"
#include "base/json_fields.h"
#include "campaign.h"
#include "client/exchange.h"

namespace weighhouse::e2e {

namespace json = boost::json;

namespace {

constexpr std::uint64_t kOthersLookedAt = 20;

}  // namespace

void PrintTo(const Shown& shown, std::ostream* out) {
  for (const auto& [number, files] : shown.versions) *out << " @" << number << " (" << files.size() << " files)";
  for (const auto& [alias, number] : shown.aliases) *out << " " << alias << "=" << number;
  if (shown.versions.empty()) *out << " nothing";
}

Shown Campaign::look(const std::string& name) {
  Shown shown;
  const auto page = client::get_object(*transport_, "/api/models/" + name + "/versions?length=1000");
  if (!page) {
    EXPECT_EQ(page.error().code, ErrorCode::kNotFound) << name << ": " << page.error().message;
    return shown;
  }
  for (const auto& item : list_at(*page, "versions")) {
    const auto number = static_cast<std::int64_t>(count_at(as_object(item), "version"));
    const auto version = client::get_object(*transport_, "/api/models/" + name + "/versions/" + std::to_string(number));
    EXPECT_TRUE(version) << name << "@" << number << ": " << (version ? "" : version.error().message);
    if (!version) continue;
    Files& files = shown.versions[number];
    for (const auto& file : list_at(*version, "files")) {
      const auto& object = as_object(file);
      files[text_at(object, "path")] = text_at(object, "digest");
    }
  }
  const auto aliases = client::get_object(*transport_, "/api/models/" + name + "/aliases");
  EXPECT_TRUE(aliases) << name;
  if (!aliases) return shown;
  for (const auto& item : list_at(*aliases, "aliases")) {
    const auto& alias = as_object(item);
    if (text_at(alias, "alias") == "current") continue;  // moves by itself
    shown.aliases[text_at(alias, "alias")] = static_cast<std::int64_t>(count_at(alias, "version"));
  }
  return shown;
}

void Campaign::check_file(const std::string& name, std::int64_t number, const std::string& path,
                          const std::string& digest) {
  auto reply =
      transport_->send({.target = "/api/models/" + name + "/versions/" + std::to_string(number) + "/files/" + path});
  ASSERT_TRUE(reply) << name;
  const auto bytes = read_all(*reply->body, std::size_t{16} << 20U);
  ASSERT_TRUE(bytes) << name << "@" << number << "/" << path;
  ASSERT_EQ(reply->status, 200) << name << "@" << number << "/" << path << ": " << *bytes;
  EXPECT_EQ(Digest::of(*bytes).to_string(), digest) << name << "@" << number << "/" << path;
}

void Campaign::check_model(const std::string& name) {
  Promise& promise = promises_[name];
  const Shown shown = look(name);
  if (promise.possible && shown == *promise.possible) {
    promise.certain = shown;
    if (!shown.versions.empty()) promise.last = std::max(promise.last, shown.versions.rbegin()->first);
  } else {
    EXPECT_EQ(shown, promise.certain) << name << " shows what nobody was promised";
  }
  promise.possible.reset();
  for (const auto& [number, files] : shown.versions) {
    for (const auto& [path, digest] : files) check_file(name, number, path, digest);
  }
}

void Campaign::check_uploads() {
  for (auto& [id, upload] : uploads_) {
    auto head = transport_->send({.method = "HEAD", .target = "/api/uploads/" + id});
    ASSERT_TRUE(head) << id;
    ASSERT_LT(head->status, 300) << "an upload that was acknowledged is gone: " << id;
    const auto at = head->find("Upload-Offset");
    ASSERT_TRUE(at) << id;
    const std::uint64_t offset = std::stoull(std::string{*at});
    EXPECT_GE(offset, upload.acknowledged) << id << " lost bytes that it had acknowledged";
    EXPECT_LE(offset, upload.bytes.size()) << id;
    const auto state = client::get_object(*transport_, "/api/uploads/" + id);
    ASSERT_TRUE(state) << id;
    const auto digest = text_at(*state, "digest");
    if (!digest.empty()) {
      EXPECT_EQ(digest, Digest::of(upload.bytes).to_string()) << id << " is complete with other bytes";
    } else {
      EXPECT_FALSE(upload.finished) << id << " was complete, and is not any more";
    }
    upload.acknowledged = offset;
    upload.finished = !digest.empty();
    // All bytes came, but not the request's answer: the end has to be said again.
    if (!upload.finished && offset == upload.bytes.size()) {
      client::Call call{.method = "PATCH", .target = "/api/uploads/" + id};
      call.headers = {{"Content-Type", "application/partial-upload"},
                      {"Upload-Offset", std::to_string(offset)},
                      {"Upload-Complete", "?1"}};
      EXPECT_EQ(send(std::move(call), "uploads committed"), Answer::kDone) << id;
      upload.finished = true;
    }
  }
}

void Campaign::check_drops() {
  for (const auto& [name, digest] : drops_) {
    const Shown shown = look(name);
    if (shown.versions.empty()) continue;  // has to lie still for two seconds first
    EXPECT_EQ(shown.versions.size(), 1U) << name << " was taken in more than once";
    const auto& files = shown.versions.begin()->second;
    const auto weights = files.find(name + ".pt");
    ASSERT_NE(weights, files.end()) << name;
    EXPECT_EQ(weights->second, digest) << name;
    check_file(name, shown.versions.begin()->first, weights->first, digest);
  }
}

bool Campaign::has_all_drops() {
  (void)client::send_object(*transport_, "POST", "/api/library/scan");
  return std::all_of(drops_.begin(), drops_.end(), [&](const auto& drop) {
    return client::get_object(*transport_, "/api/models/" + drop.first).has_value();
  });
}

// Whatever a list shows is whole, and somebody asked for it.
void Campaign::check_list() {
  std::string cursor;
  std::size_t shown = 0;
  do {
    const auto page = client::get_object(*transport_, "/api/models?length=500" + cursor);
    ASSERT_TRUE(page) << page.error().message;
    for (const auto& item : list_at(*page, "models")) {
      const auto& model = as_object(item);
      const std::string name = text_at(model, "name");
      EXPECT_FALSE(model.at("current_version").is_null()) << name << " is half made";
      EXPECT_TRUE(promises_.contains(name) || drops_.contains(name)) << name << " was made by nobody";
      ++shown;
    }
    const auto next = text_at(*page, "next_cursor");
    cursor = next.empty() ? "" : "&cursor=" + next;
  } while (!cursor.empty());
  const auto expected = std::count_if(promises_.begin(), promises_.end(),
                                      [](const auto& one) { return !one.second.certain.versions.empty(); });
  EXPECT_GE(shown, static_cast<std::size_t>(expected));
}

void Campaign::check(Extent extent) {
  std::vector<std::string> names(touched_.begin(), touched_.end());
  if (extent == Extent::kAll) names.clear();
  for (const auto& [name, promise] : promises_) {
    if (extent == Extent::kAll || (!touched_.contains(name) && random(promises_.size()) < kOthersLookedAt))
      names.push_back(name);
  }
  for (const std::string& name : names) check_model(name);
  touched_.clear();
  check_uploads();
  check_drops();
  check_list();
}

}  // namespace weighhouse::e2e
