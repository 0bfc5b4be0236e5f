#include <climits>
#include <cstdio>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "options.h"
#include "runtimes/module.h"
#include "runtimes/tuning.h"
#include "worker/audio/orders.h"
#include "worker/loop.h"
#include "worker/text/orders.h"
#include "worker/text_runtime.h"
#include "worker/wake/listen_order.h"
#include "worker/wake/orders.h"
#include "worker/wake_word_runtime.h"
#include "worker/zero_shot_runtime.h"

namespace weighhouse::app {
namespace {

std::string beside_this_program(const std::string& name) {
  char path[PATH_MAX];
  const ssize_t length = ::readlink("/proc/self/exe", path, sizeof path);
  const std::string self{path, static_cast<std::size_t>(length > 0 ? length : 0)};
  return self.substr(0, self.find_last_of('/') + 1) + name;
}

worker::Abilities abilities() {
  worker::Abilities all;
  const auto onnx = std::make_shared<const runtimes::ModuleRuntime>(
      "onnx", beside_this_program("weigh-onnx.so"), "Running ONNX models needs weigh-onnx.so beside weigh-worker.");
  worker::add_text_orders(all.orders, "weighhouse " WEIGH_VERSION, onnx);
  all.runtimes.push_back(worker::text_runtime(onnx));
  all.runtimes.push_back(worker::zero_shot_runtime(onnx));
  worker::add_listen_order(all.orders, onnx);
  all.runtimes.push_back(worker::wake_word_runtime(onnx));
  all.runtimes.push_back(onnx);
  const std::string torch_module = beside_this_program("weigh-torch.so");
  const std::string torch_remedy =
      "Running TorchScript needs weigh-torch.so beside weigh-worker, and LibTorch (on Debian: apt-get install "
      "libtorch1.13 libopenblas0-pthread).";
  const auto torch = std::make_shared<const runtimes::ModuleRuntime>("torch", torch_module, torch_remedy);
  worker::add_audio_orders(all.orders, "weighhouse " WEIGH_VERSION,
                           std::make_shared<const runtimes::ModuleTuner>(torch_module, torch_remedy), torch, onnx);
  worker::add_export_order(all.orders, torch);
  worker::add_wake_orders(all.orders, "weighhouse " WEIGH_VERSION, onnx, torch);
  all.runtimes.push_back(torch);
  return all;
}

}  // namespace
}  // namespace weighhouse::app

// Trains, weighs and executes models for `weigh`, which starts it and talks to it on descriptor 3.
int main(int count, char** words) {
  using namespace weighhouse;
  struct stat s{};
  if (::fstat(3, &s) != 0 || !S_ISSOCK(s.st_mode)) {
    std::fputs("weigh-worker is started by weigh, when there is something to train or to predict.\n", stderr);
    return 2;
  }
  worker::run(app::abilities(), app::read_options(count, words));
}
