// MPI in Node.js: the five calls that `src/communicator.ts` is made of. Each blocks until it is done, on the main thread.
#include <dlfcn.h>
#include <mpi.h>
#include <node_api.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace {

int own_rank = 0;
int ranks = 1;

void Set(napi_env env, napi_value object, const char* name, double number) {
  napi_value value;
  napi_create_double(env, number, &value);
  napi_set_named_property(env, object, name, value);
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
  MPI_Init(nullptr, nullptr);
  MPI_Comm_rank(MPI_COMM_WORLD, &own_rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  char version[MPI_MAX_LIBRARY_VERSION_STRING];
  int length = 0;
  MPI_Get_library_version(version, &length);
  napi_value result, library;
  napi_create_object(env, &result);
  Set(env, result, "rank", own_rank);
  Set(env, result, "size", ranks);
  napi_create_string_utf8(env, version, length, &library);
  napi_set_named_property(env, result, "library", library);
  return result;
}

// The only argument, a typed array.
template <class T>
T* Argument(napi_env env, napi_callback_info info, size_t* length) {
  size_t count = 1;
  napi_value argument;
  void* data = nullptr;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  napi_get_typedarray_info(env, argument, nullptr, length, &data, nullptr, nullptr);
  return static_cast<T*>(data);
}

// Until all of the requests are done. A library's own waiting never lets go of a core; where ranks share cores, it takes them from those that
// are waited for. This one sleeps, once it has waited for longer than a message takes on a good network.
template <size_t count>
void Wait(MPI_Request (&requests)[count]) {
  using std::chrono::steady_clock;
  const auto sleepy = steady_clock::now() + std::chrono::milliseconds(1);
  for (int done = 0;;) {
    MPI_Testall(count, requests, &done, MPI_STATUSES_IGNORE);
    if (done) return;
    if (steady_clock::now() < sleepy)
      std::this_thread::yield();
    else
      std::this_thread::sleep_for(std::chrono::microseconds(50));
  }
}

struct Span {
  int begin, end;
  int Length() const { return end - begin; }
};

// Sends `give` of x to a rank and receives into `target` as many numbers as it sends.
void Exchange(const float* x, Span give, float* target, int length, int other) {
  MPI_Request requests[2];
  MPI_Irecv(target, length, MPI_FLOAT, other, 0, MPI_COMM_WORLD, &requests[0]);
  MPI_Isend(x + give.begin, give.Length(), MPI_FLOAT, other, 0, MPI_COMM_WORLD, &requests[1]);
  Wait(requests);
}

// The sum over all ranks, 2^k of them, in the order of a binary tree, neighbours first. Recursive halving: in the step of distance d,
// rank r and rank r ^ d each keep one half of what they have, and add to it what the other has of it,
//
//   d = 1    (0+1)  (2+3)  (4+5)  (6+7)        halves
//   d = 2    (0+1)+(2+3)   (4+5)+(6+7)         quarters
//   d = 4    ((0+1)+(2+3))+((4+5)+(6+7))       eighths
//
// so that a number is a sum over 2d neighbouring ranks after it. a + b = b + a: both add in whichever order and have the same bits. Then the
// parts are handed back the same way. All in all a rank sends 2 n (1 − 1/size) numbers, the least there is.
void TreeSum(float* x, int n) {
  static std::vector<float> received;
  std::vector<Span> kept, given;
  Span mine{0, n};
  for (int d = 1; d < ranks; d *= 2) {
    const int middle = mine.begin + mine.Length() / 2;
    const Span low{mine.begin, middle}, high{middle, mine.end};
    const bool is_low = (own_rank & d) == 0;
    const Span keep = is_low ? low : high, give = is_low ? high : low;
    received.resize(keep.Length());
    Exchange(x, give, received.data(), keep.Length(), own_rank ^ d);
    for (int i = 0; i < keep.Length(); i++) x[keep.begin + i] += received[i];
    kept.push_back(keep);
    given.push_back(give);
    mine = keep;
  }
  for (int d = ranks / 2; d >= 1; d /= 2, kept.pop_back(), given.pop_back())
    Exchange(x, kept.back(), x + given.back().begin, given.back().Length(), own_rank ^ d);
}

// sum(values: Float32Array): in place
napi_value Sum(napi_env env, napi_callback_info info) {
  size_t n = 0;
  float* values = Argument<float>(env, info, &n);
  TreeSum(values, static_cast<int>(n));
  return nullptr;
}

// gather(bytes: Uint8Array) → Buffer[]: those of all ranks, of whatever lengths
napi_value Gather(napi_env env, napi_callback_info info) {
  size_t n = 0;
  const char* bytes = Argument<char>(env, info, &n);
  const int own = static_cast<int>(n);
  std::vector<int> lengths(ranks), starts(ranks, 0);
  MPI_Request request[1];
  MPI_Iallgather(&own, 1, MPI_INT, lengths.data(), 1, MPI_INT, MPI_COMM_WORLD, request);
  Wait(request);
  for (int r = 1; r < ranks; r++) starts[r] = starts[r - 1] + lengths[r - 1];
  std::vector<char> all(starts.back() + lengths.back());
  MPI_Iallgatherv(bytes, own, MPI_BYTE, all.data(), lengths.data(), starts.data(), MPI_BYTE, MPI_COMM_WORLD, request);
  Wait(request);
  napi_value parts;
  napi_create_array_with_length(env, ranks, &parts);
  for (int r = 0; r < ranks; r++) {
    napi_value part;
    napi_create_buffer_copy(env, lengths[r], all.data() + starts[r], nullptr, &part);
    napi_set_element(env, parts, r, part);
  }
  return parts;
}

// leave(): the end of MPI in this process, once all have come to it
napi_value Leave(napi_env, napi_callback_info) {
  MPI_Request request[1];
  MPI_Ibarrier(MPI_COMM_WORLD, request);
  Wait(request);
  MPI_Finalize();
  return nullptr;
}

// abort(code: number): ends the processes of all ranks
napi_value Abort(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  int32_t code = 1;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  napi_get_value_int32(env, argument, &code);
  MPI_Abort(MPI_COMM_WORLD, code);
  return nullptr;
}

}  // namespace

NAPI_MODULE_INIT() {
  const napi_property_descriptor methods[] = {
      {"join", nullptr, Join, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"sum", nullptr, Sum, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"gather", nullptr, Gather, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"leave", nullptr, Leave, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"abort", nullptr, Abort, nullptr, nullptr, nullptr, napi_default, nullptr},
  };
  napi_define_properties(env, exports, sizeof(methods) / sizeof(*methods), methods);
  return exports;
}
