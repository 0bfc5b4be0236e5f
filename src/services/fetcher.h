#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "services/intake.h"
#include "services/job_runner.h"
#include "services/rate_limit.h"
#include "services/remote.h"

namespace weighhouse::services {

class SharedTensors;

struct FetchLimits {
  std::size_t connections = 4;                                     // at a time
  std::uint64_t least_part_bytes = std::uint64_t{64} << 10U;       // what one request asks for at first: small, so that
  std::uint64_t most_part_bytes = std::uint64_t{4} << 20U;         // little is lost; more where asking takes the time
  std::uint64_t split_from_bytes = std::uint64_t{8} << 20U;        // smaller files come by one request each
  std::uint64_t resumable_from_bytes = std::uint64_t{256} << 10U;  // smaller files begin anew after a crash
  std::uint64_t bytes_per_second = 0;                              // of all together; 0: as fast as it goes
  int tries = 9;                                                   // without a byte in between
  std::chrono::milliseconds first_pause{200};
};

struct Fetched {
  std::vector<std::pair<registry::FilePath, Digest>> files;
  std::uint64_t fetched_bytes = 0;  // came over the line, those twice that came twice
  std::uint64_t reused_bytes = 0;   // were here already, as files or as tensors of others
};

// Brings files from a source into the store. What is here already is not asked for; what came stays, whatever becomes
// of the connection or of this program, and is not asked for again. A file whose digest is known becomes visible with
// exactly that digest or not at all.
//
// Several requests at a time, for parts of one file and for several files; parts that come early wait in memory, at
// most one a connection.
class Fetcher {
 public:
  // Bytes that the store can still take.
  using FreeBytes = std::function<Result<std::uint64_t>()>;
  Fetcher(Intake& intake, FetchLimits limits, FreeBytes free_bytes, const SharedTensors* tensors = nullptr)
      : intake_(intake),
        limits_(limits),
        free_bytes_(std::move(free_bytes)),
        tensors_(tensors),
        rate_(limits.bytes_per_second) {}

  // `label` names what is fetched among the unfinished uploads; `similar` are files that are here and may hold the same
  // tensors. kCancelled once `control` says so: what came by then
  // waits for the next call with the same label.
  Result<Fetched> fetch(const Caller& caller, Remote& remote, const std::string& label,
                        std::span<const RemoteFile> files, JobControl& control, std::span<const Digest> similar = {});

 private:
  Intake& intake_;
  const FetchLimits limits_;
  const FreeBytes free_bytes_;
  const SharedTensors* tensors_;
  RateLimit rate_;
};

}  // namespace weighhouse::services
