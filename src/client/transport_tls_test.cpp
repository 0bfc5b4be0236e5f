#include <arpa/inet.h>
#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <thread>

#include "base/file.h"
#include "client/transport.h"

namespace weighhouse::client {
namespace {

using testing::HasSubstr;

// A certificate for "localhost" that signs itself.
struct Credentials {
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{EVP_EC_gen("P-256"), EVP_PKEY_free};
  std::unique_ptr<X509, decltype(&X509_free)> certificate{X509_new(), X509_free};

  Credentials() {
    X509* made = certificate.get();
    X509_set_version(made, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
    X509_gmtime_adj(X509_getm_notBefore(made), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made), 3600);
    X509_set_pubkey(made, key.get());
    X509_NAME* name = X509_get_subject_name(made);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1,
                               0);
    X509_set_issuer_name(made, name);
    X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost");
    X509_add_ext(made, names, -1);
    X509_EXTENSION_free(names);
    X509_sign(made, key.get(), EVP_sha256());
  }

  void write(const std::string& path) const {
    std::unique_ptr<BIO, decltype(&BIO_free)> memory{BIO_new(BIO_s_mem()), BIO_free};
    PEM_write_bio_X509(memory.get(), certificate.get());
    char* text = nullptr;
    const auto size = BIO_get_mem_data(memory.get(), &text);
    ASSERT_TRUE(replace_file(path, {text, static_cast<std::size_t>(size)}).has_value());
  }
};

// Answers `count` connections with the same reply, encrypted.
class TlsServer {
 public:
  TlsServer(const Credentials& credentials, int count) : context_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free) {
    SSL_CTX_use_certificate(context_.get(), credentials.certificate.get());
    SSL_CTX_use_PrivateKey(context_.get(), credentials.key.get());
    listening_ = FileDescriptor{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof where;
    ::bind(listening_.get(), reinterpret_cast<const sockaddr*>(&where), length);
    ::listen(listening_.get(), 4);
    ::getsockname(listening_.get(), reinterpret_cast<sockaddr*>(&where), &length);
    port_ = ntohs(where.sin_port);
    thread_ = std::jthread{[this, count] {
      for (int i = 0; i < count; ++i) answer();
    }};
  }

  std::string address(const std::string& host) const { return "https://" + host + ":" + std::to_string(port_); }

 private:
  void answer() const {
    pollfd wait{listening_.get(), POLLIN, 0};
    if (::poll(&wait, 1, 5000) <= 0) return;
    const FileDescriptor socket{::accept(listening_.get(), nullptr, nullptr)};
    const std::unique_ptr<SSL, decltype(&SSL_free)> session{SSL_new(context_.get()), SSL_free};
    SSL_set_fd(session.get(), socket.get());
    if (SSL_accept(session.get()) != 1) return;
    std::string request(65536, '\0');
    if (SSL_read(session.get(), request.data(), static_cast<int>(request.size())) <= 0) return;
    const std::string reply = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + std::string(100'000, 's');
    SSL_write(session.get(), reply.data(), static_cast<int>(reply.size()));
    SSL_shutdown(session.get());
  }

  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  FileDescriptor listening_;
  std::uint16_t port_ = 0;
  std::jthread thread_;
};

TEST(TransportTls, ReadsFromAServerItCanTrust) {
  const Credentials credentials;
  const auto folder = TemporaryDirectory::create().take();
  const std::string path = folder.path() + "/authority.pem";
  credentials.write(path);
  ::setenv("SSL_CERT_FILE", path.c_str(), 1);
  const TlsServer server{credentials, 1};
  auto reply = open_transport(server.address("localhost")).take()->send({.target = "/"});
  ::unsetenv("SSL_CERT_FILE");
  ASSERT_TRUE(reply.has_value()) << reply.error().message;
  EXPECT_TRUE(read_all(*reply->body, 200'000).take() == std::string(100'000, 's'));
}

TEST(TransportTls, TellsNothingToAServerItCannotTrust) {
  const Credentials credentials;
  const TlsServer stranger{credentials, 1};
  const auto refused = open_transport(stranger.address("localhost")).take()->send({.target = "/"});
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message, HasSubstr("SSL_CERT_FILE"));
}

TEST(TransportTls, RefusesATrustedCertificateOfAnotherName) {
  const Credentials credentials;
  const auto folder = TemporaryDirectory::create().take();
  const std::string path = folder.path() + "/authority.pem";
  credentials.write(path);
  ::setenv("SSL_CERT_FILE", path.c_str(), 1);
  const TlsServer server{credentials, 1};
  const auto refused = open_transport(server.address("127.0.0.1")).take()->send({.target = "/"});
  ::unsetenv("SSL_CERT_FILE");
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message, HasSubstr("cannot be trusted"));
}

}  // namespace
}  // namespace weighhouse::client
