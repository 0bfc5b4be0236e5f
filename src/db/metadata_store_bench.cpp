// How long lists and look-ups take in a registry of WEIGH_BENCH_MODELS models (10,000 unless told
// otherwise): the middle and the 99th percentile of each documented query, in microseconds, once by the
// clock on the wall and once by the processor time of the thread, which a busy machine does not disturb.
// WEIGH_BENCH_DATABASE names a file to keep the registry in from run to run. WEIGH_BENCH_VERSIONS gives each model so
// many versions with a metric each, and WEIGH_BENCH_WRITERS has so many threads register versions all the while.
#include <algorithm>
#include <array>
#include <atomic>
#include <benchmark/benchmark.h>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <random>
#include <thread>
#include <vector>

#include "base/file.h"
#include "base/id.h"
#include "base/text.h"
#include "db/open.h"
#include "db/sqlite/connection.h"

namespace weighhouse::db {
namespace {

using namespace registry;
using Clock = std::chrono::steady_clock;

constexpr std::array<const char*, 6> kStems{"jarvis", "friday", "kitchen", "doorbell", "sentiment", "denoise"};
constexpr std::array<const char*, 5> kTeams{"audio", "vision", "text", "edge", "research"};
constexpr std::array<const char*, 4> kKinds{"wake-word", "text-classifier", "detector", "other"};

std::int64_t asked(const char* variable, std::int64_t otherwise) {
  const char* const given = std::getenv(variable);
  return given != nullptr ? parse_int(given).value_or(otherwise) : otherwise;
}
std::int64_t model_count() { return asked("WEIGH_BENCH_MODELS", 10'000); }
std::int64_t versions_of_each() { return asked("WEIGH_BENCH_VERSIONS", 1); }

std::string model_name(std::int64_t i) {
  return std::string{kStems[static_cast<std::size_t>(i) % kStems.size()]} + "-" + std::to_string(i);
}

constexpr Query kModel{"bench.model", R"sql(
  INSERT INTO models (id, namespace, type, name, name_folded, kind, display_name, description, licence, created_at,
    updated_at, created_by, current_number, current_moved_at, current_moved_by, last_version, version_count, size_bytes,
    pinned)
  VALUES (?1, ?2, ?3, ?4, ?4, ?5, '', 'A model card of one line.', 'MIT', ?6, ?7, 'ada', ?10, ?6, 'ada', ?10, ?10, ?8, ?9))sql"};
constexpr Query kVersion{"bench.version", R"sql(
  INSERT INTO versions (model_id, number, label, remote_version, manifest, size_bytes, file_count, formats, metadata,
    notes, origin_source, origin_parent, origin_commit, origin_parameters, created_at, created_by, pinned,
    model_created_at, listed)
  VALUES (?1, ?6, ?2, '', ?3, ?4, 1, 'onnx', '{"threshold": 0.5, "epochs": 20}', '', '', '', '', '', ?5, 'ada', 0, ?5, 1))sql"};
constexpr Query kVersionMetric{"bench.version_metric", R"sql(
  INSERT INTO metrics (model_id, number, name, value, class_name, slice, evaluation, created_at)
  VALUES (?1, ?2, 'f1', ?3, '', '', '', ?4))sql"};
constexpr Query kTag{"bench.tag", "INSERT INTO tags VALUES (?1, ?2, ?3, ?4, 1)"};
constexpr Query kAlias{"bench.alias", "INSERT INTO aliases VALUES (?1, ?2, 1, 0, ?3, 'ada', 1, ?3, 1)"};
constexpr Query kMetric{"bench.metric", "INSERT INTO current_metrics VALUES (?1, ?4, ?5, '', ?2, ?3, 1)"};
constexpr Query kDataset{"bench.dataset", R"sql(
  INSERT INTO datasets (id, name, description, slice_count, created_at, created_by, updated_at, updated_by)
  VALUES (?1, ?2, '', 1, ?3, 'ada', ?3, 'ada'))sql"};
constexpr Query kSlice{"bench.slice", R"sql(
  INSERT INTO slices (id, dataset_id, name, description, pinned, created_at, created_by, updated_at, updated_by)
  VALUES (?1, ?1, 'night', '', 0, ?2, 'ada', ?2, 'ada'))sql"};
constexpr Query kTraining{"bench.training", R"sql(
  INSERT INTO trainings VALUES (?1, ?2, 'yolov8n', 'object-detection', ?3, NULL, 'mAP', ?4, '', '{}', '', NULL, NULL, NULL,
                                ?5, 1))sql"};
constexpr Query kCountTraining{"bench.count_training",
                               "UPDATE datasets SET model_count = model_count + 1 WHERE id = ?1"};
constexpr Query kClass{"bench.class", "INSERT INTO training_classes VALUES (?1, ?2, ?3, 'box', ?4, 100, 20)"};
constexpr Query kTrainedOn{"bench.trained_on", "INSERT INTO trained_on VALUES (?1, 0, 'training', ?2, 0, ?3, 1, NULL)"};
constexpr Query kSearch{"bench.search", R"sql(
  INSERT INTO search_texts (model_id, name, display_name, model_created_at, listed) VALUES (?1, ?2, '', ?3, 1))sql"};
constexpr Query kCounter{"bench.counter", R"sql(
  INSERT INTO counters (name, value) VALUES (?1, 1)
  ON CONFLICT (name) DO UPDATE SET value = counters.value + 1)sql"};

constexpr std::int64_t kDatasets = 100;
constexpr std::array<const char*, 3> kClasses{"car", "dog", "person"};

std::string dataset_id(std::int64_t i) {
  const std::string number = std::to_string(i);
  return "01ARZ3NDEKTSV4RRFFQ69G5" + std::string(3 - number.size(), '0') + number;
}

Result<> add_datasets(Connection& db) {
  const Timestamp at = ManualClock{}.now();
  for (std::int64_t i = 0; i < kDatasets; ++i) {
    TRY(db.change(kDataset, {dataset_id(i), "streets " + std::to_string(i), at}));
    TRY(db.change(kSlice, {dataset_id(i), at}));
  }
  return {};
}

// Every second model is a training of some dataset, with three classes.
Result<> add_training(Connection& db, const std::string& model, std::int64_t i, Timestamp at, std::mt19937_64& random) {
  const std::string dataset = dataset_id(i / 2 % kDatasets);
  double sum = 0;
  for (std::size_t k = 0; k < kClasses.size(); ++k) {
    const double ap = static_cast<double>(random() % 1'000'000) / 1e6;
    sum += ap;
    TRY(db.change(kClass, {model, k, kClasses.at(k), ap}));
    TRY(db.change(kMetric, {model, ap, at, "ap", kClasses.at(k)}));
  }
  const double mean = sum / static_cast<double>(kClasses.size());
  TRY(db.change(kMetric, {model, mean, at, "ap", ""}));
  TRY(db.change(kTraining, {model, dataset, random() % 4 == 0 ? "pending" : "completed", mean, at}));
  TRY(db.change(kCountTraining, {dataset}));
  TRY(db.change(kTrainedOn, {model, dataset, at}));
  return {};
}

Result<> add_model(Connection& db, std::int64_t i, std::mt19937_64& random) {
  const Timestamp at = ManualClock{}.now() + std::chrono::seconds{i};
  const std::string id = new_ulid(at);
  const std::string name = model_name(i);
  const bool standard = i % 50 == 0;
  const std::string name_space = standard ? "default" : i % 10 == 1 ? "whisper" : "custom";
  const auto size_bytes = static_cast<std::int64_t>(random() % 100'000'000);
  const double f1 = static_cast<double>(random() % 1'000'000) / 1e6;
  TRY(db.change(kModel,
                {id, name_space, standard ? "default" : "custom", name, kKinds[random() % kKinds.size()], at,
                 at + std::chrono::seconds{random() % 100'000}, size_bytes, i % 1'000 == 7, versions_of_each()}));
  for (std::int64_t number = 1; number <= versions_of_each(); ++number) {
    const std::string label = number == 1 ? "v" + std::to_string(i % 500) : std::to_string(number) + ".0";
    const auto manifest = Digest::of(name + "@" + std::to_string(number));
    TRY(db.change(kVersion, {id, label, manifest, size_bytes, at + std::chrono::seconds{number}, number}));
    if (versions_of_each() > 1) TRY(db.change(kVersionMetric, {id, number, f1, at}));
  }
  TRY(db.change(kTag, {id, "team", kTeams[random() % kTeams.size()], at}));
  TRY(db.change(kTag, {id, "ticket", std::to_string(i / 3), at}));
  if (i % 3 == 0) TRY(db.change(kAlias, {id, "production", at}));
  TRY(db.change(kMetric, {id, f1, at, "f1", ""}));
  if (i % 2 == 0) TRY(add_training(db, id, i, at, random));
  TRY(db.change(kSearch, {id, name, at}));
  TRY(db.change(kCounter, {"models/" + name_space}));
  return {};
}

// Threads that register versions, each of a model of its own, as fast as the registry takes them.
class Writers {
 public:
  explicit Writers(MetadataStore& store) : begin_(Clock::now()) {
    for (std::int64_t i = 0; i < asked("WEIGH_BENCH_WRITERS", 0); ++i) {
      threads_.emplace_back([this, &store, i] { write(store, i); });
    }
  }
  ~Writers() {
    stop_ = true;
    const bool any = !threads_.empty();
    threads_.clear();
    const double seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
    if (any)
      std::fprintf(stderr, "%.0f versions a second were registered meanwhile\n",
                   static_cast<double>(written_) / seconds);
  }

 private:
  void write(MetadataStore& store, std::int64_t writer) {
    const auto ref = ModelRef::parse(model_name(writer * 10 + 2)).take();
    for (std::int64_t turn = 0; !stop_; ++turn) {
      const auto done = store.transact([&](Transaction& rows) -> Result<> {
        const Model model = TRY(rows.get_model(ref));
        const auto number = TRY(rows.take_number(model.id));
        return rows.add_version({.model = model.id,
                                 .number = number,
                                 .manifest = Digest::of(std::to_string(writer) + "/" + std::to_string(turn)),
                                 .metadata = "{}",
                                 .created_at = ManualClock{}.now(),
                                 .created_by = "ada"},
                                {});
      });
      check(done.has_value(), done ? "" : done.error().message.c_str());
      ++written_;
    }
  }

  Clock::time_point begin_;
  std::atomic<bool> stop_{false};
  std::atomic<std::int64_t> written_{0};
  std::vector<std::jthread> threads_{};
};

// The registry all benchmarks look at, made on first use.
class Registry {
 public:
  static Registry& instance() {
    static Registry registry;
    return registry;
  }

  MetadataStore& store() { return *store_; }
  const std::string& path() const { return path_; }

 private:
  Registry() : folder_(TemporaryDirectory::create().take()), path_(folder_.path() + "/weighhouse.db") {
    const char* const kept = std::getenv("WEIGH_BENCH_DATABASE");
    if (kept != nullptr) path_ = kept;
    if (!path_exists(path_)) fill();
    store_ = db::open(path_).take();
    writers_.emplace(*store_);
  }

  void fill() {
    check(db::open(path_).has_value(), "the schema is made");
    auto db = SqliteConnection::open(path_, SqliteConnection::Use::kWriting, std::chrono::seconds{5}).take();
    check(db->run_script("PRAGMA synchronous = OFF; PRAGMA cache_size = -400000").has_value(), "faster for once");
    std::mt19937_64 random{42};
    const std::int64_t count = model_count();
    check(add_datasets(*db).has_value(), "datasets are made");
    for (std::int64_t i = 0; i < count;) {
      check(db->begin(Access::kWrite).has_value(), "a transaction begins");
      for (const std::int64_t end = std::min(count, i + 20'000); i < end; ++i) {
        const auto added = add_model(*db, i, random);
        check(added.has_value(), added ? "" : added.error().message.c_str());
      }
      check(db->commit().has_value(), "a transaction ends");
    }
  }

  TemporaryDirectory folder_;
  std::string path_;
  std::unique_ptr<MetadataStore> store_;
  std::optional<Writers> writers_{};
};

class Percentiles {
 public:
  void begin() {
    wall_begin_ = Clock::now();
    processor_begin_ = processor_now();
  }
  void end() {
    wall_.push_back(std::chrono::duration<double, std::micro>(Clock::now() - wall_begin_).count());
    processor_.push_back(processor_now() - processor_begin_);
  }
  void report(benchmark::State& state) {
    std::sort(wall_.begin(), wall_.end());
    std::sort(processor_.begin(), processor_.end());
    state.counters["p50"] = wall_[wall_.size() / 2];
    state.counters["p99"] = wall_[wall_.size() * 99 / 100];
    state.counters["cpu50"] = processor_[processor_.size() / 2];
    state.counters["cpu99"] = processor_[processor_.size() * 99 / 100];
  }

 private:
  static double processor_now() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
  }

  Clock::time_point wall_begin_{};
  double processor_begin_ = 0;
  std::vector<double> wall_{};
  std::vector<double> processor_{};
};

// Runs `work` once for each iteration and reports percentiles.
template <class Work>
void measure(benchmark::State& state, const Work& work) {
  MetadataStore& store = Registry::instance().store();
  std::mt19937_64 random{7};
  Percentiles percentiles;
  for (auto _ : state) {
    percentiles.begin();
    const auto done = store.read([&](Transaction& rows) { return work(rows, random); });
    percentiles.end();
    if (!done) {
      state.SkipWithError(done.error().message.c_str());
      return;
    }
  }
  percentiles.report(state);
}

void list(benchmark::State& state, const std::string& filter, const std::string& order) {
  const ModelQuery query{.filter = parse_filter(filter).take(), .order = parse_order(order).take()};
  measure(state, [&](Transaction& rows, std::mt19937_64&) -> Result<> {
    benchmark::DoNotOptimize(TRY(rows.list_models(query)).items.size());
    return {};
  });
}

void deep_pages(benchmark::State& state) {
  ModelQuery query{};
  measure(state, [&](Transaction& rows, std::mt19937_64&) -> Result<> {
    query.cursor = TRY(rows.list_models(query)).next_cursor;
    return {};
  });
}

void resolve_alias(benchmark::State& state) {
  const std::int64_t count = model_count();
  measure(state, [&](Transaction& rows, std::mt19937_64& random) -> Result<> {
    const auto i = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(count)) / 150 * 150 + 3;
    if (i >= count) return {};
    const Model model = TRY(rows.get_model(ModelRef::parse(model_name(i)).take()));
    TRY(rows.get_version(model, VersionWord::parse("production").take()));
    return {};
  });
}

void one_model(benchmark::State& state) {
  const std::int64_t count = model_count();
  measure(state, [&](Transaction& rows, std::mt19937_64& random) -> Result<> {
    const auto i = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(count));
    const auto name = (i % 50 == 0 ? "default/" : i % 10 == 1 ? "whisper/" : "") + model_name(i);
    benchmark::DoNotOptimize(TRY(rows.get_model_row(ModelRef::parse(name).take())).model.revision);
    return {};
  });
}

void versions_of_one(benchmark::State& state) {
  const std::int64_t count = model_count();
  measure(state, [&](Transaction& rows, std::mt19937_64& random) -> Result<> {
    const auto i = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(count)) / 50 * 50 + 3;
    if (i >= count) return {};
    const Model model = TRY(rows.get_model(ModelRef::parse(model_name(i)).take()));
    benchmark::DoNotOptimize(TRY(rows.list_versions(model.id, 100, "")).items.size());
    return {};
  });
}

void count_models(benchmark::State& state) {
  const ModelQuery query{.filter = parse_filter("kind = 'detector'").take(), .length = 1, .count = true};
  measure(state, [&](Transaction& rows, std::mt19937_64&) -> Result<> {
    benchmark::DoNotOptimize(TRY(rows.list_models(query)).total);
    return {};
  });
}

void open_store(benchmark::State& state) {
  const std::string path = Registry::instance().path();
  Percentiles percentiles;
  for (auto _ : state) {
    percentiles.begin();
    check(db::open(path).has_value(), "it opens");
    percentiles.end();
  }
  percentiles.report(state);
}

const bool kRegistered = [] {
  const auto filters = std::to_array<std::pair<const char*, const char*>>({
      {"", ""},
      {"", "name"},
      {"", "-updated_at"},
      {"", "-size"},
      {"", "-metric.f1"},
      {"kind = 'detector'", ""},
      {"namespace = 'whisper'", ""},
      {"type = 'default'", ""},
      {"type = 'custom'", ""},
      {"pinned = true", ""},
      {"name LIKE 'kitchen-12%'", ""},
      {"name ILIKE 'KITCHEN%'", ""},
      {"name = 'kitchen-1202'", ""},
      {"tag.team = 'audio'", ""},
      {"tag.ticket = '33'", ""},
      {"alias = 'production'", ""},
      {"label = 'v17'", ""},
      {"metric.f1 >= 0.9", ""},
      {"metric.f1 >= 0.97", ""},
      {"metric.f1 >= 0.999", ""},
      {"metric.f1 >= 0.9", "-metric.f1"},
      {"created_at >= 2026-01-07 AND created_at < 2026-01-08", ""},
      {"kind = 'detector' AND tag.team = 'audio'", ""},
      {"tag.team = 'audio' AND metric.f1 >= 0.95", ""},
      {"kind = 'detector'", "name"},
      {"bell-1", ""},
      {"bell-1", "name"},
      {"bell-12", ""},
      {"bell-12", "name"},
      {"chen", ""},
      {"ki", ""},
      {"kind = 'detector' OR tag.team = 'audio'", ""},
      {"dataset = 'streets 7'", ""},
      {"dataset = 'streets 7' AND trained = true AND NOT display_name CONTAINS 'kitchen'", ""},
      {"dataset = 'streets 7' AND pinned = false AND trained = false", ""},
      {"slice = 'night' AND metric.ap < 0.2", ""},
      {"metric.ap{class=\"dog\"} < 0.001", ""},
      {"metric.ap < 0.7", "metric.ap"},
      {"trained = true", ""},
      {"name CONTAINS 'bell-12'", ""},
  });
  for (const auto& [filter, order] : filters) {
    const std::string name = std::string{"list/"} + filter + (*order != 0 ? std::string{" ORDER BY "} + order : "");
    benchmark::RegisterBenchmark(name.c_str(), [filter = std::string{filter}, order = std::string{order}](
                                                   benchmark::State& state) { list(state, filter, order); })
        ->Iterations(300)
        ->Unit(benchmark::kMicrosecond);
  }
  benchmark::RegisterBenchmark("list/page after page", deep_pages)->Iterations(300)->Unit(benchmark::kMicrosecond);
  benchmark::RegisterBenchmark("count/kind = 'detector'", count_models)->Iterations(100)->Unit(benchmark::kMicrosecond);
  benchmark::RegisterBenchmark("one model", one_model)->Iterations(5'000)->Unit(benchmark::kMicrosecond);
  benchmark::RegisterBenchmark("versions of one", versions_of_one)->Iterations(5'000)->Unit(benchmark::kMicrosecond);
  benchmark::RegisterBenchmark("resolve alias", resolve_alias)->Iterations(5'000)->Unit(benchmark::kMicrosecond);
  benchmark::RegisterBenchmark("open", open_store)->Iterations(30)->Unit(benchmark::kMicrosecond);
  return true;
}();

}  // namespace
}  // namespace weighhouse::db
