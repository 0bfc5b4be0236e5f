#include "http/metrics.h"

#include <map>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <tuple>
#include <utility>

#include "base/guarded.h"
#include "http/router.h"

namespace weighhouse::http {
namespace {

using prometheus::Histogram;

const Histogram::BucketBoundaries& duration_buckets() {
  static const Histogram::BucketBoundaries buckets{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                   0.1,    0.25,  0.5,    1,     2.5,  5,     10};
  return buckets;
}

std::string pattern_of(const Route* route) { return route != nullptr ? route->pattern : "none"; }

}  // namespace

struct Metrics::State {
  struct LiveGauge {
    std::string name;
    std::string help;
    std::function<double()> value;
  };
  // The registry looks series up by hashing all their labels; these are found by what a request has at hand.
  struct Series {
    std::map<std::tuple<const Route*, Method, int>, prometheus::Counter*> requests;
    std::map<const Route*, Histogram*> durations;
  };

  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests = prometheus::BuildCounter()
                                                          .Name("weighhouse_http_requests_total")
                                                          .Help("Requests answered, by route, method and status.")
                                                          .Register(registry);
  prometheus::Family<Histogram>& durations = prometheus::BuildHistogram()
                                                 .Name("weighhouse_http_request_duration_seconds")
                                                 .Help("From the end of the head to the last byte of the reply.")
                                                 .Register(registry);
  prometheus::Family<prometheus::Counter>& bytes = prometheus::BuildCounter()
                                                       .Name("weighhouse_http_bytes_total")
                                                       .Help("Bytes of bodies, by direction.")
                                                       .Register(registry);
  prometheus::Counter& received = bytes.Add({{"direction", "received"}});
  prometheus::Counter& sent = bytes.Add({{"direction", "sent"}});
  prometheus::Gauge& connections = prometheus::BuildGauge()
                                       .Name("weighhouse_http_connections")
                                       .Help("Connections open now.")
                                       .Register(registry)
                                       .Add({});
  Guarded<Series> series;
  Guarded<std::vector<LiveGauge>> gauges;
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

void Metrics::count_request(const Route* route, Method method, int status, std::chrono::steady_clock::duration took) {
  prometheus::Counter* requests = nullptr;
  Histogram* durations = nullptr;
  {
    auto series = state_->series.lock();
    auto& known_requests = (*series).requests[{route, method, status}];
    if (known_requests == nullptr) {
      known_requests = &state_->requests.Add({{"route", pattern_of(route)},
                                              {"method", std::string{to_string(method)}},
                                              {"status", std::to_string(status)}});
    }
    auto& known_durations = (*series).durations[route];
    if (known_durations == nullptr) {
      known_durations = &state_->durations.Add({{"route", pattern_of(route)}}, duration_buckets());
    }
    requests = known_requests;
    durations = known_durations;
  }
  requests->Increment();
  durations->Observe(std::chrono::duration<double>(took).count());
}

void Metrics::count_bytes(std::uint64_t received, std::uint64_t sent) {
  if (received > 0) state_->received.Increment(static_cast<double>(received));
  if (sent > 0) state_->sent.Increment(static_cast<double>(sent));
}

void Metrics::connection_opened() { state_->connections.Increment(); }
void Metrics::connection_closed() { state_->connections.Decrement(); }

void Metrics::add_gauge(std::string name, std::string help, std::function<double()> value) {
  state_->gauges.lock()->push_back({std::move(name), std::move(help), std::move(value)});
}

std::string Metrics::render() const {
  auto families = state_->registry.Collect();
  {
    auto gauges = state_->gauges.lock();
    for (const auto& gauge : *gauges) {
      prometheus::ClientMetric metric;
      metric.gauge.value = gauge.value();
      families.push_back({gauge.name, gauge.help, prometheus::MetricType::Gauge, {std::move(metric)}});
    }
  }
  return prometheus::TextSerializer{}.prometheus::Serializer::Serialize(families);
}

}  // namespace weighhouse::http
