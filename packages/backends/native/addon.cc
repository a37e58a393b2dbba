// The Node.js addon: loading it makes the operations known to the TensorFlow that the process has loaded.
#include <node_api.h>

#include <string>

#include "engine.h"
#include "operation.h"
#include "operations.h"

namespace {

using pixelrnn::Engine;

/// Registers everything, once for the process. Returns what went wrong, or "".
const std::string& RegisterAll() {
  static const std::string error = [] {
    try {
      pixelrnn::RegisterConvolutions();
      pixelrnn::RegisterLstm();
      pixelrnn::RegisterCrossEntropies();
      pixelrnn::RegisterOptimizers();
      pixelrnn::RegisterParameters();
      return std::string();
    } catch (const pixelrnn::Failure& failure) {
      return failure.message;
    }
  }();
  return error;
}

int IntegerArgument(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  int32_t value = 0;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  if (count < 1 || napi_get_value_int32(env, argument, &value) != napi_ok) {
    napi_throw_type_error(env, nullptr, "pixelrnn addon: wanted a number");
  }
  return value;
}

napi_value SetThreads(napi_env env, napi_callback_info info) {
  Engine::Instance().SetThreads(IntegerArgument(env, info));
  return nullptr;
}

napi_value SetVector(napi_env env, napi_callback_info info) {
  napi_value lanes;
  napi_create_int32(env, Engine::Instance().SetVector(IntegerArgument(env, info)), &lanes);
  return lanes;
}

void Export(napi_env env, napi_value exports, const char* name, napi_callback callback) {
  napi_value function;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
  napi_set_named_property(env, exports, name, function);
}

napi_value OperationNames(napi_env env) {
  napi_value names, name;
  napi_create_array(env, &names);
  uint32_t index = 0;
  for (const char* operation : pixelrnn::RegisteredOperations()) {
    napi_create_string_utf8(env, operation, NAPI_AUTO_LENGTH, &name);
    napi_set_element(env, names, index++, name);
  }
  return names;
}

}  // namespace

NAPI_MODULE_INIT() {
  if (!RegisterAll().empty()) {
    napi_throw_error(env, nullptr, ("pixelrnn addon: " + RegisterAll()).c_str());
    return nullptr;
  }
  Export(env, exports, "setThreads", SetThreads);
  Export(env, exports, "setVector", SetVector);
  napi_set_named_property(env, exports, "operations", OperationNames(env));
  return exports;
}
