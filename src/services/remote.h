#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "registry/source.h"
#include "services/publications.h"

namespace weighhouse::services {

// What the use cases ask of the places that models come from. `sources` implements it, one class a kind of source.

// A model that can be had, as a list at the source tells of it.
struct RemoteOffer {
  std::string id;
  std::string version;  // the source's own
  std::optional<std::uint64_t> size_bytes{};
  std::string description{};
  std::vector<std::string> improvements{};
};
struct RemoteOffers {
  std::vector<RemoteOffer> offers;
  std::int64_t serial = 0;  // of a signed list that was found sound
};

struct RemoteFile {
  registry::FilePath path;
  std::string address;  // where the source has it: its own business
  std::optional<std::uint64_t> size_bytes{};
  std::optional<Digest> digest{};
  std::string parts_address{};  // where the source tells of its parts; empty: nowhere
};

// Bytes of a file that other files may hold as well: a tensor.
struct FilePart {
  std::uint64_t offset = 0;
  std::uint64_t size_bytes = 0;
  std::string hash{};  // XXH3-128, 32 hex digits: a hint where to look, no identity
};

// What a version at the source is made of.
struct RemoteVersion {
  std::string id;
  std::string version;
  std::vector<RemoteFile> files;
  std::string description{};
  std::string metadata = "{}";
  std::optional<registry::Kind> kind{};
};

// Bytes on their way. They begin at `offset`: where they were asked to, or at 0 from a source that knows no ranges or
// has other bytes by now.
struct RemoteBytes {
  std::uint64_t offset = 0;
  bool to_end = false;                         // the body goes on to the end of the file, whatever was asked for
  std::optional<std::uint64_t> total_bytes{};  // of the whole file
  std::string tag{};                           // of its content; empty when the source gives none
  std::unique_ptr<ByteSource> body{};
  bool is_near = false;  // from this machine, where another program keeps the same file
};

// One source, spoken to. kUnavailable where the same call may succeed later, and for nothing else. Safe from any
// thread.
class Remote {
 public:
  virtual ~Remote() = default;
  // Whether it tells what can be had. A source that does not is asked for models by name.
  virtual bool has_list() const = 0;
  // kFailedPrecondition of a source that has no list.
  virtual Result<RemoteOffers> list_offers() = 0;
  // Without a version: the newest.
  virtual Result<RemoteVersion> describe(std::string_view id, std::string_view version) = 0;
  // In the order of the file, and no byte in two of them; empty where the source tells of none.
  virtual Result<std::vector<FilePart>> list_parts(const RemoteFile& /*file*/) { return std::vector<FilePart>{}; }
  // Bytes of `range`; if the content is not that of `tag` any more, all from 0. An empty tag asks nothing.
  virtual Result<RemoteBytes> open(const RemoteFile& file, ByteRange range, std::string_view tag) = 0;
};

class Remotes {
 public:
  virtual ~Remotes() = default;
  // Connects with the first call. kInvalidArgument for an address that this kind of source cannot have.
  virtual Result<std::unique_ptr<Remote>> open(const registry::Source& source, const UpdateClient& client) = 0;
};

}  // namespace weighhouse::services
