#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "services/remote.h"

namespace weighhouse::services {

// A source in memory. `on_open` decides what goes wrong with a request; without it nothing does.
struct RemoteScript {
  struct Fault {
    std::optional<Error> refusal{};
    std::optional<std::uint64_t> cut_after{};  // bytes of the body
    bool ignore_range = false;
    bool flip_a_bit = false;
    std::optional<std::uint64_t> claimed_total{};
  };
  std::map<std::string, std::string> files{};  // by path
  std::vector<RemoteOffer> offers{};
  std::string metadata = "{}";
  bool with_digests = true;
  bool with_sizes = true;
  std::string tag = "\"one\"";
  std::function<Fault(const std::string& path, ByteRange range, int request)> on_open{};
  bool has_list = true;
  std::optional<Error> list_refusal{};
  std::map<std::string, std::vector<FilePart>> parts{};  // of files, by path

  std::atomic<int> requests{0};
  std::atomic<std::uint64_t> sent_bytes{0};
};

class ScriptedRemote final : public Remote {
 public:
  explicit ScriptedRemote(RemoteScript& script) : script_(script) {}

  bool has_list() const override { return script_.has_list; }
  Result<RemoteOffers> list_offers() override {
    if (!script_.has_list) return fail(ErrorCode::kFailedPrecondition, "This source has no list.");
    if (script_.list_refusal) return fail(*script_.list_refusal);
    return RemoteOffers{script_.offers, 0};
  }

  Result<RemoteVersion> describe(std::string_view id, std::string_view version) override {
    RemoteVersion described{.id = std::string{id},
                            .version = std::string{version},
                            .files = files(),
                            .description = "scripted",
                            .metadata = script_.metadata};
    if (version.empty()) described.version = "1";
    return described;
  }

  Result<std::vector<FilePart>> list_parts(const RemoteFile& file) override {
    return script_.parts.at(file.parts_address);
  }

  Result<RemoteBytes> open(const RemoteFile& file, ByteRange range, std::string_view tag) override {
    const int request = script_.requests++;
    const auto& content = script_.files.at(file.address);
    const auto fault = script_.on_open ? script_.on_open(file.address, range, request) : RemoteScript::Fault{};
    if (fault.refusal) return fail(*fault.refusal);
    const bool whole = fault.ignore_range || (!tag.empty() && tag != script_.tag);
    const std::uint64_t begin = whole ? 0 : std::min<std::uint64_t>(range.offset, content.size());
    const std::uint64_t length = whole ? content.size() : std::min<std::uint64_t>(range.length, content.size() - begin);
    std::string body = content.substr(begin, length);
    if (fault.flip_a_bit && !body.empty()) body[body.size() / 2] = static_cast<char>(body[body.size() / 2] ^ 1);
    if (fault.cut_after) body.resize(std::min<std::size_t>(body.size(), *fault.cut_after));
    script_.sent_bytes += body.size();
    RemoteBytes bytes{.offset = begin, .to_end = whole, .total_bytes = content.size(), .tag = script_.tag};
    if (fault.claimed_total) bytes.total_bytes = *fault.claimed_total;
    bytes.body = std::make_unique<MemorySource>(std::move(body));
    return bytes;
  }

  std::vector<RemoteFile> files() const {
    std::vector<RemoteFile> files;
    for (const auto& [path, content] : script_.files) {
      RemoteFile file{registry::FilePath::parse(path).take(), path};
      if (script_.with_sizes) file.size_bytes = content.size();
      if (script_.with_digests) file.digest = Digest::of(content);
      if (script_.parts.contains(path)) file.parts_address = path;
      files.push_back(std::move(file));
    }
    return files;
  }

 private:
  RemoteScript& script_;
};

class ScriptedRemotes final : public Remotes {
 public:
  RemoteScript script{};
  Result<std::unique_ptr<Remote>> open(const registry::Source&, const UpdateClient&) override {
    return std::make_unique<ScriptedRemote>(script);
  }
};

}  // namespace weighhouse::services
