#include "library/library.h"

#include <algorithm>
#include <condition_variable>
#include <poll.h>
#include <sys/eventfd.h>
#include <thread>
#include <unistd.h>

#include "base/log.h"
#include "library/core.h"
#include "library/look.h"
#include "library/put_out.h"
#include "library/watcher.h"

namespace weighhouse::library {

using registry::Model;
using registry::ModelId;
using registry::Transaction;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

// Events come in bursts; one look serves them all.
constexpr milliseconds kBurst{30};
constexpr milliseconds kShortestWait{10};

Result<Model> get_model(const LibraryServices& services, const registry::ModelRef& ref) {
  return services.metadata.read_value<Model>([&](Transaction& rows) { return rows.get_model(ref); });
}

}  // namespace

struct Library::State {
  State(LibraryOptions options, LibraryServices services, const Clock& clock, Ledger ledger)
      : core(std::move(options), services, clock, std::move(ledger)),
        put_out(core),
        registry(core, put_out),
        look(core, put_out, registry) {}

  Core core;
  PutOut put_out;
  RegistryFile registry;
  Look look;

  std::unique_ptr<Watcher> watcher;
  FileDescriptor wake;
  std::mutex mutex;
  std::condition_variable calm;
  bool busy = false;     // news are being looked at
  bool pending = false;  // something has not stood still yet
  std::jthread thread;

  void run(const std::stop_token& stop);
  bool wait_for_news(milliseconds at_most) const;
  void look_and_tell(const std::set<std::string>& places, bool has_news);
};

bool Library::State::wait_for_news(milliseconds at_most) const {
  std::array<pollfd, 2> waiting{pollfd{watcher->descriptor(), POLLIN, 0}, pollfd{wake.get(), POLLIN, 0}};
  ::poll(waiting.data(), waiting.size(), static_cast<int>(at_most.count()));
  return (waiting[0].revents & POLLIN) != 0;
}

void Library::State::look_and_tell(const std::set<std::string>& places, bool has_news) {
  {
    const std::scoped_lock lock{mutex};
    busy = has_news || pending;
  }
  const auto report = look.look(places, Removals::kGuarded);
  if (!report) log::error("library: it could not be looked through", {{"reason", report.error().message}});
  {
    const std::scoped_lock lock{mutex};
    busy = false;
    pending = report && !report->pending.empty();
  }
  calm.notify_all();
}

void Library::State::run(const std::stop_token& stop) {
  watcher->watch_tree({});
  look_and_tell({""}, false);
  auto last_scan = steady_clock::now();
  while (!stop.stop_requested()) {
    const auto due = last_scan + (watcher->complete() ? core.options.rescan : core.options.rescan_blind);
    auto wait = std::chrono::duration_cast<milliseconds>(due - steady_clock::now());
    if (pending) wait = std::min(wait, core.options.settle / 4);
    const bool news = wait_for_news(std::max(wait, kShortestWait));
    if (stop.stop_requested()) return;
    if (news) {
      {
        const std::scoped_lock lock{mutex};
        busy = true;
      }
      std::this_thread::sleep_for(kBurst);
      look_and_tell(watcher->take_news(), true);
    } else if (pending) {
      look_and_tell({}, true);
    }
    if (steady_clock::now() >= due) {
      look_and_tell({""}, false);
      last_scan = steady_clock::now();
    }
  }
}

Result<std::unique_ptr<Library>> Library::open(LibraryOptions options, LibraryServices services, const Clock& clock) {
  while (options.root.size() > 1 && options.root.ends_with('/')) options.root.pop_back();
  auto ledger = TRY(Ledger::load(services.metadata));
  const bool is_new = ledger.empty();
  auto state = std::make_unique<State>(std::move(options), services, clock, std::move(ledger));
  const std::string& root = state->core.options.root;
  if (is_new) {
    TRY(make_directories(root));
    if (!carries_mark(root)) TRY(put_mark(root));
  }
  TRY(state->registry.load());
  if (carries_mark(root)) {
    TRY(state->core.stager.clean());
    TRY(write_house_files(root, services.metadata));
    TRY(state->put_out.recover());
  }
  return std::unique_ptr<Library>{new Library{std::move(state)}};
}

Library::Library(std::unique_ptr<State> state) : state_(std::move(state)) {}
Library::~Library() { stop(); }

Result<> Library::start() {
  if (state_->thread.joinable()) return {};
  state_->wake = FileDescriptor{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
  if (!state_->wake) return system_failure("Watching", errno, root());
  state_->watcher = TRY(Watcher::open(root(), state_->core.options.most_watches));
  state_->core.stopping = false;
  state_->thread = std::jthread{[state = state_.get()](const std::stop_token& stop) { state->run(stop); }};
  return {};
}

void Library::stop() {
  if (!state_ || !state_->thread.joinable()) return;
  state_->core.stopping = true;
  state_->thread.request_stop();
  const std::uint64_t one = 1;
  if (::write(state_->wake.get(), &one, sizeof one) != sizeof one) log::debug("the library's thread is woken already");
  state_->thread.join();
  state_->core.stopping = false;
}

Result<ScanReport> Library::scan_now() { return state_->look.look({""}, Removals::kGuarded); }

Result<ScanReport> Library::accept_removals() { return state_->look.look({""}, Removals::kAccepted); }

void Library::settle_pending(milliseconds at_most) {
  const auto deadline = steady_clock::now() + at_most;
  if (!state_->thread.joinable()) {
    for (;;) {
      const auto report = scan_now();
      const bool calm = !report || report->pending.empty();
      if (calm || steady_clock::now() >= deadline) return;
      std::this_thread::sleep_for(std::clamp(state_->core.options.settle / 4, kShortestWait, milliseconds{200}));
    }
  }
  std::unique_lock lock{state_->mutex};
  while ((state_->busy || state_->pending || state_->watcher->has_news()) && steady_clock::now() < deadline) {
    // News that the thread has not heard of yet do not notify: hence the short step.
    state_->calm.wait_until(lock, std::min(deadline, steady_clock::now() + milliseconds{20}));
  }
}

void Library::changed(const ModelId& model) { state_->look.changed(model); }

Result<> Library::place(const registry::ModelRef& ref) {
  const auto model = TRY(state_->core.services.metadata.transact_value<Model>([&](Transaction& rows) -> Result<Model> {
    auto wanted = TRY(rows.get_model(ref));
    if (!wanted.in_library) {
      wanted.in_library = true;
      TRY(rows.update_model(wanted));
    }
    return wanted;
  }));
  TRY(state_->put_out.bring_in_step(model.id, PutOut::Rebuild::kYes));
  return state_->registry.write({model.id});
}

Result<std::string> Library::export_version(const registry::ModelRef& ref, const registry::VersionRef& which) {
  if (!carries_mark(root())) return fail(ErrorCode::kUnavailable, "The folder of the library is not there.");
  const auto model = TRY(get_model(state_->core.services, ref));
  const auto version = TRY(state_->core.services.metadata.read_value<registry::Version>(
      [&](Transaction& rows) { return rows.get_version(model, which); }));
  auto folder = TRY(state_->put_out.export_version(model.id, version.number));
  TRY(state_->registry.write({model.id}));
  return folder;
}

std::vector<Problem> Library::problems() const { return state_->core.problems.list(); }
const std::string& Library::root() const { return state_->core.options.root; }

}  // namespace weighhouse::library
