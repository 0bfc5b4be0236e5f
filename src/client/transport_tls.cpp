#include <arpa/inet.h>
#include <array>
#include <memory>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "client/transport_stream.h"

// The library turns bytes into bytes in memory; sockets, timeouts and signals stay with the plain stream below.
namespace weighhouse::client {
namespace {

constexpr std::size_t kRecord = std::size_t{16} << 10U;

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using Session = std::unique_ptr<SSL, decltype(&SSL_free)>;

std::string library_error() {
  const auto code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "the other side hung up";
  std::array<char, 256> text{};
  ERR_error_string_n(code, text.data(), text.size());
  return text.data();
}

class TlsStream final : public Stream {
 public:
  TlsStream(std::unique_ptr<Stream> plain, Context context, Session session)
      : plain_(std::move(plain)),
        context_(std::move(context)),
        session_(std::move(session)),
        incoming_(BIO_new(BIO_s_mem())),
        outgoing_(BIO_new(BIO_s_mem())) {
    SSL_set_bio(session_.get(), incoming_, outgoing_);
  }

  Result<> handshake(const std::string& host) {
    while (true) {
      const int outcome = SSL_connect(session_.get());
      const int reason = SSL_get_error(session_.get(), outcome);
      const auto flushed = flush();
      if (outcome == 1) return flushed;
      const long verdict = SSL_get_verify_result(session_.get());
      if (verdict != X509_V_OK) {
        return fail(ErrorCode::kUnavailable, "The certificate of " + host +
                                                 " cannot be trusted: " + X509_verify_cert_error_string(verdict) +
                                                 ". If it is your own, name its authority's file in SSL_CERT_FILE.");
      }
      TRY(flushed);
      if (reason != SSL_ERROR_WANT_READ) {
        return fail(ErrorCode::kUnavailable, host + " does not speak TLS with us: " + library_error() + ".");
      }
      if (TRY(feed()) == 0) return fail(ErrorCode::kUnavailable, host + " hung up during the TLS handshake.");
    }
  }

  Result<std::size_t> read(std::span<std::byte> into) override {
    while (true) {
      std::size_t count = 0;
      if (SSL_read_ex(session_.get(), into.data(), into.size(), &count) == 1) return count;
      const int reason = SSL_get_error(session_.get(), 0);
      if (reason == SSL_ERROR_ZERO_RETURN) return 0;
      if (reason != SSL_ERROR_WANT_READ) {
        return fail(ErrorCode::kUnavailable, "The encrypted connection broke: " + library_error() + ".");
      }
      TRY(flush());
      // An end without the farewell of TLS may be an attacker's cut.
      if (TRY(feed()) == 0) return fail(ErrorCode::kUnavailable, "The encrypted connection was cut.");
    }
  }

  Result<> write(std::string_view bytes) override {
    while (!bytes.empty()) {
      std::size_t count = 0;
      if (SSL_write_ex(session_.get(), bytes.data(), std::min(bytes.size(), kRecord), &count) != 1) {
        if (SSL_get_error(session_.get(), 0) != SSL_ERROR_WANT_READ) {
          return fail(ErrorCode::kUnavailable, "The encrypted connection broke: " + library_error() + ".");
        }
        TRY(flush());
        if (TRY(feed()) == 0) return fail(ErrorCode::kUnavailable, "The encrypted connection was cut.");
        continue;
      }
      bytes.remove_prefix(count);
      TRY(flush());
    }
    return {};
  }

  bool readable_within(std::chrono::milliseconds time) override {
    return SSL_pending(session_.get()) > 0 || plain_->readable_within(time);
  }

 private:
  Result<> flush() {
    std::array<char, kRecord> buffer;
    while (BIO_ctrl_pending(outgoing_) > 0) {
      const int count = BIO_read(outgoing_, buffer.data(), buffer.size());
      if (count <= 0) break;
      TRY(plain_->write({buffer.data(), static_cast<std::size_t>(count)}));
    }
    return {};
  }

  Result<std::size_t> feed() {
    std::array<std::byte, kRecord> buffer;
    const std::size_t count = TRY(plain_->read(buffer));
    BIO_write(incoming_, buffer.data(), static_cast<int>(count));
    return count;
  }

  std::unique_ptr<Stream> plain_;
  Context context_;
  Session session_;
  BIO* incoming_;  // both belong to the session
  BIO* outgoing_;
};

bool is_ip_address(const std::string& host) {
  std::array<unsigned char, 16> bytes{};
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 || inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

}  // namespace

Result<std::unique_ptr<Stream>> encrypt(std::unique_ptr<Stream> plain, const std::string& host) {
  Context context{SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
  if (!context) return fail(ErrorCode::kInternal, "TLS cannot be set up: " + library_error() + ".");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_default_verify_paths(context.get());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  Session session{SSL_new(context.get()), SSL_free};
  if (!session) return fail(ErrorCode::kInternal, "TLS cannot be set up: " + library_error() + ".");
  if (is_ip_address(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session.get()), host.c_str());
  } else {
    SSL_set_tlsext_host_name(session.get(), host.c_str());
    SSL_set1_host(session.get(), host.c_str());
  }
  auto stream = std::make_unique<TlsStream>(std::move(plain), std::move(context), std::move(session));
  TRY(stream->handshake(host));
  return stream;
}

}  // namespace weighhouse::client
