#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "services/aliases.h"
#include "services/auditor.h"
#include "services/bulk.h"
#include "services/catalog.h"
#include "services/classifier.h"
#include "services/collector.h"
#include "services/comparer.h"
#include "services/contents.h"
#include "services/datasets.h"
#include "services/differ.h"
#include "services/downloads.h"
#include "services/evaluator.h"
#include "services/exporter.h"
#include "services/inspector.h"
#include "services/intake.h"
#include "services/job_runner.h"
#include "services/lineage.h"
#include "services/listener.h"
#include "services/publisher.h"
#include "services/tokens.h"
#include "services/trainer.h"
#include "services/trainings.h"
#include "services/trash.h"
#include "services/wake_exporter.h"
#include "services/wake_trainer.h"

namespace weighhouse::http {

// What the routes need of the library: apps/ joins the two.
class LibraryDoor {
 public:
  struct Problem {
    std::string path;
    std::string message;
  };
  struct Scan {
    std::vector<std::string> taken_in;
    std::vector<Problem> problems;
  };
  virtual ~LibraryDoor() = default;
  // Waits, briefly, until what just changed on disk is taken in.
  virtual void settle() = 0;
  virtual Result<Scan> scan() = 0;
  virtual std::vector<Problem> problems() const = 0;
  virtual void changed(const registry::ModelId& model) = 0;
};

// Facts about this server that replies show.
struct ServerFacts {
  std::string version;
  std::string home;
  std::string engine;  // of the database
  bool token_needed = false;
  Timestamp started_at{};
};

// The use cases that need a worker process, or what it left.
struct LearningContext {
  services::Trainer& trainer;
  services::Classifier& classifier;
  services::Evaluator& evaluator;
  services::Comparer& comparer;
  services::Exporter& exporter;
  services::Listener& listener;
  services::WakeTrainer& wake_trainer;
  services::WakeExporter& wake_exporter;
};

// The use cases about data, and about what models learnt from it.
struct DataContext {
  services::Datasets& datasets;
  services::Contents& contents;
  services::Trainings& trainings;
  services::Auditor& auditor;
  services::Lineage& lineage;
  services::Bulk& bulk;
};

// Every use case that the native routes and the dialects stand on. All are borrowed; apps/ owns them.
struct RouteContext {
  services::Intake& intake;
  services::Publisher& publisher;
  services::Catalog& catalog;
  services::Aliases& aliases;
  services::Gates& gates;
  services::Trash& trash;
  services::Collector& collector;
  services::Inspector& inspector;
  services::Differ& differ;
  services::Downloads& downloads;
  services::JobRunner& jobs;
  services::Tokens& tokens;
  LearningContext learning;
  DataContext data;
  registry::MetadataStore& metadata;
  LibraryDoor& library;
  const Clock& clock;
  ServerFacts facts;
};

}  // namespace weighhouse::http
