#include "channel/channel.h"

#include <algorithm>
#include <benchmark/benchmark.h>
#include <chrono>
#include <thread>
#include <vector>

#include "channel/protocol.h"

namespace weighhouse::channel {
namespace {

// A question and its answer between two threads, as between two processes: what the channel adds to a prediction.
void round_trip(benchmark::State& state) {
  auto ends = make_pair().value();
  Channel parent{std::move(ends.first), {}};
  Channel worker{std::move(ends.second), {}};
  std::jthread echo{[&] {
    while (auto message = worker.receive().value()) {
      const auto ask = std::get<Ask>(read_to_worker(message->header).value());
      if (!worker.send(to_header(FromWorker{Answer{ask.id}}), message->body)) return;
    }
  }};
  const std::string body(static_cast<std::size_t>(state.range(0)), 'x');
  std::vector<double> micros;
  for (auto _ : state) {
    const auto began = std::chrono::steady_clock::now();
    check(parent.send(to_header(ToWorker{Ask{1, "sha256:0123456789", "torch", {}}}), body).has_value(), "sent");
    check(parent.receive().value().has_value(), "answered");
    micros.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began).count());
  }
  parent.shut();
  std::sort(micros.begin(), micros.end());
  state.counters["p50_us"] = micros[micros.size() / 2];
  state.counters["p99_us"] = micros[micros.size() * 99 / 100];
}
BENCHMARK(round_trip)->Arg(100)->Arg(10'000)->Arg(1'000'000)->UseRealTime();

}  // namespace
}  // namespace weighhouse::channel
