// MPI in Node.js: the five calls that `src/communicator.ts` is made of. Each blocks until it is done, on the main thread.
#include <dlfcn.h>
#include <mpi.h>
#include <node_api.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

int own_rank = 0;
int ranks = 1;

void Check(napi_status status) {
  if (status != napi_ok) throw std::runtime_error("the addon of MPI: call " + std::to_string(status) + " of Node.js failed");
}

// A function for JavaScript, which throws there what is thrown here.
template <napi_value (*function)(napi_env, napi_callback_info)>
napi_value Throwing(napi_env env, napi_callback_info info) {
  try {
    return function(env, info);
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
    return nullptr;
  }
}

void Set(napi_env env, napi_value object, const char* name, double number) {
  napi_value value;
  Check(napi_create_double(env, number, &value));
  Check(napi_set_named_property(env, object, name, value));
}

// Open MPI opens its components with dlopen, and they look for its symbols among those of all libraries; Node.js loads an addon and what
// it needs for the addon alone.
void ShareSymbols() {
  Dl_info info;
  if (dladdr(reinterpret_cast<void*>(&MPI_Init), &info)) dlopen(info.dli_fname, RTLD_NOW | RTLD_GLOBAL | RTLD_NOLOAD);
}

// join() → { rank, size, library }
napi_value Join(napi_env env, napi_callback_info) {
  ShareSymbols();
  int provided;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
  MPI_Comm_rank(MPI_COMM_WORLD, &own_rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  char version[MPI_MAX_LIBRARY_VERSION_STRING];
  int length = 0;
  MPI_Get_library_version(version, &length);
  napi_value result, library;
  Check(napi_create_object(env, &result));
  Set(env, result, "rank", own_rank);
  Set(env, result, "size", ranks);
  Check(napi_create_string_utf8(env, version, length, &library));
  Check(napi_set_named_property(env, result, "library", library));
  return result;
}

// The only argument, a typed array.
template <class T>
T* Argument(napi_env env, napi_callback_info info, size_t* length) {
  size_t count = 1;
  napi_value argument;
  void* data = nullptr;
  Check(napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr));
  Check(napi_get_typedarray_info(env, argument, nullptr, length, &data, nullptr, nullptr));
  return static_cast<T*>(data);
}

// How ranks wait. A library's own waiting never lets go of a core; where ranks share cores, it takes them from those that are waited for.
enum Patience {
  kPassing,    // for data that are on their way
  kSleeping,   // for ranks that may have much to do before: a millisecond as above, then asleep
};

// Until all of the requests are done.
template <int count>
void Wait(MPI_Request (&requests)[count], Patience patience) {
  using std::chrono::steady_clock;
  const auto sleepy = steady_clock::now() + std::chrono::milliseconds(1);
  for (int done = 0;;) {
    MPI_Testall(count, requests, &done, MPI_STATUSES_IGNORE);
    if (done) return;
    if (patience == kSleeping && steady_clock::now() > sleepy)
      std::this_thread::sleep_for(std::chrono::microseconds(50));
    else
      std::this_thread::yield();
  }
}

// MPI counts with int.
constexpr size_t kMessage = size_t{1} << 30;

template <class T>
struct Numbers {
  T* first;
  size_t count;
  char* Byte(size_t at) const { return reinterpret_cast<char*>(first) + at; }
  size_t Bytes() const { return count * sizeof(T); }
  int Message(size_t at) const { return static_cast<int>(std::min(kMessage, Bytes() - at)); }
};

// Sends numbers to a rank and receives those that it sends.
template <class T>
void Exchange(Numbers<T> give, Numbers<T> take, int other, Patience patience = kPassing) {
  for (size_t at = 0; at < std::max(give.Bytes(), take.Bytes()); at += kMessage) {
    MPI_Request requests[] = {MPI_REQUEST_NULL, MPI_REQUEST_NULL};
    if (at < take.Bytes())
      MPI_Irecv(take.Byte(at), take.Message(at), MPI_BYTE, other, 0, MPI_COMM_WORLD, &requests[0]);
    if (at < give.Bytes())
      MPI_Isend(give.Byte(at), give.Message(at), MPI_BYTE, other, 0, MPI_COMM_WORLD, &requests[1]);
    Wait(requests, patience);
  }
}

struct Span {
  size_t begin, end;
  size_t Length() const { return end - begin; }
  Numbers<float> Of(float* x) const { return {x + begin, Length()}; }
};

// The sum over all ranks, 2^k of them, in the order of a binary tree, neighbours first. Recursive halving: in the step of distance d,
// rank r and rank r ^ d each keep one half of what they have, and add to it what the other has of it,
//
//   d = 1    (0+1)  (2+3)  (4+5)  (6+7)        halves
//   d = 2    (0+1)+(2+3)   (4+5)+(6+7)         quarters
//   d = 4    ((0+1)+(2+3))+((4+5)+(6+7))       eighths
//
// so that a number is a sum over 2d neighbouring ranks after it. a + b = b + a: both add in whichever order and have the same bits. Then the
// parts are handed back the same way. All in all a rank sends 2 n (1 − 1/size) numbers, the least there is.
void TreeSum(float* x, size_t n) {
  static std::vector<float> received;
  std::vector<Span> kept, given;
  Span mine{0, n};
  for (int d = 1; d < ranks; d *= 2) {
    const size_t middle = mine.begin + mine.Length() / 2;
    const Span low{mine.begin, middle}, high{middle, mine.end};
    const bool is_low = (own_rank & d) == 0;
    const Span keep = is_low ? low : high, give = is_low ? high : low;
    received.resize(keep.Length());
    Exchange(give.Of(x), Numbers<float>{received.data(), keep.Length()}, own_rank ^ d);
    for (size_t i = 0; i < keep.Length(); i++) x[keep.begin + i] += received[i];
    kept.push_back(keep);
    given.push_back(give);
    mine = keep;
  }
  for (int d = ranks / 2; d >= 1; d /= 2, kept.pop_back(), given.pop_back())
    Exchange(kept.back().Of(x), given.back().Of(x), own_rank ^ d);
}

// sum(values: Float32Array): in place
napi_value Sum(napi_env env, napi_callback_info info) {
  size_t n = 0;
  float* values = Argument<float>(env, info, &n);
  TreeSum(values, n);
  return nullptr;
}

// What all ranks, 2^k of them, have: those of rank r from starts[r] to starts[r + 1]. Recursive doubling: in the step of distance d, rank r and rank
// r ^ d hand each other what d neighbours have,
//
//   d = 1    0 1  0 1  2 3  2 3  4 5  4 5  6 7  6 7
//   d = 2    0 1 2 3   …         4 5 6 7   …
//   d = 4    0 1 2 3 4 5 6 7     …
template <class T>
void GatherAll(T* all, const std::vector<size_t>& starts, Patience patience) {
  const auto of = [&](int first, int d) { return Numbers<T>{all + starts[first], starts[first + d] - starts[first]}; };
  for (int d = 1; d < ranks; d *= 2) {
    const int own = own_rank / d * d;
    Exchange(of(own, d), of(own ^ d, d), own_rank ^ d, patience);
  }
}

// gather(bytes: Uint8Array) → Buffer[]: those of all ranks, of whatever lengths. That they have come together is known by the lengths.
napi_value Gather(napi_env env, napi_callback_info info) {
  size_t n = 0;
  const char* bytes = Argument<char>(env, info, &n);
  std::vector<uint64_t> lengths(ranks);
  std::vector<size_t> places(ranks + 1), starts(ranks + 1);
  for (int r = 0; r <= ranks; r++) places[r] = r;
  lengths[own_rank] = n;
  GatherAll(lengths.data(), places, kSleeping);
  for (int r = 0; r < ranks; r++) starts[r + 1] = starts[r] + lengths[r];
  std::vector<char> all(starts.back());
  std::copy_n(bytes, n, all.data() + starts[own_rank]);
  GatherAll(all.data(), starts, kPassing);
  napi_value parts;
  Check(napi_create_array_with_length(env, ranks, &parts));
  for (int r = 0; r < ranks; r++) {
    napi_value part;
    Check(napi_create_buffer_copy(env, lengths[r], all.data() + starts[r], nullptr, &part));
    Check(napi_set_element(env, parts, r, part));
  }
  return parts;
}

// leave(): the end of MPI in this process, once all have come to it
napi_value Leave(napi_env, napi_callback_info) {
  MPI_Request request[1];
  MPI_Ibarrier(MPI_COMM_WORLD, request);
  Wait(request, kSleeping);
  MPI_Finalize();
  return nullptr;
}

// abort(code: number): ends the processes of all ranks
napi_value Abort(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  int32_t code = 1;
  Check(napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr));
  Check(napi_get_value_int32(env, argument, &code));
  MPI_Abort(MPI_COMM_WORLD, code);
  return nullptr;
}

}  // namespace

NAPI_MODULE_INIT() {
  const napi_property_descriptor methods[] = {
      {"join", nullptr, Throwing<Join>, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"sum", nullptr, Throwing<Sum>, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"gather", nullptr, Throwing<Gather>, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"leave", nullptr, Throwing<Leave>, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"abort", nullptr, Throwing<Abort>, nullptr, nullptr, nullptr, napi_default, nullptr},
  };
  napi_define_properties(env, exports, sizeof(methods) / sizeof(*methods), methods);
  return exports;
}
