#include "campaign.h"

#include <boost/json.hpp>
#include <filesystem>
#include <gtest/gtest.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/json_fields.h"
#include "client/exchange.h"
#include "formats/testing/torch_writer.h"

namespace weighhouse::e2e {

namespace json = boost::json;

namespace {

constexpr std::size_t kOpenUploads = 4;
constexpr std::size_t kModels = 400;  // enough to have history, few enough to look at all of them in the end

std::string version_path(const std::string& name, std::int64_t number) {
  return "/api/models/" + name + "/versions/" + std::to_string(number);
}

// Weights that torch.load would take.
std::string torch_file(std::string content) {
  using namespace formats::testing;
  content.resize((content.size() + 3) / 4 * 4, '.');
  const auto count = static_cast<std::int64_t>(content.size() / 4);
  const TorchTensorSpec tensor{.name = "w", .count = count, .shape = {count}};
  return write_zip(torch_archive(state_dict_pickle({tensor}), {content}));
}

}  // namespace

void Campaign::act() {
  const auto what = random(100);
  if (what < 30) return publish_some();
  if (what < 36) return create_upload();
  if (what < 58) return advance_upload();
  if (what < 68) return move_alias();
  if (what < 75) return remove_model();
  if (what < 80) return remove_version();
  if (what < 88) return restore();
  if (what < 93) return purge();
  if (what < 98) return collect();
  drop_folder();
}

// No answer, or one that broke off, leaves it open what happened. A refusal is an answer: nothing was changed.
Campaign::Answer Campaign::send(client::Call call, const char* what, json::object* reply) {
  auto answer = transport_->send(call);
  if (!answer) return Answer::kNone;
  const int status = answer->status;
  if (status >= 400) {
    const auto refusal = client::require_success(*answer);
    EXPECT_LT(status, 500) << what << " " << call.target << ": " << refusal.error().message;
    return status == 503 ? Answer::kNone : Answer::kRefused;
  }
  if (call.method != "HEAD") {
    auto object = client::read_object(*answer);
    if (!object) return Answer::kNone;
    if (reply != nullptr) *reply = *std::move(object);
  }
  ++acknowledged_[what];
  return Answer::kDone;
}

Campaign::Answer Campaign::ask(const char* method, const std::string& target, const json::object& body,
                               const char* what, json::object* reply) {
  client::Call call{.method = method, .target = target};
  if (!body.empty()) {
    call.headers.emplace_back("Content-Type", "application/json");
    call.body = json::serialize(body);
  }
  return send(std::move(call), what, reply);
}

Campaign::Answer Campaign::change(const std::string& name, const Shown& after, const char* method,
                                  const std::string& target, const json::object& body, const char* what,
                                  json::object* reply) {
  Promise& promise = promises_[name];
  touched_.insert(name);
  promise.possible = after;
  const auto answer = ask(method, target, body, what, reply);
  if (answer == Answer::kDone) promise.certain = after;
  if (answer != Answer::kNone) promise.possible.reset();
  return answer;
}

// Some bytes are the same again and again, so that what one model leaves another may still need.
std::string Campaign::some_bytes(std::uint64_t most) {
  std::mt19937_64 source{random(4) == 0 ? random(6) : random_()};
  std::string bytes(static_cast<std::size_t>(1 + source() % most), '\0');
  for (std::size_t i = 0; i < bytes.size(); i += 1 + i / 64) bytes[i] = static_cast<char>(source());
  return bytes;
}

std::string Campaign::any_shown() {
  std::vector<const std::string*> names;
  for (const auto& [name, promise] : promises_) {
    if (!promise.certain.versions.empty() && !promise.possible) names.push_back(&name);
  }
  return names.empty() ? "" : *names[random(names.size())];
}

std::optional<std::string> Campaign::put_blob(const std::string& bytes) {
  const std::string digest = Digest::of(bytes).to_string();
  MemorySource source{bytes};
  client::Call call{.method = "PUT", .target = "/api/blobs/" + digest};
  call.stream = &source;
  call.stream_bytes = bytes.size();
  const auto answer = send(std::move(call), "blobs sent");
  EXPECT_NE(answer, Answer::kRefused) << "a blob that nothing is wrong with was refused";
  return answer == Answer::kDone ? std::optional{digest} : std::nullopt;
}

void Campaign::publish(const std::string& name, const Files& files) {
  Promise& promise = promises_[name];
  Shown after = promise.certain;
  const std::int64_t number = promise.last + 1;
  after.versions[number] = files;
  json::array list;
  for (const auto& [path, digest] : files) list.push_back(json::object{{"path", path}, {"digest", digest}});
  json::object reply;
  const auto answer =
      change(name, after, "POST", "/api/models/" + name + "/versions", {{"files", list}}, "versions published", &reply);
  EXPECT_NE(answer, Answer::kRefused) << "a version was refused whose blobs were acknowledged";
  if (answer == Answer::kDone) {
    EXPECT_EQ(count_at(reply, "version"), number) << name;
    promise.last = number;
  }
}

void Campaign::publish_some() {
  std::string name = random(3) == 0 || promises_.size() >= kModels ? any_shown() : "";
  if (name.empty()) name = "m" + std::to_string(++names_);
  Files files;
  for (std::uint64_t i = 0, count = 1 + random(3); i < count; ++i) {
    const auto digest = put_blob(some_bytes(std::uint64_t{1} << (10 + random(11))));
    if (!digest) return;
    files["part" + std::to_string(i) + ".bin"] = *digest;
  }
  publish(name, files);
}

void Campaign::create_upload() {
  if (uploads_.size() >= kOpenUploads) return advance_upload();
  std::string bytes = some_bytes(std::uint64_t{3} << 20U);
  json::object reply;
  client::Call call{.method = "POST", .target = "/api/uploads?name=weights.bin"};
  call.headers.emplace_back("Upload-Length", std::to_string(bytes.size()));
  if (send(std::move(call), "uploads begun", &reply) != Answer::kDone) return;
  uploads_[text_at(reply, "id")] = {.bytes = std::move(bytes)};
}

void Campaign::advance_upload() {
  if (uploads_.empty()) return;
  auto one = uploads_.begin();
  std::advance(one, static_cast<long>(random(uploads_.size())));
  Upload& upload = one->second;
  if (!upload.finished) {
    const std::string part = upload.bytes.substr(upload.acknowledged, 1 + random(std::uint64_t{768} << 10U));
    const bool last = upload.acknowledged + part.size() == upload.bytes.size();
    client::Call call{.method = "PATCH", .target = "/api/uploads/" + one->first, .body = part};
    call.headers = {{"Content-Type", "application/partial-upload"},
                    {"Upload-Offset", std::to_string(upload.acknowledged)},
                    {"Upload-Complete", last ? "?1" : "?0"}};
    const auto answer = send(std::move(call), last ? "uploads committed" : "parts appended");
    EXPECT_NE(answer, Answer::kRefused) << "an upload cannot go on at the byte it was acknowledged to";
    if (answer != Answer::kDone) return;
    upload.acknowledged += part.size();
    upload.finished = last;
    return;
  }
  const Files files{{"weights.bin", Digest::of(upload.bytes).to_string()}};
  uploads_.erase(one);
  publish("m" + std::to_string(++names_), files);
}

void Campaign::move_alias() {
  const std::string name = any_shown();
  if (name.empty()) return;
  Shown after = promises_[name].certain;
  auto version = after.versions.begin();
  std::advance(version, static_cast<long>(random(after.versions.size())));
  after.aliases["production"] = version->first;
  change(name, after, "PUT", "/api/models/" + name + "/aliases/production",
         {{"version", std::to_string(version->first)}}, "aliases moved");
}

void Campaign::remove_model() {
  const std::string name = any_shown();
  if (name.empty()) return;
  const Shown before = promises_[name].certain;
  json::object reply;
  if (change(name, {}, "DELETE", "/api/models/" + name, {}, "models deleted", &reply) == Answer::kDone)
    trash_[text_at(reply, "trash_id")] = {.name = name, .back = before};
}

void Campaign::remove_version() {
  const std::string name = any_shown();
  if (name.empty()) return;
  const Shown before = promises_[name].certain;
  const auto [number, files] = *before.versions.begin();
  const auto alias = before.aliases.find("production");
  if (before.versions.size() < 2 || (alias != before.aliases.end() && alias->second == number)) return;
  Shown after = before;
  after.versions.erase(number);
  json::object reply;
  if (change(name, after, "DELETE", version_path(name, number), {}, "versions deleted", &reply) == Answer::kDone)
    trash_[text_at(reply, "trash_id")] = {.name = name, .number = number, .back = {{{number, files}}, {}}};
}

void Campaign::restore() {
  if (trash_.empty()) return;
  auto one = trash_.begin();
  std::advance(one, static_cast<long>(random(trash_.size())));
  const auto [id, entry] = *one;
  const Promise& promise = promises_[entry.name];
  if (promise.possible || (entry.number && promise.certain.versions.empty())) return;
  Shown after = entry.back;
  if (entry.number) {
    after = promise.certain;
    after.versions.insert(entry.back.versions.begin(), entry.back.versions.end());
  }
  const auto answer = change(entry.name, after, "POST", "/api/trash/" + id + "/restore", {}, "deletions undone");
  EXPECT_NE(answer, Answer::kRefused) << "what was deleted cannot be brought back: " << entry.name;
  trash_.erase(id);
}

void Campaign::purge() {
  if (trash_.empty()) return;
  auto one = trash_.begin();
  std::advance(one, static_cast<long>(random(trash_.size())));
  const auto [id, entry] = *one;
  trash_.erase(one);
  const auto answer = ask("DELETE", "/api/trash/" + id, {}, "deletions made final");
  EXPECT_NE(answer, Answer::kRefused) << entry.name;
  // With a model goes what of it was deleted before.
  if (!entry.number) std::erase_if(trash_, [&](const auto& other) { return other.second.name == entry.name; });
  touched_.insert(entry.name);
}

void Campaign::collect() { ask("POST", "/api/storage/collect", {{"force", true}}, "collections"); }

void Campaign::drop_folder() {
  if (drops_.size() >= 40) return;
  const std::string name = "drop" + std::to_string(++names_);
  const std::string folder = home_ + "/models/custom/" + name;
  const std::string bytes = torch_file(name + some_bytes(100'000));
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  ASSERT_TRUE(replace_file(folder + "/" + name + ".pt", bytes));
  ASSERT_TRUE(replace_file(folder + "/" + name + ".json", R"({"wake_word":")" + name + R"("})"));
  drops_[name] = Digest::of(bytes).to_string();
  ++acknowledged_["folders dropped"];
}

}  // namespace weighhouse::e2e
