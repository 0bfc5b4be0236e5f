#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

// Coroutines live in this folder alone. What g++ 12 compiles wrongly is kept out by habit: in a full expression with a
// co_await stand no lambda with captures and no temporary that owns memory (it is destroyed twice); coroutines are
// members or free functions whose parameters are references or plain values.
namespace weighhouse::http::detail {

namespace asio = boost::asio;
using Executor = asio::io_context::executor_type;
template <class T = void>
using Task = asio::awaitable<T, Executor>;

// Errors come back beside the value: a client that hangs up is no exception.
inline constexpr auto kAwait = asio::as_tuple(asio::use_awaitable_t<Executor>{});

}  // namespace weighhouse::http::detail
