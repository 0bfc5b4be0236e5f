#pragma once

#include <boost/json.hpp>

#include "http/application.h"
#include "http/routes/routes.h"
#include "services/differ.h"
#include "services/job_runner.h"
#include "services/testing/house_fixture.h"
#include "services/testing/stand_ins.h"
#include "services/tokens.h"

namespace weighhouse::http {

// The native API over real use cases, without sockets.
class RoutesFixture : public services::HouseFixture {
 protected:
  class NoLibrary final : public LibraryDoor {
   public:
    void settle() override {}
    Result<Scan> scan() override { return Scan{}; }
    std::vector<Problem> problems() const override { return known; }
    void changed(const registry::ModelId&) override {}

    std::vector<Problem> known;
  };

  struct Answer {
    int status;
    boost::json::value body;
    Headers headers;
  };

  Answer ask(Method method, const std::string& target, const std::string& body = {},
             const std::vector<std::pair<std::string, std::string>>& headers = {}) {
    Request request;
    request.method = method;
    request.target = target;
    request.body = body;
    request.content_length = body.size();
    request.headers.add("Host", "localhost");
    for (const auto& [name, value] : headers) request.headers.add(name, value);
    auto response = application.handle(request, Arrival::kInProcess);
    Answer answer{response.status, nullptr, response.headers};
    if (const auto* text = std::get_if<std::string>(&response.body)) {
      boost::json::error_code failure;
      answer.body = boost::json::parse(*text, failure);
    }
    return answer;
  }

  Router router() {
    Router made;
    made.add(native_routes(context));
    return made;
  }

  services::Differ differ{*metadata, blobs};
  services::Tokens tokens{*metadata, clock};
  services::JobRunner jobs{*metadata, clock};
  services::ScriptedWork work;
  services::ScriptedPredictor predictor;
  services::Trainer trainer{*metadata, blobs, intake, publisher, work, jobs, clock};
  services::Classifier classifier{{*metadata, blobs, clock}, predictor, {}};
  services::Listener listener{{*metadata, blobs, clock}, predictor, intake, work, jobs, {}};
  services::Evaluator evaluator{*metadata, blobs, intake, work, jobs, clock};
  services::Exporter exporter{*metadata, blobs, intake, work, jobs, clock};
  services::WakeTrainer wake_trainer{*metadata, blobs, intake, publisher, work, jobs, clock, nullptr, {}};
  services::WakeExporter wake_exporter{*metadata, blobs, intake, work, jobs, clock};
  services::Comparer comparer{evaluator};
  services::Datasets datasets{{*metadata, blobs, clock}, intake};
  services::Contents contents{{*metadata, blobs, clock}};
  services::Trainings trainings{*metadata, clock};
  services::Auditor auditor{*metadata};
  services::Lineage lineage{*metadata};
  services::Bulk bulk{*metadata, clock};
  NoLibrary library;
  RouteContext context{intake,
                       publisher,
                       catalog,
                       aliases,
                       gates,
                       trash,
                       collector,
                       inspector,
                       differ,
                       downloads,
                       jobs,
                       tokens,
                       {trainer, classifier, evaluator, comparer, exporter, listener, wake_trainer, wake_exporter},
                       {datasets, contents, trainings, auditor, lineage, bulk},
                       *metadata,
                       library,
                       clock,
                       {}};
  Application application{router(), {}, [this](std::string_view secret) { return tokens.authenticate(secret); }, clock};
};

}  // namespace weighhouse::http
