#include "house.h"

#include <cstdlib>
#include <optional>

#include "caretaker.h"
#include "db/open.h"
#include "dialects/llamafarm/llamafarm.h"
#include "dialects/superb/superb.h"
#include "dialects/vsat/vsat.h"
#include "dialects/wakebuilder/testing.h"
#include "dialects/wakebuilder/training.h"
#include "dialects/wakebuilder/wakebuilder.h"
#include "house_jobs.h"
#include "http/routes/routes.h"
#include "http/routes/sharing.h"
#include "library/library.h"
#include "library_door.h"
#include "openapi_assets.h"
#include "services/backup.h"
#include "services/fetcher.h"
#include "services/fine_tuner.h"
#include "services/publications.h"
#include "services/puller.h"
#include "services/shared_tensors.h"
#include "services/shipping.h"
#include "services/sound_evaluator.h"
#include "services/sources.h"
#include "services/updates.h"
#include "services/verifier.h"
#include "shipped.h"
#include "sources/catalog_source.h"
#include "sources/remotes.h"
#include "store/local/local_blob_store.h"
#include "timekeeper.h"
#include "web_assets.h"
#include "workers/job_worker.h"
#include "workers/prediction_worker.h"
#include "workers/speech/speaking_programs.h"

#ifndef WEIGH_VERSION
#error "WEIGH_VERSION is set by CMake"
#endif

namespace weighhouse::app {

namespace {

std::optional<std::string> environment_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>{value};
}

}  // namespace

// Read from top to bottom it is how Weighhouse comes up; destruction in reverse takes it down.
struct House::Rooms {
  Rooms(Home held, const Settings& given, std::unique_ptr<registry::MetadataStore> rows,
        std::unique_ptr<store::BlobStore> bytes)
      : home(std::move(held)), settings(given), metadata(std::move(rows)), blobs(std::move(bytes)) {}

  Home home;
  Settings settings;
  SystemClock clock{};
  std::unique_ptr<registry::MetadataStore> metadata;
  std::unique_ptr<store::BlobStore> blobs;

  services::Intake intake{*metadata, *blobs, clock, {}};
  services::Publisher publisher{*metadata, *blobs, clock};
  services::Shipping shipping{*metadata, intake, publisher};
  services::Catalog catalog{*metadata, clock};
  services::Collector collector{*metadata, *blobs, clock, settings.keep_condemned};
  services::Trash trash{*metadata, collector, clock, settings.keep_trash};
  services::Inspector inspector{*metadata, *blobs};
  services::Differ differ{*metadata, *blobs};
  services::Downloads downloads{*metadata, *blobs, clock};
  services::Verifier verifier{*metadata, *blobs, clock};
  services::Backup backup{*metadata, *blobs, clock, [](const std::string& path) { return db::open(path); }};
  services::Tokens tokens{*metadata, clock};
  workers::JobWorker job_worker{settings.worker};
  workers::PredictionWorker prediction_worker{settings.worker};
  services::Trainer trainer{*metadata, *blobs, intake, publisher, job_worker, jobs, clock};
  services::Classifier classifier{{*metadata, *blobs, clock}, prediction_worker, {}};
  services::Listener listener{{*metadata, *blobs, clock}, prediction_worker, intake, job_worker, jobs, {}};
  services::Evaluator evaluator{*metadata, *blobs, intake, job_worker, jobs, clock};
  services::Exporter exporter{*metadata, *blobs, intake, job_worker, jobs, clock};
  workers::SpeakingPrograms speech{{.work_directory = settings.worker.work_directory}};
  services::WakeTrainer wake_trainer{
      *metadata,
      *blobs,
      intake,
      publisher,
      job_worker,
      jobs,
      clock,
      &speech,
      {.negatives = join_path(settings.home, "data/negative"), .work = settings.worker.work_directory}};
  services::WakeExporter wake_exporter{*metadata, *blobs, intake, job_worker, jobs, clock};
  services::FineTuner fine_tuner{
      *metadata, *blobs, intake, publisher, job_worker, clock, settings.worker.work_directory};
  services::SoundEvaluator sound_evaluator{*metadata,  *blobs, intake,
                                           job_worker, clock,  settings.worker.work_directory};
  services::Comparer comparer{evaluator};
  services::Gates gates{*metadata, clock, [this](const services::Caller& caller, const services::EvaluationPair& pair) {
                          return comparer.lower_bound(caller, pair);
                        }};
  services::Aliases aliases{*metadata, clock, gates};
  services::Datasets datasets{{*metadata, *blobs, clock}, intake};
  services::Contents contents{{*metadata, *blobs, clock}};
  services::Trainings trainings{*metadata, clock};
  services::Auditor auditor{*metadata};
  services::Lineage lineage{*metadata};
  services::Bulk bulk{*metadata, clock};
  services::Publications publications{*metadata, clock, join_path(settings.home, "update.key")};
  services::Assortment assortment{sources::built_in_catalog(), join_path(settings.home, "catalog.json")};
  sources::Outside outside{
      clock, assortment, settings.web, environment_variable, settings.library, join_path(settings.home, "lists")};
  services::Sources sources{*metadata, outside, clock};
  services::SharedTensors tensors{*blobs};
  services::Fetcher fetcher{intake, settings.fetch, [this] { return free_space_bytes(settings.home); }, &tensors};
  services::Puller puller{*metadata, outside, fetcher, publisher, jobs, clock, WEIGH_VERSION};
  services::Updates updates{*metadata, outside, puller, clock, WEIGH_VERSION};
  std::unique_ptr<library::Library> library{};
  std::optional<Door> door{};
  services::JobRunner jobs{*metadata, clock};  // the first to go: what its jobs use is still there then

  std::optional<http::RouteContext> context{};
  http::SharingContext sharing{publications, sources, updates, puller, assortment, tensors};
  std::optional<http::Application> application{};
  std::optional<Caretaker> caretaker{};
  std::optional<Timekeeper> update_times{};
};

namespace {

// How often somebody looks whose time for a check of updates has come.
constexpr std::chrono::seconds kBetweenChecks{20};

http::AccessRules access_rules(const Settings& settings) {
  return {.host_names = {settings.hosts.begin(), settings.hosts.end()},
          .open = settings.open,
          .tokens_on_loopback = settings.tokens_on_loopback};
}

http::ServerFacts facts_of(const Settings& settings, const registry::MetadataStore& metadata, const Clock& clock) {
  return {.version = WEIGH_VERSION,
          .home = settings.home,
          .engine = metadata.engine(),
          .token_needed = !settings.open,
          .started_at = clock.now()};
}

// Without its program nothing can be trained or predicted; everything else works, so that is no reason not to start.
Settings with_worker(Settings settings) {
  if (auto program = workers::find_worker_program()) settings.worker.program = *std::move(program);
  return settings;
}

}  // namespace

House::House(std::unique_ptr<Rooms> rooms) : rooms_(std::move(rooms)) {}
House::~House() = default;

Result<std::unique_ptr<House>> House::open(Home home, const Settings& settings, Mode mode) {
  auto metadata = TRY(db::open(settings.database));
  auto blobs = TRY(store::LocalBlobStore::open(join_path(settings.home, "store")));
  auto rooms = std::make_unique<Rooms>(std::move(home), with_worker(settings), std::move(metadata), std::move(blobs));
  Rooms& r = *rooms;
  TRY(r.collector.recover());
  TRY(workers::clear_leftovers(settings.worker.work_directory));

  if (settings.with_library) {
    const library::LibraryServices services{*r.metadata, *r.blobs,  r.intake, r.publisher,
                                            r.catalog,   r.aliases, r.trash,  r.downloads};
    r.library = TRY(library::Library::open({.root = settings.library}, services, r.clock));
    if (mode == Mode::kServing) TRY(r.library->start());
  }
  r.door.emplace(r.library.get());
  if (settings.with_shipped) {
    for (const auto& id : TRY(r.shipping.bring(shipped_models()))) r.door->changed(id);
  }
  add_house_jobs(r.jobs, r.verifier, r.backup);
  add_work_jobs(r.jobs, settings.work, r.trainer, r.evaluator, r.exporter);
  add_listening_jobs(r.jobs, r.listener);
  add_wake_jobs(r.jobs, settings.work.longest_queue, r.wake_trainer, r.wake_exporter);
  add_audio_jobs(r.jobs, r.fine_tuner, r.sound_evaluator);
  add_download_jobs(r.jobs, r.puller);
  if (mode == Mode::kServing) r.puller.share_jobs();
  r.jobs.on_completed([&r](const jobs::Job& job) {
    const auto made = model_made_by(job);
    if (!made) return;
    const auto row = r.catalog.get_model({auth::Identity::local(), {}}, *made);
    if (row) r.door->changed(row->model.id);
  });

  r.context.emplace(http::RouteContext{
      r.intake,
      r.publisher,
      r.catalog,
      r.aliases,
      r.gates,
      r.trash,
      r.collector,
      r.inspector,
      r.differ,
      r.downloads,
      r.jobs,
      r.tokens,
      {r.trainer, r.classifier, r.evaluator, r.comparer, r.exporter, r.listener, r.wake_trainer, r.wake_exporter},
      {r.datasets, r.contents, r.trainings, r.auditor, r.lineage, r.bulk},
      *r.metadata,
      *r.door,
      r.clock,
      facts_of(settings, *r.metadata, r.clock)});
  http::Router router;
  router.add(http::native_routes(*r.context));
  router.add(http::sharing_routes(r.sharing));
  router.add(http::with_namespaces(dialects::wakebuilder_routes(*r.context)));
  router.add(dialects::wakebuilder_testing_routes(*r.context));
  router.add(dialects::wakebuilder_training_routes(*r.context));
  router.add(dialects::wakebuilder_cache_routes(*r.context));
  router.add(dialects::llamafarm_routes(*r.context));
  router.add(dialects::vsat_routes(*r.context, r.sharing));
  router.add(dialects::superb_routes(*r.context));
  router.add(http::document_routes(openapi_assets()[0].bytes, [&r] { return r.application->metrics().render(); }));
  router.add(http::dashboard_routes(web_assets()));
  r.application.emplace(
      std::move(router), access_rules(settings),
      [&r](std::string_view secret) { return r.tokens.authenticate(secret); }, r.clock);
  // A command runs what it submits itself; the rest waits for a server.
  TRY(r.jobs.start(mode == Mode::kServing ? services::Unfinished::kTakeUp : services::Unfinished::kLeave));
  if (mode == Mode::kServing) {
    r.caretaker.emplace(r.trash, r.collector, *r.blobs, *r.metadata, r.clock, settings.keep_trash);
    r.update_times.emplace(kBetweenChecks, [&r] {
      if (const auto kept_up = r.updates.keep_up(); !kept_up)
        log::error("sources could not be kept up with", {{"reason", kept_up.error().message}});
    });
  }
  return std::unique_ptr<House>{new House{std::move(rooms)}};
}

http::Application& House::application() { return *rooms_->application; }

}  // namespace weighhouse::app
