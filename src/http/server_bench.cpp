// The peer of nginx in bench/http_bench.sh: serves 1 KB of JSON and one file, and hashes what is uploaded, until its
// input ends.
//   http_bench FILE       prints the port it took
#include "http/server.h"

#include <csignal>
#include <cstdio>
#include <iostream>
#include <thread>

#include "base/digest.h"
#include "http/ranges.h"

namespace weighhouse::http {
namespace {

class FilePart final : public ByteSource {
 public:
  explicit FilePart(FileSlice slice) : slice_(slice) {}
  Result<std::size_t> read(std::span<std::byte>) override { return 0; }
  std::optional<FileSlice> file_slice() const override { return slice_; }

 private:
  FileSlice slice_;
};

class HashingSink final : public BodySink {
 public:
  Result<> append(std::span<const std::byte> bytes) override {
    hash_.update(bytes);
    return {};
  }
  Result<Response> finish() override { return Response::text(201, "text/plain", std::move(hash_).finish().hex()); }

 private:
  Sha256 hash_;
};

Result<> serve(const std::string& path) {
  const auto file = TRY(FileAccess::open(path));
  const std::string json = "{\"text\":\"" + std::string(1012, 'x') + "\"}";
  Router router;
  router.add(
      {{Method::kGet, "/json", Permission::kRead,
        Handler{[&](Request&) -> Result<Response> { return Response::json(200, json); }}},
       {Method::kPut, "/upload", Permission::kWrite,
        StreamHandler{[](Request&) -> Result<std::unique_ptr<BodySink>> { return std::make_unique<HashingSink>(); }},
        0},
       {Method::kGet, "/file", Permission::kRead, Handler{[&](Request& request) -> Result<Response> {
          return serve_bytes(request, {.size_bytes = file.size_bytes(), .etag = "file"}, [&](ByteRange range) {
            return Result<std::unique_ptr<ByteSource>>{
                std::make_unique<FilePart>(FileSlice{file.descriptor(), range.offset, range.length})};
          });
        }}}});
  const SystemClock clock;
  Application application{std::move(router),
                          {},
                          [](std::string_view) { return Result<std::optional<auth::Identity>>{std::nullopt}; },
                          clock};
  const auto server = TRY(Server::listen(application, {{"127.0.0.1", 0}}, {}));
  std::printf("%d\n", server->addresses().front().port);
  std::fflush(stdout);
  const std::jthread running{[&] { server->run(); }};
  while (std::cin.get() != EOF) continue;
  server->stop();
  return {};
}

}  // namespace
}  // namespace weighhouse::http

int main(int count, char** words) {
  if (count != 2) return 2;
  const auto served = weighhouse::http::serve(words[1]);
  if (!served) std::fprintf(stderr, "%s\n", served.error().message.c_str());
  return served ? 0 : 1;
}
