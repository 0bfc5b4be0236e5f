// Workers draw parts from one plan. The first request for a file finds out whether its source knows ranges: if it
// does, the rest is drawn in parts by whoever is free; if not, that one request brings the whole file.
#include "services/fetcher.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <set>
#include <thread>

#include "base/log.h"
#include "base/text.h"
#include "services/detail/download_meter.h"
#include "services/detail/incoming_file.h"
#include "services/detail/patience.h"
#include "services/shared_tensors.h"

namespace weighhouse::services {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kBufferBytes = std::size_t{256} << 10U;
constexpr std::uint64_t kPartsAhead = 1;     // a connection: what waits in memory is lost with this program
constexpr std::uint64_t kFewestParts = 64;   // of a file: all connections have something to do until its end
constexpr std::uint64_t kFirstParts = 1024;  // until it is known what asking costs
constexpr int kReceivingToAsking = 2;  // a part is large enough when it takes that much longer to come than to ask for
constexpr std::uint64_t kLocalPartBytes = std::uint64_t{1} << 20U;
constexpr int kFreshStarts = 3;  // of a file whose bytes were not what was announced

struct Planned {
  explicit Planned(std::unique_ptr<IncomingFile> coming) : file(std::move(coming)) {}

  std::unique_ptr<IncomingFile> file;
  std::optional<std::uint64_t> size_bytes{};
  std::uint64_t part_bytes = 0;
  std::uint64_t next = 0;  // the first byte that nobody was sent for
  std::string tag{};
  int fresh_starts = 0;
  std::size_t parts_drawn = 0;
  std::size_t brought = 0;
  std::size_t under_way = 0;
  bool drawn = false;     // its first request is or was made
  bool in_parts = false;  // the answer to it said so
  bool all_drawn = false;
  std::optional<Digest> digest{};
  std::vector<LocalRun> runs{};  // what need not be fetched, in order

  // The run that `at` lies in, else the next one.
  const LocalRun* run_from(std::uint64_t at) const {
    const auto run = std::find_if(runs.begin(), runs.end(), [at](const LocalRun& one) { return one.end() > at; });
    return run == runs.end() ? nullptr : &*run;
  }
  // Where what is asked for from `at` on ends, at most: not in a run that begins behind it.
  std::uint64_t asked_end(std::uint64_t at, std::uint64_t length) const {
    const auto* run = run_from(at);
    return run != nullptr && run->offset > at ? std::min(at + length, run->offset) : at + length;
  }
};

struct Part {
  Planned* file = nullptr;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  bool first = false;
  const LocalRun* run = nullptr;  // where it lies here
  bool of_first_attempt = false;  // it is here, among what came before and was wrong elsewhere
};

// One call of `fetch`.
class Fetching {
 public:
  Fetching(const FetchLimits& limits, RateLimit& rate, Remote& remote, JobControl& control,
           std::vector<UploadState> unfinished, std::deque<Planned>& files, Meter& meter, const SharedTensors* tensors)
      : limits_(limits),
        rate_(rate),
        remote_(remote),
        control_(control),
        unfinished_(std::move(unfinished)),
        files_(files),
        meter_(meter),
        tensors_(tensors) {}

  Result<> run() {
    {
      std::vector<std::jthread> workers;
      const auto count = std::min<std::size_t>(limits_.connections, std::max<std::size_t>(files_.size() * 64, 1));
      for (std::size_t i = 0; i < count; ++i) workers.emplace_back([this] { work(); });
    }
    if (failure_) return fail(*failure_);
    return {};
  }
  std::uint64_t fetched_bytes() const { return fetched_bytes_; }
  std::uint64_t reused_bytes() const { return reused_bytes_; }

 private:
  void work() {
    while (const auto part = draw()) {
      auto& file = *part->file;
      auto brought = part->first              ? bring_first(file)
                     : part->of_first_attempt ? bring_again(*part)
                     : part->run != nullptr   ? bring_here(*part)
                                              : bring_part(file, part->begin, part->end);
      if (brought && was_last(file)) brought = finish(file);
      const std::lock_guard lock{mutex_};
      --file.under_way;
      if (!brought && !failure_) failure_ = brought.error();
      changed_.notify_all();
    }
  }

  // Whether this was the last part of its file: told to exactly one worker, the others are done with the file then.
  bool was_last(Planned& file) {
    const std::lock_guard lock{mutex_};
    ++file.brought;
    return file.all_drawn && file.brought == file.parts_drawn;
  }

  std::optional<Part> draw() {
    std::unique_lock lock{mutex_};
    for (;;) {
      if (failure_) return std::nullopt;
      bool all_drawn = true;
      for (; first_open_ < files_.size() && files_[first_open_].digest; ++first_open_) {
      }
      for (std::size_t i = first_open_; i < files_.size(); ++i) {
        auto& file = files_[i];
        if (file.digest || file.all_drawn) continue;
        all_drawn = false;
        if (auto part = draw_of(file)) return part;
      }
      // A file may begin anew while its last part is under way.
      if (all_drawn && std::all_of(files_.begin() + static_cast<std::ptrdiff_t>(first_open_), files_.end(),
                                   [](const Planned& file) { return file.under_way == 0; }))
        return std::nullopt;
      changed_.wait(lock);
    }
  }

  std::optional<Part> draw_of(Planned& file) {
    if (!file.drawn) {
      file.drawn = true;
      ++file.under_way;
      ++file.parts_drawn;
      return Part{&file, 0, 0, true};
    }
    const std::uint64_t ahead = kPartsAhead * limits_.connections * file.part_bytes;
    if (!file.in_parts || file.next > file.file->appended() + ahead) return std::nullopt;
    Part part{&file, file.next, std::min(file.asked_end(file.next, file.part_bytes), *file.size_bytes), false, nullptr};
    if (const auto* run = file.run_from(file.next); run != nullptr && run->offset <= file.next) {
      part.run = run;
      part.end = std::min({run->end(), file.next + kLocalPartBytes, *file.size_bytes});
    }
    if (file.file->sound_from()) {
      part.of_first_attempt = true;
      part.end = std::min(file.next + kLocalPartBytes, *file.size_bytes);
    }
    file.next = part.end;
    file.all_drawn = part.end == *file.size_bytes;
    ++file.under_way;
    ++file.parts_drawn;
    return part;
  }

  // A small file loses more by what waits in memory, when this program is killed, than it wins by several connections.
  std::uint64_t first_part_of(std::uint64_t size_bytes) const {
    if (size_bytes < limits_.split_from_bytes) return size_bytes;
    return std::clamp(size_bytes / kFirstParts, limits_.least_part_bytes, limits_.most_part_bytes);
  }

  // With the answer to its first request it is known how the file comes.
  Result<> bring_first(Planned& file) {
    const std::string tag = TRY(file.file->take_up(unfinished_));
    if (!file.file->file().digest) file.tag = tag;
    std::uint64_t at = file.file->appended();
    file.part_bytes = first_part_of(file.size_bytes.value_or(limits_.split_from_bytes));
    meter_.reused(at);
    Patience patience{limits_, control_};
    if (file.size_bytes && at == *file.size_bytes) {  // it came before, or is empty
      if (!file.file->has_begun()) TRY(file.file->begin(file.size_bytes, {}, false));
      const std::lock_guard lock{mutex_};
      file.all_drawn = true;
      return {};
    }
    for (;;) {
      const std::uint64_t asked = file.asked_end(at, file.part_bytes) - at;
      auto reply = remote_.open(file.file->file(), {at, asked}, at > 0 ? file.tag : std::string{});
      if (!reply) {
        if (!patience.again(reply.error())) return fail(reply.error());
        continue;
      }
      if (auto sound = check_size(file, *reply); !sound) {
        if (!patience.again(sound.error())) return sound;
        continue;
      }
      if (auto fit = settle(file, *reply, at, asked); !fit) {
        if (!patience.again(fit.error())) return fit;
        continue;
      }
      HeldBytes held{at, {}};
      const std::uint64_t end = reply->to_end ? file.size_bytes.value_or(UINT64_MAX)
                                              : std::min(at + asked, file.size_bytes.value_or(UINT64_MAX));
      const std::uint64_t before = at;
      const auto came = receive(*reply, *file.file, held, at, end);
      if (came && (reply->to_end || at == end)) return {};
      if (at > before) patience.progressed();
      if (!came && !patience.again(came.error())) return came;
      if (!reply->to_end) return bring_part(file, at, end);  // the rest of it
    }
  }

  // Over a long way most of a small part's time is the way to and fro: parts grow there, and stay small elsewhere.
  void learn_from(Planned& file, std::uint64_t part, SteadyClock::duration asking, SteadyClock::duration receiving) {
    const std::lock_guard lock{mutex_};
    if (part < file.part_bytes || receiving > asking * kReceivingToAsking) return;
    const auto most =
        std::clamp(file.size_bytes.value_or(0) / kFewestParts, limits_.least_part_bytes, limits_.most_part_bytes);
    file.part_bytes = std::min(file.part_bytes * 2, most);
  }

  // A source whose list and whose answer differ is lying in one of them.
  static Result<> check_size(const Planned& file, const RemoteBytes& reply) {
    const auto& announced = file.file->file().size_bytes;
    if (!announced || !reply.total_bytes || *announced == *reply.total_bytes) return {};
    return fail(ErrorCode::kUnavailable, "\"" + file.file->file().path.text() + "\" was announced with " +
                                             std::to_string(*announced) + " bytes, and now its source says " +
                                             std::to_string(*reply.total_bytes) + ".");
  }

  // Makes the file fit for what the reply brings, from `at` on.
  Result<> settle(Planned& file, const RemoteBytes& reply, std::uint64_t& at, std::uint64_t asked) {
    if (reply.offset != at && reply.offset != 0) {
      return fail(ErrorCode::kUnavailable, "The source answered with other bytes of \"" +
                                               file.file->file().path.text() + "\" than it was asked for.");
    }
    const bool anew = reply.offset != at || (!file.file->file().digest && at > 0 && reply.tag != file.tag);
    if (anew) {
      TRY(file.file->restart());
      meter_.came(-static_cast<std::int64_t>(at));
      at = 0;
    }
    const auto size = file.file->file().size_bytes ? file.file->file().size_bytes : reply.total_bytes;
    if (!file.file->has_begun()) {
      TRY(file.file->begin(size, reply.tag, size.value_or(UINT64_MAX) >= limits_.resumable_from_bytes));
    }
    const std::lock_guard lock{mutex_};
    if (!file.size_bytes && size) meter_.add_all(*size);
    file.size_bytes = size;
    file.tag = reply.tag;
    const std::uint64_t end = at + asked;
    file.in_parts = !reply.to_end && size.has_value();
    file.all_drawn = !file.in_parts || end >= *size;
    file.next = end;
    changed_.notify_all();
    return {};
  }

  Result<> bring_part(Planned& file, std::uint64_t begin, std::uint64_t end) {
    Patience patience{limits_, control_};
    HeldBytes held{begin, {}};
    std::uint64_t at = begin;
    while (at < end) {
      const auto asked_at = SteadyClock::now();
      auto reply = remote_.open(file.file->file(), {at, end - at}, file.tag);
      const auto answered_at = SteadyClock::now();
      if (reply && reply->offset != at) {
        reply = fail(ErrorCode::kUnavailable, "\"" + file.file->file().path.text() +
                                                  "\" changed at its source while it was fetched. Fetch it again.");
      }
      if (!reply) {
        if (!patience.again(reply.error())) return fail(reply.error());
        continue;
      }
      const std::uint64_t before = at;
      const auto came = receive(*reply, *file.file, held, at, end);
      if (at > before) patience.progressed();
      if (came) learn_from(file, at - before, answered_at - asked_at, SteadyClock::now() - answered_at);
      if (!came && !patience.again(came.error())) return came;
    }
    return file.file->leave(std::move(held));
  }

  // From a file that is here.
  Result<> bring_here(const Part& part) {
    const auto bytes = TRY(tensors_->open(*part.run, part.begin, part.end));
    return bring_by(part, [&](std::uint64_t, std::span<std::byte> buffer) { return bytes->read(buffer); });
  }

  Result<> bring_again(const Part& part) {
    return bring_by(part, [&](std::uint64_t at, std::span<std::byte> buffer) {
      return part.file->file->read_first_attempt(at, buffer);
    });
  }

  Result<> bring_by(const Part& part,
                    const std::function<Result<std::size_t>(std::uint64_t, std::span<std::byte>)>& read) {
    HeldBytes held{part.begin, {}};
    std::vector<std::byte> buffer(kBufferBytes);
    for (std::uint64_t at = part.begin; at < part.end;) {
      const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), part.end - at));
      const std::size_t count = TRY(read(at, std::span{buffer}.first(wanted)));
      if (count == 0) return fail(ErrorCode::kDataLoss, "A file that is here ended before its last byte.");
      TRY(part.file->file->take(held, std::span{buffer}.first(count)));
      at += count;
    }
    reused_bytes_ += part.end - part.begin;
    meter_.came(static_cast<std::int64_t>(part.end - part.begin));
    return part.file->file->leave(std::move(held));
  }

  // Reads up to `end`; `at` tells how far it came. kUnavailable when the reply ended before.
  Result<> receive(RemoteBytes& reply, IncomingFile& file, HeldBytes& held, std::uint64_t& at, std::uint64_t end) {
    std::vector<std::byte> buffer(kBufferBytes);
    while (at < end) {
      if (control_.cancelled())
        return fail(ErrorCode::kCancelled, "The download was stopped. What came is kept: start it again to go on.");
      const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), end - at));
      // Once it is known where an earlier attempt was wrong, its rest is here.
      const bool is_here = reply.is_near || at >= file.sound_from().value_or(UINT64_MAX);
      const auto part = std::span{buffer}.first(wanted);
      const std::size_t count =
          TRY(reply.is_near || !is_here ? reply.body->read(part) : file.read_first_attempt(at, part));
      if (count == 0) break;
      (is_here ? reused_bytes_ : fetched_bytes_) += count;
      TRY(file.take(held, std::span{buffer}.first(count)));
      at += count;
      meter_.came(static_cast<std::int64_t>(count));
      if (!is_here) std::this_thread::sleep_for(rate_.take(count, SteadyClock::now()));
    }
    if (at == end || end == UINT64_MAX) return {};
    return fail(ErrorCode::kUnavailable,
                "The connection ended before the last byte of \"" + file.file().path.text() + "\".");
  }

  // By whoever brought the last part.
  Result<> finish(Planned& file) {
    const std::uint64_t appended = file.file->appended();
    auto digest = file.file->finish();
    const std::lock_guard lock{mutex_};
    if (digest) {
      file.digest = *digest;
      return {};
    }
    if (digest.error().code != ErrorCode::kDataLoss || ++file.fresh_starts == kFreshStarts) return fail(digest.error());
    log::warning("a file is fetched anew", {{"reason", digest.error().message}});
    meter_.came(-static_cast<std::int64_t>(appended));
    file.runs.clear();  // a fingerprint may lie, and the source does not
    file.drawn = file.in_parts = file.all_drawn = false;
    file.parts_drawn = file.brought = 0;
    return {};
  }

  const FetchLimits& limits_;
  RateLimit& rate_;
  Remote& remote_;
  JobControl& control_;
  const std::vector<UploadState> unfinished_;
  std::deque<Planned>& files_;
  Meter& meter_;
  const SharedTensors* tensors_;

  std::mutex mutex_;  // of the plan and of all that is below
  std::condition_variable changed_;
  std::size_t first_open_ = 0;
  std::optional<Error> failure_;
  std::atomic<std::uint64_t> fetched_bytes_{0};
  std::atomic<std::uint64_t> reused_bytes_{0};
};

std::vector<Digest> known_digests(std::span<const RemoteFile> files) {
  std::set<Digest> digests;
  for (const auto& file : files) {
    if (file.digest) digests.insert(*file.digest);
  }
  return {digests.begin(), digests.end()};
}

// What is here of a file. Whatever fails costs no more than fetching all of it.
std::vector<LocalRun> find_runs(Remote& remote, const Planned& file, const SharedTensors& tensors,
                                std::span<const Digest> similar) {
  const auto& wanted = file.file->file();
  if (wanted.parts_address.empty() || !wanted.digest || file.size_bytes.value_or(0) < kLocalPartBytes) return {};
  const auto parts = remote.list_parts(wanted);
  if (!parts || parts->empty()) return {};
  auto runs = tensors.find(*parts, similar);
  std::erase_if(runs, [&](const LocalRun& run) { return run.end() > *file.size_bytes; });
  return runs;
}

Result<> require_room(const Fetcher::FreeBytes& free_bytes, std::uint64_t wanted) {
  if (wanted == 0) return {};
  const std::uint64_t free = TRY(free_bytes());
  if (wanted <= free) return {};
  return fail(ErrorCode::kResourceExhausted, "The download needs " + format_size(wanted) + ", and the disk has " +
                                                 format_size(free) + " left. Free some, with \"weigh gc\" perhaps.");
}

}  // namespace

Result<Fetched> Fetcher::fetch(const Caller& caller, Remote& remote, const std::string& label,
                               std::span<const RemoteFile> files, JobControl& control,
                               std::span<const Digest> similar) {
  control.report(0, "comparing", "looking which files are here already");
  const auto wanted = known_digests(files);
  const auto absent_list = TRY(intake_.absent(caller, wanted));
  const std::set<Digest> absent{absent_list.begin(), absent_list.end()};
  Fetched fetched;
  std::deque<Planned> plan;
  std::vector<std::ptrdiff_t> places;  // of each file in the plan; -1 for what is here
  std::map<Digest, std::ptrdiff_t> planned;
  std::uint64_t missing_bytes = 0;
  std::uint64_t unfinished_bytes = 0;
  for (const auto& file : files) {
    if (file.digest && !absent.contains(*file.digest)) {
      fetched.reused_bytes += file.size_bytes.value_or(0);
      places.push_back(-1);
      continue;
    }
    if (file.digest) {
      const auto [twin, is_new] = planned.emplace(*file.digest, static_cast<std::ptrdiff_t>(plan.size()));
      if (!is_new) {
        places.push_back(twin->second);
        continue;
      }
    }
    places.push_back(static_cast<std::ptrdiff_t>(plan.size()));
    plan.emplace_back(std::make_unique<IncomingFile>(intake_, caller, file, label));
    plan.back().size_bytes = file.size_bytes;
    missing_bytes += file.size_bytes.value_or(0);
  }
  auto unfinished = TRY(intake_.list(caller));
  std::erase_if(unfinished, [&](const UploadState& one) { return !one.upload.name.starts_with(label + " "); });
  for (const auto& one : unfinished) unfinished_bytes += one.offset;
  TRY(require_room(free_bytes_, missing_bytes - std::min(missing_bytes, unfinished_bytes)));

  Meter meter{control, missing_bytes};
  for (auto& file : plan) {
    if (tensors_ != nullptr && !similar.empty()) file.runs = find_runs(remote, file, *tensors_, similar);
  }
  Fetching fetching{limits_, rate_, remote, control, std::move(unfinished), plan, meter, tensors_};
  TRY(fetching.run());
  fetched.fetched_bytes = fetching.fetched_bytes();
  fetched.reused_bytes += fetching.reused_bytes();
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto place = places[i];
    fetched.files.emplace_back(files[i].path,
                               place < 0 ? *files[i].digest : *plan[static_cast<std::size_t>(place)].digest);
  }
  return fetched;
}

}  // namespace weighhouse::services
